"""The head of a language: its name, locale, punctuation, greetings and formal address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml
from babel import Locale, UnknownLocaleError
from babel.units import format_unit

from flows import yaml_faults
from flows.languages.problems import LanguageError, Problem

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FSI, _PDI = "\u2068", "\u2069"
_FOUND_BY_TELEGRAM = re.compile(r"^[/@#]|://|\n")
"""Commands, handles and addresses, which Telegram finds by what stands around them; and texts of
several lines, each of which has a direction of its own."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The punctuation of a language, with the blanks that belong to it."""

    comma: str = ", "
    """Between the entries of a list."""
    semicolon: str = "; "
    """Between parts that hold commas themselves."""
    colon: str = ": "
    """Between a name and what it says."""
    stop: str = "."
    """At the end of a sentence."""
    open: str = " ("
    close: str = ")"
    space: str = " "
    """Between words, and between a day and a time."""
    thousands: str = ","
    """Between the groups of a large number."""


@dataclass(frozen=True, slots=True)
class Dates:
    """How moments are written; patterns are those of Babel (CLDR)."""

    weekday: str = "EEE d MMM"
    """A day of these weeks."""
    other_year: str = "EEE d MMM y"
    """A day of another year, in short."""
    long: str = "long"
    """A day of any year."""
    moment: str = "{day}, {time}"
    """A day of these weeks with a time of day."""
    units: str = "long"
    """How long the names of units are: `long` or `short`."""


@dataclass(frozen=True, slots=True)
class Salutations:
    """Around a name that only addresses somebody, as regular expressions."""

    dear: tuple[str, ...] = ()
    """Before a name."""
    hello: tuple[str, ...] = ()
    """Before or after one."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What admins type for the values of settings, as regular expressions in small letters."""

    years: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    weeks: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()
    minutes: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    """Between the parts of a period: `1 week and 2 days`."""
    now: tuple[str, ...] = ()
    """A period of no length: `at once`."""
    none: tuple[str, ...] = ()
    """No value at all."""
    since: tuple[str, ...] = ()
    """Before the first end of a range: `from 10 to 20`."""
    to: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    """Behind a count: `2 times`."""
    per: tuple[str, ...] = ()
    """Before the period of a count: `2 per week`."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language, as its head says."""

    code: str
    name: str
    """In the language itself, as buttons offer it."""
    locale: Locale
    marks: Marks = Marks()
    dates: Dates = Dates()
    salutations: Salutations = Salutations()
    typed: Typed = Typed()
    formal: tuple[tuple[str, str], ...] = ()
    """What formal texts say, for what: the longest first."""
    shipped: bool = False
    right_to_left: bool = False
    """Whether it is written from right to left."""

    def measured(self, number: int, unit: str) -> str:
        """So many of a unit of CLDR (`duration-hour`), in short where only that is known."""
        if self.dates.units != "short":
            said = str(format_unit(number, unit, "long", locale=self.locale))
            if unit not in said:
                return said
        return str(format_unit(number, unit, "short", locale=self.locale))

    def addressed(self, text: str) -> str:
        """The text as it is said formally; a text that says it already stays as it is."""
        if not self.formal:
            return text
        put = dict(self.formal)
        found = re.compile("|".join(re.escape(each) for each, _ in self.formal))
        return found.sub(lambda match: put[match[0]], text)

    def around(self, value: str) -> str:
        """A value to stand inside a sentence of this language, kept from turning it around."""
        return isolated(value) if self.right_to_left else value


def isolated(value: str) -> str:
    """A value written from left to right, to stand in a text written from right to left.

    What Telegram has to find in a text, and what isolates itself already, is left alone.
    """
    runs = any(unicodedata.bidirectional(each) == "L" for each in value)
    if not runs or value.startswith(_FSI) or _FOUND_BY_TELEGRAM.search(value):
        return value
    return f"{_FSI}{value}{_PDI}"


def content_of(path: Path) -> dict[str, Any]:
    """What a file of a language holds. Raises LanguageError for one that cannot be read."""
    try:
        content = yaml.load(path.read_text("utf-8"), LOADER)  # noqa: S506  safe, both of them
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        remedy = "Save it as UTF-8; check indentation, colons and quotes."
        raise LanguageError([Problem(path.name, *_unreadable(error), remedy)]) from error
    if not isinstance(content, dict):
        remedy = "Write `key: value` lines."
        raise LanguageError([Problem(path.name, "", "no keys and values", remedy)])
    return content


def _unreadable(error: Exception) -> tuple[str, str]:
    """Where a file cannot be read, as far as that is known, and why."""
    if isinstance(error, yaml.MarkedYAMLError):
        return "line {}, column {}".format(*yaml_faults.place(error)), yaml_faults.fault(error)
    if isinstance(error, OSError):
        return "", "it cannot be opened"
    return "", "bytes that are not UTF-8, or a character that YAML does not allow"


_KEYS = ("name", "locale", "marks", "dates", "salutations", "typed", "formal")


def read_head(path: Path, *, shipped: bool) -> Language:
    """Read ``<code>.yaml``. Raises LanguageError with everything that is wrong with it."""
    content = content_of(path)
    problems = [
        Problem(path.name, str(key), "not a key of a language", f"Known: {', '.join(_KEYS)}.")
        for key in content
        if key not in _KEYS
    ]
    name = content.get("name")
    if not isinstance(name, str) or not name.strip():
        remedy = "Write the language's own name, such as `name: Deutsch`."
        problems.append(Problem(path.name, "name", "no name", remedy))
    locale = _locale(path, content.get("locale", path.stem), problems)
    marks = _strings(path, content, "marks", Marks, problems)
    dates = _strings(path, content, "dates", Dates, problems)
    problems.extend(_faults_of_dates(path, dates))
    salutations = _expressions(path, content, "salutations", Salutations, problems)
    typed = _expressions(path, content, "typed", Typed, problems)
    formal = _formal(path, content.get("formal"), problems)
    if problems:
        raise LanguageError(problems)
    return Language(
        path.stem,
        str(name).strip(),
        locale,
        Marks(**marks),
        Dates(**dates),
        Salutations(**salutations),
        Typed(**typed),
        formal,
        shipped,
        right_to_left=locale.text_direction == "rtl",
    )


def _locale(path: Path, name: object, problems: list[Problem]) -> Locale:
    try:
        return Locale.parse(str(name), sep="-" if "-" in str(name) else "_")
    except (UnknownLocaleError, ValueError):
        remedy = "Name one that Babel knows, such as `locale: pt_BR`; without dates of its own: en."
        problems.append(Problem(path.name, "locale", f"no locale {str(name)!r}", remedy))
        return Locale.parse("en")


def _strings(
    path: Path, content: Mapping[str, Any], key: str, kind: type, problems: list[Problem]
) -> dict[str, str]:
    given = content.get(key) or {}
    known = [each.name for each in fields(kind)]
    if not isinstance(given, dict):
        problems.append(
            Problem(path.name, key, "no keys and values", f"Known: {', '.join(known)}.")
        )
        return {}
    for each, text in given.items():
        if each not in known:
            remedy = f"Known: {', '.join(known)}."
            problems.append(Problem(path.name, f"{key}.{each}", "not a known key", remedy))
        elif not isinstance(text, str):
            problems.append(Problem(path.name, f"{key}.{each}", "no text", "Put it in quotes."))
    return {each: text for each, text in given.items() if each in known and isinstance(text, str)}


def _faults_of_dates(path: Path, dates: Mapping[str, str]) -> list[Problem]:
    found = []
    moment = dates.get("moment", Dates().moment)
    if set(re.findall(r"\{([^{}]*)\}", moment)) != {"day", "time"}:
        remedy = "It holds {day} and {time}."
        found.append(Problem(path.name, "dates.moment", f"cannot be filled in: {moment}", remedy))
    if dates.get("units", "long") not in ("long", "short"):
        found.append(Problem(path.name, "dates.units", "not a length", "Use long or short."))
    return found


def _expressions(
    path: Path, content: Mapping[str, Any], key: str, kind: type, problems: list[Problem]
) -> dict[str, tuple[str, ...]]:
    """Lists of regular expressions by the fields of `kind`."""
    found: dict[str, tuple[str, ...]] = {}
    given = content.get(key)
    known = [each.name for each in fields(kind)]
    for name, words in (given if isinstance(given, dict) else {}).items():
        listed = isinstance(words, list) and all(isinstance(each, str) for each in words)
        if name not in known or not listed:
            remedy = f"Known: {', '.join(known)}; each with a list of words, in quotes if need be."
            problems.append(Problem(path.name, f"{key}.{name}", "not such a list", remedy))
            continue
        for word in words:
            if wrong := _fault_of(word):
                remedy = "Write it as a regular expression with (?:…) for groups, or plain letters."
                problems.append(Problem(path.name, f"{key}.{name}", f"{word!r}: {wrong}", remedy))
        found[name] = tuple(words)
    return found


def _fault_of(word: str) -> str:
    """Why a regular expression cannot stand inside of others; empty: it can."""
    try:
        return "a group that is counted" if re.compile(word).groups else ""
    except re.error as error:
        return f"not one, from its character {(error.pos or 0) + 1} on"


def _formal(path: Path, given: object, problems: list[Problem]) -> tuple[tuple[str, str], ...]:
    if given is None:
        return ()
    pairs = given.items() if isinstance(given, dict) else ()
    if not pairs or not all(isinstance(a, str) and a and isinstance(b, str) for a, b in pairs):
        remedy = "Write what is said informally and what formally instead, as `你: 您`."
        problems.append(Problem(path.name, "formal", "no texts for texts", remedy))
        return ()
    return tuple(sorted(pairs, key=lambda each: (-len(each[0]), each[0])))
