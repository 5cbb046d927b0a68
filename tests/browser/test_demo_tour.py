"""The tour in a real browser, without a mouse, against the real bot."""

import re
from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE_MS, Demo, Eyes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WORDS = "The tin was dented & half the <b>tea</b> was dust."
MENDED = "Tins now travel in a padded box."


NEAR = """e => {
  const kinds = 'a[href], button, textarea, input, summary, [tabindex]';
  const every = [...document.querySelectorAll(kinds)];
  const ways = every.filter((x) => x.tabIndex >= 0 && !x.disabled && x.offsetParent !== null);
  ways[ways.indexOf(e) - 3]?.focus();
}"""
"""Some steps before it: the whole way round takes a busy machine minutes."""


class ByKeyboard(Eyes):
    """Somebody without a mouse: Tab goes on, Enter presses, arrows move in a menu."""

    def use(self, found: Any, key: str = "Tab") -> None:
        self.reach(found, key)
        found.press("Enter")  # there, also if it was drawn again in this very moment

    def reach(self, found: Any, key: str) -> None:
        """Press a key until this has the focus; what is switched off for now comes later."""
        found.wait_for()
        if key == "Tab":
            found.evaluate(NEAR)
        end = monotonic() + PATIENCE_MS / 1000
        while not found.evaluate("e => e === document.activeElement"):
            assert monotonic() < end, f"{found} cannot be reached by {key}"
            self.page.keyboard.press(key)

    def say(self, who: str, text: str) -> None:
        field = self.device(who).locator("textarea")
        self.reach(field, "Tab")
        self.page.keyboard.insert_text(text)
        field.press("Enter")

    def menu(self, row: Any, entry: str) -> None:
        self.use(row.get_by_role("button", name="What to do with this message"))
        self.use(self.page.get_by_role("menuitem", name=entry, exact=True), "ArrowDown")


@pytest.fixture
def touring(browser: Any, demo: Demo) -> Iterator[Eyes]:
    """A page of somebody who takes the tour."""
    opened = ByKeyboard(browser, demo.url, tour="on")
    yield opened
    opened.close()


def _done(eyes: Eyes, title: str) -> None:
    eyes.page.locator("#tour li.done", has_text=title).wait_for()


def _hint(eyes: Eyes, name: str) -> None:
    """The tour points at a button of this name."""
    eyes.page.locator(".hint", has_text=name).first.wait_for()


def _ask(eyes: Eyes) -> None:
    _hint(eyes, "Open the link")
    eyes.press("emma", "Open the link")
    eyes.press("emma", "All right")
    _hint(eyes, "Next morning")
    eyes.time("Next morning")
    _done(eyes, "Ask")


def _complain(eyes: Eyes) -> None:
    eyes.press("emma", "Something is in the way")
    eyes.reads("emma", "What went wrong?")
    eyes.say("emma", WORDS)
    eyes.device("emma").locator("[data-data$=':skip']").first.wait_for()
    eyes.skip_to_the_end("emma")
    eyes.reads("emma", "It has the number")
    _done(eyes, "Complain")


def _answer(eyes: Eyes) -> None:
    eyes.open_topic("Emma Clarke")
    assert WORDS in eyes.reads("staff", WORDS).inner_text()
    eyes.press("staff", "Take it")
    eyes.reads("staff", "Mia has taken it.")
    card = eyes.device("staff").locator(".row", has_text="C-1042").first
    eyes.menu(card, "Reply")
    eyes.device("staff").locator(".replying:not([hidden])").wait_for()
    eyes.say("staff", "I am sorry, Emma. A new tin leaves today.")
    eyes.reads("emma", "A new tin leaves today.")
    eyes.device("staff").locator(".row.own .reaction").first.wait_for()
    _done(eyes, "Answer")


def _change_at_night(eyes: Eyes) -> None:
    eyes.press("staff", "Change")
    _done(eyes, "Change")
    eyes.press("staff", "Write what we did")
    eyes.device("staff").locator(".replying:not([hidden])").wait_for()
    eyes.say("staff", MENDED)
    eyes.device("staff").get_by_role("button", name="Ship: tell 1 person").wait_for()
    for _ in range(11):
        eyes.time("+1 hour")
    eyes.press("staff", "Ship: tell 1 person")
    eyes.press("staff", "Yes, tell them")
    eyes.device("staff").get_by_role("button", name="Call off").wait_for()
    eyes.time("+1 hour")
    eyes.reads("staff", "Told 0 of 1")


def _tell_and_verify(eyes: Eyes) -> None:
    eyes.time("Next morning")
    notice = eyes.reads("emma", "We changed this").inner_text()
    assert WORDS in notice
    assert MENDED in notice
    eyes.device("emma").locator(".jump").last.wait_for()
    _done(eyes, "Tell")
    eyes.time("+3 days")
    eyes.reads("emma", "Did it help?")
    eyes.press("emma", "Yes")
    _done(eyes, "Did it help?")


def _result(eyes: Eyes) -> None:
    """What came of it, and somebody else to be."""
    result = eyes.page.locator("#result")
    result.get_by_role("heading", name="That was one trip round the loop").wait_for()
    expect(result.locator(".figures b")).to_have_text(["1", "1", "1", "1"])
    expect(result.locator(".spread blockquote")).to_have_text([WORDS, MENDED])
    expect(result.locator(".tries li")).to_have_count(5)
    eyes.use(result.get_by_role("button", name="Be Sam, the owner"))
    eyes.reads("sam", "Peter")
    expect(eyes.device("sam")).to_be_visible()


@pytest.mark.timeout(600)  # many keys, which a busy machine takes slowly
def test_the_six_steps_by_keyboard(touring: Eyes) -> None:
    eyes = touring
    expect(eyes.device("lina")).to_be_hidden()
    expect(eyes.page.locator("#rail").get_by_text("李娜")).to_be_visible()
    _ask(eyes)
    _complain(eyes)
    _answer(eyes)
    _change_at_night(eyes)
    _tell_and_verify(eyes)
    _result(eyes)
    eyes.page.get_by_role("button", name="Underneath").click()
    panel = eyes.page.locator("#panel")
    panel.locator(".funnel").get_by_text("told what changed").wait_for()
    panel.locator("summary", has_text="The machinery behind it").click()
    panel.get_by_text("Conversation of Emma").wait_for()
    panel.locator(".step.lit").wait_for()
    panel.get_by_role("row", name=re.compile("Emma .*verified")).wait_for()
    assert WORDS not in panel.inner_text()


def test_the_tour_can_be_left_and_taken_up_again(touring: Eyes) -> None:
    eyes = touring
    eyes.page.get_by_role("button", name="Leave the tour").click()
    expect(eyes.page.locator("#tour")).to_be_hidden()
    expect(eyes.page.locator(".target, .hint")).to_have_count(0)
    eyes.page.reload()
    eyes.device("emma").wait_for()
    expect(eyes.page.locator("#tour")).to_be_hidden()
    eyes.page.get_by_role("button", name="Tour", exact=True).click()
    eyes.page.locator("#tour").wait_for()


def test_no_request_leaves_the_machine(eyes: Eyes, demo: Demo) -> None:
    eyes.page.get_by_role("button", name="Underneath").click()
    eyes.page.get_by_text("The machinery behind it").click()
    eyes.page.locator("#panel table").first.wait_for()
    assert eyes.requests
    assert {url for url in eyes.requests if not url.startswith(demo.url)} == set()
