"""What admins type for a setting, in their own words, as the configuration writes it.

`3 days`, `3 дня`, `3天` and `P3D` are one period. Every reader gives the plain value that stands
in `verso.yaml`, NOTHING where the key is to be left out, and raises ValueError for what it cannot
read; the value's own kind in `flows.config` still checks it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from flows.time.durations import Period, Share
from flows.time.opening import ClockTime

UNREAD = "this cannot be read as such a value"
NOTHING: Any = object()
"""The key is left out: the general rule holds, or none."""
NONE = "none"
"""Says so to every reader that knows it."""

_NONE = frozenset({NONE, "no", "-", "нет", "никакой", "без", "无", "没有", "不限"})
_AT_ONCE = frozenset({"0", "now", "at once", "immediately", "сразу", "立即", "马上"})
_UNITS: tuple[tuple[str, str], ...] = (
    # The first that fits is taken: "mo" comes before "m", "мес" before "м".
    ("months", r"months?|mo|месяц\w*|мес\.?|个月|月"),
    ("minutes", r"minutes?|mins?|m|минут\w*|мин\.?|分钟|分"),
    ("hours", r"hours?|h|час\w*|ч\.?|个?小时"),
    ("days", r"days?|d|день|дня|дней|дн\.?|д\.?|天|日"),
    ("weeks", r"weeks?|w|недел\w*|нед\.?|个?星期|周"),
    ("years", r"years?|y|год\w*|лет|г\.?|年"),
)
_PART = re.compile(
    r"(\d{1,6})\s*(?:"
    + "|".join(f"(?P<{name}>(?:{words}))" for name, words in _UNITS)
    + r")(?![^\W\d_])",
    re.IGNORECASE,
)
_HAN_PART = re.compile(
    r"(\d{1,6})\s*(?:(?P<months>个月|月)|(?P<minutes>分钟|分)|(?P<hours>个?小时)|(?P<days>天|日)"
    r"|(?P<weeks>个?星期|周)|(?P<years>年))"
)
_CLOCK = r"(\d{1,2})(?:[:.]?(\d{2}))?"
_TO = r"\s*(?:-|–|—|~|〜|\.\.|to|till|до|至|到)\s*"
_WINDOW = re.compile(rf"(?:from|с|从)?\s*{_CLOCK}{_TO}{_CLOCK}", re.IGNORECASE)
_CAP = re.compile(r"(\d{1,3})\s*(?:x|×|times?|раз\w*|次)?\s*(?:/|per|in|за|в|每)\s*(.+)", re.I)
_HAN_CAP = re.compile(r"每?(.+?)\s*(\d{1,3})\s*次")
_RANGE = re.compile(rf"(?:from|от|从)?\s*(\d{{1,18}})?(?:{_TO})(\d{{1,18}})?", re.IGNORECASE)
_AT_LEAST = re.compile(r"(?:(?:from|от|从|≥|>=)\s*(\d{1,18})|(\d{1,18})\s*\+)", re.IGNORECASE)
COMMAS = re.compile(r"[,;，；、\n]")
"""What stands between the entries of a list."""


def read_period(text: str) -> str:
    """`3 days`, `36 часов`, `2 周`, `P3D`; `at once` is nothing at all."""
    wanted = text.strip().lower()
    if wanted in _AT_ONCE:
        return str(Period())
    if wanted.startswith("p"):
        return str(Period.parse(wanted.upper()))
    parts: dict[str, int] = {}
    rest = wanted
    for pattern in (_PART, _HAN_PART):
        for found in pattern.finditer(rest):
            name = str(found.lastgroup)
            if name in parts:
                raise ValueError(UNREAD)
            parts[name] = int(found[1])
        rest = pattern.sub("", rest)
    if not parts or re.sub(r"\s|,|\band\b|\bи\b|和", "", rest):
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
    found = _WINDOW.fullmatch(text.strip())
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
    if (found := _CAP.fullmatch(text.strip())) is not None:
        return {"asks": int(found[1]), "per": read_period(found[2])}
    if (found := _HAN_CAP.fullmatch(text.strip())) is not None:
        return {"asks": int(found[2]), "per": read_period(found[1])}
    raise ValueError(UNREAD)


def read_range(text: str) -> Any:
    """`100-500`, `100+`, `от 100 до 500`, `3`; `none` is everybody."""
    if _is_none(text):
        return NOTHING
    wanted = text.strip()
    if (found := _AT_LEAST.fullmatch(wanted)) is not None:
        return {"from": int(found[1] or found[2])}
    if wanted.isascii() and wanted.isdecimal() and len(wanted) <= 18:
        return {"from": int(wanted), "to": int(wanted)}
    found = _RANGE.fullmatch(wanted)
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
    return text.strip().lower() in _NONE


READERS: Mapping[str, Callable[[str], Any]] = {
    "after": read_after,
    "period": read_period,
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
CLEARABLE = READERS.keys() - {"after", "period", "share", "number", "event", "cron"}
"""The kinds whose readers know `none`."""
_AS_TYPED = frozenset({"name", "list"})
"""Kinds that take names and the business's own words, which may be written in any way."""


def read(kind: str, text: str) -> Any:
    """Read a value of a kind. Raises ValueError for what is no such value.

    Digits and signs of full width, as keyboards for Chinese give them, count as plain ones
    (Unicode's NFKC), except in names and in words that are compared as they are.
    """
    return READERS[kind](text if kind in _AS_TYPED else unicodedata.normalize("NFKC", text))
