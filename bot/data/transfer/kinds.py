"""What the rows of a file may be, and by which columns they are known."""

from dataclasses import dataclass

from bot.data.items import EventItem, Item
from bot.data.named import NamedCustomer
from bot.data.orders import OrderItem
from bot.data.transfer.reading import Columns


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: what its rows are and which columns it has."""

    name: str
    model: type[Item]
    columns: Columns
    key: str
    """The column by which two rows are about the same."""


CUSTOMERS = Kind(
    "customers",
    NamedCustomer,
    Columns(
        ("ref",),
        ("name", "language", "time_zone", "phone", "tags", "stage", "value"),
        "customers",
    ),
    "ref",
)
EVENTS = Kind(
    "events",
    EventItem,
    Columns(("id", "customer", "type", "at"), ("period", "product", "withdrawn"), "events"),
    "id",
)
ORDERS = Kind(
    "orders",
    OrderItem,
    Columns(("id", "at", "mail"), ("customer", "name", "phone", "paid_at", "done_at"), "orders"),
    "id",
)
"""Of exports alone: columns of our own are those of events."""
KINDS = {kind.name: kind for kind in (ORDERS, EVENTS, CUSTOMERS)}
"""In the order in which a header is tried: a list of orders has a buyer's columns too."""
