"""A language that is a folder of files: a complaint from its first word to the end of the asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.languages import in_use, use
from tests.bot.console.pressing import ON_SQLITE
from tests.journeys.world import world
from tests.made_up import CODE, english_in, make_language, turned

pytestmark = pytest.mark.journey


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    before = in_use()
    yield make_language(tmp_path / "languages")
    use(before)


@ON_SQLITE
async def test_a_complaint_in_a_language_of_files(folder: Path, database_url: str) -> None:
    async with world(database_url, languages=folder) as w:
        anna = await w.customer("Anna", CODE)
        await anna.start(w.bot)
        hello = await w.told(anna, turned("Here you can tell"))
        assert english_in(hello.text) == []
        await anna.say(w.bot, turned("The lid leaks"))
        await w.finish_complaint(anna)
        card = await w.recorded(await w.staff.wait_for(w.group, "#1 · "))
        assert turned("The lid leaks") in card.text
        await w.staff.say(w.group, "Neuer Deckel", reply_to=card.id)
        answer = await w.told(anna, "Neuer Deckel")
        assert answer.text.startswith(f"Mira {turned('answers')} ")
        await anna.say(w.bot, "p\u00f3ts")
        stopped = await w.told(anna, turned("We will not ask again"))
        assert english_in(stopped.text) == []
