"""What people and spreadsheets write into cells, as items take it.

What is not understood is passed on as it stands: checking it says what is expected.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from unicodedata import decimal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from bot.data.items import COUNTRIES, TAG_LIMIT
from bot.data.transfer.calendars import LANGUAGES, bare_moment, month_named
from flows.time.opening import known_zones
from flows.time.phones import calling_code, e164


@dataclass(frozen=True, slots=True)
class Reading:
    """By what a file's cells are read that do not say everything themselves."""

    zone: str = "UTC"
    """Of moments without one."""
    country: str = ""
    """Of phone numbers without one."""
    day_first: bool | None = None
    """Whether `03/04` is the third of April; None: nobody knows."""


def country_of_zone(zone: str) -> str:
    """The country of a time zone; empty where it is nobody's, like UTC."""
    found = str(get_global("zone_territories").get(zone, ""))
    return found if len(found) == 2 and found.isalpha() else ""


def separator_of(language: str) -> str:
    """What spreadsheets of a language put between cells: `;` where the comma is in numbers."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return ","
    symbols = locale.number_symbols
    return ";" if symbols.get("latn", symbols).get("decimal") == "," else ","


# -- ids ------------------------------------------------------------------------------------------

_ADDRESSED = re.compile(r"[^<>]*<\s*(\S+@\S+\.[^\s<>]+)\s*>|mailto:(\S+@\S+)")
_WITH_POINT = re.compile(r"(?<=\d)\.0+$", re.ASCII)


def bare(text: str) -> str:
    """An id without what keeps spreadsheets off it: an apostrophe, or `="0017"`."""
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.lstrip("'")


def address(text: str) -> str:
    """An e-mail address without the name before it: `Ann <ann@example.org>`."""
    found = _ADDRESSED.fullmatch(text)
    return (found[1] or found[2]) if found is not None else text


def mail(text: str) -> str:
    """An e-mail address as people mean it who write spaces into it."""
    return "".join(address(text).split())


def without_point(number: str) -> str:
    """A number of another system without what programs add to it in columns with gaps: `17.0`."""
    return _WITH_POINT.sub("", number)


# -- numbers, phones, words -----------------------------------------------------------------------

_NUMBER = re.compile(r"[-−]?\d[\d\s.,'’\u00a0\u202f]*")
_SHORTENED = re.compile(r"\d\s*[eE][+-]?\d")
"""A number as spreadsheets show a long one: what it was is not known any more."""
_BARE = re.compile(r"[1-9]\d{10,14}", re.ASCII)
_REMARK = re.compile(r"\s*\([^()\d]*\)|\s+[^\W\d_]+\.?$")
"""What people write behind a number; on a telephone letters are figures, too."""
_GROUPED = re.compile(r"[1-9]\d{0,2}([.,'’ ]\d{3})+|[1-9]\d?(,\d\d)+,\d{3}")
"""By threes, or as in India: 12,34,567."""
_BELOW = re.compile(r"^[-−]\s*[^\d\s]{1,4}\s*\d|\d[-−]$")
"""The minus before the currency, or behind the amount."""
_THOUSANDS = re.compile(r"\d\s*(?:k|m|mio|mln|tsd|тыс|млн|[万千亿萬億])(?![^\W\d_])", re.IGNORECASE)
"""An amount in thousands or millions, which is not the figure that stands there."""
_OWED = re.compile(r"\(([^()]*)\)")
"""Amounts below nothing, as accountants write them."""


def whole(text: str) -> str:
    """The whole units of an amount: `€1,234.56`, `1.234,56` and `1 234` are 1234."""
    owed = _OWED.fullmatch(text)
    if owed is not None:
        units = whole(owed[1])
        return f"-{units}" if units.isdigit() and units != "0" else units
    found = _NUMBER.search(text)
    if found is None or _SHORTENED.search(text) or _THOUSANDS.search(text):
        return text
    below = _BELOW.search(text) is not None
    number = re.sub(r"[\s\u00a0\u202f]", " ", found[0]).strip(" .,")
    sign = "-" if number[0] in "-−" or below else ""
    number = number.lstrip("-−")
    last = max(number.rfind("."), number.rfind(","))
    grouped = _GROUPED.fullmatch(number) is not None
    units = number if last < 0 or grouped else number[:last]
    digits = "".join(str(decimal(each)) for each in re.findall(r"\d", units))
    return (sign if digits.strip("0") else "") + digits if digits else text


def phone(text: str, country: str) -> str:
    """A number as it is stored, or as it was written when it is none.

    Spreadsheets take an international number for a sum and drop its +.
    """
    if _BARE.fullmatch(text) is None:
        return e164(_REMARK.sub("", text), country) or text
    whole, local = e164(f"+{text}"), e164(text, country)
    code = calling_code(country)
    return (whole or local or text) if code and text.startswith(code) else local or whole or text


def words(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


_AS_LIST = frozenset({"[]", "{}"})
"""Around tags as programs write them."""


@lru_cache(maxsize=1024)
def tags(text: str) -> tuple[str, ...]:
    """The tags of a cell, none too long and none too many."""
    if text[:1] + text[-1:] in _AS_LIST:
        text = text[1:-1]
    parts = (part.strip().strip("\"'").strip() for part in re.split(r"[,;|]", text))
    return tuple(dict.fromkeys(words(part)[:64] for part in parts if part))[:TAG_LIMIT]


_LONG_CODE = 3
"""Letters of a language's long code: `rus`, of which most have a short one."""
_TAG = re.compile(r"[a-z]{2,3}([-_][a-z0-9]+)*")
"""What is no language's name in any language, but may be its tag."""


@lru_cache(maxsize=1024)
def language(text: str) -> str:
    """A language's tag, of its name in English, Russian, Chinese or itself too."""
    text = text.partition(".")[0]  # of a locale: en_US.UTF-8
    code = text.strip().casefold()
    if code in COUNTRIES:
        return COUNTRIES[code]
    if len(code) == _LONG_CODE and code in (short := get_global("language_aliases")):
        return str(short[code])
    if _TAG.fullmatch(code):
        return text  # the names take a second to gather, and most files need none
    named = _language_names().get(code)
    if named:
        return named
    return text


@lru_cache(maxsize=1)
def _language_names() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for code in LANGUAGES:
        for reader in ("en", "ru", "zh", code):
            name = Locale.parse(code).get_display_name(reader)
            if name:
                found[name.casefold()] = code
    return found


@lru_cache(maxsize=1024)
def time_zone(text: str) -> str:
    """The name of a time zone, whichever way its letters are written."""
    name = text.strip().replace("_slash_", "/")
    return name if name in known_zones() else _zones().get(name.casefold(), name)


@lru_cache(maxsize=1)
def _zones() -> Mapping[str, str]:
    return {name.casefold(): name for name in sorted(known_zones(), reverse=True)}


_LASTS = re.compile(r"(\d{1,4})\s*([^\W\d_]+)\.?")
_UNITS = {
    **dict.fromkeys(("d", "day", "days", "tag", "tage", "день", "дня", "дней", "天", "日"), "D"),
    **dict.fromkeys(("w", "week", "weeks", "woche", "wochen", "周", "星期"), "W"),
    **dict.fromkeys(("неделя", "недели", "недель"), "W"),
    **dict.fromkeys(("month", "months", "monat", "monate", "个月", "月"), "M"),
    **dict.fromkeys(("месяц", "месяца", "месяцев"), "M"),
    **dict.fromkeys(("year", "years", "jahr", "jahre", "год", "года", "лет", "年"), "Y"),
}


def period(text: str) -> str:
    """How long something lasts, in ISO 8601, also of `14 days`."""
    found = _LASTS.fullmatch(text)
    unit = _UNITS.get(found[2].casefold()) if found is not None else None
    return f"P{int(found[1])}{unit}" if found is not None and unit is not None else text


_YES = frozenset({
    "true", "yes", "1", "y", "t", "on", "x", "✓", "✔", "wahr", "ja", "oui", "да", "истина", "+",
    "是", "真", "对",
})  # fmt: skip
_NO = frozenset({
    "false", "no", "0", "n", "f", "off", "falsch", "nein", "non", "нет", "ложь", "否", "假", "不",
})  # fmt: skip


def truth(text: str) -> str:
    """`true` or `false`, as spreadsheets of several languages write them."""
    said = without_point(text.strip().casefold())
    return "true" if said in _YES else "false" if said in _NO else text


# -- moments --------------------------------------------------------------------------------------

_CLOCK = (
    r"(?:[ T,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+\-]\d{2}:?\d{2})?"
)
_NUMBERS = r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
_NAME = r"(?P<name>[^\W\d_]{3,12})"
_YEAR_FIRST = re.compile(_NUMBERS + _CLOCK)
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})" + _CLOCK)
_DOTS = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4}|\d{2})" + _CLOCK)
_SLASHES = re.compile(r"(?P<one>\d{1,2})[/-](?P<two>\d{1,2})[/-](?P<year>\d{4}|\d{2})" + _CLOCK)
_MONTH_FIRST = re.compile(_NAME + r"\.? (?P<day>\d{1,2}),? (?P<year>\d{4})" + _CLOCK)
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})\.?[ -]" + _NAME + r"\.?,?[ -](?P<year>\d{4}|\d{2})" + _CLOCK
)
_SERIAL = re.compile(r"[2-6]\d{4}([.,]\d{1,15})?", re.ASCII)
"""A day as spreadsheets count them, from 1954 to 2091: a cell of dates that was made a number."""
_SERIAL_FROM = datetime(1899, 12, 30)  # noqa: DTZ001  its zone follows
_EPOCH = re.compile(r"1\d{9}(?P<milli>\d{3})?(\.\d+)?", re.ASCII)


def day_first(text: str) -> bool | None:
    """What a date with strokes says of the order of all of them; None: nothing."""
    found = _SLASHES.fullmatch(text.strip())
    if found is None or len(found["year"]) == 2:
        return None  # a short year may stand first: 20/11/26 is in November 2020 to many
    one, two = int(found["one"]), int(found["two"])
    return True if one > 12 else False if two > 12 else None


def has_two_readings(text: str) -> bool:
    """Whether a date may be two, as long as nobody says whether the day stands first."""
    written = text.strip()
    return _SLASHES.fullmatch(written) is not None and moment(written, Reading()) == written


def moment(text: str, reading: Reading) -> str:
    """A moment in ISO 8601 with its zone, or as it was written when it is not sure which it is."""
    written = text.strip()
    if _is_whole(written):
        return written
    epoch = _EPOCH.fullmatch(written)
    if epoch is not None:
        seconds = int(written[:10])
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    if _SERIAL.fullmatch(written):
        days = timedelta(seconds=round(float(written.replace(",", ".")) * 86_400))
        return _in_zone(_SERIAL_FROM + days, "", reading.zone).isoformat()
    found = _form_of(written) or _form_of(bare_moment(written))
    read = _read(found, reading) if found is not None else None
    return read.isoformat() if read is not None else text


def _form_of(written: str) -> re.Match[str] | None:
    for pattern in (_YEAR_FIRST, _COMPACT, _DOTS, _SLASHES, _MONTH_FIRST, _DAY_FIRST):
        found = pattern.fullmatch(written)
        if found is not None:
            return found
    return None


def _is_whole(text: str) -> bool:
    """Whether a text is ISO 8601 with its zone already."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _read(found: re.Match[str], reading: Reading) -> datetime | None:
    parts = found.groupdict()
    month, day = _month_and_day(parts, reading)
    hour = int(parts["hour"] or 0)
    if parts["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if parts["half"][0] in "Pp" else 0)
    later = hour == 24 and int(parts["minute"] or 0) == 0
    try:
        clock = (0 if later else hour, int(parts["minute"] or 0), int(parts["second"] or 0))
        moment = datetime(_year(parts), month, day, *clock)  # noqa: DTZ001  its zone follows
    except ValueError:
        return None
    moment += timedelta(days=1) if later else timedelta()
    return _in_zone(moment, parts["zone"] or "", reading.zone)


def _year(parts: Mapping[str, str | None]) -> int:
    """Of two digits those of this century, from 69 on of the last, as POSIX reads them."""
    year = int(parts["year"] or 0)
    if len(parts["year"] or "") > 2:
        return year
    return year + (2000 if year < 69 else 1900)


def _month_and_day(parts: Mapping[str, str | None], reading: Reading) -> tuple[int, int]:
    """0 for a month that is not known: no date has it."""
    if parts.get("name"):
        return month_named(str(parts["name"])), int(parts["day"] or 0)
    if "one" not in parts:
        return int(parts["month"] or 0), int(parts["day"] or 0)
    one, two = int(parts["one"] or 0), int(parts["two"] or 0)
    if reading.day_first is None and (_may_be_year(parts) or (one != two and max(one, two) <= 12)):
        return 0, 0
    first = reading.day_first if reading.day_first is not None else one > 12
    return (two, one) if first else (one, two)


def _may_be_year(parts: Mapping[str, str | None]) -> bool:
    """Whether the first of three short numbers may be the year, as in Chinese tables."""
    month, day = int(parts["two"] or 0), int(parts["year"] or 0)
    return len(parts["year"] or "") == 2 and 1 <= month <= 12 and 1 <= day <= 31


def _in_zone(moment: datetime, zone: str, otherwise: str) -> datetime:
    if not zone:
        return moment.replace(tzinfo=ZoneInfo(otherwise)).astimezone(UTC)
    if zone in ("Z", "UTC", "GMT"):
        return moment.replace(tzinfo=UTC)
    return datetime.fromisoformat(f"{moment.isoformat()}{zone[:3]}:{zone[-2:]}")


@lru_cache(maxsize=1024)
def event_type(text: str) -> str:
    """A type as schedules name it: `Order placed` is `order_placed`."""
    return re.sub(r"\s+", "_", text.strip()).lower()
