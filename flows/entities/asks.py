"""Whom schedules consider, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.entities.ids import CandidateId, ConversationId, CustomerId, EventId
from flows.entities.making import made_at_once


@made_at_once
@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer that a schedule considered because of one event, and what came of it."""

    id: CandidateId
    schedule_id: str
    customer_id: CustomerId
    event_id: EventId | None
    """None: a fixed time was the reason, and `occasion` names it."""
    created_at: datetime
    due_at: datetime
    """The moment that the schedule meant, before any deferral."""
    look_at: datetime | None = None
    """When to look (again); None: the outcome is final."""
    outcome: str = "planned"
    reason: Mapping[str, Any] = field(default_factory=dict)
    decided_at: datetime | None = None
    asked_at: datetime | None = None
    delivered_at: datetime | None = None
    conversation_id: ConversationId | None = None
    answered_at: datetime | None = None
    reminded_at: datetime | None = None
    step: int = 0
    """Which message of a chain; 0: the first, or the only one."""
    informs: bool = False
    """Its schedule asked nothing when it was planned."""
    occasion: str = ""
    """The moment (ISO 8601) of a schedule that asks at fixed times; empty: an event's."""
    variant: str = ""
    """Which of the schedule's texts was used; empty: its only one, or the flow's own."""
    compared_at: datetime | None = None
    """When nothing but the holdout was left to decide; asked and held out are compared from
    then on."""
    held_out: bool | None = None
    """What it decided then."""
    holdout_share: int | None = None
    """The share to be held out at that moment, in hundredths of a percent; below zero: this share
    is held out of all schedules, and the customer belongs to it."""


@dataclass(frozen=True, slots=True)
class Pause:
    """The last time that a schedule paused itself: when, and by which of its asks."""

    schedule_id: str
    since: datetime
    sent: int
    """Asks that were looked at."""
    lost: int
    """Those of them that ended in a block or a stop."""
    resumed_at: datetime | None = None
    """Since when its asks count again; None while it is paused."""
