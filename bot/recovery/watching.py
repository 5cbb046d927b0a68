"""What is reminded of: promises that passed without a word, and what waits long for a yes."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.work import Work
from bot.desk import merging
from bot.recovery import saying
from flows.desk.terms import terms_of
from flows.entities import Remedy, Ticket, TicketId, Timer
from flows.entities.kinds import TimerKind
from flows.recovery.waiting import Reminder, next_at, reminders


async def watch(work: Work, remedy: Remedy) -> None:
    """Have a complaint's remedies looked at when the first promise of them is over."""
    if remedy.due_at is None:
        return
    subject = str(remedy.ticket_id)
    known = await work.unit.timers.pending(TimerKind.REMEDY_DUE, subject)
    if known is None or known.due_at > remedy.due_at:
        work.unit.set_timer(Timer(TimerKind.REMEDY_DUE, subject, remedy.due_at))


async def due(work: Work, timer: Timer) -> None:
    """Remind staff of what was to have happened by now, each once."""
    ticket = await work.unit.get(Ticket, TicketId(int(timer.subject)))
    if ticket is None:
        return
    for remedy in await work.unit.remedies.of_ticket(ticket.id):
        if remedy.state != "granted" or remedy.due_at is None or remedy.reminded_at is not None:
            continue
        if remedy.due_at > work.now:
            await watch(work, remedy)
            continue
        work.unit.put(replace(remedy, reminded_at=work.now))
        saying.remind(work, remedy, await merging.standing(work, ticket))


def reminders_of(work: Work, remedy: Remedy, ticket: Ticket) -> Sequence[Reminder]:
    """Who is reminded that a remedy of a complaint waits for a yes, and when."""
    config = work.services.config
    return reminders(remedy, config.grants.remind_after.exact, terms_of(config, ticket).calendar)


async def watch_waiting(work: Work, remedy: Remedy, ticket: Ticket) -> None:
    """Have a complaint's remedies looked at when somebody is to be reminded that one waits."""
    at = next_at(reminders_of(work, remedy, ticket), work.now)
    if at is None:
        return
    subject = str(remedy.ticket_id)
    known = await work.unit.timers.pending(TimerKind.REMEDY_WAITS, subject)
    if known is None or known.due_at > at or known.due_at <= work.now:
        work.unit.set_timer(Timer(TimerKind.REMEDY_WAITS, subject, at))
