"""The console in a browser: by the bot's link, on every screen, by keyboard, from here alone."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from aiohttp import web

from bot import wiring
from bot.console.web.passes import make_link
from bot.core.work import Work
from bot.http.server import create_http_app
from bot.hypotheses import running
from bot.settings import Settings
from flows.console.signed import Signed
from flows.entities import Ticket
from storage.database import Database
from tests.bot.http.test_console import hostile_complaint
from tests.bot.http.trialling import try_out
from tests.bot.serving import StubProbes
from tests.bot.stage import TOKEN, Somebody, make_stage

DRAFT = {"change": "A label", "event": "renewed", "expect": "3", "look": "2026-08-01"}
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
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
        owner = Settings(_env_file=None, bot_token=TOKEN, owner_ids="900")
        self.stage.services.settings, self.stage.services.admins = owner, {900}
        await hostile_complaint(self.stage, Somebody(self.stage, 701, "Anna"))
        await try_out(self.stage)
        await self.stage.use(lambda work: running.write_down(work, DRAFT, 900))
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


PATHS = (
    "",
    "/asks",
    "/asks?of=silent-trial",
    "/asks/words?of=silent-trial",
    "/board",
    "/trials",
    "/trials/new",
    "/book",
    "/why?ref=T-1",
    "/why?ref=no",
)
AUDIT = "() => axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)"


def test_everybody_can_use_it_and_nothing_leaves_the_machine(served: Served, browser: Any) -> None:
    seen: list[str] = []
    wrong: list[str] = []

    def come_in(width: int, scheme: str, language: str, theme: str = "") -> Any:
        # What is injected to look at the page would be refused by the page's own policy.
        how = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
        page = browser.new_context(**how, bypass_csp=True).new_page()
        page.on("request", lambda request: seen.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(served.link(language) + (f"&tgWebAppThemeParams={theme}" if theme else ""))
        page.locator("nav").wait_for()
        assert "#" not in page.url
        return page

    def look(page: Any, width: int) -> None:
        for path in PATHS:
            page.goto(f"{served.url}/console{path}")
            page.locator("main:not(:has([data-again]))").wait_for()  # what is counted is there
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            page.evaluate(AXE.read_text("utf-8"))
            found = page.evaluate(AUDIT)
            assert [each["id"] for each in found] == [], (path, width, found)

    for width, scheme, language in ((360, "dark", "ru"), (430, "light", "zh")):
        page = come_in(width, scheme, language)
        look(page, width)
        page.context.close()
    page = come_in(1440, "light", "en", DARK)
    look(page, 1440)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(23, 33, 43)"
    _by_keyboard(served, page)
    assert wrong == []
    assert all(url.startswith((served.url, "data:")) for url in seen), seen


def _by_keyboard(served: Served, page: Any) -> None:
    """Take a complaint, begin a hypothesis, change words, and leave."""

    def go_to(wanted: Any) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if wanted.evaluate("each => each === document.activeElement"):
                return
        raise AssertionError(f"the keyboard does not reach {wanted}")

    page.goto(f"{served.url}/console")
    go_to(page.get_by_role("button", name="Take it: #1"))
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("You have #1 now").wait_for()
    assert served.run(served.stage.one(Ticket)).owner_name == "Ada"

    page.goto(f"{served.url}/console/trials")
    picture = page.get_by_role("img", name="guide").get_attribute("aria-label")
    assert "54 of 160" in picture
    assert "18 of 160" in picture
    go_to(page.locator("summary", has_text="Begin…"))
    page.keyboard.press("Enter")
    go_to(page.get_by_role("button", name="Yes, begin"))
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("It has begun").wait_for()

    page.goto(f"{served.url}/console/asks/words?of=silent-trial")
    words = page.get_by_label("English", exact=True).and_(page.locator("textarea"))
    go_to(words)
    page.keyboard.press("Control+A")
    page.keyboard.type("Is it good, {first_name}")
    page.locator(".chat .bubble", has_text="Is it good, Ada").wait_for()
    page.keyboard.type(" {nmae}?")
    page.locator(".chat .late", has_text="{nmae}").wait_for()
    for _ in " {nmae}?":
        page.keyboard.press("Backspace")
    go_to(page.get_by_role("button", name="Ask with these words"))
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("asked with from now on").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="You are signed out").wait_for()
