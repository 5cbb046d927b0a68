"""The console in a browser: by the bot's link, on every screen, by keyboard, from here alone."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot import wiring
from bot.console.web.passes import make_link
from bot.core.work import Work
from bot.http.server import create_http_app
from flows.console.signed import Signed
from flows.entities import Ticket
from storage.database import Database
from tests.bot.http.test_console import hostile_complaint
from tests.bot.serving import StubProbes
from tests.bot.stage import Somebody, make_stage

pytestmark = pytest.mark.browser


class Served:
    """The console on a port of this machine, in a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._ready = folder, threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), daemon=True)
        self._thread.start()
        assert self._ready.wait(60), "the console did not open"

    async def _live(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        database = await Database.open(f"sqlite+aiosqlite:///{self._folder}/console.db")
        self.stage = await make_stage(database, wiring.handlers())
        self.stage.services.admins = {900}
        await hostile_complaint(self.stage, Somebody(self.stage, 701, "Anna"))
        app = create_http_app(database, self.stage.services, StubProbes())
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._ready.set()
        await self._over.wait()
        await runner.cleanup()
        await database.close()

    def run(self, doing: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result(60)

    def link(self, language: str) -> str:
        async def made(work: Work) -> str:
            return make_link(work, Signed(900, "Ada", language))

        return f"{self.url}/console#" + self.run(self.stage.use(made)).partition("#")[2]

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(20)


@pytest.fixture
def served(tmp_path: Path, browser: Any) -> Iterator[Served]:
    running = Served(tmp_path)
    yield running
    running.close()


DARK = "%7B%22bg_color%22%3A%22%2317212b%22%2C%22text_color%22%3A%22%23f5f5f5%22%7D"
"""The colours of Telegram by night, as it puts them into the address."""


def test_everybody_can_use_it_and_nothing_leaves_the_machine(served: Served, browser: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    seen: list[str] = []
    wrong: list[str] = []
    ref = served.run(served.stage.customer_of(Somebody(served.stage, 701))).ref

    def look(width: int, scheme: str, language: str, theme: str = "") -> Any:
        # What is injected to look at the page would be refused by the page's own policy.
        how = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
        page = browser.new_context(**how, bypass_csp=True).new_page()
        page.on("request", lambda request: seen.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(served.link(language) + (f"&tgWebAppThemeParams={theme}" if theme else ""))
        page.locator("nav").wait_for()
        assert "#" not in page.url
        for path in (
            "",
            "/asks",
            "/asks?of=silent-trial",
            "/board",
            "/book",
            f"/why?ref={ref}",
            "/why?ref=no",
        ):
            page.goto(f"{served.url}/console{path}")
            if "of=" in path:  # what is worked out beside the page comes with a later look
                page.locator(".days").wait_for()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            found = Axe().run(page).response["violations"]
            assert [each["id"] for each in found] == [], (path, width, scheme, found)
        page.goto(f"{served.url}/console")
        return page

    look(360, "dark", "ru").context.close()
    look(430, "light", "zh").context.close()
    page = look(1440, "light", "en", DARK)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(23, 33, 43)"
    take = page.get_by_role("button", name="Take it: #1")
    for _ in range(20):
        page.keyboard.press("Tab")
        if take.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("You have #1 now").wait_for()
    assert served.run(served.stage.one(Ticket)).owner_name == "Ada"
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="You are signed out").wait_for()
    page.context.close()
    assert wrong == []
    assert all(url.startswith((served.url, "data:")) for url in seen), seen
