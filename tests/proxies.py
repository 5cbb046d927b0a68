"""Small proxies on loopback, HTTP CONNECT and SOCKS5: they work, refuse, stall, cut, babble."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

USER, PASSWORD = "anna", "p@ss%word"
WRITTEN = "anna:p%40ss%25word"
"""As they stand in an address."""
_METHODS, _CREDENTIALS, _NONE_OF_THEM = b"\x05\x00", b"\x05\x02", b"\x05\xff"
_SOCKS_DONE, _SOCKS_TAIL = b"\x05\x00", b"\x00\x01\x00\x00\x00\x00\x00\x00"

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter
Heard = Callable[[Reader, Writer, "TinyProxy"], Awaitable[tuple[str, int] | None]]


@dataclass
class TinyProxy:
    """A proxy, and what it does with whoever comes."""

    scheme: str
    port: int = 0
    asks: bool = False
    """For a name and a password."""
    refuses: int = 0
    """With this status, or this code of SOCKS5."""
    hangs_up: bool = False
    stalls: bool = False
    babbles: bytes = b""
    """Instead of an answer."""
    in_pieces: bool = False
    cuts: int = 0
    """So many of the next answers end after a few bytes, and their tunnels with them."""
    swallows: bool = False
    """Opens a way, and lets nothing through it."""
    leads_to: tuple[str, int] | None = None
    """Where every way leads, wherever it was asked for."""
    places: list[tuple[str, int]] = field(default_factory=list)
    """Where ways were asked for."""
    tunnels: set[Writer] = field(default_factory=set)
    server: asyncio.Server | None = None

    def address(self, credentials: str = "", host: str = "127.0.0.1") -> str:
        known = f"{credentials}@" if credentials else ""
        return f"{self.scheme}://{known}{host}:{self.port}"

    async def open(self) -> None:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Nobody is taken any more, and every tunnel ends."""
        if self.server is not None:
            self.server.close()
        for writer in list(self.tunnels):
            writer.transport.abort()

    async def _serve(self, reader: Reader, writer: Writer) -> None:
        self.tunnels.add(writer)
        try:
            with contextlib.suppress(OSError, EOFError):
                await self._talk(reader, writer)
        finally:
            self.tunnels.discard(writer)
            writer.transport.abort()

    async def _talk(self, reader: Reader, writer: Writer) -> None:
        if self.hangs_up:
            await reader.read(1)
            return
        if self.stalls:
            await reader.read()
            return
        if self.babbles:
            writer.write(self.babbles)
            await reader.read()
            return
        heard = _connect if self.scheme == "http" else _socks
        place = await heard(reader, writer, self)
        if place is None:
            await writer.drain()
            writer.close()
            await writer.wait_closed()
            return
        self.places.append(place)
        if self.swallows:
            await reader.read()
            return
        there, back = await asyncio.open_connection(*(self.leads_to or place))
        self.tunnels.add(back)
        try:
            await asyncio.wait(
                [
                    asyncio.create_task(self._pass(reader, back, counted=False)),
                    asyncio.create_task(self._pass(there, writer, counted=True)),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            self.tunnels.discard(back)
            back.transport.abort()

    async def _pass(self, reader: Reader, writer: Writer, *, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(65536):
                cut = counted and self.cuts > 0
                self.cuts -= cut
                writer.write(piece[:10] if cut else piece)
                await writer.drain()
                if cut:
                    return


async def _connect(reader: Reader, writer: Writer, proxy: TinyProxy) -> tuple[str, int] | None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    lines = head.split("\r\n")
    if proxy.asks:
        known = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if f"Proxy-Authorization: Basic {known}" not in lines:
            writer.write(b"HTTP/1.1 407 Who are you\r\nContent-Length: 2\r\n\r\nno")
            return None
    if proxy.refuses:
        writer.write(f"HTTP/1.1 {proxy.refuses} No\r\nContent-Length: 0\r\n\r\n".encode())
        return None
    pieces = [b"HTTP/1.1 200 Connection established\r\n", b"Via: a\r\nX-B: c", b"\r\n\r\n"]
    for piece in pieces if proxy.in_pieces else [b"".join(pieces)]:
        writer.write(piece)
        await writer.drain()
        for _ in range(5):
            await asyncio.sleep(0)
    host, _, port = lines[0].split()[1].rpartition(":")
    return host.strip("[]"), int(port)


async def _socks(reader: Reader, writer: Writer, proxy: TinyProxy) -> tuple[str, int] | None:
    _, count = await reader.readexactly(2)
    offered = await reader.readexactly(count)
    if proxy.asks:
        if 2 not in offered:
            writer.write(_NONE_OF_THEM)
            return None
        writer.write(_CREDENTIALS)
        _, length = await reader.readexactly(2)
        user = await reader.readexactly(length)
        password = await reader.readexactly((await reader.readexactly(1))[0])
        if (user.decode(), password.decode()) != (USER, PASSWORD):
            writer.write(b"\x01\x01")
            return None
        writer.write(b"\x01\x00")
    else:
        writer.write(_METHODS)
    kind = (await reader.readexactly(4))[3]
    if kind == 3:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
    else:
        host = ".".join(str(each) for each in await reader.readexactly(4))
    port = int.from_bytes(await reader.readexactly(2))
    if proxy.refuses:
        writer.write(bytes([5, proxy.refuses]) + _SOCKS_TAIL)
        return None
    writer.write(_SOCKS_DONE + _SOCKS_TAIL)
    return host, port


@contextlib.asynccontextmanager
async def tiny_proxy(scheme: str, **what: object) -> AsyncIterator[TinyProxy]:
    """A proxy that listens for as long as the block runs."""
    proxy = TinyProxy(scheme, **what)  # type: ignore[arg-type]
    await proxy.open()
    try:
        yield proxy
    finally:
        proxy.close()
