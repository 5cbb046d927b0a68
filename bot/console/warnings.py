"""What a schedule may say and yet hardly means: told where it is set, and before it is applied."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.ports import Unit
from flows.themes.likeness import most_like

KNOWN = 5
"""Types of events that are named."""
LOOKED_AT = 100
"""Types among which those are looked for."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """A type of which no event has come, and types of which some have, those spelled like it."""

    type: str
    others: Sequence[str]


async def unheard(unit: Unit, types: Sequence[str]) -> list[Unheard]:
    """Those of these types of which no event has come so far; none before any has come."""
    missing = [each for each in types if not await unit.audiences.has_come(each)]
    known = await unit.audiences.event_types(LOOKED_AT) if missing else []
    return [Unheard(each, most_like(each, known, KNOWN)) for each in missing] if known else []
