"""Every figure as a table (CSV), for whoever reckons further: ids and numbers, in no language."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo

from bot.core.delivery import Call, Composer, File
from bot.core.work import Work
from bot.insight.letter import counting
from bot.insight.letter.counting import Week
from bot.insight.pictures import barriers, funnel, goals, promises, weeks
from bot.insight.pictures.showing import month_now
from bot.insight.statistics import Statistics, measure
from flows.entities import Outgoing
from flows.entities.kinds import Purpose
from flows.insight.overviews import Funnel, Month, Step

METHOD = "@figures_table"
DAYS = 90
"""Over which the figures of `/stats` are counted."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure."""

    period: str
    """A month (`2026-11`), a day on which a week begins or ends, or `90d`: the last 90 days."""
    figure: str
    part: str
    detail: str
    value: int
    of: int | str = ""
    """Of how many; empty: it is a count alone."""


async def table(work: Work, month: Month) -> str:
    """The figures of a month, of the week and the 90 days up to now, and goals; it only reads."""
    own = f"{month.first:%Y-%m}"
    now, before = await funnel.count(work, month)
    lines = [
        *_funnel(own, now),
        *_funnel(f"{month.before.first:%Y-%m}", before),
        *_map(own, await barriers.count(work, work.services.staff_language, month)),
        *_weeks(await weeks.count(work), ZoneInfo(work.services.config.brand.time_zone)),
        *_promises(own, await promises.count(work, month)),
        *_goals(await goals.count(work)),
        *_letter(await counting.count(work, work.services.staff_language, work.now)),
        *_statistics(await measure(work, DAYS)),
    ]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("period", "figure", "part", "detail", "value", "of"))
    writer.writerows(map(astuple, lines))
    return text.getvalue()


def _funnel(period: str, found: Funnel) -> Iterator[Line]:
    for step in Step:
        yield Line(period, "funnel", step, "people", found.at(step))
    for name in ("unasked", "unanswered", "in_work", "declined", "not_helped", "silent"):
        yield Line(period, "funnel", name, "people", getattr(found, name))


def _map(period: str, found: barriers.Barriers) -> Iterator[Line]:
    for (stage, kind), n in sorted(found.cells.items()):
        yield Line(period, "map_complaints", stage, kind, n, found.total)
    for stage, n in sorted(found.loose.items()):
        yield Line(period, "map_complaints", stage, "", n, found.total)
    for stage, n in sorted(found.asked.items()):
        yield Line(period, "map_asked", stage, "people", n)


def _weeks(found: weeks.Weeks, place: tzinfo) -> Iterator[Line]:
    for at, n in enumerate(found.totals):
        yield Line(f"{found.day(at, place):%Y-%m-%d}", "weeks", "", "complaints", n)


def _promises(period: str, found: Sequence[promises.Kept]) -> Iterator[Line]:
    for each in found:
        yield Line(period, "promises_kept", each.counts.clock, "", each.counts.kept,
                   each.counts.ended)  # fmt: skip


def _goals(found: Sequence[goals.Reached]) -> Iterator[Line]:
    for each in found:
        period = f"{each.goal.by:%Y-%m-%d}"
        yield Line(period, "goal", each.goal.id, each.goal.count, each.tally.reached,
                   each.tally.goal)  # fmt: skip


def _letter(week: Week) -> Iterator[Line]:
    """The figures of the weekly letter, which has no name of a customer in it either."""
    counts = {
        "complained": week.complained,
        "complained_week_before": week.before,
        "asked": week.asked,
        "shipped": len(week.shipped),
        "due": week.due,
        "overdue": week.overdue,
        "planned": week.planned_count,
        "unanswered": week.unanswered_count,
        "unowned_themes": week.unowned_count,
        "tried": len(week.tried),
        "helped": len(week.helped),
        "not_helped": len(week.not_helped),
        "missed_people": week.missed_people,
        "missed_things": week.missed_things,
        "praised": week.praised,
    }
    for name, n in counts.items():
        yield Line(f"{week.until:%Y-%m-%d}", "week", name, "", n)


def _statistics(found: Statistics) -> Iterator[Line]:
    period = f"{DAYS}d"
    for rate in (*found.asking, *found.tickets, *found.verifying):
        yield Line(period, "rate", rate.key, "", rate.hits, rate.cases)
    for outcome, n in found.not_reached:
        yield Line(period, "not_reached", outcome, "", n)
    for each in found.times:
        for name, length in (("median", each.median), ("p90", each.p90)):
            if length is not None:
                seconds = int(length.total_seconds())
                yield Line(period, "seconds", each.key, name, seconds, each.finished)


# -- in the chat ----------------------------------------------------------------------------------


def send(work: Work, chat_id: int) -> None:
    """Have the table of this month sent to an admin as a document, when its turn comes."""
    work.call(chat_id, METHOD, {}, purpose=Purpose.PICTURE)


async def _compose(work: Work, row: Outgoing) -> Call | None:
    if row.chat_id not in work.services.admins:
        return None
    month = month_now(work)
    content = (await table(work, month)).encode("utf-8-sig")
    file = File("document", f"figures-{month.first:%Y-%m}.csv", content, "text/csv")
    return Call("sendDocument", {}, file=file)


COMPOSERS: dict[str, Composer] = {METHOD: _compose}
