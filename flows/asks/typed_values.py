"""What admins type for a setting, in their own words, as the configuration writes it.

`3 days`, `3 дня`, `3天` and `P3D` are one period; the words are in the heads of the languages
(`flows/languages`). Every reader gives the plain value that stands
in `verso.yaml`, NOTHING where the key is to be left out, and raises ValueError for what it cannot
read; the value's own kind in `flows.config` still checks it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flows.languages import Languages, in_use
from flows.time.durations import Period, Share
from flows.time.opening import ClockTime

UNREAD = "this cannot be read as such a value"
NOTHING: Any = object()
"""The key is left out: the general rule holds, or none."""
NONE = "none"
"""Says so to every reader that knows it."""

_UNITS = ("months", "minutes", "hours", "days", "weeks", "years")
_HAN = re.compile("[\u3400-\u9fff]")
_DASHES = ("-", "–", "—", "~", "〜", r"\.\.")
_CLOCK = r"(\d{1,2})(?:[:.]?(\d{2}))?"
COMMAS = re.compile(r"[,;，；、\n]")
"""What stands between the entries of a list."""


@dataclass(frozen=True, slots=True)
class _Patterns:
    """How values are typed in the languages that are spoken."""

    part: re.Pattern[str]
    """A number and a unit, which is the name of the group."""
    between: re.Pattern[str]
    """What may stand between the parts of a period."""
    now: re.Pattern[str]
    none: re.Pattern[str]
    window: re.Pattern[str]
    cap: re.Pattern[str]
    cap_behind: re.Pattern[str]
    """The period first, as in Chinese."""
    range: re.Pattern[str]
    at_least: re.Pattern[str]


def _patterns() -> _Patterns:
    return _patterns_in(in_use())


@lru_cache(maxsize=4)
def _patterns_in(languages: Languages) -> _Patterns:
    def words(name: str, *more: str) -> str:
        typed = (each for one in languages.known.values() for each in getattr(one.typed, name))
        return "|".join(dict.fromkeys([*map(_whole, typed), *more]))

    units = "|".join(f"(?P<{unit}>{words(unit)})" for unit in _UNITS)
    since, to = words("since"), rf"\s*(?:{words('to', *_DASHES)})\s*"
    times, per = words("times"), words("per", "/")
    made = {
        "part": rf"(\d{{1,6}})\s*(?:{units})",
        "between": rf"\s|,|{words('joins')}",
        "now": words("now"),
        "none": words("none", NONE),
        "window": rf"(?:{since})?\s*{_CLOCK}{to}{_CLOCK}",
        "cap": rf"(\d{{1,3}})\s*(?:{times})?\s*(?:{per})\s*(.+)",
        "cap_behind": rf"(?:{per})?(.+?)\s*(\d{{1,3}})\s*(?:{times})",
        "range": rf"(?:{since})?\s*(\d{{1,18}})?(?:{to})(\d{{1,18}})?",
        "at_least": rf"(?:(?:{words('since', '≥', '>=')})\s*(\d{{1,18}})|(\d{{1,18}})\s*\+)",
    }
    return _Patterns(**{name: re.compile(made[name], re.IGNORECASE) for name in made})


def _whole(word: str) -> str:
    """A word that no other letter may follow, unless its language writes without blanks."""
    return f"(?:{word})" if _HAN.search(word) else rf"(?:{word})(?![^\W\d_])"


def read_period(text: str) -> str:
    """`3 days`, `36 часов`, `2 周`, `P3D`; `at once` is nothing at all."""
    wanted = text.strip().lower()
    patterns = _patterns()
    if patterns.now.fullmatch(wanted):
        return str(Period())
    if wanted.startswith("p"):
        return str(Period.parse(wanted.upper()))
    parts: dict[str, int] = {}
    for found in patterns.part.finditer(wanted):
        name = str(found.lastgroup)
        if name in parts:
            raise ValueError(UNREAD)
        parts[name] = int(found[1])
    if not parts or patterns.between.sub("", patterns.part.sub("", wanted)):
        raise ValueError(UNREAD)
    return str(Period(**parts))


def read_share(text: str) -> str:
    """`50%`, `50 %`, `2,5 %`; a bare number is percent too."""
    number = text.strip().replace(",", ".").removesuffix("%").strip()
    return str(Share.parse(f"{number}%"))


def read_after(text: str) -> str:
    """A period, or a share of the event's own period."""
    return read_share(text) if "%" in text else read_period(text)


def read_window(text: str) -> Any:
    """`10:00-20:00`, `10–20`, `с 10 до 20`; `none` is the general window."""
    if _is_none(text):
        return NOTHING
    found = _patterns().window.fullmatch(text.strip())
    if found is None:
        raise ValueError(UNREAD)
    opens, closes = (
        str(ClockTime.parse(f"{hour}:{minute or '00'}"))
        for hour, minute in ((found[1], found[2]), (found[3], found[4]))
    )
    return {"from": opens, "to": closes}


def read_cap(text: str) -> Any:
    """`2 per 90 days`, `2/P90D`, `2 раза за 90 дней`, `90天2次`; `none` is no cap."""
    if _is_none(text):
        return NOTHING
    if (found := _patterns().cap.fullmatch(text.strip())) is not None:
        return {"asks": int(found[1]), "per": read_period(found[2])}
    if (found := _patterns().cap_behind.fullmatch(text.strip())) is not None:
        return {"asks": int(found[2]), "per": read_period(found[1])}
    raise ValueError(UNREAD)


def read_range(text: str) -> Any:
    """`100-500`, `100+`, `от 100 до 500`, `3`; `none` is everybody."""
    if _is_none(text):
        return NOTHING
    wanted = text.strip()
    if (found := _patterns().at_least.fullmatch(wanted)) is not None:
        return {"from": int(found[1] or found[2])}
    if wanted.isascii() and wanted.isdecimal() and len(wanted) <= 18:
        return {"from": int(wanted), "to": int(wanted)}
    found = _patterns().range.fullmatch(wanted)
    if found is None or not (found[1] or found[2]):
        raise ValueError(UNREAD)
    ends = {"from": found[1], "to": found[2]}
    return {end: int(number) for end, number in ends.items() if number}


def read_range_within(text: str) -> Any:
    """A range, and a period after a slash: `1-3 / 90 days`; `none` is everybody."""
    ends, slash, period = text.partition("/")
    found = read_range(ends)
    if found is NOTHING or not slash:
        return found
    return {**found, "within": read_period(period)}


def read_list(text: str) -> list[str]:
    """Words between commas, each once; `none` is an empty list."""
    if _is_none(text):
        return []
    words = list(dict.fromkeys(filter(None, map(str.strip, COMMAS.split(text)))))
    if not words:
        raise ValueError(UNREAD)
    return words


def read_optional_period(text: str) -> Any:
    """A period, or `none`."""
    return NOTHING if _is_none(text) else read_period(text)


def read_period_or_none(text: str) -> str:
    """A period; `none` is no time at all."""
    return str(Period()) if _is_none(text) else read_period(text)


def read_number(text: str) -> int:
    """A whole number."""
    wanted = text.strip()
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) <= 9):
        raise ValueError(UNREAD)
    return int(wanted)


def read_word(text: str) -> str:
    """One word or line, as it was typed."""
    if not text.strip():
        raise ValueError(UNREAD)
    return text.strip()


def read_name(text: str) -> Any:
    """A name, as it was typed; `none` is none of its own."""
    return NOTHING if _is_none(text) else read_word(text)


def _is_none(text: str) -> bool:
    return _patterns().none.fullmatch(text.strip().lower()) is not None


READERS: Mapping[str, Callable[[str], Any]] = {
    "after": read_after,
    "period": read_period,
    "offset": read_period,
    "optional_period": read_optional_period,
    "period_or_none": read_period_or_none,
    "share": read_share,
    "window": read_window,
    "cap": read_cap,
    "range": read_range,
    "range_within": read_range_within,
    "list": read_list,
    "events": read_list,
    "zones": read_list,
    "number": read_number,
    "event": read_word,
    "cron": read_word,
    "name": read_name,
}
"""The reader of each kind of setting."""
CLEARABLE = READERS.keys() - {"after", "period", "offset", "share", "number", "event", "cron"}
"""The kinds whose readers know `none`."""
_AS_TYPED = frozenset({"name", "list"})
"""Kinds that take names and the business's own words, which may be written in any way."""


def read(kind: str, text: str) -> Any:
    """Read a value of a kind. Raises ValueError for what is no such value.

    Digits and signs of full width, as keyboards for Chinese give them, count as plain ones
    (Unicode's NFKC), except in names and in words that are compared as they are.
    """
    return READERS[kind](text if kind in _AS_TYPED else unicodedata.normalize("NFKC", text))
