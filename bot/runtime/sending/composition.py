"""What a row says when it leaves: its call, worked out from what is true at that moment."""

import asyncio
from collections.abc import Mapping, Sequence

from bot.core.delivery import ON_A_MESSAGE, BatchComposer, Call, Failure, FailureKind, Later
from bot.core.ports import Database
from bot.core.services import Services
from bot.core.subject import Subject
from bot.core.work import Work
from bot.runtime import expecting
from bot.runtime.sending import addressing
from bot.runtime.sending.batch_composer import BatchComposing, Compose, Prepared
from flows.entities import Group, OutboxId, Outgoing, Priority
from flows.entities.facts import MOVED


class Composition:
    """Turns rows into calls; most are calls already, some are composed, some may have to wait."""

    def __init__(self, database: Database, services: Services, subjects: Subject) -> None:
        self._database, self._services, self._clock = database, services, services.clock
        self._composers = subjects.composers
        self._not_now, self._in_words = subjects.not_now, subjects.in_words
        self._loaders = subjects.loaders
        self._batches = {
            method: BatchComposing(database, services, _exactly(compose))
            for method, compose in subjects.batch_composers.items()
        }
        self._looks = BatchComposing(database, services, self._look_up)
        self._one_by_one, self._alone = subjects.one_by_one, asyncio.Lock()
        """Rows that take long to compose, so that no two of them are composed at a time."""

    async def prepared(self, row: Outgoing) -> Prepared:
        """A row's call, or why there is none now; None when it no longer applies."""
        if row.method in self._batches:
            composed = await self._batches[row.method].composed(row)
            if not isinstance(composed, Call):
                return composed
            return Call(composed.method, {"chat_id": row.chat_id, **composed.params})
        looks = row.priority is Priority.CLOSURE and self._not_now is not None
        if not (row.method.startswith("@") or addressing.needs_ticket(row) or looks):
            return Call(row.method, {"chat_id": row.chat_id, **row.params})
        if row.method not in self._one_by_one:
            return await self._looks.composed(row)
        async with self._alone, self._database.reading() as unit:
            work = Work(unit, self._clock.now(), self._services)
            return await self._look_up_one(work, row)

    async def instead(self, row: Outgoing, failed: Call) -> Call | None:
        """The call to make in place of one whose message is gone; None: there is none."""
        call = addressing.instead(failed)
        async with self._database.reading() as unit:
            work = Work(unit, self._clock.now(), self._services)
            if call is None and failed.method == "copyMessage" and self._in_words is not None:
                call = await self._in_words(work, row)
            addressed = await addressing.addressed(work, row, call) if call is not None else None
        return addressed if isinstance(addressed, Call) else None

    async def _look_up(
        self, work: Work, rows: Sequence[Outgoing]
    ) -> Mapping[OutboxId, Prepared | Exception]:
        """Prepare rows from what is true now, with one reading for all of them."""
        expected = expecting.of_rows(rows)
        for load in self._loaders:
            await load(work, expected)
        found: dict[OutboxId, Prepared | Exception] = {}
        for row in rows:
            try:
                found[row.id] = await self._look_up_one(work, row)
            except Exception as error:  # about this row; the sender says what becomes of it
                if self._database.is_busy(error):
                    raise
                found[row.id] = error
        return found

    async def _look_up_one(self, work: Work, row: Outgoing) -> Prepared:
        """Prepare a row from what is true now."""
        if not await work.unit.outbox.exists(row.id):
            return None
        moved = await _moved(work, row)
        if moved is not None:
            return moved
        if await addressing.has_no_place(work, row):
            return None
        if row.priority is Priority.CLOSURE and self._not_now is not None:
            moment = await self._not_now(work, row)
            if moment is not None:
                return Later(moment)
        call: Call | Later | None = Call(row.method, row.params)
        if row.method.startswith("@"):
            call = await self._composers[row.method](work, row)
        return await addressing.addressed(work, row, call) if isinstance(call, Call) else call


def _exactly(compose: BatchComposer) -> Compose:
    """A subject's composer as a batch takes it."""

    async def composed(work: Work, rows: Sequence[Outgoing]) -> Mapping[OutboxId, Prepared]:
        return await compose(work, rows)

    return composed


async def _moved(work: Work, row: Outgoing) -> Failure | None:
    """Say that a row's group is another one by now, as Telegram would.

    Whoever heard of it has readdressed the stored row; this one was in memory, and would seem to
    apply no longer.
    """
    if row.chat_id > 0 or row.method in ON_A_MESSAGE:
        return None
    if await work.unit.get(Group, row.chat_id) is not None:
        return None  # what has moved is bound under its new number alone
    new = await work.unit.facts.get(MOVED.of(row.chat_id))
    if new is None:
        return None
    return Failure(FailureKind.MIGRATED, "the group has moved", new_chat_id=int(new))
