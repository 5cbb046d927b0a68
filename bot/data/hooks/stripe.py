"""What Stripe's messages say: trials, subscriptions, payments, refunds.

Field names are those of Stripe's API reference (objects Event, Customer, Subscription, Invoice,
Charge, Checkout Session, Invoice Payment); of newer versions too, in which an invoice's
subscription and an item's period have moved, and invoices and charges name each other no more.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.data.hooks.content import ExternalEvent, NotUnderstood, Person, WebhookContent
from bot.data.hooks.reading import (
    REF_KEY,
    bought,
    ident,
    items,
    line,
    mapping,
    maybe_ident,
    needed,
    period,
    phone_of,
    price,
    said,
    text,
    told,
    unix,
)

SOURCE = "stripe:"
Object = Mapping[str, Any]
_IN_WORDS = re.compile(r"\d+ × (?P<what>.+?)(?: \(at .*\))?")
"""How Stripe describes a line of an invoice: `1 × Pro (at $10.00 / month)`."""
_HALTED = frozenset({"paused", "unpaid"})
"""Statuses in which a subscription is neither paid nor over."""
_COMMENT_LIMIT = 1000


def read(body: object) -> tuple[str, WebhookContent | None]:
    """A message's type and what it says; None: nothing that is needed.

    Raises NotUnderstood.
    """
    event = mapping(body)
    kind = text(event.get("type"))
    step = _READERS.get(kind)
    if step is None:
        return kind, None
    as_of = needed(unix(event.get("created")), "created")
    found = mapping(mapping(event.get("data")).get("object"))
    content = step(found, as_of)
    live = event.get("livemode")
    test = not live if isinstance(live, bool) else None
    if content is None:
        return kind, None
    return kind, replace(content, tenant=maybe_ident(event.get("account")), test=test)


def _person(found: Object, fields: Mapping[str, Any] | None = None) -> Person | None:
    """Whom an object is about: by its customer, and the ref that the business wrote on it."""
    customer = maybe_ident(found.get("customer"))
    own = _own_ref(found)
    if not customer and not own:
        return None
    return Person(f"{SOURCE}{customer}" if customer else "", own, fields=fields or {})


def _own_ref(found: Object) -> str:
    return text(mapping(found.get("metadata")).get(REF_KEY))


# -- customers ------------------------------------------------------------------------------------


def _customer(found: Object, as_of: datetime) -> WebhookContent:
    fields: dict[str, Any] = {}
    if said(found, "name"):
        fields["name"] = text(found.get("name"))
    if said(found, "phone"):
        phone = phone_of((found,), (mapping(found.get("address")),))
        # A number that cannot be read says neither what it is nor that there is none.
        fields |= {"phone": phone} if phone or not text(found.get("phone")) else {}
    locales = found.get("preferred_locales")
    fields |= told(language=text(locales[0]) if isinstance(locales, list) and locales else "")
    return WebhookContent(as_of, Person(SOURCE + ident(found), _own_ref(found), fields=fields))


def _gone(found: Object, as_of: datetime) -> WebhookContent:
    return WebhookContent(as_of, gone=SOURCE + ident(found))


# -- subscriptions --------------------------------------------------------------------------------


def _subscription(found: Object, as_of: datetime) -> WebhookContent | None:
    person = _person(found)
    if person is None:
        raise NotUnderstood("customer is missing")
    name, lines = SOURCE + ident(found), _items(found)
    begin, end = unix(found.get("trial_start")), unix(found.get("trial_end"))
    status, happenings = text(found.get("status")), list[ExternalEvent]()
    if begin is not None:
        length = period(begin, end)
        happenings.append(ExternalEvent(f"{name}:trial", "trial_started", begin, length, lines))
    paying_since = end or unix(found.get("start_date")) or unix(found.get("created"))
    if status == "active" and paying_since is not None and paying_since <= as_of:
        where = _since(name, paying_since)
        happenings.append(ExternalEvent(where, "converted", paying_since, lines=lines))
    if status == "canceled":
        gone = unix(found.get("ended_at")) or unix(found.get("canceled_at")) or as_of
        why = _why(found)
        happenings.append(ExternalEvent(f"{name}:churned", "churned", gone, "", lines, data=why))
    if status in _HALTED:
        halted = ExternalEvent(f"{name}:{status}", status, as_of, "", lines, earliest=True)
        happenings.append(halted)
    happenings += _cancelling(name, found, status, as_of)
    return WebhookContent(as_of, person, happenings=tuple(happenings))


def _cancelling(
    name: str, found: Object, status: str, as_of: datetime
) -> tuple[ExternalEvent, ...]:
    """Somebody has said that they will go, perhaps why, and may still change their mind."""
    event = ExternalEvent(
        f"{name}:cancelling",
        "cancellation_announced",
        unix(found.get("canceled_at")) or as_of,
        lines=_items(found),
        data=_why(found),
    )
    if found.get("cancel_at_period_end") is True or unix(found.get("cancel_at")) is not None:
        return (event,)
    # Once it is over, it was announced, or was not; only going on takes it back.
    said_otherwise = said(found, "cancel_at_period_end") and status in ("active", "trialing")
    return (replace(event, data={}, withdrawn=True),) if said_otherwise else ()


def _why(found: Object) -> dict[str, str]:
    """What the customer gave as a reason for leaving, in their own words where there are any."""
    details = mapping(found.get("cancellation_details"))
    return told(
        feedback=text(details.get("feedback")),
        comment=text(details.get("comment"), _COMMENT_LIMIT),
    )


def _since(subscription: str, moment: datetime) -> str:
    """Name a paid period of a subscription by its beginning.

    The first invoice after a trial says "a new cycle" like every later one: it has the name of
    the conversion, which knows better.
    """
    return f"{subscription}:paid:{int(moment.timestamp())}"


def _items(found: Object) -> tuple[tuple[str, ...], ...]:
    """What a subscription or checkout is for: the business's own name of it goes first."""
    own = _own_product(found)
    lines = [
        (_of_price(own, mapping(each.get("price")) or mapping(each.get("plan"))), 0.0)
        for each in items(mapping(found.get("items")).get("data"))
    ]
    return bought(lines or [(line(own), 0.0)])


def _own_product(found: Object) -> str:
    return text(mapping(found.get("metadata")).get("product"))


def _of_price(own: str, each: Object, *others: str) -> tuple[str, ...]:
    product = each.get("product")
    named = text(mapping(product).get("name")), text(each.get("nickname"))
    return line(own, *named, *others, maybe_ident(product))


# -- payments -------------------------------------------------------------------------------------


def _paid(found: Object, as_of: datetime) -> WebhookContent | None:
    """An invoice was paid: a subscription goes on. What was free is no payment."""
    person, amount = _person(found), found.get("amount_paid")
    if person is None or not isinstance(amount, int) or amount <= 0:
        return None
    moment = unix(mapping(found.get("status_transitions")).get("paid_at")) or as_of
    subscription = _subscription_of(found)
    if found.get("billing_reason") == "subscription_cycle" and subscription:
        lines = [mapping(each.get("period")) for each in _lines(found)]
        begin, end = _bounds(lines[0]) if lines else (None, None)
        name = _since(SOURCE + subscription, begin or moment)
        renewed = ExternalEvent(name, "renewed", moment, period(begin, end), weak=True)
        return WebhookContent(as_of, person, happenings=(renewed,))
    if subscription:
        return WebhookContent(as_of, person)
    invoice = SOURCE + ident(found)
    happened = ExternalEvent(invoice, "purchase", moment, lines=_described(found))
    return WebhookContent(as_of, person, happenings=(happened,), pairs=_pairs(found, invoice))


def _described(invoice: Object) -> tuple[tuple[str, ...], ...]:
    own = _own_product(invoice)
    return bought((_of_line(own, each), price(each.get("amount"))) for each in _lines(invoice))


def _of_line(own: str, each: Object) -> tuple[str, ...]:
    written = text(each.get("description"))
    described = _IN_WORDS.fullmatch(written)
    newer = mapping(mapping(each.get("pricing")).get("price_details"))
    shown = described["what"] if described else written
    return _of_price(own, mapping(each.get("price")) or newer, shown)


def _lines(invoice: Object) -> list[Object]:
    lines = items(mapping(invoice.get("lines")).get("data"))
    return [each for each in lines if not each.get("proration")] or lines


def _bounds(length: Object) -> tuple[datetime | None, datetime | None]:
    return unix(length.get("start")), unix(length.get("end"))


def _subscription_of(invoice: Object) -> str:
    parent = mapping(mapping(invoice.get("parent")).get("subscription_details"))
    return maybe_ident(invoice.get("subscription")) or maybe_ident(parent.get("subscription"))


def _pairs(found: Object, invoice: str) -> tuple[tuple[str, str], ...]:
    """The two names of a purchase, where an object tells both."""
    payment = maybe_ident(found.get("payment_intent"))
    return ((SOURCE + payment, invoice),) if payment and invoice else ()


def _invoice_payment(found: Object, as_of: datetime) -> WebhookContent | None:
    """Which payment was for which invoice."""
    invoice, payment = maybe_ident(found.get("invoice")), mapping(found.get("payment"))
    pairs = _pairs(payment, SOURCE + invoice if invoice else "")
    return WebhookContent(as_of, pairs=pairs) if pairs else None


def _payment_failed(found: Object, as_of: datetime) -> WebhookContent | None:
    person, attempt = _person(found), text(found.get("attempt_count"), 10)
    if person is None:
        return None
    failed = ExternalEvent(f"{SOURCE}{ident(found)}:failed:{attempt}", "payment_failed", as_of)
    return WebhookContent(as_of, person, happenings=(failed,))


def _refunded(found: Object, as_of: datetime) -> WebhookContent:
    """Money went back; all of it: then there was no purchase, also when that is told later."""
    charge, amount = ident(found), text(found.get("amount_refunded"), 20)
    payment = SOURCE + (maybe_ident(found.get("payment_intent")) or charge)
    invoice = maybe_ident(found.get("invoice"))
    name = SOURCE + invoice if invoice else payment
    happenings = [ExternalEvent(f"{SOURCE}{charge}:refund:{amount}", "refund", as_of)]
    if found.get("refunded") is True:
        when = unix(found.get("created")) or as_of
        paid_back = ExternalEvent(name, "purchase", when, withdrawn=True, final=True)
        happenings.append(paid_back)
    person = _person(found)
    return WebhookContent(
        as_of,
        person,
        # A charge of nobody's may be of a checkout that named the business's own customer.
        "" if person is not None else name,
        tuple(happenings),
        left_out=() if person is not None else (name,),
        pairs=((payment, name),) if invoice else (),
    )


def _checkout(found: Object, as_of: datetime) -> WebhookContent | None:
    about = mapping(found.get("customer_details"))
    phone = phone_of((about,), (mapping(about.get("address")),))
    fields = told(name=text(about.get("name")), phone=phone)
    person = _person(found, fields)
    reference = text(found.get("client_reference_id"))
    if reference and (person is None or not person.own_ref):
        source = person.source_ref if person else ""
        person = Person(source, reference, by_business=False, fields=fields)
    invoice = maybe_ident(found.get("invoice"))
    payment = maybe_ident(found.get("payment_intent")) or ident(found)
    name = SOURCE + (invoice or payment)
    if person is None:
        return WebhookContent(as_of, left_out=(name,))
    if found.get("mode") != "payment" or found.get("payment_status") != "paid":
        return WebhookContent(as_of, person)
    when = unix(found.get("created")) or as_of
    happened = ExternalEvent(name, "purchase", when, lines=_items(found))
    pairs = _pairs(found, name if invoice else "")
    return WebhookContent(as_of, person, happenings=(happened,), pairs=pairs)


_READERS: Mapping[str, Callable[[Object, datetime], WebhookContent | None]] = {
    "customer.created": _customer,
    "customer.updated": _customer,
    "customer.deleted": _gone,
    "customer.subscription.created": _subscription,
    "customer.subscription.updated": _subscription,
    "customer.subscription.paused": _subscription,
    "customer.subscription.resumed": _subscription,
    "customer.subscription.trial_will_end": _subscription,
    "customer.subscription.deleted": _subscription,
    "invoice.paid": _paid,
    "invoice.payment_failed": _payment_failed,
    "invoice_payment.paid": _invoice_payment,
    "charge.refunded": _refunded,
    "checkout.session.completed": _checkout,
    "checkout.session.async_payment_succeeded": _checkout,
}
TOPICS = tuple(_READERS)
"""The types to choose in Stripe (docs/operators.md)."""
