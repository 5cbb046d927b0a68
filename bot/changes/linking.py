"""Adding many complaints to a change at once: shown first, added by one press.

What a press adds is kept with a timer, since the content of a message is dropped when it has left.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.changes.changes import Wanted, change_of, link_ticket, show, tells_late
from bot.changes.linking_views import LinkingViews, Proposal
from bot.core.rich import Rich
from bot.core.work import Keyboard, Work
from bot.desk.speaking import customer_names
from flows.changes.changes import by_customer
from flows.changes.telling import HELD_BACK, may_call_off
from flows.entities import Change, Ticket, TicketId, Timer
from flows.entities.kinds import Role, TimerKind
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind

KEPT = timedelta(days=7)
"""For how long what was shown can be added by a press."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a press."""

    tickets: int
    people: int
    """Those who are told at once."""


async def propose(work: Work, change: Change, wanted: Wanted) -> tuple[Rich, Keyboard]:
    """Show which complaints would be added to a change, whom that would tell, and what cannot be.

    The buttons add what is shown, to a change that was told with or without telling.
    """
    free = list(wanted.free)
    others = {}
    for ticket in wanted.elsewhere:
        other = await work.unit.get(Change, ticket.change_id) if ticket.change_id else None
        others[ticket.number] = other.number if other is not None else 0
    number = work.unit.new_id() if free else 0
    if free:
        data = {"change": change.id, "tickets": [ticket.id for ticket in free]}
        work.unit.set_timer(Timer(TimerKind.LINKING, str(number), work.now + KEPT, data))
    proposal = Proposal(
        number,
        change,
        free,
        await customer_names(work, free),
        wanted,
        others,
        len(by_customer(free)) if tells_late(change) else 0,
    )
    language = work.services.language_at(change.group_chat_id)
    return LinkingViews(work.services.words, language).proposal(proposal)


async def proposed(work: Work, number: int) -> tuple[Change, Sequence[TicketId]] | None:
    """What a proposal would add, and to which change; None: it was added, or is too old."""
    timer = await work.unit.timers.pending(TimerKind.LINKING, str(number))
    if timer is None:
        return None
    change = await change_of(work, str(Ref(RefKind.CHANGE, int(timer.data["change"]))))
    return None if change is None else (change, [TicketId(each) for each in timer.data["tickets"]])


async def add(work: Work, number: int, *, tell: bool) -> Added | None:
    """Add what was shown, as far as it is still free; None: it was added, or is too old."""
    found = await proposed(work, number)
    timer = await work.unit.timers.pending(TimerKind.LINKING, str(number))
    if found is None or timer is None:
        return None
    work.unit.delete(timer)
    return await _add(work, *found, tell=tell)


async def _add(work: Work, change: Change, ids: Sequence[TicketId], *, tell: bool) -> Added:
    linked: list[Ticket] = []
    for ticket_id in ids:
        ticket = await work.unit.get(Ticket, ticket_id)
        if ticket is None or ticket.change_id is not None:
            continue
        added = await link_ticket(work, change, ticket, tell=tell)
        if added.change_id == change.id:
            linked.append(added)
    show(work, change, new=True)
    told = len(by_customer(linked)) if tell and tells_late(change) else 0
    return Added(len(linked), told)


# -- telling those who are added late -------------------------------------------------------------


async def hold(work: Work, number: int, by: Person) -> tuple[Change, int] | None:
    """Add what was shown in a minute, and tell its people then; give the change and how many.

    None: it was added, or is too old.
    """
    found = await proposed(work, number)
    timer = await work.unit.timers.pending(TimerKind.LINKING, str(number))
    if found is None or timer is None:
        return None
    change, ids = found
    work.unit.delete(timer)
    data = {**timer.data, "by": by.id}
    work.unit.set_timer(Timer(TimerKind.LATE, str(number), work.now + HELD_BACK, data))
    tickets = await work.unit.get_all(Ticket, ids)
    free = [ticket for ticket in tickets.values() if ticket.change_id is None]
    return change, len(by_customer(free))


async def call_off(work: Work, number: int, by: Person, role: Role | None) -> Refusal | None:
    """Have nobody added and told of what was held back."""
    timer = await work.unit.timers.pending(TimerKind.LATE, str(number))
    if timer is None:
        return Refusal("too_late")
    if not may_call_off(timer.data["by"], by.id, role):
        return Refusal("not_yours")
    work.unit.delete(timer)
    return None


async def late_due(work: Work, timer: Timer) -> None:
    """Add what was held back, as far as it is still free, and tell its people."""
    change = await change_of(work, str(Ref(RefKind.CHANGE, int(timer.data["change"]))))
    if change is not None:
        ids = [TicketId(each) for each in timer.data["tickets"]]
        await _add(work, change, ids, tell=True)


async def forget(work: Work, timer: Timer) -> None:
    """Let a proposal go that nobody took up."""


TIMERS: dict[str, Callable[[Work, Timer], Awaitable[None]]] = {
    TimerKind.LINKING: forget,
    TimerKind.LATE: late_due,
}
"""What to do when a timer of this kind fires, by kind."""
