"""A customer who said two things in one ticket: a part of it goes to a ticket of its own.

Staff choose the messages by buttons. What is chosen is remembered beside the ticket, so that it
survives a restart and two who choose see one choice. The reverse is `bot.desk.merging`.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from datetime import timedelta

from bot.core.names import display_safe
from bot.core.rich import plain
from bot.core.work import Work
from bot.desk import cards, tickets
from bot.desk.speaking import customer_words, record, staff_words, to_customer, to_ticket
from flows.desk.splitting import Said, said, why_not, without, words_of
from flows.entities import Customer, Ticket, Timer
from flows.entities.kinds import EntryKind, TimerKind
from flows.entities.lifecycle import Person, Refusal
from flows.formatted import Formatted

KEPT = timedelta(days=1)
"""For how long a choice is remembered that nobody goes on with."""


async def messages(work: Work, ticket: Ticket) -> list[Said]:
    """What a ticket's customer said, message by message, the earliest first."""
    return said(await work.unit.tickets.entries(ticket.id))


async def chosen(work: Work, ticket: Ticket) -> frozenset[int]:
    """The messages that are to go to a ticket of their own, by the ids of their first entries."""
    known = await work.unit.timers.pending(TimerKind.SPLITTING, str(ticket.id))
    return frozenset(map(int, known.data["chosen"])) if known is not None else frozenset()


async def choose(work: Work, ticket: Ticket, message: int) -> bool:
    """Choose a message, or no longer; False: the ticket has none like it any more."""
    if not any(each.id == message for each in await messages(work, ticket)):
        return False
    now = await chosen(work, ticket) ^ {message}
    due = work.now + KEPT
    data = {"chosen": sorted(now)}
    work.unit.set_timer(Timer(TimerKind.SPLITTING, str(ticket.id), due, data))
    return True


async def split(
    work: Work, ticket: Ticket, by: Person, wanted: Collection[int], category: str
) -> Ticket | Refusal:
    """Open a ticket with some of what was said in another one; the customer hears its number.

    It is routed and promised as any new one; what was promised about the other stays. `category` is
    the id of one, or empty.
    """
    known = await messages(work, ticket)
    reason = why_not(ticket, known, wanted)
    if reason is not None:
        return Refusal(reason)
    customer = await work.unit.get(Customer, ticket.customer_id)
    if customer is None or not ticket.chat_id:
        return Refusal("not_open")
    going = [each for each in known if each.id in wanted]
    rest = _without(ticket, known, wanted)
    work.unit.put(rest)
    words = words_of(going)
    new = await tickets.open_ticket(
        work,
        customer=customer,
        chat_id=ticket.chat_id,
        words=words.text,
        pieces=(),
        stage=ticket.stage,
        category=category,
        severity=ticket.severity,
        wish="",
        formatting={"words": list(words.entities)} if words.entities else {},
        tags=ticket.tags,
        taken=[entry for each in going for entry in each.entries],
    )
    await _forget(work, ticket)
    await _say(work, rest, new, by)
    return new


def _without(ticket: Ticket, known: list[Said], going: Collection[int]) -> Ticket:
    """A ticket without what goes; where nothing of its words would be left, later ones are."""
    before = Formatted(ticket.words, tuple(ticket.formatting.get("words", ())))
    words = without(before, known, going)
    if not words.text:
        words = words_of(each for each in known if each.id not in going)
    others = {name: each for name, each in ticket.formatting.items() if name != "words"}
    marks = {"words": list(words.entities)} if words.entities else {}
    return replace(ticket, words=words.text, formatting={**others, **marks}, compared_at=None)


async def _forget(work: Work, ticket: Ticket) -> None:
    known = await work.unit.timers.pending(TimerKind.SPLITTING, str(ticket.id))
    if known is not None:
        work.unit.delete(known)


async def _say(work: Work, ticket: Ticket, new: Ticket, by: Person) -> None:
    """Write down in both what was done, and tell the customer the new number."""
    record(work, ticket, EntryKind.SPLIT, by=by, text=f"#{new.number}")
    record(work, new, EntryKind.PARTED, text=f"#{ticket.number}")
    name = display_safe(by.name)
    for place, key, number in (
        (ticket, "sorting.split", new.number),
        (new, "sorting.parted", ticket.number),
    ):
        text = staff_words(work, place, key, name=name, number=f"#{number}")
        to_ticket(work, place, plain(text))
    await cards.update_card(work, ticket)
    numbers = {"number": f"#{new.number}", "before": f"#{ticket.number}"}
    told = await customer_words(work, new, "desk.told_split", **numbers)
    await to_customer(work, new, plain(told), quiet=True)


async def forget(work: Work, timer: Timer) -> None:
    """Forget a choice that nobody went on with; the timer held it."""


TIMERS: dict[str, Callable[[Work, Timer], Awaitable[None]]] = {TimerKind.SPLITTING: forget}
