"""Doing something to a ticket, with what follows for its clocks and for the log of promises.

Nothing here asks the database: the clocks are in the ticket's row, and the log only grows.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.core.work import Work
from flows.desk.clocks import Happened
from flows.desk.terms import terms_of
from flows.desk.tickets import act
from flows.desk.watch import RESPONSES, read, turned
from flows.entities import ClockKind, ClockLine, Ticket
from flows.entities.lifecycle import Person, Refusal
from flows.entities.replaced import replaced
from flows.formatted import Entity


def do(
    work: Work,
    ticket: Ticket,
    trigger: str,
    *,
    by: Person | None = None,
    text: str = "",
    entities: Sequence[Entity] = (),
    until: datetime | None = None,
) -> Ticket | Refusal:
    """Let something happen to a ticket, as `flows.desk.tickets.act`, and have its clocks follow.

    The new form is not written yet; what became of promises is.
    """
    moved = act(ticket, trigger, work.now, by=by, text=text, entities=entities, until=until)
    if isinstance(moved, Refusal):
        return moved
    return _follow(work, ticket, moved, trigger, by.id if by else None)


def start(work: Work, ticket: Ticket) -> Ticket:
    """A ticket that is being opened, with its clocks and the time that its customer is told.

    Where enough real cases say how long an answer takes, that is told. If it is less than what is
    configured, it is what the clock counts: whatever a customer was told is watched over.
    """
    terms = terms_of(work.services.config, ticket)
    usual = terms.targets[ClockKind.FIRST_RESPONSE]
    told = work.services.told_times.get(ticket.team_id, usual)
    targets = {**terms.targets, ClockKind.FIRST_RESPONSE: min(usual, told)}
    begun, _ = turned(ticket, ticket, "open", work.now, replaced(terms, targets=targets))
    due_at = terms.calendar.add(work.now, told)
    clock = read(begun.watch).clock(*RESPONSES)
    latest = clock.latest if clock is not None else None  # they leave soon after
    return replaced(begun, response_due_at=min(due_at, latest) if latest else due_at)


def shows(before: Ticket, after: Ticket) -> bool:
    """Whether a card has something else to show; moments at which to look again do not."""
    same = replaced(after, watch=before.watch, look_at=before.look_at)
    return same != before or _running(before) != _running(after)


def _running(ticket: Ticket) -> list[str]:
    return [str(clock["kind"]) for clock in ticket.watch.get("clocks", ())]


def _follow(
    work: Work, before: Ticket, after: Ticket, trigger: str, by: int | None = None
) -> Ticket:
    terms = terms_of(work.services.config, after)
    followed, happened = turned(before, after, trigger, work.now, terms, by=by)
    log(work, after, happened)
    return followed


def log(work: Work, ticket: Ticket, happened: Iterable[Happened]) -> None:
    """Write down what became of a ticket's promises."""
    for each in happened:
        clock = each.clock
        target = round(clock.target.total_seconds())
        line = ClockLine(
            ticket.id, clock.kind, clock.round, each.event, each.at, clock.due_at, target
        )
        work.unit.add(line)
