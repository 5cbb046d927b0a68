"""What the running process tells the HTTP server about itself."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Status:
    """What a check found; `detail` is a sentence without secrets."""

    ok: bool
    detail: str = ""
    warning: bool = False
    """Whether somebody has to do something all the same, which a new start would not help."""


Check = Callable[[], Awaitable[Status]]
"""Looks at one part of the process, such as the poller, the leader or the sender."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What this process has counted since it started."""

    updates: Mapping[str, int] = field(default_factory=dict)
    """Updates by what became of them: `handled`, `parked`."""
    sends: Mapping[str, int] = field(default_factory=dict)
    """Tries to send by what came of them."""
    too_many: int = 0
    """Answers 429 from Telegram."""
    tick_age: float | None = None
    """Seconds since the last tick ended; None: this process has not ticked yet."""


class Probes(Protocol):
    """The door through which health and metrics look at the process."""

    def checks(self) -> Mapping[str, Check]:
        """The checks behind `/readyz` by name, besides the database's."""

    def figures(self) -> Figures:
        """What was counted."""
