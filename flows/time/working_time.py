"""Working time: a promise of "four working hours" does not run at night or on holidays."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from flows.time.durations import as_utc
from flows.time.opening import Opening, Openings


def add_working_time(
    start: datetime, duration: timedelta, hours: Opening | Openings, zone: tzinfo
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


def elapsed_working_time(
    start: datetime, end: datetime, hours: Opening | Openings, zone: tzinfo
) -> timedelta:
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
