"""Webhook: an update is committed before it is answered with 200; a failed commit is a 5xx."""

import asyncio
import hmac
import math

import orjson
import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.core.brakes import Brake, address_of
from bot.runtime.intake.salvage import ALONE, salvaged
from bot.runtime.intake.store import Intake, NotAnUpdate, raw_update
from flows.entities import RawUpdate

log = structlog.get_logger(__name__)

PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 1024 * 1024
"""Bytes of an update that are read; Telegram's are far smaller."""

BODY_SECONDS = 30.0
"""How long an update may take to arrive."""


class Webhook:
    """The route that Telegram calls."""

    def __init__(self, intake: Intake, secret: str) -> None:
        self._intake, self._secret, self._brake = intake, secret.encode(), Brake()

    def routes(self) -> list[web.RouteDef]:
        """The route for the HTTP server."""
        return [web.post(PATH, self.receive)]

    async def receive(self, request: web.Request) -> web.Response:
        """Store one update. What is refused is raised, and said as problem details by the server.

        401 without the secret, 429 after many such tries, 400 for what is no update (Telegram
        would repeat it for ever with a 5xx, and it would be no better), 408 and 413 for one that
        is too slow or too large, 503 when it could not be stored: Telegram tries again.
        """
        # Headers are bytes; what is no text in them is no secret either, and no mistake of ours.
        given = request.headers.get(HEADER, "").encode(errors="surrogateescape")
        if not self._secret or not hmac.compare_digest(given, self._secret):
            raise self._missed(request)
        if (size := request.content_length or 0) > LARGEST:
            raise web.HTTPRequestEntityTooLarge(LARGEST, size)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except TimeoutError:
            raise web.HTTPRequestTimeout(reason="The update did not arrive in time.") from None
        except (web.RequestPayloadError, HttpProcessingError, ConnectionError) as error:
            log.info("webhook_refused", error=type(error).__name__)
            raise web.HTTPBadRequest(reason="The body is cut off or wrongly encoded.") from None
        return await self._store(body)

    def _missed(self, request: web.Request) -> web.HTTPException:
        miss = self._brake.missed(address_of(request.remote, request.headers))
        if miss.is_news:
            log.warning("webhook_refused", error="secret", address=miss.address, tries=miss.tries)
        if miss.wait:
            headers = {"Retry-After": str(math.ceil(miss.wait))}
            return web.HTTPTooManyRequests(reason="Too many wrong tries.", headers=headers)
        return web.HTTPUnauthorized(reason="The secret token is missing or wrong.")

    async def _store(self, body: bytes) -> web.Response:
        try:
            raw = _read(body)
        except NotAnUpdate as error:
            log.warning("webhook_refused", error=type(error).__name__)
            raise web.HTTPBadRequest(reason="This is not an update.") from None
        try:
            await self._intake.store([raw])
        except Exception as error:
            log.error("webhook_not_stored", update_id=raw.update_id, error=type(error).__name__)
            raise web.HTTPServiceUnavailable(reason="Not stored; send it again.") from None
        return web.Response(text="ok\n")


def _read(body: bytes) -> RawUpdate:
    """The update, also one that no parser takes. Raises NotAnUpdate when it has no number."""
    try:
        return raw_update(orjson.loads(body))
    except orjson.JSONDecodeError:
        found = salvaged(body, ALONE)
    if len(found) != 1:
        raise NotAnUpdate("there is no update in it")
    return found[0]
