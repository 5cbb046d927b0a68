"""What WooCommerce's messages say: orders and customers.

Field names are those of WooCommerce's REST API v3, in which webhooks are sent. Moments ending in
`_gmt` are in UTC without saying so.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.data.hooks.content import ExternalEvent, NotUnderstood, Person, WebhookContent
from bot.data.hooks.reading import (
    REF_KEY,
    bought,
    ident,
    iso,
    items,
    line,
    mail,
    mapping,
    maybe_ident,
    name_of,
    needed,
    phone_of,
    price,
    said,
    text,
    told,
)

SOURCE = "woo:"
Object = Mapping[str, Any]
_PAID = frozenset({"processing", "completed"})
_OFF = frozenset({"cancelled", "failed", "trash"})
_NOT_YET = frozenset({"", "pending", "checkout-draft", "auto-draft"})
_OF_OTHERS = frozenset({"refunded", "on-hold"})
"""What WooCommerce itself calls orders that are neither paid nor off."""
_LEGACY = ("order", "customer")
"""The body of old versions has one of these alone, and all else inside."""
GUEST = "0"
"""The customer of an order without an account."""


def read(topic: str, body: object, now: datetime) -> WebhookContent | None:
    """What a message of this topic says; None: nothing that is needed.

    Raises NotUnderstood.
    """
    step, found = _READERS.get(topic), mapping(body)
    if step is None:
        return None
    if len(found) == 1 and next(iter(found)) in _LEGACY:
        raise NotUnderstood("id is missing: this is the legacy API, choose version 3")
    return step(found, now)


def site_of(address: str) -> str:
    """The site that tells, of the header `X-WC-Webhook-Source`: `https://shop.example/` is
    `shop.example`."""
    return text(address.partition("://")[2] or address).rstrip("/")


def _own_ref(found: Object) -> str:
    for entry in items(found.get("meta_data")):
        if entry.get("key") == REF_KEY:
            return text(entry.get("value"))
    return ""


def _phone(found: Object) -> str:
    addresses = [mapping(found.get(name)) for name in ("billing", "shipping")]
    return phone_of(addresses, addresses)


def _as_of(found: Object, now: datetime) -> datetime:
    return iso(found.get("date_modified_gmt")) or iso(found.get("date_created_gmt")) or now


def _customer(found: Object, now: datetime) -> WebhookContent:
    billing = mapping(found.get("billing"))
    fields: dict[str, Any] = {}
    if said(found, "first_name", "last_name"):
        fields["name"] = name_of(found) or name_of(billing)
    if said(billing, "phone"):
        phone = _phone(found)
        # A number that cannot be read says neither what it is nor that there is none.
        fields |= {"phone": phone} if phone or not text(billing.get("phone")) else {}
    address = mail(SOURCE, found.get("email"))
    person = Person(SOURCE + ident(found), _own_ref(found), fields=fields, mail=address)
    return WebhookContent(_as_of(found, now), person)


def _gone(found: Object, now: datetime) -> WebhookContent:
    return WebhookContent(now, gone=SOURCE + ident(found))


def _order(found: Object, now: datetime) -> WebhookContent | None:
    """An order as it is now; guests have no account to be known by."""
    name, own = f"{SOURCE}order:{ident(found)}", _own_ref(found)
    as_of, customer = _as_of(found, now), text(found.get("customer_id"), 40)
    guest = customer in ("", GUEST)
    if guest and not own:
        return WebhookContent(as_of, left_out=(f"{name}:placed",))
    # What a guest types into the form is not what is known of the business's customer.
    fields = {} if guest else told(name=_name(found), phone=_phone(found))
    person = Person("" if guest else f"{SOURCE}{customer}", own, fields=fields)
    return WebhookContent(as_of, person, happenings=_happenings(name, found, as_of))


def _name(found: Object) -> str:
    return name_of(found) or name_of(mapping(found.get("billing")))


def _happenings(name: str, found: Object, as_of: datetime) -> tuple[ExternalEvent, ...]:
    placed = needed(iso(found.get("date_created_gmt")), "date_created_gmt")
    status, paid, lines = text(found.get("status")), iso(found.get("date_paid_gmt")), _lines(found)
    off, happened = status in _OFF, list[ExternalEvent]()
    if status not in _NOT_YET:
        happened.append(
            ExternalEvent(f"{name}:placed", "order_placed", placed, "", lines, withdrawn=off)
        )
    if _is_paid(status, paid):
        happened.append(ExternalEvent(name, "purchase", paid or placed, "", lines))
    elif off or status == "refunded":
        happened.append(ExternalEvent(name, "purchase", paid or placed, "", lines, withdrawn=True))
    if status == "completed":
        done = iso(found.get("date_completed_gmt")) or as_of
        happened.append(ExternalEvent(f"{name}:done", "order_completed", done, "", lines))
    return (*happened, *_refunds(name, found, status, as_of))


def _is_paid(status: str, paid: datetime | None) -> bool:
    """Whether an order is paid; shops have statuses of their own, such as `shipped`."""
    others = _OFF | _NOT_YET | _OF_OTHERS
    return status in _PAID or (paid is not None and status not in others)


def _refunds(name: str, found: Object, status: str, as_of: datetime) -> tuple[ExternalEvent, ...]:
    """Each part of the money that went back; the first message that tells of it says when."""
    parts = [maybe_ident(each) for each in items(found.get("refunds"))]
    names = [f"{SOURCE}refund:{number}" for number in parts if number]
    if not names and status == "refunded":
        names = [f"{name}:refund"]
    return tuple(ExternalEvent(each, "refund", as_of, earliest=True) for each in names)


def _lines(order: Object) -> tuple[tuple[str, ...], ...]:
    return bought(
        (
            line(
                each.get("name"),
                each.get("parent_name"),
                each.get("sku"),
                maybe_ident(each.get("product_id")),
                maybe_ident(each.get("variation_id")),
            ),
            price(each.get("total")),
        )
        for each in items(order.get("line_items"))
    )


def _deleted(found: Object, now: datetime) -> WebhookContent:
    """All that is sent of an order that was deleted is its number."""
    name = f"{SOURCE}order:{ident(found)}"
    gone = tuple(
        ExternalEvent(f"{name}{part}", kind, now, withdrawn=True)
        for part, kind in ((":placed", "order_placed"), ("", "purchase"))
    )
    return WebhookContent(now, about=f"{name}:placed", happenings=gone)


def _restored(found: Object, now: datetime) -> WebhookContent | None:
    """An order is out of the bin again: as it is now, whenever it was changed last."""
    told_again = _order(found, now)
    return None if told_again is None else replace(told_again, as_of=now)


_READERS: Mapping[str, Callable[[Object, datetime], WebhookContent | None]] = {
    "order.created": _order,
    "order.updated": _order,
    "order.deleted": _deleted,
    "order.restored": _restored,
    "customer.created": _customer,
    "customer.updated": _customer,
    "customer.deleted": _gone,
}
TOPICS = tuple(_READERS)
"""The topics to make webhooks for (docs/operators.md)."""
