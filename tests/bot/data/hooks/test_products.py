"""What an order is about, as customers read it: never an id, never markup."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.core.work import Work
from bot.dialogue.flow_context import facts
from flows.asks.triggers import MORE
from flows.config import load_config
from storage.database import Database
from tests.bot.data.hooks.calling import Caller, calling
from tests.bot.making import NOW

BRAND = "brand: {name: Lumen Tea}\n"
PRODUCTS = """
products:
  - {id: pro, title: {en: Monthly box, ru: Набор, zh: 茶盒}, also: [prod_QXg1hqf4jFNsqG, SKU-7]}
"""


@pytest.fixture
async def caller(database: Database) -> AsyncIterator[Caller]:
    async with calling(database) as opened:
        yield opened


pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def read_of(caller: Caller, ref: str, kind: str, language: str = "en") -> str:
    """What stands for `{product}` in an ask because of an event."""
    event = (await caller.events(ref))[kind]
    async with caller.database.reading() as unit:
        customer = await unit.customers.by_ref(ref)
        assert customer is not None
        work = Work(unit, NOW, caller.services)
        context = {"product": event.product}
        context |= {MORE: str(event.data[MORE])} if MORE in event.data else {}
        known = facts(work, customer, None, context)
    return known.product


def shopify(*lines: dict[str, Any], **told: Any) -> dict[str, Any]:
    made = {"created_at": "2026-05-04T09:00:00Z", "updated_at": "2026-05-04T09:00:00Z"}
    person = {"id": 61004, "first_name": "Anna"}
    paid = {"financial_status": "paid", "customer": person, "line_items": list(lines)}
    return {"id": 61004, **made, **paid, **told}


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        ([{"title": "<b>Organic</b> Tea &amp; Tin"}], "Organic Tea & Tin"),
        (
            [{"title": "Shipping Protection by Route"}, {"title": "Green Tea 100 g"}],
            "Green Tea 100 g",
        ),
        (
            [{"title": "Tin", "price": "3.00"}, {"title": "Green Tea", "price": "9.00"}],
            "Green Tea and 1 more",
        ),
        (
            [{"title": f"Tea No {n}", "price": f"{20 - n}"} for n in range(12)],
            "Tea No 0 and 11 more",
        ),
        (
            [{"title": "Box", "sku": "SKU-7"}, {"title": "Mug", "price": "99"}],
            "Monthly box and 1 more",
        ),
        ([], ""),
    ],
)
async def test_an_order_of_shopify(caller: Caller, lines: list[Any], read: str) -> None:
    caller.services.config = load_config(BRAND + PRODUCTS)
    await caller.send("shopify", shopify(*lines), "orders/create")
    assert await read_of(caller, "shopify:61004", "purchase") == read


async def test_an_order_of_woocommerce(caller: Caller) -> None:
    told = {
        "id": 61002,
        "status": "completed",
        "customer_id": 61002,
        "date_created_gmt": "2026-05-04T09:00:00",
        "date_modified_gmt": "2026-05-04T09:00:00",
        "billing": {"first_name": "Emil", "last_name": "O&#8217;Brien"},
        "line_items": [{"name": "Green Tea &#8211; 100&nbsp;g &amp; Tin"}],
    }
    await caller.send("woocommerce", told, "order.updated")
    found = await caller.customer("woo:61002")
    assert found is not None
    assert found.name == "Emil O’Brien"
    assert await read_of(caller, "woo:61002", "purchase") == "Green Tea – 100 g & Tin"


def trial(product: object, **price: Any) -> dict[str, Any]:
    said = {"id": "sub_1", "customer": "cus_1", "status": "trialing", "trial_start": 1777880000}
    said |= {"trial_end": 1779090000, "items": {"data": [{"price": {"product": product, **price}}]}}
    kind = "customer.subscription.trial_will_end"
    return {"type": kind, "created": 1777887000, "data": {"object": said}}


async def test_nobody_reads_an_id_of_stripe(caller: Caller) -> None:
    await caller.send("stripe", trial("prod_QXg1hqf4jFNsqG", nickname=None))
    assert await read_of(caller, "stripe:cus_1", "trial_started") == ""
    caller.services.config = load_config(BRAND + PRODUCTS)
    assert await read_of(caller, "stripe:cus_1", "trial_started") == "Monthly box"


async def test_a_product_that_stripe_names_is_read(caller: Caller) -> None:
    await caller.send("stripe", trial({"id": "prod_2", "name": "Pro &amp; more"}))
    assert await read_of(caller, "stripe:cus_1", "trial_started") == "Pro & more"
