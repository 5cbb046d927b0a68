"""What Shopify's messages say: orders, fulfilments, refunds, customers, and requests to erase.

Field names are those of Shopify's REST Admin API, in which webhooks are sent. Since 2025-01
customers come without tags and totals, which have topics of their own.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.data.hooks.content import ExternalEvent, Person, WebhookContent
from bot.data.hooks.reading import (
    TAG_LIMIT,
    TAGS,
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
    whole,
)

SOURCE = "shopify:"
Object = Mapping[str, Any]
_PAID = frozenset({"paid", "authorized", "partially_paid", "partially_refunded"})
_UNPAID = frozenset({"refunded", "voided"})
_FELL_THROUGH = frozenset({"cancelled", "error", "failure"})
_ADDRESSES = ("billing_address", "shipping_address")


def read(topic: str, body: object, now: datetime) -> WebhookContent | None:
    """What a message of this topic says; None: nothing that is needed.

    Raises NotUnderstood.
    """
    step = _READERS.get(topic)
    return step(mapping(body), now) if step else None


# -- customers ------------------------------------------------------------------------------------


def _fields(customer: Object) -> dict[str, Any]:
    """What a customer is said to be; what is said to be empty is so."""
    fields: dict[str, Any] = {}
    if said(customer, "first_name", "last_name"):
        fields["name"] = name_of(customer)
    if isinstance(customer.get("tags"), str):
        fields["tags"] = _tags(customer["tags"].split(","))
    if said(customer, "total_spent"):
        fields |= told(value=whole(customer.get("total_spent")))
    return fields


def _tags(parts: object) -> list[str]:
    given = parts if isinstance(parts, list) else []
    return [tag for part in given if (tag := text(part, TAG_LIMIT))][:TAGS]


def _own_phone(customer: Object) -> str:
    home = mapping(customer.get("default_address"))
    return phone_of((customer, home), (home,))


def _customer(found: Object, now: datetime) -> WebhookContent:
    as_of = needed(iso(found.get("updated_at")), "updated_at")
    fields = _fields(found)
    if said(found, "phone"):
        written = text(found.get("phone")) or text(
            mapping(found.get("default_address")).get("phone")
        )
        phone = _own_phone(found)
        # A number that cannot be read says neither what it is nor that there is none.
        fields |= {"phone": phone} if phone or not written else {}
    person = Person(SOURCE + ident(found), fields=fields, mail=mail(SOURCE, found.get("email")))
    return WebhookContent(as_of, person)


def _gone(found: Object, now: datetime) -> WebhookContent:
    return WebhookContent(now, gone=SOURCE + ident(found))


def _of_newer(found: Object, now: datetime, person: Person) -> WebhookContent:
    """Topics of newer versions name the customer by a global id: `gid://shopify/Customer/7`."""
    number = next(filter(None, (maybe_ident(found.get(name)) for name in _CUSTOMER_IDS)), "")
    named = replace(person, source_ref=SOURCE + ident({"id": number}))
    moment = iso(found.get("occurredAt")) or iso(found.get("occurred_at")) or now
    return WebhookContent(moment, named)


_CUSTOMER_IDS = ("customerId", "customer_id", "admin_graphql_api_customer_id", "id")


def _tags_added(found: Object, now: datetime) -> WebhookContent:
    return _of_newer(found, now, Person(tags_added=tuple(_tags(found.get("tags")))))


def _tags_removed(found: Object, now: datetime) -> WebhookContent:
    return _of_newer(found, now, Person(tags_removed=tuple(_tags(found.get("tags")))))


def _summary(found: Object, now: datetime) -> WebhookContent:
    spent = found.get("amountSpent", found.get("amount_spent", found.get("total_spent")))
    amount = mapping(spent).get("amount") if isinstance(spent, Mapping) else spent
    return _of_newer(found, now, Person(fields=told(value=whole(amount))))


# -- orders ---------------------------------------------------------------------------------------


def _order(found: Object, now: datetime) -> WebhookContent | None:
    """An order as it is now, whatever the topic: the newest state wins."""
    as_of = needed(iso(found.get("updated_at")), "updated_at")
    customer = mapping(found.get("customer"))
    number, name = maybe_ident(customer), f"{SOURCE}order:{ident(found)}"
    test = found["test"] if isinstance(found.get("test"), bool) else None
    if not number:
        return WebhookContent(as_of, left_out=(f"{name}:placed",), test=test)
    # Whoever fills the cart can write its attributes: no ref of the business is taken from there.
    fields = _fields(customer) | _of_order(customer, found)
    address = mail(SOURCE, customer.get("email"))
    person = Person(f"{SOURCE}{number}", fields=fields, mail=address)
    placed = needed(iso(found.get("processed_at")) or iso(found.get("created_at")), "created_at")
    lines, status = _lines(found), text(found.get("financial_status"))
    off = iso(found.get("cancelled_at")) is not None
    happenings = [ExternalEvent(f"{name}:placed", "order_placed", placed, "", lines, withdrawn=off)]
    if off or status in _UNPAID:
        happenings.append(ExternalEvent(name, "purchase", placed, "", lines, withdrawn=True))
    elif status in _PAID:
        happenings.append(ExternalEvent(name, "purchase", placed, "", lines))
    return WebhookContent(as_of, person, happenings=tuple(happenings), test=test)


def _of_order(customer: Object, order: Object) -> dict[str, Any]:
    """What an order says of its customer: it may leave out what the shop knows."""
    addresses = [mapping(order.get(name)) for name in _ADDRESSES]
    home = mapping(customer.get("default_address"))
    phone = phone_of((customer, order, *addresses, home), (*addresses, home))
    return told(phone=phone, language=text(order.get("customer_locale")))


def _lines(order: Object) -> tuple[tuple[str, ...], ...]:
    return bought(
        (
            line(each.get("title"), each.get("name"), each.get("sku"), *_numbers(each)),
            price(each.get("price")) * max(price(each.get("quantity", 1)), 1),
        )
        for each in items(order.get("line_items"))
    )


def _numbers(each: Object) -> tuple[str, str]:
    return maybe_ident(each.get("product_id")), maybe_ident(each.get("variant_id"))


def _deleted(found: Object, now: datetime) -> WebhookContent:
    """All that is sent of an order that was deleted is its number."""
    name = f"{SOURCE}order:{ident(found)}"
    gone = (
        ExternalEvent(f"{name}:placed", "order_placed", now, withdrawn=True),
        ExternalEvent(name, "purchase", now, withdrawn=True),
    )
    return WebhookContent(now, about=f"{name}:placed", happenings=gone)


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
        there = ExternalEvent(f"{name}:delivered", "order_delivered", as_of, withdrawn=gone)
        happenings.append(there)
    return WebhookContent(as_of, about=_placed(found), happenings=tuple(happenings))


def _refund(found: Object, now: datetime) -> WebhookContent:
    """Money went back. Whether all of it did, the order tells (`financial_status`)."""
    when = needed(iso(found.get("created_at")), "created_at")
    refund = ExternalEvent(f"{SOURCE}refund:{ident(found)}", "refund", when)
    return WebhookContent(when, about=_placed(found), happenings=(refund,))


# -- what is to be erased, or told ----------------------------------------------------------------


def shop_of(body: object) -> str:
    """The shop that a request to erase names in its signed body; empty: it names none."""
    return text(mapping(body).get("shop_domain"))


def _redact(found: Object, now: datetime) -> WebhookContent:
    customer = mapping(found.get("customer"))
    number, address = maybe_ident(customer), mail(SOURCE, customer.get("email"))
    if not number and not address:
        return WebhookContent(now, cannot="hooks.redact_unnamed")
    return WebhookContent(now, forget=SOURCE + number if number else address, mail=address)


def _data_request(found: Object, now: datetime) -> WebhookContent:
    customer = mapping(found.get("customer"))
    number, address = maybe_ident(customer), mail(SOURCE, customer.get("email"))
    if not number and not address:
        return WebhookContent(now, cannot="hooks.request_unnamed")
    return WebhookContent(now, wants_data=SOURCE + number if number else address)


def _redact_shop(found: Object, now: datetime) -> WebhookContent:
    return WebhookContent(now, forget_shop=True)


_READERS: Mapping[str, Callable[[Object, datetime], WebhookContent | None]] = {
    "orders/create": _order,
    "orders/paid": _order,
    "orders/updated": _order,
    "orders/cancelled": _order,
    "orders/delete": _deleted,
    "fulfillments/create": _fulfilment,
    "fulfillments/update": _fulfilment,
    "refunds/create": _refund,
    "customers/create": _customer,
    "customers/update": _customer,
    "customers/delete": _gone,
    "customers/purchasing_summary": _summary,
    "customer.tags_added": _tags_added,
    "customer.tags_removed": _tags_removed,
    "customers/redact": _redact,
    "customers/data_request": _data_request,
    "shop/redact": _redact_shop,
}
TOPICS = tuple(_READERS)
"""The topics to subscribe to (docs/operators.md)."""
