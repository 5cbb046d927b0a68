"""Connections to a server, directly or through a proxy, before anything is said on them.

What fails here has sent nothing: the proxy was asked to open a way, and no more. Names are
resolved by the proxy, since where Telegram is blocked its name often leads elsewhere.
"""

import asyncio
import base64
import errno
import socket
import ssl
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

import aiohappyeyeballs
import h11
from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientConnectorSSLError,
    ClientRequest,
    ClientTimeout,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from python_socks import ProxyError, ProxyType
from python_socks.async_.asyncio import Proxy as Socks

from flows import system_faults
from flows.config.proxies import Proxy

CONNECT_SECONDS = 8.0
"""How long a connection may take to come about, with its handshake."""
SECOND_ADDRESS_AFTER = 0.25
"""Seconds after which a host's next address is tried besides the first (RFC 8305, section 5)."""
PIECE = 4096
"""Bytes of a proxy's answer that are read at once."""
NOT_ALLOWED = "an address that is not allowed"
_SOCKS_FORBIDDEN, _SOCKS_BEYOND = 2, (1, 3, 4, 5, 6)
"""What SOCKS5 answers (RFC 1928, section 6)."""
_SOCKS_CREDENTIALS = (
    "Username and password authentication failure",
    "No acceptable authentication methods were offered",
)
"""What the library says when a proxy does not let us in."""
_Protocol = TypeVar("_Protocol", bound=asyncio.BaseProtocol)


class Why(StrEnum):
    """What went wrong on the way through a proxy."""

    UNKNOWN = "its name leads nowhere"
    CLOSED = "nobody takes connections there"
    SILENT = "it does not answer in time"
    CREDENTIALS = "it does not take the name and the password, or asks for them"
    FORBIDDEN = "it does not allow this server"
    BEYOND = "it cannot reach the server, or does not know its name"
    GARBLED = "what answers is no proxy of this kind"
    CUT = "it has ended the connection before a way was open"
    STALLED = "it has opened a way, and no handshake comes through"


def why_not(error: BaseException) -> str:
    """Why a server was not reached, in words of ours, without a full stop; "it" is the server."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, TunnelError):
            return str(seen)
        seen = seen.__cause__
    return system_faults.of_a_way(error)


class TunnelError(OSError):
    """No way came about through a proxy; not a byte of a request has left."""

    def __init__(self, proxy: Proxy, why: Why) -> None:
        super().__init__(f"the proxy {proxy}: {why.value}")
        self.why = why


async def connect(
    make: Callable[[], _Protocol],
    proxy: Proxy | None,
    host: str,
    port: int,
    *,
    seconds: float | None = None,
    **secured: Any,
) -> tuple[asyncio.BaseTransport, _Protocol]:
    """Connect a protocol to a server; `secured` is what `create_connection` takes for TLS.

    Raises OSError, which is TunnelError for what a proxy did, and TimeoutError without one.
    """
    opened = False
    try:
        async with asyncio.timeout(seconds or CONNECT_SECONDS):
            found = await (_through(proxy, host, port) if proxy else _direct(host, port))
            opened = True
            try:
                loop = asyncio.get_running_loop()
                return await loop.create_connection(make, sock=found, **secured)
            except BaseException:
                found.close()
                raise
    except TimeoutError:
        if proxy is None:
            raise
        raise TunnelError(proxy, Why.STALLED if opened else Why.SILENT) from None


async def _direct(host: str, port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return await aiohappyeyeballs.start_connection(
        found, happy_eyeballs_delay=SECOND_ADDRESS_AFTER, loop=loop
    )


async def _through(proxy: Proxy, host: str, port: int) -> socket.socket:
    """A socket on which the server listens. Raises TunnelError."""
    try:
        if proxy.scheme == "socks5":
            return await _by_socks(proxy, host, port)
        return await _by_connect(proxy, host, port)
    except TunnelError:
        raise
    except OSError as error:
        lost = socket.gaierror in (type(error), type(error.__cause__))
        raise TunnelError(proxy, Why.UNKNOWN if lost else Why.CLOSED) from None


async def _by_socks(proxy: Proxy, host: str, port: int) -> socket.socket:
    known = (proxy.user or None, proxy.password or None)
    way = Socks(ProxyType.SOCKS5, proxy.host, proxy.port, *known, rdns=True)
    try:
        # Whoever calls has less patience than the library, whose own is set to more than that.
        return await way.connect(host, port, timeout=2 * CONNECT_SECONDS)
    except ProxyError as error:
        raise TunnelError(proxy, _meaning(error)) from None
    except (BrokenPipeError, ConnectionResetError):
        raise TunnelError(proxy, Why.CUT) from None
    except ValueError:  # an answer that is longer or shorter than it says, a name that is none
        raise TunnelError(proxy, Why.GARBLED) from None


def _meaning(error: ProxyError) -> Why:
    """What the refusal of a SOCKS5 proxy means."""
    if error.error_code == _SOCKS_FORBIDDEN:
        return Why.FORBIDDEN
    if error.error_code in _SOCKS_BEYOND:
        return Why.BEYOND
    if str(error) in _SOCKS_CREDENTIALS:
        return Why.CREDENTIALS
    return Why.CUT if "closed" in str(error) else Why.GARBLED


async def _by_connect(proxy: Proxy, host: str, port: int) -> socket.socket:
    found = await _direct(proxy.host, proxy.port)
    try:
        await _ask(found, proxy, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    except BaseException:
        found.close()
        raise
    return found


async def _ask(found: socket.socket, proxy: Proxy, place: str) -> None:
    """Ask an HTTP proxy for a way to a place. Raises TunnelError."""
    headers = [("Host", place), ("User-Agent", "verso")]
    if proxy.user:
        known = base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode()
        headers.append(("Proxy-Authorization", f"Basic {known}"))
    request = h11.Request(method="CONNECT", target=place, headers=headers)
    try:
        status, more = await _answer(found, request)
    except h11.ProtocolError:
        raise TunnelError(proxy, Why.GARBLED) from None
    except OSError:
        raise TunnelError(proxy, Why.CUT) from None
    if not 200 <= status < 300:
        raise TunnelError(proxy, _said(status))
    if more:  # no server speaks before it is asked
        raise TunnelError(proxy, Why.GARBLED)


async def _answer(found: socket.socket, request: h11.Request) -> tuple[int, bytes]:
    """The status that is answered, and what came behind its last header.

    It is read to its end, in however many pieces it comes: whatever were left of it would be
    taken for words of the server.
    """
    loop, peer = asyncio.get_running_loop(), h11.Connection(h11.CLIENT)
    asked = (peer.send(request) or b"") + (peer.send(h11.EndOfMessage()) or b"")
    await loop.sock_sendall(found, asked)
    while not isinstance(event := peer.next_event(), h11.Response):
        if event is h11.NEED_DATA:
            piece = await loop.sock_recv(found, PIECE)
            if not piece:
                raise ConnectionResetError
            peer.receive_data(piece)
    return event.status_code, peer.trailing_data[0]


def _said(status: int) -> Why:
    """What the refusal of an HTTP proxy means."""
    if status in (401, 407):
        return Why.CREDENTIALS
    if status == 403:
        return Why.FORBIDDEN
    return Why.BEYOND if status in (500, 502, 503, 504) else Why.GARBLED


class TunnelConnector(TCPConnector):
    """Lets aiohttp's client connect through a proxy, in the same way as everything else here."""

    def __init__(
        self, proxy: Proxy, *, allowed: Callable[[str], bool] | None = None, **given: Any
    ) -> None:
        """Names are left to the proxy, unless not every address is `allowed`.

        Then they are resolved here, and the proxy is asked for an address that was looked at.
        """
        if allowed is None:
            given["resolver"] = _ByTheProxy()
        super().__init__(use_dns_cache=False, **given)
        self._through, self._allowed = proxy, allowed

    async def _wrap_create_connection(
        self,
        *args: Any,
        addr_infos: list[Any],
        req: ClientRequest,
        timeout: ClientTimeout,  # noqa: ASYNC109  aiohttp's name
        client_error: type[Exception] = ClientConnectorError,
        **kwargs: Any,
    ) -> tuple[asyncio.Transport, ResponseHandler]:
        """Connect in place of aiohttp, which has no public place for it."""
        host, port = addr_infos[0][4][:2]
        make, seconds = args[0], timeout.sock_connect
        if self._allowed is not None and not self._allowed(host):
            raise client_error(req.connection_key, OSError(errno.EACCES, NOT_ALLOWED))
        try:
            made = await connect(make, self._through, host, port, seconds=seconds, **kwargs)
        except ssl.CertificateError as error:
            raise ClientConnectorCertificateError(req.connection_key, error) from error
        except ssl.SSLError as error:
            raise ClientConnectorSSLError(req.connection_key, error) from error
        except OSError as error:
            raise client_error(req.connection_key, error) from error
        return made  # type: ignore[return-value]  # uvloop's transport is no subclass


class _ByTheProxy(AbstractResolver):
    """Leaves names to the proxy."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The name itself, in an address's place."""
        return [ResolveResult(hostname=host, host=host, port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is kept."""
