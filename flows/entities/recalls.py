"""Recalls: telling everybody of a known defect, whether they complained or not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.entities.ids import CustomerId, ParticipantId, RecallId, TicketId


@dataclass(frozen=True, slots=True)
class Recall:
    """A known defect, whom it concerns, and what they read of it."""

    id: RecallId
    number: int
    created_at: datetime
    state: str
    """`draft`, `running`, `paused`, `ended`."""
    whom: Mapping[str, Any]
    """How those whom it concerns were found (`flows.recalls.whom`)."""
    team_id: str = ""
    """Whose group sees to it."""
    places: tuple[str, ...] = ()
    """The places of the configuration among whose times people choose."""
    own_slots: bool = False
    """Whether it has times of its own, from a list."""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What people read (`flows.recalls.wording`), by language."""
    pending: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """A correction that is being written, by language; nobody reads it yet."""
    round: int = 1
    """How often what they read was corrected, and 1."""
    author_id: int | None = None
    author_name: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Participant:
    """One customer whom a recall concerns."""

    id: ParticipantId
    recall_id: RecallId
    customer_id: CustomerId
    state: str = "waiting"
    """How far telling them of the latest round is: `waiting`, `sent` (its row is written), `told`,
    or why they were not: `unlinked`, `blocked`, `failed`, `doubt`."""
    told_at: datetime | None = None
    """When they read of it first."""
    told_round: int = 0
    """The round that they have read; 0: none."""
    language: str = ""
    """That in which they read it."""
    step: str = ""
    """What they or staff have said (`flows.recalls.participants`); empty: nothing yet."""
    step_at: datetime | None = None
    ready_at: datetime | None = None
    """When it was done."""
    verdict: str = ""
    """Whether it is right now: `yes`, `no`; empty: they have not said."""
    ticket_id: TicketId | None = None
    """The latest ticket with a question of theirs about it."""
    row_key: str = ""
    """The key of the message that tells them (`flows.recalls.participants.row_key`)."""
