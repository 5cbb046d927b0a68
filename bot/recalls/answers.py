"""What somebody does who was told of a recall: asks, parts with it, has it back, verifies it.

Each takes the visitor and a participant's number, and gives what is said over the chat: empty where
a message says it, None where the button is none of theirs.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.core.events import TicketOpened
from bot.core.names import display_safe
from bot.core.rich import Rich
from bot.core.work import Keyboard, Work
from bot.desk import tickets
from bot.desk.speaking import staff_words, to_ticket
from bot.dialogue import conversations
from bot.identity import accounts, turned_away
from bot.identity.accounts import Person, Visitor
from bot.recalls import coming
from bot.recalls.views import RecallViews
from flows.conversations import FlowState
from flows.entities import (
    Conversation,
    Participant,
    ParticipantId,
    Recall,
    Ticket,
)
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Refusal
from flows.recalls.participants import act
from flows.recalls.wording import title_of

FLOW = "recall_question"
PARTICIPANT = "participant"
"""Value of a conversation in which a question is asked (`Conversation.context`)."""
SERIOUS = 4
"""How bad it is when something is not right after a recall, on the scale of complaints."""


class Pressed:
    """A press below a message about a recall, by the customer whom that concerns."""

    def __init__(
        self,
        work: Work,
        visitor: Visitor,
        person: Person,
        participant: Participant,
        recall: Recall,
    ) -> None:
        self.work, self.visitor = work, visitor
        self.participant, self.recall = participant, recall
        self.account, self.customer = person
        language = work.services.language(self.customer, self.account)
        self.views = RecallViews(work.services, language)

    def moved(self, trigger: str) -> str:
        """Let something happen to what they have; why not in words, empty when it did."""
        moved = act(self.participant, trigger, self.work.now)
        if isinstance(moved, Refusal):
            return self.views.say(f"not_{moved.reason}")
        self.participant = moved
        self.work.unit.put(moved)
        return ""

    def say(self, text: Rich | str, keyboard: Keyboard = ()) -> None:
        """Write to them, as the answer to their press."""
        self.work.say(
            self.account.telegram_id,
            text,
            keyboard=keyboard,
            purpose=Purpose.REPLY,
            customer_id=self.customer.id,
        )


async def pressed(work: Work, visitor: Visitor, number: int) -> Pressed | None:
    """Whose press it is; None: the button belongs to nobody here."""
    person = await accounts.known(work, visitor.telegram_id)
    participant = await work.unit.get(Participant, ParticipantId(number))
    if person is None or participant is None or participant.customer_id != person[1].id:
        return None
    recall = await work.unit.get(Recall, participant.recall_id, lock=False)
    return Pressed(work, visitor, person, participant, recall) if recall is not None else None


async def _ask(press: Pressed) -> str:
    """Begin the conversation that takes a question."""
    work, chat_id = press.work, press.account.telegram_id
    going_on = await conversations.current(work, chat_id)
    if going_on is not None:
        if FlowState.from_json(going_on.state).words:
            await conversations.show_again(work, going_on, press.views.say("first_this"))
            return ""
        if not conversations.flow_of(work, going_on).definition.proactive:
            await conversations.close(work, going_on)
    await conversations.begin(
        work,
        customer=press.customer,
        chat_id=chat_id,
        flow=FLOW,
        values={PARTICIPANT: str(press.participant.id)},
    )
    return ""


async def _time(press: Pressed) -> str:
    """Let them choose place and time, for bringing it or for fetching it."""
    step = press.participant.step
    if step in ("gone", "done"):
        return press.views.say(f"not_is_{step}")
    if press.recall.state == "ended" and not step:
        return press.views.say("over")
    await coming.choose(press.work, press.visitor, press.participant, press.recall)
    return ""


async def _gone(press: Pressed) -> str:
    if press.participant.step == "chosen":
        press.participant = await coming.let_go(press.work, press.participant)
    refused = press.moved("part")
    if not refused:
        press.say(*press.views.gone(press.participant))
    return refused


async def _mine(press: Pressed) -> str:
    refused = press.moved("mine")
    if not refused:
        press.say(*press.views.mine(press.participant, slots=coming.has_slots(press.recall)))
    return refused


async def _have(press: Pressed) -> str:
    """They have it again."""
    refused = press.moved("hand_back")
    if not refused:
        await coming.was_there(press.work, press.participant, fetching=True)
        press.say(*press.views.is_it_right(press.participant))
    return refused


async def _right(press: Pressed) -> str:
    return await _verified(press, "yes")


async def _wrong(press: Pressed) -> str:
    return await _verified(press, "no")


async def _verified(press: Pressed, verdict: str) -> str:
    if press.participant.verdict == verdict:
        return press.views.say(f"already_{verdict}")
    refused = press.moved("verify")
    if refused:
        return refused
    press.participant = replace(press.participant, verdict=verdict)
    press.work.unit.put(press.participant)
    press.say(press.views.say(f"verified_{verdict}"))
    if verdict == "no":
        await _open_again(press)
    return ""


async def _open_again(press: Pressed) -> None:
    """Give what is not right after a recall to staff, before anything more is said about it."""
    work, views = press.work, press.views
    title = display_safe(title_of(press.recall, views.language), 100)
    ticket = await tickets.open_ticket(
        work,
        customer=press.customer,
        chat_id=press.account.telegram_id,
        words=views.say("is_wrong", title=title),
        pieces=(),
        stage="",
        category="",
        severity=SERIOUS,
        wish="",
        urgent=True,
    )
    _belongs(work, press.participant, press.recall, ticket, "card_wrong")


# -- what becomes of a question -----------------------------------------------------------------


async def ticket_opened(work: Work, event: TicketOpened) -> None:
    """Tell staff which recall a question is about, and how far it is with whoever asks."""
    ticket = event.ticket
    if ticket.conversation_id is None:
        return
    conversation = await work.unit.get(Conversation, ticket.conversation_id, lock=False)
    if conversation is None or conversation.flow != FLOW:
        return
    number = int(conversation.context[PARTICIPANT])
    participant = await work.unit.get(Participant, ParticipantId(number))
    recall = await work.unit.get(Recall, participant.recall_id, lock=False) if participant else None
    if participant is not None and recall is not None:
        _belongs(work, participant, recall, ticket, "card_question")


def _belongs(
    work: Work, participant: Participant, recall: Recall, ticket: Ticket, key: str
) -> None:
    work.unit.put(replace(participant, ticket_id=ticket.id))
    title = display_safe(title_of(recall, work.services.language_at(ticket)), 100)
    step = staff_words(work, ticket, f"recalls.step_{participant.step or 'nothing'}")
    values = {"recall": f"RC{recall.number}", "title": title, "step": step}
    to_ticket(work, ticket, staff_words(work, ticket, f"recalls.{key}", **values))


async def act_on(work: Work, visitor: Visitor, action: str, number: int) -> str | None:
    """Do what a button says; None: it is none of theirs, or no such button."""
    do = ACTIONS.get(action)
    if do is None or await turned_away.is_turned_away(work, visitor):
        return None
    press = await pressed(work, visitor, number)
    return None if press is None else await do(press)


ACTIONS: dict[str, Callable[[Pressed], Awaitable[str]]] = {
    "time": _time,
    "ask": _ask,
    "gone": _gone,
    "mine": _mine,
    "have": _have,
    "right": _right,
    "wrong": _wrong,
}
"""What the buttons of customers do."""
