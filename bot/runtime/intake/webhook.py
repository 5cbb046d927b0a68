"""Webhook: an update is committed before it is answered with 200; a failed commit is a 5xx."""

import hmac

import orjson
import structlog
from aiohttp import web

from bot.runtime.intake.store import Intake, NotAnUpdate, raw_update

log = structlog.get_logger(__name__)

PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 1024 * 1024
"""Bytes of an update that are read; Telegram's are far smaller."""


class Webhook:
    """The route that Telegram calls."""

    def __init__(self, intake: Intake, secret: str) -> None:
        self._intake, self._secret = intake, secret.encode()

    def routes(self) -> list[web.RouteDef]:
        """The route for the HTTP server."""
        return [web.post(PATH, self.receive)]

    async def receive(self, request: web.Request) -> web.Response:
        """Store one update.

        401 without the secret, 400 for what is no update (Telegram would repeat it for ever with
        a 5xx, and it would be no better), 413 for one that is too large, 503 when it could not be
        stored: Telegram tries again.
        """
        given = request.headers.get(HEADER, "").encode()
        if not self._secret or not hmac.compare_digest(given, self._secret):
            return web.Response(status=401, text="the secret token is missing or wrong\n")
        if (request.content_length or 0) > LARGEST:
            return web.Response(status=413, text="too large for an update\n")
        try:
            raw = raw_update(orjson.loads(await request.read()))
        except (orjson.JSONDecodeError, NotAnUpdate) as error:
            log.warning("webhook_refused", error=type(error).__name__)
            return web.Response(status=400, text="not an update\n")
        try:
            await self._intake.store([raw])
        except Exception as error:
            log.error("webhook_not_stored", update_id=raw.update_id, error=type(error).__name__)
            return web.Response(status=503, text="not stored, try again\n")
        return web.Response(text="ok\n")
