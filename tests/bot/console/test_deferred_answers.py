"""Answers that are worked out by the sender: lost by no kill, shown to nobody who moved on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.console import deferred_answers
from bot.console.deferred_answers import Asked, Question
from bot.console.views.schedules import Shown
from bot.core.rich import Rich, plain
from bot.core.work import Work
from flows.entities import Outgoing, SendState
from storage.database import Database
from tests.bot.harness import Harness, harness, text_to

DONE = (SendState.SENT, SendState.FAILED, SendState.CANCELLED)


@pytest.fixture
async def h(database: Database) -> AsyncIterator[Harness]:
    async with harness(database) as made:
        yield made


@pytest.fixture
async def ada(h: Harness) -> Any:
    someone = await h.sandbox.create_user(first_name="Ada")
    await someone.start(h.bot)
    h.services.admins = {someone.id}
    return someone


def start(h: Harness, question: Question) -> None:
    h.start_sender(
        composers={deferred_answers.METHOD: deferred_answers.composer({"q": question})},
        reporters=deferred_answers.REPORTERS,
        one_by_one=(deferred_answers.METHOD,),
    )


async def ask(h: Harness, *asked: Asked) -> Sequence[Outgoing]:
    """Ask in one unit, so that the later ones wait behind the first."""
    async with h.database.unit() as unit:
        work = Work(unit, datetime.now(UTC), h.services)
        for each in asked:
            deferred_answers.ask(work, each)
        await unit.commit()
    if h.sender:
        h.sender.committed(unit)
    return [row for row in unit.committed if row.method == deferred_answers.METHOD]


async def states(h: Harness, rows: Sequence[Outgoing]) -> list[SendState]:
    return [(await h.row_in(row.id, *DONE)).state for row in rows]


async def heard(h: Harness, someone: Any) -> list[str]:
    return [m.text for m in await someone.messages(h.bot) if m.from_bot]


async def argument(work: Work, asked: Asked) -> Shown:
    return plain(f"about {asked.arguments[0]}"), [[("Again", "x:y")]]


def about(person: Any, what: str, over: int = 0) -> Asked:
    return Asked("q", person.id, "en", (what,), over)


async def test_the_same_question_is_answered_once(h: Harness, ada: Any) -> None:
    rows = await ask(h, about(ada, "a"), about(ada, "b"), about(ada, "a"))
    start(h, argument)
    assert await states(h, rows) == [SendState.CANCELLED, SendState.SENT, SendState.SENT]
    assert await heard(h, ada) == ["about b", "about a"]


async def test_a_screen_is_not_shown_over_the_one_that_came_after_it(h: Harness, ada: Any) -> None:
    h.start_sender()
    (row,) = await h.write(text_to(ada.id, "list"))
    await h.row_in(row.id, SendState.SENT)
    message = await ada.wait_for(h.bot, text="list")
    h.tasks.pop().cancel()
    h.sender = None
    (row,) = await ask(h, about(ada, "a", over=message.id))
    params = {"text": "back", "message_id": message.id}
    (back,) = await h.write(text_to(ada.id, "", method="editMessageText", params=params))
    start(h, argument)
    assert await states(h, [row, back]) == [SendState.CANCELLED, SendState.SENT]
    assert await heard(h, ada) == ["back"]
    assert await states(h, await ask(h, about(ada, "a", over=message.id))) == [SendState.SENT]
    assert await heard(h, ada) == ["about a"]


async def test_an_answer_is_worked_out_again_after_a_kill(h: Harness, ada: Any) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def stuck(work: Work, asked: Asked) -> Shown:
        begun.set()
        await never.wait()
        return plain("never"), ()

    start(h, stuck)
    rows = await ask(h, about(ada, "a"))
    await begun.wait()
    assert h.sender is not None
    for task in [h.tasks.pop(), *h.sender._tasks]:
        task.cancel()
    start(h, argument)
    assert await states(h, rows) == [SendState.SENT]
    assert await heard(h, ada) == ["about a"]


async def test_a_long_answer_comes_whole_and_its_buttons_last(h: Harness, ada: Any) -> None:
    words = "".join(f"line {number}\n" for number in range(900))

    async def long(work: Work, asked: Asked) -> Shown:
        return Rich() + words, [[("Again", "x:y")]]

    start(h, long)
    await ask(h, about(ada, "a"))
    await ada.wait_for(h.bot, "line 899")
    messages = [m for m in await ada.messages(h.bot) if m.from_bot]
    assert "\n".join(m.text for m in messages).split() == words.split()
    assert [bool(m.buttons) for m in messages] == [False] * (len(messages) - 1) + [True]


async def test_what_cannot_be_worked_out_is_said(h: Harness, ada: Any) -> None:
    async def broken(work: Work, asked: Asked) -> Shown:
        raise ZeroDivisionError

    start(h, broken)
    assert await states(h, await ask(h, about(ada, "a"))) == [SendState.FAILED]
    await ada.wait_for(h.bot, text="This could not be worked out. The bot's log says why.")


async def test_whoever_is_no_admin_any_more_learns_nothing(h: Harness, ada: Any) -> None:
    rows = await ask(h, about(ada, "a"))
    h.services.admins = set()
    start(h, argument)
    assert await states(h, rows) == [SendState.CANCELLED]
    assert await heard(h, ada) == []
