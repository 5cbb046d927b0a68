"""What of all that is alike is worth showing, and to what a complaint belongs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from flows.entities import Ticket
from flows.themes.index import Group, Match

THEME, CHANGE = "theme", "change"
NEAR = 0.28
"""From this likeness on a complaint is shown as similar."""
FITS = 0.2
"""From this likeness on a theme or a change is offered."""
SHOWN = 3
"""Similar complaints on a card."""
OFFERED = 2
"""Themes, and changes, that are kept to be offered."""


class Belonging(Protocol):
    """A complaint, as far as it is known to what it belongs."""

    @property
    def theme_id(self) -> int | None:
        """Its theme."""

    @property
    def change_id(self) -> int | None:
        """Its change."""


def groups_of(ticket: Belonging) -> frozenset[Group]:
    """The groups that a complaint belongs to."""
    named = ((THEME, ticket.theme_id), (CHANGE, ticket.change_id))
    return frozenset(Group(kind, number) for kind, number in named if number is not None)


def alike(ticket: Ticket, match: Match) -> Mapping[str, Sequence[int]]:
    """What to keep of what a complaint is like (`Ticket.alike`), but not what it belongs to."""
    own = groups_of(ticket)
    fitting = [group for group, score in match.groups if score >= FITS and group not in own]
    kept = {
        "tickets": [number for number, score in match.items if score >= NEAR][:SHOWN],
        "themes": [group.id for group in fitting if group.kind == THEME][:OFFERED],
        "changes": [group.id for group in fitting if group.kind == CHANGE][:OFFERED],
    }
    return {name: found for name, found in kept.items() if found}


def lacks(other: Ticket, ticket: Ticket) -> bool:
    """Whether a complaint is in no group, and does not know that of one that it is like."""
    if ticket.theme_id is not None and other.theme_id is None:
        return ticket.theme_id not in other.alike.get("themes", ())
    if ticket.change_id is not None and other.change_id is None:
        return ticket.change_id not in other.alike.get("changes", ())
    return False
