"""What Stripe's messages say: trials, subscriptions, payments, refunds.

Field names are those of Stripe's API reference (objects Event, Customer, Subscription, Invoice,
Charge, Checkout Session); of newer versions too, in which an invoice's subscription and an item's
period have moved.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.data.hooks.content import ExternalEvent, NotUnderstood, Person, WebhookContent
from bot.data.hooks.reading import (
    REF_KEY,
    ident,
    items,
    mapping,
    maybe_ident,
    needed,
    period,
    text,
    told,
    unix,
)

SOURCE = "stripe:"
Object = Mapping[str, Any]


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
    return kind, step(found, as_of)


def _person(found: Object, fields: Mapping[str, Any] | None = None) -> Person | None:
    """Whom an object is about: by its customer, and the ref that the business wrote on it."""
    customer = maybe_ident(found.get("customer"))
    own = text(mapping(found.get("metadata")).get(REF_KEY))
    if not customer and not own:
        return None
    return Person(f"{SOURCE}{customer}" if customer else "", own, fields=fields or {})


def _customer(found: Object, as_of: datetime) -> WebhookContent:
    locales = found.get("preferred_locales")
    language = text(locales[0]) if isinstance(locales, list) and locales else ""
    name, phone = text(found.get("name")), text(found.get("phone"))
    fields = told(name=name, phone=phone, language=language)
    own = text(mapping(found.get("metadata")).get(REF_KEY))
    return WebhookContent(as_of, Person(SOURCE + ident(found), own, fields=fields))


def _subscription(found: Object, as_of: datetime) -> WebhookContent | None:
    person = _person(found)
    if person is None:
        raise NotUnderstood("customer is missing")
    name, product = SOURCE + ident(found), _product(found)
    begin, end = unix(found.get("trial_start")), unix(found.get("trial_end"))
    status, happenings = found.get("status"), []
    if begin is not None:
        length = period(begin, end)
        happenings.append(ExternalEvent(f"{name}:trial", "trial_started", begin, length, product))
    paying_since = end or unix(found.get("start_date")) or unix(found.get("created"))
    if status == "active" and paying_since is not None and paying_since <= as_of:
        where = _since(name, paying_since)
        happenings.append(ExternalEvent(where, "converted", paying_since, product=product))
    if status == "canceled":
        gone = unix(found.get("ended_at")) or unix(found.get("canceled_at")) or as_of
        happenings.append(ExternalEvent(f"{name}:churned", "churned", gone, product=product))
    return WebhookContent(as_of, person, happenings=tuple(happenings))


def _since(subscription: str, moment: datetime) -> str:
    """Name a paid period of a subscription by its beginning.

    The first invoice after a trial says "a new cycle" like every later one: it has the name of
    the conversion, which knows better.
    """
    return f"{subscription}:paid:{int(moment.timestamp())}"


def _product(found: Object) -> str:
    """The business's name of what was bought, else Stripe's id of it."""
    own = text(mapping(found.get("metadata")).get("product"))
    for line in items(mapping(found.get("items")).get("data")):
        price = mapping(line.get("price")) or mapping(line.get("plan"))
        product = price.get("product")
        named = text(mapping(product).get("name")) or text(price.get("nickname"))
        return own or named or maybe_ident(product)
    return own


def _paid(found: Object, as_of: datetime) -> WebhookContent | None:
    """An invoice was paid: a subscription goes on. What was free is no payment."""
    person, amount = _person(found), found.get("amount_paid")
    if person is None or not isinstance(amount, int) or amount <= 0:
        return None
    moment = unix(mapping(found.get("status_transitions")).get("paid_at")) or as_of
    subscription = _subscription_of(found)
    if found.get("billing_reason") == "subscription_cycle" and subscription:
        lines = [mapping(line.get("period")) for line in _lines(found)]
        begin, end = _bounds(lines[0]) if lines else (None, None)
        name = _since(SOURCE + subscription, begin or moment)
        renewed = ExternalEvent(name, "renewed", moment, period(begin, end), weak=True)
        return WebhookContent(as_of, person, happenings=(renewed,))
    if subscription:
        return WebhookContent(as_of, person)
    bought = ExternalEvent(_payment(found, ident(found)), "purchase", moment)
    return WebhookContent(as_of, person, happenings=(bought,))


def _lines(invoice: Object) -> list[Object]:
    lines = items(mapping(invoice.get("lines")).get("data"))
    return [line for line in lines if not line.get("proration")] or lines


def _bounds(length: Object) -> tuple[datetime | None, datetime | None]:
    return unix(length.get("start")), unix(length.get("end"))


def _subscription_of(invoice: Object) -> str:
    parent = mapping(mapping(invoice.get("parent")).get("subscription_details"))
    return maybe_ident(invoice.get("subscription")) or maybe_ident(parent.get("subscription"))


def _payment(found: Object, otherwise: str) -> str:
    return SOURCE + (maybe_ident(found.get("payment_intent")) or otherwise)


def _payment_failed(found: Object, as_of: datetime) -> WebhookContent | None:
    person, attempt = _person(found), text(found.get("attempt_count"), 10)
    if person is None:
        return None
    failed = ExternalEvent(f"{SOURCE}{ident(found)}:failed:{attempt}", "payment_failed", as_of)
    return WebhookContent(as_of, person, happenings=(failed,))


def _refunded(found: Object, as_of: datetime) -> WebhookContent:
    """Money went back; all of it: then there was no purchase, also when that is told later."""
    charge, amount = ident(found), text(found.get("amount_refunded"), 20)
    bought = _payment(found, charge)
    happenings = [ExternalEvent(f"{SOURCE}{charge}:refund:{amount}", "refund", as_of)]
    if found.get("refunded") is True:
        when = unix(found.get("created")) or as_of
        happenings.append(ExternalEvent(bought, "purchase", when, withdrawn=True))
    return WebhookContent(as_of, _person(found), bought, tuple(happenings))


def _checkout(found: Object, as_of: datetime) -> WebhookContent | None:
    about = mapping(found.get("customer_details"))
    fields = told(name=text(about.get("name")), phone=text(about.get("phone")))
    person = _person(found, fields)
    reference = text(found.get("client_reference_id"))
    if reference and (person is None or not person.own_ref):
        source = person.source_ref if person else ""
        person = Person(source, reference, by_business=False, fields=fields)
    if person is None:
        return None
    if found.get("mode") != "payment" or found.get("payment_status") != "paid":
        return WebhookContent(as_of, person)
    when = unix(found.get("created")) or as_of
    name, product = _payment(found, ident(found)), _product(found)
    bought = ExternalEvent(name, "purchase", when, product=product)
    return WebhookContent(as_of, person, happenings=(bought,))


_READERS: Mapping[str, Callable[[Object, datetime], WebhookContent | None]] = {
    "customer.created": _customer,
    "customer.updated": _customer,
    "customer.subscription.created": _subscription,
    "customer.subscription.updated": _subscription,
    "customer.subscription.trial_will_end": _subscription,
    "customer.subscription.deleted": _subscription,
    "invoice.paid": _paid,
    "invoice.payment_failed": _payment_failed,
    "charge.refunded": _refunded,
    "checkout.session.completed": _checkout,
    "checkout.session.async_payment_succeeded": _checkout,
}
TOPICS = tuple(_READERS)
"""The types to choose in Stripe (docs/operators.md)."""
