"""Takes in the files that admins send, some rows at a time, beside everything else.

The content of a file stays with Telegram and is fetched again after a restart: Verso keeps only
how far it has come, in the transaction that took the rows in.
"""

import asyncio
import io
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.core.ports import Database, Unit
from bot.core.rich import Rich
from bot.core.services import Services
from bot.core.work import Keyboard, Work, inline
from bot.data import history
from bot.data import uploads as use
from bot.data.transfer.cells import Reading, country_of_zone, separator_of
from bot.data.transfer.errors import ColumnTwice, NotATable, TransferError, UnknownColumns
from bot.data.transfer.mapping import Head, head_of, progress, without_address
from bot.data.transfer.maps import remember_shape, shapes
from bot.data.transfer.sources import sources_of
from bot.data.transfer.table import ReadRow, Source
from bot.data.transfer.uploaded import Sheet, rejects
from bot.data.views import SHOWN, UploadView
from flows.entities import Upload
from flows.entities.kinds import Purpose

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
BATCH = 200
"""Rows in one transaction: what customers do waits for it some hundredths of a second."""
SKIPPED_AT_ONCE = 2000
PROGRESS_SECONDS = 5.0
MOST_TRIES = 10
LONGEST_PAUSE = 60.0

Fetch = Callable[[str], Awaitable[bytes]]
"""Gets a file by its id. Raises TelegramError."""
SendFile = Callable[[int, bytes, str, str], Awaitable[object]]
"""Sends a file: chat, content, name, caption. Raises TelegramError."""


@dataclass(slots=True)
class _Held:
    """The file in hand."""

    upload_id: int
    sheet: Sheet


class Uploads:
    """One per process; it works while its process leads."""

    def __init__(
        self,
        database: Database,
        services: Services,
        *,
        fetch: Fetch,
        send_file: SendFile,
        committed: Callable[[Unit], None],
    ) -> None:
        self._database, self._services = database, services
        self._fetch, self._send_file, self._committed = fetch, send_file, committed
        self._held: _Held | None = None
        self._sources_held: tuple[int, Sequence[Source]] | None = None
        """What the file in hand holds; a workbook is read once for all that is done with it."""
        self._shown_at = 0.0

    async def run(self) -> None:
        """Look for files until cancelled."""
        while True:
            if not self._database.leads or not await self.step():
                self._let_go()
                await asyncio.sleep(LOOK_SECONDS)

    def _let_go(self) -> None:
        self._held = self._sources_held = None

    async def step(self) -> bool:
        """Do the next piece of work on the oldest file; tell whether there was any."""
        try:
            async with self._database.reading() as unit:
                upload = await unit.uploads.next()
        except Exception as error:
            if not self._database.is_busy(error):
                raise
            return False
        if upload is None:
            return False
        try:
            await self._go_on(upload)
        except Exception as error:
            await self._failed(upload, error)
        return True

    async def _go_on(self, upload: Upload) -> None:
        if upload.state == use.SENT:
            await self._check(upload)
        elif upload.state == use.ASKING:
            await self._ask(upload)
        elif upload.state == use.GOING:
            await self._take_some(upload)
        else:
            await self._report(upload)

    def _view(self, upload: Upload) -> UploadView:
        return UploadView(self._services, upload.language)

    # -- the file ----------------------------------------------------------------------------------

    async def _sheet(self, upload: Upload) -> Sheet:
        """The file, at the row at which to go on."""
        held = self._held
        fits = held is not None and held.upload_id == upload.id
        if held is None or not fits or held.sheet.position != upload.row:
            sheet = await self._opened(upload)
            while sheet.position < upload.row:
                if not sheet.skip(min(SKIPPED_AT_ONCE, upload.row - sheet.position)):
                    break
                await asyncio.sleep(0)
            self._held = held = _Held(upload.id, sheet)
        return held.sheet

    async def _opened(self, upload: Upload) -> Sheet:
        """Fetch a file and look it through, aside: a large one takes its time."""
        sources, zone = await self._sources(upload), self._services.config.brand.time_zone
        reading, view = Reading(zone, country_of_zone(zone)), self._view(upload)
        async with self._database.reading() as unit:
            known = await shapes(unit)
        return await asyncio.to_thread(Sheet, sources, view, reading, known)

    async def _sources(self, upload: Upload) -> Sequence[Source]:
        held = self._sources_held
        if held is None or held[0] != upload.id:
            content = await self._fetch(upload.file_id)
            sign = separator_of(upload.language)
            found = await asyncio.to_thread(
                sources_of, lambda: io.BytesIO(content), upload.name, delimiter=sign
            )
            self._sources_held = held = upload.id, found
        return held[1]

    # -- checking ----------------------------------------------------------------------------------

    async def _check(self, upload: Upload) -> None:
        """See what importing a file would do, and ask its sender."""
        view = self._view(upload)
        try:
            sheet = await self._opened(upload)
        except UnknownColumns as error:
            if head_of(await self._sources(upload)) is None:
                await self._end(upload, _refusal(view, upload, error))
            else:
                await self._say(upload, *view.which_kind(upload), state=use.MAPPING)
            return
        except TransferError as error:
            await self._end(upload, _refusal(view, upload, error))
            return
        faults, told = dict[int, str](), dict[str, frozenset[str]]()
        upload = replace(upload, kind=sheet.table.kind.name)
        while rows := sheet.take(BATCH):
            upload, found = await self._weigh(upload, rows, told)
            faults |= dict(list(found.items())[: SHOWN - len(faults)])
            await asyncio.sleep(0)
        if not upload.rows:
            await self._end(upload, view.say("empty", name=upload.name))
            return
        text, keyboard = view.checked(upload, faults, sheet.table)
        await self._say(upload, text, keyboard)

    async def _weigh(
        self, upload: Upload, rows: list[ReadRow], told: dict[str, frozenset[str]]
    ) -> tuple[Upload, dict[int, str]]:
        """Count what would become of rows: they are put into a unit that is left again."""
        async with self._database.unit() as unit:
            good = [each.item for each in rows if each.item is not None]
            outcomes = await use.put_items(unit, self._services, good, self._view(upload).of_result)
        outcomes = use.as_a_whole(good, outcomes, told)
        counts, faults = use.judged(rows, outcomes)
        return _counted(upload, counts, rows=len(rows)), faults

    async def _say(
        self, upload: Upload, text: Rich, keyboard: Keyboard, *, state: str = use.CHECKED
    ) -> None:
        async with self._database.unit() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            current = await unit.uploads.get(upload.id)
            if current is None or current.state != use.SENT:
                return
            if keyboard:
                unit.put(replace(upload, state=state, tries=0))
            else:
                await unit.uploads.forget(upload.id)
            work.say(upload.chat_id, text, purpose=Purpose.ADMIN, keyboard=keyboard)
            await unit.commit()
        self._committed(unit)

    # -- what its columns are ----------------------------------------------------------------------

    async def _ask(self, upload: Upload) -> None:
        """Show the next question about the columns, or take them as they were said."""
        head = head_of(await self._sources(upload))
        if head is None:
            view = self._view(upload)
            await self._end(upload, view.say("unknown_header", name=upload.name))
            return
        view = self._view(upload)
        async with self._database.unit() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            current = await unit.uploads.get(upload.id)
            if current is None or (current.state, current.mapped) != (use.ASKING, upload.mapped):
                return
            _edit(work, upload, *await self._next_question(unit, current, head, view))
            await unit.commit()
        self._committed(unit)

    async def _next_question(
        self, unit: Unit, upload: Upload, head: Head, view: UploadView
    ) -> tuple[Rich, Keyboard]:
        if "kind" not in upload.mapped:
            unit.put(replace(upload, state=use.MAPPING, tries=0))
            return view.which_kind(upload)
        said, refused = without_address(progress(head, upload.mapped), upload.mapped)
        now = progress(head, said)
        if not now.missing and (said.get("enough") or now.column is None):
            await remember_shape(unit, head.names, now.kind, now.chosen)
            unit.put(replace(upload, state=use.SENT, mapped={}, tries=0))
            return view.mapped(upload, now), ()
        said = {**said, "enough": False}
        unit.put(replace(upload, state=use.MAPPING, mapped=said, tries=0))
        return view.question(upload, now, refused=refused)

    # -- taking in ---------------------------------------------------------------------------------

    async def _take_some(self, upload: Upload) -> None:
        sheet = await self._sheet(upload)
        rows = sheet.take(BATCH)
        async with self._database.unit() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            current = await unit.uploads.get(upload.id)
            if current is None or (current.state, current.row) != (use.GOING, upload.row):
                self._held = None
                return
            stopped = await self._is_stopped(unit, upload)
            if stopped:
                rows = []
            good = [each.item for each in rows if each.item is not None]
            outcomes = await use.put_items(unit, self._services, good, self._view(upload).of_result)
            counts, faults = use.judged(rows, outcomes)
            await unit.uploads.add_faults(upload.id, faults)
            after = _counted(current, counts, row=len(rows))
            if rows:
                unit.put(after)
                kind = upload.kind
                await history.goes_on(unit, upload.id, work.now, counts, row=len(rows), kind=kind)
                self._show_progress(work, after)
            else:
                await self._finish(work, after, stopped=stopped)
            await unit.commit()
        self._committed(unit)

    async def _is_stopped(self, unit: Unit, upload: Upload) -> bool:
        found = await unit.imports.get(upload.id)
        return found is not None and bool(found.stopped_by)

    def _show_progress(self, work: Work, upload: Upload) -> None:
        now = time.monotonic()
        if now - self._shown_at < PROGRESS_SECONDS or upload.message_id is None:
            return
        self._shown_at = now
        _edit(work, upload, *self._view(upload).progress(upload))

    async def _finish(self, work: Work, upload: Upload, *, stopped: bool) -> None:
        view = self._view(upload)
        _edit(work, upload, view.progress(upload)[0], ())
        text = view.stopped(upload) if stopped else view.done(upload)
        work.say(upload.chat_id, text, purpose=Purpose.ADMIN, reply_to=upload.message_id)
        use.record(work, upload)
        state = history.STOPPED if stopped else history.DONE
        await history.end(work.unit, upload.id, work.now, state)
        if upload.counts.get("rejected") or upload.counts.get("incomplete"):
            work.unit.put(replace(upload, state=use.REPORTING))
        else:
            await work.unit.uploads.forget(upload.id)
        log.info("upload_done", kind=upload.kind, **upload.counts)

    # -- what could not be taken -------------------------------------------------------------------

    async def _report(self, upload: Upload) -> None:
        """Send the rejected rows back, and forget the file."""
        async with self._database.reading() as unit:
            reasons = await unit.uploads.faults(upload.id)
        sheet = await self._opened(upload)
        rows = []
        while some := sheet.take(BATCH):
            rows += [each.row for each in some if each.row.line in reasons]
            await asyncio.sleep(0)
        name = f"{upload.name.rpartition('.')[0] or upload.name}.rejected.csv"
        caption = self._view(upload).say("rejects")
        await self._send_file(
            upload.chat_id, rejects(sheet.table.header, rows, reasons), name, caption
        )
        await self._end(upload, "")

    async def _end(self, upload: Upload, text: str) -> None:
        async with self._database.unit() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            if await unit.uploads.get(upload.id) is not None:
                await unit.uploads.forget(upload.id)
                if upload.state == use.GOING:
                    await history.end(unit, upload.id, work.now, history.FAILED)
                if text:
                    work.say(upload.chat_id, text, purpose=Purpose.ADMIN)
                await unit.commit()
        self._committed(unit)

    async def _failed(self, upload: Upload, error: Exception) -> None:
        """Try again later; what will never work, or has not for long, is given up and said."""
        self._let_go()
        pause = min(LONGEST_PAUSE, 2.0**upload.tries)
        if self._database.is_busy(error) and not isinstance(error, TelegramError):
            await asyncio.sleep(LOOK_SECONDS)
            return
        log.warning(
            "upload_failed", kind=upload.kind, tries=upload.tries, error=type(error).__name__
        )
        hopeless = isinstance(error, BadRequest | Forbidden) or upload.tries >= MOST_TRIES
        if hopeless:
            key = "not_reported" if upload.state == use.REPORTING else "failed"
            view = self._view(upload)
            await self._end(upload, view.say(key, name=upload.name, row=upload.row))
            return
        async with self._database.unit() as unit:
            current = await unit.uploads.get(upload.id)
            if current is not None:
                unit.put(replace(current, tries=current.tries + 1))
                await unit.commit()
        await asyncio.sleep(pause)


def _counted(upload: Upload, counts: Mapping[str, int], *, row: int = 0, rows: int = 0) -> Upload:
    """An upload with what became of further rows, taken in or looked at."""
    names = {*upload.counts, *counts}
    total = {name: upload.counts.get(name, 0) + counts.get(name, 0) for name in names}
    return replace(upload, counts=total, row=upload.row + row, rows=upload.rows + rows, tries=0)


def _edit(work: Work, upload: Upload, text: Rich, keyboard: Keyboard) -> None:
    """Put a text in the place of the one with the buttons."""
    if upload.message_id is None:
        work.say(upload.chat_id, text, purpose=Purpose.ADMIN, keyboard=keyboard)
        return
    params = text.params() | {"message_id": upload.message_id}
    if keyboard:
        params["reply_markup"] = inline(keyboard)
    work.call(upload.chat_id, "editMessageText", params, purpose=Purpose.ADMIN)


def _refusal(view: UploadView, upload: Upload, error: TransferError) -> str:
    if isinstance(error, NotATable):
        return view.say(error.what, name=upload.name)
    if isinstance(error, UnknownColumns):
        return view.say("unknown_header", name=upload.name)
    if isinstance(error, ColumnTwice):
        return view.twice(upload, error.column)
    return view.say("unreadable", name=upload.name)
