"""Where customers are, and hours that fit all the zones in which they may be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.time.opening import ClockTime, Opening
from flows.time.phones import zones_of_phone
from flows.time.places import Source, place_of
from tests.flows.rule_strategies import moments, openings, zone_names

DAYTIME = Opening(ClockTime(600), ClockTime(1200))
WINTER = datetime(2026, 1, 15, 3, tzinfo=UTC)
quick = settings(max_examples=50)


@pytest.mark.parametrize(
    ("phone", "zones"),
    [
        ("+4917612345678", ("Europe/Berlin",)),
        ("+12125550123", ("America/New_York",)),
        ("+74951234567", ("Europe/Moscow",)),
        ("+8613912345678", ("Asia/Shanghai",)),
        ("", ()),
        ("4917612345678", ()),
        ("+999123456789", ()),
        ("+", ()),
        ("+1999", None),
    ],
)
def test_a_phone_number_tells_where_somebody_may_be(
    phone: str, zones: tuple[str, ...] | None
) -> None:
    found = zones_of_phone(phone)
    assert found == zones if zones is not None else len(found) > 5


def test_what_was_told_comes_first_then_the_phone_then_the_brand() -> None:
    possible = zones_of_phone("+4917612345678")
    for told, phones, source, zone in (
        ("Asia/Shanghai", possible, Source.TOLD, "Asia/Shanghai"),
        ("", possible, Source.PHONE, "Europe/Berlin"),
        (None, (), Source.BRAND, "America/New_York"),
        ("Mars/Base", (), Source.BRAND, "America/New_York"),
        ("", ("Mars/Base",), Source.BRAND, "America/New_York"),
    ):
        place = place_of(told, phones, "America/New_York", DAYTIME, WINTER)
        assert (place.source, place.zone.key) == (source, zone)


def hours_in(zone: str, moment: datetime) -> float:
    local = moment.astimezone(ZoneInfo(zone))
    return local.hour + local.minute / 60


def test_a_russian_mobile_is_written_to_when_moscow_and_magadan_are_both_awake() -> None:
    place = place_of("", zones_of_phone("+79161234567"), "UTC", DAYTIME, WINTER)
    opens = place.next_open(WINTER, DAYTIME)
    assert hours_in("Europe/Moscow", opens) == 10
    assert hours_in("Asia/Magadan", opens) == 18
    assert hours_in("Asia/Kamchatka", opens) == 19
    assert place.next_open(opens + timedelta(hours=2, minutes=1), DAYTIME) == opens + timedelta(1)


def test_an_american_number_without_an_area_is_written_to_in_the_middle_of_the_day() -> None:
    place = place_of("", zones_of_phone("+18005550199"), "UTC", DAYTIME, WINTER)
    opens = place.next_open(WINTER, DAYTIME)
    for zone in ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"):
        assert 10 <= hours_in(zone, opens) < 20


@quick
@given(
    st.lists(zone_names, min_size=1, max_size=5, unique=True),
    openings(),
    moments,
    st.sampled_from(["", "+79161234567", "+18005550199", "+61412345678"]),
)
def test_the_moment_is_open_in_every_zone_that_counts(
    names: list[str], opening: Opening, now: datetime, phone: str
) -> None:
    place = place_of("", tuple(names) + zones_of_phone(phone), "UTC", opening, now)
    at = place.next_open(now, opening)
    assert at >= now
    assert opening.is_open(at, place.zone)
    if all(opening.is_open(now, zone) for zone in place.zones):
        assert at == now
    assert place.zone in place.zones


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)], ids=["spring", "autumn"]
)
def test_nights_in_which_the_clocks_change_end_at_ten_all_the_same(day: str, hours: int) -> None:
    """The German clocks go from 2 to 3 in March and from 3 to 2 in October."""
    berlin = ZoneInfo("Europe/Berlin")
    evening = datetime.fromisoformat(f"{day}T20:00").replace(tzinfo=berlin) - timedelta(days=1)
    place = place_of("Europe/Berlin", (), "UTC", DAYTIME, evening)
    opens = place.next_open(evening, DAYTIME)
    assert opens.astimezone(berlin).isoformat().startswith(f"{day}T10:00")
    assert opens - evening.astimezone(UTC) == timedelta(hours=hours - 10)


def test_a_holiday_where_the_customer_is_counts() -> None:
    new_year = Opening(ClockTime(600), ClockTime(1200), holidays=frozenset({WINTER.date()}))
    place = place_of("", zones_of_phone("+79161234567"), "UTC", new_year, WINTER)
    opens = place.next_open(WINTER, new_year)
    assert all(opens.astimezone(zone).date() > WINTER.date() for zone in place.zones)
