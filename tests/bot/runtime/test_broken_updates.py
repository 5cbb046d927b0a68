"""An update that no parser takes is parked, polled or delivered, and holds up nobody."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.brakes import TRIES
from bot.http.connections import Runner
from bot.runtime.intake import poller as polling
from bot.runtime.intake.salvage import ALONE, IN_AN_ANSWER, salvaged
from bot.runtime.intake.webhook import HEADER, PATH, Webhook
from storage.database import Database
from tests.bot.harness import Harness, harness
from tests.bot.runtime.strange import answering, ok
from tests.bot.runtime.test_intake import SECRET, Echo, message

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


BROKEN = {
    "deeper than orjson writes": b'{"update_id": 2, "message": %s}' % nested(300),
    "deeper than orjson reads": b'{"message": %s, "update_id": 2}' % nested(1100),
    "deeper than anything reads": b'{"update_id":2,"message":{"text":%s}}' % nested(100_000),
    "half a character": rb'{"update_id": 2, "message": {"text": "\ud800 {\"update_id\": 9}"}}',
    "a number that is too large": b'{"update_id": 2, "message": {"message_id": 1e9999}}',
    "another kind of message": b'{"update_id": 2, "message": "hello"}',
    "a text instead of a chat": b'{"update_id": 2, "message": {"chat": "x", "from": {"id": []}}}',
    "a byte that is no text": b'{"update_id": 2, "message": {"text": "\xff", "nul": "\x00"}}',
}


@pytest.fixture
async def h(database: Database) -> AsyncIterator[Harness]:
    async with harness(database) as made:
        yield made


async def _handled(h: Harness, echo: Echo) -> None:
    async with asyncio.timeout(60):
        while len(echo.seen) < 2 or (await _counts(h))["new"]:  # noqa: ASYNC110  another task's
            await asyncio.sleep(0.01)


async def _counts(h: Harness) -> dict[str, int]:
    async with h.database.reading() as unit:
        return await unit.inbox.counts()


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
async def test_one_that_is_polled_is_parked_and_the_others_are_handled(
    h: Harness, broken: bytes
) -> None:
    echo = Echo()
    offsets: list[int] = []

    def answer(_method: str, params: dict[str, Any]) -> tuple[int, bytes]:
        offsets.append(params["offset"])
        if params["offset"] > 3:
            return ok([])
        first, last = (orjson.dumps(message(n, n, f"m{n}")) for n in (1, 3))
        return 200, b'{"ok": true, "result": [%s, %s,%s]}' % (first, broken, last)

    async with answering(answer) as url:
        h.base_url = url
        worker = await h.start_worker(echo.handlers())
        h.start_poller(h.start_intake(worker.wake))
        await _handled(h, echo)
        await _polled_on(offsets)
    assert (await _counts(h))["parked"] == 1
    assert [text for _, text in echo.seen] == ["m1", "m3"]


async def _polled_on(offsets: list[int]) -> None:
    async with asyncio.timeout(60):
        while offsets[-1] != 4:  # noqa: ASYNC110  the poller's next call
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
async def test_one_that_is_delivered_is_parked_and_not_asked_for_again(
    h: Harness, broken: bytes
) -> None:
    echo = Echo()
    worker = await h.start_worker(echo.handlers())
    async with receiving(h, worker.wake) as (url, session):
        for body in (orjson.dumps(message(1, 1, "m1")), broken, orjson.dumps(message(3, 3, "m3"))):
            async with session.post(url, data=body) as answer:
                assert answer.status == 200
        await _handled(h, echo)
    assert (await _counts(h))["parked"] == 1


@asynccontextmanager
async def receiving(
    h: Harness, wake: Callable[[], None] = lambda: None
) -> AsyncIterator[tuple[str, aiohttp.ClientSession]]:
    """The webhook's route, and a caller that knows its secret."""
    app = web.Application()
    app.add_routes(Webhook(h.start_intake(wake), SECRET).routes())
    runner = Runner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession(headers={HEADER: SECRET}) as session:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}", session
    finally:
        await runner.cleanup()


async def test_no_header_and_no_body_makes_the_webhook_fail(h: Harness) -> None:
    async with receiving(h) as (url, session):
        port = int(url.rpartition(":")[2].partition("/")[0])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n%s: \xff\xfe\r\n\r\n"
            % (PATH.encode(), HEADER.encode())
        )
        assert b" 401 " in await reader.readline()
        writer.close()
        sent = {"Content-Encoding": "gzip", "Connection": "close"}
        async with session.post(url, data=b"notgzip", headers=sent) as answer:
            assert answer.status == 400
        for _ in range(TRIES - 1):
            async with session.post(url, data=b"{}", headers={HEADER: "wrong"}) as answer:
                assert answer.status == 401
        async with session.post(url, data=b"{}", headers={HEADER: "wrong"}) as answer:
            assert (answer.status, int(answer.headers["Retry-After"]) > 0) == (429, True)
        async with session.post(url, json=message(1, 1, "x")) as answer:
            assert answer.status == 200, "a stranger does not lock Telegram out"


NOTHING_NEW = {
    "nothing": ok([]),
    "null": ok(None),
    "a number": ok(7),
    "no numbers": ok([{"message": {}}]),
    "the same again": ok([message(5, 5, "again")]),
    "a wait that is over": (429, b'{"ok": false, "parameters": {"retry_after": -5}}'),
    "a wait that is none": (429, b'{"ok": false, "parameters": {"retry_after": "abc"}}'),
    "no answer": (200, b"<html>"),
    "half an answer": (200, b'{"ok": true, "result": [{"update_id": 5'),
}


@pytest.mark.parametrize("answer", NOTHING_NEW.values(), ids=NOTHING_NEW.keys())
async def test_a_server_that_answers_at_once_is_not_asked_all_the_time(
    h: Harness, answer: tuple[int, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0 if len(pauses) < 6 else 60)

    async with answering(lambda _method, _params: answer) as url:
        h.base_url = url
        monkeypatch.setattr(polling, "asyncio", SimpleNamespace(sleep=sleep))
        h.start_poller(h.start_intake())
        async with asyncio.timeout(60):
            while len(pauses) < 6:  # noqa: ASYNC110  the poller's sixth pause
                await asyncio.sleep(0.01)
    assert min(pauses) >= 0.5
    assert pauses == sorted(pauses), "each pause is as long as the one before, or longer"


keys = st.text('ab"\\{[', max_size=3)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9**9) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text('ab"\\{[', max_size=3), inner)
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.text('xyz{}[]"', max_size=4), json_values), max_size=4))
def test_brackets_are_counted_as_a_parser_reads_them(
    database_url: object, told: list[dict[str, Any]]
) -> None:
    updates = [{**each, "update_id": number} for number, each in enumerate(told)]
    payload = orjson.dumps({"ok": True, "result": updates, "other": {"update_id": 77}})
    found = salvaged(payload, IN_AN_ANSWER)
    assert [(raw.update_id, orjson.loads(raw.payload)) for raw in found] == [
        (number, update) for number, update in enumerate(updates)
    ]
    for update in updates:
        [alone] = salvaged(orjson.dumps(update), ALONE)
        assert alone.update_id == update["update_id"]
