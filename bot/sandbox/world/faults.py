"""What goes wrong on purpose."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.errors import SandboxError

KINDS = (
    "429",
    "5xx",
    "timeout_before",
    "timeout_after",
    "cut_before",
    "cut_after",
    "slow",
    "refused",
)
"""429: refuse with retry_after (and go on refusing `scope`: "chat" or "bot"). 5xx: answer
`status`. timeout_…: never answer, having done nothing or everything. cut_…: close the
connection, having done nothing or everything. slow: answer after `ms` milliseconds. refused:
answer `status` (400, 403 or 429) with `description`, and for 429 with `retry_after`."""


@dataclass(slots=True)
class Fault:
    """A rule: calls of `method` ("*" for all) to `chat` (None for all) meet `kind`.

    Both may be lists. It applies `count` times (None: until it is lifted), each time with
    `probability` drawn from a generator seeded with `seed`.
    """

    kind: str
    method: str | list[str] = "*"
    chat: int | str | list[int | str] | None = None
    count: int | None = 1
    probability: float = 1.0
    seed: int = 0
    retry_after: int = 1
    scope: str = "chat"
    status: int = 502
    description: str = ""
    ms: int = 100
    met: int = 0
    number: int = 0
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise SandboxError(
                f"No fault is called {self.kind!r}: choose one of {', '.join(KINDS)}."
            )
        if self.scope not in {"chat", "bot"}:
            raise SandboxError('The scope of a 429 is "chat" or "bot".')
        if self.kind == "refused" and (self.status not in {400, 403, 429} or not self.description):
            raise SandboxError("A refusal has a status (400, 403 or 429) and a description.")
        self._chance = random.Random(self.seed)  # noqa: S311  # repeatable, not secret

    def meets(self, method: str, chat_id: Any) -> bool:
        """Whether this call meets the fault; counts it when it does."""
        if self.count is not None and self.met >= self.count:
            return False
        if self.method != "*" and method not in _several(self.method):
            return False
        if self.chat is not None and str(chat_id) not in map(str, _several(self.chat)):
            return False
        if self.probability < 1.0 and self._chance.random() >= self.probability:
            return False
        self.met += 1
        return True


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


class Faults:
    """The rules in force, the first that a call meets counts."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []
        self._last = 0

    def add(self, rule: Fault) -> int:
        """Put a rule in force; its number."""
        self._last += 1
        rule.number = self._last
        self.rules.append(rule)
        return rule.number

    def lift(self, number: int) -> bool:
        """Take a rule away; False when there is none with this number."""
        before = len(self.rules)
        self.rules = [rule for rule in self.rules if rule.number != number]
        return len(self.rules) < before

    def pick(self, method: str, chat_id: Any) -> Fault | None:
        """The fault that this call meets, if any."""
        for rule in self.rules:
            if rule.meets(method, chat_id):
                return rule
        return None
