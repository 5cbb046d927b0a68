"""What Stripe tells becomes customers and events, in whatever order it comes."""

import random
from collections.abc import AsyncIterator

import pytest

from flows.entities import Account
from storage.database import Database
from tests.bot.data.hooks.calling import FIXTURES, NOW, Caller, calling, fixture
from tests.bot.making import everything
from tests.databases import on_both

ALL = sorted(path.stem for path in (FIXTURES / "stripe").glob("*.json"))
CUSTOMER = "stripe:cus_Qa7Tea"

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def caller(database: Database) -> AsyncIterator[Caller]:
    async with calling(database) as opened:
        yield opened


@ONE
async def test_a_trial_begins(caller: Caller) -> None:
    assert await caller.told("stripe", "customer_created", "subscription_created") == ["taken"] * 2
    customer = await caller.customer(CUSTOMER)
    assert customer is not None
    assert (customer.name, customer.phone, customer.language) == (
        "Mei Lin",
        "+49301234567",
        "zh-CN",
    )
    trial = (await caller.events(CUSTOMER))["trial_started"]
    assert (trial.period, trial.product) == ("P14D", "Pro, monthly")
    assert trial.at.isoformat() == "2026-05-04T09:00:00+00:00"


async def test_the_same_again_changes_nothing(caller: Caller) -> None:
    await caller.told("stripe", "customer_created", "subscription_created")
    before = await everything(caller.database)
    answers = await caller.told("stripe", "subscription_created", "trial_will_end")
    assert answers == ["nothing_new"] * 2
    assert (await everything(caller.database)).count("events:") == before.count("events:")


@ONE
async def test_no_address_is_kept_of_anybody(caller: Caller) -> None:
    await caller.told("stripe", *ALL)
    assert "example.org" not in await everything(caller.database)


@on_both
@pytest.mark.parametrize("seed", range(3))
async def test_the_order_in_which_it_comes_does_not_matter(caller: Caller, seed: int) -> None:
    await caller.register("C-1042", name="Mei", tags=["eu"])
    chance = random.Random(seed)
    names = [*ALL, *chance.sample(ALL, 4)]
    chance.shuffle(names)
    await caller.told("stripe", *names)
    assert await caller.count() == 1, names
    found = await caller.events("C-1042")
    shown = {name: (str(event.at)[:10], event.period) for name, event in found.items()}
    assert shown == {
        "trial_started": ("2026-05-04", "P14D"),
        "converted": ("2026-05-18", ""),
        "renewed": ("2026-06-17", "P31D"),
        "payment_failed": ("2026-07-18", ""),
        "churned": ("2026-08-02", ""),
        "refund": ("2026-05-07", ""),
    }, names
    # Only the payer has said whose customer it is: nothing that she reads is changed by it.
    customer = await caller.customer("C-1042")
    assert customer is not None
    assert (customer.name, customer.tags, customer.language) == ("Mei", ("eu",), "")


@ONE
async def test_a_part_of_the_money_back_leaves_the_purchase(caller: Caller) -> None:
    await caller.told("stripe", "checkout_payment", "charge_partly_refunded")
    found = await caller.events(CUSTOMER)
    assert set(found) == {"purchase", "refund"}
    assert found["purchase"].product == "Tea kettle"
    await caller.told("stripe", "charge_refunded")
    assert set(await caller.events(CUSTOMER)) == {"refund"}


@ONE
async def test_a_refund_that_is_told_first_is_not_lost(caller: Caller) -> None:
    await caller.told("stripe", "charge_refunded", "checkout_payment")
    assert set(await caller.events(CUSTOMER)) == {"refund"}


@on_both
async def test_the_business_names_its_customer_in_metadata(caller: Caller) -> None:
    await caller.told("stripe", "subscription_created")
    response = await caller.post("stripe", "customer_created", metadata={"verso_ref": "C-7"})
    assert response.status == 200
    assert await caller.customer(CUSTOMER) == await caller.customer("C-7")
    assert await caller.count() == 1
    assert "trial_started" in await caller.events("C-7")
    await caller.told("stripe", "subscription_active")
    assert "converted" in await caller.events("C-7")


@ONE
async def test_a_payer_cannot_make_up_a_customer(caller: Caller) -> None:
    await caller.told("stripe", "checkout_subscription")
    assert await caller.customer("C-1042") is None
    assert await caller.customer(CUSTOMER) is not None
    response = await caller.post(
        "stripe", "checkout_payment", customer=None, client_reference_id="C-9"
    )
    assert await response.json() == {"status": "nobody"}
    assert await caller.count() == 1


async def test_a_payer_cannot_get_at_somebody_else(caller: Caller) -> None:
    await caller.register("C-1042")
    await caller.told("stripe", "customer_created")
    async with caller.database.unit() as unit:
        mine = await unit.customers.by_ref(CUSTOMER)
        assert mine is not None
        unit.add(Account(77, mine.id, NOW))
        await unit.commit()
    await caller.told("stripe", "checkout_subscription", "subscription_created")
    assert await caller.events("C-1042") == {}
    async with caller.database.reading() as unit:
        theirs = await unit.customers.by_ref("C-1042")
        assert theirs is not None
        assert await unit.customers.accounts_of(theirs.id) == []
        assert theirs.phone == ""


@ONE
async def test_a_payers_number_is_not_put_down_for_somebody_else(caller: Caller) -> None:
    await caller.register("C-1042")
    details = {"name": "Mallory", "phone": "+491511111111"}
    response = await caller.post("stripe", "checkout_subscription", customer_details=details)
    assert response.status == 200
    theirs = await caller.customer("C-1042")
    assert theirs is not None
    assert theirs.phone == ""


@ONE
async def test_what_is_hostile_in_the_fields_is_left_out(caller: Caller) -> None:
    told = fixture("stripe", "customer_created")
    told["data"]["object"] |= {"name": "A\x00\n" + "x" * 300, "phone": "call me"}
    told["data"]["object"]["preferred_locales"] = ["x" * 99]
    response = await caller.send("stripe", told)
    assert response.status == 200
    customer = await caller.customer(CUSTOMER)
    assert customer is not None
    assert (len(customer.name), customer.phone, customer.language) == (200, "", "")
