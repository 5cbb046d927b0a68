"""What a letter is made of: a week as it was, and what is open at its end."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.work import Work
from bot.hypotheses import standing
from bot.hypotheses.standing import Standing
from bot.insight.pictures import goals
from bot.insight.pictures.goals import Reached
from flows.entities import Change, ChangeId, Theme
from flows.insight.letter import WEEK, Heard, Praised, Unanswered, Verdicts
from flows.languages import tongue
from flows.themes.naming import often_said

READ = 30
"""Lines of each part that are read; the others are counted."""
QUOTED = 3
"""Places of which words are quoted, and words of each."""
_TRIED = ("stopped", "ended", "running")
"""Hypotheses by state, those first that somebody has to end."""
_SAID = 200
"""Complaints of a place, the newest, in which words are looked for."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A thing that was not there; of what one person alone has asked for, nothing is said."""

    name: str
    people: int


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days that end at `until`, in people where nothing else is said."""

    until: datetime
    complained: int = 0
    before: int = 0
    """Those who complained in the seven days before."""
    asked: int = 0
    heard: Sequence[Heard] = ()
    words: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    """Words that at least two people said, by stage and category."""
    shipped: Sequence[Change] = ()
    told: Mapping[ChangeId, int] = field(default_factory=dict)
    due: int = 0
    """Promises about open complaints that end in the seven days after."""
    overdue: int = 0
    """Broken promises about complaints that are still open."""
    planned_count: int = 0
    planned: Sequence[Change] = ()
    unanswered_count: int = 0
    """Complaints."""
    unanswered: Sequence[Unanswered] = ()
    unowned_count: int = 0
    unowned: Sequence[tuple[Theme, int]] = ()
    """Themes nobody looks after, with their open complaints."""
    not_helped: Sequence[tuple[Change, Verdicts | None]] = ()
    """Without verdicts: the change itself was found not to have helped."""
    missed_people: int = 0
    missed_things: int = 0
    missed: Sequence[Missed] = ()
    praised: int = 0
    """Those who praised."""
    praise: Sequence[Praised] = ()
    goals: Sequence[Reached] = ()
    tried: Sequence[Standing] = ()
    """Hypotheses that go on or wait to be ended, and those that were ended in the week."""
    helped: Sequence[tuple[Change, Verdicts]] = ()
    """Changes of which everybody who said something says that they helped."""

    @property
    def is_quiet(self) -> bool:
        """Whether nothing happened that anybody has to read about."""
        happened = self.complained or self.shipped or self.not_helped or self.missed_people
        return not (happened or self.praised)


async def count(work: Work, language: str, until: datetime) -> Week:
    """Count a week; words in the script of a language where there are any. It only reads."""
    since, letters, overviews = until - WEEK, work.unit.letters, work.unit.overviews
    heard = await letters.heard(since, until)
    shipped = await overviews.shipped(since, until)
    due, overdue = await letters.promised(until, until + WEEK)
    planned_count, planned = await letters.planned(until + WEEK, READ)
    unanswered_count, unanswered = await letters.unanswered(READ)
    unowned_count, unowned = await _unowned(work)
    people, things = await work.unit.lost.count(since)
    praised, praise = await letters.praised(since, until)
    helped, not_helped = await _judged(work, since, until)
    return Week(
        until,
        await overviews.people("heard", since, until),
        await overviews.people("heard", since - WEEK, since),
        await overviews.people("asked", since, until),
        heard,
        await _words(work, language, heard, since, until),
        shipped,
        await letters.told([each.id for each in shipped]),
        due,
        overdue,
        planned_count,
        planned,
        unanswered_count,
        unanswered,
        unowned_count,
        unowned,
        not_helped,
        people,
        things,
        await _missed(work, since),
        praised,
        praise,
        await goals.count(work),
        tried=await _tried(work, since),
        helped=helped,
    )


async def _words(
    work: Work, language: str, heard: Sequence[Heard], since: datetime, until: datetime
) -> Mapping[tuple[str, str], Sequence[str]]:
    """Words that at least two people said; one person's alone would tell who it was."""
    found = {}
    for each in heard[:QUOTED]:
        said = await work.unit.overviews.said(since, until, each.stage, each.category, _SAID)
        spoken = tongue(language).name
        found[each.stage, each.category] = await asyncio.to_thread(often_said, said, spoken, QUOTED)
    return found


async def _unowned(work: Work) -> tuple[int, list[tuple[Theme, int]]]:
    count_, rows = await work.unit.letters.unowned(READ)
    themes = await work.unit.themes.by_ids([theme_id for theme_id, _ in rows])
    return count_, [(themes[theme_id], n) for theme_id, n in rows]


async def _tried(work: Work, since: datetime) -> list[Standing]:
    """Hypotheses with their figures: those to be ended first, then those that go on."""
    found = [
        (each.begun, each)
        for each in await standing.every(work)
        if each.begun is not None and (each.begun.ended_at is None or each.begun.ended_at >= since)
    ]
    found.sort(key=lambda each: _TRIED.index(each[0].state))
    return [
        replace(each, figures=await standing.figures(work, begun)) for begun, each in found[:READ]
    ]


async def _judged(
    work: Work, since: datetime, until: datetime
) -> tuple[list[tuple[Change, Verdicts]], list[tuple[Change, Verdicts | None]]]:
    """Changes that helped all who say something, and those that did not.

    A change that was found not to have helped is one of the latter, whatever people say.
    """
    said = {ChangeId(each.change_id): each for each in
            await work.unit.letters.verdicts(since, until)}  # fmt: skip
    failed = await work.unit.letters.failed(since, until)
    known = {each.id for each in failed}
    of_people = await work.unit.get_all(Change, said, lock=False)
    judged = [(of_people[key], said[key]) for key in said if key not in known]
    first = [(each, said.get(each.id)) for each in failed]
    helped = [each for each in judged if not each[1].no]
    return helped, [*first, *(each for each in judged if each[1].no)]


async def _missed(work: Work, since: datetime) -> list[Missed]:
    found = [each for each in await work.unit.lost.most_missed(since, READ) if each[1] > 1]
    names = await work.unit.lost.names([item_id for item_id, _ in found])
    return [Missed(names[item_id], people) for item_id, people in found]
