"""Complaints week by week with what was shipped; one change before and since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.changes.progress_views import DAYS, PER, Measured
from bot.changes.recurrence import measure
from bot.core.names import display_safe
from bot.core.numbers import decimal, percent
from bot.core.work import Work
from bot.insight.pictures.picture import Artist, Picture, shortened
from flows.config.goals import PictureName
from flows.entities import Change
from flows.insight.recurrence import Recurrence, Trend
from flows.insight.stats import ENOUGH_FOR_A_HINT, Evidence, evidence
from flows.time.days import beginning_of

WEEKS = 16
FLAGS = 3
"""Shipped changes that are named in the picture, the latest ones; text names all."""
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Weeks:
    """Complaints of whole weeks, and the changes that were shipped in them."""

    begins: datetime
    totals: Sequence[int]
    """Complaints of each week, the last one being this one."""
    mine: Sequence[int] = ()
    """Those of them that led to the change that is looked at closely."""
    shipped: Sequence[Change] = ()
    change: Change | None = None
    """The change that is looked at closely: that which most complaints of these weeks led to."""
    measured: Measured | None = None
    check_at: datetime | None = None
    """From when on it counts as one that has not helped if as many complain as before."""

    def day(self, week: int, place: tzinfo) -> date:
        """The day of the calendar with which a week begins, also after clocks were changed."""
        return self.begins.astimezone(place).date() + week * _WEEK


async def count(work: Work) -> Weeks:
    """The weeks up to now, by the brand's clock."""
    place = ZoneInfo(work.services.config.brand.time_zone)
    today = work.now.astimezone(place).date()
    monday = today - timedelta(days=today.weekday())
    begins = beginning_of(monday - (WEEKS - 1) * _WEEK, place)
    overviews = work.unit.overviews
    found = await overviews.by_week(begins, begins + WEEKS * _WEEK)
    shipped = await overviews.shipped(begins, begins + WEEKS * _WEEK)
    totals = [sum(found.get(week, {}).values()) for week in range(WEEKS)]
    if not shipped:
        return Weeks(begins, totals)
    led = {each.id: sum(week.get(each.id, 0) for week in found.values()) for each in shipped}
    change = max(shipped, key=lambda each: (led[each.id], each.number))
    mine = [found.get(week, {}).get(change.id, 0) for week in range(WEEKS)]
    check = work.services.config.recurrence.check.approximate()
    until = change.shipped_at + check if change.shipped_at else None
    return Weeks(begins, totals, mine, shipped, change, await measure(work, change), until)


def picture(artist: Artist, found: Weeks) -> Picture:
    """The picture of the weeks."""
    place = ZoneInfo(artist.zone)
    first = found.day(0, place)
    last = found.day(WEEKS, place) - timedelta(days=1)
    period = f"{artist.day(first)} – {artist.day(last)}"
    compared = _compared(artist, found)
    return Picture(
        PictureName.WEEKS,
        period,
        _title(artist, found),
        {
            "weeks": [
                {
                    "n": n,
                    "shown": artist.number(n),
                    "mine": mine,
                    "label": artist.day(found.day(at, place)),
                }
                for at, (n, mine) in enumerate(
                    zip(found.totals, found.mine or [0] * WEEKS, strict=True)
                )
            ],
            "heading": artist.tell("weeks_heading"),
            "on-top": artist.tell("weeks_on_top", change=_name(artist, found.change, 30))
            if found.change
            else "",
            "flags": [
                {"at": _place(found, each), "label": _name(artist, each, 22)}
                for each in found.shipped[-FLAGS:]
            ],
            **compared,
        },
        _lines(artist, found, compared),
        artist.tell("weeks_foot"),
    )


def _place(found: Weeks, change: Change) -> float:
    """Where a change stands on the scale of weeks."""
    return (change.shipped_at - found.begins) / _WEEK if change.shipped_at else 0.0


def _name(artist: Artist, change: Change | None, room: int) -> str:
    if change is None:
        return ""
    title = change.title or artist.tell("change_numbered", number=change.number)
    return display_safe(shortened(title, room))


def _title(artist: Artist, found: Weeks) -> list[str]:
    if found.change is None:
        return [artist.tell("weeks_total", n=sum(found.totals)), artist.tell("weeks_none")]
    name = _name(artist, found.change, 40)
    figures = found.measured.figures if found.measured is not None else None
    if figures is None or figures.rates is None:
        return [artist.tell("weeks_new", change=name)]
    counts = artist.tell(
        "weeks_since",
        change=name,
        before=artist.number(figures.before),
        since=artist.number(figures.after),
    )
    return [counts, artist.tell(f"weeks_{figures.trend}")]


def _compared(artist: Artist, found: Weeks) -> dict[str, object]:
    """Before and since, as rates from a hundred people on, else as counts."""
    figures = found.measured.figures if found.measured is not None else None
    if found.change is None or figures is None or figures.rates is None:
        return {"sides": [], "rate": "", "verdict": ""}
    few = _is_few(figures)
    shown = (
        [artist.number(figures.before), artist.number(figures.after)]
        if few
        else [decimal(rate * PER * DAYS, "0.0", artist.language) for rate in figures.rates]
    )
    return {
        "rate": artist.tell("weeks_counts", n=figures.days)
        if few
        else artist.tell("weeks_rate", per=PER, days=DAYS),
        "sides": [
            {"label": artist.tell(f"weeks_{side}"), "value": value, "shown": text}
            for side, value, text in zip(("before", "after"), figures.rates, shown, strict=True)
        ],
        "verdict": _verdict(artist, found, figures, few=few),
    }


def _is_few(figures: Recurrence) -> bool:
    """Whether there are too few people for a rate."""
    return evidence(int(figures.people)) is Evidence.NOT_ENOUGH


def _verdict(artist: Artist, found: Weeks, figures: Recurrence, *, few: bool) -> str:
    """What the interval says, and where it says nothing yet, until when."""
    low = percent(figures.low, artist.language)
    if figures.trend is Trend.FELL:
        return artist.tell("weeks_fallen", low=low, high=percent(figures.high, artist.language))
    if figures.trend is Trend.ROSE:
        return artist.tell("weeks_risen", low=low)
    if few:
        return artist.tell("weeks_few", least=ENOUGH_FOR_A_HINT)
    if found.check_at is not None and artist.now < found.check_at:
        return artist.tell("weeks_until", when=artist.day(artist.day_of(found.check_at)))
    return artist.tell("weeks_unknown")


def _lines(artist: Artist, found: Weeks, compared: Mapping[str, object]) -> list[str]:
    counts = [
        artist.pair(artist.day(found.day(at, ZoneInfo(artist.zone))), artist.number(n))
        for at, n in enumerate(found.totals)
    ]
    lines = [artist.pair(artist.tell("weeks_heading"), artist.listed(counts))]
    for each in reversed(found.shipped):
        when = artist.day(artist.day_of(each.shipped_at or artist.now))
        lines.append(artist.tell("weeks_shipped", change=_name(artist, each, 60), when=when))
    sides = compared["sides"]
    if found.measured is not None and isinstance(sides, list) and sides:
        figures = found.measured.figures
        before, since = (str(each["shown"]) for each in sides)
        name = _name(artist, found.change, 60)
        lines.append(
            artist.tell(
                "weeks_line_few" if _is_few(figures) else "weeks_line",
                change=name,
                rate=compared["rate"],
                before=before,
                since=since,
                before_n=figures.before,
                since_n=figures.after,
                n=figures.days,
            )
        )
        lines.append(str(compared["verdict"]))
    return lines
