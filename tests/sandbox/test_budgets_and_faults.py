"""Budgets as Telegram documents them, and faults on demand."""

from __future__ import annotations

from datetime import datetime, timedelta

import aiohttp
import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.sandbox import Budgets, SandboxError
from bot.sandbox.errors import ApiError
from bot.sandbox.timekeeping import VirtualClock
from bot.sandbox.world.model import Chat
from bot.sandbox.world.pacing import Pacer
from tests.sandbox.conftest import Stage

GROUP = Chat("-1", -1, "supergroup")
PRIVATE = Chat("7:1", 1, "private", bot_id=7)


class Frozen(VirtualClock):
    """Time that stands still until it is moved."""

    def timestamp(self) -> float:
        return 1_000_000 + self.offset


def refused(pacer: Pacer, chat: Chat, count: int = 1, *, paid: bool = False) -> int:
    """Seconds of the 429, 0 when the messages went through."""
    try:
        pacer.spend(chat, count, paid=paid)
    except ApiError as error:
        return int(error.parameters["retry_after"])
    return 0


def test_a_private_chat_takes_a_small_burst_then_one_a_second() -> None:
    clock = Frozen()
    pacer = Pacer(clock, Budgets.documented())
    assert [refused(pacer, PRIVATE) for _ in range(7)] == [0, 0, 0, 0, 0, 1, 1]
    clock.advance(timedelta(seconds=1))
    assert [refused(pacer, PRIVATE), refused(pacer, PRIVATE)] == [0, 1]


def test_a_group_takes_twenty_in_a_sliding_minute() -> None:
    clock = Frozen()
    pacer = Pacer(clock, Budgets.documented())
    for _ in range(20):
        assert refused(pacer, GROUP) == 0
        clock.advance(timedelta(seconds=1))
    assert refused(pacer, GROUP) == 40
    clock.advance(timedelta(seconds=39))
    assert refused(pacer, GROUP) == 1
    clock.advance(timedelta(seconds=1))
    assert refused(pacer, GROUP) == 0


def test_thirty_a_second_over_all_chats_and_more_when_paid() -> None:
    pacer = Pacer(Frozen(), Budgets.documented())
    chats = [Chat(f"7:{i}", i, "private", bot_id=7) for i in range(100)]
    assert sum(refused(pacer, chat) == 0 for chat in chats[:40]) == 30
    paid = Pacer(Frozen(), Budgets.documented())
    assert sum(refused(paid, chat, paid=True) == 0 for chat in chats) == 100


def test_one_chats_429_does_not_stop_another() -> None:
    pacer = Pacer(Frozen(), Budgets.documented())
    for _ in range(6):
        refused(pacer, PRIVATE)
    assert refused(pacer, GROUP) == 0


async def test_the_bot_meets_429_and_the_clock_frees_it(stage: Stage) -> None:
    await stage.sandbox.set_budgets(off=False, group=2)
    group = await stage.sandbox.create_group(stage.anna, stage.account)
    await stage.bot.send_message(group.id, "1")
    message = await stage.bot.send_message(group.id, "2")
    with pytest.raises(RetryAfter) as caught:
        await stage.bot.edit_message_text("3", group.id, message.message_id)
    assert caught.value.retry_after in {timedelta(seconds=s) for s in (59, 60)}
    await stage.bot.get_chat(group.id)
    await stage.bot.send_chat_action(group.id, "typing")
    await stage.sandbox.advance(timedelta(minutes=1))
    await stage.bot.send_message(group.id, "4")


async def test_a_429_rule_goes_on_for_its_scope(stage: Stage) -> None:
    ben = await stage.sandbox.create_user(first_name="Ben")
    await ben.start(stage.account)
    await stage.sandbox.add_fault("429", method="sendMessage", retry_after=7)
    for _ in range(2):
        with pytest.raises(RetryAfter):
            await stage.bot.send_message(stage.anna.id, "x")
    await stage.bot.send_message(ben.id, "x")
    await stage.sandbox.add_fault("429", scope="bot", retry_after=7)
    for _ in range(2):
        with pytest.raises(RetryAfter):
            await stage.bot.send_message(ben.id, "x")


async def test_server_errors(stage: Stage) -> None:
    await stage.sandbox.add_fault("5xx", status=500, count=1)
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await stage.bot.get_me()
    await stage.bot.get_me()


@pytest.mark.parametrize(("kind", "delivered"), [("before", 0), ("after", 1)])
async def test_connections_cut_and_answers_that_never_come(
    stage: Stage, kind: str, delivered: int
) -> None:
    before = len(await stage.anna.messages(stage.account))
    await stage.sandbox.add_fault(f"cut_{kind}", method="sendMessage")
    with pytest.raises(NetworkError):
        await stage.bot.send_message(stage.anna.id, "x")
    assert len(await stage.anna.messages(stage.account)) == before + delivered
    await stage.sandbox.add_fault(f"timeout_{kind}", method="sendMessage")
    with pytest.raises(TimedOut):
        await stage.bot.send_message(stage.anna.id, "x", read_timeout=0.05)
    assert len(await stage.anna.messages(stage.account)) == before + 2 * delivered


async def test_rules_have_chats_counts_and_chances(stage: Stage) -> None:
    ben = await stage.sandbox.create_user(first_name="Ben")
    await ben.start(stage.account)
    await stage.sandbox.add_fault("5xx", chat=ben.id, count=None, probability=0.5, seed=3)
    await stage.bot.send_message(stage.anna.id, "x")
    failed = 0
    for _ in range(20):
        try:
            await stage.bot.send_message(ben.id, "x")
        except NetworkError:
            failed += 1
    assert 0 < failed < 20
    (rule,) = await stage.sandbox.faults()
    assert rule["met"] == failed
    await stage.sandbox.clear_faults()
    await stage.bot.send_message(ben.id, "x")


async def test_slow_answers(stage: Stage) -> None:
    await stage.sandbox.add_fault("slow", ms=20, method="getMe")
    await stage.bot.get_me()
    call = (await stage.sandbox.requests(method="getMe"))[-1]
    assert call["fault"] == "slow"
    assert call["ms"] >= 20


async def test_telegram_is_down_until(stage: Stage) -> None:
    await stage.sandbox.down(await stage.sandbox.now() + timedelta(minutes=5))
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await stage.bot.get_me()
    await stage.sandbox.advance(timedelta(minutes=5))
    await stage.bot.get_me()
    await stage.sandbox.down(how="cut")
    with pytest.raises(NetworkError):
        await stage.bot.get_me()
    await stage.sandbox.clear_faults()
    await stage.bot.get_me()


async def test_faults_that_make_no_sense_are_refused(stage: Stage) -> None:
    with pytest.raises(SandboxError, match="No fault is called"):
        await stage.sandbox.add_fault("gremlin")
    with pytest.raises(SandboxError, match="A fault has these fields"):
        await stage.sandbox.add_fault("slow", pigeon=1)
    with pytest.raises(SandboxError, match="needs a zone"):
        await stage.sandbox.down(datetime(2030, 1, 1))  # noqa: DTZ001
    with pytest.raises(SandboxError, match="Budgets are"):
        await stage.sandbox.set_budgets(pigeon=1)


@pytest.mark.parametrize(
    ("status", "given", "told"),
    [
        # Client.cpp:190, fail_query_with_error: prefix and first letter
        (400, "Not enough rights to send photos", "Bad Request: not enough rights to send photos"),
        (400, "MEDIA_CAPTION_TOO_LONG", "Bad Request: MEDIA_CAPTION_TOO_LONG"),
        (400, "Bad Request: CHAT_RESTRICTED", "Bad Request: CHAT_RESTRICTED"),
        (403, "Bot was kicked", "Forbidden: bot was kicked"),
        (429, "Too Many Requests: retry after 5", "Too Many Requests: retry after 5"),
    ],
)
async def test_refusals_in_chosen_words(stage: Stage, status: int, given: str, told: str) -> None:
    await stage.sandbox.refuse(given, status, method="sendMessage", retry_after=5)
    url = f"{stage.sandbox.bot_url}{stage.account.token}/sendMessage"
    body = {"chat_id": stage.anna.id, "text": "x"}
    async with aiohttp.ClientSession() as session:
        async with session.post(url, json=body) as refused:
            answer = await refused.json()
        assert (refused.status, answer["description"]) == (status, told)
        assert answer.get("parameters") == ({"retry_after": 5} if status == 429 else None)
        async with session.post(url, json=body) as granted:
            assert granted.status == 200


async def test_refusals_of_some_methods_in_some_chats_until_they_are_lifted(stage: Stage) -> None:
    ben = await stage.sandbox.create_user(first_name="Ben")
    await ben.start(stage.account)
    methods = ["sendMessage", "sendChatAction"]
    other = await stage.sandbox.refuse("CHAT_RESTRICTED", chat=4711, count=None)
    rule = await stage.sandbox.refuse(
        "CHAT_RESTRICTED", method=methods, chat=[ben.id, -1], count=None
    )
    for _ in range(2):
        with pytest.raises(BadRequest, match="Chat_restricted"):
            await stage.bot.send_message(ben.id, "x")
        with pytest.raises(BadRequest, match="Chat_restricted"):
            await stage.bot.send_chat_action(ben.id, "typing")
    await stage.bot.send_location(ben.id, 1, 1)
    await stage.bot.send_message(stage.anna.id, "x")
    await stage.sandbox.lift_fault(rule)
    await stage.bot.send_message(ben.id, "x")
    assert [f["number"] for f in await stage.sandbox.faults()] == [other]
    with pytest.raises(SandboxError, match="no rule"):
        await stage.sandbox.lift_fault(rule)
    for wrong in ({"status": 500, "description": "x"}, {"status": 400}):
        with pytest.raises(SandboxError, match="a status"):
            await stage.sandbox.add_fault("refused", **wrong)


async def test_methods_that_are_not_imitated_can_be_refused_too(stage: Stage) -> None:
    await stage.sandbox.refuse("CHAT_SEND_STICKERS_FORBIDDEN", method="sendSticker")
    for told in ("Chat_send_stickers_forbidden", "Sandbox does not imitate sendsticker"):
        with pytest.raises(BadRequest, match=told):
            await stage.bot.send_sticker(stage.anna.id, "x")
