"""What the lifecycles of tickets and changes share: named edges on one machine each.

An edge carries a sentence that says what happens; the diagrams in docs/ are drawn from the
machine. A machine holds no models: a `Walk` goes through it and is thrown away, so one machine
serves every ticket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from transitions import EventData, Machine, MachineError


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff who does something."""

    id: int | None
    """Telegram id; None when only the name is known."""
    name: str
    username: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was changed: a key for words."""

    reason: str


@dataclass(slots=True)
class Walk:
    """A value on its way through a machine: a working copy, never kept."""

    state: str
    value: Any
    by: Person | None = None
    text: str = ""
    count: int = 0
    entities: tuple[Mapping[str, Any], ...] = ()
    """The formatting of `text`."""
    until: datetime | None = None
    """The moment that is named with it."""
    refusal: str = ""


Guard = Callable[[Walk], bool]


@dataclass(frozen=True, slots=True)
class Edge:
    """One way through a lifecycle. `target` None: the state stays."""

    trigger: str
    sources: tuple[str, ...]
    target: str | None
    sentence: str
    guards: tuple[tuple[Guard, str], ...] = field(default=())
    """What must hold, and the reason of the refusal when it does not."""


class Lifecycle:
    """One shared machine and the sentences of its edges."""

    def __init__(self, name: str, states: Iterable[str], start: str, edges: Iterable[Edge]) -> None:
        self.name, self.start, self.edges = name, start, tuple(edges)
        self.states = tuple(states)
        self.machine = Machine(
            model=None,
            states=list(self.states),
            initial=start,
            transitions=[_transition(edge) for edge in self.edges],
            auto_transitions=False,
            send_event=True,
            name=name,
        )

    def fire(self, trigger: str, walk: Walk) -> bool:
        """Move a walk; false when there is no such way from where it stands.

        Raises KeyError for a trigger that this lifecycle does not have.
        """
        try:
            return bool(self.machine.events[trigger].trigger(walk))
        except MachineError:
            return False


def _transition(edge: Edge) -> dict[str, Any]:
    return {
        "trigger": edge.trigger,
        "source": list(edge.sources),
        "dest": edge.target,
        "conditions": [_condition(guard, reason) for guard, reason in edge.guards],
    }


def _condition(guard: Guard, reason: str) -> Callable[[EventData], bool]:
    def holds(event: EventData) -> bool:
        walk = cast(Walk, event.model)
        if guard(walk):
            return True
        walk.refusal = reason
        return False

    return holds


def has_text(walk: Walk) -> bool:
    """Whether something was written that can be read."""
    return bool(walk.text.strip())
