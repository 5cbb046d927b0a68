"""What staff see of how far a change is: whose it is, whether it helped, who hears that not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.core.callbacks import pack
from bot.core.names import day, display_safe
from bot.core.numbers import decimal, percent
from bot.core.rich import Rich, bold, clipped, quote
from bot.core.words import Words
from bot.core.work import Keyboard
from flows.entities import Change, CustomerId
from flows.entities.states import CHANGE_OPEN
from flows.insight.recurrence import Recurrence, Trend
from flows.insight.stats import ENOUGH_FOR_A_HINT, Evidence, evidence

PER, DAYS = 1000, 30
"""Rates are told for so many people and days."""
PEOPLE_PAGE = 8
SAMPLE = 900
"""UTF-16 units that are shown of what people would read."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How often it happened before a change and since, and among whom."""

    figures: Recurrence
    days: int
    """Whole days since, and as many before."""
    product: str = ""
    """Those who have this product could complain; empty: everybody who has opened the bot."""


@dataclass(frozen=True, slots=True)
class Setback:
    """Who was told of a change that has not helped, and has not heard that yet."""

    people: Sequence[CustomerId]
    names: Mapping[CustomerId, str]
    left_out: Collection[CustomerId]
    """Those who are not to be told."""
    sample: Rich
    """What the first of them would read."""

    @property
    def meant(self) -> Sequence[CustomerId]:
        """Those who would be told."""
        return [each for each in self.people if each not in self.left_out]


class ProgressViews:
    """Views in one language."""

    def __init__(self, words: Words, language: str) -> None:
        self._words, self._language = words, language

    def _say(self, key: str, **values: object) -> str:
        return self._words.say(self._language, f"closing.{key}", **values)

    # -- what it says ------------------------------------------------------------------------------

    def lines(self, change: Change, zone: str, most: int) -> str:
        """Whose it is, by when, where and why, one line each; `most` characters of the cause."""
        lines = []
        if change.owner_name:
            lines.append(self._say("owner", name=display_safe(change.owner_name)))
        if change.planned_for is not None and change.state in CHANGE_OPEN:
            when = day(change.planned_for, zone, self._language)
            lines.append(self._say("planned", when=when))
        if change.place:
            lines.append(self._say("place", place=display_safe(change.place, most)))
        if change.root_cause:
            lines.append(self._say("cause", cause=display_safe(change.root_cause, most)))
        if change.round > 1 and change.state != "not_helped":
            lines.append(self._say("round", n=change.round))
        return "".join(f"\n{line}" for line in lines)

    def measured(self, measured: Measured | None, *, brief: bool = False) -> str:
        """How often it happened before and since, in words; empty: nobody could tell yet.

        `brief`: without what is counted.
        """
        rates = measured.figures.rates if measured is not None else None
        if measured is None or rates is None:
            return ""
        figures = measured.figures
        said = f"{self._rates(figures, rates)}\n{self._trend(figures)}"
        if brief:
            return said
        if measured.product:
            product = display_safe(measured.product)
            return f"{said}\n{self._say('counted_product', product=product)}"
        return f"{said}\n{self._say('counted')}"

    def _rates(self, figures: Recurrence, rates: tuple[float, float]) -> str:
        counts = {"before_n": figures.before, "since_n": figures.after, "n": figures.days}
        if evidence(int(figures.people)) is Evidence.NOT_ENOUGH:
            return self._say("counts", least=ENOUGH_FOR_A_HINT, **counts)
        before, since = (decimal(rate * PER * DAYS, "0.0", self._language) for rate in rates)
        return self._say("rates", per=PER, days=DAYS, before=before, since=since, **counts)

    def _trend(self, figures: Recurrence) -> str:
        low = percent(figures.low, self._language)
        if figures.trend is Trend.FELL:
            return self._say("fell", low=low, high=percent(figures.high, self._language))
        return self._say("rose", low=low) if figures.trend is Trend.ROSE else self._say("unclear")

    # -- its buttons -------------------------------------------------------------------------------

    def buttons(self, change: Change, untold: int) -> list[list[tuple[str, str]]]:
        """What can be done next; `untold`: people who have not heard that it did not help."""
        number = change.id
        rows: list[list[tuple[str, str]]] = []
        match change.state:
            case "proposed":
                rows = [[self._button("accept", number), self._button("start", number)]]
            case "accepted":
                rows = [[self._button("start", number)]]
            case "shipped":
                rows = [[self._button("verify", number), self._button("fail", number)]]
            case "verified":
                rows = [[self._button("fail", number)]]
            case "not_helped":
                rows = [[(self._say("b_start_again"), pack("g", "start", number))]]
        if untold:
            label = self._say("b_setback", n=untold)
            rows.insert(0, [(label, pack("g", "show", number, "setback", 0))])
        if change.state != "declined":
            rows.append([(self._say("b_details"), pack("g", "show", number, "details", 0))])
        return rows

    def _button(self, action: str, number: int) -> tuple[str, str]:
        return self._say(f"b_{action}"), pack("g", action, number)

    def details(self, change: Change) -> Keyboard:
        """Buttons for what is seldom changed."""
        rows = [[self._button("own", change.id), self._button("place", change.id)]]
        if change.state in CHANGE_OPEN:
            rows.append([self._button("plan", change.id)])
        return [*rows, [(self._say("b_back"), pack("g", "show", change.id, "main", 0))]]

    # -- saying that it has not helped -------------------------------------------------------------

    def setback(self, change: Change, setback: Setback, page: int) -> tuple[Rich, Keyboard]:
        """Who would be told that it has not helped, and what they would read."""
        number, people = change.id, len(setback.meant)
        rich = Rich() + "\n\n" + bold(self._say("setback_ask", n=people)) + "\n"
        rich = rich + self._say("setback_how") + "\n" + quote(clipped(setback.sample.text, SAMPLE))
        rows: list[list[tuple[str, str]]] = []
        for who in setback.people[page * PEOPLE_PAGE :][:PEOPLE_PAGE]:
            key = "b_left_out" if who in setback.left_out else "b_meant"
            label = self._say(key, name=display_safe(setback.names.get(who, "?")))
            rows.append([(label, pack("g", "leave", number, who, page))])
        turns = []
        if page > 0:
            turns.append(("‹", pack("g", "show", number, "setback", page - 1)))
        if (page + 1) * PEOPLE_PAGE < len(setback.people):
            turns.append(("›", pack("g", "show", number, "setback", page + 1)))
        if turns:
            rows.append(turns)
        if people:
            rows.append([(self._say("b_setback_yes", n=people), pack("g", "setback", number))])
        return rich, [*rows, [(self._say("b_back"), pack("g", "show", number, "main", 0))]]
