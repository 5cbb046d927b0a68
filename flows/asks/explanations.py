"""Puts decisions into words for `/why`: which sentence is said, and how what goes into it reads.

The sentences themselves are handed in (`Say`): they live with the other texts, in every language.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta, get_timezone_location

from flows.asks.decisions import Decision, Outcome, Reason
from flows.languages import tongue
from flows.time.durations import Period, as_utc
from flows.time.moments import on_the_clock

_AGO = frozenset({"last", "agreed"})
_MOMENTS = frozenset({"at", "due"})
_PERIODS = frozenset({"after_consent", "cooldown", "per", "gap", "within", "silence"})
_UNITS = {
    "years": "duration-year",
    "months": "duration-month",
    "weeks": "duration-week",
    "days": "duration-day",
    "hours": "duration-hour",
    "minutes": "duration-minute",
    "seconds": "duration-second",
}


class Say(Protocol):
    """Gives the sentence of a key, filled in, in the language of the reader."""

    def __call__(self, key: str, /, **values: object) -> str:
        """Raises KeyError for a key without a sentence."""


@dataclass(frozen=True, slots=True)
class _Clock:
    """By whose clock moments are told, when, and which zone need not be named."""

    zone: ZoneInfo
    now: datetime
    told: ZoneInfo | None = None


def explain(decision: Decision, language: str, say: Say) -> str:
    """One sentence on a decision; English for a language without words."""
    kind = (
        "asked" if decision.outcome is Outcome.SEND else "deferred" if decision.until else "final"
    )
    zone = ZoneInfo(decision.zone)
    until = format_moment(decision.until, language, zone, decision.at) if decision.until else ""
    reason = explain_reason(decision.reason, language, say, zone, decision.at)
    return say(f"decisions.{kind}", schedule=decision.schedule, reason=reason, until=until)


def explain_reason(
    reason: Reason,
    language: str,
    say: Say,
    zone: ZoneInfo,
    now: datetime,
    told: ZoneInfo | None = None,
) -> str:
    """A reason as the part of a sentence after "because"; `told` as in `format_moment`."""
    clock = _Clock(zone, now, told)
    args = {name: _worded(name, value, language, clock) for name, value in reason.args.items()}
    return say(f"reasons.{reason.key}", **args)


def format_moment(
    moment: datetime, language: str, zone: ZoneInfo, now: datetime, told: ZoneInfo | None = None
) -> str:
    """`Mon 4 May, 10:00 (Berlin)`; the year is shown when it is not this one.

    `told`: the time zone of which the reader knows already, so that its city is not repeated.
    """
    spoken = tongue(language)
    local, today = as_utc(moment).astimezone(zone), as_utc(now).astimezone(zone)
    at = on_the_clock(local, language, today.date())
    if told is not None and told.key == zone.key:
        return at
    return f"{at}{spoken.marks.open}{format_city(zone, language)}{spoken.marks.close}"


def format_city(zone: ZoneInfo, language: str) -> str:
    """The city by which a time zone is known: `Berlin`."""
    return get_timezone_location(zone, locale=tongue(language).locale, return_city=True)


def format_period(period: Period, language: str) -> str:
    """`7 days`, `1 month 2 weeks`."""
    spoken = tongue(language)
    numbers = {unit: getattr(period, name) for name, unit in _UNITS.items()}
    chosen = {unit: number for unit, number in numbers.items() if number} or {_UNITS["seconds"]: 0}
    return spoken.marks.space.join(spoken.measured(n, unit) for unit, n in chosen.items())


def _worded(name: str, value: str | int, language: str, clock: _Clock) -> str:
    if name in _AGO:
        passed = datetime.fromisoformat(str(value)) - clock.now
        return format_timedelta(passed, add_direction=True, locale=tongue(language).locale)
    if name in _MOMENTS:
        moment = datetime.fromisoformat(str(value))
        return format_moment(moment, language, clock.zone, clock.now, clock.told)
    if name in _PERIODS:
        return format_period(Period.parse(str(value)), language)
    return str(value)
