"""The things that Verso remembers, as plain values.

Every value is frozen; a change makes a new one (`dataclasses.replace`). All moments are aware
and in UTC. Ids are types, so that a ticket's id cannot be given where a customer's is meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, NewType

CustomerId = NewType("CustomerId", int)
ConversationId = NewType("ConversationId", int)
TicketId = NewType("TicketId", int)
ChangeId = NewType("ChangeId", int)
NoticeId = NewType("NoticeId", int)
CandidateId = NewType("CandidateId", int)
EventId = NewType("EventId", int)
OutboxId = NewType("OutboxId", int)


class Consent(StrEnum):
    """Whether a customer has said that Verso may ask first."""

    UNASKED = "unasked"
    GIVEN = "given"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Customer:
    """The person served. `ref` is the business's own name for them."""

    id: CustomerId
    ref: str
    created_at: datetime
    name: str = ""
    language: str = ""
    """Language given by the business or chosen with /language; empty: Telegram's is used."""
    time_zone: str = ""
    phone: str = ""
    tags: tuple[str, ...] = ()
    stage: str = ""
    """The id of the stage of the journey at which the business sees the customer."""
    value: int | None = None
    """What the customer is worth to the business, in a unit of its own; None: not told."""
    consent: Consent = Consent.UNASKED
    consent_at: datetime | None = None
    stopped_at: datetime | None = None
    stopped: tuple[str, ...] = ()
    """Kinds of asks that were stopped; `*` stands for all."""


@dataclass(frozen=True, slots=True)
class Account:
    """A Telegram account that opened a customer's link. Its private chat has the same id."""

    telegram_id: int
    customer_id: CustomerId
    linked_at: datetime
    language_code: str = ""
    first_name: str = ""
    username: str = ""
    blocked_at: datetime | None = None
    gone_at: datetime | None = None
    """Set when Telegram said that the account is deactivated or the chat not found."""
    back_at: datetime | None = None
    """When the person last came back after either."""
    open_question: str = ""
    """The question outside of flows that was shown last and not answered: `consent`, `stop`,
    `forget`, `forget_sure`, `language`, or `join:<telegram id>`; empty: none."""


@dataclass(frozen=True, slots=True)
class Link:
    """A personal deep link: whoever opens it first is that customer."""

    token: str
    customer_id: CustomerId
    created_at: datetime
    revoked_at: datetime | None = None
    opened_at: datetime | None = None
    """When an account came in by it; from then on it proves nothing about another account."""


@dataclass(frozen=True, slots=True)
class Alias:
    """The name by which another system (`stripe:cus_9s6`) knows a customer."""

    name: str
    customer_id: CustomerId
    since: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """Something the business told about a customer. `external_id` makes it idempotent."""

    id: EventId
    external_id: str
    customer_id: CustomerId
    type: str
    at: datetime
    received_at: datetime
    period: str = ""
    """ISO 8601 duration of what began (a trial of 14 days: `P14D`); empty: none."""
    product: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    withdrawn_at: datetime | None = None
    """When the business took it back (an order was cancelled): it counts for nothing since."""


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
    """The share to be held out at that moment, in hundredths of a percent."""


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


@dataclass(frozen=True, slots=True)
class Conversation:
    """One run of a flow with one customer. `state` is the flow engine's own record."""

    id: ConversationId
    customer_id: CustomerId
    chat_id: int
    flow: str
    version: int
    status: str
    state: Mapping[str, Any]
    opened_at: datetime
    updated_at: datetime
    due_at: datetime | None = None
    """The next of this conversation's timers, and which it is."""
    due_kind: str = ""
    candidate_id: CandidateId | None = None
    ticket_id: TicketId | None = None
    notice_id: NoticeId | None = None
    aside_ticket_id: TicketId | None = None
    """The ticket in which staff have spoken since the open question was shown: words that come now
    are an answer to them."""
    context: Mapping[str, str] = field(default_factory=dict)
    """Placeholder values that the conversation began with (product, recent change, quote)."""


class RemarkKind(StrEnum):
    """Why words are kept that are no complaint."""

    UNSURE = "unsure"
    """They were not understood; their author was asked."""
    PRAISE = "praise"


NOT_SURE = "not_sure"
"""Subject of the messages in which staff are shown words that were not understood."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a customer said that belongs to no ticket."""

    id: int
    customer_id: CustomerId
    chat_id: int
    at: datetime
    kind: RemarkKind
    text: str
    bare: str = ""
    """A short text without punctuation, in lower case; empty for a longer one."""
    message_id: int | None = None
    conversation_id: ConversationId | None = None
    candidate_id: CandidateId | None = None
    choice: str = ""
    """What its author pressed when asked what they meant: `pass`, `fine`, `stop`."""
    shown_at: datetime | None = None
    """When staff were shown it, or need not be."""
    ticket_id: TicketId | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """The work record of one complaint: what was said, who answers, what was done."""

    id: TicketId
    number: int
    customer_id: CustomerId
    chat_id: int
    """The customer's private chat, where answers go; 0 once the customer was erased."""
    state: str
    opened_at: datetime
    team_id: str
    words: str = ""
    """The customer's own words, exactly as typed, messages joined by line breaks."""
    stage: str = ""
    category: str = ""
    severity: int = 0
    """1 (small) to 5 (bad); 0: not said."""
    wish: str = ""
    partial: bool = False
    """Filed from an unfinished conversation."""
    urgent: bool = False
    """A second failure for the same person, or a fix that did not help."""
    conversation_id: ConversationId | None = None
    candidate_id: CandidateId | None = None
    owner_id: int | None = None
    owner_name: str = ""
    response_due_at: datetime | None = None
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    resolution: str = ""
    verified_at: datetime | None = None
    reopened: int = 0
    change_id: ChangeId | None = None
    group_chat_id: int | None = None
    topic_id: int | None = None
    card_message_id: int | None = None


class Side(StrEnum):
    """Who stands behind an entry of a ticket."""

    CUSTOMER = "customer"
    STAFF = "staff"
    VERSO = "verso"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line in a ticket's history: a message of either side, or something that happened."""

    id: int
    ticket_id: TicketId
    at: datetime
    side: Side
    kind: str
    """One of `EntryKind`."""
    text: str = ""
    author_id: int | None = None
    author_name: str = ""
    chat_id: int | None = None
    message_id: int | None = None
    album: str = ""
    """Telegram's media_group_id: messages with the same one are shown together."""
    file: Mapping[str, Any] = field(default_factory=dict)
    outbox_id: OutboxId | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What was done so that it does not happen again; many tickets lead to one change."""

    id: ChangeId
    number: int
    title: str
    """Written by staff and read by customers, or empty; never taken from a complaint."""
    created_at: datetime
    state: str
    text: str = ""
    """What we did, as the customer reads it."""
    author_id: int | None = None
    author_name: str = ""
    shipped_at: datetime | None = None
    group_chat_id: int | None = None
    card_message_id: int | None = None
    """The message in the group that shows the change and how many have been told."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A closure notice: "you said, we changed", to one person about one ticket."""

    id: NoticeId
    change_id: ChangeId
    ticket_id: TicketId
    customer_id: CustomerId
    chat_id: int
    queued_at: datetime
    delivered_at: datetime | None = None
    verdict: str = ""
    """`yes`, `no`, `partly`; empty: unverified."""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A CSV file that an admin has sent to the bot. Its content stays with Telegram."""

    id: int
    chat_id: int
    """The admin's private chat."""
    file_id: str
    name: str
    language: str
    created_at: datetime
    kind: str = ""
    """`customers` or `events`; empty until the header was read."""
    state: str = "sent"
    """`sent`, `checked` (waits for the admin's word), `going`, `reporting` (rejected rows)."""
    message_id: int | None = None
    """The message with the buttons, in which progress is shown."""
    row: int = 0
    """Rows that were taken in so far."""
    rows: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    """What became of the rows: `created`, `updated`, ..., `rejected`."""
    tries: int = 0
    """Failed tries in a row to get the file."""


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
class Group:
    """A Telegram group bound to a team of the business."""

    chat_id: int
    team_id: str
    title: str
    forum: bool
    bound_at: datetime
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Admin:
    """Somebody who may tune schedules and see what is parked."""

    telegram_id: int
    name: str
    since: datetime


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
    id: OutboxId = OutboxId(0)
    """Given by the outbox when it is written; 0 before."""
    not_before: datetime | None = None
    ticket_id: TicketId | None = None
    customer_id: CustomerId | None = None
    subject: str = ""
    """What the result is reported to, such as `notice:12`; empty: nobody."""
    dedupe: str | None = None
    """At most one row may ever have this key; a second one is not written."""
    state: SendState = SendState.WAITING
    attempts: int = 0
    message_id: int | None = None
    sent_at: datetime | None = None
    error: str = ""
    maybe_repeated: bool = False
    """Sent again after a try whose outcome is unknown."""


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
