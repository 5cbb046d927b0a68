"""Lists of slots: taken as a whole, or refused with every line that is wrong."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.config import Config, load_config
from flows.slots.lists import SlotsError, read_slots

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def config() -> Config:
    return load_config(
        "brand: {languages: [en], time_zone: Europe/Berlin}\n"
        "places: [{id: north, title: {en: Depot North}, address: A 1, time_zone: Asia/Shanghai,"
        " slots: {days: sat}}]"
    )


def test_a_list_is_read_by_the_clocks_of_its_places() -> None:
    table = (
        "\ufeffStart;Place;Capacity;End;Time zone;Extra\n"
        "2026-06-01 10:00;north;3;2026-06-01 10:45;;x\n"
        "2026-06-01 09:00;Hall 2;1;;Europe/Lisbon;\n"
        "\n"
        "2026-06-01T07:00+00:00;hall  2;2;;;\n"
    )
    first, second, third = read_slots(table, "recall/12", config(), NOW)
    assert (first.place, first.minutes, first.capacity, first.address) == ("north", 45, 3, "A 1")
    assert first.starts_at == datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
    assert {each.owner for each in (first, second, third)} == {"recall/12"}
    # The same name is the same place, however it is written.
    assert second.place == third.place != "north"
    assert (second.starts_at.hour, third.starts_at.hour) == (7, 8)
    assert (second.title, third.zone) == ({"en": "hall  2"}, "Europe/Lisbon")
    assert all(each.by_hand for each in (first, second, third))


def faults(table: str) -> list[tuple[int, str]]:
    with pytest.raises(SlotsError) as caught:
        read_slots(table, "recall/12", config(), NOW)
    return [(each.line, each.reason) for each in caught.value.faults]


def test_every_line_that_is_wrong_is_named_and_nothing_is_taken() -> None:
    rows = [
        "2026-05-04 10:00,north,1,",
        "2026-06-01 10:00,north,0,",
        "2026-06-01 10:00,north,1,2026-06-01 09:00",
        "2026-06-01 10:00,north,1,2026-06-01 10:00",
        "2026-06-01,north,1,",
        "next week,north,1,",
        "2026-06-01 10:00,,1,",
        "2027-03-28 02:30,Hall 2,1,",
        "2026-06-01 11:00,north,1,",
        "2026-06-01 11:00,north,2,",
        "0001-01-01T00:00+14:00,north,2,",
    ]
    assert faults("\n".join(["start,place,capacity,end", *rows])) == [
        *((2, "past"), (3, "capacity"), (4, "end"), (5, "end"), (6, "moment"), (7, "moment")),
        *((8, "place"), (9, "skipped"), (11, "again"), (12, "moment")),
    ]
    assert faults("start,place,capacity,time zone\n2026-06-01 10:00,n,1,Mars/Base") == [(2, "zone")]
    assert faults("start,place\n2026-06-01 10:00,n") == faults("") == [(0, "columns")]
    assert faults("start,place,capacity\n") == [(0, "empty")]


@given(st.text(max_size=80))
def test_whatever_is_sent_is_taken_or_refused(text: str) -> None:
    with contextlib.suppress(SlotsError):
        assert read_slots(f"place,start,capacity\n{text}", "recall/1", config(), NOW)
