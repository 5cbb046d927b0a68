"""What is to be told of a change is held back for a moment, in which it can be called off.

Pure. Nothing of the change is different while it is held: what follows happens when it is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flows.changes.changes import act
from flows.entities import Change
from flows.entities.kinds import Role
from flows.entities.lifecycle import Person, Refusal
from flows.formatted import Entity

HELD_BACK = timedelta(minutes=1)
"""For so long what is to be told can be called off."""
SHIP, DECLINE = "ship", "decline"


@dataclass(frozen=True, slots=True)
class Held:
    """What is to be told of a change, by whom and when; JSON in `Change.held`."""

    trigger: str
    """`ship` or `decline`."""
    by: Person
    due: datetime
    people: int
    """How many it was said that it tells."""
    text: str = ""
    """Why it is declined."""
    entities: tuple[Entity, ...] = ()
    """The formatting of `text`."""

    def to_json(self) -> dict[str, Any]:
        """Plain data that `from_json` reads back."""
        return {
            "trigger": self.trigger,
            "by": self.by.id,
            "name": self.by.name,
            "due": self.due.isoformat(),
            "people": self.people,
            "text": self.text,
            "entities": [dict(each) for each in self.entities],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Held | None:
        """Read back what `to_json` wrote; None: nothing is held."""
        if not data:
            return None
        return cls(
            data["trigger"],
            Person(data["by"], data["name"]),
            datetime.fromisoformat(data["due"]),
            data["people"],
            data["text"],
            tuple(data["entities"]),
        )


def may_call_off(by: int | None, who: int | None, role: Role | None) -> bool:
    """Whether somebody may call off what `by` has begun: whoever began it, or a senior."""
    return who == by or (role is not None and role.reaches(Role.SENIOR))


def hold(
    change: Change, held: Held, now: datetime, tickets: int, language: str = ""
) -> Change | Refusal:
    """Hold back what is to be told, if it could be told now; else why not.

    `tickets`: how many complaints there are whose people would be told; `language`: that of
    `held.text`.
    """
    told = _tell(change, held, now, tickets, language)
    kept = told if isinstance(told, Refusal) else act(change, "hold", now)
    return kept if isinstance(kept, Refusal) else replace(kept, held=held.to_json())


def call_off(change: Change, now: datetime) -> Change | Refusal:
    """The change as it was before something of it was held."""
    back = act(change, "call_off", now)
    return back if isinstance(back, Refusal) else replace(back, held={})


def tell(
    change: Change, held: Held, now: datetime, tickets: int, language: str = ""
) -> Change | Refusal:
    """The change when what was held is told; parameters as of `hold`."""
    return _tell(replace(change, held={}), held, now, tickets, language)


def _tell(
    change: Change, held: Held, now: datetime, tickets: int, language: str
) -> Change | Refusal:
    return act(
        change,
        held.trigger,
        now,
        by=held.by,
        text=held.text,
        entities=held.entities,
        count=tickets,
        language=language,
    )
