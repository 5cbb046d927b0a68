"""What entrances read with a batch: who of those that open one was there today."""

from bot.core.expected import Expected
from bot.core.work import Work
from bot.entrances.arriving import day_of
from flows.entrances.links import entrance_of


async def load(work: Work, expected: Expected) -> None:
    """Read the day's visits of whoever wrote, if any of them opened the link of an entrance."""
    if any(entrance_of(token) for token in expected.links):
        await work.unit.visits.of_day(expected.chats, day_of(work))
