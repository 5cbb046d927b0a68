"""Which stages of the journey have fallen silent, and whether people skip where it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from flows.insight.overviews import Cell

SILENT = timedelta(weeks=4)
"""Without a complaint for so long a stage is silent, if it had some in the time before."""
BEFORE = timedelta(weeks=12)
LEAST_BEFORE = 3
"""Complaints of a stage in that time below which four weeks without one say nothing."""
LEAST = 20
"""Complaints of four weeks below which nothing is said of how many name no stage."""


@dataclass(frozen=True, slots=True)
class Silence:
    """What admins should know."""

    silent: Mapping[str, int] = field(default_factory=dict)
    """Stages that have fallen silent, with their complaints in the time before."""
    skipped: int = 0
    """Complaints of four weeks that name no stage; 0: fewer than half of them do."""
    all: int = 0


def silence(stages: Iterable[str], now: Iterable[Cell], before: Iterable[Cell]) -> Silence:
    """What four weeks (`now`) lack that the twelve before them had."""
    current, earlier = _by_stage(now), _by_stage(before)
    silent = {
        stage: earlier[stage]
        for stage in stages
        if not current.get(stage) and earlier.get(stage, 0) >= LEAST_BEFORE
    }
    total, skipped = sum(current.values()), current.get("", 0)
    many = total >= LEAST and 2 * skipped >= total
    return Silence(silent, skipped if many else 0, total)


def _by_stage(cells: Iterable[Cell]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in cells:
        found[each.stage] = found.get(each.stage, 0) + each.complaints
    return found
