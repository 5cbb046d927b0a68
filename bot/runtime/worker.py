"""Handles the inbox: many updates a transaction, each chat's in order, none of them twice."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import orjson
import structlog
from telegram import Update

from bot.core.context import FastUpdate, VersoApplication, current_work
from bot.core.expected import Loader
from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.core.work import Work
from bot.runtime import expecting
from flows.entities import Incoming

log = structlog.get_logger(__name__)

BATCH = 100
"""Updates in one transaction."""
LOOK_SECONDS = 0.25
"""How often the inbox is looked at when nobody says that something came."""
PAUSE_AFTER_FAILURE = 0.5

Answers = Mapping[str, Mapping[str, Any]]
Read = Callable[[Any, Services], FastUpdate | None]
"""Reads an update without python-telegram-bot's types, if it is one of those that can be."""


class PartialFlushError(Exception):
    """An update failed after part of what it did had reached the database."""


class Worker:
    """Claims updates, has them decided together, and commits once."""

    def __init__(
        self,
        database: Database,
        services: Services,
        application: VersoApplication,
        *,
        loaders: Sequence[Loader],
        committed: Callable[[Unit], None],
        answer: Callable[[Answers], None],
        changed: Callable[[], None],
        settled: Callable[[], Awaitable[None]] | None = None,
        read: Read = lambda update, services: None,
    ) -> None:
        self._database, self._services, self._application = database, services, application
        self._loaders = loaders
        self._committed, self._answer, self._changed = committed, answer, changed
        self._settled, self._read = settled, read
        self._wake = asyncio.Event()
        self._is_done = False
        """Whether the last batch was all that waited. Another process may have held a chat back."""
        self._met: Sequence[Incoming] = ()
        """What was claimed last; when that is one update, an error is about it and no other."""
        self.handled = 0
        self.parked = 0
        application.add_error_handler(_note_error)

    def wake(self) -> None:
        """Say that something came."""
        self._wake.set()

    async def run(self) -> None:
        """Handle updates until cancelled."""
        while True:
            self._wake.clear()
            try:
                count = await self.handle_batch(BATCH)
            except Exception as error:
                log.warning("batch_failed", error=type(error).__name__, detail=_short(error))
                await asyncio.sleep(PAUSE_AFTER_FAILURE)
                continue
            if count == 0 or (count < BATCH and self._is_done):
                await self._rest()

    async def _rest(self) -> None:
        timer = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._wake.set)
        await self._wake.wait()
        timer.cancel()

    async def handle_batch(self, most: int) -> int:
        """Handle up to `most` waiting updates; give how many."""
        try:
            return await self._handle(most)
        except Exception as error:
            if self._database.is_busy(error) or most == 1:
                raise
            log.warning("batch_taken_apart", error=type(error).__name__)
        return await self._one_by_one(most)

    async def _handle(self, most: int) -> int:
        self._met = ()
        if self._settled is not None:
            await self._settled()
        async with self._database.unit(hurry=True) as unit:
            self._met = rows = await unit.inbox.waiting(most)
            if not rows:
                return 0
            self._is_done = self._database.is_sqlite
            if self._settled is not None and await self._groups_are_news(unit, rows):
                self._is_done = False
                self._changed()
                return len(rows)  # they wait, and are looked at again by what is known then
            work = Work(unit, self._services.clock.now(), self._services)
            parked = await self._decide(work, rows)
            await unit.inbox.done([row.id for row in rows if row.id not in parked])
            for row_id, error in parked.items():
                await unit.inbox.park(row_id, error)
            await unit.commit()
        self.handled += len(rows) - len(parked)
        self.parked += len(parked)
        self._after(work)
        return len(rows)

    async def _groups_are_news(self, unit: Unit, rows: Sequence[Incoming]) -> bool:
        """Tell whether a group is staff's, or no longer, that was not so when they were last read.

        Another process may have bound it, or heard that it moved, a moment ago. From here on no
        group of this batch moves until the batch is committed.
        """
        lanes = {row.lane for row in rows if row.lane < 0}
        known = lanes & self._services.groups.keys()
        return bool(lanes) and await unit.people.bound(lanes) != known

    async def _one_by_one(self, most: int) -> int:
        """Handle as many updates each in a transaction of its own, to find the one that spoils."""
        count = 0
        for _ in range(most):
            try:
                handled = await self._handle(1)
            except Exception as error:
                if self._database.is_busy(error):
                    raise
                handled = await self._park(self._met, error)
            if handled == 0:
                break
            count += handled
        return count

    async def _park(self, rows: Sequence[Incoming], error: Exception) -> int:
        """Set aside what an error is about, unless another process has dealt with it meanwhile."""
        async with self._database.unit() as unit:
            parked = [row for row in rows if await unit.inbox.park(row.id, _short(error))]
            await unit.commit()
        for row in parked:
            log.error("update_parked", update_id=row.update_id, error=_short(error))
        self.parked += len(parked)
        return len(rows)

    def _after(self, work: Work) -> None:
        self._committed(work.unit)
        if work.answers:
            self._answer(work.answers)
        if work.config_changed:
            self._changed()

    async def _decide(self, work: Work, rows: Sequence[Incoming]) -> dict[int, str]:
        """Have each update handled; give the errors of those that could not be, by row."""
        parsed = [(row, self._parse(row)) for row in rows]
        await self._load(work, [update for _, update in parsed if not isinstance(update, str)])
        failed: dict[int, str] = {}
        token = current_work.set(work)
        try:
            for row, update in parsed:
                error = update if isinstance(update, str) else await self._try(work, update)
                if error:
                    failed[row.id] = error
                    log.error("update_parked", update_id=row.update_id, error=error)
        finally:
            current_work.reset(token)
        return failed

    def _parse(self, row: Incoming) -> Update | FastUpdate | str:
        try:
            data = orjson.loads(row.payload)
            return self._read(data, self._services) or Update.de_json(data, self._application.bot)
        except Exception as error:
            return f"cannot be read: {_short(error)}"

    async def _load(self, work: Work, updates: Sequence[Update | FastUpdate]) -> None:
        """Read what these updates will look for, for the whole batch at once."""
        expected = expecting.of_updates(updates)
        for load in self._loaders:
            await load(work, expected)

    async def _try(self, work: Work, update: Update | FastUpdate) -> str:
        """Handle one update; give its error when it cannot be, with all it did taken back."""
        mark = work.unit.mark()
        people, conversations = dict(work.people), dict(work.conversations)
        answers, services, changed = dict(work.answers), work.services, work.config_changed
        failure = await self._process(work, update)
        if failure is None:
            pressed = _pressed(update)
            if pressed and pressed not in work.unanswered:
                work.answers.setdefault(pressed, {})
            return ""
        if not work.unit.can_roll_back_to(mark):
            raise PartialFlushError(_short(failure)) from failure
        work.unit.rollback_to(mark)
        work.people, work.conversations, work.answers = people, conversations, answers
        work.services, work.config_changed = services, changed
        return _short(failure)

    async def _process(self, work: Work, update: Update | FastUpdate) -> BaseException | None:
        if isinstance(update, Update):
            work.failure = None
            await self._application.process_update(update)
            return work.failure
        try:
            await update.handle(work)
        except Exception as error:
            # As python-telegram-bot does with handlers: what fails is parked, whatever failed.
            return error
        return None


def _pressed(update: Update | FastUpdate) -> str:
    """The id of a button press, which wants an answer; empty for anything else."""
    if not isinstance(update, Update):
        return update.query_id
    return update.callback_query.id if update.callback_query is not None else ""


async def _note_error(_update: object, context: Any) -> None:
    context.work.failure = context.error


def _short(error: BaseException) -> str:
    """Name an error without the values in it, which may be somebody's words."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" ({place.tb_frame.f_code.co_name}:{place.tb_lineno})" if place else ""
    return f"{type(error).__name__}{where}"
