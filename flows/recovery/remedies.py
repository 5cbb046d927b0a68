"""The life of a remedy: offered, chosen, granted, done; or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from flows.config import OF_MONEY, Config, RemedyOption
from flows.entities import Remedy
from flows.entities.lifecycle import Edge, Lifecycle, Person, Refusal, Walk, has_text
from flows.money import Money

STATES = (
    "offered", "chosen", "awaiting", "granted", "done", "voided", "failed", "refused", "declined",
)  # fmt: skip
STANDS = frozenset({"granted", "done"})
"""States of what the customer has been given."""
SHOWN = frozenset({"chosen", "awaiting", "granted", "done", "voided", "failed"})
"""States that staff see on the card."""


def _has_reason(walk: Walk) -> bool:
    remedy: Remedy = walk.value
    return bool(remedy.reason.strip()) or has_text(walk)


def _is_not_redeemed(walk: Walk) -> bool:
    """What a guarantee gave can be taken back until it is used; then it is used."""
    remedy: Remedy = walk.value
    return not (remedy.guarantee and remedy.done_at is not None)


EDGES = (
    Edge(
        "choose",
        ("offered", "chosen"),
        "chosen",
        "The customer chooses it; something is still missing, such as a photo.",
    ),
    Edge("decline", ("offered", "chosen"), "declined", "The customer wants something else."),
    Edge(
        "ask",
        ("offered", "chosen"),
        "awaiting",
        "It is above a limit: a senior or an admin decides.",
        ((_has_reason, "needs_reason"),),
    ),
    Edge("grant", ("offered", "chosen", "awaiting"), "granted", "A line of the ledger says so."),
    Edge("refuse", ("awaiting",), "refused", "Whoever decides says no."),
    Edge("finish", ("granted",), "done", "It has happened; the customer reads it."),
    Edge(
        "void",
        ("granted", "done"),
        "voided",
        "It is taken back by a second line; a code that was shown is not used again. "
        "What a guarantee gave can be taken back until it is redeemed.",
        ((_is_not_redeemed, "is_redeemed"), (has_text, "needs_word")),
    ),
    Edge(
        "fail",
        ("granted", "done"),
        "failed",
        "It could not be done, as staff or a system of the business say: a second line takes it "
        "back, and whoever makes it right grants something anew.",
        ((_is_not_redeemed, "is_redeemed"), (has_text, "needs_why")),
    ),
)
LIFECYCLE = Lifecycle("remedy", STATES, "offered", EDGES)


def act(
    remedy: Remedy, trigger: str, now: datetime, *, by: Person | None = None, text: str = ""
) -> Remedy | Refusal:
    """Let something happen to a remedy; `text` is why. Refused where it stands already or is over.

    The reason of such a refusal is `is_` with the state that it is in.
    """
    walk = Walk(remedy.state, remedy, by, text)
    if not LIFECYCLE.fire(trigger, walk):
        return Refusal(walk.refusal or f"is_{remedy.state}")
    moved = replace(remedy, state=walk.state)
    effect = _EFFECTS.get(trigger)
    return effect(moved, walk, now) if effect else moved


def _decided(remedy: Remedy, walk: Walk, now: datetime) -> Remedy:
    if walk.by is None:
        return remedy
    return replace(remedy, decided_by=walk.by.id, decided_by_name=walk.by.name)


def _granted(remedy: Remedy, walk: Walk, now: datetime) -> Remedy:
    # What reminded of the decision says nothing of the promise that begins now.
    return replace(_decided(remedy, walk, now), granted_at=now, reminded_at=None)


def _voided(remedy: Remedy, walk: Walk, now: datetime) -> Remedy:
    return replace(_decided(remedy, walk, now), due_at=None)


_EFFECTS: dict[str, Callable[[Remedy, Walk, datetime], Remedy]] = {
    "ask": lambda remedy, walk, now: replace(remedy, asked_at=now),
    "grant": _granted,
    "refuse": _decided,
    "finish": lambda remedy, walk, now: replace(remedy, done_at=now),
    "void": _voided,
    "fail": _voided,
}


def filled(
    remedy: Remedy, option: RemedyOption, amount: Money | None, by: Person | None, reason: str
) -> Remedy:
    """A remedy as somebody chose it; what was typed as amount counts where none is set."""
    value = option.value or amount
    length = option.promise.exact if option.promise is not None else None
    return replace(
        remedy,
        option=option.id,
        kind=option.kind.value,
        title=dict(option.title),
        pool=option.pool or "",
        amount=value.minor if value is not None else 0,
        currency=value.currency if value is not None else "",
        reason=reason,
        reader_team=option.team or "",
        promise=round(length.total_seconds()) if length is not None else 0,
        asked_by=by.id if by is not None else None,
        asked_by_name=by.name if by is not None else "",
    )


def needs_amount(option: RemedyOption) -> bool:
    """Whether who grants it has to say how much."""
    return option.kind in OF_MONEY and option.value is None


def fitting(
    config: Config, category: str, products: frozenset[str], *, failed_again: bool = False
) -> list[RemedyOption]:
    """The remedies for a complaint of a category by a customer with these products (ids).

    After a second failure the stronger ones come first; gestures come later, and are none.
    """
    found = [
        each
        for each in config.remedies
        if _fits(each, category, products)
        and not each.gesture
        and (failed_again or not each.after_second_failure)
    ]
    return sorted(found, key=lambda each: not each.after_second_failure)


def gestures(config: Config, category: str, products: frozenset[str]) -> list[RemedyOption]:
    """What a senior may choose some days after a second failure was resolved."""
    return [each for each in config.remedies if each.gesture and _fits(each, category, products)]


def _fits(option: RemedyOption, category: str, products: frozenset[str]) -> bool:
    fits = not option.category or category in option.category
    return fits and bool(not option.product or products & frozenset(option.product))


def is_trusted(option: RemedyOption, severity: int) -> bool:
    """Whether a customer may choose it who says that it is so bad (0: did not say)."""
    return option.trusted is not None and severity <= option.trusted.severity
