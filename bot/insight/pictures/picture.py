"""A picture before it is drawn: what its template is given, and all of it in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from unicodedata import east_asian_width

from babel.dates import format_skeleton
from babel.numbers import format_compact_decimal

from bot.core.admin_view import AdminView
from bot.core.numbers import decimal
from bot.core.rich import CAPTION_LIMIT, Rich, bold, plain
from bot.core.words import listed, pair
from flows.insight.overviews import Month
from flows.languages import tongue
from flows.utf16 import utf16_length

_WIDE = frozenset("WF")
_BRIEF_FROM = 100_000


@dataclass(frozen=True, slots=True)
class Picture:
    """Figures of one time, as a picture and as text."""

    name: str
    period: str
    """The time that it is about, in words."""
    title: Sequence[str]
    """What it shows, in one or two sentences; the second is about what was done."""
    data: Mapping[str, Any]
    """What the template draws; empty: there is nothing to draw, and the sentences say why."""
    lines: Sequence[str]
    """Every figure that is drawn, in words."""
    foot: str = ""
    """How to read it."""

    @property
    def text(self) -> Rich:
        """All of it as text."""
        rest = "\n".join(each for each in (*self.lines, self.foot) if each)
        head = f"{self.period}\n" if self.period else ""
        return plain(head) + bold(self.heading) + "\n" + rest

    @property
    def heading(self) -> str:
        """The title as a paragraph."""
        return paragraph(self.title)

    def caption(self, more: str) -> Rich:
        """The text as it fits below a picture: whole lines, and `more` where some are missing."""
        if utf16_length(self.text.text) <= CAPTION_LIMIT:
            return self.text
        head, kept = f"{self.period}\n{self.heading}\n", ""
        for line in self.lines:
            longer = f"{kept}{line}\n"
            if utf16_length(head + longer + more) > CAPTION_LIMIT:
                break
            kept = longer
        return plain(f"{self.period}\n") + bold(self.heading) + f"\n{kept}{more}"


class Artist(AdminView):
    """Says and writes what stands in pictures, in one language."""

    @property
    def brand(self) -> str:
        """Whose figures these are."""
        return self._services.config.brand.name

    @property
    def zone(self) -> str:
        """The clock by which days and months are told apart."""
        return self._services.config.brand.time_zone

    def tell(self, key: str, **values: object) -> str:
        """A sentence of pictures; `n` also is there as it is written, as `shown`."""
        if isinstance(n := values.get("n"), int):
            values["shown"] = self.number(n)
        return self.say(f"pictures.{key}", **values)

    def number(self, n: int) -> str:
        """A whole number as it is written."""
        return decimal(n, "#,##0", self.language)

    def brief(self, n: int) -> str:
        """The same where there is little room: `1.2M`."""
        if n < _BRIEF_FROM:
            return self.number(n)
        locale = tongue(self.language).locale
        return str(format_compact_decimal(n, locale=locale, fraction_digits=1))

    def month(self, month: Month) -> str:
        """`November 2026`."""
        return self._date(month.first, "yMMMM")

    def month_short(self, month: Month) -> str:
        """`Nov`."""
        return self._date(month.first, "MMM")

    def day(self, day: date) -> str:
        """`7 Sep`."""
        return self._date(day, "MMMd")

    def day_of(self, moment: datetime) -> date:
        """The day of a moment by the brand's clock."""
        return moment.astimezone(self._zone).date()

    def _date(self, day: date, skeleton: str) -> str:
        locale = tongue(self.language).locale
        return format_skeleton(skeleton, datetime(day.year, day.month, day.day), locale=locale)  # noqa: DTZ001

    def pair(self, name: str, value: str) -> str:
        """`name: value`."""
        return pair(name, value, self.language)

    def apart(self, parts: Iterable[str]) -> str:
        """Parts of a line that are lists themselves, one after another."""
        return tongue(self.language).marks.semicolon.join(parts)

    def listed(self, parts: Iterable[str]) -> str:
        """The parts of a list that are not empty, one after another."""
        return listed([each for each in parts if each], self.language)

    def one_after_another(self, sentences: Iterable[str]) -> str:
        """Sentences as a paragraph."""
        return paragraph(sentences)

    def titled(self, titles: Mapping[str, str] | None, otherwise: str) -> str:
        """A title in the reader's language, else in the brand's, else something else."""
        default = self._services.config.brand.default_language
        return (titles or {}).get(self.language) or (titles or {}).get(default) or otherwise


def paragraph(sentences: Iterable[str]) -> str:
    """Sentences one after another; after a full stop of Chinese stands no space."""
    return "".join(each if each.endswith("。") else f"{each} " for each in sentences).rstrip()


def shortened(text: str, room: int) -> str:
    """A name in at most so many columns; a character of Chinese takes two."""
    text, used = " ".join(text.split()), 0
    for position, letter in enumerate(text):
        used += 2 if east_asian_width(letter) in _WIDE else 1
        if used > room:
            kept = text[: max(1, position - 1)]
            whole = kept.rfind(" ")
            return (kept[:whole] if whole > len(kept) * 2 // 3 else kept).rstrip() + "…"
    return text
