"""A few calls of the Bot API for commands, with what a check wants to know of the answer."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self

import aiohttp
import orjson

from bot.core.tunnels import TunnelConnector, why_not
from bot.settings import Settings, way_to_telegram

CALL_SECONDS = 15.0


class Unreachable(Exception):
    """The Bot API server does not answer; the sentence says what to check."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered, and when by its own clock."""

    ok: bool
    code: int
    description: str
    result: Any
    server_time: datetime | None


class BotClient:
    """Calls Bot API methods; what it raises and returns never holds the token."""

    def __init__(self, settings: Settings) -> None:
        self._server = settings.bot_api_url
        self._way = way_to_telegram(settings)
        self._token = settings.bot_token.get_secret_value()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
        connector = TunnelConnector(self._way.proxy) if self._way.proxy else None
        self._session = aiohttp.ClientSession(timeout=timeout, connector=connector)
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def call(self, method: str, **params: Any) -> Answer:
        """Call a method. Raises Unreachable when there is no usable answer."""
        if self._session is None:
            raise RuntimeError("the client is not opened")
        url = f"{self._server}/bot{self._token}/{method}"
        try:
            async with self._session.post(url, json=params) as response:
                return _answer(await response.read(), response.headers.get("Date"))
        except ValueError as error:
            raise self._unreachable("what it says is no answer of one") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._unreachable(why_not(error)) from error

    def _unreachable(self, why: str) -> Unreachable:
        return Unreachable(
            f"{self._server} does not answer as a Bot API server does ({self._way}): {why}. "
            "Check VERSO_BOT_API_URL and the network."
        )


def _answer(body: bytes, date: str | None) -> Answer:
    told = orjson.loads(body)
    if not isinstance(told, dict):
        raise ValueError("not an object")  # noqa: TRY004  it is the server that is wrong
    return Answer(
        ok=bool(told.get("ok")),
        code=int(told.get("error_code") or 200),
        description=str(told.get("description") or ""),
        result=told.get("result"),
        server_time=parsedate_to_datetime(date).astimezone(UTC) if date else None,
    )
