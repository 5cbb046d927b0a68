"""Nothing is acknowledged before it is stored; every update takes effect once, in order."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from telegram import Update
from telegram.ext import CallbackQueryHandler, MessageHandler, filters

from bot.core.context import VersoContext
from bot.http.server import create_http_app
from bot.runtime.intake.store import NotAnUpdate, raw_update
from bot.runtime.intake.webhook import HEADER, PATH, Webhook
from bot.runtime.worker import Worker
from flows.entities import RawUpdate, Timer
from flows.entities.kinds import Purpose
from storage.database import Database
from tests.bot.harness import Harness, harness
from tests.bot.serving import StubProbes, problem

SECRET = "s3cret_s3cret"


@pytest.fixture
async def h(database: Database) -> AsyncIterator[Harness]:
    async with harness(database) as made:
        yield made


async def _eventually(check: Any) -> None:
    async with asyncio.timeout(60):
        while not await check():  # noqa: ASYNC110  another task's commits are awaited
            await asyncio.sleep(0.02)


def message(number: int, chat: int, text: str) -> dict[str, Any]:
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1,
            "chat": {"id": chat, "type": "private", "first_name": "Anna"},
            "from": {"id": chat, "is_bot": False, "first_name": "Anna"},
            "text": text,
        },
    }


class Echo:
    """Handlers that note what they were given, and say it back."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, str]] = []

    async def text(self, update: Update, context: VersoContext) -> None:
        assert update.effective_message is not None
        assert update.effective_chat is not None
        text = update.effective_message.text or ""
        context.work.say(update.effective_chat.id, f"echo {text}", purpose="reply")
        if "spoil" in text:
            await context.work.unit.flush()
        if "fail" in text:
            raise RuntimeError("the words of a customer")
        self.seen.append((update.effective_chat.id, text))

    async def press(self, update: Update, context: VersoContext) -> None:
        self.seen.append((0, "press"))

    def handlers(self) -> list[Any]:
        return [CallbackQueryHandler(self.press), MessageHandler(filters.ALL, self.text)]


async def _store(h: Harness, *updates: dict[str, Any]) -> None:
    async with h.database.unit() as unit:
        await unit.inbox.store([raw_update(u) for u in updates], h.services.clock.now())
        await unit.commit()
    if h.worker:
        h.worker.wake()


async def _counts(h: Harness) -> dict[str, int]:
    async with h.database.reading() as unit:
        return await unit.inbox.counts()


async def _finished(h: Harness) -> None:
    async def none_left() -> bool:
        return (await _counts(h))["new"] == 0

    await _eventually(none_left)


async def test_polling_confirms_only_what_is_stored(h: Harness) -> None:
    anna = await h.sandbox.create_user(first_name="Anna")
    await anna.start(h.bot)
    intake = h.start_intake()
    h.start_poller(intake)

    async def stored() -> bool:
        return (await _counts(h))["new"] == 1

    await _eventually(stored)
    calls = await h.sandbox.requests(method="getUpdates")
    assert calls[0]["params"]["offset"] == 0


async def test_polling_survives_a_database_that_fails(
    h: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await h.sandbox.create_user(first_name="Anna")
    await anna.start(h.bot)
    real, failures = h.database.unit, iter([True, True])

    @contextlib.asynccontextmanager
    async def broken(**how: bool) -> AsyncIterator[Any]:
        if next(failures, False):
            raise OSError("disk full")
        async with real(**how) as unit:
            yield unit

    monkeypatch.setattr(h.database, "unit", broken)
    h.start_poller(h.start_intake())

    async def stored() -> bool:
        return (await _counts(h))["new"] == 1

    await _eventually(stored)


async def test_the_same_update_twice_takes_effect_once(h: Harness) -> None:
    echo = Echo()
    await h.start_worker(echo.handlers())
    for _ in range(3):
        await _store(h, message(7, 1, "hello"))
        await _finished(h)
    assert echo.seen == [(1, "hello")]


async def test_chats_keep_their_order_and_a_poison_update_is_parked(h: Harness) -> None:
    echo = Echo()
    await h.start_worker(echo.handlers())
    updates = [message(n, n % 3 + 1, f"m{n}") for n in range(60)]
    updates[10]["message"]["text"] = "fail"
    updates[20] = {"update_id": 20, "message": {"chat": {"id": 3}, "from": 5}}
    updates[30]["message"]["text"] = "spoil and fail"
    await _store(h, *updates)
    await _finished(h)
    for chat in (1, 2, 3):
        kept = [n for n in range(60) if n % 3 + 1 == chat and n not in (10, 20, 30)]
        said = [row.params["text"] for row in await h.rows() if row.chat_id == chat]
        assert said == [f"echo m{n}" for n in kept]
    async with h.database.reading() as unit:
        parked = {row.update_id: row.error for row in await unit.inbox.parked()}
    assert set(parked) == {10, 20, 30}
    assert not any("words of a customer" in error for error in parked.values())


async def test_two_processes_park_only_what_cannot_be_handled(
    h: Harness, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both meet the update that spoils a batch, and both set it aside."""
    if "postgresql" not in database_url:
        pytest.skip("one process on SQLite")

    async def handle(update: Update, context: VersoContext) -> None:
        assert update.message is not None
        if update.message.text == "poison":
            # Part of it reaches the database before it fails.
            await context.work.unit.facts.set("probe", "done")
            context.work.unit.set_timer(Timer("half", "done", context.work.now))
            await context.work.unit.flush()
            raise ValueError

    raws = [raw_update(message(1, 501, "poison"))]
    raws += [raw_update(message(number, 501 + number, "fine")) for number in range(2, 6)]
    async with h.database.unit() as unit:
        await unit.inbox.store(raws, h.services.clock.now())
        await unit.commit()
    met, parked, done = asyncio.Event(), asyncio.Event(), asyncio.Event()
    park = Worker._park

    async def in_turn(self: Worker, rows: Any, error: Exception) -> int:
        if self is slower:
            met.set()
            await parked.wait()
            count = await park(self, rows, error)
            done.set()
            return count
        await met.wait()
        count = await park(self, rows, error)
        parked.set()
        await done.wait()
        return count

    monkeypatch.setattr(Worker, "_park", in_turn)
    other = await Database.open(database_url)
    try:
        async with harness(other) as g:
            slower = await h.start_worker([MessageHandler(filters.ALL, handle)])
            await met.wait()
            quicker = await g.start_worker([MessageHandler(filters.ALL, handle)])

            async def nothing_waits() -> bool:
                return (await _counts(h))["new"] == 0

            await _eventually(nothing_waits)
            async with h.database.reading() as unit:
                found = await unit.inbox.parked()
            assert [(row.update_id, row.error.partition(" ")[0]) for row in found] == [
                (1, "PartialFlushError")
            ]
            assert slower.parked + quicker.parked == 1
    finally:
        await other.close()


async def test_a_parked_update_can_be_tried_again(h: Harness) -> None:
    echo = Echo()
    await h.start_worker(echo.handlers())
    await _store(h, message(1, 1, "fail"))
    await _finished(h)
    async with h.database.unit() as unit:
        (row,) = await unit.inbox.parked()
        assert await unit.inbox.retry(row.id)
        await unit.commit()
    await _finished(h)
    assert (await _counts(h))["parked"] == 1


async def test_a_press_that_nobody_answers_is_answered(h: Harness) -> None:
    echo = Echo()
    await h.start_worker(echo.handlers())
    user = {"id": 1, "is_bot": False, "first_name": "Anna"}
    query = {"id": "77", "from": user, "chat_instance": "1", "data": "x"}
    await _store(h, {"update_id": 1, "callback_query": query})
    await _finished(h)
    assert h.answers == [{"77": {}}]


@pytest.fixture
async def webhook(h: Harness) -> AsyncIterator[tuple[str, aiohttp.ClientSession]]:
    app = web.Application()
    app.add_routes(Webhook(h.start_intake(), SECRET).routes())
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession(headers={HEADER: SECRET}) as session:
        yield f"http://{host}:{port}{PATH}", session
    await runner.cleanup()


async def test_the_webhook_answers_200_when_stored(
    h: Harness, webhook: tuple[str, aiohttp.ClientSession]
) -> None:
    url, session = webhook
    answers = await asyncio.gather(
        *(session.post(url, json=message(n, 1, "hello")) for n in (1, 2, 3, 3))
    )
    assert [answer.status for answer in answers] == [200] * 4
    assert (await _counts(h))["new"] == 3


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"update_id": "7"}', 400),
        (b'{"update_id": true}', 400),
        (b'{"update_id": 1e400}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"update_id": 1, "message": "' + b"x" * 1_100_000 + b'"}', 413),
    ],
)
async def test_the_webhook_refuses_what_is_no_update(
    h: Harness, webhook: tuple[str, aiohttp.ClientSession], body: bytes, status: int
) -> None:
    url, session = webhook
    async with session.post(url, data=io.BytesIO(body)) as answer:
        assert answer.status == status
    assert (await _counts(h))["new"] == 0


async def test_what_the_webhook_refuses_is_said_as_problem_details(h: Harness) -> None:
    app = create_http_app(h.database, h.services, StubProbes())
    app.add_routes(Webhook(h.start_intake(), SECRET).routes())
    async with TestClient(TestServer(app)) as client:
        told = await problem(await client.post(PATH), 401, "unauthorized")
        assert "secret token" in told["detail"]
        known = {HEADER: SECRET}
        await problem(await client.post(PATH, data=b"{}", headers=known), 400, "malformed")
        large = io.BytesIO(b"x" * 1_100_000)
        await problem(await client.post(PATH, data=large, headers=known), 413, "too-large")
        for _ in range(40):
            refused = await client.post(PATH)
        await problem(refused, 429, "too-many-tries")
        assert int(refused.headers["Retry-After"]) > 0


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", "é"])
async def test_the_webhook_wants_its_secret(
    h: Harness, webhook: tuple[str, aiohttp.ClientSession], secret: str
) -> None:
    url, session = webhook
    async with session.post(url, json=message(1, 1, "x"), headers={HEADER: secret}) as answer:
        assert answer.status == 401
    assert (await _counts(h))["new"] == 0


async def test_a_failed_commit_is_a_5xx(
    h: Harness,
    webhook: tuple[str, aiohttp.ClientSession],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, session = webhook

    @contextlib.asynccontextmanager
    async def broken(**_how: bool) -> AsyncIterator[Any]:
        raise OSError("disk full")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(h.database, "unit", broken)
        async with session.post(url, json=message(1, 1, "x")) as answer:
            assert answer.status == 503
    async with session.post(url, json=message(1, 1, "x")) as answer:
        assert answer.status == 200
    assert (await _counts(h))["new"] == 1


def test_raw_updates_keep_everything_and_know_their_chat() -> None:
    press = {"update_id": 5, "callback_query": {"from": {"id": 9}, "message": {"chat": {"id": 4}}}}
    assert raw_update(press) == RawUpdate(5, 4, orjson.dumps(press).decode())
    assert raw_update({"update_id": 5, "callback_query": {"from": {"id": 9}}}).lane == 9
    assert raw_update({"update_id": 5, "something_new": {"chat": {"id": 4}}}).lane == 0
    assert raw_update({"update_id": 5, "message": {"chat": "?", "from": {"id": "x"}}}).lane == 0
    with pytest.raises(NotAnUpdate):
        raw_update({"update_id": -1})


async def test_what_the_process_knows_changes_with_the_commit_alone(h: Harness) -> None:
    """Updates of a batch see what those before them learned, and the process only what stays."""
    seen: dict[int, tuple[set[int], set[int]]] = {}

    async def handle(update: Update, context: VersoContext) -> None:
        number, text, work = update.update_id, update.effective_message.text or "", context.work  # type: ignore[union-attr]
        seen[number] = {*work.services.moved}, {*h.services.moved}
        work.learn(lambda services: services.moved.update({number: number}))
        if "spoil" in text:
            work.say(number, "half", purpose=Purpose.REPLY)
            await work.unit.flush()
        if "fail" in text:
            raise ValueError

    texts = ["one", "fail", "three"]
    await _store(h, *(message(n, n, text) for n, text in enumerate(texts, start=1)))
    await h.start_worker([MessageHandler(filters.ALL, handle)])
    await _finished(h)
    assert seen == {1: (set(), set()), 2: ({1}, set()), 3: ({1}, set())}
    assert {*h.services.moved} == {1, 3}
    seen.clear()
    await _store(h, *(message(n, n, text) for n, text in ((4, "four"), (5, "spoil and fail"))))
    await _finished(h)
    # The batch was taken apart: what it had learned before it was given up is forgotten.
    assert seen[4] == ({1, 3}, {1, 3})
    assert seen[5] == ({1, 3, 4}, {1, 3, 4})
    assert {*h.services.moved} == {1, 3, 4}
