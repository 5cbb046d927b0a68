"""What is told of an event's data: days in words, and never what was made for systems."""

from zoneinfo import ZoneInfo

import pytest

from flows.asks.event_values import readable
from flows.config.ask_texts import faults_of, fill

DATA = {
    "carrier": "Nordpost",
    "day": "2026-05-16",
    "moment": "2026-05-15T23:30:00+00:00",
    "parcels": 2,
    "weight": 1.5,
    "number": "1Z 999 AA1",
    "uuid": "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "digest": "9f86d081884c7d659a2feaa0c55ad015",
    "yes": True,
    "list": [1],
    "object": {"a": 1},
    "json": '{"a": 1}',
    "none": None,
    "blank": "  ",
    "no_day": "2026-99-99",
}


def told(name: str, language: str = "en") -> str:
    found = readable(DATA, [name], language, ZoneInfo("Europe/Berlin"))
    return found.get(f"event.{name}", "")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("carrier", "Nordpost"),
        ("day", "16 May 2026"),
        ("moment", "16 May 2026"),
        ("parcels", "2"),
        ("weight", "1.5"),
        ("number", "1Z 999 AA1"),
        ("no_day", "2026-99-99"),
        *((name, "") for name in ("uuid", "digest", "yes", "list", "object", "json", "none")),
        ("blank", ""),
        ("never_told", ""),
    ],
)
def test_a_value_reads_as_people_say_it_or_not_at_all(name: str, words: str) -> None:
    assert told(name) == words


def test_days_are_in_the_readers_language() -> None:
    assert told("day", "ru") == "16 мая 2026"
    assert told("day", "zh") == "2026年5月16日"


def test_a_missing_value_takes_its_sentence_along_and_a_hostile_one_stays_a_value() -> None:
    text = "It is on its way. {event.carrier} brings it. It comes on {event.day}."
    assert fill(text, {"brand": "B"}) == "It is on its way."
    said = fill(text, {"brand": "B", "event.carrier": "A\n{name}\u202e"})
    assert said == "It is on its way. A {name} brings it."


@pytest.mark.parametrize("name", ["id", "order_id", "customer.uuid", "UID", "tracking-id"])
def test_ids_are_refused_where_they_are_written(name: str) -> None:
    assert [fault.kind for fault in faults_of(f"Yes. {{event.{name}}}", informs=True)] == ["raw_id"]


def test_only_what_informs_may_tell_of_an_event() -> None:
    assert faults_of("Here. {event.carrier}", informs=True) == []
    assert [fault.kind for fault in faults_of("Here. {event.carrier}")] == ["unknown"]
    assert [fault.kind for fault in faults_of("By {event.carrier}.", informs=True)] == ["silent"]
    assert [fault.kind for fault in faults_of("{event.ca rrier} x", informs=True)] == ["unknown"]
