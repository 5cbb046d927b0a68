"""The outbox: every message that is to leave, and what came of it.

A row is claimed with the token of the process that sends, and every later write names that token:
what an earlier sender still believes to hold, it can no longer change.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select, tuple_, update

from flows.entities import (
    CustomerId,
    OutboxId,
    Outgoing,
    Priority,
    SendResult,
    SendState,
    Shown,
    TicketId,
)
from flows.entities.kinds import Purpose
from flows.entities.replaced import replaced
from storage.bulk import Bulk
from storage.records import OUTGOING
from storage.repositories.base import Repository, chunks
from storage.tables import outbox

if TYPE_CHECKING:
    from storage.unit import Unit

_GATHERED = 1 << 62
"""Greater than every id that is given; where the ids of what is not written yet begin."""
SOON = timedelta(seconds=60)
"""What may leave within this time is claimed at once; what may leave later is claimed then."""

_FIELDS = itemgetter(*map(outbox.columns.keys().index, OUTGOING.fields))
"""Picks a message's fields, in their order, out of a whole row."""
_INSERT = Bulk(lambda _: outbox.insert(), [*OUTGOING.fields, "token", "claimed_at"])
_SENT = Bulk(
    lambda _: (
        update(outbox)
        .where(outbox.c.id == bindparam("row"), outbox.c.token == bindparam("holder"))
        .values(
            state="sent",
            message_id=bindparam("message"),
            sent_at=bindparam("at"),
            attempts=bindparam("tries"),
            params={},
            error="",
        )
    ),
    ["row", "holder", "message", "at", "tries"],
)


@dataclass(slots=True)
class _Read:
    """What a unit has read of the outbox; true until it changes a row."""

    exist: dict[OutboxId, bool] = field(default_factory=dict)
    by_message: dict[tuple[int, int], Outgoing | None] = field(default_factory=dict)
    waiting: dict[TicketId, list[Outgoing]] = field(default_factory=dict)


class Outbox(Repository):
    """Messages on their way out."""

    def __init__(self, unit: "Unit") -> None:
        super().__init__(unit)
        self._lets_go = False
        """Whether this unit has rows sent once more, which nobody holds yet."""
        self._read = _Read()

    async def load(
        self,
        *,
        ids: Collection[OutboxId] = (),
        messages: Collection[tuple[int, int]] = (),
        tickets: Collection[TicketId] = (),
    ) -> None:
        """Read rows together that are asked for one by one: `exists`, `by_message`, `waiting_of`.

        They are forgotten when this unit changes any row.
        """
        # What is only gathered yet is none of these, or is added to them where they are asked for.
        run = self._unit.connection.execute
        for part in chunks(each for each in ids if each not in self._read.exist):
            query = select(outbox.c.id).where(outbox.c.id.in_(part))
            found = {row.id for row in await run(query)}
            self._read.exist |= {each: each in found for each in part}
        for pairs in chunks(each for each in messages if each not in self._read.by_message):
            place = tuple_(outbox.c.chat_id, outbox.c.message_id)
            query = select(outbox).where(place.in_(pairs)).order_by(outbox.c.id)
            rows = [_outgoing(row) for row in await run(query)]
            newest = {(row.chat_id, row.message_id): row for row in rows}
            self._read.by_message |= {pair: newest.get(pair) for pair in pairs}
        for some in chunks(each for each in tickets if each not in self._read.waiting):
            query = select(outbox).where(outbox.c.ticket_id.in_(some), outbox.c.state == "waiting")
            waiting: dict[TicketId, list[Outgoing]] = {each: [] for each in some}
            for row in await run(query.order_by(outbox.c.id)):
                waiting[row.ticket_id].append(_outgoing(row))
            self._read.waiting |= waiting

    def forget(self) -> None:
        """Read rows anew from here on: some have changed."""
        self._read = _Read()

    async def insert(self, messages: Sequence[Outgoing]) -> list[Outgoing]:
        """Write messages in this order and give those that may leave soon, with their ids.

        A message whose dedupe key is known already is left out. Given with them is what nobody
        holds and has to leave before them: what another process has written for the same chat or
        ticket a moment ago, or what is to be sent once more.
        """
        messages = await self._without_repeats(messages)
        if not messages:
            return []
        first = await self._unit.reserve("outbox", len(messages))
        numbered = [
            replaced(message, id=OutboxId(first + position))
            for position, message in enumerate(messages)
        ]
        await _INSERT.run(self._unit.connection, [self._row(message) for message in numbered])
        self._read.waiting = {}
        soon = [
            message
            for message in numbered
            if message.not_before is None or message.not_before <= message.created_at + SOON
        ]
        return [*await self._left_before(soon), *soon]

    async def _left_before(self, messages: Sequence[Outgoing]) -> list[Outgoing]:
        """Claim what nobody holds in the lanes of these; asks have no order to keep.

        On SQLite no other process writes, and what this one has let go of is claimed soon.
        """
        if not (self._unit.is_postgres or self._lets_go):
            return []
        lanes = {each.lane: each for each in messages if each.priority is not Priority.ASK}
        if self._unit.token is None or not lanes:
            return []
        now, first = messages[0].created_at, messages[0].id
        found: list[Outgoing] = []
        for part in chunks(lanes):
            query = (
                select(outbox)
                .where(
                    outbox.c.lane.in_(part),
                    outbox.c.state == "waiting",
                    outbox.c.token.is_(None),
                    outbox.c.priority != int(Priority.ASK),
                    outbox.c.id < first,
                    or_(outbox.c.not_before.is_(None), outbox.c.not_before <= now + SOON),
                )
                .with_for_update(skip_locked=True)
            )
            found += [_outgoing(row) for row in await self._unit.connection.execute(query)]
        for ids in chunks([row.id for row in found]):
            await self._unit.connection.execute(
                update(outbox)
                .where(outbox.c.id.in_(ids))
                .values(token=self._unit.token, claimed_at=now)
            )
        return sorted(found, key=lambda row: row.id)

    def _row(self, message: Outgoing) -> dict[str, Any]:
        row = OUTGOING.to_row(message)
        soon = message.not_before is None or message.not_before <= message.created_at + SOON
        token = self._unit.token if soon else None
        return row | {"token": token, "claimed_at": message.created_at if token else None}

    async def _without_repeats(self, messages: Sequence[Outgoing]) -> Sequence[Outgoing]:
        keys = [message.dedupe for message in messages if message.dedupe is not None]
        if not keys:
            return messages
        seen: set[str | None] = set()
        for part in chunks(keys):
            query = select(outbox.c.dedupe).where(outbox.c.dedupe.in_(part))
            seen |= {row.dedupe for row in await self._unit.connection.execute(query)}
        fresh = []
        for message in messages:
            if message.dedupe is None or message.dedupe not in seen:
                seen.add(message.dedupe)
                fresh.append(message)
        return fresh

    async def claim(
        self, token: str, now: datetime, limit: int, last: Priority = Priority.ASK
    ) -> list[Outgoing]:
        """Claim waiting rows that this sender does not hold, the most urgent and oldest first.

        Rows less urgent than `last` are left alone. A row that another sender had claimed may have
        left before that sender died: it comes with `maybe_repeated` set, unless it was never tried.
        """
        query = (
            select(outbox.c.id)
            .where(*_unclaimed(token, now, last))
            .order_by(outbox.c.priority, outbox.c.id)
            .limit(limit)
        )
        ids = [row.id for row in await self._unit.run(query)]
        if not ids:
            return []
        self.forget()
        rows: list[Any] = []
        for part in chunks(ids):
            # Locked before they are read: their sender may live, and be about to begin with one.
            query = select(outbox).where(outbox.c.id.in_(part), *_unclaimed(token, now, last))
            found = (await self._unit.connection.execute(query.with_for_update())).all()
            rows += found
            await self._unit.connection.execute(
                update(outbox)
                .where(outbox.c.id.in_([row.id for row in found]))
                .values(
                    token=token,
                    claimed_at=now,
                    maybe_repeated=or_(outbox.c.maybe_repeated, outbox.c.token.is_not(None)),
                )
            )
        claimed = [_outgoing(row, row.maybe_repeated or row.token is not None) for row in rows]
        return sorted(claimed, key=lambda message: (message.priority, message.id))

    async def unclaimed(self, token: str, now: datetime, last: Priority = Priority.ASK) -> bool:
        """Tell whether there is anything for this sender to claim, up to `last` in urgency."""
        query = select(outbox.c.id).where(*_unclaimed(token, now, last)).limit(1)
        return (await self._unit.run(query)).first() is not None

    async def held(
        self, token: str, limit: int, *, before: datetime | None = None
    ) -> list[Outgoing]:
        """Waiting rows that this sender holds, the most urgent and oldest first.

        With `before` only those that it has held since before that moment.
        """
        query = select(outbox).where(*_held(token, before))
        query = query.order_by(outbox.c.priority, outbox.c.id).limit(limit)
        return [_outgoing(row) for row in await self._unit.run(query)]

    async def orphans(
        self, token: str, known: Collection[OutboxId], limit: int, *, before: datetime
    ) -> list[Outgoing]:
        """Waiting rows that this sender has held since before then and does not know of."""
        query = select(outbox.c.id).where(*_held(token, before))
        ids = [row.id for row in await self._unit.run(query.order_by(outbox.c.id))]
        found: list[Outgoing] = []
        for part in chunks([each for each in ids if each not in known][:limit]):
            query = select(outbox).where(outbox.c.id.in_(part), *_held(token, before))
            found += [_outgoing(row) for row in await self._unit.run(query.order_by(outbox.c.id))]
        return found

    async def unrecorded(self, token: str, ids: Collection[OutboxId]) -> dict[OutboxId, int]:
        """Which of these this sender still holds with no outcome written yet, and their chats.

        A commit whose answer was lost is tried again: what it wrote is not to be written twice.
        """
        found: dict[OutboxId, int] = {}
        for part in chunks(ids):
            query = select(outbox.c.id, outbox.c.chat_id).where(
                outbox.c.id.in_(part),
                outbox.c.token == token,
                outbox.c.state.in_(("waiting", "cancelled")),
            )
            found |= {OutboxId(row.id): row.chat_id for row in await self._unit.run(query)}
        return found

    async def begin(self, token: str, ids: Collection[OutboxId], now: datetime) -> set[OutboxId]:
        """Write down that these are about to be tried, before they are; give those that may be.

        For messages that must rather be lost than repeated: after a crash, one that was begun and
        has no error is in doubt, any other can still be sent. One that this sender does not hold
        any more is another's to send.
        """
        begun: set[OutboxId] = set()
        for part in chunks(ids):
            statement = (
                update(outbox)
                .where(outbox.c.id.in_(part), *_held(token))
                .values(attempts=outbox.c.attempts + 1, claimed_at=now, error="")
                .returning(outbox.c.id)
            )
            begun |= {OutboxId(row.id) for row in await self._unit.run(statement)}
        return begun

    async def exists(self, outbox_id: OutboxId) -> bool:
        """Tell whether there is such a row: what was about somebody who was erased is gone."""
        await self.load(ids=[outbox_id])
        return self._read.exist[outbox_id]

    async def record(self, token: str, results: Sequence[SendResult]) -> None:
        """Write what became of tries, for rows that this sender still holds.

        The content of what was sent is dropped; that it was sent, when and as which message stays.
        """
        base = update(outbox).where(outbox.c.id == bindparam("row"), outbox.c.token == token)
        sent = [result for result in results if result.state is SendState.SENT]
        if sent:
            await self._unit.flush()
            self.forget()
            await _SENT.run(
                self._unit.connection,
                [
                    {
                        "row": r.id,
                        "holder": token,
                        "message": r.message_id,
                        "at": r.at,
                        "tries": r.attempts,
                    }
                    for r in sent
                ],
            )
        others = [result for result in results if result.state is not SendState.SENT]
        if others:
            await self._unit.run(
                base.values(
                    state=bindparam("state"),
                    attempts=bindparam("tries"),
                    error=bindparam("error"),
                    maybe_repeated=bindparam("repeated"),
                ),
                [
                    {
                        "row": r.id,
                        "state": r.state.value,
                        "tries": r.attempts,
                        "error": r.error[:500],
                        "repeated": r.maybe_repeated,
                    }
                    for r in others
                ],
            )

    async def put_off(self, token: str, outbox_id: OutboxId, until: datetime) -> None:
        """A row back that this sender holds, to be claimed again when its moment comes."""
        statement = update(outbox).where(outbox.c.id == outbox_id, outbox.c.token == token)
        await self._unit.run(statement.values(token=None, claimed_at=None, not_before=until))

    async def get(self, outbox_id: OutboxId) -> Outgoing | None:
        """One row."""
        row = (await self._unit.run(select(outbox).where(outbox.c.id == outbox_id))).first()
        return None if row is None else _outgoing(row)

    async def by_message(self, chat_id: int, message_id: int) -> Outgoing | None:
        """The row that became this Telegram message."""
        await self.load(messages=[(chat_id, message_id)])
        return self._read.by_message[chat_id, message_id]

    async def shown_in(self, chats: Collection[int], limit: int) -> dict[int, list[Shown]]:
        """Which rows became or changed messages of each chat, at most so many, the newest first."""
        found: dict[int, list[Shown]] = {chat_id: [] for chat_id in chats}
        newest = func.row_number().over(partition_by=outbox.c.chat_id, order_by=outbox.c.id.desc())
        columns = (outbox.c.chat_id, outbox.c.id, outbox.c.message_id, outbox.c.subject)
        for part in chunks(chats):
            ranked = (
                select(*columns, newest.label("place"))
                .where(
                    outbox.c.chat_id.in_(part),
                    outbox.c.message_id.is_not(None),
                    outbox.c.state == "sent",
                )
                .subquery()
            )
            query = select(ranked).where(ranked.c.place <= limit).order_by(ranked.c.place)
            for chat_id, outbox_id, message_id, subject, _ in await self._unit.run(query):
                found[chat_id].append(Shown(OutboxId(outbox_id), message_id, subject))
        return found

    async def retry(self, outbox_id: OutboxId, now: datetime) -> bool:
        """Send a failed or doubtful row again, as if it were written now; tell if it was one."""
        self._lets_go = True
        statement = update(outbox).where(
            outbox.c.id == outbox_id, outbox.c.state.in_(("failed", "doubt"))
        )
        result = await self._unit.run(
            statement.values(
                state="waiting",
                token=None,
                claimed_at=None,
                created_at=now,
                not_before=None,
                attempts=0,
                error="",
            )
        )
        return bool(result.rowcount)

    async def retry_missed(
        self, chat_id: int, customer_id: CustomerId, reasons: Collection[str], now: datetime
    ) -> list[Outgoing]:
        """Send again, from now on, what a customer missed of their tickets; give it in its order.

        `reasons` are those that the errors begin with. What has lost its content by its age is
        left as it is.
        """
        query = select(outbox).where(
            outbox.c.chat_id == chat_id,
            outbox.c.customer_id == customer_id,
            outbox.c.ticket_id.is_not(None),
            outbox.c.state == "failed",
            or_(*(outbox.c.error.startswith(f"{reason}:") for reason in reasons)),
        )
        found = [_outgoing(row) for row in await self._unit.run(query.order_by(outbox.c.id))]
        missed = [row for row in found if row.params]
        for row in missed:
            await self.retry(row.id, now)
        return missed

    async def cancel_waiting(self, chat_id: int, priority: Priority, reason: str) -> None:
        """Cancel what waits for a chat at this priority, such as asks to somebody who left."""
        await self._unit.run(
            update(outbox)
            .where(
                outbox.c.chat_id == chat_id,
                outbox.c.state == "waiting",
                outbox.c.priority == int(priority),
            )
            .values(state="cancelled", error=reason)
        )

    async def move_chat(self, old: int, new: int, *, apart_from: Collection[str]) -> None:
        """Readdress what waits for a group that became a supergroup.

        Calls of the methods `apart_from`, about messages of the old group, are cancelled. Nothing
        else may refer to one either: the new group numbers its messages anew.
        """
        waiting = and_(outbox.c.chat_id == old, outbox.c.state == "waiting")
        pointless = outbox.c.method.in_(list(apart_from))
        await self._unit.run(
            update(outbox)
            .where(waiting, pointless)
            .values(state="cancelled", error="the group moved")
        )
        found = await self._unit.run(select(outbox.c.id, outbox.c.params).where(waiting))
        rows = [
            {
                "row": row.id,
                "kept": {k: v for k, v in row.params.items() if k != "reply_parameters"},
            }
            for row in found
        ]
        if rows:
            moved = update(outbox).where(outbox.c.id == bindparam("row"))
            await self._unit.run(moved.values(chat_id=new, params=bindparam("kept")), rows)

    async def sent_since(
        self, chat_ids: Collection[int], since: datetime
    ) -> list[tuple[int, datetime]]:
        """Chat and moment of what was sent to these chats lately, to go on pacing."""
        query = select(outbox.c.chat_id, outbox.c.sent_at).where(
            outbox.c.sent_at >= since, outbox.c.chat_id.in_(list(chat_ids))
        )
        return [(row.chat_id, row.sent_at) for row in await self._unit.run(query)]

    async def counts(self) -> dict[str, int]:
        """Count rows that wait, failed or are in doubt, and possible repeats."""
        query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        found = {row[0]: row[1] for row in await self._unit.run(query)}
        repeats = await self._unit.run(
            select(func.count()).where(and_(outbox.c.maybe_repeated, outbox.c.state == "sent"))
        )
        return found | {"maybe_repeated": repeats.scalar_one()}

    async def recent(self, limit: int = 50) -> list[Outgoing]:
        """The newest rows, the newest first."""
        rows = await self._unit.run(select(outbox).order_by(outbox.c.id.desc()).limit(limit))
        return [_outgoing(row) for row in rows]

    async def waiting_of(self, ticket_id: TicketId, method: str) -> list[Outgoing]:
        """The rows of one method that wait for a ticket, in the order of writing.

        Those that this unit has only gathered yet are the last; their ids are greater than all.
        """
        await self.load(tickets=[ticket_id])
        gathered = [
            replaced(row, id=OutboxId(_GATHERED + position))
            for position, row in enumerate(self._unit.gathered)
            if row.ticket_id == ticket_id
        ]
        rows = [*self._read.waiting[ticket_id], *gathered]
        return [row for row in rows if row.method == method]

    async def waiting_behind(self, row: Outgoing) -> list[Outgoing]:
        """What waits behind a row in its lane, as urgent as it."""
        column = outbox.c
        query = select(outbox).where(
            column.state == "waiting",
            column.priority == row.priority,
            column.id > row.id,
            column.lane == row.lane,
        )
        return [_outgoing(found) for found in await self._unit.run(query.order_by(column.id))]

    async def of_tickets(self, ids: Collection[TicketId], purpose: Purpose) -> list[Outgoing]:
        """The rows of one purpose that were written for these tickets."""
        found: list[Outgoing] = []
        for part in chunks(ids):
            query = select(outbox).where(outbox.c.ticket_id.in_(part), outbox.c.purpose == purpose)
            found += [_outgoing(row) for row in await self._unit.run(query.order_by(outbox.c.id))]
        return found

    async def erase(self, row_id: OutboxId) -> None:
        """Keep nothing of a row, not even that it was sent."""
        await self._unit.run(delete(outbox).where(outbox.c.id == row_id))

    async def by_dedupe(self, keys: Collection[str]) -> dict[str, Outgoing]:
        """The rows that were written under these keys."""
        found: dict[str, Outgoing] = {}
        for part in chunks(keys):
            rows = await self._unit.run(select(outbox).where(outbox.c.dedupe.in_(part)))
            found |= {row.dedupe: _outgoing(row) for row in rows}
        return found


def _unclaimed(token: str, now: datetime, last: Priority) -> list[ColumnElement[bool]]:
    return [
        outbox.c.state == "waiting",
        outbox.c.priority <= int(last),
        or_(outbox.c.token.is_(None), outbox.c.token != token),
        or_(outbox.c.not_before.is_(None), outbox.c.not_before <= now + SOON),
    ]


def _held(token: str, before: datetime | None = None) -> list[ColumnElement[bool]]:
    held = [outbox.c.state == "waiting", outbox.c.token == token]
    return held if before is None else [*held, outbox.c.claimed_at < before]


def _outgoing(row: Any, maybe_repeated: bool | None = None) -> Outgoing:
    """The message of a whole row of the table."""
    message: Outgoing = OUTGOING.in_order(_FIELDS(row))
    if maybe_repeated is None:
        return message
    return replaced(message, maybe_repeated=maybe_repeated)
