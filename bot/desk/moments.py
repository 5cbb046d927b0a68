"""What time brings about in a ticket: reminders, broken promises, and the ends of pauses."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.events import TicketBreached, TicketLapsed
from bot.core.ports import Unit
from bot.core.rich import plain
from bot.core.subject import Job
from bot.core.work import Work
from bot.desk import cards, clocks, escalation, owners, topics
from bot.desk.speaking import customer_name, hears_of, record, staff_words, to_ticket
from bot.desk.telling import on_their_clock, tell_later
from flows.desk.telling import While
from flows.desk.terms import terms_of
from flows.desk.watch import Due, DueKind, Terms, adopted, looked, read
from flows.entities import Ticket, TicketId
from flows.entities.kinds import DueRows, EntryKind
from flows.entities.lifecycle import Refusal

AT_ONCE = 100
"""Tickets that are looked at in one transaction."""
IN_A_ROW = 10
"""Tickets that are looked at while nothing else is done: they take some 5 ms."""


async def look(work: Work, tickets: Sequence[Ticket]) -> None:
    """Do what has become due in these tickets."""
    await _read_together(work, tickets)
    await _give_clocks(work, [ticket for ticket in tickets if not ticket.watch])
    known: dict[tuple[str, str, int], Terms] = {}
    for position, ticket in enumerate(tickets):
        if position % IN_A_ROW == IN_A_ROW - 1:
            await asyncio.sleep(0)
        now = await _now(work, ticket)
        alike = now.team_id, now.category, now.severity
        terms = known.get(alike) or terms_of(work.services.config, now)
        known[alike] = terms
        await _look(work, now, terms)


async def _read_together(work: Work, tickets: Sequence[Ticket]) -> None:
    """Read what is said of each of them at once, rather than of one after the other."""
    await work.unit.customers.by_ids({ticket.customer_id for ticket in tickets})
    await work.unit.customers.at_accounts({each.chat_id for each in tickets if each.chat_id})
    await work.unit.outbox.load(tickets={ticket.id for ticket in tickets})


async def _give_clocks(work: Work, tickets: Sequence[Ticket]) -> None:
    """Give clocks to tickets that an earlier version opened."""
    if not tickets:
        return
    words = await work.unit.tickets.last_words([ticket.id for ticket in tickets])
    for ticket in tickets:
        last = words.get(ticket.id)
        owed = last is not None and last.by_customer == last.by_anybody
        terms = terms_of(work.services.config, ticket)
        work.unit.put(adopted(ticket, owed, work.now, terms))


async def _now(work: Work, ticket: Ticket) -> Ticket:
    return await work.unit.get(Ticket, ticket.id) or ticket


async def _look(work: Work, ticket: Ticket, terms: Terms) -> None:
    seen, happened, due = looked(ticket, work.now, terms)
    clocks.log(work, ticket, happened)
    work.unit.put(seen)
    for each in due:
        seen = await _DO[each.kind](work, seen, each)


# -- promises ------------------------------------------------------------------------------------


async def _breached(work: Work, ticket: Ticket, due: Due) -> Ticket:
    """Raise a ticket whose promise is broken."""
    urgent = clocks.do(work, ticket, "escalate")
    if isinstance(urgent, Refusal) or due.clock is None:
        return ticket
    work.unit.put(urgent)
    record(work, urgent, EntryKind.ESCALATED, text=due.clock.kind.value)
    await cards.update_card(work, urgent)
    await work.emit(TicketBreached(urgent, due.clock.kind))
    return urgent


async def _step(work: Work, ticket: Ticket, due: Due) -> Ticket:
    if due.clock is not None and due.tell is not None:
        return await escalation.tell(work, ticket, due.clock, due.tell)
    return ticket


# -- pauses --------------------------------------------------------------------------------------


async def _ask(work: Work, ticket: Ticket, due: Due) -> Ticket:
    """Ask a customer who has the word, and has been silent, whether they still want something."""
    lapses_at = read(ticket.watch).lapse_at or work.now
    when = await on_their_clock(work, ticket, lapses_at)
    if await hears_of(work, ticket):
        key = "desk.told_still_there"
        await tell_later(work, ticket, key, While.WAITING, number=ticket.number, when=when)
    record(work, ticket, EntryKind.ASKED)
    name = await customer_name(work, ticket)
    to_ticket(work, ticket, plain(staff_words(work, ticket, "desk.asked", name=name)))
    await cards.update_card(work, ticket)
    return ticket


async def _lapse(work: Work, ticket: Ticket, due: Due) -> Ticket:
    """End a ticket whose customer has said nothing to that either."""
    ended = clocks.do(work, ticket, "lapse")
    if isinstance(ended, Refusal):
        return ticket
    work.unit.put(ended)
    record(work, ended, EntryKind.LAPSED)
    if await hears_of(work, ended):
        await tell_later(work, ended, "desk.told_lapsed", While.ALWAYS, number=ended.number)
    name = await customer_name(work, ended)
    to_ticket(work, ended, plain(staff_words(work, ended, "desk.lapsed", name=name)))
    await cards.update_card(work, ended)
    await work.emit(TicketLapsed(ended))
    return ended


async def _wake(work: Work, ticket: Ticket, due: Due) -> Ticket:
    """Let a snoozed ticket's clocks run on, and say so."""
    awake = clocks.do(work, ticket, "wake")
    if isinstance(awake, Refusal):
        return ticket
    work.unit.put(awake)
    record(work, awake, EntryKind.WOKEN)
    topics.open_again(work, awake)
    to_ticket(work, awake, await escalation.to_owner(work, awake, "woken"))
    await cards.update_card(work, awake)
    return awake


async def _news(work: Work, ticket: Ticket, due: Due) -> Ticket:
    return await escalation.tell_where_it_is(work, ticket)


async def _release(work: Work, ticket: Ticket, due: Due) -> Ticket:
    """Free a ticket from an owner who says nothing."""
    return await owners.release(work, ticket, "silent")


_DO: dict[DueKind, Callable[[Work, Ticket, Due], Awaitable[Ticket]]] = {
    DueKind.BREACHED: _breached,
    DueKind.STEP: _step,
    DueKind.ASK: _ask,
    DueKind.LAPSE: _lapse,
    DueKind.WAKE: _wake,
    DueKind.NEWS: _news,
    DueKind.RELEASE: _release,
}


# -- the job -------------------------------------------------------------------------------------


async def _due(unit: Unit, now: datetime, limit: int) -> list[Ticket]:
    return await unit.tickets.to_look_at(now, limit)


async def _again(unit: Unit, ticket: Ticket) -> Ticket | None:
    return await unit.get(Ticket, TicketId(ticket.id))


def _put_off(unit: Unit, ticket: Ticket, later: datetime) -> None:
    unit.put(replace(ticket, look_at=later))


CLOCKS: Job[Ticket] = Job(DueRows.CLOCKS, AT_ONCE, _due, _again, look, _put_off)
"""Looks at tickets whose moment has come."""
