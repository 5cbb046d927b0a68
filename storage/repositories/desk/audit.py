"""Who did what: the lines of tickets that staff made, and those of the journal, as one history."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal, or_, select

from flows.desk.audit import Doing, Wanted
from flows.entities import Side
from flows.entities.kinds import EntryKind
from storage.repositories.base import Repository
from storage.tables import changes, entries, journal, tickets

_ENDINGS = (EntryKind.RESOLVED.value, EntryKind.DECLINED.value)
"""What staff say to a customer that is more than an answer."""
_NAMES_ANOTHER = (EntryKind.ASSIGNED.value, EntryKind.MERGED.value, EntryKind.SPLIT.value)
"""Kinds whose text says to whom, or into what."""
OFFICES = ("staff", "admin", "cli")
"""Whose lines of the journal are doings of people."""
_CHANGE, _GROUP = "change:", "group:"


class Audit(Repository):
    """What people of the business did, the newest first."""

    async def doings(self, asked: Wanted, limit: int) -> list[Doing]:
        """At most so many of the doings that are asked for."""
        found = await self._in_tickets(asked, limit)
        if asked.ticket is None:
            found = [*found, *await self._in_journal(asked, limit)]
        return sorted(found, key=lambda each: each.id, reverse=True)[:limit]

    async def _in_tickets(self, asked: Wanted, limit: int) -> list[Doing]:
        column = entries.c
        wanted = [
            column.author_id.is_not(None),
            column.side != Side.CUSTOMER.value,
            column.kind != EntryKind.SHOWN.value,
            *_within(column, asked),
        ]
        if asked.person is not None:
            wanted.append(column.author_id == asked.person)
        if asked.ticket is not None:
            wanted.append(tickets.c.number == asked.ticket)
        if asked.group is not None:
            wanted.append(tickets.c.group_chat_id == asked.group)
        query = (
            select(
                column.id,
                column.at,
                column.author_id,
                column.author_name,
                column.kind,
                column.side,
                column.text,
                tickets.c.number,
            )
            .join(tickets, tickets.c.id == column.ticket_id)
            .where(*wanted)
            .order_by(column.id.desc())
            .limit(limit)
        )
        return [_of_entry(row) for row in await self._unit.run(query)]

    async def _in_journal(self, asked: Wanted, limit: int) -> list[Doing]:
        column = journal.c
        wanted = [_by_people(asked.person), *_within(column, asked)]
        if asked.group is not None:
            own = select(literal(_CHANGE) + cast(changes.c.id, String)).where(
                changes.c.group_chat_id == asked.group
            )
            wanted.append(or_(column.subject == f"{_GROUP}{asked.group}", column.subject.in_(own)))
        query = select(journal).where(*wanted).order_by(column.id.desc()).limit(limit)
        return [
            Doing(row.id, row.at, row.actor, "", row.kind, row.subject, row.data)
            for row in await self._unit.run(query)
        ]

    async def change_numbers(self, ids: Sequence[int]) -> dict[int, int]:
        """The numbers by which people call changes, by id."""
        query = select(changes.c.id, changes.c.number).where(changes.c.id.in_(ids))
        return {row.id: row.number for row in await self._unit.run(query)}


def _of_entry(row: Any) -> Doing:
    answered = row.side == Side.STAFF.value and row.kind not in _ENDINGS
    kind = "answered" if answered else row.kind
    data = {"to": row.text} if row.kind in _NAMES_ANOTHER else {}
    subject = f"#{row.number}"
    actor = f"staff:{row.author_id}"
    return Doing(row.id, row.at, actor, row.author_name, kind, subject, data)


def _within(column: Any, asked: Wanted) -> list[ColumnElement[bool]]:
    wanted = []
    if asked.since is not None:
        wanted.append(column.at >= asked.since)
    if asked.until is not None:
        wanted.append(column.at < asked.until)
    if asked.before is not None:
        wanted.append(column.id < asked.before)
    return wanted


def _by_people(person: int | None) -> ColumnElement[bool]:
    actor = journal.c.actor
    if person is not None:
        return actor.in_([f"{office}:{person}" for office in OFFICES])
    return or_(*(actor.startswith(f"{office}:") for office in OFFICES))
