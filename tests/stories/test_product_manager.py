"""The story of a product manager, as it is read in docs/stories, and in the other languages."""

import pytest

from tests.stories.__main__ import page_of
from tests.stories.product_manager import play, playing
from tests.stories.words import SAID

pytestmark = pytest.mark.journey
PNG = b"\x89PNG"


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
async def test_a_product_manager_reads_in_a_letter_whether_a_change_helped(
    sqlite_url: str, language: str
) -> None:
    async with playing(sqlite_url, language) as told:
        await play(told, SAID[language])
    written = page_of(language).read_text("utf-8")
    assert told.text == written, "read it, then python -m tests.stories"
    assert len(told.pictures) == told.text.count("![") == 4
    assert all(png.startswith(PNG) for png in told.pictures.values())
