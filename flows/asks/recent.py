"""Which shipped change an ask quotes, so that the customer sees that telling was worth it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flows.entities import ChangeId
from flows.entities.replaced import replaced

RECENT = timedelta(days=60)
"""A change that was shipped longer ago is no news."""
SEVERAL = 2
"""So many people are more than one who was unlucky."""


@dataclass(frozen=True, slots=True)
class ShippedChange:
    """A change that works now, and how many people's complaints led to it."""

    title: str
    text: str
    shipped_at: datetime
    people: int
    by_product: Mapping[str, int] = field(default_factory=dict)
    """Of those, people who were asked about this product when they complained."""
    by_stage: Mapping[str, int] = field(default_factory=dict)
    """Of those, people to whom it happened at this stage of the journey."""
    language: str = ""
    """That of title and text; empty: that of staff."""
    translations: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Title and text in other languages, by language."""
    id: ChangeId | None = None
    link: str = ""
    """Its page of the public book; empty: it has none."""


def in_language(
    changes: Iterable[ShippedChange], language: str, staff: str
) -> Iterator[ShippedChange]:
    """Those that can be read in a language, in it. `staff`: the language of staff.

    An ask quotes no other: its reader has to understand why telling was worth it.
    """
    for change in changes:
        if (change.language or staff) == language:
            yield change
        elif language in change.translations:
            title, text = change.translations[language]
            yield replaced(change, title=title, text=text, language=language)


def change_for(changes: Iterable[ShippedChange], product: str, stage: str) -> ShippedChange | None:
    """The change to tell a customer of: best one that several people of the same product or at
    the same stage had complained about, else one of several people, else any; of equals the one
    shipped last. None when nobody's complaint has led to one.
    """

    def worth(change: ShippedChange) -> tuple[bool, bool, datetime]:
        near = max(
            change.by_product.get(product, 0) if product else 0,
            change.by_stage.get(stage, 0) if stage else 0,
        )
        return near >= SEVERAL, change.people >= SEVERAL, change.shipped_at

    return max((change for change in changes if change.people > 0), key=worth, default=None)
