"""An admin makes a schedule, tunes it while people wait, looks ahead, takes back, puts away."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from flows.entities import Candidate
from storage.repositories.base import all_of
from tests.journeys.world import World, until, until_noon, world

pytestmark = pytest.mark.journey

NAME = "after-delivery"


@pytest.fixture
async def w(database_url: str) -> AsyncIterator[World]:
    async with world(database_url, start_at=until_noon()) as made:
        yield made


async def candidate(w: World) -> Candidate | None:
    async with w.app.database.reading() as unit:
        found = await unit.find(Candidate, all_of(Candidate))
    return next((each for each in found if each.schedule_id == NAME), None)


async def becomes_due(w: World, wanted: datetime) -> None:
    """Wait until the plan has moved to a moment, give or take what a schedule may scatter."""

    async def moved() -> bool:
        await w.app.settle()
        found = await candidate(w)
        return found is not None and abs(found.due_at - wanted) < timedelta(minutes=1)

    await until(moved)


async def test_a_schedule_is_made_tuned_taken_back_and_put_away(w: World) -> None:
    anna = await w.customer()
    link = (await w.put("C-1", name="Anna"))["link"]
    await anna.start(w.bot, link.partition("?start=")[2])
    asked = await w.told(anna, "May we also ask you")
    await anna.press(asked, "All right")

    await w.admin.command(w.bot, "schedules")
    await press(w, "s:n")
    await press(w, f"s:np:{NAME}")
    await press(w, f"s:nc:{NAME}:-:P3D:")
    await press(w, f"s:ny:{NAME}:-:P3D:")
    await w.told(w.admin, "Created, switched off")
    await press(w, f"s:on:{NAME}")
    await w.told(w.admin, "Switched on.")

    delivered = w.now()
    await w.event("C-1", "order_delivered", at=delivered)
    await becomes_due(w, delivered + timedelta(days=3))

    # The delay changes while Anna waits: her moment moves, and moves back with the undo.
    await press(w, f"s:g:{NAME}:when")
    await press(w, f"s:e:{NAME}:moment")
    await press(w, f"s:t:{NAME}:moment:")
    await w.told(w.admin, "Your next message is the new value")
    await w.admin.say(w.bot, "a week or so")
    await w.told(w.admin, "could not read that")
    await w.admin.say(w.bot, "7 days")
    await w.told(w.admin, "3 days → 7 days")
    await becomes_due(w, delivered + timedelta(days=7))
    await press(w, "s:u:")
    await press(w, "s:uy:")
    await w.told(w.admin, "Taken back")
    await becomes_due(w, delivered + timedelta(days=3))

    await w.admin.command(w.bot, "schedules")
    await press(w, f"s:o:{NAME}")
    await press(w, f"s:p:{NAME}")
    # The template holds a share of the customers out, by chance: Anna may be one of them.
    shown = await w.told(w.admin, "Audience who can be reached")
    assert "In all: 1" in shown.text or "left out" in shown.text

    # Put away before her moment comes: she is not asked.
    await w.admin.command(w.bot, "schedules")
    await press(w, f"s:o:{NAME}")
    await press(w, f"s:a:{NAME}")
    await w.told(w.admin, "Archived.")
    await w.advance(days=3, hours=1)
    assert not [m for m in await anna.messages(w.bot) if "should be with you by now" in m.text]
    found = await candidate(w)
    assert found is not None
    assert found.outcome == "paused"


async def press(w: World, data: str) -> None:
    """Press the newest button whose data begin so, once it is offered."""

    def offered(message: Any) -> list[str]:
        found = [button["callback_data"] for row in message.buttons for button in row]
        return [each for each in found if each.startswith(data)]

    await w.admin.wait_for(w.bot, where=lambda message: bool(offered(message)))
    message = [each for each in await w.admin.messages(w.bot) if offered(each)][-1]
    await w.admin.press(message, data=offered(message)[0])
