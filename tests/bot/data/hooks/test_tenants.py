"""Shops of one source are told apart, and what one asks never touches another's people."""

import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import delete

from bot.core.work import Work
from bot.data.privacy import redact
from storage.database import Database
from storage.tables import marks
from tests.bot.data.hooks.calling import AUTH, Caller, calling
from tests.bot.making import NOW, everything
from tests.databases import on_both

HOME, OTHER = "lumen.myshopify.com", "other-shop.myshopify.com"
SITE, STAGING = "https://shop.example/", "https://staging.shop.example/"
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def caller(database: Database) -> AsyncIterator[Caller]:
    async with calling(database) as opened:
        opened.services.admins.add(5)
        yield opened


def customer(number: int, name: str, **told: Any) -> dict[str, Any]:
    return {"id": number, "first_name": name, "updated_at": "2026-05-04T09:00:00Z", **told}


def order(number: int, of: int, name: str, **told: Any) -> dict[str, Any]:
    made = {"created_at": "2026-05-04T09:00:00Z", "updated_at": "2026-05-04T09:00:00Z"}
    lines = [{"title": "Green Tea 100 g"}]
    person = {"id": of, "first_name": name}
    paid = {"financial_status": "paid", "line_items": lines, "customer": person}
    return {"id": number, **made, **paid, **told}


async def shopify(caller: Caller, topic: str, told: object, shop: str = HOME) -> str:
    response = await caller.send("shopify", told, topic, shop)
    assert response.status == 200, await response.text()
    return str((await response.json())["status"])


async def woo(caller: Caller, told: object, site: str, topic: str = "customer.updated") -> str:
    response = await caller.send("woocommerce", told, topic, site)
    assert response.status == 200, await response.text()
    return str((await response.json())["status"])


async def said_to_admins(caller: Caller) -> list[str]:
    async with caller.database.reading() as unit:
        rows = await unit.outbox.recent(20)
    return [str(row.params.get("text")) for row in rows if row.chat_id == 5]


async def redacted(caller: Caller) -> None:
    """Do what is due of erasing a shop."""
    async with caller.database.unit() as unit:
        for timer in await unit.timers.due(caller.services.clock.now(), 10):
            await redact(Work(unit, NOW, caller.services), timer)
        await unit.commit()


@ONE
async def test_one_shops_redaction_leaves_anothers_people(caller: Caller) -> None:
    await shopify(caller, "orders/create", order(1, 7, "Anna"))
    before = await everything(caller.database)
    answer = await shopify(caller, "shop/redact", {"shop_id": 2, "shop_domain": OTHER}, OTHER)
    await redacted(caller)
    assert answer == "nobody"
    assert await everything(caller.database) == before


@ONE
async def test_a_shop_that_leaves_takes_its_own_along(caller: Caller) -> None:
    await shopify(caller, "orders/create", order(1, 7, "Anna"))
    await shopify(caller, "orders/create", order(1, 7, "Boris"), OTHER)
    assert await shopify(caller, "shop/redact", {"shop_domain": OTHER}, OTHER) == "taken"
    await redacted(caller)
    anna = await caller.customer("shopify:7")
    assert anna is not None
    assert anna.name == "Anna"
    assert await caller.customer(f"shopify:{OTHER}:7") is None
    assert "Boris" not in await everything(caller.database)


@ONE
async def test_admins_are_asked_about_people_of_an_unknown_shop(caller: Caller) -> None:
    told = customer(7, "Anna")
    body = await caller.send("shopify", told, "customers/update", " ")
    assert body.status == 200
    assert await shopify(caller, "shop/redact", {"shop_domain": OTHER}, OTHER) == "nobody"
    await redacted(caller)
    assert await caller.customer("shopify:7") is not None
    [text] = await said_to_admins(caller)
    assert OTHER in text
    assert "verso forget" in text


@ONE
async def test_a_second_site_has_customers_and_orders_of_its_own(caller: Caller) -> None:
    def of(name: str, phone: str, second: int) -> dict[str, Any]:
        billing = {"phone": phone}
        moment = f"2026-05-04T09:00:{second:02}"
        return {
            "id": 5001,
            "first_name": name,
            "billing": billing,
            "date_modified_gmt": moment,
        }

    assert await woo(caller, of("Anna", "+4915100000501", 0), SITE) == "taken"
    assert await woo(caller, of("Boris", "+4915100000502", 5), STAGING) == "taken"
    anna = await caller.customer("woo:5001")
    boris = await caller.customer("woo:staging.shop.example:5001")
    assert anna is not None
    assert boris is not None
    assert (anna.name, anna.phone) == ("Anna", "+4915100000501")
    assert (boris.name, boris.phone) == ("Boris", "+4915100000502")
    [text] = await said_to_admins(caller)
    assert "staging.shop.example" in text

    bought = {"id": 9, "status": "completed", "customer_id": 5001}
    bought |= {"date_created_gmt": "2026-05-04T09:00:00", "line_items": [{"name": "Green Tea"}]}
    await woo(caller, bought, SITE, "order.updated")
    await woo(caller, bought, STAGING, "order.updated")
    for ref in ("woo:5001", "woo:staging.shop.example:5001"):
        assert "purchase" in await caller.events(ref)


@ONE
async def test_what_is_emptied_at_the_source_is_empty(caller: Caller) -> None:
    filled = customer(9001, "T", tags="VIP", phone="+4915111111111")
    await shopify(caller, "customers/update", filled)
    emptied = customer(9001, "T", tags="", phone=None) | {"updated_at": "2026-05-04T09:00:03Z"}
    await shopify(caller, "customers/update", emptied)
    found = await caller.customer("shopify:9001")
    assert found is not None
    assert (found.tags, found.phone) == ((), "")


@ONE
async def test_what_is_not_said_stays(caller: Caller) -> None:
    filled = customer(9001, "T", tags="VIP", phone="+4915111111111")
    await shopify(caller, "customers/update", filled)
    await shopify(caller, "orders/create", order(2, 9001, "T"))
    found = await caller.customer("shopify:9001")
    assert found is not None
    assert (found.tags, found.phone) == (("VIP",), "+4915111111111")


@on_both
async def test_both_names_are_one_customer_at_every_door(caller: Caller) -> None:
    await caller.register("C-al")
    told = {"id": "cus_al", "metadata": {"verso_ref": "C-al"}, "name": "Al"}
    event = {"type": "customer.updated", "created": 1777887000, "data": {"object": told}}
    await caller.send("stripe", event)
    bought = {"id": "al1", "customer": "stripe:cus_al", "type": "purchase"}
    bought |= {"at": "2026-05-04T09:00:00Z"}
    response = await caller.client.post("/api/v1/events", json=bought, headers=AUTH)
    assert [each["status"] for each in (await response.json())["results"]] == ["accepted"]
    both = [{"ref": "stripe:cus_al", "stage": "first"}, {"ref": "C-al", "tags": ["eu"]}]
    response = await caller.client.post("/api/v1/customers", json=both, headers=AUTH)
    results = (await response.json())["results"]
    assert [each["ref"] for each in results] == ["C-al", "C-al"]
    assert len({each["link"] for each in results}) == 1
    assert await caller.count() == 1
    found = await caller.customer("C-al")
    assert found is not None
    assert (found.name, found.stage, found.tags) == ("Al", "first", ("eu",))


def paid_by_a_stranger(**told: Any) -> dict[str, Any]:
    session = {
        "id": "cs_evil",
        "customer": None,
        "payment_intent": "pi_evil",
        "mode": "payment",
        "payment_status": "paid",
        "client_reference_id": "C-900",
        "customer_details": {"name": "your account is blocked: evil.example/pay"},
    }
    found = {"object": session | told}
    return {"type": "checkout.session.completed", "created": 1777887000, "data": found}


def renamed_by_a_stranger(created: int) -> dict[str, Any]:
    said = {"id": "cus_evil", "name": "evil.example/pay", "phone": "+4915100000666"}
    said |= {"preferred_locales": ["zh"]}
    return {"type": "customer.updated", "created": created, "data": {"object": said}}


@ONE
@pytest.mark.parametrize("seed", range(4))
async def test_a_stranger_who_pays_changes_nothing_that_she_reads(
    caller: Caller, seed: int
) -> None:
    await caller.register("C-900")
    told = [
        paid_by_a_stranger(),
        paid_by_a_stranger(id="cs_2", customer="cus_evil", payment_intent="pi_2"),
        renamed_by_a_stranger(1777887000),
        renamed_by_a_stranger(1777887100),
    ]
    random.Random(seed).shuffle(told)
    for each in told:
        assert (await caller.send("stripe", each)).status == 200
    she = await caller.customer("C-900")
    assert she is not None
    assert (she.name, she.phone, she.language) == ("", "", "")


@ONE
async def test_the_business_puts_right_what_a_payer_has_said(caller: Caller) -> None:
    for ref in ("C-900", "C-7"):
        await caller.register(ref)
    await caller.send("stripe", paid_by_a_stranger(customer="cus_evil"))
    assert "purchase" in await caller.events("C-900")
    own = renamed_by_a_stranger(1777887100)
    own["data"]["object"]["metadata"] = {"verso_ref": "C-7"}
    await caller.send("stripe", own)
    assert await caller.events("C-900") == {}
    assert "purchase" in await caller.events("C-7")
    found = await caller.customer("C-7")
    assert found is not None
    assert found.phone == "+4915100000666"


@ONE
async def test_test_data_counts_until_there_is_real_data(caller: Caller) -> None:
    assert await shopify(caller, "orders/create", order(1, 7, "Try", test=True)) == "taken"
    assert await shopify(caller, "orders/create", order(2, 8, "Anna", test=False)) == "taken"
    assert await shopify(caller, "orders/create", order(3, 7, "Try", test=True)) == "test"
    assert len(await caller.events("shopify:7")) == 2


@ONE
async def test_the_same_messages_from_several_shops_end_the_same_in_any_order(
    database: Database,
) -> None:
    told = [
        ("customers/update", customer(7, "Anna", tags="VIP"), HOME),
        (
            "customers/update",
            customer(7, "Anna B", phone="+4915111111111") | {"updated_at": "2026-05-05T09:00:00Z"},
            HOME,
        ),
        ("orders/create", order(1, 7, "Anna"), HOME),
        ("orders/cancelled", order(1, 7, "Anna", cancelled_at="2026-05-06T09:00:00Z")
         | {"updated_at": "2026-05-06T09:00:00Z"}, HOME),
        ("customers/update", customer(7, "Boris"), OTHER),
        ("orders/create", order(1, 7, "Boris"), OTHER),
        ("customer.tags_added", {"customerId": "gid://shopify/Customer/7", "tags": ["new"],
                                 "occurredAt": "2026-05-05T10:00:00Z"}, OTHER),
    ]  # fmt: skip
    ends = set()
    async with calling(database) as caller:
        for seed in range(6):
            shuffled = random.Random(seed).sample(told, len(told))
            # Which shop is at home is decided by who speaks first; the rest comes as it comes.
            for topic, body, shop in (told[0], *shuffled):
                await shopify(caller, topic, body, shop)
            ends.add(await _end(caller))
            await _forget_all(caller)
    assert len(ends) == 1


async def _end(caller: Caller) -> str:
    found = []
    for ref in ("shopify:7", f"shopify:{OTHER}:7"):
        person = await caller.customer(ref)
        assert person is not None
        events = await caller.events(ref)
        known = {name: (event.external_id, event.product) for name, event in events.items()}
        found.append((person.name, person.phone, sorted(person.tags), sorted(known.items())))
    return str(found)


async def _forget_all(caller: Caller) -> None:
    """Both shops leave; what comes later is news again."""
    for shop in (HOME, OTHER):
        await shopify(caller, "shop/redact", {"shop_domain": shop}, shop)
    await redacted(caller)
    async with caller.database.unit() as unit:
        await unit.run(delete(marks))
        await unit.commit()
    assert await caller.count() == 0
