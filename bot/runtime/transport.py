"""python-telegram-bot's HTTP transport: many times the calls per second of HTTPX.

Plain calls go over kept connections of our own, everything that python-telegram-bot itself asks
for over aiohttp. It also knows what HTTPX's wrapper in python-telegram-bot does not tell: whether
a call that failed can have reached Telegram at all. That is what decides between trying again and
being in doubt.
"""

from collections.abc import Mapping
from typing import Any

import aiohttp
import orjson
import structlog
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

from bot.core.delivery import File
from bot.core.tunnels import CONNECT_SECONDS, TunnelConnector, why_not
from bot.runtime.connections import (
    Connections,
    CutError,
    NoConnectionError,
    SilenceError,
)
from flows.config.proxies import Proxy

log = structlog.get_logger(__name__)

POOL = 256
"""Connections at a time; more calls wait for a free one."""
READ_TIMEOUT = 20.0
LONGEST_WAIT = 86_400
"""Seconds that an answer may ask to wait; more than a day is no wait, but a mistake."""
SOME_SECONDS = 5
"""To wait when an answer says "later" and not when."""
DESCRIPTION = 1000
"""Characters of a description that are kept."""
_JSON = {"Content-Type": "application/json"}


class NotSent(NetworkError):
    """The call did not reach the server: no connection came about. Safe to try again."""


class ServerTrouble(NetworkError):
    """The server answered with a 5xx status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the server answered {status}")
        self.status = status


IN_OUR_WORDS = (NotSent, ServerTrouble, TimedOut)
"""Errors that say in words for operators what is wrong, when it is this transport that raises."""


class Unreadable(TelegramError):
    """The server's answer is no JSON that can be read."""

    def __init__(self, payload: bytes) -> None:
        super().__init__("the server's answer is not JSON")
        self.payload = payload
        """The answer, which is never logged."""


class AiohttpRequest(BaseRequest):
    """Makes the HTTP requests of a `telegram.Bot`."""

    def __init__(
        self, *, pool: int = POOL, read_timeout: float = READ_TIMEOUT, proxy: Proxy | None = None
    ) -> None:
        self._pool = pool
        self._proxy = proxy
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None
        self._connections: Connections | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer, unless a call says otherwise."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool of connections."""
        if self._connections is None:
            self._connections = Connections(self._pool, self._proxy)
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=self._connector(),
                cookie_jar=aiohttp.DummyCookieJar(),
                json_serialize=lambda value: orjson.dumps(value).decode(),
            )

    def _connector(self) -> aiohttp.TCPConnector:
        if self._proxy is not None:
            return TunnelConnector(self._proxy, limit=self._pool)
        return aiohttp.TCPConnector(limit=self._pool, ttl_dns_cache=300)

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None
        if self._connections is not None:
            self._connections.close()
            self._connections = None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Parse an answer; what it holds is never logged."""
        try:
            answer = orjson.loads(payload)
        except orjson.JSONDecodeError as error:
            raise Unreadable(payload) from error
        if not isinstance(answer, dict):
            raise TelegramError("the server's answer is not a JSON object")
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one request and give status and body.

        Raises NotSent when no connection came about, TimedOut when the answer did not come in
        time, ServerTrouble for a 5xx, NetworkError for a connection cut after the request left.
        """
        timeout = aiohttp.ClientTimeout(
            total=None,
            sock_connect=_seconds(connect_timeout, CONNECT_SECONDS),
            sock_read=_seconds(read_timeout, self._read_timeout),
        )
        return await self._exchange(method, url, timeout, _body(request_data))

    async def call(
        self, url: str, params: Mapping[str, Any], *, read_timeout: float | None = None
    ) -> Any:
        """Call a Bot API method with plain JSON parameters and give its plain JSON result.

        For rows of the outbox and raw updates, which need none of the types of `telegram`.
        Raises what `telegram.Bot`'s methods raise, and what `do_request` raises.
        """
        if self._connections is None:
            raise RuntimeError("the transport is not initialized")
        patience = read_timeout or self._read_timeout
        try:
            status, payload = await self._connections.post(url, orjson.dumps(params), patience)
        except NoConnectionError as error:
            raise _not_sent(error) from error
        except SilenceError as error:
            raise TimedOut("the server did not answer in time") from error
        except CutError as error:
            raise NetworkError(f"the connection broke ({error})") from error
        return self._result(status, payload)

    async def upload(self, url: str, params: Mapping[str, Any], file: File) -> Any:
        """As `call`, with a file in one of the parameters."""
        form = aiohttp.FormData()
        for name, value in params.items():
            given = value if isinstance(value, str) else orjson.dumps(value).decode()
            form.add_field(name, given)
        form.add_field(file.parameter, file.content, filename=file.name, content_type=file.kind)
        limits = aiohttp.ClientTimeout(
            total=None, sock_connect=CONNECT_SECONDS, sock_read=self._read_timeout
        )
        return self._result(*await self._exchange("POST", url, limits, {"data": form}))

    def _result(self, status: int, payload: bytes) -> Any:
        if status >= 500:
            raise ServerTrouble(status)
        answer = self.parse_json_payload(payload)
        if status == 200 and answer.get("ok"):
            return answer.get("result")
        raise _error(status, answer)

    async def _exchange(
        self, method: str, url: str, patience: aiohttp.ClientTimeout, body: Mapping[str, Any]
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("the transport is not initialized")
        try:
            async with self._session.request(method, url, timeout=patience, **body) as response:
                if response.status >= 500:
                    raise ServerTrouble(response.status)
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise _not_sent(error) from error
        except TimeoutError as error:
            raise TimedOut("the server did not answer in time") from error
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError("the connection broke") from error


def _not_sent(error: Exception) -> NotSent:
    """No connection, and why in words of ours; what the library says is for the log alone."""
    cause = error.__cause__ or error
    log.debug("not_connected", error=type(cause).__name__, told=str(cause))
    known = isinstance(error, NoConnectionError)
    return NotSent(f"no connection to the server ({error if known else why_not(error)})")


def _error(status: int, answer: Mapping[str, Any]) -> TelegramError:
    """The exception that python-telegram-bot raises for this answer."""
    description = str(answer.get("description") or f"status {status}")[:DESCRIPTION]
    given = answer.get("parameters")
    parameters = given if isinstance(given, Mapping) else {}
    chat_id = parameters.get("migrate_to_chat_id")
    if isinstance(chat_id, int) and -(2**62) < chat_id < 0:
        return ChatMigrated(chat_id)
    if status == 429 or "retry_after" in parameters:
        return RetryAfter(_wait(parameters.get("retry_after")))
    kinds: dict[int, type[TelegramError]] = {
        400: BadRequest,
        401: InvalidToken,
        403: Forbidden,
        404: InvalidToken,
        409: Conflict,
    }
    return kinds.get(status, NetworkError)(description)


def _wait(given: object) -> int:
    """The seconds that an answer asks to wait; a usual wait when what it asks makes no sense."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return SOME_SECONDS
    return int(given) if 0 <= given <= LONGEST_WAIT else SOME_SECONDS


def _seconds(given: ODVInput[float], default: float) -> float | None:
    return default if isinstance(given, DefaultValue) else given


def _body(data: RequestData | None) -> Mapping[str, Any]:
    if data is None:
        return {}
    if not data.contains_files:
        return {
            "data": orjson.dumps(data.parameters),
            "headers": _JSON,
        }
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, mime) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return {"data": form}
