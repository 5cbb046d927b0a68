"""A recall in ten clicks: told, a time chosen, ready, fetched."""

import re

import pytest

from tests.browser.conftest import Demo, Eyes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


class Clicks:
    """Presses in the demo's windows, counted; of buttons that the screen before does not have."""

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes
        self.count = 0

    def on(self, who: str, name: str | re.Pattern[str]) -> None:
        button = self._eyes.device(who).get_by_role("button", name=name).last
        button.click()
        self.count += 1


def test_a_recall_in_ten_clicks(eyes: Eyes, demo: Demo) -> None:
    clicks = Clicks(eyes)
    clicks.on("sam", "Tell them…")
    clicks.on("sam", "Yes, tell them")
    eyes.reads("ivan", "Внутренняя крышка")
    clicks.on("ivan", "Выбрать место и время")
    clicks.on("ivan", re.compile(r"^\S\S \d"))  # a day: "ср 2 декабря"
    clicks.on("ivan", re.compile(r"^\d\d:\d\d$"))
    clicks.on("ivan", "Да, записать")
    eyes.open_topic("General")
    clicks.count += 1
    clicks.on("staff", "To do today")
    clicks.on("staff", re.compile("^Ready: Иван"))
    eyes.reads("ivan", "Готово.")
    clicks.on("ivan", "Это снова у меня")
    eyes.reads("ivan", "Теперь всё в порядке?")
    assert clicks.count <= 10
