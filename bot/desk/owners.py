"""Whoever has a ticket: they lose it when they are silent, away or gone, and somebody else is
called. Only they can have it who are there.
"""

from datetime import datetime

from bot.core.names import display_safe, moment
from bot.core.work import Work
from bot.desk import cards, clocks, escalation, members
from bot.desk.speaking import record, staff_words, to_ticket
from flows.desk.watch import read
from flows.entities import Group, Ticket
from flows.entities.facts import AWAY
from flows.entities.kinds import EntryKind
from flows.entities.lifecycle import Person, Refusal

ALL = 100_000
"""More tickets than anybody has."""


async def release(work: Work, ticket: Ticket, why: str, **values: object) -> Ticket:
    """Free a ticket from whoever has it, and ask somebody else of its group to take it.

    `why` is `silent`, `away` or `gone`.
    """
    freed = clocks.do(work, ticket, "release")
    if isinstance(freed, Refusal) or (ticket.owner_id is None and not ticket.owner_name):
        return ticket
    work.unit.put(freed)
    before = Person(ticket.owner_id, ticket.owner_name)
    record(work, freed, EntryKind.RELEASED, text=ticket.owner_name)
    said = staff_words(
        work, freed, f"desk.released_{why}", before=display_safe(before.name), **values
    )
    to_ticket(work, freed, await escalation.calling_another(work, freed, before.id, said))
    await cards.update_card(work, freed)
    return freed


async def _release_all(work: Work, group: Group, owner: int, why: str, **values: object) -> int:
    theirs = await work.unit.tickets.unresolved(group.chat_id, owner, limit=ALL)
    for ticket in theirs:
        await release(work, ticket, why, **values)
    return len(theirs)


async def gone(work: Work, group: Group, telegram_id: int) -> int:
    """Offer to others what somebody had who has left a group; give how many tickets that were."""
    await members.forget(work, group, telegram_id)
    return await _release_all(work, group, telegram_id, "gone")


# -- absence -------------------------------------------------------------------------------------


async def go_away(work: Work, group: Group, by: Person, until: datetime) -> int:
    """Note that somebody is away, and offer to others what they have in a group.

    Gives how many tickets that were.
    """
    if by.id is None:
        return 0
    await work.unit.facts.set(AWAY.of(by.id), until.isoformat())
    zone = work.services.config.brand.time_zone
    when = moment(until, zone, work.services.language_at(group))
    return await _release_all(work, group, by.id, "away", when=when)


async def come_back(work: Work, by: Person) -> bool:
    """Note that somebody is there again; tell whether they were away."""
    if by.id is None or await away_until(work, by.id) is None:
        return False
    await work.unit.facts.drop(AWAY.of(by.id))
    return True


async def away_until(work: Work, telegram_id: int | None) -> datetime | None:
    """Until when somebody is away; None: they are there."""
    told = None if telegram_id is None else await work.unit.facts.get(AWAY.of(telegram_id))
    until = None if told is None else datetime.fromisoformat(told)
    return until if until is not None and until > work.now else None


def has_just_acted(work: Work, ticket: Ticket) -> bool:
    """Whether whoever has a ticket did something about it a moment ago."""
    at = read(ticket.watch).owner_at
    return at is not None and work.now - at < members.A_MOMENT
