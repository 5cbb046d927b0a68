"""Sends a webhook, to public addresses alone unless its receiver may be elsewhere.

What is looked at is the address to which a connection is about to be made, after the name was
resolved, so that a name that leads elsewhere a moment later leads nowhere. A proxy is asked for
that address and never for the name.
"""

import asyncio
import errno
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorSSLError,
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)

from bot.core.tunnels import NOT_ALLOWED, TunnelConnector
from flows.config import Receiver
from flows.config.addresses import is_public
from flows.config.proxies import Proxy
from flows.data.webhooks import Answer, retry_after

TOTAL_SECONDS, CONNECT_SECONDS = 15.0, 5.0
READ_AHEAD = 4096
"""Bytes of an answer that are taken off the line at most; nothing in it is looked at."""
TIMEOUT, UNREACHABLE, CERTIFICATE, PRIVATE = "timeout", "unreachable", "certificate", "private"
"""Why nothing was answered."""


class Posting:
    """The connections to receivers; made when the first is called.

    Through the proxy go those to public addresses alone: it is no way into one's own network.
    """

    def __init__(self, proxy: Proxy | None = None) -> None:
        self._proxy = proxy
        self._sessions: dict[bool, ClientSession] = {}

    async def post(self, receiver: Receiver, headers: Mapping[str, str], body: bytes) -> Answer:
        """Call a receiver once. Redirects are not followed: they are an answer like any other."""
        session = self._session(receiver.allow_private)
        try:
            async with session.post(
                receiver.url, data=body, headers=headers, allow_redirects=False
            ) as response:
                asked = response.headers.get("retry-after", "")
                return Answer(response.status, "", retry_after(asked, datetime.now(UTC)))
        except TimeoutError:
            return Answer(error=TIMEOUT)
        except (ClientConnectorCertificateError, ClientConnectorSSLError):
            return Answer(error=CERTIFICATE)
        except (ClientError, OSError, ValueError) as error:  # ValueError: a name that is none
            return Answer(error=PRIVATE if NOT_ALLOWED in str(error) else UNREACHABLE)

    def _session(self, anywhere: bool) -> ClientSession:
        if anywhere not in self._sessions:
            self._sessions[anywhere] = ClientSession(
                connector=self._connector(anywhere),
                cookie_jar=DummyCookieJar(),
                timeout=ClientTimeout(total=TOTAL_SECONDS, sock_connect=CONNECT_SECONDS),
                headers={"user-agent": f"Verso/{version('verso')}"},
                auto_decompress=False,
                read_bufsize=READ_AHEAD,
                trust_env=False,
            )
        return self._sessions[anywhere]

    def _connector(self, anywhere: bool) -> TCPConnector:
        """Without a limit of connections: whoever calls has one of their own."""
        if self._proxy is not None and not anywhere:
            return TunnelConnector(self._proxy, allowed=is_public, limit=0)
        factory = None if anywhere else _public_socket
        return TCPConnector(limit=0, use_dns_cache=False, socket_factory=factory)

    async def close(self) -> None:
        """Close all connections."""
        sessions, self._sessions = self._sessions, {}
        await asyncio.gather(*(each.close() for each in sessions.values()))


def _public_socket(found: tuple[Any, ...]) -> socket.socket:
    """A socket for an address that was found, if it is public. Raises OSError."""
    family, kind, protocol, _, address = found
    if not is_public(str(address[0])):
        raise OSError(errno.EACCES, NOT_ALLOWED)
    return socket.socket(family, kind, protocol)
