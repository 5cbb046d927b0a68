"""What figures are made of: plain counts and moments, as they are read from the records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OptOut:
    """A delivered ask whose customer blocked the bot or stopped asks, whenever that was."""

    delivered_at: datetime
    blocked_at: datetime | None
    stopped_at: datetime | None
    stopped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskCounts:
    """Delivered asks; `silent` are those to people who had not contacted the business before."""

    delivered: int
    people_voiced: int
    complaints: int
    lost: int
    silent: int
    silent_complaints: int


@dataclass(frozen=True, slots=True)
class ToldCounts:
    """People whom a schedule told something without asking, and what they did soon after."""

    people: int
    messages: int
    lost: int
    """People who blocked the bot or stopped its messages."""
    complained: int
    """People who complained."""


@dataclass(frozen=True, slots=True)
class TicketTimes:
    """The moments of one ticket that figures are made of."""

    opened_at: datetime
    response_due_at: datetime | None
    first_response_at: datetime | None
    resolved_at: datetime | None
    verified_at: datetime | None
    reopened: int
    failed_again: bool
    unanswered: bool
    """It ended because its customer, who had the word, said nothing."""
    told: bool
    """Whether the author received an outcome: Telegram took a closure notice or the resolution."""
    changed: bool
    """Whether it led to a change that was shipped."""


@dataclass(frozen=True, slots=True)
class VariantCounts:
    """Asks with one variant of a text. All but the first are asks that were delivered."""

    asked: int
    delivered: int
    answered: int
    voiced: int
    """Asks because of which a complaint was raised."""
    lost: int
    """Asks after which the bot was soon blocked or stopped."""


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """Customers who were asked, or who were held out, and in how many of them something happened
    afterwards."""

    people: int
    complained: int
    events: Mapping[str, int]
    """By type of event."""


@dataclass(frozen=True, slots=True)
class GuaranteeCounts:
    """People of one guarantee in a time, each once in each figure."""

    guarantee: str
    """Its id."""
    opened: int = 0
    """They opened one of its entrances."""
    granted: int = 0
    voided: int = 0
    """What they were granted was taken back."""
    above: int = 0
    """A person had to decide about a claim of theirs."""


@dataclass(frozen=True, slots=True)
class EntranceCounts:
    """People at one entrance in a time, each once, but for the taps."""

    entrance: str
    """Its id."""
    opened: int = 0
    began: int = 0
    """They said or chose something."""
    complained: int = 0
    answered: int = 0
    """A person has answered their complaint."""
    taps: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """How often yes and no was tapped, by question."""


@dataclass(frozen=True, slots=True)
class AfterwardsCounts:
    """People who went through the same, and to how many of them which events came afterwards."""

    people: int
    events: Mapping[str, int]
