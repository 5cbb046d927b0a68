"""Where it hurts: complaints by stage of the journey and by kind, with words that several use."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.asks.segments import everybody_of
from bot.core.names import display_safe
from bot.core.work import Work
from bot.insight.pictures.picture import Artist, Picture, shortened
from flows.config import Config, Segment
from flows.config.goals import PictureName
from flows.insight.overviews import Month, by_stage, tint
from flows.languages import tongue
from flows.themes.naming import often_said

STAGES, KINDS = 7, 6
"""Rows and columns that are drawn, the others are put together in the last; text has them all."""
QUOTED = 3
"""Cells of which words are quoted, and words of each."""
_READ = 200
"""Complaints of a cell, the newest, in which words are looked for."""
_KIND, _STAGE = 15, 26
"""Columns that the name of a kind, and of a stage, may take."""
_ONE_LINE = 5
"""Rows above which the name of a stage has one line, of half as many columns."""
_REST = "…"


@dataclass(frozen=True, slots=True)
class Barriers:
    """Complaints of a month by where they belong, and who was asked there."""

    cells: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """By stage and category."""
    asked: Mapping[str, int] = field(default_factory=dict)
    """People by stage."""
    words: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    """Of the worst cells: words that at least two people said."""
    loose: Mapping[str, int] = field(default_factory=dict)
    """By stage, those that name no kind."""
    total: int = 0
    """All complaints, also those that name no stage or no kind."""

    def of_stage(self, stage: str) -> int:
        """Complaints at one stage."""
        return sum(count for (where, _), count in self.cells.items() if where == stage)

    def of_kind(self, kind: str) -> int:
        """Complaints of one kind."""
        return sum(count for (_, what), count in self.cells.items() if what == kind)

    @property
    def worst(self) -> list[tuple[tuple[str, str], int]]:
        """The cells with most complaints, those first."""
        return sorted(self.cells.items(), key=lambda each: (-each[1], each[0]))


async def count(
    work: Work, language: str, month: Month, segment: Segment | None = None
) -> Barriers:
    """Complaints of a month, of all customers or of those who belong to a segment now.

    Words are in the script of a language where there are any.
    """
    config, overviews = work.services.config, work.unit.overviews
    if segment is not None:
        overviews = overviews.of(await everybody_of(work, segment))
    span = month.span(config.brand.time_zone)
    found = await overviews.cells(*span)
    stages = {each.id for each in config.stages}
    kinds = {each.id for each in config.categories}
    placed = [each for each in found if each.stage in stages and each.category in kinds]
    loose: Counter[str] = Counter()
    for each in found:
        if each.category not in kinds:
            loose[each.stage] += each.complaints
    own = {each.id: each.audience.stage for each in config.schedules}
    counted = Barriers(
        {(each.stage, each.category): each.complaints for each in placed},
        by_stage(await overviews.asked_by_stage(*span), own),
        loose=loose,
        total=sum(each.complaints for each in found),
    )
    words = {}
    for (stage, kind), _ in counted.worst[:QUOTED]:
        said = await overviews.said(*span, stage, kind, _READ)
        spoken = tongue(language).name
        words[stage, kind] = await asyncio.to_thread(often_said, said, spoken, QUOTED)
    return replace(counted, words=words)


def picture(artist: Artist, config: Config, month: Month, found: Barriers) -> Picture:
    """The map of a month; where the configuration names no stages or kinds, a word about that."""
    period = artist.month(month)
    if not config.stages or not config.categories:
        return Picture(PictureName.BARRIERS, "", [artist.tell("map_unnamed")], {}, [])
    stages = {each.id: artist.titled(each.title, each.id) for each in config.stages}
    kinds = {each.id: artist.titled(each.title, each.id) for each in config.categories}
    return Picture(
        PictureName.BARRIERS,
        period,
        _title(artist, found, stages, kinds),
        _drawn(artist, found, stages, kinds),
        _lines(artist, config, found, stages, kinds),
        _foot(artist, found),
    )


def _foot(artist: Artist, found: Barriers) -> str:
    if not (found.total or any(found.asked.values())):
        return artist.tell("nothing_foot")
    placed = artist.number(sum(found.cells.values()))
    return artist.tell("map_foot", placed=placed, all=artist.number(found.total))


def _title(
    artist: Artist, found: Barriers, stages: Mapping[str, str], kinds: Mapping[str, str]
) -> list[str]:
    if not found.cells:
        if found.total:
            return [artist.tell("map_unplaced")]
        asked = sum(found.asked.values())
        return [artist.tell("map_nothing") if asked else artist.tell("funnel_nobody")]
    (stage, kind), _ = found.worst[0]
    return [
        artist.tell(
            "map_worst",
            stage=display_safe(shortened(stages[stage], 40)),
            kind=display_safe(shortened(kinds[kind], 40)),
        )
    ]


def silence(artist: Artist, found: Barriers, stage: str) -> str:
    """Why nothing is known of a stage; empty: something is."""
    if found.of_stage(stage) or found.loose.get(stage):
        return ""
    asked = found.asked.get(stage, 0)
    return artist.tell("map_silent", n=asked) if asked else artist.tell("map_not_asked")


def _drawn(
    artist: Artist, found: Barriers, stages: Mapping[str, str], kinds: Mapping[str, str]
) -> dict[str, object]:
    shown, rest = _columns(found, kinds)
    total = sum(found.cells.values())
    rows: list[dict[str, object]] = []
    drawn = _rows(found, stages)
    room = _STAGE if len(drawn) <= _ONE_LINE else _STAGE // 2
    for stage in drawn:
        counts = [found.cells.get((stage, kind), 0) for kind in shown]
        if rest:
            counts.append(sum(found.cells.get((stage, kind), 0) for kind in rest))
        rows.append(
            {
                "label": display_safe(shortened(stages[stage], room)),
                "cells": [
                    {"n": n, "shown": artist.brief(n), "tint": tint(n, total)} for n in counts
                ],
                "sum": artist.brief(found.of_stage(stage)),
                "silent": silence(artist, found, stage),
            }
        )
    labels = [display_safe(shortened(kinds[kind], _KIND)) for kind in shown]
    return {
        "rows": rows,
        "columns": [*labels, *([_REST] if rest else [])],
        "sums": [
            artist.brief(each)
            for each in (
                *map(found.of_kind, shown),
                *([sum(map(found.of_kind, rest))] if rest else []),
            )
        ],
        "quoted": [
            {
                "shown": artist.brief(count),
                "tint": tint(count, total),
                "words": _quoted(artist, found.words.get(cell, ()))
                or display_safe(shortened(artist.listed([stages[cell[0]], kinds[cell[1]]]), 44)),
            }
            for cell, count in found.worst[:QUOTED]
        ],
        "more": artist.tell("map_more", n=len(stages) - len(rows))
        if len(stages) > len(rows)
        else "",
    }


def _columns(found: Barriers, kinds: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The kinds that have a column of their own, in their order, and those that share the last."""
    if len(kinds) <= KINDS:
        return list(kinds), []
    most = sorted(kinds, key=lambda kind: -found.of_kind(kind))[: KINDS - 1]
    return [each for each in kinds if each in most], [each for each in kinds if each not in most]


def _rows(found: Barriers, stages: Mapping[str, str]) -> list[str]:
    """The stages that are drawn: the worst of more than fit, in the order of the journey."""
    most = sorted(stages, key=lambda stage: -found.of_stage(stage))[:STAGES]
    return [each for each in stages if each in most]


def _quoted(artist: Artist, words: Sequence[str]) -> str:
    return artist.listed(artist.tell("quoted", text=shortened(word, 16)) for word in words)


def _lines(
    artist: Artist,
    config: Config,
    found: Barriers,
    stages: Mapping[str, str],
    kinds: Mapping[str, str],
) -> list[str]:
    lines = []
    for (stage, kind), count in found.worst:
        where = artist.listed([display_safe(stages[stage]), display_safe(kinds[kind])])
        words = _quoted(artist, found.words.get((stage, kind), ()))
        line = artist.pair(where, artist.number(count))
        lines.append(line + (artist.tell("in_brackets", text=words) if words else ""))
    for stage, title in stages.items():
        if count := found.loose.get(stage, 0):
            where = artist.listed([display_safe(title), artist.tell("map_no_kind")])
            lines.append(artist.pair(where, artist.number(count)))
        if silent := silence(artist, found, stage):
            lines.append(artist.pair(display_safe(title), silent))
    return [*lines, *aims(artist, config)]


def aims(artist: Artist, config: Config) -> list[str]:
    """What customers and the business want at each stage of which the configuration says it."""
    lines = []
    for each in config.stages:
        said = (("customers", each.customers_want), ("brand", each.we_want))
        told = [
            artist.tell(f"map_want_{who}", what=display_safe(artist.titled(what, "")))
            for who, what in said
            if what
        ]
        if told:
            title = display_safe(artist.titled(each.title, each.id))
            lines.append(artist.pair(title, artist.apart(told)))
    return lines
