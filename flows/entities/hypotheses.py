"""Hypotheses that have begun, and who belongs to which group of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.entities.ids import AssignmentId, CustomerId, HypothesisId


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A hypothesis as it was when it began; what was written down counts from then on."""

    id: HypothesisId
    name: str
    """Its id in the configuration."""
    began_at: datetime
    state: str
    """`running`, `stopped` (nobody is assigned any more) or `ended`."""
    plan: Mapping[str, Any]
    """What was written down (`flows.config.HypothesisPlan`)."""
    whom: Mapping[str, Any]
    """The segment as it was then, which is edited without harm; empty: everybody."""
    author_id: int | None = None
    author_name: str = ""
    stopped_at: datetime | None = None
    stopped_why: str = ""
    """`worse`, `harm`, `over` or `person` (`flows.hypotheses.judging`)."""
    ended_at: datetime | None = None
    learned: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One customer in one hypothesis."""

    id: AssignmentId
    hypothesis_id: HypothesisId
    customer_id: CustomerId
    treated: bool
    """Whether they get the change; otherwise they are compared with."""
    at: datetime
