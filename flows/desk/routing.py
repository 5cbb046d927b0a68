"""To whom a complaint goes: the first route that fits decides the team, the first with an owner
who has it.

Pure. Where no route does, the desk of the entrance at which it began, else the categories of the
teams decide as ever, so nothing is without one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flows.config import Config, Entrance, Route
from flows.config.conditions import DataMatch, RouteConditions


@dataclass(frozen=True, slots=True)
class Complaint:
    """What routes ask about a complaint and whoever makes it."""

    category: str = ""
    stage: str = ""
    severity: int = 0
    """1 to 5; 0: not said, which no range fits."""
    language: str = ""
    tags: frozenset[str] = frozenset()
    value: int | None = None
    products: frozenset[str] = frozenset()
    """Of all that happened to the customer."""
    data: Mapping[str, object] = field(default_factory=dict)
    """What came with what happened to them, the newest where several say it."""
    segments: frozenset[str] = frozenset()
    """The segments that the customer belongs to."""
    entrance: Entrance | None = None
    """Where it began; None: in the chat itself."""


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a complaint goes, and which routes said so."""

    team: str = ""
    """Empty: there are no teams."""
    owner: int | str | None = None
    """Who has it from the beginning, by Telegram id or user name; None: nobody yet."""
    because: tuple[str, ...] = ()
    """The ids of the routes that decided; none: the team's categories did."""


def route(config: Config, complaint: Complaint) -> Routed:
    """To whom a complaint goes."""
    fitting = [each for each in config.routes if fits(each.when, complaint)]
    by_team = next((each for each in fitting if each.team is not None), None)
    by_owner = next((each for each in fitting if each.owner is not None), None)
    team = config.team_for(complaint.category)
    deciding = dict.fromkeys(each.id for each in (by_team, by_owner) if each is not None)
    entrance = complaint.entrance
    desk, person = (entrance.team, entrance.person) if entrance is not None else (None, None)
    return Routed(
        team=((by_team.team if by_team else desk) or (team.id if team else "")),
        owner=by_owner.owner if by_owner is not None else person,
        because=tuple(deciding),
    )


def fits(when: RouteConditions, complaint: Complaint) -> bool:
    """Whether a complaint meets every condition that is given."""
    return all(check(when, complaint) for check in _CHECKS)


def asks_about_events(routes: tuple[Route, ...]) -> bool:
    """Whether any route wants to know what happened to the customer before."""
    return any(each.when.product or each.when.data for each in routes)


def _one_of(wanted: tuple[str, ...], found: str) -> bool:
    return not wanted or found in wanted


def _data_fits(match: DataMatch, found: object) -> bool:
    if match.words and str(found).strip().casefold() not in {w.casefold() for w in match.words}:
        return False
    if match.least is None and match.most is None:
        return True
    number = _number(found)
    return number is not None and _between(number, match.least, match.most)


def _number(found: object) -> float | None:
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        return None
    try:
        number = float(found)
    except ValueError:
        return None
    return number if number == number else None  # noqa: PLR0124  not a number equals nothing


def _between(number: float, least: float | None, most: float | None) -> bool:
    return (least is None or number >= least) and (most is None or number <= most)


def _severity(when: RouteConditions, complaint: Complaint) -> bool:
    wanted = when.severity
    return wanted is None or (
        complaint.severity > 0 and _between(complaint.severity, wanted.least, wanted.most)
    )


def _value(when: RouteConditions, complaint: Complaint) -> bool:
    wanted = when.value
    return wanted is None or (
        complaint.value is not None and _between(complaint.value, wanted.least, wanted.most)
    )


def _data(when: RouteConditions, complaint: Complaint) -> bool:
    return all(
        match.key in complaint.data and _data_fits(match, complaint.data[match.key])
        for match in when.data
    )


_CHECKS: tuple[Callable[[RouteConditions, Complaint], bool], ...] = (
    lambda when, complaint: _one_of(when.category, complaint.category),
    lambda when, complaint: _one_of(when.stage, complaint.stage),
    lambda when, complaint: _one_of(when.language, complaint.language),
    lambda when, complaint: not when.product or bool(complaint.products & {*when.product}),
    lambda when, complaint: not when.tags or bool(complaint.tags & {*when.tags}),
    lambda when, complaint: not when.segment or bool(complaint.segments & {*when.segment}),
    lambda when, complaint: _one_of(
        when.entrance, complaint.entrance.id if complaint.entrance else ""
    ),
    lambda when, complaint: _one_of(
        when.place, (complaint.entrance.place or "") if complaint.entrance else ""
    ),
    _severity,
    _value,
    _data,
)
