"""Messages as the systems send them today: what a shop's owner would expect of each."""

import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage.database import Database
from tests.bot.data.hooks.calling import Caller, calling, headers
from tests.clocks import StillClock

BEGIN = 1777887000
CUSTOMER = "stripe:cus_once"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def caller(database: Database) -> AsyncIterator[Caller]:
    async with calling(database) as opened:
        opened.services.admins.add(5)
        yield opened


async def stripe(caller: Caller, kind: str, told: dict[str, Any], after: int = 0) -> str:
    event = {"type": kind, "created": BEGIN + after, "livemode": False, "data": {"object": told}}
    response = await caller.send("stripe", event)
    assert response.status == 200, await response.text()
    return str((await response.json())["status"])


async def sent(caller: Caller, source: str, topic: str, told: object) -> tuple[int, str]:
    response = await caller.send(source, told, topic)
    return response.status, str((await response.json()).get("status"))


async def to_admins(caller: Caller) -> list[str]:
    async with caller.database.reading() as unit:
        rows = await unit.outbox.recent(20)
    return [str(row.params.get("text")) for row in rows if row.chat_id == 5]


# -- Stripe: one payment is one purchase ----------------------------------------------------------


def session(**told: Any) -> dict[str, Any]:
    made = {"id": "cs_1", "customer": "cus_once", "mode": "payment", "payment_status": "paid"}
    names = {"invoice": "in_1", "payment_intent": "pi_1", "created": BEGIN}
    return {**made, **names, "customer_details": {"name": "Ann"}, **told}


def invoice(**told: Any) -> dict[str, Any]:
    made = {"id": "in_1", "customer": "cus_once", "amount_paid": 2500, "billing_reason": "manual"}
    lines = [{"description": "1 × Lumen Tea (at $25.00 / each)", "amount": 2500, "parent": {}}]
    paid = {"status_transitions": {"paid_at": BEGIN + 1}, "lines": {"data": lines}}
    return {**made, **paid, **told}


def charge(**told: Any) -> dict[str, Any]:
    made = {"id": "ch_1", "customer": "cus_once", "payment_intent": "pi_1", "created": BEGIN}
    return {**made, "refunded": True, "amount_refunded": 2500, **told}


PAIR = {"id": "inpay_1", "invoice": "in_1", "payment": {"type": "payment_intent"}}
PAIR["payment"] |= {"payment_intent": "pi_1"}  # type: ignore[operator]
SESSION = ("checkout.session.completed", session(), 10)
INVOICE = ("invoice.paid", invoice(), 11)
OLD_INVOICE = ("invoice.paid", invoice(payment_intent="pi_1", charge="ch_1"), 11)
REFUND = ("charge.refunded", charge(), 90)
OLD_REFUND = ("charge.refunded", charge(invoice="in_1"), 90)


@pytest.mark.parametrize("told", [(SESSION, INVOICE), (SESSION, OLD_INVOICE)])
async def test_a_one_off_payment_is_one_purchase(caller: Caller, told: Any) -> None:
    for each in (*told, *told[::-1]):
        await stripe(caller, *each)
    assert await purchases(caller) == [False]


@pytest.mark.parametrize(
    "told",
    [
        (SESSION, INVOICE, REFUND),
        (SESSION, OLD_INVOICE, OLD_REFUND),
        (INVOICE, ("invoice_payment.paid", PAIR, 12), REFUND),
    ],
)
@pytest.mark.parametrize("seed", range(6))
async def test_what_was_paid_back_was_not_bought(caller: Caller, told: Any, seed: int) -> None:
    await stripe(caller, "customer.created", {"id": "cus_once", "name": "Ann"})
    for each in random.Random(seed).sample([*told, *told], 6):
        await stripe(caller, *each)
    assert False not in await purchases(caller)
    assert "refund" in await caller.events(CUSTOMER)


async def test_an_invoice_of_the_dashboard_is_found_by_its_hour(caller: Caller) -> None:
    await stripe(caller, *INVOICE)
    await stripe(caller, *REFUND)
    assert await purchases(caller) == [True]


async def purchases(caller: Caller) -> list[bool]:
    """Of each purchase that is known, whether it was taken back."""
    async with caller.database.reading() as unit:
        customer = await unit.customers.by_ref(CUSTOMER)
        assert customer is not None
        known = (await unit.schedules.events_of([customer.id])).get(customer.id, [])
    return [event.withdrawn_at is not None for event in known if event.type == "purchase"]


async def test_a_refund_of_a_guest_is_not_asked_for_again(caller: Caller) -> None:
    caller.services.clock = StillClock(datetime.fromtimestamp(BEGIN + 100, UTC))
    guest = session(customer=None, invoice=None, payment_intent="pi_g")
    assert await stripe(caller, "checkout.session.completed", guest) == "ignored"
    back = charge(customer=None, payment_intent="pi_g")
    assert await stripe(caller, "charge.refunded", back, 90) == "ignored"


# -- Stripe: how subscriptions end ----------------------------------------------------------------


def subscription(**told: Any) -> dict[str, Any]:
    return {"id": "sub_x", "customer": "cus_once", "status": "active", "start_date": BEGIN, **told}


async def test_why_somebody_leaves_is_kept(caller: Caller) -> None:
    why = {"comment": "It arrives broken", "feedback": "low_quality", "reason": "requested"}
    leaving = subscription(cancel_at_period_end=True, cancellation_details=why)
    assert await stripe(caller, "customer.subscription.updated", leaving, 5) == "taken"
    event = (await caller.events(CUSTOMER))["cancellation_announced"]
    assert event.data == {"feedback": "low_quality", "comment": "It arrives broken"}
    staying = subscription(cancel_at_period_end=False)
    await stripe(caller, "customer.subscription.updated", staying, 9)
    assert "cancellation_announced" not in await caller.events(CUSTOMER)


@pytest.mark.parametrize("status", ["paused", "unpaid"])
async def test_a_halted_subscription_is_told_once(caller: Caller, status: str) -> None:
    for after in (9, 5, 7):
        halted = subscription(status=status)
        await stripe(caller, "customer.subscription.updated", halted, after)
    event = (await caller.events(CUSTOMER))[status]
    assert int(event.at.timestamp()) == BEGIN + 5


@pytest.mark.parametrize(
    ("source", "topic", "ref", "before"),
    [
        (
            "shopify",
            "customers",
            "shopify:7",
            {"first_name": "A", "updated_at": "2026-05-04T09:00Z"},
        ),
        ("woocommerce", "customer", "woo:7", {"first_name": "A"}),
    ],
)
async def test_a_customer_who_is_deleted_there_is_gone_here(
    caller: Caller, source: str, topic: str, ref: str, before: dict[str, Any]
) -> None:
    caller.services.clock = StillClock(datetime(2026, 6, 1, tzinfo=UTC))
    sign = "/" if source == "shopify" else "."
    done = {"shopify": "delete", "woocommerce": "deleted"}[source]
    update = f"{topic}{sign}update" + ("" if source == "shopify" else "d")
    told = {"id": 7, "date_modified_gmt": "2026-05-04T09:00:00", **before}
    assert await sent(caller, source, update, told) == (200, "taken")
    assert await sent(caller, source, f"{topic}{sign}{done}", {"id": 7}) == (200, "taken")
    assert await caller.customer(ref) is None
    assert await sent(caller, source, update, told) == (200, "nobody")


async def test_a_customer_who_is_deleted_in_stripe_is_gone_here(caller: Caller) -> None:
    await stripe(caller, "customer.created", {"id": "cus_once", "name": "Ann"})
    assert await stripe(caller, "customer.deleted", {"id": "cus_once"}, 50) == "taken"
    assert await caller.customer(CUSTOMER) is None
    await stripe(caller, "customer.updated", {"id": "cus_once", "name": "Ann"}, 20)
    assert await caller.count() == 0


async def test_the_businesss_own_customer_stays_without_what_the_shop_told(caller: Caller) -> None:
    await caller.register("C-1", name="Anna")
    told = {"id": "cus_once", "phone": "+4915111111111", "metadata": {"verso_ref": "C-1"}}
    await stripe(caller, "customer.created", told)
    await stripe(caller, *SESSION)
    await stripe(caller, "customer.deleted", {"id": "cus_once"}, 50)
    anna = await caller.customer("C-1")
    assert anna is not None
    assert (anna.name, anna.phone) == ("Anna", "")
    assert await caller.events("C-1") == {}
    assert ["C-1" in text for text in await to_admins(caller)] == [True]


# -- Shopify since 2025-01 ------------------------------------------------------------------------


async def test_tags_and_totals_that_come_by_themselves(caller: Caller) -> None:
    whole = {"id": 7, "first_name": "A", "tags": "VIP, old", "updated_at": "2026-05-04T09:00:00Z"}
    of = {"customerId": "gid://shopify/Customer/7"}
    told = [
        ("customers/update", whole),
        ("customer.tags_added", {**of, "tags": ["new"], "occurredAt": "2026-05-05T09:00:00Z"}),
        ("customer.tags_removed", {**of, "tags": ["old"], "occurredAt": "2026-05-06T09:00:00Z"}),
        (
            "customers/purchasing_summary",
            {**of, "amountSpent": {"amount": "150.00"}, "occurredAt": "2026-05-06T09:00:00Z"},
        ),
    ]
    ends = set()
    for seed in range(4):
        for topic, body in random.Random(seed).sample(told, 4):
            assert (await sent(caller, "shopify", topic, body))[0] == 200
        found = await caller.customer("shopify:7")
        assert found is not None
        ends.add((found.name, found.tags, found.value))
    assert ends == {("A", ("VIP", "new"), 150)}


def order(**told: Any) -> dict[str, Any]:
    now = "2026-05-04T09:30:00Z"
    lines = [{"title": "Tea"}]
    made = {"id": 71001, "created_at": now, "updated_at": now, "financial_status": "paid"}
    return {**made, "line_items": lines, "customer": {"id": 7, "first_name": "A"}, **told}


@pytest.mark.parametrize(
    ("told", "phone"),
    [
        ({"phone": "+4915111111111"}, "+4915111111111"),
        ({"shipping_address": {"phone": "0151 11111111", "country_code": "DE"}}, "+4915111111111"),
        ({"billing_address": {"phone": "(555) 555-5555", "country_code": "US"}}, "+15555555555"),
        ({"shipping_address": {"phone": "0151 11111111"}}, ""),
    ],
)
async def test_the_phone_of_an_order(caller: Caller, told: dict[str, Any], phone: str) -> None:
    await sent(caller, "shopify", "orders/create", order(**told))
    found = await caller.customer("shopify:7")
    assert found is not None
    assert found.phone == phone


async def test_what_follows_a_guests_order_is_not_asked_for_again(caller: Caller) -> None:
    caller.services.clock = StillClock(datetime(2026, 5, 4, 9, 31, tzinfo=UTC))
    guest = order(customer=None)
    assert await sent(caller, "shopify", "orders/create", guest) == (200, "ignored")
    now = "2026-05-04T09:30:30Z"
    of = {"order_id": 71001, "created_at": now, "updated_at": now}
    parcel = {"id": 710011, "status": "success", **of}
    assert await sent(caller, "shopify", "fulfillments/create", parcel) == (200, "ignored")
    assert await sent(caller, "shopify", "refunds/create", {"id": 5, **of}) == (200, "ignored")


async def test_an_order_that_is_deleted_was_none(caller: Caller) -> None:
    await sent(caller, "shopify", "orders/create", order())
    caller.services.clock = StillClock(datetime(2026, 5, 5, tzinfo=UTC))
    await sent(caller, "shopify", "orders/delete", {"id": 71001})
    assert await caller.events("shopify:7") == {}


@pytest.mark.parametrize("topic", ["customers/redact", "customers/data_request"])
async def test_admins_hear_of_a_request_that_names_nobody(caller: Caller, topic: str) -> None:
    told = {"shop_domain": "tea.example", "customer": {"email": "a@example.org"}}
    assert await sent(caller, "shopify", topic, told) == (200, "nobody")
    [text] = await to_admins(caller)
    assert "example.org" not in text


# -- WooCommerce ----------------------------------------------------------------------------------


def woo_order(**told: Any) -> dict[str, Any]:
    at = "2026-05-04T09:00:00"
    made = {"id": 8004, "status": "completed", "customer_id": 8004, "date_created_gmt": at}
    paid = {"date_modified_gmt": at, "date_paid_gmt": at, "line_items": [{"name": "Tea"}]}
    return {**made, **paid, **told}


async def test_a_part_of_the_money_back_is_a_refund(caller: Caller) -> None:
    part = [{"id": 1, "reason": "broken", "total": "-5.00"}]
    await sent(caller, "woocommerce", "order.updated", woo_order(refunds=part))
    assert {"purchase", "refund"} <= set(await caller.events("woo:8004"))


async def test_a_status_of_the_shops_own_is_paid_when_it_was(caller: Caller) -> None:
    await sent(caller, "woocommerce", "order.updated", woo_order(status="shipped"))
    assert "purchase" in await caller.events("woo:8004")
    waiting = woo_order(id=8005, status="on-hold")
    await sent(caller, "woocommerce", "order.updated", waiting)
    assert len(await caller.events("woo:8004")) == 2


async def test_a_national_number_is_of_the_address(caller: Caller) -> None:
    billing = {"phone": "(555) 555-5555", "country": "US"}
    told = {"id": 8004, "first_name": "A", "billing": billing}
    await sent(caller, "woocommerce", "customer.updated", told)
    found = await caller.customer("woo:8004")
    assert found is not None
    assert found.phone == "+15555555555"


async def test_an_order_that_is_taken_out_of_the_bin_counts_again(caller: Caller) -> None:
    await sent(caller, "woocommerce", "order.updated", woo_order())
    for days, topic in ((1, "order.deleted"), (2, "order.restored")):
        caller.services.clock = StillClock(datetime(2026, 5, 4, tzinfo=UTC) + timedelta(days=days))
        told = woo_order() if topic == "order.restored" else {"id": 8004}
        await sent(caller, "woocommerce", topic, told)
        counts = "purchase" in await caller.events("woo:8004")
        assert counts is (topic == "order.restored")


async def test_an_old_body_is_not_understood(caller: Caller) -> None:
    told = {"order": woo_order()}
    answer = await sent(caller, "woocommerce", "order.updated", told)
    assert answer == (200, "not_understood")


# -- anything at all ------------------------------------------------------------------------------

TOPICS = {
    "stripe": ["customer.updated", "customer.subscription.updated", "invoice.paid",
               "charge.refunded", "checkout.session.completed", "invoice_payment.paid"],
    "shopify": ["orders/create", "customers/update", "fulfillments/create", "refunds/create",
                "customer.tags_added", "customers/purchasing_summary", "customers/redact"],
    "woocommerce": ["order.updated", "customer.updated", "order.deleted", "order.restored"],
}  # fmt: skip
NAMES = ("id", "status", "customer", "customer_id", "created", "updated_at", "date_created_gmt",
         "date_modified_gmt", "line_items", "billing", "refunds", "tags", "phone", "metadata",
         "items", "lines", "order_id", "occurredAt", "amountSpent", "payment", "invoice",
         "first_name", "total_spent", "trial_start", "cancellation_details")  # fmt: skip
VALUES = (None, True, 0, -1, 7, 10**30, 1.5, "", "x", "7", "2026-05-04T09:00:00Z", "0" * 300, [],
          {}, [1], [{}], {"id": 7}, {"data": [{"price": 5}]}, "\x00", BEGIN)  # fmt: skip


def anything(chance: random.Random) -> dict[str, Any]:
    return {name: chance.choice(VALUES) for name in chance.sample(NAMES, 12)}


@pytest.mark.parametrize("source", list(TOPICS))
async def test_no_signed_body_breaks_the_door(caller: Caller, source: str) -> None:
    chance = random.Random(source)
    for _ in range(150):
        told, topic = anything(chance), chance.choice(TOPICS[source])
        if source == "stripe":
            told = {"type": topic, "created": BEGIN, "data": {"object": told}}
        body = json.dumps(told).encode()
        response = await caller.client.post(
            f"/hooks/{source}", data=body, headers=headers(source, body, topic)
        )
        assert response.status in (200, 503), (topic, told)
        assert response.status == 200 or "Retry-After" in response.headers
