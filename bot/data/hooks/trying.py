"""Messages to try a hook with: one that stores nothing, and one as it really comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.data.hooks.content import WebhookContent
from bot.data.hooks.github import Finished


@dataclass(frozen=True, slots=True)
class Sample:
    """A message as its source sends it, but for the signature."""

    headers: Mapping[str, str]
    body: Mapping[str, Any]


_TOPIC = {
    "shopify": "X-Shopify-Topic",
    "woocommerce": "X-WC-Webhook-Topic",
    "github": "X-GitHub-Event",
}
"""Where a source says what a message is about; Stripe says it in the body."""
_NOT_NEEDED = {
    "shopify": "carts/update",
    "woocommerce": "product.updated",
    "github": "ping",
    "stripe": "product.updated",
}
"""Kinds of messages that sources send and that are left out: nothing is stored by them."""
_LINE = {"title": "Trial box", "name": "Trial box", "price": "12.00", "quantity": 1}


def harmless(source: str) -> Sample:
    """A message that is taken and leads to nothing. Raises KeyError for no source of ours."""
    topic = _NOT_NEEDED[source]
    if source == "stripe":
        return Sample({}, {"type": topic, "livemode": False})
    return Sample({_TOPIC[source]: topic}, {"id": 1})


def example(source: str, now: datetime) -> Sample:
    """A message as it comes every day. Raises KeyError for no source of ours."""
    at, day = now.isoformat(), timedelta(days=1)
    stamp = int(now.timestamp())
    samples: dict[str, tuple[str, dict[str, Any]]] = {
        "shopify": (
            "orders/paid",
            {
                "id": 1001,
                "created_at": at,
                "updated_at": at,
                "financial_status": "paid",
                "customer": {"id": 17, "first_name": "Emma", "last_name": "Clarke"},
                "line_items": [_LINE],
            },
        ),
        "woocommerce": (
            "order.created",
            {
                "id": 1001,
                "status": "processing",
                "customer_id": 17,
                "date_created_gmt": at,
                "date_modified_gmt": at,
                "date_paid_gmt": at,
                "billing": {"first_name": "Emma", "last_name": "Clarke"},
                "line_items": [_LINE],
            },
        ),
        "stripe": (
            "customer.subscription.created",
            {
                "type": "customer.subscription.created",
                "created": stamp,
                "data": {
                    "object": {
                        "id": "sub_1001",
                        "customer": "cus_17",
                        "status": "trialing",
                        "trial_start": stamp,
                        "trial_end": int((now + 14 * day).timestamp()),
                    }
                },
            },
        ),
        "github": (
            "issues",
            {
                "action": "closed",
                "issue": {
                    "number": 12,
                    "state_reason": "completed",
                    "author_association": "OWNER",
                    "closed_at": at,
                },
                "repository": {"full_name": "acme/tea"},
            },
        ),
    }
    topic, body = samples[source]
    return Sample({_TOPIC[source]: topic} if source in _TOPIC else {}, body)


def in_words(told: WebhookContent | Finished | None) -> str:
    """What Verso knows after a message, on one line."""
    if told is None:
        return "nothing"
    if isinstance(told, Finished):
        return f"{told.what} is done: the change that waits for it hears of it"
    events = ", ".join(each.type for each in told.happenings) or "no event"
    who = told.person.source_ref if told.person is not None else "nobody"
    return f"{events} of {who}"
