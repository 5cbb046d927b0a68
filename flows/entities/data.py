"""What the business tells, and the files it comes in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.entities.ids import CustomerId, EventId
from flows.entities.kinds import WebhookState


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
    told_as: str = ""
    """The name of the customer that it was told of, where that is not the ref; what is parted
    later goes by it."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A table that an admin has sent to the bot. Its content stays with Telegram."""

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
    """`sent`, `asking` (the next question about its columns), `mapping` (waits for the answer),
    `checked` (waits for the admin's word), `going`, `reporting` (rejected rows)."""
    message_id: int | None = None
    """The message with the buttons, in which progress is shown."""
    row: int = 0
    """Rows that were taken in so far."""
    rows: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    """What became of the rows: `created`, `updated`, ..., `rejected`."""
    tries: int = 0
    """Failed tries in a row to get the file."""
    mapped: Mapping[str, Any] = field(default_factory=dict)
    """What the admin has said of its columns so far (`bot.data.transfer.mapping`)."""


@dataclass(frozen=True, slots=True)
class Import:
    """A table that is being taken in, or was: what is told of it afterwards."""

    id: int
    """That of the upload, if it came as one."""
    name: str
    actor: str
    """Who has it taken in, as in the journal: `admin:ID` or `cli:NAME`."""
    began_at: datetime
    seen_at: datetime
    """When it went on last; when it ended, if it did."""
    kind: str = ""
    """`customers` or `events`; empty until that is found out."""
    state: str = "going"
    """`going`, `done`, `stopped` or `failed`."""
    stopped_by: str = ""
    """Who has asked that it stops, as in the journal; empty: nobody."""
    row: int = 0
    """Rows that were looked at so far."""
    rows: int = 0
    """Of how many; 0: not known."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """What became of them, as of an upload's."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """One thing that happened, as one receiver is told of it; afterwards a line of the log."""

    id: int
    receiver: str
    """The id of the receiver in the configuration."""
    type: str
    """A `WebhookType`."""
    customer_id: CustomerId | None
    """Whom it is about; what is about the same customer arrives in its order. None: nobody."""
    at: datetime
    """When it happened."""
    data: Mapping[str, Any]
    next_at: datetime
    """When it is to be tried next, as long as it waits."""
    state: WebhookState = WebhookState.WAITING
    tries: int = 0
    failed_at: datetime | None = None
    """When a try failed first."""
    tried_at: datetime | None = None
    """When it was tried last."""
    status: int | None = None
    """What the receiver answered last, by HTTP; None: nothing."""
    error: str = ""
    """Why it was not delivered, in one word; empty: the answer says it."""

    @property
    def name(self) -> str:
        """What the receiver knows it by, however often it is sent."""
        return f"msg_{self.id}"
