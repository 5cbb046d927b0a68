"""Praise: who may be meant by it, when it is passed on, and what is worth passing on unasked.

Pure. Praise is no complaint and asks for nothing: whoever says it is thanked, may say whom it is
for by one tap, and is left in peace otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flows.entities import Entry, Praise, Side, Whom
from flows.entities.lifecycle import Person, Refusal

CHOOSING = timedelta(minutes=10)
"""For so long praise waits for its author to say whom it is for."""
PASSED_ON = timedelta(minutes=1)
"""So long after a tap it can be taken back before anybody has read it."""
REMEMBERED = timedelta(days=90)
"""So far back it is looked who answered somebody."""
OFFERED = 3
"""People of staff who are offered."""
FEWEST_WORDS = 3
FEWEST_IDEOGRAPHS = 6
"""Of a text without spaces."""
LONGEST = 1000
"""Characters of praise that are kept."""


@dataclass(frozen=True, slots=True)
class Answerer:
    """Somebody of staff who answered a customer, and in which group."""

    id: int
    name: str
    group_chat_id: int | None = None


def answerers(
    entries: Iterable[tuple[Entry, int | None]], now: datetime, most: int = OFFERED
) -> list[Answerer]:
    """Who of staff answered somebody lately, the last one first; groups are nobody.

    `entries`: lines of the customer's tickets, each with the group of its ticket.
    """
    mine = [
        (entry, group)
        for entry, group in entries
        if entry.side is Side.STAFF and (entry.author_id or 0) > 0 and now - entry.at <= REMEMBERED
    ]
    found: dict[int, Answerer] = {}
    for entry, group in sorted(mine, key=lambda each: each[0].at, reverse=True):
        number = entry.author_id or 0
        found.setdefault(number, Answerer(number, entry.author_name, group))
    return list(found.values())[:most]


def worth_passing_on(text: str) -> bool:
    """Whether praise says enough to be read by somebody: more than "all good"."""
    ideographs = [each for each in text if "\u3400" <= each <= "\u9fff"]
    return len(text.split()) >= FEWEST_WORDS or len(ideographs) >= FEWEST_IDEOGRAPHS


def address(
    praise: Praise, whom: Whom, person: Answerer | None, group_chat_id: int | None
) -> Praise | Refusal:
    """The praise when its author has said whom it is for; once."""
    if praise.whom or praise.shown_at is not None:
        return Refusal("passed_on")
    return replace(
        praise,
        whom=whom.value,
        staff_id=person.id if person is not None else None,
        staff_name=person.name if person is not None else "",
        group_chat_id=group_chat_id,
    )


def with_words(praise: Praise, text: str) -> Praise | Refusal:
    """The praise with more words, as long as nobody has read it."""
    if praise.shown_at is not None:
        return Refusal("passed_on")
    return replace(praise, text=f"{praise.text}\n{text}".strip()[:LONGEST])


def is_due(praise: Praise, now: datetime) -> bool:
    """Whether it is passed on now: its author has chosen, or had the time to."""
    return bool(praise.whom) or now - praise.at >= CHOOSING


def thank(praise: Praise, by: Person, now: datetime) -> Praise | Refusal:
    """The praise when somebody of staff has said thank you for it; once."""
    if praise.thanked_at is not None:
        return Refusal("thanked")
    return replace(praise, thanked_at=now, thanked_by=by.name)
