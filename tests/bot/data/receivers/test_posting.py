"""What is signed, and where it is sent: to public addresses, with patience that ends."""

import asyncio
import base64
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from aiohttp import web

from bot.data.receivers import posting as posting_module
from bot.data.receivers.posting import PRIVATE, Posting
from bot.data.receivers.signing import SecretError, body_of, headers_of, secrets_in, signature
from flows.config import Receiver
from flows.config.proxies import parse_proxy
from flows.entities import Webhook
from tests.bot.making import NOW
from tests.proxies import tiny_proxy

PUBLISHED = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""The secret of the example that the specification's own libraries are tested with."""


def test_the_published_example_is_signed_as_published() -> None:
    secrets = secrets_in("S", {"S": f"whsec_{PUBLISHED}"})
    body, at = b'{"test": 2432232314}', 1614265330
    name, expected = (
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    )
    assert signature(secrets[0], name, at, body) == expected
    headers = headers_of(name, body, secrets, datetime.fromtimestamp(at, UTC))
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == (name, str(at))
    assert headers["webhook-signature"] == expected


def test_while_a_secret_is_replaced_both_sign() -> None:
    other = base64.b64encode(b"x" * 24).decode()
    secrets = secrets_in("S", {"S": f"whsec_{PUBLISHED}, whsec_{other}"})
    assert headers_of("msg_1", b"{}", secrets, NOW)["webhook-signature"].count("v1,") == 2


@pytest.mark.parametrize(
    "written", ["", " , ", "whsec_", "whsec_YQ==", "whsec_???", "hello", "é" * 40]
)
def test_a_secret_that_is_none_is_refused_with_what_to_do(written: str) -> None:
    with pytest.raises(SecretError, match="openssl rand") as caught:
        secrets_in("SHOP_SECRET", {"SHOP_SECRET": written})
    assert "SHOP_SECRET" in str(caught.value)
    if len(written) > len("whsec_"):
        assert written not in str(caught.value)


def test_the_same_webhook_is_the_same_bytes_whenever_it_is_sent() -> None:
    data = {"customer": "C-1", "words": "Крышка 配送"}
    one = Webhook(7, "shop", "ticket.opened", None, NOW, data, NOW)
    later = Webhook(7, "shop", "ticket.opened", None, NOW, data, NOW + timedelta(days=1), tries=4)
    assert body_of(one) == body_of(later)
    assert orjson.loads(body_of(one)) == {
        "type": "ticket.opened",
        "timestamp": "2026-05-04T09:30:00.000Z",
        "data": data,
    }


# -- calling ----------------------------------------------------------------------------------

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@contextlib.asynccontextmanager
async def server(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def receiver(where: str, *, private: bool = True) -> Receiver:
    return Receiver(id="shop", url=f"http://{where}/hook", secret="S", allow_private=private)


@pytest.fixture
async def posting() -> AsyncIterator[Posting]:
    made = Posting()
    yield made
    await made.close()


async def test_an_answer_is_its_status_and_how_long_to_wait(posting: Posting) -> None:
    seen: list[Any] = []

    async def busy(request: web.Request) -> web.Response:
        seen.append((request.method, request.path, await request.read(), dict(request.headers)))
        return web.Response(status=503, headers={"Retry-After": "7"}, text="x" * 10_000)

    async with server(busy) as where:
        answer = await posting.post(receiver(where), {"webhook-id": "msg_1"}, b"{}")
        await posting.post(receiver(where), {"webhook-id": "msg_2"}, b"{}")
    assert (answer.status, answer.retry_after, answer.taken) == (503, timedelta(seconds=7), False)
    method, path, body, headers = seen[0]
    assert (method, path, body) == ("POST", "/hook", b"{}")
    assert headers["User-Agent"].startswith("Verso/")
    assert "Cookie" not in seen[1][3]


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_is_asked_for_addresses_that_were_looked_at(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name whose address is public goes by that address; one that leads inside goes nowhere."""
    leads = {"shop.example": "93.184.215.14", "inside.example": "10.0.0.1"}

    async def found(_resolver: Any, host: str, port: int = 0, family: Any = 0) -> list[Any]:
        ends: dict[str, Any] = {"port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
        return [{"hostname": host, "host": leads[host], **ends}]

    async def taken(_request: web.Request) -> web.Response:
        return web.Response(status=204)

    monkeypatch.setattr("aiohttp.resolver.ThreadedResolver.resolve", found)
    async with server(taken) as where, tiny_proxy(scheme) as proxy:
        host, _, port = where.partition(":")
        proxy.leads_to = (host, int(port))
        posting = Posting(parse_proxy(proxy.address()))
        answers = [
            await posting.post(receiver(f"{name}:81", private=False), {}, b"{}")
            for name in ("shop.example", "inside.example", "127.0.0.1")
        ]
        assert [each.status or each.error for each in answers] == [204, PRIVATE, PRIVATE]
        assert proxy.places == [("93.184.215.14", 81)]
        assert (await posting.post(receiver(where), {}, b"{}")).taken  # allow_private: directly
        assert len(proxy.places) == 1
        await posting.close()


async def test_a_redirect_is_not_followed(posting: Posting) -> None:
    paths: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        paths.append(request.path)
        return web.Response(status=307, headers={"Location": "/inside"})

    async with server(elsewhere) as where:
        answer = await posting.post(receiver(where), {}, b"{}")
    assert (answer.status, answer.taken, paths) == (307, False, ["/hook"])


async def test_who_never_answers_and_who_never_ends(
    posting: Posting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting_module, "TOTAL_SECONDS", 0.3)
    ended = asyncio.Event()

    async def silent(request: web.Request) -> web.StreamResponse:
        if request.query_string == "ends=never":
            response = web.StreamResponse()
            await response.prepare(request)
            with contextlib.suppress(ConnectionError):
                while True:
                    await response.write(b"x" * 65_536)
            ended.set()
            return response
        await asyncio.Event().wait()
        return web.Response()

    async with server(silent) as where:
        assert (await posting.post(receiver(where), {}, b"{}")).error == "timeout"
        endless = receiver(where).model_copy(update={"url": f"http://{where}/?ends=never"})
        assert (await posting.post(endless, {}, b"{}")).taken
        async with asyncio.timeout(60):
            await ended.wait()


async def test_nobody_there_and_nonsense(posting: Posting) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{free.getsockname()[1]}"
    assert (await posting.post(receiver(where), {}, b"{}")).error == "unreachable"

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"SSH-2.0-OpenSSH\r\n\r\n")
        writer.close()

    other = await asyncio.start_server(talk, "127.0.0.1", 0)
    where = f"127.0.0.1:{other.sockets[0].getsockname()[1]}"
    assert (await posting.post(receiver(where), {}, b"{}")).error == "unreachable"
    other.close()


async def test_a_private_address_is_refused_however_it_is_written(
    posting: Posting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one to which a name leads only now, after it was looked at before."""
    calls: list[str] = []

    async def taking(request: web.Request) -> web.Response:
        calls.append(request.path)
        return web.Response(status=204)

    async with server(taking) as where:
        port = where.rpartition(":")[2]
        found = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", int(port)))

        async def rebound(*_: Any, **__: Any) -> list[Any]:
            return [found]

        assert (await posting.post(receiver(where, private=False), {}, b"{}")).error == "private"
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", rebound)
        for host in ("shop.example", "0x7f.1", "localhost"):
            named = receiver(f"{host}:{port}", private=False)
            assert (await posting.post(named, {}, b"{}")).error == "private", host
        number = receiver(f"2130706433:{port}", private=False)  # 127.0.0.1; no name, says aiohttp
        assert not (await posting.post(number, {}, b"{}")).taken
        assert calls == []
        assert (await posting.post(receiver(f"shop.example:{port}"), {}, b"{}")).taken
