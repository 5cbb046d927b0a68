"""Whoever is here is answered before they leave, whatever working hours say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.config import ConfigError, load_config
from flows.desk import clocks, stays
from flows.desk.stays import Stay, objection, stay_at
from flows.desk.watch import read
from flows.entities import ClockKind, CustomerId, Event, EventId
from flows.time.calendars import Calendar
from tests.flows.desk.test_clocks import START, TICKET, Desk, config

BERLIN = ZoneInfo("Europe/Berlin")
HOTEL = "periods: [{id: stay, event: stay, where: room, ended_by: checked_out}]"
PERIODS = load_config(HOTEL).periods
ARRIVAL = datetime(2026, 12, 1, 14, tzinfo=UTC)


def event(type_: str = "stay", at: datetime = ARRIVAL, period: str = "", **data: Any) -> Event:
    return Event(EventId(1), "e", CustomerId(1), type_, at, at, period, data=data)


def inside(*events: Event, now: datetime = ARRIVAL + timedelta(hours=20)) -> Stay | None:
    return stay_at(PERIODS, events, now, BERLIN)


@pytest.mark.parametrize(
    ("data", "ends"),
    [
        ({"until": "2026-12-04"}, datetime(2026, 12, 4, 10, tzinfo=UTC)),
        ({"until": "2026-12-04T09:30:00"}, datetime(2026, 12, 4, 8, 30, tzinfo=UTC)),
        ({"until": "2026-12-04T09:30:00Z"}, datetime(2026, 12, 4, 9, 30, tzinfo=UTC)),
        ({"period": "P2D"}, ARRIVAL + timedelta(days=2)),
    ],
)
def test_a_stay_ends_as_its_event_says(data: Mapping[str, str], ends: datetime) -> None:
    stay = inside(event(**data))
    assert stay is not None
    assert (stay.ends, stay.by) == (ends, ends - timedelta(hours=2))
    assert inside(event(**data), now=ends) is None
    assert inside(event(**data), now=ARRIVAL - timedelta(seconds=1)) is None
    assert inside(event(**data), event("checked_out", ARRIVAL + timedelta(hours=1))) is None


def test_the_newest_event_counts_and_says_where() -> None:
    longer = event(at=ARRIVAL + timedelta(hours=2), until="2026-12-09", room=214)
    stay = inside(event(until="2026-12-04", room=7), longer)
    assert stay is not None
    assert (stay.where, stay.ends.day) == ("214", 9)


@pytest.mark.parametrize("told", ["soon", "2026-13-01", "2026-11-30", 7, None, "0001-01-01T00:00"])
def test_what_cannot_end_is_no_stay_and_is_said(told: object) -> None:
    wrong = event(until=told)
    assert inside(wrong) is None
    said = objection(PERIODS, wrong, BERLIN)
    assert (said is None) == (told is None)
    assert objection(PERIODS, event("bought", until=told), BERLIN) is None


def test_a_period_that_begins_with_what_ends_it_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        load_config("periods: [{id: stay, event: stay, ended_by: [stay]}]")
    assert 'expected "ended_by" without stay, with which it begins' in str(caught.value)
    with pytest.raises(ConfigError) as caught:
        load_config("periods: [{id: a, event: stay}, {id: b, event: stay}]")
    assert "the event 'stay' again" in str(caught.value)


@given(
    left=st.timedeltas(timedelta(minutes=2), timedelta(days=9)),
    pause=st.timedeltas(timedelta(0), timedelta(days=4)),
    worked=st.timedeltas(timedelta(0), timedelta(hours=30)),
)
def test_what_runs_while_somebody_is_here_ends_before_they_leave(
    left: timedelta, pause: timedelta, worked: timedelta
) -> None:
    ends = START + left
    stay = Stay("stay", ends, ends - timedelta(hours=2))
    calendar: Calendar = Desk().terms.calendar
    target = timedelta(hours=40)
    clock = clocks.started(
        ClockKind.RESOLUTION, 1, target, calendar, START, latest=stay.latest(START)
    )
    assert clock.due_at is not None
    assert START < clock.due_at <= min(ends, calendar.add(START, target))
    stopped = min(START + worked, clock.due_at - timedelta(seconds=1))
    again = stopped + pause
    clock = clocks.read(clocks.written(clocks.resumed(clocks.paused(clock, stopped), again)))
    assert clock.due_at is not None
    assert clock.due_at > again or clock.left(again) == timedelta(0)
    if clock.latest is not None and again < clock.latest:
        assert clock.due_at <= clock.latest < ends


def test_a_ticket_keeps_until_when_its_customer_is_here() -> None:
    ends = START + timedelta(hours=6)
    here = Stay("stay", ends, ends - timedelta(hours=2), "214")
    desk = Desk(config(), stays_in(here))
    assert read(desk.ticket.watch).stay == Stay("stay", here.ends, here.by), "no room is kept"
    assert desk.ticket.due_at is not None
    assert desk.ticket.due_at <= here.by
    desk.do("meet")
    assert desk.ticket.state == "open"
    assert desk.ticket.owner_id is None
    assert desk.ticket.first_response_at == START
    desk.do("hear")
    answer = read(desk.ticket.watch).clock(ClockKind.NEXT_RESPONSE)
    assert answer is not None
    assert answer.due_at == here.by
    desk.do("resolve")
    assert read(desk.ticket.watch).stay is not None


def stays_in(stay: Stay) -> Any:
    from flows.desk.watch import with_stay

    assert stays.read(stays.written(stay)) is not None
    return with_stay(TICKET, stay)
