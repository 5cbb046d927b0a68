"""The console's pages as HTML. Texts are never markup: the templates escape them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.console.web.ahead import Asked
from bot.console.web.asks import Listed, Opened
from bot.console.web.board import Board
from bot.console.web.hypothesis_form import HypothesisForm
from bot.console.web.said import GOOD, OF_STORIES, OF_TRIALS, SAID
from bot.console.web.stories import Shelf
from bot.console.web.today import Month, Today
from bot.console.web.trials import Trials
from bot.console.web.why import Why
from bot.console.web.wording import Wording
from bot.core.services import Services
from bot.hypotheses.running import LONGEST_LESSON

_FOLDER = Path(__file__).parent
FILES: Mapping[str, str] = {"console.css": "text/css", "console.js": "text/javascript"}
"""What the pages fetch, with its type."""
SCREENS = ("today", "asks", "board", "why", "trials", "book")


@cache
def file(name: str) -> bytes:
    """One of FILES."""
    return (_FOLDER / name).read_bytes()


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What is said above a page of what was just done."""

    text: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages in one language, of one session."""

    services: Services
    language: str
    form_token: str = field(default="", repr=False)
    """What its forms carry; empty: nobody is in."""

    def tell(self, key: str, **values: object) -> str:
        """A sentence of the console."""
        return self.services.words.say(self.language, f"console.{key}", **values)

    def said(self, key: str, number: int) -> Said | None:
        """What came of a press, by its key; None: there is no such key."""
        if key not in SAID:
            return None
        if key in OF_STORIES:
            reason = key.removeprefix("story_").removesuffix("_already")
            text = self.services.words.say(self.language, f"story.refused_{reason}")
            return Said(text, ok=False)
        if key in OF_TRIALS:
            reason = key.removeprefix("trial_")
            say = self.services.words.say
            text = say(self.language, f"hypotheses.refused_{reason}", most=LONGEST_LESSON)
            return Said(text, ok=False)
        return Said(self.tell(f"said_{key}", number=number), key in GOOD)

    def _render(self, name: str, screen: str, **values: object) -> str:
        template = _templates().get_template(name)
        return template.render(
            tell=self.tell,
            language=self.language,
            brand=self.services.config.brand.name,
            screens=SCREENS,
            screen=screen,
            form_token=self.form_token,
            **values,
        )

    def today(
        self, shown: Today, asked: Asked | None, month: Month, when: str, said: Said | None
    ) -> str:
        """The first screen."""
        values = {"today": shown, "asked": asked, "month": month, "when": when}
        return self._render("today.html", "today", **values, notice=said)

    def asks(
        self, schedules: Sequence[Listed], chosen: str, schedule: Opened | None, said: Said | None
    ) -> str:
        """The schedules, or the chosen one."""
        return self._render(
            "asks.html", "asks", schedules=schedules, chosen=chosen, schedule=schedule, notice=said
        )

    def words(self, shown: Wording, said: Said | None) -> str:
        """The words of an ask, to be changed."""
        return self._render("words.html", "asks", shown=shown, notice=said)

    def trials(self, shown: Trials, said: Said | None) -> str:
        """Hypotheses, and texts compared."""
        return self._render("trials.html", "trials", trials=shown, notice=said)

    def hypothesis(self, shown: HypothesisForm, said: Said | None) -> str:
        """A hypothesis that is being written down."""
        return self._render("hypothesis.html", "trials", form=shown, notice=said)

    def board(self, shown: Board, said: Said | None) -> str:
        """Complaints and changes as they stand."""
        return self._render("board.html", "board", board=shown, notice=said)

    def why(self, ref: str, shown: Why | None) -> str:
        """One customer, or the question whom is meant."""
        return self._render("why.html", "why", ref=ref, why=shown, notice=None)

    def book(self, shown: Shelf, said: Said | None) -> str:
        """Stories that could be told, and those that wait."""
        return self._render("book.html", "book", shelf=shown, notice=said)

    def door(self, why: str) -> str:
        """Nobody is in: how to come in, and why not, if somebody has just tried.

        `why` is `closed` (nobody has tried), or what went wrong.
        """
        bot = self.services.bot_username
        return self._render(
            "door.html", "", why=why, bot=f"https://t.me/{bot}" if bot else "", notice=None
        )
