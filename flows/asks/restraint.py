"""Restraint: when somebody may be asked again, and at which hours.

Each function answers with the moment (UTC) at which an obstacle ends, so that "not now" always
comes with a "then".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from flows.config import Guardrail, Limits
from flows.time.durations import Period, as_utc


@dataclass(frozen=True, slots=True)
class PastAsk:
    """One proactive ask that went out; a reminder of it is not a second ask."""

    at: datetime
    schedule: str
    run: str = ""
    """What it has in common with the other messages of its chain (`flows.asks.chains`)."""

    def __post_init__(self) -> None:
        as_utc(self.at)


def counted(asks: Iterable[PastAsk], besides: str = "") -> list[PastAsk]:
    """The asks that limit others: of a chain the last message stands for all of them.

    Those of the chain `besides` are left out: its messages do not keep one another waiting.
    """
    last: dict[str, PastAsk] = {}
    alone: list[PastAsk] = []
    for ask in asks:
        if not ask.run:
            alone.append(ask)
        elif ask.run != besides:
            last[ask.run] = max(ask, last.get(ask.run, ask), key=lambda one: as_utc(one.at))
    return [*alone, *last.values()]


class AtMost(Protocol):
    """So many asks in a rolling period: the general limits, or a schedule's own cap."""

    @property
    def asks(self) -> int:
        """Most asks in any such period."""

    @property
    def per(self) -> Period:
        """The period."""


def cooled_down(
    asks: Iterable[PastAsk], cooldown: Period, zone: tzinfo, schedule: str | None = None
) -> datetime | None:
    """When the cooldown after the last ask is over; None when nothing was asked yet.

    With `schedule` only its own asks count.
    """
    counted = (ask.at for ask in asks if schedule is None or ask.schedule == schedule)
    return max((cooldown.after(at, zone) for at in counted), default=None)


def below_cap(
    asks: Iterable[PastAsk],
    limits: AtMost,
    zone: tzinfo,
    now: datetime,
    schedule: str | None = None,
) -> datetime | None:
    """When one more ask fits under `limits.asks` in any `limits.per`; None when it fits now.

    With `schedule` only its own asks count.
    """
    counted = (ask.at for ask in asks if schedule is None or ask.schedule == schedule)
    ends = sorted(limits.per.after(at, zone) for at in counted)
    running = [end for end in ends if end > as_utc(now)]
    return running[-limits.asks] if len(running) >= limits.asks else None


def reminder_due(
    asked_at: datetime, reminders_sent: int, limits: Limits, zone: tzinfo
) -> datetime | None:
    """When to remind of an unanswered ask once more; None when enough reminders went out."""
    if reminders_sent >= limits.reminders:
        return None
    moment = as_utc(asked_at)
    for _ in range(reminders_sent + 1):
        moment = limits.reminder_after.after(moment, zone)
    return moment


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guardrail says of a schedule, with the figures that it rests on."""

    tripped: bool
    reason: str
    """`too_few_sent`, `within_limits` or `too_many_lost`."""
    sent: int
    lost: int


def guardrail(sent: int, lost: int, rule: Guardrail) -> Verdict:
    """Whether a schedule must pause itself.

    `sent` are its delivered asks, `lost` those that ended in a block or a stop within
    `rule.within`. It trips above `rule.share`, not at it, and never below `rule.at_least` asks.
    Raises ValueError when more were lost than sent.
    """
    if not 0 <= lost <= sent:
        raise ValueError("No more asks can be lost than were sent.")
    if sent < rule.at_least:
        return Verdict(False, "too_few_sent", sent, lost)
    tripped = lost * 10_000 > sent * rule.share.hundredths
    return Verdict(tripped, "too_many_lost" if tripped else "within_limits", sent, lost)


def lost_within(asked_at: datetime, lost_at: datetime | None, rule: Guardrail) -> bool:
    """Whether a block or stop at `lost_at` counts against the ask sent at `asked_at`."""
    if lost_at is None:
        return False
    return as_utc(asked_at) <= as_utc(lost_at) <= rule.within.after(asked_at, UTC)
