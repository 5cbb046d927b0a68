"""From being asked to a fix that helped: people by how far they came, this month and last."""

from collections.abc import Iterator

from bot.core.work import Work
from bot.insight.pictures.picture import Artist, Picture
from flows.config.goals import PictureName
from flows.insight.overviews import DOTS_BELOW, Funnel, Month, Step

_OPEN = {
    Step.COMPLAINED: ("unasked",),
    Step.REPLIED: ("unanswered",),
    Step.CHANGED: ("in_work", "declined"),
    Step.TOLD: ("untold",),
    Step.HELPED: ("not_helped", "silent"),
}
"""What is said beside a step of those who came so far, or not yet."""
_HOLLOW = {
    Step.REPLIED: "unanswered",
    Step.CHANGED: "in_work",
    Step.TOLD: "untold",
    Step.HELPED: "silent",
}
"""Whose dots are hollow: it is still open how far they come."""
_INKS = {Step.ASKED: "edge", Step.ANSWERED: "edge", Step.COMPLAINED: "clay"}


async def count(work: Work, month: Month) -> tuple[Funnel, Funnel]:
    """People of a month, and of the month before."""
    zone = work.services.config.brand.time_zone
    now = await work.unit.overviews.funnel(*month.span(zone))
    return now, await work.unit.overviews.funnel(*month.before.span(zone))


def picture(artist: Artist, month: Month, now: Funnel, before: Funnel) -> Picture:
    """The picture of a month."""
    few = max(now.at(Step.ASKED), now.at(Step.COMPLAINED)) < DOTS_BELOW
    rows = [_row(artist, step, now, before, few=few) for step in Step]
    key = "nothing_foot" if now.is_empty else "funnel_few" if few else "funnel_foot"
    last = artist.month(month.before)
    return Picture(
        PictureName.FUNNEL,
        artist.month(month),
        _title(artist, now),
        {"rows": rows, "few": few, "before": artist.month_short(month.before)},
        list(_lines(artist, month, now, before, few=few)),
        artist.tell(key, month=last, n=DOTS_BELOW),
    )


def _title(artist: Artist, now: Funnel) -> list[str]:
    asked, complained, told = (now.at(each) for each in (Step.ASKED, Step.COMPLAINED, Step.TOLD))
    if now.is_empty:
        return [artist.tell("funnel_nobody")]
    if not complained:
        return [artist.tell("funnel_asked", n=asked), artist.tell("funnel_no_complaint")]
    return [artist.tell("funnel_heard", n=complained), artist.tell("funnel_told", n=told)]


def _row(
    artist: Artist, step: Step, now: Funnel, before: Funnel, *, few: bool
) -> dict[str, object]:
    return {
        "label": artist.tell(f"step_{step}"),
        "ink": _INKS.get(step, "green"),
        "people": now.at(step),
        "shown": artist.brief(now.at(step)),
        "before": before.at(step),
        "before-shown": artist.brief(before.at(step)),
        "open": getattr(now, _HOLLOW[step]) if few and step in _HOLLOW else 0,
        "note": _note(artist, step, now),
    }


def _note(artist: Artist, step: Step, now: Funnel) -> str:
    counted = [(each, getattr(now, each)) for each in _OPEN.get(step, ())]
    return artist.listed(artist.tell(f"open_{each}", n=n) for each, n in counted if n)


def _lines(
    artist: Artist, month: Month, now: Funnel, before: Funnel, *, few: bool
) -> Iterator[str]:
    last = artist.month(month.before)
    for step in Step:
        line = artist.pair(artist.tell(f"step_{step}"), artist.number(now.at(step)))
        note = _note(artist, step, now)
        parts = [line + (artist.tell("in_brackets", text=note) if note else "")]
        if not few:
            parts.append(artist.pair(last, artist.number(before.at(step))))
        yield artist.apart(parts)
