"""Answers of Telegram that make no sense: the message ends as failed, and its chat goes on."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from bot.core.delivery import Failure, FailureKind
from bot.runtime.sending import sender as sending
from bot.runtime.sending.verdicts import judge
from bot.runtime.transport import LONGEST_WAIT, SOME_SECONDS, _error
from flows.entities import Priority, SendState
from storage.database import Database
from tests.bot.harness import Harness, harness, text_to
from tests.bot.making import NOW
from tests.bot.runtime.strange import answering, ok

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FINE = ok({"message_id": 7, "date": 1, "chat": {"id": 1, "type": "private"}})


@pytest.fixture
async def h(database: Database) -> AsyncIterator[Harness]:
    async with harness(database) as made:
        yield made


def refusal(**more: Any) -> tuple[int, bytes]:
    return 400, orjson.dumps({"ok": False, "error_code": 400, **more})


SENSELESS = {
    "true": ok(True),
    "null": ok(None),
    "a number": ok(7),
    "a list": ok([1, 2]),
    "an empty list": ok([]),
    "no number": ok({"date": 1}),
    "a number in words": ok({"message_id": "seven"}),
    "a number without end": ok({"message_id": 2**63}),
    "a number below one": ok({"message_id": 0}),
    "a description that is none": refusal(description={"a": 1}),
    "a nul": refusal(description="a\x00b"),
    "parameters that are none": refusal(parameters=7, description="x"),
    "a group that is none": refusal(parameters={"migrate_to_chat_id": "abc"}, description="x"),
    "a person as a group": refusal(parameters={"migrate_to_chat_id": 5}, description="x"),
}


@pytest.mark.parametrize("senseless", SENSELESS.values(), ids=SENSELESS.keys())
@pytest.mark.parametrize("method", ["sendMessage", "copyMessages"])
async def test_the_message_fails_and_the_next_of_its_chat_is_sent(
    h: Harness, senseless: tuple[int, bytes], method: str
) -> None:
    answers = iter([senseless])

    def answer(_method: str, _params: dict[str, Any]) -> tuple[int, bytes]:
        return next(answers, FINE)

    async with answering(answer) as url:
        h.base_url = url
        h.start_sender()
        first, second = await h.write(text_to(1, "one", method=method), text_to(1, "two"))
        failed = await h.row_in(first.id, SendState.FAILED)
        assert failed.error
        assert (await h.row_in(second.id, SendState.SENT)).message_id == 7


@pytest.mark.parametrize("wait", ["abc", None, [], {}, True, -5, 1e300, 10**8])
async def test_a_wait_that_makes_no_sense_is_a_short_one(h: Harness, wait: object) -> None:
    found = _error(429, {"description": "Too Many Requests", "parameters": {"retry_after": wait}})
    assert found.retry_after.total_seconds() == SOME_SECONDS  # type: ignore[attr-defined]


async def test_a_wait_that_makes_sense_is_obeyed(h: Harness) -> None:
    for wait in (0, 1, 7.5, LONGEST_WAIT):
        found = _error(429, {"parameters": {"retry_after": wait}})
        assert found.retry_after.total_seconds() == int(wait)  # type: ignore[attr-defined]
    assert _error(429, {}).retry_after.total_seconds() == SOME_SECONDS  # type: ignore[attr-defined]


def test_an_ask_that_may_have_arrived_is_in_doubt(database_url: object) -> None:
    failure = Failure(FailureKind.IN_DOUBT, "the answer has no message_id")
    ask = text_to(1, "ask", priority=Priority.ASK, created_at=NOW)
    assert judge(failure, ask, NOW).state is SendState.DOUBT
    assert judge(failure, text_to(1, "reply", created_at=NOW), NOW).state is SendState.FAILED


@pytest.mark.parametrize("where", ["judge", "outcome_of", "failure_of"])
async def test_whatever_we_did_not_foresee_frees_the_chat(
    h: Harness, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = iter([True])
    answers = iter([refusal(description="no")])
    real = getattr(sending, where)

    def fail_once(*given: Any, **more: Any) -> Any:
        if next(broken, False):
            raise ZeroDivisionError
        return real(*given, **more)

    monkeypatch.setattr(sending, where, fail_once)
    async with answering(lambda _method, _params: next(answers, FINE)) as url:
        h.base_url = url
        h.start_sender()
        first, second = await h.write(text_to(1, "one"), text_to(1, "two"))
        assert "ZeroDivisionError" in (await h.row_in(first.id, SendState.FAILED)).error
        await h.row_in(second.id, SendState.SENT)
