"""Which time a customer is told: what really happens, with a cushion."""

from __future__ import annotations

from datetime import timedelta

ENOUGH = 30
"""Cases from which on real times say more than the configuration."""
CUSHION = 1.25
"""What is told is so many times as long: promise less, deliver more."""
STEP = timedelta(minutes=15)
SHARE = 0.9
"""The share of cases that were answered by the time from which it is made."""


def told_time(real: timedelta) -> timedelta:
    """The working time to tell when 90 % of cases were answered within `real`.

    With the cushion, in whole quarters of an hour, and at least one.
    """
    steps = -(-(real * CUSHION) // STEP)
    return max(1, steps) * STEP
