"""A running demo and a real browser, shared by the tests of this folder."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

from bot.demo.launch import running_demo
from bot.demo.stage import Stage
from tests.demo.idle import IDLE_BOT

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
BEEN_HERE = """for (const key of ['verso-start', 'verso-tour'])
  if (!localStorage.getItem(key)) localStorage.setItem(key, '%s')"""
"""As somebody comes who has seen the first screen, with the tour left or on."""


class Demo:
    """A demo that runs in a thread of its own, as browsers are driven without an event loop."""

    stage: Stage

    def __init__(self, **how: Any) -> None:
        self._how = {"paced": False} | how
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), daemon=True)
        self._thread.start()
        assert self._ready.wait(90), "the demo did not start"
        self.url = self.stage.sandbox.url

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        async with running_demo(0, **self._how) as self.stage:
            self._ready.set()
            await self._over.wait()

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        """Do something on the demo's own loop."""
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result(60)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(20)


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """A demo with its real bot and its past."""
    if not CHROMIUM.exists():
        pytest.skip("no browser: apt-get install chromium")
    running = Demo()
    yield running
    running.close()


@pytest.fixture
def quiet_demo() -> Iterator[Demo]:
    """A demo whose bot fetches updates and does nothing, and whose business has no past."""
    if not CHROMIUM.exists():
        pytest.skip("no browser: apt-get install chromium")
    running = Demo(command=IDLE_BOT, history=False)
    yield running
    running.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's chromium. Closed after each module: Playwright's own loop runs in this thread as
    long as it is open, and asynchronous tests that follow need the thread for theirs.
    """
    if not CHROMIUM.exists():
        pytest.skip("no browser: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield started
        started.close()


class Eyes:
    """A page of the demo with short names for what people do on it."""

    def __init__(
        self, browser: Any, url: str, *, tour: str = "left", new: bool = False, **options: Any
    ) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1600, "height": 900}} | options)
        if not new:
            self.context.add_init_script(BEEN_HERE % tour)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.failures: list[str] = []
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.failures.append(str(error)))
        self.page.on("console", self._said)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(url)
        self.page.locator("#device-emma").wait_for(state="attached")

    def _said(self, line: Any) -> None:
        """An error on the console, unless the demo is not there, which tests do on purpose."""
        if line.type == "error" and not line.text.startswith(("Failed to load", "WebSocket")):
            self.failures.append(line.text)

    def device(self, who: str) -> Any:
        return self.page.locator(f"#device-{who}")

    def use(self, found: Any) -> None:
        """Press a button or a link."""
        found.click()

    def press(self, who: str, name: str) -> None:
        """Press the newest button of this name in somebody's window.

        The name is one that the screen before does not have: a press is answered by an edit,
        and on a slow machine the old keyboard can be pressed once more.
        """
        self.use(self.device(who).get_by_role("button", name=name, exact=True).last)

    def time(self, name: str) -> None:
        self.use(self.page.locator("#clock").get_by_role("button", name=name, exact=True))

    def say(self, who: str, text: str) -> None:
        field = self.device(who).locator("textarea")
        field.fill(text)
        field.press("Enter")

    def reads(self, who: str, text: str) -> Any:
        """Wait until somebody's chat shows this."""
        found = self.device(who).locator(".text", has_text=text).last
        found.wait_for()
        return found

    def skip_to_the_end(self, who: str) -> None:
        """Skip every question that can be skipped, then send."""
        keys = self.device(who).locator(".inline-keyboard").last
        while True:
            end = keys.locator("[data-data$=':skip'], [data-data$=':send']").last
            data = end.get_attribute("data-data")
            self.use(end)
            if data.endswith(":send"):
                return
            self.device(who).locator(f'[data-data="{data}"]').wait_for(state="detached")

    def open_topic(self, name: str, last: str = "") -> None:
        """Open the topic of this name whose last message says this."""
        topics = self.device("staff").locator(".topics button", has_text=name)
        self.use(topics.filter(has_text=last).first)

    def menu(self, row: Any, entry: str) -> None:
        row.hover()
        row.get_by_role("button", name="What to do with this message").click()
        self.page.get_by_role("menuitem", name=entry, exact=True).click()

    def attach(self, who: str, entry: str) -> None:
        self.press(who, "Attach")
        self.page.get_by_role("menuitem", name=entry, exact=True).click()

    def phone(self, who: str) -> None:
        """Show the phone of somebody who has none from the start."""
        holder = {"peter": "emma", "olga": "ivan"}[who]
        self.device(holder).get_by_label("Show the phone of").select_option(who)
        self.device(who).locator(".row").first.wait_for()

    def close(self) -> None:
        self.context.close()
        assert self.failures == []


@pytest.fixture
def eyes(browser: Any, demo: Demo) -> Iterator[Eyes]:
    """A page on a wide screen."""
    opened = Eyes(browser, demo.url)
    yield opened
    opened.close()
