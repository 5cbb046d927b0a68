"""Whether something is granted at once, and who decides above a limit.

Pure: what was granted before is handed in. A limit that nobody can lift is one whose `lifts` is
None; such are those of places, where nobody is awake to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from flows.config import Grants
from flows.entities import Dimension
from flows.entities.kinds import Role
from flows.money import Money


class LimitOf(StrEnum):
    """What a limit counts."""

    GRANT = "grant"
    SENIOR_GRANT = "senior_grant"
    """One grant that a senior allows."""
    PERSON = "person"
    CUSTOMER = "customer"
    TEAM = "team"
    PLACE = "place"


SUMMED: Mapping[LimitOf, Dimension] = {
    LimitOf.PERSON: Dimension.PERSON,
    LimitOf.TEAM: Dimension.TEAM,
    LimitOf.PLACE: Dimension.PLACE,
}
"""Limits whose sums the ledger keeps; those of customers are added up from their few lines."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most how much, of what, and who may go beyond it."""

    of: LimitOf
    most: Money
    lifts: Role | None
    """The least role that may; None: nobody."""


@dataclass(frozen=True, slots=True)
class Over:
    """A limit that a grant would pass, and by how much."""

    limit: Limit
    by: Money


@dataclass(frozen=True, slots=True)
class Granted:
    """It is granted at once."""


@dataclass(frozen=True, slots=True)
class NeedsApproval:
    """Somebody who has this role, or more, decides."""

    role: Role
    over: tuple[Over, ...]
    """The limits, the one that takes most to lift first."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not granted, whoever asks."""

    over: tuple[Over, ...]


Decision = Granted | NeedsApproval | Refused


def limits_of(grants: Grants, currency: str, *, by_person: bool = True) -> tuple[Limit, ...]:
    """The limits of a configuration for grants in a currency.

    Without a limit for single grants in it, staff grant nothing alone. What nobody of staff grants
    (`by_person`) is in nobody's month.
    """
    named = [
        (LimitOf.GRANT, grants.per_grant, Role.SENIOR),
        (LimitOf.SENIOR_GRANT, grants.senior_per_grant, Role.ADMIN),
        (LimitOf.PERSON, grants.per_person if by_person else (), Role.SENIOR),
        (LimitOf.CUSTOMER, grants.per_customer, Role.SENIOR),
        (LimitOf.TEAM, grants.per_team, Role.SENIOR),
    ]
    found = [
        Limit(of, most, lifts)
        for of, amounts, lifts in named
        for most in amounts
        if most.currency == currency
    ]
    if not any(each.of is LimitOf.GRANT for each in found):
        found.insert(0, Limit(LimitOf.GRANT, Money(currency, 0), Role.SENIOR))
    return tuple(found)


def decide(
    amount: Money | None, limits: Sequence[Limit], spent: Mapping[LimitOf, int], role: Role | None
) -> Decision:
    """Decide about a grant.

    `amount` None: it has no value in money, and no limit counts. `spent` are minor units of its
    currency by limit, as they stand before it; `role` is that of whoever decides now (None: Verso
    by itself). Raises ValueError for an amount that is not above zero, or a limit of another
    currency.
    """
    if amount is None:
        return Granted()
    if amount.minor <= 0:
        raise ValueError("only an amount above zero can be granted")
    over = sorted(_over(amount, limits, spent, role), key=_weight, reverse=True)
    if not over:
        return Granted()
    lifts = over[0].limit.lifts
    return Refused(tuple(over)) if lifts is None else NeedsApproval(lifts, tuple(over))


def _over(
    amount: Money, limits: Iterable[Limit], spent: Mapping[LimitOf, int], role: Role | None
) -> Iterable[Over]:
    for limit in limits:
        if limit.most.currency != amount.currency:
            raise ValueError(f"a limit in {limit.most.currency} says nothing of {amount.currency}")
        by = spent.get(limit.of, 0) + amount.minor - limit.most.minor
        lifted = limit.lifts is not None and role is not None and role.reaches(limit.lifts)
        if by > 0 and not lifted:
            yield Over(limit, Money(amount.currency, by))


def _weight(over: Over) -> int:
    roles = list(Role)
    return len(roles) if over.limit.lifts is None else roles.index(over.limit.lifts)


def day_of(now: datetime, zone: str) -> str:
    """The day for whose limits something counts that is granted now: `2026-05-04`."""
    return now.astimezone(ZoneInfo(zone)).date().isoformat()


def period_of(dimension: Dimension, day: str) -> str:
    """The period of a dimension in which a day lies."""
    return day if dimension is Dimension.PLACE else day[:7]


def since_of(grants: Grants, now: datetime, zone: str) -> str:
    """The first day of what counts for a customer's limit now."""
    return day_of(grants.customer_period.before(now, ZoneInfo(zone)), zone)
