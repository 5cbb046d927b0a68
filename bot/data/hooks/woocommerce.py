"""What WooCommerce's messages say: orders and customers.

Field names are those of WooCommerce's REST API v3, in which webhooks are sent. Moments ending in
`_gmt` are in UTC without saying so.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.data.hooks.content import ExternalEvent, Person, WebhookContent
from bot.data.hooks.reading import REF_KEY, ident, iso, items, mapping, name_of, needed, text, told

SOURCE = "woo:"
Object = Mapping[str, Any]
_PAID = frozenset({"processing", "completed"})
_OFF = frozenset({"cancelled", "failed", "trash"})
GUEST = "0"
"""The customer of an order without an account."""


def read(topic: str, body: object, now: datetime) -> WebhookContent | None:
    """What a message of this topic says; None: nothing that is needed.

    Raises NotUnderstood.
    """
    step = _READERS.get(topic)
    return step(mapping(body), now) if step else None


def _own_ref(found: Object) -> str:
    for entry in items(found.get("meta_data")):
        if entry.get("key") == REF_KEY:
            return text(entry.get("value"))
    return ""


def _fields(found: Object) -> dict[str, Any]:
    billing = mapping(found.get("billing"))
    phone = text(billing.get("phone"))
    # Shops take national numbers, whose country nobody has told us.
    phone = phone if phone.startswith(("+", "00")) else ""
    return told(name=name_of(found) or name_of(billing), phone=phone)


def _as_of(found: Object, now: datetime) -> datetime:
    return iso(found.get("date_modified_gmt")) or iso(found.get("date_created_gmt")) or now


def _customer(found: Object, now: datetime) -> WebhookContent:
    person = Person(SOURCE + ident(found), _own_ref(found), fields=_fields(found))
    return WebhookContent(_as_of(found, now), person)


def _order(found: Object, now: datetime) -> WebhookContent | None:
    """An order as it is now; guests have no account to be known by."""
    customer, own = text(found.get("customer_id"), 40), _own_ref(found)
    if customer in ("", GUEST) and not own:
        return None
    source = "" if customer in ("", GUEST) else f"{SOURCE}{customer}"
    person = Person(source, own, fields=_fields(found))
    as_of, status = _as_of(found, now), text(found.get("status"))
    name = f"{SOURCE}order:{ident(found)}"
    placed = needed(iso(found.get("date_created_gmt")), "date_created_gmt")
    paid = iso(found.get("date_paid_gmt"))
    lines = items(found.get("line_items"))
    product = text(lines[0].get("name")) if lines else ""
    off = status in _OFF
    happenings = []
    if status not in ("pending", "checkout-draft", "auto-draft"):
        begun = ExternalEvent(f"{name}:placed", "order_placed", placed, "", product, withdrawn=off)
        happenings.append(begun)
    if status in _PAID:
        happenings.append(ExternalEvent(name, "purchase", paid or placed, product=product))
    elif off or status == "refunded":
        gone = ExternalEvent(name, "purchase", paid or placed, product=product, withdrawn=True)
        happenings.append(gone)
    if status == "completed":
        done = iso(found.get("date_completed_gmt")) or as_of
        happenings.append(ExternalEvent(f"{name}:done", "order_completed", done, product=product))
    if status == "refunded":
        happenings.append(ExternalEvent(f"{name}:refund", "refund", as_of))
    return WebhookContent(as_of, person, happenings=tuple(happenings))


def _deleted(found: Object, now: datetime) -> WebhookContent:
    """All that is sent of an order that was deleted is its number."""
    name = f"{SOURCE}order:{ident(found)}"
    gone = tuple(
        ExternalEvent(f"{name}{part}", kind, now, withdrawn=True)
        for part, kind in ((":placed", "order_placed"), ("", "purchase"))
    )
    return WebhookContent(now, about=f"{name}:placed", happenings=gone)


_READERS: Mapping[str, Callable[[Object, datetime], WebhookContent | None]] = {
    "order.created": _order,
    "order.updated": _order,
    "order.deleted": _deleted,
    "customer.created": _customer,
    "customer.updated": _customer,
}
TOPICS = tuple(_READERS)
"""The topics to make webhooks for (docs/operators.md)."""
