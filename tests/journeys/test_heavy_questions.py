"""A question that takes long to answer keeps nobody else waiting, and is answered in the end."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.asks import preview as ask_preview
from bot.handlers.admin import commands
from bot.handlers.admin import preview as preview_screen
from bot.insight import statistics
from flows.entities import SendState
from tests.journeys.world import World, until, world

pytestmark = pytest.mark.journey


@pytest.fixture
async def w(database_url: str) -> AsyncIterator[World]:
    async with world(database_url) as made:
        yield made


class Held:
    """A use case that has begun to read, and goes on when it is let."""

    def __init__(self, act: Any) -> None:
        self._act = act
        self.begun, self.let = asyncio.Event(), asyncio.Event()
        self.under_way = self.most = self.times = 0

    async def __call__(self, work: Any, *arguments: Any) -> Any:
        await work.unit.customers.count()  # the view of the database is open from here on
        self.times += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        self.begun.set()
        await self.let.wait()
        self.under_way -= 1
        return await self._act(work, *arguments)


async def test_customers_are_answered_while_figures_are_counted(
    w: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(statistics.measure)
    monkeypatch.setattr(commands, "measure", held)
    await w.admin.command(w.bot, "stats")
    await held.begun.wait()

    anna = await w.customer()
    await anna.start(w.bot)
    await anna.say(w.bot, "The tin was broken")
    await w.finish_complaint(anna)
    assert len(await w.tickets()) == 1
    assert not [m for m in await w.admin.messages(w.bot) if "Closed loop" in m.text]

    held.let.set()
    figures = await w.told(w.admin, "Closed loop")
    await w.admin.press(figures, data="q:p:funnel:0")
    picture = await w.admin.wait_for(w.bot, "1 person told us", where=lambda m: m.kind == "photo")
    await w.admin.press(picture, text="As text")
    await w.admin.wait_for(w.bot, "complained: 1", where=lambda m: m.kind == "text")


async def test_impatient_presses_are_answered_once_and_one_at_a_time(
    w: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(ask_preview.preview)
    monkeypatch.setattr(preview_screen.preview, "preview", held)
    await w.admin.command(w.bot, "schedules")
    screen = await w.admin.wait_for(w.bot, where=lambda m: offers(m, "s:o:silent-trial"))
    await w.admin.press(screen, data="s:o:silent-trial")
    screen = await w.admin.wait_for(w.bot, where=lambda m: offers(m, "s:p:silent-trial"))
    await w.admin.press(screen, data="s:p:silent-trial")
    await held.begun.wait()
    for _ in range(4):
        await w.admin.press(screen, data="s:p:silent-trial")

    async def count(*left_in: SendState) -> int:
        async with w.app.database.reading() as unit:
            rows = await unit.outbox.recent(50)
        return sum(row.method == "@answer" and row.state in left_in for row in rows)

    async def all_are_written() -> bool:
        return await count(SendState.WAITING) == 5

    async def all_are_answered() -> bool:
        return await count(SendState.WAITING) == 0

    await until(all_are_written)
    held.let.set()
    await w.told(w.admin, "Audience who can be reached")
    await until(all_are_answered)
    assert await count(SendState.CANCELLED) == 3
    assert (held.most, held.times) == (1, 2), "the first, and the last in place of the rest"


def offers(message: Any, data: str) -> bool:
    return any(button.get("callback_data") == data for row in message.buttons for button in row)
