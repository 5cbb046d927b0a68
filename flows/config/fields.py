"""The kinds of values in a configuration: how each is read from text and written back.

Each kind is a pydantic type that takes the text an operator typed, or the value itself when code
builds a configuration, and whose error says what is expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any
from unicodedata import category

from pydantic import Field, PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from flows.config.ask_texts import expected as expected_words
from flows.config.ask_texts import faults_of
from flows.entities.kinds import Address, Plain, ScheduleKind, Tell
from flows.time.cron import CRON_EXPECTED, Cron
from flows.time.durations import (
    PERIOD_EXPECTED,
    PROGRESS_EXPECTED,
    SHARE_EXPECTED,
    Period,
    Progress,
    Share,
)
from flows.time.opening import CLOCK_EXPECTED, DAYS_EXPECTED, ClockTime, Weekdays, known_zones

ID_EXPECTED = "an id of 1 to 32 small letters, digits, - and _, beginning with a letter or digit"
CHAT_EXPECTED = "a group's chat id, a negative whole number such as -1001234567890"
ZONE_EXPECTED = "an IANA time zone such as Europe/Berlin"
ZONES_EXPECTED = f"{ZONE_EXPECTED}, or a region such as Europe/*"
DATE_EXPECTED = "a date such as 2026-12-25"
SWITCH_EXPECTED = "true or false"
ADDRESS_EXPECTED = "formal or informal"
MORNING_EXPECTED = 'on, off, or a time of day such as "08:30"'
PLAIN_EXPECTED = "ask, send or internal"
KIND_EXPECTED = "ask or inform"
TELL_EXPECTED = "one of owner, second, customer, group, seniors, admins"
PERSON_EXPECTED = "a Telegram id such as 100002, or a user name such as @mira"
PERSON_ID_EXPECTED = "a Telegram id such as 100002 (a user name may be somebody else's tomorrow)"
FIGURE_EXPECTED = "a number such as 3 or 4.5"
DATA_KEY_EXPECTED = "a key of an event's data: 1 to 64 letters, digits, _ . -"
LONGEST_PROMISE = timedelta(hours=200)
EVENT_EXPECTED = "an event type of 1 to 100 of a-z 0-9 _ . -"
AFTER_EXPECTED = f"{PERIOD_EXPECTED}, or a share of the event's period such as 50%"

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_CATEGORY = re.compile(rf"\*|{_ID.pattern}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
_EVENT = re.compile(r"[a-z0-9_.-]{1,100}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
_PERSON = re.compile(r"[1-9]\d{0,15}|@[A-Za-z0-9_]{4,32}", re.ASCII)
_DATA_KEY = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_FIGURE = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
_SWITCH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def expected(sentence: str) -> PydanticCustomError:
    """The error of a value that is not what this sentence says."""
    return PydanticCustomError("expected", "{expected}", {"expected": sentence})


def reader(
    kind: type | tuple[type, ...],
    sentence: str,
    parse: Callable[[str], object] = str,
    fits: Callable[[Any], bool] | None = None,
) -> PlainValidator:
    """A validator for one kind of value: text is parsed, the value itself is taken as it is."""

    def read(value: object) -> object:
        if isinstance(value, str):
            value = _parsed(value.strip(), parse)
        elif isinstance(value, bool) and kind is int:
            raise expected(sentence)
        if not isinstance(value, kind) or (fits is not None and not fits(value)):
            raise expected(sentence)
        return value

    return PlainValidator(read)


def _parsed(text: str, parse: Callable[[str], object]) -> object:
    try:
        return parse(text)
    except ValueError as error:
        raise expected(str(error)) from None


def _strictly(
    sentence: str, pattern: re.Pattern[str], parse: Callable[[str], object]
) -> Callable[[str], object]:
    def read(text: str) -> object:
        if not pattern.fullmatch(text):
            raise ValueError(sentence)
        try:
            return parse(text)
        except ValueError:
            raise ValueError(sentence) from None

    return read


def _switch(text: str) -> bool:
    if text.lower() not in _SWITCH:
        raise ValueError(SWITCH_EXPECTED)
    return _SWITCH[text.lower()]


def _morning(text: str) -> ClockTime | bool:
    if text.lower() in _SWITCH:
        return _SWITCH[text.lower()]
    try:
        return ClockTime.parse(text)
    except ValueError:
        raise ValueError(MORNING_EXPECTED) from None


def _person(text: str) -> int | str:
    """A Telegram id, or a user name in small letters."""
    if not _PERSON.fullmatch(text):
        raise ValueError(PERSON_EXPECTED)
    return text.lower() if text.startswith("@") else int(text)


def _after(text: str) -> Period | Share:
    try:
        return Share.parse(text) if text.endswith("%") else Period.parse(text)
    except ValueError:
        raise ValueError(AFTER_EXPECTED) from None


def is_line(text: str, most: int) -> bool:
    """Whether a text is one line of at most so many characters, and not empty."""
    visible = not any(category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text)
    return 0 < len(text) <= most and visible


def _word(text: str) -> bool:
    return is_line(text, 64)


def _ask_text(text: str) -> str:
    return _said(text, informs=False)


def _inform_text(text: str) -> str:
    return _said(text, informs=True)


def _said(text: str, *, informs: bool) -> str:
    faults = faults_of(text, informs=informs)
    if faults:
        raise ValueError(expected_words(faults[0]))
    return text


def _zone_or_region(text: str) -> bool:
    if not text.endswith("/*"):
        return text in known_zones()
    return any(zone.startswith(text[:-1]) for zone in known_zones())


def chosen(sentence: str, kind: Callable[[str], object]) -> Callable[[str], object]:
    """Reads one of a few words; any other is refused with the sentence."""

    def read(text: str) -> object:
        try:
            return kind(text)
        except ValueError:
            raise ValueError(sentence) from None

    return read


def _whole(least: int, most: int) -> PlainValidator:
    sentence = f"a whole number from {least} to {most}"
    parse = _strictly(sentence, _INTEGER, int)
    return reader(int, sentence, parse, lambda number: least <= number <= most)


def _like(pattern: re.Pattern[str], sentence: str) -> PlainValidator:
    return reader(str, sentence, str, lambda text: bool(pattern.fullmatch(text)))


as_text = PlainSerializer(str, return_type=str)

Id = Annotated[str, _like(_ID, ID_EXPECTED)]
EventType = Annotated[str, _like(_EVENT, EVENT_EXPECTED)]
CategoryRef = Annotated[str, _like(_CATEGORY, 'a category id or "*"')]
Language = Annotated[str, _like(_LANGUAGE, "a language code such as en")]
Words = Annotated[str, reader(str, "1 to 64 visible characters", str, _word)]
Zone = Annotated[str, reader(str, ZONE_EXPECTED, str, lambda name: name in known_zones())]
ZoneOrRegion = Annotated[str, reader(str, ZONES_EXPECTED, str, _zone_or_region)]
_chat = _strictly(CHAT_EXPECTED, _INTEGER, int)
ChatId = Annotated[int, reader(int, CHAT_EXPECTED, _chat, lambda chat: -(2**52) < chat < 0)]
Somebody = Annotated[
    int | str,
    reader(
        (int, str),
        PERSON_EXPECTED,
        _person,
        lambda who: not isinstance(who, bool) and (isinstance(who, str) or 0 < who < 10**16),
    ),
]
SomebodyById = Annotated[
    int,
    reader(
        int,
        PERSON_ID_EXPECTED,
        _strictly(PERSON_ID_EXPECTED, _INTEGER, int),
        lambda who: 0 < who < 10**16,
    ),
]
Asks = Annotated[int, _whole(1, 100)]
Reminders = Annotated[int, _whole(0, 1)]
Count = Annotated[int, _whole(0, 1_000_000)]
Level = Annotated[int, _whole(1, 5)]
Figure = Annotated[
    float,
    reader(
        (int, float),
        FIGURE_EXPECTED,
        _strictly(FIGURE_EXPECTED, _FIGURE, float),
        lambda number: not isinstance(number, bool) and abs(number) < 10**15,
    ),
]
DataKey = Annotated[str, _like(_DATA_KEY, DATA_KEY_EXPECTED)]
Worth = Annotated[int, _whole(-(10**15), 10**15)]
PriorityLevel = Annotated[int, _whole(0, 100)]
AtLeast = Annotated[int, _whole(1, 1_000_000)]
BrandAddress = Annotated[
    Address, reader(Address, ADDRESS_EXPECTED, chosen(ADDRESS_EXPECTED, Address)), as_text
]
PlainWords = Annotated[Plain, reader(Plain, PLAIN_EXPECTED, chosen(PLAIN_EXPECTED, Plain)), as_text]
Switch = Annotated[bool, reader(bool, SWITCH_EXPECTED, _switch)]
_date = _strictly(DATE_EXPECTED, _DATE, date.fromisoformat)
Day = Annotated[date, reader(date, DATE_EXPECTED, _date), as_text]
Clock = Annotated[ClockTime, reader(ClockTime, CLOCK_EXPECTED, ClockTime.parse), as_text]
Days = Annotated[Weekdays, reader(Weekdays, DAYS_EXPECTED, Weekdays.parse), as_text]
Morning = Annotated[
    ClockTime | bool,
    reader((ClockTime, bool), MORNING_EXPECTED, _morning),
    PlainSerializer(lambda at: at if isinstance(at, bool) else str(at), return_type=str | bool),
]
Percent = Annotated[Share, reader(Share, SHARE_EXPECTED, Share.parse), as_text]
HOLDOUT_EXPECTED = "a share from 0% to 50%, such as 5%"
SomeHoldout = Annotated[
    Share,
    reader(Share, HOLDOUT_EXPECTED, Share.parse, lambda share: share.hundredths <= 5000),
    as_text,
]
"""At most half of all: otherwise hardly anybody would be asked."""
Length = Annotated[Period, reader(Period, PERIOD_EXPECTED, Period.parse), as_text]
SomeLength = Annotated[
    Period, reader(Period, f"{PERIOD_EXPECTED}, longer than nothing", Period.parse, bool), as_text
]
WorkingLength = Annotated[
    Period,
    reader(
        Period,
        "hours and minutes of working time, more than none, such as PT4H, at most PT200H",
        Period.parse,
        lambda period: period.is_exact and timedelta(0) < period.exact <= LONGEST_PROMISE,
    ),
    as_text,
]
Passed = Annotated[Progress, reader(Progress, PROGRESS_EXPECTED, Progress.parse), as_text]
Told = Annotated[Tell, reader(Tell, TELL_EXPECTED, chosen(TELL_EXPECTED, Tell)), as_text]
Severity = Annotated[int, _whole(1, 5)]
After = Annotated[Period | Share, reader((Period, Share), AFTER_EXPECTED, _after), as_text]
FixedTime = Annotated[Cron, reader(Cron, CRON_EXPECTED, Cron.parse), as_text]
Titles = Annotated[dict[Language, Words], Field(min_length=1)]
AskText = Annotated[str, reader(str, "a text", _ask_text)]
AskTexts = Annotated[dict[Language, AskText], Field(min_length=1)]
InformText = Annotated[str, reader(str, "a text", _inform_text)]
InformTexts = Annotated[dict[Language, InformText], Field(min_length=1)]
"""The words of a message that asks nothing; it may say what the event's data says."""
KindOfSchedule = Annotated[
    ScheduleKind,
    reader(ScheduleKind, KIND_EXPECTED, chosen(KIND_EXPECTED, ScheduleKind)),
    as_text,
]
