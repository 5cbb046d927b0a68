"""What customers asked for and the business did not have."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.entities.ids import CustomerId, LostSaleId, MissedItemId, TicketId


@dataclass(frozen=True, slots=True)
class MissedItem:
    """A thing that people asked for, from when it was missed first until it was there again.

    It has no name of its own: its sales say what it is, and a word of a customer's goes with them.
    """

    id: MissedItemId
    created_at: datetime
    into_id: MissedItemId | None = None
    """The item that it was joined with; None: it stands for itself."""
    back_at: datetime | None = None
    """When another system said that it is in stock again; nobody is told by that alone."""
    group_chat_id: int | None = None
    """The group in which somebody had people told."""
    held: Mapping[str, Any] = field(default_factory=dict)
    """What is to be told in a moment and can still be called off; empty: nothing."""
    here_at: datetime | None = None
    """When people began to be told that it is here; whoever asks later misses another one."""
    here_by: int | None = None
    here_by_name: str = ""


@dataclass(frozen=True, slots=True)
class LostSale:
    """One person, known or not, to whom something could not be given."""

    id: LostSaleId
    item_id: MissedItemId
    at: datetime
    what: str
    """What it was, in the words of whoever noted it."""
    key: str
    """The same for all ways of writing that are alike (`flows.lost.naming`)."""
    customer_id: CustomerId | None = None
    """None: nobody knows who it was; they are counted."""
    chat_id: int = 0
    """Where they are told that it is here; 0: they cannot be."""
    ticket_id: TicketId | None = None
    """Their complaint, if they made one."""
    said: str = ""
    """Their own words, which they are reminded of."""
    by_id: int | None = None
    """Who of staff noted it; None: the customer told Verso."""
    by_name: str = ""
    queued_at: datetime | None = None
    told_at: datetime | None = None
    """When they read that it is here."""
    unreached_at: datetime | None = None
    """When it was given up to tell them."""
    unwanted_at: datetime | None = None
    """When they said that they do not want it any more."""
