"""The sandbox's own page: Verso set up and tried with nothing else, as README says."""

import asyncio
import contextlib
import io
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from bot.app import running_app
from bot.cli import invoke
from bot.cli.first_files import Shop, config_of
from bot.sandbox import Budgets, running_sandbox
from bot.settings import Settings
from tests.browser.conftest import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
TOKEN = "123456789:TESTTESTTESTTESTTESTTESTTESTTESTTES"


class Trial:
    """A sandbox, and Verso on it, with what its commands print, in a thread of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._ready = folder, threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), daemon=True)
        self._thread.start()
        assert self._ready.wait(60), "Verso did not start"

    async def _live(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        config = self._folder / "verso.yaml"
        config.write_text(config_of(Shop("Lumen Tea", ("en", "ru", "zh"), "Europe/Berlin")))
        async with running_sandbox(budgets=Budgets.unlimited()) as sandbox:
            await sandbox.create_bot(token=TOKEN, username="tea_bot", first_name="Lumen Tea")
            self.url = sandbox.url
            settings = Settings(
                _env_file=None,
                bot_token=TOKEN,
                bot_api_url=sandbox.url,
                database_url=f"sqlite+aiosqlite:///{self._folder}/verso.db",
                http_listen="127.0.0.1:0",
                log_level="error",
            )
            told = io.StringIO()
            with contextlib.redirect_stdout(told):
                await asyncio.to_thread(self._commands)
                async with running_app(settings, config_file=config) as app:
                    await app.setup.greet()
                    self.link, self.claim = re.findall(r"https://t\.me/\S+", told.getvalue())
                    self._ready.set()
                    await self._over.wait()

    def _commands(self) -> None:
        for command in ("samples", "import customers.csv", "import events.csv"):
            assert invoke(command.split()) == 0
        assert invoke(["link", "C-2001", "--bot", "tea_bot"]) == 0

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(20)


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Any) -> Iterator[Trial]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VERSO_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/verso.db")
    running = Trial(tmp_path)
    yield running
    running.close()


class Table:
    """The page with its phones."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE_MS)
        self.failures: list[str] = []
        page.on("pageerror", lambda error: self.failures.append(str(error)))
        page.on("console", self._said)
        page.goto(url)

    def _said(self, line: Any) -> None:
        if line.type == "error":
            self.failures.append(line.text)

    def add(self, name: str) -> Any:
        self.page.get_by_role("button", name="Add a person").first.click()
        self.page.get_by_role("dialog").get_by_label("Name").fill(name)
        self.page.keyboard.press("Enter")
        phone = self.page.get_by_label(f"{name}'s phone")
        phone.wait_for()
        return phone


def say(phone: Any, text: str) -> None:
    phone.locator("textarea").fill(text)
    phone.locator("textarea").press("Enter")


def press(phone: Any, name: str) -> None:
    phone.locator(".inline-keyboard").get_by_role("button", name=name, exact=True).last.click()


def enter(phone: Any, chat: str) -> None:
    """Open the chat of this name; what was said last in another may hold the name, too."""
    phone.locator(f"[data-chat]:has(b:text-is('{chat}'))").click()


def follow(phone: Any, link: str) -> None:
    phone.get_by_label("Open a link").fill(link)
    phone.get_by_role("button", name="Open", exact=True).click()


def send_complaint(phone: Any) -> None:
    """Answer the ask with a complaint, and skip what else is asked."""
    press(phone, "Something is wrong")
    phone.get_by_text("What went wrong?").wait_for()
    say(phone, "The tin was dented.")
    while True:
        end = phone.locator("[data-data$=':skip'], [data-data$=':send']").last
        data = end.get_attribute("data-data")
        end.click()
        if data.endswith(":send"):
            return
        phone.locator(f'[data-data="{data}"]').wait_for(state="detached")


def test_from_the_claim_link_to_the_first_complaint(trial: Trial, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    table = Table(page, trial.url)
    mira = table.add("Mira")
    follow(mira, "https://t.me/nobody_bot")
    mira.get_by_text("That is no link of a bot that is here").wait_for()
    follow(mira, trial.claim)
    mira.get_by_text("/schedules shows whom I would ask").wait_for()
    mira.get_by_role("button", name="Back", exact=True).click()
    mira.get_by_role("button", name="New group…").click()
    page.get_by_role("dialog").get_by_role("button", name="Make it").click()
    say(mira, "/setup")
    mira.get_by_text("Nobody is asked anything yet").wait_for()
    emma = table.add("Emma")
    follow(emma, trial.link)
    press(emma, "All right")
    emma.get_by_text("We will not ask often").wait_for()
    for _ in range(2):
        mira.get_by_role("button", name="Back", exact=True).click()
    enter(mira, "Lumen Tea")
    say(mira, "/schedules")
    press(mira, "After a purchase")
    press(mira, "Switch on")
    send_complaint(emma)
    mira.get_by_role("button", name="Back", exact=True).click()
    enter(mira, "Support")
    mira.locator("[data-topic]", has_text="Emma").click()
    press(mira, "Take it")
    emma.get_by_text("Mira is reading what you wrote").wait_for()
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
    assert table.failures == []
    page.close()
