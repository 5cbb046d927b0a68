"""Coming in by an entrance: greeted with where one is, and able to say at once what is wrong.

Whoever opens the same link again is shown the same question, and counted once a day. Something
that was told goes on, whatever is scanned meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.core.screen_texts import buttons_of, text_of
from bot.core.work import Work
from bot.dialogue import conversations, onboarding
from bot.dialogue.inbound import COMPLAINT
from bot.entrances.greeting import Greeter
from bot.identity import accounts, turned_away
from bot.identity.accounts import Person, Visitor
from flows.config import Entrance
from flows.conversations import FlowState
from flows.entities import Conversation, Visit
from flows.entities.entrances import ENTRANCE, VISIT
from flows.entities.kinds import Opens, Purpose
from flows.entrances import questions
from flows.entrances.links import entrance_of
from flows.recovery import guarantees
from flows.recovery.guarantees import GUARANTEE


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who has opened the link of an entrance."""

    person: Person
    entrance: Entrance
    visit: Visit
    flow: str
    """What begins now, unless something goes on."""

    @property
    def context(self) -> dict[str, str]:
        """What a conversation keeps of it."""
        found = {ENTRANCE: self.entrance.id, VISIT: str(self.visit.id)}
        return found | ({GUARANTEE: self.entrance.guarantee} if self.entrance.guarantee else {})


async def arrive(work: Work, visitor: Visitor, token: str) -> bool:
    """Let somebody in whose link was an entrance's. False: it is no entrance's, or gone."""
    entrance = work.services.config.entrance(entrance_of(token))
    if entrance is None:
        return False
    if await turned_away.is_turned_away(work, visitor):
        return True
    person = await _met(work, visitor)
    found = await work.unit.visits.of_day([visitor.telegram_id], day_of(work))
    today = found[visitor.telegram_id]
    visit = next((each for each in today if each.entrance == entrance.id), None)
    visit = visit or _new_visit(work, person, entrance)
    arrival = Arrival(person, entrance, visit, _flow(work, entrance, today))
    conversation = await conversations.current(work, visitor.telegram_id)
    if conversation is None or not await _goes_on(work, arrival, conversation):
        await _begin(work, arrival)
    return True


def _flow(work: Work, entrance: Entrance, today: Sequence[Visit]) -> str:
    """With what an entrance begins now."""
    config = work.services.config
    if entrance.guarantee is not None:
        return guarantees.flow_of(config, entrance.guarantee, work.now) or COMPLAINT
    return questions.FLOW if questions.asks(config, entrance, today) else COMPLAINT


async def _met(work: Work, visitor: Visitor) -> Person:
    """Who this is, in the language that Telegram tells now; somebody new begins here."""
    person = await accounts.known(work, visitor.telegram_id)
    if person is None:
        return await accounts.met(work, visitor)
    return await onboarding.up_to_date(work, visitor, person)


def day_of(work: Work) -> str:
    """The day on which this unit of work is, by the brand's clock, as visits have it."""
    zone = ZoneInfo(work.services.config.brand.time_zone)
    return work.now.astimezone(zone).date().isoformat()


def _new_visit(work: Work, person: Person, entrance: Entrance) -> Visit:
    account, customer = person
    number, chat_id = work.unit.new_id(), account.telegram_id
    visit = Visit(number, customer.id, chat_id, entrance.id, day_of(work), work.now)
    work.unit.add(visit)
    return visit


# -- what goes on already -------------------------------------------------------------------------


async def _goes_on(work: Work, arrival: Arrival, conversation: Conversation) -> bool:
    """Go on with what is open in this chat. False: nothing is that was told to somebody."""
    state = FlowState.from_json(conversation.state)
    before = conversation.context.get(ENTRANCE)
    greeter = Greeter(work, arrival.person)
    if conversation.context.get(VISIT) == str(arrival.visit.id):
        here = greeter.here(arrival.entrance, "still_open")
        told = here if state.answered else greeter.greeting(arrival.entrance)
        await conversations.show_again(work, conversation, told)
        return True
    if not state.words and state.answers.keys() <= {*questions.QUESTIONS}:
        # What was tapped is kept with its visit. An ask that waits for an answer goes on waiting.
        flow = conversations.flow_of(work, conversation)
        if before is not None or not flow.definition.proactive:
            await conversations.close(work, conversation)
        return False
    told = greeter.here(arrival.entrance, "still_open")
    if arrival.entrance.guarantee is not None:
        told = greeter.here(arrival.entrance, "claim_later")
    elif before is None and conversation.notice_id is None:
        conversation = _noted(work, arrival, conversation)
        told = greeter.here(arrival.entrance, "noted")
    elif before is not None and before != arrival.entrance.id:
        told = greeter.here(arrival.entrance, "other_open", before=greeter.title(before))
    await conversations.show_again(work, conversation, told)
    return True


def _noted(work: Work, arrival: Arrival, conversation: Conversation) -> Conversation:
    """What somebody was telling belongs to the entrance whose link they open meanwhile."""
    noted = replace(conversation, context={**conversation.context, **arrival.context})
    conversations.keep(work, noted)
    work.unit.put(replace(arrival.visit, began_at=arrival.visit.began_at or work.now))
    return noted


# -- beginning ------------------------------------------------------------------------------------


async def _begin(work: Work, arrival: Arrival) -> None:
    (account, customer), entrance = arrival.person, arrival.entrance
    conversation, screen = await conversations.prepare(
        work,
        customer=customer,
        account=account,
        flow=arrival.flow,
        values=arrival.context,
        product=entrance.product or "",
    )
    asked_before = entrance.opens is Opens.THREE_QUESTIONS and arrival.flow == COMPLAINT
    greeting = Greeter(work, arrival.person).greeting(entrance, asked_before=asked_before)
    work.say(
        account.telegram_id,
        text_of(screen, greeting),
        keyboard=buttons_of(screen, conversation.id, conversations.turn_of(conversation)),
        purpose=Purpose.REPLY,
        customer_id=customer.id,
    )
