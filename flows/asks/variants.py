"""Which of several texts a customer is asked with: drawn once by a salted hash."""

from __future__ import annotations

from collections.abc import Sequence

from flows.asks.holdout import position


def chosen(salt: str, schedule: str, customer: str, variants: Sequence[str]) -> str:
    """The id of the variant for this customer of this schedule; empty when there is none.

    Every variant draws a number for the customer and the highest wins (rendezvous hashing: D. G.
    Thaler and C. V. Ravishankar, IEEE/ACM Transactions on Networking 6, 1998). So a variant that
    is added takes an equal share from each of the others and nobody moves between those; one that
    is removed leaves only its own customers to the rest. The order of variants means nothing, and
    the draw is independent of the holdout's.
    """
    return max(
        variants,
        key=lambda variant: (position(salt, schedule, "variant", variant, customer), variant),
        default="",
    )
