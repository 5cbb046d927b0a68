"""The transport: what a failed call can have done, and nothing secret in what it raises."""

import asyncio
import contextlib
import shutil
import socket
import ssl
import subprocess
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from telegram.error import NetworkError, TimedOut

from bot.runtime.transport import AiohttpRequest, NotSent, ServerTrouble

TOKEN = "123456789:SECRETSECRETSECRET"
OK = b'{"ok":true,"result":7}'
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def server(talk: Talk, secured: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server on loopback that says what `talk` says; gives a method's address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
            await talk(reader, writer)
        writer.transport.abort()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=secured)
    port = listening.sockets[0].getsockname()[1]
    try:
        yield f"http{'s' if secured else ''}://localhost:{port}/bot{TOKEN}/sendMessage"
    finally:
        listening.close()


async def heard(reader: asyncio.StreamReader) -> bytes:
    """Read a whole request and give its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return await reader.readexactly(int(length))


async def noticed() -> None:
    """Let both ends, which share this loop, take in what the other has done last."""
    for _ in range(10):
        await asyncio.sleep(0)


def answer(body: bytes = OK, status: str = "200 OK") -> bytes:
    """An answer as it goes over the line."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@contextlib.asynccontextmanager
async def transport(**settings: Any) -> AsyncIterator[AiohttpRequest]:
    """A transport that is open for as long as the block runs."""
    made = AiohttpRequest(**settings)
    await made.initialize()
    try:
        yield made
    finally:
        await made.shutdown()


async def trouble_with(talk: Talk, **settings: Any) -> NetworkError:
    """Give what a call raises before such a server."""
    async with server(talk) as url, transport(**settings) as client:
        with pytest.raises(NetworkError) as raised:
            await client.call(url, {"chat_id": 1})
    assert "SECRET" not in "".join(traceback.format_exception(raised.value))
    return raised.value


async def test_an_answer() -> None:
    bodies = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            bodies.append(await heard(reader))
            writer.write(answer())

    async with server(talk) as url, transport() as client:
        assert await client.call(url, {"text": "é"}) == 7
        assert await client.call(url, {}) == 7
    assert bodies == ['{"text":"é"}'.encode(), b"{}"]


async def test_a_connection_that_nobody_takes_was_not_used() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/bot{TOKEN}/sendMessage"
        async with transport() as client:
            with pytest.raises(NotSent):
                await client.call(url, {})


async def test_a_name_that_does_not_exist_was_not_reached() -> None:
    async with transport() as client:
        with pytest.raises(NotSent):
            await client.call(f"http://verso.invalid/bot{TOKEN}/sendMessage", {})


async def test_no_connection_in_time_was_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.core.tunnels.CONNECT_SECONDS", 0.2)
    with socket.socket() as full, contextlib.ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):  # more than wait to be taken; whoever comes now hears nothing
            other = waiting.enter_context(socket.socket())
            other.setblocking(False)
            other.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/bot{TOKEN}/sendMessage"
        async with transport() as client:
            with pytest.raises(NotSent):
                await client.call(url, {})


async def test_a_refused_handshake_was_not_used() -> None:
    async def talk(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        """Close at once."""

    async with server(talk) as url, transport() as client:
        with pytest.raises(NotSent):
            await client.call(url.replace("http:", "https:"), {})


async def test_a_connection_cut_after_the_request_leaves_a_doubt() -> None:
    async def talk(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await heard(reader)

    assert not isinstance(await trouble_with(talk), NotSent | TimedOut)


async def test_an_answer_cut_short_leaves_a_doubt() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        writer.write(answer()[:-3])
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    assert not isinstance(await trouble_with(talk), NotSent | TimedOut)


async def test_a_second_call_on_a_connection_that_is_cut_leaves_a_doubt() -> None:
    calls = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        await heard(reader)
        calls += 1
        writer.write(answer())
        await heard(reader)
        calls += 1

    async with server(talk) as url, transport() as client:
        assert await client.call(url, {}) == 7
        with pytest.raises(NetworkError) as raised:
            await client.call(url, {})
        assert not isinstance(raised.value, NotSent)
    assert calls == 2


async def test_a_connection_that_was_closed_meanwhile_is_not_used_again() -> None:
    calls = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        await heard(reader)
        calls += 1
        writer.write(answer())
        await writer.drain()

    async with server(talk) as url, transport() as client:
        for _ in range(3):
            assert await client.call(url, {}) == 7
            await noticed()
    assert calls == 3


async def test_silence_after_the_request_is_a_time_out() -> None:
    async def talk(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        await reader.read()

    assert isinstance(await trouble_with(talk, read_timeout=0.2), TimedOut)


async def test_a_trouble_of_the_server_keeps_its_status() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        writer.write(answer(b"bad gateway", "502 Bad Gateway"))
        await writer.drain()
        await reader.read()

    trouble = await trouble_with(talk)
    assert isinstance(trouble, ServerTrouble)
    assert trouble.status == 502


async def test_an_address_is_not_followed_elsewhere() -> None:
    """A token is not carried to where an answer points."""
    asked = 0

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        writer.write(answer())

    async with server(elsewhere) as other, transport() as client:

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await heard(reader)
            writer.write(
                f"HTTP/1.1 307 Moved\r\nLocation: {other}\r\nContent-Length: 2\r\n\r\n{{}}".encode()
            )
            await writer.drain()
            await reader.read()

        async with server(talk) as url:
            with pytest.raises(NetworkError, match="status 307"):
                await client.call(url, {})
    assert asked == 0


async def test_a_cancelled_call_ends_its_connection() -> None:
    arrived, ended = asyncio.Event(), asyncio.Event()

    async def talk(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        arrived.set()
        await reader.read()
        ended.set()

    async with server(talk) as url, transport() as client:
        call = asyncio.create_task(client.call(url, {}))
        await arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await asyncio.wait_for(ended.wait(), 60)


async def test_answers_in_pieces_and_one_after_another() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        for part in (head[:20], head[20:], b"9\r\n" + OK[:9] + b"\r\n", b"d\r\n" + OK[9:]):
            writer.write(part)
            await writer.drain()
            await noticed()
        writer.write(b"\r\n0\r\n\r\n")
        await heard(reader)
        writer.write(answer(b'{"ok":true,"result":8}'))
        await heard(reader)
        writer.write(answer().replace(b"OK\r\n", b"OK\r\nConnection: close\r\n", 1))
        await writer.drain()

    async with server(talk) as url, transport() as client:
        assert [await client.call(url, {}) for _ in range(3)] == [7, 8, 7]


async def test_words_that_nobody_asked_for_are_no_answer() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        writer.write(answer() + answer(b'{"ok":true,"result":"old"}'))
        await heard(reader)
        writer.write(answer())
        await heard(reader)

    async with server(talk) as url, transport() as client:
        for _ in range(3):
            assert await client.call(url, {}) == 7
            await noticed()


async def test_what_is_no_http_leaves_a_doubt() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        await heard(reader)

    assert not isinstance(await trouble_with(talk), NotSent | TimedOut)


async def test_more_calls_than_connections_wait_for_one() -> None:
    open_now, most, all_open = 0, 0, asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        if open_now == 3:
            all_open.set()
        try:
            while True:
                await heard(reader)
                await all_open.wait()
                writer.write(answer())
        finally:
            open_now -= 1

    async with server(talk) as url, transport(pool=3) as client:
        assert await asyncio.gather(*(client.call(url, {}) for _ in range(10))) == [7] * 10
    assert most == 3


async def test_closing_ends_calls_under_way() -> None:
    arrived = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        arrived.set()
        await reader.read()

    async with server(talk) as url, transport() as client:
        call = asyncio.create_task(client.call(url, {}))
        await arrived.wait()
        await client.shutdown()
        with pytest.raises(NetworkError):
            await call


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of localhost that vouches for itself, with its key beside it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the command openssl")
    folder = tmp_path_factory.mktemp("tls")
    made = (
        f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
        f"-addext subjectAltName=DNS:localhost -keyout {folder}/key.pem -out {folder}/cert.pem"
    )
    subprocess.run(made.split(), check=True, capture_output=True)
    return folder / "cert.pem"


@pytest.mark.parametrize("trusted", [True, False])
async def test_a_server_is_trusted_by_its_certificate(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, *, trusted: bool
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await heard(reader)
            writer.write(answer())

    secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secured.load_cert_chain(certificate, certificate.with_name("key.pem"))
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with server(talk, secured) as url, transport() as client:
        if trusted:
            assert [await client.call(url, {"text": "é" * 4000}) for _ in range(3)] == [7, 7, 7]
            return
        with pytest.raises(NotSent):
            await client.call(url, {})
