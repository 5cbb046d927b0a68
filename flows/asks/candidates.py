"""Whom a schedule considers, and what is known at the moment of a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.asks.campaigns import PREFIX
from flows.asks.pacing import UNLIMITED, Pace
from flows.asks.restraint import PastAsk
from flows.asks.triggers import Event
from flows.config import Config, Lift, Limits, Schedule, SecondFailure
from flows.entities.making import made_at_once
from flows.time.durations import Period, Share, as_utc
from flows.time.opening import Opening

_NOBODY = Share(0)
STOP_ALL = "*"
"""In `CustomerFacts.stopped`: no asks at all. Other entries are ids of schedules or kinds of
messages: flows, and INFORM."""


@dataclass(frozen=True, slots=True)
class Rival:
    """Another candidate of the same customer that waits and may still be asked."""

    schedule: str
    priority: int
    look_at: datetime


@made_at_once
@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What is known of a customer at the moment of a decision."""

    ref: str
    linked: bool = True
    blocked: bool = False
    barred: bool = False
    """Staff take in nothing of what they write, so they are asked nothing."""
    consent: bool | None = True
    """None: not asked yet."""
    consent_at: datetime | None = None
    """When the customer agreed or refused, as far as is known."""
    stopped: frozenset[str] = frozenset()
    """Ids of schedules or flows that this customer stopped, or STOP_ALL."""
    time_zone: str | None = None
    possible_zones: tuple[str, ...] = ()
    """Where the customer may be when no time zone was told: the phone number's country."""
    language: str | None = None
    products: frozenset[str] = frozenset()
    """Those of the customer's events that were not withdrawn, as far as an audience asks."""
    tags: frozenset[str] = frozenset()
    stage: str = ""
    value: int | None = None
    treated: frozenset[str] = frozenset()
    """The hypotheses whose change this customer gets, as far as an audience asks."""
    complaints: tuple[datetime, ...] = ()
    """When this customer complained, as far back as any audience asks."""
    rivals: tuple[Rival, ...] = ()
    asks: tuple[PastAsk, ...] = ()
    open_ticket: bool = False
    failed_again_at: datetime | None = None
    """When the last second failure of this customer was resolved, as far as it still counts."""
    in_conversation: bool = False
    events: tuple[Event, ...] = ()
    """Events of this customer since the trigger; earlier ones do no harm."""
    asked_about: tuple[Event, ...] = ()
    """The triggers of this schedule's asks so far, also of those left out for comparison."""


@made_at_once
@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer whom a schedule considers because of one event."""

    customer: CustomerFacts
    trigger: Event
    due_at: datetime
    reminder: bool = False
    """A reminder of an ask already sent: what limits asks and the holdout do not concern it."""
    queued: bool = False
    """It has waited in line for the daily budget or the backlog before."""
    step: int = 0
    """Which message of a chain."""
    run: str = ""
    """What it has in common with the other messages of its chain (`flows.asks.chains`)."""

    def __post_init__(self) -> None:
        as_utc(self.due_at)


@dataclass(frozen=True, slots=True)
class Rules:
    """What applies to every schedule: from the configuration, with the installation's salt."""

    limits: Limits
    opening: Opening
    brand_zone: str
    salt: str
    paused: bool = False
    """The guardrail has paused this schedule."""
    pace: Pace = UNLIMITED
    """What limits asking over everybody at this moment."""
    silence: Period = SecondFailure().silence
    """How long nobody is asked whose second failure was resolved."""
    of_all: Share = Lift().holdout
    """The share of customers whom no schedule asks."""

    @classmethod
    def of(
        cls,
        config: Config,
        schedule: Schedule,
        salt: str,
        *,
        paused: bool = False,
        pace: Pace | None = None,
    ) -> Rules:
        """The rules for one schedule of a configuration."""
        opening = config.asks_within(schedule)
        silence = config.second_failure.silence
        zone = config.brand.time_zone
        # News of a change is no ask: whoever is told of it hears of what others said.
        of_all = _NOBODY if schedule.id.startswith(PREFIX) else config.lift.holdout
        return cls(config.limits, opening, zone, salt, paused, pace or UNLIMITED, silence, of_all)
