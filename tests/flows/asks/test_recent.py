"""Which change an ask quotes: one that is near to the customer and that several people wanted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flows.asks.recent import ShippedChange, change_for

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
OLD = ShippedChange("Lids", "They close.", NOON - timedelta(days=9), 3, {"pro": 2, "": 1}, {})
NEW = ShippedChange("Parcels", "They are dry.", NOON, 1, {"box": 1}, {"delivery": 1})


def test_several_people_count_more_than_news() -> None:
    assert change_for([NEW, OLD], "", "") is OLD
    assert change_for([OLD, NEW], "box", "delivery") is OLD


def test_the_customers_own_product_or_stage_counts_most() -> None:
    elsewhere = replace(OLD, title="Tins", shipped_at=NOON, by_product={"box": 3})
    assert change_for([elsewhere, OLD], "pro", "") is OLD
    assert change_for([elsewhere, OLD], "other", "") is elsewhere
    here = replace(OLD, title="Bags", by_product={}, by_stage={"first_use": 2})
    assert change_for([elsewhere, here], "other", "first_use") is here


def test_the_newest_of_equals() -> None:
    newer = replace(OLD, shipped_at=NOON)
    assert change_for([OLD, newer], "", "") is newer


def test_a_change_that_nobody_asked_for_is_not_quoted() -> None:
    assert change_for([replace(NEW, people=0)], "box", "delivery") is None
    assert change_for([], "box", "delivery") is None
