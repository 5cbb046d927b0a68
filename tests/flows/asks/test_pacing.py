"""The daily budget and the backlog: evenly, never more, and nobody waits in two places."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.asks.pacing import (
    LOOK_AGAIN_BACKLOG,
    Brake,
    Budget,
    Pace,
    latest_look,
    slowed,
    spacing_of,
    spread,
)
from flows.time.days import day_began
from flows.time.opening import ClockTime, Opening
from tests.flows.rule_strategies import moments, openings, zones

BERLIN = ZoneInfo("Europe/Berlin")
TEN_TO_EIGHT = Opening(ClockTime(600), ClockTime(1200))
MORNING = datetime(2026, 5, 4, 8, tzinfo=UTC)  # 10:00 in Berlin, a Monday
BUDGET = Budget(200, TEN_TO_EIGHT, BERLIN)
quick = settings(max_examples=40)


def test_a_budget_is_spread_over_the_hours_with_a_small_burst() -> None:
    hours = [BUDGET.allowed(MORNING + timedelta(hours=hour)) for hour in (-1, 0, 1, 5, 10, 12)]
    assert hours == [0, 0, 30, 110, 200, 200]
    assert BUDGET.allowed(MORNING + timedelta(seconds=1)) == 10
    assert Budget(1, TEN_TO_EIGHT, BERLIN).allowed(MORNING + timedelta(minutes=1)) == 1


def test_a_day_without_hours_has_no_budget() -> None:
    holiday = Opening(ClockTime(600), ClockTime(1200), holidays=frozenset({MORNING.date()}))
    closed = Budget(200, holiday, BERLIN)
    assert closed.allowed(MORNING + timedelta(hours=5)) == 0
    assert closed.free_after(MORNING) >= MORNING + timedelta(days=1)


@quick
@given(st.integers(1, 100_000), openings(), zones, moments)
def test_free_moments_are_later_and_really_free(
    daily: int, opening: Opening, zone: ZoneInfo, now: datetime
) -> None:
    budget = Budget(daily, opening, zone)
    free = budget.free_after(now)
    assert free > now
    assert budget.allowed(free) >= 1
    if day_began(free, zone) == day_began(now, zone):
        assert budget.allowed(free) > budget.allowed(now)
    assert opening.is_open(free - timedelta(microseconds=1), zone)


@quick
@given(st.integers(1, 60), openings(), zones, moments)
def test_a_line_of_free_moments_is_a_days_budget_a_day(
    daily: int, opening: Opening, zone: ZoneInfo, now: datetime
) -> None:
    budget = Budget(daily, opening, zone)
    at, taken = now, dict[datetime, int]()
    for _ in range(2 * daily + 2):
        at = budget.free_after(at)
        day = day_began(at, zone)
        taken[day] = taken.get(day, 0) + 1
        before = budget.allowed(now) if day == day_began(now, zone) else 0
        assert taken[day] + before <= budget.allowed(at) <= daily


def test_the_slowing_is_in_proportion_and_stops_at_twice_the_limit() -> None:
    assert [slowed(waiting, 40) for waiting in (0, 40, 50, 60, 80, 500)] == [1, 1, 0.75, 0.5, 0, 0]
    assert slowed(10_000, None) == 1


def test_a_slowed_pace_asks_so_much_less_often() -> None:
    brake = Brake(0.5, spacing_of(60, TEN_TO_EIGHT), MORNING)  # every 10 minutes, now every 20
    assert brake.room(MORNING + timedelta(minutes=19)) == 0
    assert brake.room(MORNING + timedelta(minutes=20)) == 1
    assert brake.room(MORNING + timedelta(hours=5)) == 1
    asked = brake.after_ask(MORNING + timedelta(hours=5))
    assert asked.room(MORNING + timedelta(hours=5)) == 0
    assert asked.free_after(MORNING) == MORNING + timedelta(minutes=20)


@quick
@given(st.floats(0.01, 0.99), st.integers(1, 500_000), st.integers(1, 300))
def test_a_slowed_pace_is_kept_however_often_it_is_looked_at(
    share: float, daily: int, beat: int
) -> None:
    brake = Brake(share, spacing_of(daily, TEN_TO_EIGHT), MORNING)
    now, asked = MORNING, 0
    for _ in range(20):
        now += timedelta(seconds=beat)
        for _ in range(min(brake.room(now), 50)):
            brake, asked = brake.after_ask(now), asked + 1
    slow = brake.spacing / share
    assert asked <= (now - MORNING) / slow + 1


def test_nobody_is_asked_at_twice_the_limit() -> None:
    pace = Pace(brake=Brake(0.0, timedelta(minutes=1), None))
    wait = pace.wait(50, MORNING, queued=False)
    assert wait is not None
    assert (wait.key, wait.until) == ("backlog", MORNING + LOOK_AGAIN_BACKLOG)


arrivals = st.lists(st.tuples(st.integers(0, 40), st.sampled_from([10, 50, 90])), max_size=60)


@quick
@given(arrivals, st.integers(1, 30))
def test_everybody_in_line_gets_a_turn_and_the_budget_is_kept(
    people: list[tuple[int, int]], daily: int
) -> None:
    """A day and more of beats: whoever is due asks, or waits as they are told."""
    budget = Budget(daily, TEN_TO_EIGHT, BERLIN)
    waiting = [(MORNING + timedelta(minutes=15 * at), level, False) for at, level in people]
    lines: dict[int, datetime] = {}
    asked: dict[datetime, int] = {}
    now = MORNING
    while waiting and now < MORNING + timedelta(days=70):
        now = max(now, min(due for due, _, _ in waiting))
        day = day_began(now, BERLIN)
        ready = sorted((each for each in waiting if each[0] <= now), key=lambda each: -each[1])
        waiting = [each for each in waiting if each[0] > now]
        pace = Pace(budget, asked.get(day, 0), None, lines)
        for _, level, queued in ready:
            wait = pace.wait(level, now, queued=queued)
            if wait is None:
                pace = pace.after_ask(now)
                asked[day] = asked.get(day, 0) + 1
                assert asked[day] <= budget.allowed(now)
            else:
                assert wait.until > now
                pace = pace.after_wait(level, wait.until, queued=queued)
                waiting.append((wait.until, level, True))
        lines = dict(pace.lines)
    assert not waiting


def test_the_first_in_line_is_not_overtaken_by_a_newcomer() -> None:
    now = MORNING + timedelta(minutes=30)
    later = now + timedelta(hours=1)
    pace = Pace(BUDGET, BUDGET.allowed(now) - 1, None, {50: later})
    assert pace.wait(50, now, queued=True) is None
    behind = pace.wait(50, now, queued=False)
    assert behind is not None
    assert behind.until > later
    assert pace.wait(90, now, queued=False) is None  # no line of its own, nor a higher one


@quick
@given(moments, st.timedeltas(timedelta(hours=1), timedelta(days=30)), st.floats(0, 1))
def test_last_looks_are_spread_before_the_deadline(
    now: datetime, left: timedelta, position: float
) -> None:
    assert now + left / 2 <= latest_look(now, now + left, position) <= now + left
    assert LOOK_AGAIN_BACKLOG <= spread(now, position) - now <= timedelta(hours=4)
