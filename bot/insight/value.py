"""What listening is worth: readiness by month, the cost of a fix, what people did afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.asks.segments import everybody_of
from bot.core.work import Work
from bot.identity.erasure import ERASED
from flows.config import Segment
from flows.insight.measures import AfterwardsCounts
from flows.insight.overviews import Month
from flows.money import Money

MONTHS = 6
"""Months whose answers are shown, with this one."""
COST = timedelta(days=365)
"""What was granted is added up for so long."""
HALF = timedelta(days=90)
"""So long is what people went through, and so long the time afterwards."""
PURCHASE = "purchase"
GROUPS = ("no_trouble", "recovered", "not_recovered")
ANSWERS = ("ready", "maybe", "not_ready")


@dataclass(frozen=True, slots=True)
class Value:
    """All that can be said of what listening is worth."""

    readiness: tuple[tuple[Month, Mapping[str, int]], ...]
    """The answers to "would you tell us?" by month, the earliest first, those with any."""
    granted: tuple[Money, ...]
    """What was granted for harm within a year, less what was taken back, by currency."""
    helped: int
    """The fixes within a year of which people say that they helped."""
    middle: datetime
    """What people went through before this moment is compared by what they did from then on."""
    groups: Mapping[str, AfterwardsCounts]
    types: tuple[str, ...]
    """The events that are compared."""


async def measure(work: Work, segment: Segment | None = None) -> Value:
    """Measure it now, for all customers or for those who belong to a segment now."""
    config, now = work.services.config, work.now
    worth = work.unit.worth
    if segment is not None:
        worth = worth.of(await everybody_of(work, segment))
    zone = config.brand.time_zone
    this = Month.of(now, zone)
    months = [Month(number) for number in range(this.number - MONTHS + 1, this.number + 1)]
    answers = await worth.readiness([each.span(zone)[0] for each in months])
    granted = await worth.granted(now - COST)
    types = tuple(dict.fromkeys((PURCHASE, *config.lift.events)))
    middle = now - HALF
    return Value(
        tuple((month, answers[place]) for place, month in enumerate(months) if place in answers),
        tuple(Money(currency, minor) for currency, minor in sorted(granted.items())),
        await worth.helped(now - COST),
        middle,
        await worth.afterwards(middle - HALF, middle, now, types, ERASED),
        types,
    )
