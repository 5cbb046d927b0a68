"""How much of a letter two minutes have room for, when it is due, and which stages are silent."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from flows.config.goals import EVENING, MORNING
from flows.insight.letter import (
    LATEST,
    MOST,
    SECONDS,
    Part,
    due_at,
    room,
    seconds_to_read,
    week_of,
)
from flows.insight.overviews import Cell
from flows.insight.silence import silence
from flows.time.opening import ClockTime

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
NINE = ClockTime(9 * 60)
lines = st.lists(st.text("слово 茶ab ", min_size=1, max_size=200), max_size=12)
parts = st.lists(st.builds(Part, st.just("Heading"), lines, st.integers(0, 99)), max_size=9)


@given(parts)
def test_a_letter_takes_two_minutes_or_every_part_has_one_line(found: list[Part]) -> None:
    shown = room("Head", found)
    kept = [line for part, n in zip(found, shown, strict=True) for line in part.lines[:n]]
    assert all(n <= min(MOST, len(part.lines)) for part, n in zip(found, shown, strict=True))
    assert all(n or not part.lines for part, n in zip(found, shown, strict=True))
    assert seconds_to_read("\n".join(kept)) <= SECONDS or max(shown) == 1
    for part, n in zip(found, shown, strict=True):
        assert n + part.left_out(n) == max(part.all, len(part.lines))


def test_words_and_signs_take_their_time() -> None:
    assert round(seconds_to_read("слово " * 184)) == 60
    assert round(seconds_to_read("茶" * 255)) == 60
    assert seconds_to_read("· … — 。") == 0


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: BEGIN + timedelta(minutes=minutes)),
    st.integers(0, 6),
    st.integers(MORNING.minutes, EVENING.minutes).map(ClockTime),
)
def test_a_letter_is_due_by_day_soon_after_its_hour(
    now: datetime, weekday: int, at: ClockTime
) -> None:
    due = due_at(now, BERLIN, weekday, at)
    local = now.astimezone(BERLIN)
    if due is not None:
        assert due.weekday() == weekday
        assert (due.hour * 60 + due.minute) == at.minutes
        assert due <= local < due + LATEST
        assert MORNING.minutes <= local.hour * 60 + local.minute <= EVENING.minutes
        assert len(week_of(due)) == len("2026-W49")
    elif local.weekday() == weekday and local.hour * 60 + local.minute >= at.minutes:
        assert local.hour * 60 + local.minute > EVENING.minutes


def test_the_hour_of_a_letter_follows_the_clock_through_the_change_to_summer() -> None:
    monday = datetime(2026, 3, 30, 6, 59, tzinfo=UTC)
    assert due_at(monday, BERLIN, 0, NINE) is None
    assert due_at(monday + timedelta(minutes=1), BERLIN, 0, NINE) is not None


def test_a_stage_is_silent_only_after_it_was_heard_of() -> None:
    before = [Cell("waiting", "taste", 2), Cell("waiting", "", 1), Cell("later", "", 2)]
    now = [Cell("", "", 10), Cell("choosing", "", 10)]
    found = silence(["choosing", "waiting", "later", "never"], now, before)
    assert found.silent == {"waiting": 3}
    assert (found.skipped, found.all) == (10, 20)
    assert silence(["waiting"], [Cell("", "", 19)], []).skipped == 0
