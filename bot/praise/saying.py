"""Taking in praise: its author is thanked, and may say whom it is for. Nothing else is asked."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.core.callbacks import number, pack
from bot.core.events import Praised, PraiseWords
from bot.core.names import first_word
from bot.core.screens import mark, show
from bot.core.work import Keyboard, Work
from bot.identity import accounts
from bot.identity.accounts import Visitor
from bot.praise import passing
from flows.entities import Customer, Group, Praise, PraiseId, Remark, RemarkKind, Timer, Whom
from flows.entities.kinds import Purpose, TimerKind
from flows.entities.lifecycle import Refusal
from flows.praise.rules import (
    CHOOSING,
    LONGEST,
    PASSED_ON,
    Answerer,
    address,
    answerers,
    with_words,
    worth_passing_on,
)

TICKETS = 5
"""Of a customer, in which it is looked who answered."""
GRATITUDE = "🙏"
OPEN = "praise:"
"""The question that stands open while words can be added."""
Say = Callable[..., str]


async def praised(work: Work, event: Praised) -> None:
    """Thank for praise and offer to say whom it is for; "all good" is thanked for alone.

    Words that nobody has read go to the team after a while; those below a complaint that is done
    stand there already, and go on only when their author wants it.
    """
    remark = event.remark
    say, group = await _say(work, remark.customer_id, remark.chat_id), _group(work)
    keyboard: Keyboard = ()
    text = say("customer.praised")
    if group is not None and worth_passing_on(remark.text):
        keyboard = _choices(remark.id, await _answerers(work, remark), say)
        text = f"{say('praise.told_praised')}\n\n{say('praise.told_whom')}"
        accounts.note_question(work, remark.chat_id, f"{OPEN}{remark.id}")
        if not event.seen:
            work.unit.add(_made(work, remark, group))
            await _pass_on(work, group.chat_id, CHOOSING)
    elif event.seen:
        return
    work.say(
        remark.chat_id,
        text,
        keyboard=keyboard,
        purpose=Purpose.REPLY,
        customer_id=remark.customer_id,
    )


async def _say(work: Work, customer_id: int, chat_id: int) -> Say:
    account, customer = work.people.get(chat_id, (None, None))
    if customer is None:
        customer = await work.unit.get(Customer, customer_id)
    language = work.services.language(customer, account)
    return lambda key, **values: work.services.words.say(language, key, **values)


def _group(work: Work, chat_id: int | None = None) -> Group | None:
    """A group of staff: the one that is named, else the one of the team that takes everything."""
    services = work.services
    team = services.config.team_for("")
    found = services.group_at(chat_id or 0)
    found = found or (services.group_of(team.id) if team is not None else None)
    return found or min(services.groups.values(), key=lambda each: each.bound_at, default=None)


async def _answerers(work: Work, remark: Remark) -> list[Answerer]:
    tickets = await work.unit.tickets.of_customer(remark.customer_id, TICKETS)
    lines = [
        (entry, ticket.group_chat_id)
        for ticket in tickets
        for entry in await work.unit.tickets.entries(ticket.id)
    ]
    return answerers(lines, work.now)


def _choices(remark_id: int, people: Sequence[Answerer], say: Say) -> Keyboard:
    """Whoever answered, the team, everybody; whoever presses nothing has said enough."""
    to = ("u", "praise", remark_id, "to")
    named = [(first_word(each.name), pack(*to, each.id)) for each in people]
    team = (say("praise.told_b_team"), pack("u", "praise", remark_id, Whom.TEAM.value))
    everybody = (say("praise.told_b_all"), pack("u", "praise", remark_id, Whom.ALL.value))
    return [*([named] if named else []), [team, everybody]]


def _made(work: Work, remark: Remark, group: Group) -> Praise:
    return Praise(
        id=PraiseId(work.unit.new_id()),
        customer_id=remark.customer_id,
        chat_id=remark.chat_id,
        at=work.now,
        text=remark.text.strip()[:LONGEST],
        remark_id=remark.id,
        team_id=group.team_id,
        group_chat_id=group.chat_id,
    )


async def _pass_on(work: Work, group_chat_id: int, after: timedelta) -> None:
    """Have a group shown what waits for it, not later than this."""
    due, about = work.now + after, str(group_chat_id)
    waiting = await work.unit.timers.pending(TimerKind.PRAISE, about)
    if waiting is None or waiting.due_at > due:
        work.unit.set_timer(Timer(TimerKind.PRAISE, about, due))


# -- what its author says of it -------------------------------------------------------------------


async def choose(
    work: Work, visitor: Visitor, remark_id: int, choice: Sequence[str], over: int | None
) -> bool:
    """Take in whom praise is for (`to` and an id, `team`, `all`), or take it back (`back`).

    False: it is no praise of theirs, or none of these.
    """
    remark = await work.unit.get(Remark, remark_id)
    if remark is None or remark.chat_id != visitor.telegram_id:
        return False
    if remark.kind is not RemarkKind.PRAISE or not choice:
        return False
    if choice[0] == "back":
        await _take_back(work, remark, over)
        return True
    wanted = await _meant(work, remark, choice)
    if wanted is None:
        return False
    await _address(work, remark, *wanted, over)
    return True


async def _meant(
    work: Work, remark: Remark, choice: Sequence[str]
) -> tuple[Whom, Answerer | None] | None:
    if choice[0] in (Whom.TEAM, Whom.ALL):
        return Whom(choice[0]), None
    telegram_id = number(choice[1]) if choice[0] == "to" and len(choice) > 1 else None
    people = await _answerers(work, remark)
    person = next((each for each in people if each.id == telegram_id), None)
    return None if person is None else (Whom.PERSON, person)


async def _address(
    work: Work, remark: Remark, whom: Whom, person: Answerer | None, over: int | None
) -> None:
    say = await _say(work, remark.customer_id, remark.chat_id)
    group = _group(work, person.group_chat_id if person is not None else None)
    praise = await work.unit.praises.of_remark(remark.id)
    if group is None:
        show(
            work,
            remark.chat_id,
            say("praise.told_praised"),
            over=over,
            customer_id=remark.customer_id,
        )
        return
    if praise is None:
        praise = _made(work, remark, group)
        work.unit.add(praise)
    addressed = address(praise, whom, person, group.chat_id)
    if not isinstance(addressed, Refusal):
        work.unit.put(replace(addressed, team_id=group.team_id))
        praise = addressed
        await _pass_on(work, group.chat_id, PASSED_ON)
    name = first_word(praise.staff_name)
    text = say(f"praise.told_for_{praise.whom or Whom.TEAM.value}", name=name)
    if praise.shown_at is None:
        text += " " + say("praise.told_more")
    back = [(say("praise.told_b_back"), pack("u", "praise", remark.id, "back"))]
    show(work, remark.chat_id, text, [back], over=over, customer_id=remark.customer_id)


async def more_words(work: Work, event: PraiseWords) -> None:
    """Add words to praise that nobody has read yet."""
    remark = await work.unit.get(Remark, event.remark.id)
    if remark is None:
        return
    work.unit.put(replace(remark, text=f"{remark.text}\n{event.text}"))
    praise = await work.unit.praises.of_remark(remark.id)
    longer = with_words(praise, event.text) if praise is not None else None
    if longer is not None and not isinstance(longer, Refusal):
        work.unit.put(longer)
    mark(work, remark.chat_id, event.message_id, remark.customer_id, GRATITUDE)


async def _take_back(work: Work, remark: Remark, over: int | None) -> None:
    """Forget the words, and take out of staff's chats what stands there of them."""
    praise = await work.unit.praises.of_remark(remark.id)
    if praise is not None:
        await passing.withdraw(work, praise)
        work.unit.delete(praise)
    work.unit.delete(remark)
    accounts.note_question(work, remark.chat_id, "")
    say = await _say(work, remark.customer_id, remark.chat_id)
    show(work, remark.chat_id, say("praise.told_back"), over=over, customer_id=remark.customer_id)
