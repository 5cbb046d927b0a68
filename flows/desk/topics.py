"""What a ticket's topic shows of its state: an icon, or a sign in its name, and whether it is shut.

Pure. What was set last is kept in the ticket, so that nothing is set that is so already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flows.entities import Ticket
from flows.entities.states import ENDED

_VARIATION = "\ufe0f"
"""Asks for the coloured form of a sign; it is written or left out as somebody likes."""


class Look(StrEnum):
    """How a topic looks."""

    FREE = "free"
    """Nobody has it."""
    TAKEN = "taken"
    URGENT = "urgent"
    WAITING = "waiting"
    """The customer has the word."""
    SNOOZED = "snoozed"
    DONE = "done"
    """It was mended."""
    ENDED = "ended"
    """It ended otherwise."""


SIGNS: Mapping[Look, str] = {
    Look.FREE: "📝",
    Look.TAKEN: "👀",
    Look.URGENT: "‼",
    Look.WAITING: "💬",
    Look.SNOOZED: "📆",
    Look.DONE: "✅",
    Look.ENDED: "🏁",
}
"""All of them are icons that Telegram lets bots without Premium use, as far as it says so."""


def look_of(ticket: Ticket) -> Look:
    """How a ticket's topic is to look."""
    if ticket.state in ENDED:
        return Look.DONE if ticket.state in ("resolved", "verified") else Look.ENDED
    if ticket.snoozed_until is not None:
        return Look.SNOOZED
    if ticket.state == "waiting":
        return Look.WAITING
    if ticket.urgent:
        return Look.URGENT
    return Look.TAKEN if ticket.owner_name else Look.FREE


def plain_sign(sign: str) -> str:
    """A sign without what only asks for one of its forms."""
    return sign.replace(_VARIATION, "")


def icon_of(look: Look, icons: Mapping[str, str]) -> str:
    """The icon of a look, of those that Telegram offers by their signs; empty: it offers none."""
    return icons.get(SIGNS[look], "")


def look_with(icon: str, icons: Mapping[str, str]) -> Look:
    """The look that an icon stands for; of none, and of any other, that of what nobody has."""
    found = (look for look in Look if icon and icon_of(look, icons) == icon)
    return next(found, Look.FREE)


def named(name: str, look: Look, icons: Mapping[str, str]) -> str:
    """A topic's name with the sign of its look, where no icon says it."""
    is_told = look is Look.FREE or icon_of(look, icons)
    return name if is_told else f"{SIGNS[look]} {name}"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a topic shows, as far as is known."""

    topic: int
    look: Look | None = None
    """None: it is not known."""
    shut: bool | None = None
    """Whether only those who manage topics may write in it; None: it is not known."""

    def __str__(self) -> str:
        shut = {None: "", True: "shut", False: "open"}[self.shut]
        return f"{self.topic}/{self.look or ''}/{shut}"


def shown(ticket: Ticket) -> Shown | None:
    """What a ticket's topic shows; None: it has no topic. What another topic showed is nothing."""
    if ticket.topic_id is None:
        return None
    topic, _, rest = ticket.topic_shows.partition("/")
    look, _, shut = rest.partition("/")
    if topic != str(ticket.topic_id):
        return Shown(ticket.topic_id)
    known = Look(look) if look in set(Look) else None
    return Shown(ticket.topic_id, known, {"shut": True, "open": False}.get(shut))
