"""The life of a recall: written, told, paused, ended. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime

from flows.entities import Recall
from flows.entities.lifecycle import Edge, Lifecycle, Refusal, Walk

STATES = ("draft", "running", "paused", "ended")
BEGUN = ("running", "paused")
"""States in which people are told, or will be."""


def _has_people(walk: Walk) -> bool:
    return walk.count > 0


def _has_texts(walk: Walk) -> bool:
    recall: Recall = walk.value
    return bool(recall.texts)


def _has_correction(walk: Walk) -> bool:
    recall: Recall = walk.value
    return bool(recall.pending)


EDGES = (
    Edge(
        "start",
        ("draft",),
        "running",
        "Everybody whom it concerns is told, each in their language.",
        ((_has_people, "nobody"), (_has_texts, "no_text")),
    ),
    Edge("write", ("draft",), None, "What people will read is written, in a language."),
    Edge(
        "write",
        BEGUN,
        None,
        "A correction is written, in a language; nobody reads it before it is told.",
    ),
    Edge("pause", ("running",), "paused", "Nobody is told until somebody goes on with it."),
    Edge("resume", ("paused",), "running", "Those who were not told yet are told."),
    Edge(
        "correct",
        BEGUN,
        None,
        "Those who were told read the correction, once; all others read it at once as it is.",
        ((_has_correction, "no_correction"),),
    ),
    Edge("end", BEGUN, "ended", "Nobody is told any more; whoever has chosen a time keeps it."),
)
LIFECYCLE = Lifecycle("recall", STATES, "draft", EDGES)


def act(recall: Recall, trigger: str, now: datetime, *, people: int = 0) -> Recall | Refusal:
    """Let something happen to a recall that concerns so many people.

    The reason of a refusal by its state is `is_` with that state.
    """
    walk = Walk(recall.state, recall, count=people)
    if not LIFECYCLE.fire(trigger, walk):
        return Refusal(walk.refusal or f"is_{recall.state}")
    effect = _EFFECTS.get(trigger)
    moved = replace(recall, state=walk.state)
    return effect(moved, now) if effect else moved


def _corrected(recall: Recall, now: datetime) -> Recall:
    texts = {**recall.texts, **recall.pending}
    return replace(recall, texts=texts, pending={}, round=recall.round + 1)


_EFFECTS: Mapping[str, Callable[[Recall, datetime], Recall]] = {
    "start": lambda recall, now: replace(recall, started_at=now),
    "correct": _corrected,
    "end": lambda recall, now: replace(recall, ended_at=now, pending={}),
}


def without_text(readers: Mapping[str, int], written: Collection[str]) -> dict[str, int]:
    """The languages that people read and there is no text in, with how many, most first."""
    missing = {name: count for name, count in readers.items() if name not in written and count}
    return dict(sorted(missing.items(), key=lambda each: (-each[1], each[0])))
