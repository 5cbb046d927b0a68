"""What Shopify and WooCommerce tell becomes customers and events; what they want erased is gone."""

import random
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta

import pytest

from bot.core.titles import event_title, event_types
from bot.core.words import Words
from bot.core.work import Work
from bot.data.privacy import redact
from bot.data.retention import tidy
from flows.config import Config
from flows.entities import Event, Upload
from flows.entities.kinds import TimerKind
from storage.database import Database
from tests.bot.data.hooks.calling import NOW, Caller, calling
from tests.bot.making import everything
from tests.clocks import StillClock
from tests.databases import on_both

ANNA, JOHN = "shopify:207119551", "woo:26"
ORDERS = ("orders_create", "orders_paid", "refunds_create", "orders_refunded")
PARCEL = ("fulfillments_create", "fulfillments_update")

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def caller(database: Database) -> AsyncIterator[Caller]:
    async with calling(database) as opened:
        yield opened


def titled() -> set[str]:
    """The types of events that staff and admins read by name, in each language."""
    words, config = Words.shipped(), Config()
    return {
        kind
        for kind in event_types(words, config)
        if all(event_title(words, config, each, kind) != kind for each in ("en", "ru", "zh"))
    }


def moments(found: Mapping[str, Event]) -> dict[str, str]:
    return {name: f"{event.at:%m-%d %H:%M}" for name, event in found.items()}


@ONE
async def test_an_order_is_placed_paid_sent_and_delivered(caller: Caller) -> None:
    assert await caller.told("shopify", "orders_create") == ["taken"]
    assert set(await caller.events(ANNA)) == {"order_placed"}
    assert await caller.told("shopify", "orders_paid", *PARCEL) == ["taken"] * 3
    found = await caller.events(ANNA)
    assert moments(found) == {
        "order_placed": "05-04 09:29",
        "purchase": "05-04 09:29",
        "shipped": "05-05 06:00",
        "order_delivered": "05-07 13:00",
    }
    assert found["purchase"].product == "Sencha"
    assert set(found) <= titled()
    anna = await caller.customer(ANNA)
    assert anna is not None
    assert (anna.name, anna.phone, anna.language) == ("Анна Иванова", "+4915123456789", "ru")
    assert anna.tags == ("vip", "tea lover")
    assert "example.org" not in await everything(caller.database)


@pytest.mark.parametrize("seed", range(2))
async def test_shopify_in_any_order(caller: Caller, seed: int) -> None:
    names = [*ORDERS[:2], ORDERS[3], *ORDERS[:2]]
    random.Random(seed).shuffle(names)
    await caller.told("shopify", *names, *PARCEL, "refunds_create")
    found = await caller.events(ANNA)
    assert set(found) == {"order_placed", "shipped", "order_delivered", "refund"}, names


@ONE
async def test_a_cancelled_order_never_was_one(caller: Caller) -> None:
    await caller.told("shopify", "orders_cancelled", "orders_create", "orders_paid")
    assert await caller.events(ANNA) == {}
    assert await caller.count() == 1


@ONE
async def test_a_parcel_whose_order_is_on_its_way_is_asked_for_again(caller: Caller) -> None:
    sent = datetime.fromisoformat("2026-05-05T06:00:00+00:00")
    caller.services.clock = StillClock(sent + timedelta(minutes=1))
    first = await caller.post("shopify", "fulfillments_create")
    assert (first.status, first.headers["Retry-After"]) == (503, "60")
    await caller.told("shopify", "orders_paid", "fulfillments_create")
    assert "shipped" in await caller.events(ANNA)


@ONE
async def test_a_parcel_whose_order_nobody_told_is_not_asked_for_for_ever(caller: Caller) -> None:
    caller.services.clock = StillClock(NOW + timedelta(days=5))
    assert await caller.told("shopify", "fulfillments_create") == ["nobody"]


@ONE
async def test_older_news_of_a_customer_does_not_replace_newer(caller: Caller) -> None:
    await caller.told("shopify", "customers_update")
    response = await caller.post(
        "shopify", "customers_update", first_name="Old", updated_at="2026-05-01T00:00:00Z"
    )
    assert response.status == 200
    anna = await caller.customer(ANNA)
    assert anna is not None
    assert anna.name == "Анна Иванова"


@ONE
async def test_a_shopper_cannot_name_somebody_elses_ref(caller: Caller) -> None:
    attributes = [{"name": "verso_ref", "value": "C-1"}]
    await caller.register("C-1")
    await caller.post("shopify", "orders_paid", note_attributes=attributes)
    assert await caller.events("C-1") == {}
    assert "purchase" in await caller.events(ANNA)


async def test_erasing_is_erasing_and_what_comes_late_does_not_bring_anybody_back(
    caller: Caller,
) -> None:
    caller.services.clock = StillClock(NOW + timedelta(days=20))
    await caller.told("shopify", "orders_paid")
    assert await caller.told("shopify", "customers_redact") == ["taken"]
    kept = await everything(caller.database)
    assert "Анна" not in kept
    assert "207119551" not in kept
    assert await caller.told("shopify", "orders_create", "customers_redact") == ["nobody"] * 2
    assert await caller.count() == 0


@ONE
async def test_admins_hear_that_somebody_wants_to_know_what_is_kept(caller: Caller) -> None:
    caller.services.admins.add(5)
    assert await caller.told("shopify", "customers_data_request") == ["nobody"]
    await caller.told("shopify", "orders_paid")
    assert await caller.told("shopify", "customers_data_request") == ["taken"]
    async with caller.database.reading() as unit:
        rows = await unit.outbox.recent(10)
    assert [row.chat_id for row in rows] == [5]
    assert ANNA in str(rows[0].params["text"])


@on_both
async def test_a_shop_that_leaves_is_forgotten(caller: Caller) -> None:
    await caller.register("C-77")
    await caller.told("shopify", "orders_paid")
    await caller.told("woocommerce", "order_created")
    assert await caller.told("shopify", "shop_redact") == ["taken"]
    async with caller.database.unit() as unit:
        work = Work(unit, NOW, caller.services)
        [timer] = list(await unit.timers.due(NOW, 10))
        assert timer.kind == TimerKind.REDACT_SOURCE
        await redact(work, timer)
        await unit.commit()
    assert await caller.customer(ANNA) is None
    assert await caller.customer(JOHN) is not None
    assert "Анна" not in await everything(caller.database)


@pytest.mark.parametrize("seed", range(2))
async def test_woocommerce_in_any_order(caller: Caller, seed: int) -> None:
    names = ["order_pending", "order_created", "order_completed", "order_refunded"] * 2
    random.Random(seed).shuffle(names)
    await caller.told("woocommerce", *names[:4], "customer_updated", *names[4:])
    found = moments(await caller.events("C-77"))
    del found["order_completed"]
    assert found == {"order_placed": "05-04 09:00", "refund": "05-08 10:00"}, names
    john = await caller.customer("C-77")
    assert john is not None
    assert (john.name, john.phone) == ("John Doe", "+15555555555")


@ONE
async def test_an_order_of_woocommerce_is_paid_and_done(caller: Caller) -> None:
    await caller.told("woocommerce", "order_pending")
    assert await caller.events(JOHN) == {}
    await caller.told("woocommerce", "order_created", "order_completed")
    found = await caller.events(JOHN)
    assert moments(found) == {
        "order_placed": "05-04 09:00",
        "purchase": "05-04 09:00",
        "order_completed": "05-06 10:00",
    }
    caller.services.clock = StillClock(NOW + timedelta(days=9))
    await caller.told("woocommerce", "order_deleted")
    assert set(await caller.events(JOHN)) == {"order_completed"}


@ONE
async def test_guests_are_nobody(caller: Caller) -> None:
    response = await caller.post("woocommerce", "order_created", customer_id=0)
    assert await response.json() == {"status": "ignored"}
    response = await caller.post("shopify", "orders_paid", customer=None)
    assert await response.json() == {"status": "ignored"}
    assert await caller.count() == 0


@on_both
async def test_marks_and_files_are_not_kept_for_ever(caller: Caller) -> None:
    await caller.told("shopify", "orders_paid")
    async with caller.database.unit() as unit:
        unit.add(Upload(1, 5, "file", "people.csv", "en", NOW))
        await tidy(Work(unit, NOW + timedelta(days=91), caller.services))
        await unit.commit()
    kept = await everything(caller.database)
    assert "marks:" not in kept
    assert "uploads:" not in kept
