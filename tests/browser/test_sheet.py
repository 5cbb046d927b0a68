"""The sheet of cards as a browser lays it out for print."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from bot.core.words import Words
from bot.data.transfer.sheet import Card, Sheet
from flows.config import Brand
from flows.languages import SHIPPED
from tests.browser.conftest import CHROMIUM, FLAGS

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="no chromium here")

LINK = "https://t.me/lumen_tea_bot?start=CMGPZz7QlieFcFl1vQz6Ew"
INSIDE = """cards => cards.every(card => {
    const own = card.querySelector('small').getBoundingClientRect()
    return own.height > 0 && own.bottom <= card.getBoundingClientRect().bottom
})"""
WHOLE = "sentences => sentences.every(p => p.scrollHeight <= p.clientHeight)"


@pytest.mark.parametrize(
    ("brand", "name", "ref"),
    [("Lumen Tea", "Anna Karlsson", "C-1042"), ("W" * 64, "Ы" * 60, "ref-" * 15)],
)
def test_whose_card_it_is_can_be_read_on_every_one(
    tmp_path: Path, brand: str, name: str, ref: str
) -> None:
    file = tmp_path / "cards.html"
    with file.open("w", encoding="utf-8") as out:
        sheet = Sheet(out, Words.shipped(), Brand(name=brand))
        sheet.write([Card(ref, name, language, LINK) for language in SHIPPED])
        sheet.end()
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.goto(file.as_uri())
        assert page.eval_on_selector_all("article", INSIDE)
        if brand == "Lumen Tea":
            assert page.eval_on_selector_all("p", WHOLE)
        browser.close()
