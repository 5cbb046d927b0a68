"""Two maps side by side: where it hurts a segment, and where it hurts another or everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.names import display_safe
from bot.core.work import Work
from bot.hypotheses import standing
from bot.insight.pictures import barriers
from bot.insight.pictures.barriers import Barriers, silence
from bot.insight.pictures.picture import Artist, Picture, shortened
from flows.config import Config, Segment
from flows.config.goals import PictureName
from flows.insight.overviews import TINTED_FROM, Month, tint

NAME = "pair"
"""Its template."""
KINDS = 4
"""Columns of a side; the last has all other kinds where there are more."""
_NAME, _STAGE, _KIND = 18, 22, 13
"""Columns that names of segments, stages and kinds may take."""


@dataclass(frozen=True, slots=True)
class Side:
    """Whom a map is of, and what it shows."""

    name: str
    found: Barriers
    is_empty: bool = False
    """Whether nobody belongs to it now, so that its silence says nothing."""


async def count(
    work: Work, artist: Artist, month: Month, segments: Sequence[Segment]
) -> tuple[Side, Side]:
    """Count a month of two segments, or of one and of everybody."""
    whom: list[Segment | None] = [*segments[:2], None]
    first, second = [await _side(work, artist, month, each) for each in whom[:2]]
    return first, second


async def _side(work: Work, artist: Artist, month: Month, segment: Segment | None) -> Side:
    found = await barriers.count(work, artist.language, month, segment)
    if segment is None:
        return Side(artist.tell("pair_everybody"), found)
    name = artist.titled(segment.title, segment.id)
    if found.total or any(found.asked.values()):
        return Side(name, found)
    there = await standing.holds_anybody(work, segment.model_dump(mode="json", by_alias=True))
    return Side(name, found, is_empty=not there)


def picture(artist: Artist, config: Config, month: Month, sides: tuple[Side, Side]) -> Picture:
    """The picture of both; where the configuration names no stages or kinds, a word about that."""
    if not config.stages or not config.categories:
        return Picture(PictureName.BARRIERS, "", [artist.tell("map_unnamed")], {}, [])
    stages = {each.id: artist.titled(each.title, each.id) for each in config.stages}
    kinds = {each.id: artist.titled(each.title, each.id) for each in config.categories}
    return Picture(
        NAME,
        artist.month(month),
        [artist.one_after_another(_worst(artist, each, stages, kinds) for each in sides)],
        _drawn(artist, sides, stages, kinds),
        [*_lines(artist, sides, stages, kinds), *barriers.aims(artist, config)],
        artist.tell("pair_foot"),
    )


def _worst(artist: Artist, side: Side, stages: Mapping[str, str], kinds: Mapping[str, str]) -> str:
    name = display_safe(shortened(side.name, _NAME))
    if side.is_empty:
        return artist.tell("pair_nobody", name=name)
    if not side.found.cells:
        return artist.tell("pair_nothing", name=name)
    (stage, kind), _ = side.found.worst[0]
    return artist.tell(
        "pair_worst",
        name=name,
        stage=display_safe(shortened(stages[stage], 30)),
        kind=display_safe(shortened(kinds[kind], 30)),
    )


def _drawn(
    artist: Artist,
    sides: tuple[Side, Side],
    stages: Mapping[str, str],
    kinds: Mapping[str, str],
) -> dict[str, object]:
    def complaints(kind: str) -> int:
        return sum(side.found.of_kind(kind) for side in sides)

    most = sorted(kinds, key=lambda kind: -complaints(kind))
    shown = set(most if len(kinds) <= KINDS else most[: KINDS - 1])
    columns: list[tuple[str, ...]] = [(kind,) for kind in kinds if kind in shown]
    labels = [display_safe(shortened(kinds[each[0]], _KIND)) for each in columns]
    if rest := tuple(kind for kind in kinds if kind not in shown):
        columns.append(rest)
        labels.append(artist.tell("pair_other"))
    largest = sorted(stages, key=lambda stage: -sum(each.found.of_stage(stage) for each in sides))
    kept = set(largest[: barriers.STAGES])
    few = any(0 < sum(each.found.cells.values()) < TINTED_FROM for each in sides)
    return {
        "columns": labels,
        "sides": [
            {"name": display_safe(shortened(each.name, _NAME)), "sums": _sums(artist, each)}
            for each in sides
        ],
        "rows": [
            {
                "label": display_safe(shortened(title, _STAGE)),
                "sides": [_cells(artist, side.found, stage, columns, few=few) for side in sides],
            }
            for stage, title in stages.items()
            if stage in kept
        ],
        "more": artist.tell("map_more", n=len(stages) - len(kept))
        if len(stages) > len(kept)
        else "",
    }


def _sums(artist: Artist, side: Side) -> str:
    name = display_safe(shortened(side.name, _NAME))
    asked = artist.brief(sum(side.found.asked.values()))
    return artist.tell("pair_side", n=side.found.total, name=name, asked=asked)


def _cells(
    artist: Artist, found: Barriers, stage: str, columns: Sequence[tuple[str, ...]], *, few: bool
) -> dict[str, object]:
    total = sum(found.cells.values())
    counts = [sum(found.cells.get((stage, kind), 0) for kind in each) for each in columns]
    cells = [{"n": n, "shown": artist.brief(n), "tint": _tint(n, total, few=few)} for n in counts]
    return {"cells": cells, "silent": bool(silence(artist, found, stage))}


def _tint(complaints: int, total: int, *, few: bool) -> int:
    """By how many of a hundred complaints of the same side these are.

    One where there are `few` on either side: a pale one beside a dark one would say less trouble.
    """
    if not complaints or few:
        return min(complaints, 1)
    return tint(max(1, round(100 * complaints / total)), 100)


def _lines(
    artist: Artist,
    sides: tuple[Side, Side],
    stages: Mapping[str, str],
    kinds: Mapping[str, str],
) -> list[str]:
    names = [display_safe(shortened(each.name, _NAME)) for each in sides]
    lines = [_sums(artist, each) for each in sides]
    cells = {cell for each in sides for cell in each.found.cells}

    def together(cell: tuple[str, str]) -> int:
        return sum(each.found.cells.get(cell, 0) for each in sides)

    for stage, kind in sorted(cells, key=lambda cell: (-together(cell), cell)):
        where = artist.listed([display_safe(stages[stage]), display_safe(kinds[kind])])
        counts = (artist.number(each.found.cells.get((stage, kind), 0)) for each in sides)
        said = [artist.pair(name, n) for name, n in zip(names, counts, strict=True)]
        lines.append(artist.pair(where, artist.apart(said)))
    for stage, title in stages.items():
        silent = [
            artist.pair(name, why)
            for name, each in zip(names, sides, strict=True)
            if (why := silence(artist, each.found, stage))
        ]
        if silent:
            lines.append(artist.pair(display_safe(title), artist.apart(silent)))
    return lines
