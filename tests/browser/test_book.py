"""The public book in a browser: for everybody, on every screen, and from this machine alone."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.core.words import Words
from bot.http.server import create_http_app
from flows.config import load_config
from storage.database import Database
from tests.bot.http.test_book import CONFIG, HOSTILE, printed
from tests.bot.making import services
from tests.bot.serving import StubProbes

pytestmark = pytest.mark.browser
TEXTS = {
    "en": {"said": "The tin was dented and half the tea was dust.", "did": "Padded boxes."},
    "ru": {"said": "Банка пришла мятая, половина чая — пыль.", "did": "Мягкая прокладка."},
}


class Served:
    """The book on a port of this machine, in a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._ready = folder, threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), daemon=True)
        self._thread.start()
        assert self._ready.wait(60), "the book did not open"

    async def _live(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        database = await Database.open(f"sqlite+aiosqlite:///{self._folder}/book.db")
        given = services()
        given.words, given.config = Words.shipped(), load_config(CONFIG)
        runner = web.AppRunner(create_http_app(database, given, StubProbes()), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._database = database
        self._ready.set()
        await self._over.wait()
        await runner.cleanup()
        await database.close()

    def print_pages(self) -> None:
        async def both() -> None:
            shown = {"category": "taste", "stage": "first_use", "owner_name": "Mia"}
            await printed(self._database, 1, "", texts=TEXTS, **shown)
            await printed(self._database, 2, HOSTILE * 8, declined=True, named=True)

        asyncio.run_coroutine_threadsafe(both(), self._loop).result(60)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(20)


@pytest.fixture
def served(tmp_path: Path, browser: Any) -> Iterator[Served]:
    running = Served(tmp_path)
    yield running
    running.close()


def test_everybody_can_read_it_and_nothing_leaves_the_machine(served: Served, browser: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    seen: list[str] = []

    def look(path: str, width: int, scheme: str) -> None:
        # What is injected to look at the page would be refused by the page's own policy.
        how = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
        context = browser.new_context(**how, bypass_csp=True)
        page = context.new_page()
        page.on("request", lambda request: seen.append(request.url))
        page.goto(served.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        found = Axe().run(page).response["violations"]
        assert [each["id"] for each in found] == [], path
        context.close()

    look("/book?lang=zh", 360, "dark")
    served.print_pages()
    look("/book?lang=ru", 360, "light")
    look("/book", 1440, "dark")
    look("/book/2", 360, "light")
    look("/book/1", 1440, "light")
    assert all(url.startswith((served.url, "data:")) for url in seen), seen
