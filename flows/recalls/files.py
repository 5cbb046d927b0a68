"""A recall as a file: whom it concerns, and what they read in each language. Pure.

whom: {product: kettle, from: 2026-01-01, to: 2026-03-31}   # or {segment: ID}, or {list: FILE}
team: support
places: [workshop]    # where people choose a time, by their ids in the configuration
slots: slots.csv      # or times of its own: place, start, capacity
texts:
  en: {title: …, wrong: …, doing: …, meanwhile: …, beyond: …}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.recalls.whom import LIST, PRODUCT, SEGMENT, Period, WhomError, period
from flows.recalls.wording import LIMIT, PARTS, TITLE, TITLE_LIMIT, WordingError, checked

_KEYS = {"whom", "team", "places", "slots", "texts"}
_WHOM = {LIST: {LIST}, SEGMENT: {SEGMENT}, PRODUCT: {PRODUCT, "from", "to"}}
_TEXT = {TITLE, *PARTS}
_SAID = {
    "short": "needs a title, wrong and doing",
    "title": f"has a title of more than {TITLE_LIMIT} characters",
    "long": f"does not fit one message: at most {LIMIT} characters in all",
}


class PlanError(ValueError):
    """A file cannot be read as a recall; its message says what is expected."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file says."""

    kind: str
    name: str
    """The product, the segment, or the file with the list."""
    days: Period | None
    """When the product was got; None: at any time."""
    team: str
    places: tuple[str, ...]
    slots: str
    """The file with times of its own; empty: it has none."""
    texts: Mapping[str, Mapping[str, str]]


def plan(
    written: Any, languages: Collection[str], teams: Collection[str], places: Collection[str]
) -> Plan:
    """Check what a file says. Raises PlanError for the first thing that is wrong."""
    found = _mapping(written, "the file", _KEYS)
    kind, name, days = _whom(found.get("whom"))
    team = str(found.get("team") or "")
    if team and team not in teams:
        raise PlanError(f"team: no team is called {team}; there are: {', '.join(teams)}")
    chosen = found.get("places") or []
    strange = [str(each) for each in _listed(chosen) if each not in places]
    if strange:
        known = ", ".join(places) or "none"
        raise PlanError(f"places: no place is called {strange[0][:40]}; there are: {known}")
    slots = str(found.get("slots") or "")
    return Plan(kind, name, days, team, tuple(chosen), slots, texts(found.get("texts"), languages))


def _listed(written: Any) -> list[Any]:
    if not isinstance(written, list):
        raise PlanError("places: expected a list, such as [workshop]")
    return written


def texts(written: Any, languages: Collection[str]) -> dict[str, dict[str, str]]:
    """Check the texts of a file. Raises PlanError."""
    by_language = _mapping(written, "texts", set(languages))
    found = {}
    for language, parts in by_language.items():
        try:
            found[language] = checked(_mapping(parts, f"texts.{language}", _TEXT))
        except WordingError as error:
            raise PlanError(f"texts.{language} {_SAID[str(error)]}") from None
    if not found:
        raise PlanError("texts: expected a text in at least one language")
    return found


def _whom(written: Any) -> tuple[str, str, Period | None]:
    known = set().union(*_WHOM.values())
    found = _mapping(written, "whom", known)
    kinds = [kind for kind in _WHOM if kind in found]
    if len(kinds) != 1 or not set(found) <= _WHOM[kinds[0]]:
        raise PlanError("whom: expected one of: list, segment, product (with from and to)")
    kind = kinds[0]
    ends = [str(found[name]) for name in ("from", "to") if name in found]
    if kind != PRODUCT or not ends:
        return kind, str(found[kind]), None
    if len(ends) == 1:
        raise PlanError("whom: expected both from and to, or neither")
    try:
        return kind, str(found[kind]), period(" ".join(map(_day, ends)))
    except WhomError as error:
        said = "to is before from" if str(error) == "backwards" else "expected days: 2026-01-31"
        raise PlanError(f"whom: {said}") from None


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return text


def _mapping(written: Any, where: str, known: Collection[str]) -> Mapping[str, Any]:
    if not isinstance(written, Mapping):
        raise PlanError(f"{where}: expected keys and values ({', '.join(sorted(known))})")
    strange = [str(key) for key in written if key not in known]
    if strange:
        raise PlanError(
            f"{where}: {strange[0][:40]} is not known here; expected: {', '.join(sorted(known))}"
        )
    return written
