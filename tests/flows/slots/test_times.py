"""Which slots there are, by the wall clock of their places, and what rows change about them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.config import Config, Place, SlotHours, load_config
from flows.config.problems import ConfigError
from flows.entities import Booking, BookingId, CustomerId, Slot, SlotId
from flows.entities.lifecycle import Refusal
from flows.slots.bookings import act, freed, reminds_at, took, widened
from flows.slots.choosing import days_of, page_of, places_of, times_of
from flows.slots.times import configured, offered, refreshed
from flows.time.durations import Period
from tests.flows.rule_strategies import moments, place, zone_names

TITLES = st.just({"en": "Place"})
NOW = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
"""A Friday; on Sunday night Berlin's clocks skip the hour from two to three."""


def config(hours: str, more: str = "") -> Config:
    return load_config(
        "brand: {languages: [en], time_zone: Europe/Berlin}\n"
        f"places: [{{id: centre, title: {{en: Centre}}, slots: {hours}{more}}}]\n"
    )


def clocks(slots: list[Slot]) -> list[str]:
    return [f"{each.starts_at.astimezone(ZoneInfo(each.zone)):%a %H:%M}" for each in slots]


def slot(**more: Any) -> Slot:
    at, title = NOW + timedelta(days=2), {"en": "Centre"}
    made = Slot(SlotId(7), "places", "centre", at, 30, 2, title, "Europe/Berlin")
    return replace(made, **more)


def booking(state: str = "choosing") -> Booking:
    ids = BookingId(1), "remedy/x", "remedy:1", CustomerId(1)
    return Booking(*ids, 1, NOW, {"en": "Pick-up"}, state=state)


def test_an_hour_that_the_clock_skips_has_no_slots_and_holidays_have_none() -> None:
    night = config('{days: sat-sun, from: "01:30", to: "04:00", length: PT30M}', ", ahead: P3D")
    found = clocks(list(configured(night, {"centre"}, NOW)))
    assert found == [
        *("Sat 01:30", "Sat 02:00", "Sat 02:30", "Sat 03:00", "Sat 03:30"),
        *("Sun 01:30", "Sun 03:00", "Sun 03:30"),
    ]
    without = night.model_copy(update={"holidays": (datetime(2026, 3, 28, tzinfo=UTC).date(),)})
    assert clocks(list(configured(without, {"centre"}, NOW)))[0] == "Sun 01:30"
    assert list(configured(night, {"elsewhere"}, NOW)) == []


@given(place("centre", TITLES), zone_names, moments)
def test_slots_lie_inside_their_hours_and_inside_what_may_be_chosen(
    known: Place, zone: str, now: datetime
) -> None:
    few = known.model_copy(update={"ahead": Period(days=3), "time_zone": zone})
    made = list(configured(Config(places=(few,)), {"centre"}, now))
    assert [each.starts_at for each in made] == sorted({each.starts_at for each in made})
    for each in made:
        assert few.notice.after(now) - timedelta(days=1) <= each.starts_at
        assert now <= each.starts_at <= now + timedelta(days=3, hours=3)
        wall = each.starts_at.astimezone(ZoneInfo(zone))
        minute = wall.hour * 60 + wall.minute
        assert any(
            wall.weekday() in hours.days
            and hours.opens.minutes <= minute <= hours.closes.minutes - hours.minutes
            and (hours.minutes, hours.capacity) == (each.minutes, each.capacity)
            for hours in few.slots
        )


def test_a_row_says_more_than_the_configuration_and_nobody_who_has_it_loses_it() -> None:
    planned = slot(id=SlotId(0), capacity=1, address="New Street 1")
    row = slot(capacity=3, booked=2, address="Old Street 1")
    assert refreshed(row, planned) == replace(row, capacity=2, address="New Street 1")
    assert refreshed(replace(row, by_hand=True), planned).capacity == 3
    assert offered([planned], [row], NOW) == []  # two have it, and there is room for one
    assert offered([planned], [slot(booked=0)], NOW)[0].id == 7
    # Hours have changed: whoever has the time keeps it, and nobody else gets it.
    assert offered([], [slot()], NOW) == []
    of_list = slot(owner="recall/12")
    assert offered([], [of_list, slot(owner="recall/12", place="n", starts_at=NOW)], NOW) == [
        of_list
    ]
    assert offered([], [replace(of_list, closed_at=NOW)], NOW) == []


def test_a_booking_takes_what_is_free_once_and_keeps_to_its_life() -> None:
    free = slot(capacity=1)
    done = took(booking(), free, NOW)
    assert not isinstance(done, Refusal)
    booked, taken = done
    assert (booked.state, booked.slot_id, taken.booked) == ("booked", free.id, 1)
    assert took(booked, taken, NOW) == Refusal("same")
    assert took(booking(), taken, NOW) == Refusal("full")
    assert took(booking(), replace(free, closed_at=NOW), NOW) == Refusal("closed")
    assert took(booking(), free, free.starts_at) == Refusal("over")
    assert took(booking(state="ended"), free, NOW) == Refusal("is_ended")
    given_back = act(booked, "give_back")
    assert not isinstance(given_back, Refusal)
    assert (given_back.state, given_back.slot_id) == ("choosing", None)
    assert act(given_back, "give_back") == Refusal("is_choosing")
    assert freed(taken) == free
    assert widened(taken, 0) == Refusal("none")
    assert widened(replace(taken, capacity=3, booked=2), 1) == Refusal("booked")
    assert reminds_at(free, NOW) == free.starts_at - timedelta(days=1)
    assert reminds_at(free, free.starts_at - timedelta(hours=3)) is None


def test_what_is_free_is_offered_place_by_place_a_page_at_a_time() -> None:
    two = config('[{days: mon, length: PT30M}, {days: tue, from: "17:00"}]')
    free = list(configured(two, {"centre"}, NOW))
    assert [each.place for each in places_of(free)] == ["centre"]
    three = [slot(place="a"), slot(place="b"), slot(place="a"), slot(place="c")]
    assert [each.place for each in places_of(three)] == ["a", "b", "c"]
    assert [each.place for each in places_of(three, ("c", "b"))] == ["c", "b", "a"]
    monday, tuesday, *_ = days_of(free, "centre")
    assert (monday.isoformat(), tuesday.isoformat()) == ("2026-03-30", "2026-03-31")
    assert len(times_of(free, "centre", monday)) == 18
    assert clocks(times_of(free, "centre", tuesday)) == ["Tue 17:00", "Tue 17:30"]
    assert (page_of(free, 99, 8).number, page_of(free, 99, 8).more) == (4, False)
    assert page_of([], -1, 8).shown == []


@pytest.mark.parametrize(
    ("hours", "more", "said"),
    [
        ('{from: "10:00", to: "09:00"}', "", 'a "from" earlier than "to"'),
        ('{from: "10:00", to: "10:20"}', "", 'by a "length" or more'),
        ("{length: PT1M}", "", "from PT5M to PT12H"),
        ("{capacity: 0}", "", "a whole number from 1"),
        ("{days: sat}", ", time_zone: Mars/Base", "an IANA time zone"),
        ("{days: sat}", ", ahead: P1Y", "from P1D to P90D"),
        ("{days: sat}", ", notice: P8D", "from PT0S to P7D"),
        ("[]", "", "at least one entry"),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_what_is_expected(
    hours: str, more: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        config(hours, more)


def test_places_belong_to_what_is_picked_up_or_repaired_and_have_to_be_there() -> None:
    rest = "brand: {languages: [en]}\nplaces: [{id: centre, title: {en: C}, slots: {days: sat}}]\n"
    remedy = "remedies: [{id: r, title: {en: R}, kind: %s, places: [%s]}]"
    assert load_config(rest + remedy % ("pick_up", "centre")).place("centre") is not None
    with pytest.raises(ConfigError, match="with the kinds pick_up and repair"):
        load_config(rest + remedy % ("other", "centre"))
    with pytest.raises(ConfigError, match="a place: one of centre"):
        load_config(rest + remedy % ("repair", "center"))
    assert SlotHours().minutes == 30
