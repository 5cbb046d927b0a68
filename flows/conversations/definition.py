"""A flow as it was written: steps, branches, texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from flows.conversations.values import MEDIA_KINDS, Answer, OutcomeKind, Piece
from flows.receipts import number_in

StepKind = Literal["choice", "message", "rating", "confirm", "end"]
OptionSource = Literal["categories", "stages", "products"]
STEP_KINDS: tuple[str, ...] = get_args(StepKind)
OPTION_SOURCES: tuple[str, ...] = get_args(OptionSource)

RESERVED = ("snoozed", "stopped", "abandoned")
"""States of the machine that are no steps."""

WORDS = "words"
"""In a condition: ``said`` once the customer has said anything in this conversation."""

SKIPPED = "skipped"
"""In a condition: the step was skipped."""

VALUES = (
    "first_name",
    "name",
    "product",
    "quote",
    "change",
    "done",
    "recent_change",
    "reason",
    "since",
    "responsible",
)
OPTIONAL = frozenset({"first_name", "product"})
"""Values that every text may name: a greeting does without a name, and the brand stands in for a
product."""
"""Placeholders that may be missing at run time; ``brand`` never is."""

STOP_NAME = "stop_name"
"""The text that says what customers who may stop a flow's questions see them called."""

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
ID = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a flow file: where, what, and what to do about it."""

    place: Place
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}. {self.remedy}"


class FlowError(ValueError):
    """A flow file cannot be used; ``problems`` lists everything found wrong in it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when every named field has one of its values."""

    tests: tuple[tuple[str, frozenset[str]], ...]
    place: Place

    def holds(self, fields: Mapping[str, str]) -> bool:
        """Whether the condition holds for these fields; one that is missing never matches."""
        return all(fields.get(name) in wanted for name, wanted in self.tests)


@dataclass(frozen=True, slots=True)
class Target:
    """A step to go to, and where it was named."""

    step: str
    place: Place


@dataclass(frozen=True, slots=True)
class Branch:
    """Go there when the condition holds."""

    condition: Condition
    target: Target


@dataclass(frozen=True, slots=True)
class Verdict:
    """What silence makes of a conversation when the condition holds."""

    condition: Condition
    outcome: OutcomeKind


@dataclass(frozen=True, slots=True)
class ListedOption:
    """An option written in the flow itself; ``text`` is the key of its label.

    ``means`` are the meanings (of the ear) that choose it. ``heard`` and ``replied`` are the keys
    of further words for it, ``spoken`` makes it the answer of whoever complains.
    """

    id: str
    text: str
    next: Target | None
    place: Place
    means: tuple[str, ...] = ()
    heard: str | None = None
    replied: str | None = None
    spoken: bool = False


@dataclass(frozen=True, slots=True)
class Variant:
    """Another text for the question, used when the placeholder value ``has`` is there."""

    has: str
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Step:
    """One question, or an end. What a key means is written in docs/writing-flows.md."""

    id: str
    kind: StepKind
    text: str
    place: Place
    title: str | None = None
    variants: tuple[Variant, ...] = ()
    options: tuple[ListedOption, ...] = ()
    options_from: OptionSource | None = None
    scale: int = 0
    low: str | None = None
    high: str | None = None
    accept: frozenset[str] = frozenset(MEDIA_KINDS)
    prefill: bool = False
    number: bool = False
    offered: bool = False
    hears: str | None = None
    skip: bool = False
    later: bool = False
    stop: bool = False
    when: tuple[Branch, ...] = ()
    next: Target | None = None
    discard: Target | None = None
    outcome: OutcomeKind | None = None

    def fits(self, piece: Piece) -> bool:
        """Whether something said is what a message step asks for."""
        return piece.kind in self.accept and (not self.number or bool(number_in(piece.text)))

    @property
    def spoken(self) -> ListedOption | None:
        """The option that counts as chosen when something else is said here."""
        return next((option for option in self.options if option.spoken), None)

    def meaning(self, kind: str) -> ListedOption | None:
        """The option that a meaning chooses."""
        return next((option for option in self.options if kind in option.means), None)

    def onward(self) -> Iterator[Target]:
        """Every target an answer may lead to, in the order in which they are tried."""
        yield from (option.next for option in self.options if option.next)
        yield from (branch.target for branch in self.when)
        if self.next:
            yield self.next

    def targets(self) -> Iterator[Target]:
        """Every step that can be reached from here by going forward."""
        yield from self.onward()
        if self.discard:
            yield self.discard


@dataclass(frozen=True, slots=True)
class Definition:
    """A flow as written, checked. ``texts`` by key, then language; ``source`` as it was read."""

    name: str
    version: int
    languages: tuple[str, ...]
    start: Target
    steps: Mapping[str, Step]
    texts: Mapping[str, Mapping[str, str]]
    source: str
    place: Place
    proactive: bool = False
    needs: tuple[str, ...] = ()
    silence: tuple[Verdict, ...] = ()
    text_places: Mapping[str, Place] = field(default_factory=dict)
    formal: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """``texts`` as a brand says them that addresses formally."""

    def ancestors(self, step: str) -> tuple[str, ...]:
        """The steps from which going forward can lead to this one, in the order written."""
        found: set[str] = set()
        waiting = [step]
        while waiting:
            reached = waiting.pop()
            for other in self.steps.values():
                leads = any(target.step == reached for target in other.targets())
                if leads and other.id not in found:
                    found.add(other.id)
                    waiting.append(other.id)
        return tuple(name for name in self.steps if name in found)


def as_field(answer: Answer) -> str:
    """An answer as conditions see it."""
    return SKIPPED if answer is None else str(answer)
