"""Writing a hypothesis down in a chat: one question at a time, and how each answer is read. Pure.

A draft has the answers by the keys of `verso.yaml`, as they would be typed there; what does not
apply is empty.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flows.config import Config, HypothesisPlan
from flows.config.fields import is_line
from flows.config.hypotheses import LONGEST_CHANGE, are_points, divides
from flows.time.durations import Share

STEPS = (
    "segment",
    "stage",
    "category",
    "change",
    "event",
    "expect",
    "control",
    "look",
    "stop_if",
)
FARTHEST = timedelta(days=730)


class WritingError(Exception):
    """An answer that cannot be read; its text is the step, or says more exactly what is wrong."""


@dataclass(frozen=True, slots=True)
class Known:
    """What answers may name."""

    config: Config
    events: Collection[str]
    """Types of which events have come."""
    today: date


def following(draft: Mapping[str, str], known: Known) -> str | None:
    """The next question; None: all are answered."""
    offered = {"stage": known.config.stages, "category": known.config.every_category}
    open_ = (step for step in STEPS if step not in draft)
    return next((step for step in open_ if offered.get(step, True)), None)


def read(step: str, text: str, draft: Mapping[str, str], known: Known) -> str:
    """An answer as it is kept. Raises WritingError."""
    word = " ".join(text.split())
    if step == "segment":
        return _segment(word, known)
    if step in ("stage", "category"):
        there = known.config.stages if step == "stage" else known.config.every_category
        return _one_of(step, word, [each.id for each in there])
    if step in ("event", "stop_if"):
        return _event(step, word, draft, known)
    if step == "look":
        return _day(word, known.today)
    if step == "change":
        if not is_line(word, LONGEST_CHANGE):
            raise WritingError(step)
        return word
    return _number(step, word)


def read_all(
    answers: Mapping[str, str], known: Known
) -> tuple[dict[str, str], dict[str, WritingError]]:
    """All answers at once: those that can be read as they are kept, and what is wrong by step."""
    draft: dict[str, str] = {}
    wrong: dict[str, WritingError] = {}
    for step in STEPS:
        try:
            draft[step] = read(step, answers.get(step, ""), draft, known)
        except WritingError as error:
            wrong[step] = error
    return draft, wrong


def _segment(word: str, known: Known) -> str:
    if not word:
        return ""
    found = known.config.segment_called(word)
    if found is None:
        raise WritingError("segment")
    return found.id


def _one_of(step: str, word: str, ids: Collection[str]) -> str:
    if word and word not in ids:
        raise WritingError(step)
    return word


def _event(step: str, word: str, draft: Mapping[str, str], known: Known) -> str:
    if step == "stop_if" and word in ("", draft.get("event")):
        return ""
    if word not in known.events:
        raise WritingError("event")
    return word


def _day(word: str, today: date) -> str:
    try:
        day = date.fromisoformat(word)
    except ValueError:
        raise WritingError("look") from None
    if not today < day <= today + FARTHEST:
        raise WritingError("look_when")
    return day.isoformat()


def _number(step: str, word: str) -> str:
    bare = word.replace("−", "-").replace(",", ".").replace(" ", "").rstrip("%")
    try:
        if step == "control":
            share = Share.parse(f"{bare}%")
            if divides(share):
                return str(share)
        elif are_points(number := float(bare)):
            return f"{number:g}"
    except ValueError:
        pass
    raise WritingError(step)


def plan_of(name: str, draft: Mapping[str, str]) -> HypothesisPlan:
    """The hypothesis that all answers make."""
    given = {key: value for key, value in draft.items() if value}
    return HypothesisPlan.model_validate({"id": name, **given})


def free_name(config: Config, taken: Collection[str]) -> str:
    """An id that no hypothesis has, and none had."""
    used = {*taken, *(each.id for each in config.hypotheses)}
    return next(name for number in range(1, len(used) + 2) if (name := f"h{number}") not in used)
