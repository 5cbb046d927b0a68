"""The holdout: customers left unasked on purpose, so that the effect of asking can be measured."""

from __future__ import annotations

from hashlib import sha256

from flows.time.durations import Share

_RANGE = 2**64
_ALL = "*"
"""In place of a schedule; no schedule can have this id."""


def position(salt: str, *parts: str) -> float:
    """Where somebody stands between 0 and 1 for some purpose; always the same, evenly spread.

    The parts name the purpose and the customer: a schedule and a ref, say. Other parts are another
    draw. The salt belongs to one installation and never changes, or customers change groups.
    """
    encoded = (part.encode("utf-8", "surrogatepass") for part in (salt, *parts))
    message = b"".join(len(part).to_bytes(8, "big") + part for part in encoded)
    return int.from_bytes(sha256(message).digest()[:8], "big") / _RANGE


def leaves_nobody(share: Share) -> bool:
    """Whether all are held out, so that nobody is asked."""
    return share.fraction >= 1


def in_holdout_of_all(salt: str, customer: str, share: Share) -> bool:
    """Whether no schedule asks this customer; another draw than that of each schedule."""
    return share.hundredths > 0 and position(salt, _ALL, customer) < share.fraction


def in_holdout(salt: str, schedule: str, customer: str, share: Share) -> bool:
    """Whether this customer is held out of this schedule.

    Raising the share only adds customers, lowering it only releases some.
    """
    return share.hundredths > 0 and position(salt, schedule, customer) < share.fraction
