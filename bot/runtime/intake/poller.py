"""Polling: what `getUpdates` gives is stored, and only then confirmed by the next offset."""

import asyncio
import time
from collections.abc import Sequence

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.runtime.intake.salvage import IN_AN_ANSWER, salvaged
from bot.runtime.intake.store import Intake, NotAnUpdate, raw_update
from bot.runtime.transport import IN_OUR_WORDS, AiohttpRequest, Unreadable
from flows.entities import RawUpdate

log = structlog.get_logger(__name__)

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "chat_member",
)
"""Exactly what is handled (Bot API: getUpdates, allowed_updates)."""
TIMEOUT = 25
"""Seconds that Telegram holds a call when there is nothing."""
LONGEST_PAUSE = 30.0
AT_ONCE = 1.0
"""Seconds: an answer that comes sooner and brings nothing new did not wait for anything."""
SILENT_AFTER = 3.0
"""A poller that has had no answer for this many time-outs is taken for dead."""


class Poller:
    """Fetches updates while its process leads."""

    def __init__(self, transport: AiohttpRequest, base_url: str, intake: Intake) -> None:
        self._transport, self._url, self._intake = transport, f"{base_url}/getUpdates", intake
        self._offset = 0
        self.answered_at = time.monotonic()
        self.trouble = ""
        """Why polling does not work at present, in a sentence; empty when it does."""

    def is_silent(self) -> bool:
        """Tell whether no call has been answered for much longer than one may take."""
        return time.monotonic() - self.answered_at > SILENT_AFTER * TIMEOUT

    def alive(self) -> None:
        """Begin to count the silence anew."""
        self.answered_at = time.monotonic()

    async def run(self) -> None:
        """Poll until cancelled."""
        pause = 0.0
        while True:
            try:
                again = await self._poll()
            except TelegramError as error:
                pause = self._explain(error, pause)
            except Exception as error:
                self.trouble = f"updates could not be stored ({type(error).__name__})"
                log.error("poll_not_stored", error=type(error).__name__)
                pause = min(LONGEST_PAUSE, pause * 2 or 0.5)
            else:
                self.trouble = ""
                pause = 0.0 if again else min(LONGEST_PAUSE, pause * 2 or 0.5)
            if pause:
                await asyncio.sleep(pause)

    async def _poll(self) -> bool:
        """Make one call and store what it gave; the offset moves only when it is stored.

        Tells whether to ask again at once. A server that answers before the time is up has to
        bring something new: one that does not would be asked thousands of times a second.
        """
        asked_at, asked_for = time.monotonic(), self._offset
        raws = await self._fetch()
        self.answered_at = time.monotonic()
        await self._intake.store(raws)
        if raws:
            self._offset = max(raw.update_id for raw in raws) + 1
        return self._offset != asked_for or self.answered_at - asked_at >= AT_ONCE

    async def _fetch(self) -> Sequence[RawUpdate]:
        params = {
            "offset": self._offset,
            "timeout": TIMEOUT,
            "limit": 100,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        try:
            result = await self._transport.call(self._url, params, read_timeout=TIMEOUT + 10)
        except Unreadable as error:
            if not (raws := salvaged(error.payload, IN_AN_ANSWER)):
                raise
            log.error("updates_salvaged", count=len(raws))
            return raws
        return _usable(result)

    def _explain(self, error: TelegramError, pause: float) -> float:
        """Say why a call failed; give the seconds to wait before the next."""
        again = min(LONGEST_PAUSE, pause * 2 or 0.5)
        match error:
            case RetryAfter():
                wait = error.retry_after
                seconds = float(wait) if isinstance(wait, int | float) else wait.total_seconds()
                again = max(seconds, 0.5)
                self.trouble = "Telegram asks to wait"
            case Conflict():
                self.trouble = (
                    "another program fetches this bot's updates, or a webhook is set: "
                    "stop the other one"
                )
                again = max(again, 3.0)
            case InvalidToken():
                self.trouble = "Telegram does not know the bot's token: check VERSO_BOT_TOKEN"
                again = LONGEST_PAUSE
            case _:
                why = f": {error}" if isinstance(error, IN_OUR_WORDS) else ""
                self.trouble = f"Telegram cannot be reached{why}"
        log.warning("poll_failed", error=type(error).__name__, reason=self.trouble, pause=again)
        return again


def _usable(result: object) -> Sequence[RawUpdate]:
    raws = []
    for data in result if isinstance(result, list) else []:
        try:
            raws.append(raw_update(data))
        except NotAnUpdate as error:
            log.error("update_without_number", error=str(error))
    return raws
