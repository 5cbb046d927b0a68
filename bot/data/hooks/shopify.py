"""What Shopify's messages say: orders, fulfilments, refunds, customers, and requests to erase.

Field names are those of Shopify's REST Admin API, in which webhooks are sent.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.data.hooks.content import ExternalEvent, Person, WebhookContent
from bot.data.hooks.reading import (
    TAG_LIMIT,
    TAGS,
    ident,
    iso,
    items,
    mapping,
    maybe_ident,
    name_of,
    needed,
    text,
    told,
    whole,
)

SOURCE = "shopify:"
Object = Mapping[str, Any]
_PAID = frozenset({"paid", "authorized", "partially_paid", "partially_refunded"})
_UNPAID = frozenset({"refunded", "voided"})
_FELL_THROUGH = frozenset({"cancelled", "error", "failure"})


def read(topic: str, body: object, now: datetime) -> WebhookContent | None:
    """What a message of this topic says; None: nothing that is needed.

    Raises NotUnderstood.
    """
    step = _READERS.get(topic)
    return step(mapping(body), now) if step else None


def _fields(customer: Object, order: Object) -> dict[str, Any]:
    tags = customer.get("tags")
    parts = tags.split(",") if isinstance(tags, str) else ()
    return told(
        name=name_of(customer),
        phone=text(customer.get("phone")),
        language=text(order.get("customer_locale")),
        tags=[tag for part in parts if (tag := text(part, TAG_LIMIT))][:TAGS],
        value=whole(customer.get("total_spent")),
    )


def _customer(found: Object, now: datetime) -> WebhookContent:
    as_of = needed(iso(found.get("updated_at")), "updated_at")
    return WebhookContent(as_of, Person(SOURCE + ident(found), fields=_fields(found, {})))


def _order(found: Object, now: datetime) -> WebhookContent | None:
    """An order as it is now, whatever the topic: the newest state wins."""
    as_of = needed(iso(found.get("updated_at")), "updated_at")
    customer = mapping(found.get("customer"))
    number = maybe_ident(customer)
    if not number:
        return None
    # Whoever fills the cart can write its attributes: no ref of the business is taken from there.
    person = Person(f"{SOURCE}{number}", fields=_fields(customer, found))
    name, status = f"{SOURCE}order:{ident(found)}", text(found.get("financial_status"))
    placed = needed(iso(found.get("processed_at")) or iso(found.get("created_at")), "created_at")
    lines = items(found.get("line_items"))
    product = text(lines[0].get("title")) if lines else ""
    cancelled = iso(found.get("cancelled_at")) is not None
    happenings = [
        ExternalEvent(
            f"{name}:placed", "order_placed", placed, product=product, withdrawn=cancelled
        )
    ]
    if cancelled or status in _UNPAID:
        happenings.append(ExternalEvent(name, "purchase", placed, product=product, withdrawn=True))
    elif status in _PAID:
        happenings.append(ExternalEvent(name, "purchase", placed, product=product))
    return WebhookContent(as_of, person, happenings=tuple(happenings))


def _placed(found: Object) -> str:
    """The event that tells whose order a fulfilment or refund belongs to."""
    return f"{SOURCE}order:{ident(found, 'order_id')}:placed"


def _fulfilment(found: Object, now: datetime) -> WebhookContent:
    as_of = needed(iso(found.get("updated_at")), "updated_at")
    name = f"{SOURCE}fulfillment:{ident(found)}"
    sent = iso(found.get("created_at")) or as_of
    gone = text(found.get("status")) in _FELL_THROUGH
    happenings = [ExternalEvent(f"{name}:shipped", "shipped", sent, withdrawn=gone)]
    if found.get("shipment_status") == "delivered" or gone:
        there = ExternalEvent(f"{name}:delivered", "delivered", as_of, withdrawn=gone)
        happenings.append(there)
    return WebhookContent(as_of, about=_placed(found), happenings=tuple(happenings))


def _refund(found: Object, now: datetime) -> WebhookContent:
    """Money went back. Whether all of it did, the order tells (`financial_status`)."""
    when = needed(iso(found.get("created_at")), "created_at")
    refund = ExternalEvent(f"{SOURCE}refund:{ident(found)}", "refund", when)
    return WebhookContent(when, about=_placed(found), happenings=(refund,))


def _redact(found: Object, now: datetime) -> WebhookContent:
    return WebhookContent(now, forget=SOURCE + ident(mapping(found.get("customer"))))


def _data_request(found: Object, now: datetime) -> WebhookContent:
    return WebhookContent(now, wants_data=SOURCE + ident(mapping(found.get("customer"))))


def _redact_shop(found: Object, now: datetime) -> WebhookContent:
    return WebhookContent(now, forget_all=SOURCE)


_READERS: Mapping[str, Callable[[Object, datetime], WebhookContent | None]] = {
    "orders/create": _order,
    "orders/paid": _order,
    "orders/updated": _order,
    "orders/cancelled": _order,
    "fulfillments/create": _fulfilment,
    "fulfillments/update": _fulfilment,
    "refunds/create": _refund,
    "customers/create": _customer,
    "customers/update": _customer,
    "customers/redact": _redact,
    "customers/data_request": _data_request,
    "shop/redact": _redact_shop,
}
TOPICS = tuple(_READERS)
"""The topics to subscribe to (docs/operators.md)."""
