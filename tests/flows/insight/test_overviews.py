"""Months, tints, stages and dots of what pictures show."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from flows.desk.clocks import ROUND_THE_CLOCK
from flows.insight.overviews import (
    MOST_DOTS,
    Month,
    Promise,
    StageAsked,
    Tally,
    by_stage,
    tint,
)

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


def test_a_month_begins_and_ends_by_the_wall_clock() -> None:
    """In March an hour is missing in Berlin; the new year is there earlier than in UTC."""
    march = Month.of(NOON, "Europe/Berlin")
    assert (march.first, march.before.first) == (date(2026, 3, 1), date(2026, 2, 1))
    since, until = march.span("Europe/Berlin")
    assert until - since == timedelta(days=31, hours=-1)
    eve = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert Month.of(eve, "Europe/Berlin").first == date(2027, 1, 1)
    assert Month.of(eve, "Europe/Berlin").before == Month.of(eve, "UTC")


def test_a_tint_says_how_many_as_its_number_does() -> None:
    assert [tint(n, 60) for n in (0, 1, 2, 3, 4, 5, 7, 8, 10, 11)] == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5]
    assert {tint(n, 19) for n in range(1, 20)} == {1}, "few complaints have one tint"
    assert tint(11, 1000) == 1, "in a large map the steps are larger"


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_more_complaints_are_never_lighter(one: int, more: int) -> None:
    assert tint(one, 10_000) <= tint(one + more, 10_000)


def test_people_are_asked_where_their_schedule_asks_or_else_where_they_are() -> None:
    own = {"trial": ["first_use"], "any": ["first_use", "later"]}
    asked = [
        StageAsked("trial", "", 3),
        StageAsked("any", "later", 2),
        StageAsked("other", "", 4),
        StageAsked("other", "first_use", 1),
    ]
    assert by_stage(asked, own) == {"first_use": 4, "later": 2, "": 4}


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_goal_never_has_too_many_dots(reached: int, goal: int) -> None:
    tally = Tally(reached, goal)
    assert max(reached, goal) <= MOST_DOTS * tally.per_dot
    assert tally.is_met == (reached >= goal)
    assert tally.per_dot == 1 or max(reached, goal) > MOST_DOTS


def test_how_much_of_a_promise_was_used() -> None:
    hours = timedelta(hours=4)
    due = NOON + hours

    def used(
        at: datetime, due_at: datetime | None, settled: datetime | None = None
    ) -> float | None:
        promise = Promise("support", settled is None, at, due_at, hours, settled)
        return promise.used(ROUND_THE_CLOCK, due + 2 * hours)

    assert used(NOON + timedelta(hours=1), due) == 0.25
    assert used(due, due, due + timedelta(hours=2)) == 1.5
    assert Promise("", False, due, due, hours, None).used(ROUND_THE_CLOCK, due + hours) == 2
    assert used(NOON, None) is None, "its clock was paused"
