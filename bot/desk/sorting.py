"""How staff sort tickets: by tags and notes of their own, by how bad it is, by what kind it is.

None of it moves what was promised already, or the place where a ticket is worked at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.core.names import display_safe
from bot.core.rich import plain
from bot.core.work import Work
from bot.desk import cards, merging, notes
from bot.desk.speaking import record, staff_words, to_ticket
from flows.desk import tags
from flows.entities import Entry, Group, Ticket
from flows.entities.kinds import EntryKind
from flows.entities.lifecycle import Person, Refusal

SEVERITIES = range(1, 6)
LOOKED_AT = 400
"""Open tickets whose tags are offered."""
OFFERED = 12
"""Tags on buttons."""


async def tag(
    work: Work, ticket: Ticket, by: Person, add: Sequence[str], drop: Sequence[str]
) -> Ticket | Refusal:
    """Put tags on a ticket, and take others off; all of them or none."""
    ticket = await merging.standing(work, ticket)
    after = tags.changed(ticket.tags, add, drop)
    if isinstance(after, Refusal) or after == ticket.tags:
        return after if isinstance(after, Refusal) else ticket
    came = [each for each in after if each not in ticket.tags]
    gone = [each for each in ticket.tags if each not in after]
    work.unit.search.sort(ticket.id, came, found=True)
    work.unit.search.sort(ticket.id, gone, found=False)
    sorted_ = replace(ticket, tags=after)
    work.unit.put(sorted_)
    did = " ".join([*(f"+{each}" for each in came), *(f"-{each}" for each in gone)])
    record(work, sorted_, EntryKind.TAGGED, by=by, text=did)
    await cards.update_card(work, sorted_)
    return sorted_


async def rate(work: Work, ticket: Ticket, by: Person, severity: int) -> Ticket:
    """Note how bad a ticket is, from 1 to 5."""
    ticket = await merging.standing(work, ticket)
    if ticket.severity == severity:
        return ticket
    rated = replace(ticket, severity=severity)
    work.unit.put(rated)
    record(work, rated, EntryKind.RATED, by=by, text=str(severity))
    await _say(work, rated, "sorting.rated", by, severity=severity)
    return rated


async def file(work: Work, ticket: Ticket, by: Person, category: str) -> Ticket:
    """Note of what kind a ticket is, by the id of a category; it stays with its team."""
    ticket = await merging.standing(work, ticket)
    if ticket.category == category:
        return ticket
    filed = replace(ticket, category=category)
    work.unit.put(filed)
    record(work, filed, EntryKind.FILED, by=by, text=category)
    await _say(work, filed, "sorting.filed", by, category=category_title(work, ticket, category))
    return filed


async def note(
    work: Work, ticket: Ticket, by: Person, text: str, place: tuple[int, int]
) -> Ticket | Refusal:
    """Keep a note; `place` is the chat and the number of the message in which it was written."""
    reason = notes.why_not(text)
    if reason is not None:
        return Refusal(reason)
    ticket = await merging.standing(work, ticket)
    said = text.strip()
    chat_id, message_id = place
    record(work, ticket, EntryKind.NOTE, by=by, text=said, chat_id=chat_id, message_id=message_id)
    work.unit.search.add(ticket.id, said)
    await cards.update_card(work, ticket)
    return ticket


async def amend_note(work: Work, ticket: Ticket, written: Entry, text: str) -> Refusal | None:
    """Let a note say what the message in which it was written says by now."""
    reason = notes.why_not(text)
    if reason is not None:
        return Refusal(reason)
    work.unit.put(replace(written, text=text.strip()))
    work.unit.search.add(ticket.id, text)
    await cards.update_card(work, ticket)
    return None


async def _say(work: Work, ticket: Ticket, key: str, by: Person, **values: object) -> None:
    to_ticket(
        work, ticket, plain(staff_words(work, ticket, key, name=display_safe(by.name), **values))
    )
    await cards.update_card(work, ticket)


def category_title(work: Work, ticket: Ticket, category: str) -> str:
    """What a ticket's staff call a category."""
    config, language = work.services.config, work.services.language_at(ticket)
    found = next((each for each in config.every_category if each.id == category), None)
    return found.in_language(language, config.brand.default_language) if found else category


def category_meant(work: Work, typed: str) -> str | None:
    """The id of the category that somebody typed, by id or title; None: there is none."""
    word = " ".join(typed.split()).casefold()
    for each in work.services.config.every_category:
        if word in {each.id, *(title.casefold() for title in each.title.values())}:
            return each.id
    return None


async def in_use(work: Work, group: Group, first: Iterable[str] = ()) -> list[str]:
    """The tags that a group's open tickets have most, after those that come `first`."""
    found = await work.unit.tickets.unresolved(group.chat_id, limit=LOOKED_AT)
    used = tags.most_used((each.tags for each in found), OFFERED)
    return list(dict.fromkeys([*first, *used]))[:OFFERED]
