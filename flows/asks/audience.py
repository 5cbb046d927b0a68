"""The audience of a schedule: who belongs to it, and which of its conditions somebody misses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from flows.asks.decisions import Reason
from flows.config import ComplaintRange, CustomerConditions
from flows.entities.making import made_at_once
from flows.time.durations import Period, as_utc

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@made_at_once
@dataclass(frozen=True, slots=True)
class Traits:
    """What audiences ask about a customer."""

    product: str | None = None
    """The trigger's, when it names one; it alone counts then."""
    tags: frozenset[str] = frozenset()
    language: str | None = None
    stage: str = ""
    zone: str = ""
    """The time zone by whose clock the customer is asked."""
    value: int | None = None
    complaints: tuple[datetime, ...] = ()
    """When the customer complained; earlier ones than any audience asks about may be left out."""
    products: frozenset[str] = frozenset()
    """Those of all the customer's events, for a trigger that names none."""


def outside(audience: CustomerConditions, traits: Traits, now: datetime) -> Reason | None:
    """The first condition that a customer does not meet; None: they belong to the audience."""
    return next(filter(None, (check(audience, traits, now) for check in _CHECKS)), None)


def product_fits(audience: CustomerConditions, product: str | None) -> bool:
    """Whether the audience takes this product."""
    return not audience.product or product in audience.product


def zone_fits(patterns: Iterable[str], zone: str) -> bool:
    """Whether a time zone is one of these or lies in one of their regions (`Europe/*`)."""
    return any(
        zone.startswith(pattern[:-1]) if pattern.endswith("/*") else zone == pattern
        for pattern in patterns
    )


def begins(within: Period, now: datetime) -> datetime:
    """The moment from which on complaints count, a period before now."""
    moment = as_utc(now)
    try:
        # The same length as ahead: months differ by a few days, which does no harm here.
        return moment - (within.after(moment) - moment)
    except OverflowError:
        return _EPOCH


def product_meant(audience: CustomerConditions, named: str | None, owned: Collection[str]) -> str:
    """The product that an ask is about: the event's, else the only one of the audience's that the
    customer has; empty when there is none or more than one."""
    if named:
        return named
    fitting = [product for product in audience.product if product in owned]
    return fitting[0] if len(fitting) == 1 else ""


def _product(audience: CustomerConditions, traits: Traits, now: datetime) -> Reason | None:
    if product_fits(audience, traits.product):
        return None
    if traits.product is not None:
        return Reason("other_product", {"product": traits.product})
    if traits.products & set(audience.product):
        return None
    return Reason("no_product", {"products": ", ".join(audience.product)})


def _tags(audience: CustomerConditions, traits: Traits, now: datetime) -> Reason | None:
    if not audience.tags or traits.tags & set(audience.tags):
        return None
    return Reason("other_tags", {"tags": ", ".join(audience.tags)})


def _without_tags(audience: CustomerConditions, traits: Traits, now: datetime) -> Reason | None:
    found = sorted(traits.tags & set(audience.without_tags))
    return Reason("unwanted_tags", {"tags": ", ".join(found)}) if found else None


def _language(audience: CustomerConditions, traits: Traits, now: datetime) -> Reason | None:
    if not audience.language or traits.language in audience.language:
        return None
    return Reason("other_language", {"spoken": traits.language or ""})


def _stage(audience: CustomerConditions, traits: Traits, now: datetime) -> Reason | None:
    if not audience.stage or traits.stage in audience.stage:
        return None
    return Reason("other_stage", {"stage": traits.stage}) if traits.stage else Reason("no_stage")


def _zone(audience: CustomerConditions, traits: Traits, now: datetime) -> Reason | None:
    if not audience.time_zone or zone_fits(audience.time_zone, traits.zone):
        return None
    return Reason("other_zone", {"place": traits.zone})


def _value(audience: CustomerConditions, traits: Traits, now: datetime) -> Reason | None:
    wanted = audience.value
    if wanted is None:
        return None
    if traits.value is None:
        return Reason("no_value")
    if _between(traits.value, wanted.least, wanted.most):
        return None
    return Reason("other_value", {"value": traits.value})


def _complaints(audience: CustomerConditions, traits: Traits, now: datetime) -> Reason | None:
    wanted = audience.complaints
    if wanted is None:
        return None
    count = complaints_within(traits.complaints, wanted, now)
    if _between(count, wanted.least, wanted.most):
        return None
    return Reason("other_complaints", {"count": count, "within": str(wanted.within)})


def complaints_within(moments: Iterable[datetime], rule: ComplaintRange, now: datetime) -> int:
    """How many complaints fall into the period before now."""
    since = begins(rule.within, now)
    return sum(since <= as_utc(moment) <= as_utc(now) for moment in moments)


def _between(number: int, least: int | None, most: int | None) -> bool:
    return (least is None or number >= least) and (most is None or number <= most)


_CHECKS: tuple[Callable[[CustomerConditions, Traits, datetime], Reason | None], ...] = (
    _product,
    _tags,
    _without_tags,
    _language,
    _stage,
    _zone,
    _value,
    _complaints,
)
