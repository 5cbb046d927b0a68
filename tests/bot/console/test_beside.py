"""What pages do not wait for: there with a later look, counted anew of what has become another."""

import asyncio

from bot.console.web import beside
from bot.console.web.beside import Beside
from bot.core.work import Work
from tests.bot.stage import Stage


async def test_what_takes_long_is_there_with_a_later_look(stage: Stage) -> None:
    may, counted = asyncio.Event(), []

    async def count(work: Work, of: str) -> str:
        if of != "at once":
            await may.wait()
        counted.append(of)
        if of == "broken":
            raise ValueError(of)
        return f"{of}, counted"

    turn = asyncio.Semaphore(1)
    counting = Beside("test", stage.database, stage.services, count, turn)
    assert await counting.find("a", "at once") == "at once, counted"
    wanted = {"a": "at once", "b": "long", "c": "broken"}
    assert await counting.find_all(wanted) == {"a": "at once, counted"}
    assert await counting.find("b", "long") is None  # under way, and not begun twice
    may.set()
    mine = [each for each in asyncio.all_tasks() if each.get_name().startswith("beside:")]
    await asyncio.gather(*mine)
    assert await counting.find("b", "long") == "long, counted"
    assert await counting.find("b", "another") == "another, counted"
    assert counted == ["at once", "long", "broken", "another"]
    may.clear()
    assert await counting.find("d", "never") is None
    await counting.close()
    assert beside.PATIENCE < 0.15  # of a page that is to be there at once
