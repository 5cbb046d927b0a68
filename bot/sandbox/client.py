"""The sandbox from another process."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import aiohttp
import orjson

from bot.sandbox.errors import SandboxError
from bot.sandbox.facade import Sandbox


class HttpLink:
    """The way to the control room over HTTP."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    async def call(self, operation: str, **arguments: Any) -> Any:
        """Run an operation; raises SandboxError when it is refused or nobody listens."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(120))
        url = f"{self._url}/control/{operation}"
        try:
            async with self._session.post(url, data=orjson.dumps(arguments)) as response:
                answer = orjson.loads(await response.read())
        except aiohttp.ClientConnectionError:
            raise SandboxError(f"No sandbox answers at {self._url}: start one first.") from None
        if not answer["ok"]:
            raise SandboxError(answer["error"])
        return answer["result"]

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


class SandboxClient(Sandbox):
    """A sandbox that runs elsewhere: `async with SandboxClient(url) as sandbox: …`."""

    def __init__(self, url: str) -> None:
        url = url.rstrip("/")
        self._http = HttpLink(url)
        super().__init__(self._http, url)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self.close()
