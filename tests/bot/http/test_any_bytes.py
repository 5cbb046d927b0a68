"""What the OpenAPI describes, asked with whatever fits into HTTP: nothing ends in a 5xx."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yarl import URL

from bot.http.openapi import openapi
from bot.http.problems import TITLES
from bot.http.server import create_http_app
from storage.database import Database
from tests.bot.http.test_connections import said
from tests.bot.making import KEY, services
from tests.bot.serving import StubProbes, serving

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OPERATIONS = sorted(
    (method, path)
    for path, methods in openapi()["paths"].items()
    for method in methods
    if method in ("get", "put", "post", "delete")
)
SETTINGS = settings(max_examples=60, suppress_health_check=list(HealthCheck))
FIELDS = sorted(
    {
        name
        for each in ("CustomerFields", "EventItem")
        for name in openapi()["components"]["schemas"][each]["properties"]
    }
    | {"ref", "id", "type"}
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
    st.sampled_from(["P1D", "2026-05-04T09:30:00Z", "+49301234567", "en", "Europe/Berlin", "c-1"]),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
items = st.dictionaries(st.sampled_from(FIELDS), values, max_size=9)
bodies = st.one_of(
    items.map(orjson.dumps),
    st.lists(items, max_size=4).map(orjson.dumps),
    values.map(orjson.dumps),
    st.binary(max_size=60),
)
texts = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_categories=["Cc"]))


class Asking:
    """Asks from inside of Hypothesis, whose tests are not asynchronous, on pytest's own loop."""

    @staticmethod
    async def every(database: Database, examples: list[tuple[Any, ...]]) -> list[Any]:
        found = []
        async with serving(database) as client:
            for (method, path), ref, body, headers in examples:
                target = path.replace("{ref}", ref)
                url = URL(str(client.make_url("/")).rstrip("/") + target, encoded=True)
                answer = await client.session.request(method, url, data=body, headers=headers)
                kind = answer.content_type
                problem = await answer.json(content_type=None) if answer.status >= 400 else {}
                known = problem.get("type", "").removeprefix("urn:verso:problem:") in TITLES
                if answer.status >= 500 or (answer.status >= 400 and not known):
                    found.append((answer.status, kind, method, url, body, headers))
        return found


def collected(strategy: st.SearchStrategy[Any]) -> list[Any]:
    """Examples of a strategy, to be asked one after the other over one connection."""
    found: list[Any] = []

    @SETTINGS
    @given(strategy)
    def collect(example: Any) -> None:
        found.append(example)

    collect()
    return found


refs = st.binary(min_size=1, max_size=12).map(lambda raw: "".join(f"%{byte:02X}" for byte in raw))
kinds = st.sampled_from(["application/json", "text/plain", "application/x+json", ""])


def with_a_key() -> st.SearchStrategy[Any]:
    headers = kinds.map(lambda kind: {"Authorization": f"Bearer {KEY}", "Content-Type": kind})
    return st.tuples(st.sampled_from(OPERATIONS), refs, bodies, headers)


def unsigned() -> st.SearchStrategy[Any]:
    names = ["Authorization", "Stripe-Signature", "X-Shopify-Hmac-Sha256", "X-Shopify-Topic"]
    names += ["X-WC-Webhook-Signature", "X-WC-Webhook-Topic", "Content-Type", "X-Forwarded-For"]
    headers = st.dictionaries(st.sampled_from(names), texts, max_size=4)
    return st.tuples(st.sampled_from(OPERATIONS), refs, bodies, headers)


async def test_with_a_key_nothing_ends_in_a_5xx(database: Database) -> None:
    assert await Asking.every(database, collected(with_a_key())) == []


async def test_without_one_nothing_ends_in_a_5xx(database: Database) -> None:
    wrong = await Asking.every(database, collected(unsigned()))
    assert [each for each in wrong if each[0] != 503] == []


@pytest.fixture
async def port(database: Database) -> AsyncIterator[int]:
    app = create_http_app(database, services(stripe_secret="x" * 20), StubProbes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


HEADERS = [b"Content-Encoding: gzip", b"Transfer-Encoding: chunked", b"Expect: 100-continue"]
HEADERS += [b"Content-Encoding: br", b"Stripe-Signature: \xff", b"Authorization: Bearer \xff"]
HEADERS += [
    b"Content-Type: \xff/\xfe; charset=\xff",
    b"X-Forwarded-For: \xff",
    b"Accept: text/html",
]


async def test_no_bytes_of_a_stranger_end_in_a_5xx(port: int) -> None:
    requests = st.tuples(
        st.sampled_from([b"POST", b"PUT", b"GET", b"DELETE", b"PATCH"]),
        st.sampled_from(
            [b"/hooks/stripe", b"/api/v1/events", b"/healthz", b"/api/v1/customers/%ff"]
        ),
        st.lists(st.sampled_from(HEADERS), max_size=3, unique=True),
        st.binary(max_size=20),
    )
    for method, path, headers, body in collected(requests):
        length = b"Content-Length: %d" % len(body)
        lines = [method + b" " + path + b" HTTP/1.1", b"Host: x", b"Connection: close", length]
        sent = b"\r\n".join([*lines, *headers, b"", b""]) + body + b"0\r\n\r\n"
        answer = await said(port, sent)
        assert answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 4", b"HTTP/1.1 100", b"HTTP/1.0 4")), (
            sent,
            answer,
        )
        assert b"HTTP/1.1 5" not in answer, (sent, answer)
