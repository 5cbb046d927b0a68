"""Calls through proxies: the way works, or is known to have carried nothing, or leaves a doubt."""

import ssl
import traceback
from pathlib import Path
from typing import Any

import pytest
from telegram.error import NetworkError, TimedOut

from bot.core.delivery import File
from bot.core.tunnels import Why
from bot.runtime.transport import AiohttpRequest, NotSent
from flows.config.proxies import parse_proxy
from tests.bot.runtime.transport.test_transport import (
    TOKEN,
    answer,
    certificate,
    heard,
    server,
    transport,
)
from tests.proxies import WRITTEN, Reader, TinyProxy, Writer, tiny_proxy

__all__ = ["certificate"]

SCHEMES = pytest.mark.parametrize("scheme", ["http", "socks5"])
FILE = File("document", "list.csv", b"a,b" * 50_000, "text/csv")


async def obliging(reader: Reader, writer: Writer) -> None:
    while True:
        await heard(reader)
        writer.write(answer())
        await writer.drain()


def through(proxy: TinyProxy, credentials: str = "") -> Any:
    return transport(proxy=parse_proxy(proxy.address(credentials)), read_timeout=30)


async def all_ways(client: AiohttpRequest, url: str) -> list[Any]:
    """Make a plain call, one with a file, and one as python-telegram-bot makes them."""
    status, _ = await client.do_request(url, "POST")
    return [await client.call(url, {}), await client.upload(url, {}, FILE), status]


@SCHEMES
async def test_every_call_goes_through_it(scheme: str) -> None:
    async with (
        server(obliging) as url,
        tiny_proxy(scheme, asks=True, in_pieces=True) as proxy,
        through(proxy, WRITTEN) as client,
    ):
        assert await all_ways(client, url) == [7, 7, 200]
        assert await all_ways(client, url) == [7, 7, 200]
        assert [host for host, _ in proxy.places] == ["localhost"] * 2  # kept, and named there


@SCHEMES
async def test_what_is_encrypted_stays_so(
    scheme: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secured.load_cert_chain(certificate, certificate.with_name("key.pem"))
    async with server(obliging, secured) as url, tiny_proxy(scheme) as proxy:
        async with through(proxy) as client:
            with pytest.raises(NotSent):
                await client.call(url, {})
            with pytest.raises(NotSent):
                await client.upload(url, {}, FILE)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        async with through(proxy) as client:
            assert await client.call(url, {}) == 7


REFUSALS: list[tuple[Why, dict[str, Any], dict[str, Any]]] = [
    (Why.CREDENTIALS, {"asks": True}, {"asks": True}),
    (Why.FORBIDDEN, {"refuses": 403}, {"refuses": 2}),
    (Why.BEYOND, {"refuses": 502}, {"refuses": 4}),
    (Why.GARBLED, {"refuses": 405}, {"refuses": 7}),
    (Why.GARBLED, {"babbles": b"\x05\x00\r\n\r\n"}, {"babbles": b"HTTP/1.1 400 No\r\n\r\n"}),
    (Why.CUT, {"hangs_up": True}, {"hangs_up": True}),
]


@SCHEMES
async def test_what_a_proxy_refuses_has_not_left(scheme: str) -> None:
    arrived = []

    async def talk(reader: Reader, _writer: Writer) -> None:
        arrived.append(await reader.read(1))

    async with server(talk) as url:
        for why, *by_scheme in REFUSALS:
            what = by_scheme[scheme == "socks5"]
            async with tiny_proxy(scheme, **what) as proxy:
                for credentials in ("", "anna:SECRET") if "asks" in what else ("",):
                    async with through(proxy, credentials) as client:
                        await not_sent(client, url, why)
    assert arrived == []


async def not_sent(client: AiohttpRequest, url: str, why: Why) -> None:
    """See that neither a plain call nor a file has left, and that it is told why."""
    for call in (client.call(url, {}), client.upload(url, {}, FILE)):
        with pytest.raises(NotSent) as raised:
            await call
        assert str(raised.value).endswith(f"{why.value})")
        assert "SECRET" not in "".join(traceback.format_exception(raised.value))


@SCHEMES
async def test_a_proxy_that_is_not_there_or_says_nothing(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with tiny_proxy(scheme, swallows=True) as proxy:
        url = f"https://localhost:{proxy.port}/bot{TOKEN}/sendMessage"
        proxy.close()
        async with through(proxy) as client:
            await not_sent(client, url, Why.CLOSED)
        async with transport(proxy=parse_proxy(proxy.address(host="verso.invalid"))) as client:
            await not_sent(client, url, Why.UNKNOWN)
    for module in ("bot.core.tunnels", "bot.runtime.transport"):
        monkeypatch.setattr(f"{module}.CONNECT_SECONDS", 0.2)
    for why, what in ((Why.STALLED, {"swallows": True}), (Why.SILENT, {"stalls": True})):
        async with tiny_proxy(scheme, **what) as proxy, through(proxy) as client:
            await not_sent(client, url, why)


@SCHEMES
async def test_what_breaks_behind_an_open_way_leaves_a_doubt(scheme: str) -> None:
    arrived = []

    async def talk(reader: Reader, writer: Writer) -> None:
        arrived.append(await heard(reader))
        writer.write(answer())
        await reader.read()

    async with server(talk) as url, tiny_proxy(scheme) as proxy, through(proxy) as client:
        for call in (client.call(url, {}), client.upload(url, {}, FILE)):
            proxy.cuts = 1
            with pytest.raises(NetworkError) as raised:
                await call
            assert not isinstance(raised.value, NotSent | TimedOut)
        assert len(arrived) == 2
        assert await client.call(url, {}) == 7  # by a new way
    async with server(talk) as url, tiny_proxy(scheme, swallows=True) as proxy:
        known = parse_proxy(proxy.address())
        async with transport(proxy=known, read_timeout=0.2) as client:
            with pytest.raises(TimedOut):
                await client.call(url, {})
