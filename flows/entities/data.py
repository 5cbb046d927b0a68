"""What the business tells, and the files it comes in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.entities.ids import CustomerId, EventId


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
