"""What was decided about a candidate, as plain data that can be stored and put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from flows.entities.making import made_at_once
from flows.time.durations import as_utc


class Outcome(StrEnum):
    """What became of a candidate."""

    SEND = "send"
    HELD_OUT = "held_out"
    CAPPED = "capped"
    COOLING_DOWN = "cooling_down"
    QUIET_HOURS = "quiet_hours"
    OPEN_TICKET = "open_ticket"
    AFTER_FAILURE = "after_failure"
    STOPPED = "stopped"
    BLOCKED = "blocked"
    NOT_LINKED = "not_linked"
    UNLESS_EVENT = "unless_event"
    NOT_IN_AUDIENCE = "not_in_audience"
    NO_CONSENT = "no_consent"
    PAUSED = "paused"
    TOO_LATE = "too_late"
    IN_CONVERSATION = "in_conversation"
    WITHDRAWN = "withdrawn"
    TOO_SOON = "too_soon"
    OUTRANKED = "outranked"
    OVER_BUDGET = "over_budget"
    BACKLOG = "backlog"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a key for the words and what they need: numbers, ISO periods and ISO moments."""

    key: str
    args: Mapping[str, str | int] = field(default_factory=dict)


@made_at_once
@dataclass(frozen=True, slots=True)
class Decision:
    """One look at one candidate."""

    schedule: str
    outcome: Outcome
    reason: Reason
    until: datetime | None
    """When to look again (UTC); None when there is nothing to wait for."""
    final: bool
    """Whether the candidate is done with; a decision is final exactly when `until` is None."""
    at: datetime
    """When it was decided."""
    zone: str
    """The time zone that counted: the customer's, else the brand's."""

    def __post_init__(self) -> None:
        as_utc(self.at)
        if self.until is not None:
            as_utc(self.until)
        if self.final != (self.until is None):
            raise ValueError("A decision either is final or says when to look again.")

    def to_json(self) -> dict[str, Any]:
        """Plain data that `from_json` reads back as an equal decision."""
        return {
            "schedule": self.schedule,
            "outcome": self.outcome.value,
            "reason": {"key": self.reason.key, "args": dict(self.reason.args)},
            "until": self.until.isoformat() if self.until else None,
            "at": self.at.isoformat(),
            "zone": self.zone,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Decision:
        """Read back what `to_json` wrote."""
        until = datetime.fromisoformat(data["until"]) if data["until"] else None
        return cls(
            schedule=data["schedule"],
            outcome=Outcome(data["outcome"]),
            reason=Reason(data["reason"]["key"], dict(data["reason"]["args"])),
            until=until,
            final=until is None,
            at=datetime.fromisoformat(data["at"]),
            zone=data["zone"],
        )
