"""What the desk reads with a batch: tickets with their histories, their customers, their staff."""

from collections.abc import Collection

from bot.core.expected import Expected
from bot.core.work import Work
from flows.entities import Change, Entry, Group, ThemeId, Ticket, TicketId, Timer
from flows.entities.facts import ANONYMOUS, MOVED, PLAIN, SEEN, SIGN, STAFF
from flows.entities.kinds import OF_REMEDIES, TimerKind


async def load(work: Work, expected: Expected) -> None:
    """Read what updates, messages on their way out, or reports of what was sent are about."""
    if expected.rows:
        await _load_for_messages(work, expected)
    elif expected.tickets or expected.entries:
        await _load_for_reports(work, expected)
    else:
        await _load_for_updates(work, expected)


# -- updates ----------------------------------------------------------------------------------


async def _load_for_updates(work: Work, expected: Expected) -> None:
    """What staff answer changes what goes on in the chats of the tickets, so those are read too."""
    unit = work.unit
    if expected.staff:
        await _load_staff(work, expected)
    await unit.outbox.load(messages=expected.messages)
    rows = [await unit.outbox.by_message(*message) for message in expected.messages]
    ids = {row.ticket_id for row in rows if row is not None and row.ticket_id is not None}
    await unit.get_all(Ticket, ids)
    tickets = await unit.tickets.load(
        tickets=ids,
        customers=expected.customers,
        topics=expected.topics,
        messages=expected.messages | expected.said,
    )
    if not tickets:
        return
    await unit.outbox.load(tickets={ticket.id for ticket in tickets})
    await unit.load(Timer, [(TimerKind.FLOOD, str(ticket.id)) for ticket in tickets])
    await unit.customers.by_ids({ticket.customer_id for ticket in tickets})
    chats = {ticket.chat_id for ticket in tickets if ticket.chat_id}
    await unit.customers.at_accounts(chats)
    if expected.staff:
        expected.chats |= chats
        for team_id in {ticket.team_id for ticket in tickets}:
            await unit.tickets.recent_answers(team_id)


async def _load_staff(work: Work, expected: Expected) -> None:
    names: set[str] = set()
    for chat_id, number, handle in expected.staff:
        names |= {STAFF.of(chat_id, number), PLAIN.of(chat_id, number), ANONYMOUS.of(chat_id)}
        if handle:
            names.add(SEEN.of(chat_id, handle))
    await work.unit.facts.load(names)


# -- messages on their way out, and what became of them -----------------------------------------


async def _load_for_messages(work: Work, expected: Expected) -> None:
    """A card shows nearly all that is known; other messages need little more than their ticket."""
    unit = work.unit
    bound = await unit.get_all(Group, expected.groups, lock=False)
    await unit.facts.load(MOVED.of(chat_id) for chat_id in expected.groups - bound.keys())
    await unit.outbox.load(ids=expected.rows)
    tickets = (await unit.get_all(Ticket, expected.tickets)).values()
    if not any(method.startswith("@") for method in expected.methods):
        return
    customers = {ticket.customer_id for ticket in tickets}
    await unit.customers.by_ids(customers)
    await unit.customers.at_accounts({ticket.chat_id for ticket in tickets if ticket.chat_id})
    await unit.get_all(Entry, expected.entries)
    if "@card" in expected.methods:
        await unit.tickets.load(tickets=expected.tickets, customers=customers)
        await unit.schedules.events_of(customers)
        await _load_alike(work, tickets)
        await _load_remedies(work, tickets)
        await unit.outbox.load(tickets=expected.tickets)


async def _load_remedies(work: Work, tickets: Collection[Ticket]) -> None:
    """What was granted, for those in whose history, which is read by now, something was."""
    unit, granted = work.unit, []
    for ticket in tickets:
        entries = await unit.tickets.entries(ticket.id)
        if any(each.kind in OF_REMEDIES for each in entries):
            granted.append(ticket.id)
    await unit.remedies.of_tickets(granted)


async def _load_alike(work: Work, tickets: Collection[Ticket]) -> None:
    """What complaints belong to, and what they were found to be like."""
    named = [ticket.alike for ticket in tickets]
    themes = {ThemeId(each) for found in named for each in found.get("themes", ())}
    themes |= {ticket.theme_id for ticket in tickets if ticket.theme_id is not None}
    changes = {each for found in named for each in found.get("changes", ())}
    like = {TicketId(each) for found in named for each in found.get("tickets", ())}
    await work.unit.tickets.by_ids(like)
    await work.unit.themes.by_ids(themes)
    await work.unit.get_all(Change, changes, lock=False)


async def _load_for_reports(work: Work, expected: Expected) -> None:
    tickets = await work.unit.get_all(Ticket, expected.tickets)
    await work.unit.get_all(Entry, expected.entries)
    groups = {ticket.group_chat_id for ticket in tickets.values()}
    await work.unit.facts.load(SIGN.of(chat_id) for chat_id in groups if chat_id is not None)
