"""Working time: a promise of "four working hours" does not run at night or on holidays."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from flows.time.durations import Share, as_utc
from flows.time.opening import Opening


def add_working_time(
    start: datetime, duration: timedelta, hours: Opening, zone: tzinfo
) -> datetime:
    """The moment (UTC) at which `duration` of working time since `start` has passed.

    Zero outside working hours gives `start` itself. Raises ValueError for a naive start or a
    negative duration.
    """
    if duration < timedelta(0):
        raise ValueError("Working time can only be added, not taken away.")
    begin, left = as_utc(start), duration
    if not left:
        return begin
    for opens, closes in hours.spans(begin, zone):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise AssertionError("Open spans never end.")


def elapsed_working_time(start: datetime, end: datetime, hours: Opening, zone: tzinfo) -> timedelta:
    """How much working time lies between two moments; zero when `end` is not after `start`."""
    begin, stop = as_utc(start), as_utc(end)
    total = timedelta(0)
    if begin >= stop:
        return total
    for opens, closes in hours.spans(begin, zone):
        if opens >= stop:
            break
        total += min(closes, stop) - opens
    return total


def escalation_moments(
    start: datetime,
    duration: timedelta,
    shares: tuple[Share, ...],
    hours: Opening,
    zone: tzinfo,
) -> tuple[datetime, ...]:
    """When each share of a promised working time has passed, in the order of the shares."""
    return tuple(add_working_time(start, share.of(duration), hours, zone) for share in shares)
