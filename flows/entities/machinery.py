"""What Verso runs on: messages in and out, timers, the journal, versions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple

from flows.entities.ids import CustomerId, OutboxId, TicketId
from flows.entities.kinds import RATHER_LOST
from flows.entities.making import made_at_once


@dataclass(frozen=True, slots=True)
class Timer:
    """Something to look at later. It re-checks that it still applies when it fires.

    One per (kind, subject): setting it again moves it.
    """

    kind: str
    """One of `TimerKind`."""
    subject: str
    due_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """A single value that the installation keeps under a name of a `Family`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Counter:
    """A series of numbers that people read, and the last that was given."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class JournalLine:
    """Who did what, for people who ask later. Holds no message texts."""

    id: int
    at: datetime
    actor: str
    kind: str
    subject: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Configuration:
    """The whole configuration as it was at one time, and who made it so."""

    version: int
    """Counted from 1; every change makes the next one."""
    at: datetime
    actor: str
    """`admin:ID`, `file`, `cli:NAME` or `group:ID`; empty: what was there before any change."""
    source: str
    """The YAML of all of it, as `verso dump` prints it."""
    changes: tuple[str, ...] = ()
    """What differs from the version before, one line each."""


class Priority(IntEnum):
    """Order in which messages leave when not all can leave at once; lower goes first."""

    REPLY = 0
    RELAY = 1
    CLOSURE = 2
    ASK = 3


class SendState(StrEnum):
    """Where an outgoing message is.

    WAITING until Telegram has answered; SENT means that Telegram said so; FAILED definitely did
    not arrive and will not be tried again by itself; DOUBT: the connection broke after the
    request was written, nobody knows, and a second try would be worse; CANCELLED: it no longer
    applied when its turn came.
    """

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DOUBT = "doubt"
    CANCELLED = "cancelled"


@made_at_once
@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send: one row of the outbox.

    `method` is a Bot API method, or a name that begins with `@` for one that is composed from
    the database when its turn comes (a ticket's card shows what is true then, not before).
    Rows of one `lane` leave in order.
    """

    chat_id: int
    method: str
    params: Mapping[str, Any]
    purpose: str
    """One of `Purpose`."""
    priority: Priority
    lane: str
    created_at: datetime
    id: OutboxId = OutboxId(0)  # noqa: RUF009 - a type, not a call with an effect
    """Given by the outbox when it is written; 0 before."""
    not_before: datetime | None = None
    ticket_id: TicketId | None = None
    customer_id: CustomerId | None = None
    subject: str = ""
    """What the result is reported to, such as `notice:12`; empty: nobody."""
    dedupe: str | None = None
    """At most one row has this key while it is kept (`retention.updates`); a second one is not
    written. What must never happen again is remembered in a table of its own."""
    state: SendState = SendState.WAITING
    attempts: int = 0
    message_id: int | None = None
    sent_at: datetime | None = None
    error: str = ""
    maybe_repeated: bool = False
    """Sent again after a try whose outcome is unknown."""

    @property
    def at_most_once(self) -> bool:
        """Whether it had better be lost than repeated: whoever wrote it is told of the doubt."""
        return self.priority is Priority.ASK or self.purpose in RATHER_LOST


@made_at_once
@dataclass(frozen=True, slots=True)
class Incoming:
    """A raw update from Telegram: one row of the inbox."""

    id: int
    update_id: int
    lane: int
    """The chat (or, without one, the user) whose updates keep their order."""
    received_at: datetime
    payload: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """An update as it came from Telegram: its number, whose order it keeps, and its JSON."""

    update_id: int
    lane: int
    payload: str


class Shown(NamedTuple):
    """A row that became a message, or changed one: what is left of it when it has been sent."""

    id: OutboxId
    message_id: int
    subject: str


@made_at_once
@dataclass(frozen=True, slots=True)
class SendResult:
    """What became of one try to send a row of the outbox."""

    id: OutboxId
    state: SendState
    at: datetime
    attempts: int
    message_id: int | None = None
    error: str = ""
    maybe_repeated: bool = False
