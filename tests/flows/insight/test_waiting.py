"""How long things take when some of them still run."""

from datetime import timedelta
from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.insight.waiting import time_by_which

times = st.lists(st.integers(0, 10_000).map(lambda n: timedelta(minutes=n)), max_size=30)
shares = st.sampled_from([0.1, 0.5, 0.9])


@given(times.filter(bool))
def test_without_anything_running_it_is_the_plain_median(finished: list[timedelta]) -> None:
    assert time_by_which(finished, [], 0.5) == median_low(finished)


@given(times, times, shares)
def test_what_still_runs_never_makes_it_look_quicker(
    finished: list[timedelta], running: list[timedelta], share: float
) -> None:
    alone = time_by_which(finished, [], share)
    together = time_by_which(finished, running, share)
    assert together is None or (alone is not None and together >= alone)
    assert together is None or together in finished


@given(times, times)
def test_a_greater_share_takes_no_less_time(
    finished: list[timedelta], running: list[timedelta]
) -> None:
    found = [time_by_which(finished, running, share) for share in (0.1, 0.5, 0.9)]
    known = [each for each in found if each is not None]
    assert known == sorted(known)
    assert found[: len(known)] == known


def test_a_known_example() -> None:
    """Of ten, four finished after 1 to 4 hours; six that have run for 10 are not finished."""
    hours = [timedelta(hours=number) for number in range(1, 5)]
    running = [timedelta(hours=10)] * 6
    assert time_by_which(hours, running, 0.4) == timedelta(hours=4)
    assert time_by_which(hours, running, 0.5) is None
    # Those that have only just begun say nothing yet: they are not counted against the others.
    assert time_by_which(hours, [timedelta(0)] * 6, 0.5) == timedelta(hours=2)


@pytest.mark.parametrize("share", [0.0, 1.0, -1.0, 2.0])
def test_a_share_must_make_sense(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        time_by_which([timedelta(1)], [], share)
