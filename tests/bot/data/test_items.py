"""What is told about customers and events: every mistake named, what is taken can be stored."""

from datetime import timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.data.items import CustomerItem, EventItem, Fault, Faulty, read_item
from flows.time.durations import Period

EVENT = {"id": "e-1", "customer": "c-1", "type": "trial_started", "at": "2026-05-04T09:30:00Z"}


def judged(cls: Any, told: object) -> tuple[tuple[Fault, ...], Any]:
    try:
        return (), read_item(cls, told)
    except Faulty as error:
        return error.faults, None


def refusal(cls: Any, told: object) -> str:
    with pytest.raises(Faulty) as caught:
        read_item(cls, told)
    return str(caught.value)


def test_a_customer_is_put_in_order() -> None:
    item = read_item(
        CustomerItem,
        {
            "ref": "C 1/2",
            "name": " Анна ",
            "language": "zh_Hans",
            "time_zone": "Europe/Berlin",
            "phone": "0049 (30) 123-45.67",
            "tags": ["eu", "pro", "eu", ""],
            "stage": "first_use",
            "value": 120,
        },
    )
    assert item.given() == {
        "name": "Анна",
        "language": "zh-Hans",
        "time_zone": "Europe/Berlin",
        "phone": "+49301234567",
        "tags": ("eu", "pro"),
        "stage": "first_use",
        "value": 120,
    }


def test_left_out_stays_and_null_empties() -> None:
    item = read_item(CustomerItem, {"ref": "c", "name": None, "tags": None, "value": None})
    assert item.given() == {"name": "", "tags": (), "value": None}
    assert read_item(CustomerItem, {"ref": "c"}).given() == {}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "ref: missing"),
        ([], "an object with fields"),
        (None, "an object with fields"),
        ({"ref": ""}, "ref: expected the business's own id"),
        ({"ref": "x" * 201}, "1 to 200 characters"),
        ({"ref": 7}, "ref: expected"),
        ({"ref": "a\nb"}, "printable characters"),
        ({"ref": "a\x00"}, "printable characters"),
        ({"ref": " a"}, "without spaces around"),
        ({"ref": "c", "nmae": "x"}, "nmae: unknown field; did you mean 'name'?"),
        ({"ref": "c", "zzz": 1}, "known are name, language"),
        ({"ref": "c", "\x1b[2J": 1}, "\\x1b[2J: unknown field"),
        ({"ref": "c", "language": "Deutsch!"}, "a language tag"),
        ({"ref": "c", "language": "ua"}, "did you mean uk?"),
        ({"ref": "c", "language": "xx"}, "a language tag"),
        ({"ref": 7781}, 'in double quotes, "7781"'),
        ({"ref": "c", "time_zone": "Europe/Berlni"}, "did you mean Europe/Berlin?"),
        ({"ref": "c", "phone": "030 1234567"}, "with its +"),
        ({"ref": "c", "phone": "+49 CALL ME"}, "with its +"),
        ({"ref": "c", "tags": "eu"}, "a list of at most 50 tags"),
        ({"ref": "c", "tags": ["x"] * 51}, "at most 50"),
        ({"ref": "c", "tags": [1]}, "tags.0"),
        ({"ref": "c", "name": "a\x00b"}, "control characters"),
        ({"ref": "c", "stage": "First use"}, "stage: expected an id"),
        ({"ref": "c", "time_zone": "localtime"}, "time_zone: expected an IANA time zone"),
        ({"ref": "c", "time_zone": "Factory"}, "time_zone: expected an IANA time zone"),
        ({"ref": "c", "value": "5"}, "value: expected a whole number"),
        ({"ref": "c", "value": 1.5}, "value: expected a whole number"),
        ({"ref": "c", "value": True}, "value: expected a whole number"),
        ({"ref": "c", "value": "12 €"}, "value: expected a whole number"),
        ({"ref": "c", "value": 10**15 + 1}, "from -10^15"),
        ({"ref": "c", "value": 10**30}, "from -10^15"),
    ],
)
def test_a_wrong_customer_is_explained(told: object, said: str) -> None:
    assert said in refusal(CustomerItem, told)


def test_every_mistake_is_named_at_once() -> None:
    text = refusal(CustomerItem, {"name": 1, "phone": "1", "colour": "red"})
    assert all(name in text for name in ("ref", "name", "phone", "colour"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"withdrawn": "yes"}, "withdrawn: expected true or false"),
        ({"withdrawn": 1}, "withdrawn: expected true or false"),
        ({"at": "2026-05-04T09:30:00"}, "a time zone at the end"),
        ({"at": "2026-05-04"}, "an ISO 8601 moment"),
        ({"at": "yesterday"}, "an ISO 8601 moment"),
        ({"at": 1777887000}, "an ISO 8601 moment"),
        ({"at": "2026-02-30T00:00:00Z"}, "an ISO 8601 moment"),
        ({"at": "1969-12-31T23:59:59Z"}, "between the years"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "between the years"),
        ({"at": "9999-12-31T23:59:59-14:00"}, "between the years"),
        ({"type": "Trial Started"}, "a-z 0-9 _ . -"),
        ({"type": "x" * 101}, "1 to 100"),
        ({"period": "14 days"}, "ISO 8601"),
        ({"period": "P1000Y"}, "ISO 8601"),
        ({"data": {"x": "y" * 4096}}, "at most 4096 bytes"),
        ({"data": {"x": "\x00"}}, "without NUL"),
        ({"data": [1]}, "a JSON object"),
        ({"data": "x"}, "a JSON object"),
        ({"product": 5}, "a product"),
    ],
)
def test_a_wrong_event_is_explained(change: dict[str, Any], said: str) -> None:
    assert said in refusal(EventItem, EVENT | change)


def test_deep_data_is_refused() -> None:
    data: dict[str, Any] = {}
    for _ in range(300):
        data = {"a": data}
    assert "20 levels" in refusal(EventItem, EVENT | {"data": data})


zones = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))


@given(st.datetimes(timezones=zones))
def test_a_moment_is_taken_in_utc_or_explained(moment: Any) -> None:
    told = EVENT | {"at": moment.isoformat()}
    if 1971 <= moment.year <= 2198:
        item = read_item(EventItem, told)
        assert item.at == moment
        assert item.at.utcoffset() == timedelta(0)
    elif not 1969 <= moment.year <= 2200:
        assert "between the years" in refusal(EventItem, told)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=20,
)


@given(json_values)
def test_whatever_is_told_is_taken_or_explained(told: Any) -> None:
    for cls in (CustomerItem, EventItem):
        faults, item = judged(cls, told)
        assert item is not None or all(fault.detail for fault in faults)
        assert (item is None) == bool(faults)


@given(st.dictionaries(st.text(max_size=9), json_values, max_size=5))
def test_data_that_is_taken_can_be_stored(data: dict[str, Any]) -> None:
    try:
        item = read_item(EventItem, EVENT | {"data": data})
    except Faulty:
        return
    text = orjson.dumps(item.data)
    assert len(text) <= 4096
    assert b"\\u0000" not in text


numbers = st.integers(0, 50)


@given(numbers, numbers, numbers, numbers, numbers)
def test_periods_are_kept_as_they_are_meant(y: int, w: int, d: int, h: int, s: int) -> None:
    period = Period(years=y, weeks=w, days=d, hours=h, seconds=s)
    item = read_item(EventItem, EVENT | {"period": str(period)})
    assert Period.parse(item.period or "") == period
