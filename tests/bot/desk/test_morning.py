"""Each group reads once, when its day begins, what is open; a quiet desk reads nothing."""

from datetime import timedelta

import pytest

from bot.desk import morning
from flows.config import load_config
from flows.entities.facts import AWAY
from tests.bot.desk.world import CLARA, CONFIG, FORUM, OTHER, World

UNTIL_DAWN, AN_HOUR = timedelta(hours=21), timedelta(hours=1)
"""From 11:30 until half past eight on the next day, and until the desk is at work."""


async def good_morning(world: World) -> list[str]:
    before = len(world.sent)
    await world.do(morning.tell_groups)
    await world.deliver()
    return [each.text for each in world.sent[before:] if each.text.startswith("Good morning")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_once_a_day_and_only_where_something_is_open(world: World) -> None:
    await world.group(FORUM, "support")
    await world.group(OTHER, "tasting")
    anna = await world.customer()
    await world.complain(anna)
    await world.write("Hello", by=CLARA, username="clara")
    assert await good_morning(world) == [], "the group was not there when the day began"
    world.now += UNTIL_DAWN
    await world.complain(anna, "It leaks, too")
    assert await good_morning(world) == [], "nobody is at work yet"
    world.now += AN_HOUR
    until = (world.now + timedelta(days=2)).isoformat()
    await world.do(lambda work: work.unit.facts.set(AWAY.of(CLARA), until))
    [said] = await good_morning(world)
    assert (
        said.split("\n")
        == [
            "Good morning",
            "2 complaints are open, nobody has 2",
            "Waiting longest for an answer: #1, Anna, since Mon 4 May, 11:30.",
            "Promised for today: #1 (15:30), #2 (15:30)",
            "Away: Clara until Thu 7 May, 09:30",
        ]
        or "overdue" in said
    )
    assert await good_morning(world) == [], "once a day, whoever starts it again"
    off = CONFIG.replace("categories: [delivery,", "morning: off, categories: [delivery,")
    world.services.config = load_config(off)
    world.now += timedelta(days=1)
    assert await good_morning(world) == []
