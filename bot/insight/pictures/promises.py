"""What became of promises: kept, broken, or still running, and how much of their time it took."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.numbers import working_time
from bot.core.work import Work
from bot.insight.pictures.picture import Artist, Picture
from flows.config import Config
from flows.config.goals import PictureName
from flows.desk.terms import NOBODYS
from flows.desk.watch import read
from flows.entities import ClockKind
from flows.insight.overviews import Month, Promise, Promises
from flows.time.calendars import Calendar
from flows.time.durations import Period

COLUMNS = 28
"""Into so many the scale is divided, of which the promise is the middle."""
_MOST = 6
"""Dots on top of one another."""
_READ = 300
"""Promises of one clock that are drawn, the newest; all are counted."""
_RUNNING = 2000
"""Open tickets whose promises are counted."""


@dataclass(frozen=True, slots=True)
class Dots:
    """How many promises took so much of their time, by column."""

    kept: Counter[int]
    late: Counter[int]
    running: Counter[int]


@dataclass(frozen=True, slots=True)
class Kept:
    """Promises of one clock in a month."""

    counts: Promises
    dots: Dots
    """Those of which it is known."""

    @property
    def running(self) -> int:
        """Those that run and are not broken; of a month that is over, none."""
        return sum(self.dots.running.values())


async def count(work: Work, month: Month) -> list[Kept]:
    """The promises of a month by clock; in this one, those that run beside them."""
    config, overviews = work.services.config, work.unit.overviews
    since, until = month.span(config.brand.time_zone)
    found = []
    running = await overviews.running(_RUNNING) if since <= work.now < until else []
    for counts in await overviews.promises(since, until):
        clock = ClockKind(counts.clock)
        lines = await overviews.kept_and_broken(clock, since, until, _READ)
        watches = [read(watch).clock(clock) for _, watch in running]
        # How much has passed is told at once: the clock is still there.
        going = [
            each.passed(work.now) / each.target
            for each in watches
            if each is not None and not each.breached and each.target
        ]
        dots = await asyncio.to_thread(_dots, config, lines, going, work.now)
        found.append(Kept(counts, dots))
    return found


def _dots(config: Config, lines: Sequence[Promise], going: Iterable[float], now: datetime) -> Dots:
    calendars: dict[str, Calendar] = {}
    dots = Dots(Counter(), Counter(), Counter(map(_column, going)))
    for each in lines:
        if each.team_id not in calendars:
            team = next((team for team in config.teams if team.id == each.team_id), NOBODYS)
            calendars[each.team_id] = config.calendar_of(team)
        used = each.used(calendars[each.team_id], now)
        if used is not None:
            column = _column(used)
            middle = COLUMNS // 2
            # What was late is right of the promise, what was kept is not, however near it was.
            if each.kept:
                dots.kept[min(column, middle - 1)] += 1
            else:
                dots.late[max(column, middle)] += 1
    return dots


def _column(used: float) -> int:
    return min(COLUMNS - 1, max(0, int(used * COLUMNS / 2)))


def picture(artist: Artist, config: Config, month: Month, found: Sequence[Kept]) -> Picture:
    """The picture of a month."""
    first = found[0].counts
    title = [artist.tell("promises_none")]
    if first.ended:
        title = [artist.tell("promises_title", **_of(artist, first))]
    highest = max((_height(each.dots) for each in found), default=0)
    per_dot = max(1, -(-highest // _MOST))
    return Picture(
        PictureName.PROMISES,
        artist.month(month),
        title,
        {
            "clocks": [_drawn(artist, config, each) for each in found],
            "columns": COLUMNS,
            "per": per_dot,
            "twice": artist.tell("promises_twice"),
        },
        [_line(artist, each) for each in found],
        artist.tell("promises_foot_many" if per_dot > 1 else "promises_foot", n=per_dot),
    )


def _height(dots: Dots) -> int:
    return max((dots.kept + dots.late + dots.running).values(), default=0)


def _drawn(artist: Artist, config: Config, each: Kept) -> dict[str, object]:
    return {
        "promised": _promised(artist, config, each.counts.clock),
        "label": artist.tell(f"clock_{each.counts.clock}"),
        "counts": _counts(artist, each),
        "kept": [each.dots.kept[at] for at in range(COLUMNS)],
        "late": [each.dots.late[at] for at in range(COLUMNS)],
        "running": [each.dots.running[at] for at in range(COLUMNS)],
    }


def _promised(artist: Artist, config: Config, clock: str) -> str:
    """The time that was promised, where it is one for all."""
    if config.clocks.rules:
        return artist.tell("promises_promise")
    promised: Period = getattr(config.clocks, clock)
    return artist.tell("promises_promised", time=working_time(promised.exact, artist.language))


def _of(artist: Artist, counts: Promises) -> dict[str, str]:
    return {"kept": artist.number(counts.kept), "all": artist.number(counts.ended)}


def _counts(artist: Artist, each: Kept) -> str:
    kept = artist.tell("promises_kept", **_of(artist, each.counts))
    running = artist.tell("promises_running", n=each.running) if each.running else ""
    return artist.listed([kept if each.counts.ended else artist.tell("promises_no"), running])


def _line(artist: Artist, each: Kept) -> str:
    return artist.pair(artist.tell(f"clock_{each.counts.clock}"), _counts(artist, each))
