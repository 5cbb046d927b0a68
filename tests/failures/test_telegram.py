"""Telegram refuses, breaks, is silent or says things twice: nothing is lost, nothing done twice."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.configuration import telegram_setup
from bot.runtime.intake.webhook import HEADER, PATH
from bot.runtime.sending import verdicts
from bot.runtime.sending.pacing import Budgets
from bot.runtime.transport import AiohttpRequest
from flows.entities import Outgoing, Priority, SendState
from storage.database import Database
from tests.bot.harness import Harness, harness, text_to
from tests.journeys.world import SECRET, until, world

SENT, DOUBT = SendState.SENT, SendState.DOUBT
BROADCAST = 20
HASTE = 20
"""How much faster than usual what failed is tried again, where an outage lasts for long."""
OFTEN = 6
"""Tries that fail within a minute, as the pauses between them double: 1, 2, 4, 8, 16, 32."""


@pytest.fixture
async def h(database: Database) -> AsyncIterator[Harness]:
    async with harness(database) as made:
        yield made


async def _people(h: Harness, count: int) -> list[Any]:
    people = [await h.sandbox.create_user(first_name=f"P{n}") for n in range(count)]
    for person in people:
        await person.start(h.bot)
    return people


async def _heard(h: Harness, person: Any) -> list[str]:
    return [m.text for m in await person.messages(h.bot) if m.from_bot]


async def _broadcast(h: Harness, people: list[Any]) -> list[Outgoing]:
    asks = [text_to(p.id, "ask", priority=Priority.ASK, purpose="ask") for p in people]
    return await h.write(*asks)


async def test_429_in_the_middle_of_a_broadcast(h: Harness) -> None:
    people = await _people(h, BROADCAST)
    h.start_sender(budgets=Budgets(per_second=15, group_per_minute=20, chat_per_second=0))
    await h.sandbox.add_fault("429", chat=people[9].id, scope="bot", retry_after=1)
    written = await _broadcast(h, people)
    for row in written:
        await h.row_in(row.id, SENT)
    assert [await _heard(h, person) for person in people] == [["ask"]] * BROADCAST
    refused = (await h.sandbox.request_counts())["sendMessage"]["429"]
    assert refused < BROADCAST / 2


@pytest.mark.parametrize(
    ("database_url", "status"), [("sqlite", 500), ("postgres", 502)], indirect=["database_url"]
)
async def test_telegram_is_down_for_a_while(h: Harness, status: int) -> None:
    """A 502 may hide that a message arrived: few asks are put at risk before it is noticed."""
    people = await _people(h, BROADCAST)
    anna = people[0]
    sender = h.start_sender(budgets=Budgets(per_second=5, group_per_minute=20, chat_per_second=0))
    if status == 502:
        await h.sandbox.down(seconds=60)
    else:
        await h.sandbox.add_fault("5xx", status=status, count=None)
    written = await _broadcast(h, people)
    (reply,) = await h.write(text_to(anna.id, "reply"))

    async def noticed() -> bool:
        names = ("not_sent", "server_trouble")
        return sum(sender.counts.get(name, 0) for name in names) > 1

    await until(noticed)
    await h.sandbox.clear_faults()
    await h.row_in(reply.id, SENT)
    states = [(await h.row_in(row.id, SENT, DOUBT)).state for row in written]
    assert states.count(DOUBT) <= (5 if status == 502 else 0)
    for person, state in zip(people, states, strict=True):
        asks = [text for text in await _heard(h, person) if text == "ask"]
        assert len(asks) == (state is SENT)
    assert "reply" in await _heard(h, anna)


async def test_telegram_is_down_for_a_whole_minute(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits is tried more and more rarely, and arrives. The minute passes quickly."""
    usual, pauses = verdicts.backoff, list[float]()

    def hastened(tries: int) -> float:
        pauses.append(usual(tries))
        return pauses[-1] / HASTE

    monkeypatch.setattr(verdicts, "backoff", hastened)
    database = await Database.open(sqlite_url)
    await database.try_to_lead()
    async with harness(database) as h:
        people = await _people(h, BROADCAST)
        pace = Budgets(per_second=30 * HASTE, group_per_minute=20, chat_per_second=0)
        h.start_sender(budgets=pace)
        await h.sandbox.add_fault("5xx", status=503, count=None)
        written = await _broadcast(h, people)
        (reply,) = await h.write(text_to(people[0].id, "reply"))

        async def for_a_minute() -> bool:
            return min(row.attempts for row in await h.rows()) >= OFTEN

        await until(for_a_minute)
        assert set(pauses) >= {1, 2, 4, 8, 16, 32}
        assert [await _heard(h, person) for person in people] == [[]] * BROADCAST
        await h.sandbox.clear_faults()
        for row in [reply, *written]:
            await h.row_in(row.id, SENT)
        heard = [sorted(await _heard(h, person)) for person in people]
        assert heard == [["ask", "reply"], *[["ask"]] * (BROADCAST - 1)]
    await database.close()


async def test_a_time_out_after_delivery(h: Harness) -> None:
    anna, boris = await _people(h, 2)
    h.transport = AiohttpRequest(read_timeout=0.3)
    await h.transport.initialize()
    await h.sandbox.add_fault("timeout_after", method="sendMessage", count=2)
    h.start_sender()
    reply, ask = await h.write(
        text_to(anna.id, "reply"), text_to(boris.id, "ask", priority=Priority.ASK, purpose="ask")
    )
    assert (await h.row_in(reply.id, SENT)).maybe_repeated
    await h.row_in(ask.id, DOUBT)
    assert (await _heard(h, anna), await _heard(h, boris)) == (["reply", "reply"], ["ask"])
    await h.transport.shutdown()


async def test_an_answer_in_a_topic_that_is_gone_is_tried_once(h: Harness) -> None:
    """Without a ticket there is no topic to make again, and nobody there to read it."""
    staff = await h.sandbox.create_user(first_name="Staff")
    group = await h.sandbox.create_group(staff, h.bot, admins={h.bot.id: None}, forum=True)
    h.start_sender()
    params = {"text": "note", "message_thread_id": 4711}
    (row,) = await h.write(text_to(group.id, "", params=params, purpose="note"))
    assert (await h.row_in(row.id, SendState.FAILED)).attempts == 1
    assert (await h.sandbox.request_counts())["sendMessage"] == {"400": 1}


async def test_the_same_webhook_delivery_many_times(database_url: str) -> None:
    async with world(database_url, mode="webhook") as w:
        anna = await w.customer()
        chat = {"id": anna.id, "type": "private", "first_name": "Anna"}
        update = {
            "update_id": 4711,
            "message": {
                "message_id": 1,
                "date": 1,
                "chat": chat,
                "from": {"id": anna.id, "is_bot": False, "first_name": "Anna"},
                "text": "it leaks",
            },
        }
        await anna.start(w.bot)
        await w.told(anna, "Hello")
        url = f"http://127.0.0.1:{w.app.http_port}{PATH}"
        async with aiohttp.ClientSession(headers={HEADER: SECRET}) as session:
            for _ in range(3):
                posts = [session.post(url, data=json.dumps(update)) for _ in range(5)]
                answers = await asyncio.gather(*posts)
                assert {answer.status for answer in answers} == {200}
        await w.finish_complaint(anna)
        (ticket,) = await w.tickets()
        assert ticket.words == "it leaks"
        async with w.app.database.reading() as unit:
            entries = await unit.tickets.entries(ticket.id)
        assert [entry.text for entry in entries if entry.kind == "text"] == ["it leaks"]


async def test_a_start_while_telegram_is_in_trouble(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Groups and webhook are what Verso is deaf without: it insists on them."""
    monkeypatch.setattr(telegram_setup, "FIRST_PAUSE", 0.1)

    async def trouble(sandbox: Any) -> None:
        await sandbox.add_fault("5xx", method="setWebhook", count=2)
        await sandbox.add_fault("5xx", method="getChat", count=1)

    async with world(database_url, mode="webhook", before=trouble) as w:
        anna = await w.customer()
        await anna.say(w.bot, "it leaks")
        await w.finish_complaint(anna)
        await w.staff.wait_for(w.group, "it leaks")
