"""At most five goals, each a number of people to whom something good happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.core.names import display_safe
from bot.core.work import Work
from bot.insight.pictures.picture import Artist, Picture, shortened
from flows.config.goals import Goal, PictureName
from flows.insight.overviews import Tally
from flows.time.days import beginning_of
from flows.time.moments import in_words

_ROOM = 42
"""Columns of the name of a goal in the picture."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A goal, and how far it is."""

    goal: Goal
    tally: Tally


async def count(work: Work) -> list[Reached]:
    """How far the goals of the configuration are."""
    place = ZoneInfo(work.services.config.brand.time_zone)
    found = []
    for goal in work.services.config.goals:
        since = beginning_of(goal.begins, place)
        until = beginning_of(goal.by + timedelta(days=1), place)
        people = await work.unit.overviews.people(goal.count, since, until)
        found.append(Reached(goal, Tally(people, goal.people)))
    return found


def picture(artist: Artist, found: Sequence[Reached]) -> Picture:
    """The picture of all goals; a word about how to name some where there are none."""
    if not found:
        return Picture(PictureName.GOALS, "", [artist.tell("goals_none")], {}, [])
    last = max(each.goal.by for each in found)
    met = sum(each.tally.is_met for each in found)
    return Picture(
        PictureName.GOALS,
        in_words(artist.day_of(artist.now), artist.language),
        [
            artist.tell("goals_title", when=in_words(last, artist.language))
            + (" ·" if met else ""),
            *([artist.tell("goals_met", n=met, all=len(found))] if met else []),
        ],
        {"goals": [_drawn(artist, each, last) for each in found]},
        [line(artist, each) for each in found],
        artist.tell("goals_foot"),
    )


def name_of(artist: Artist, goal: Goal) -> str:
    """What a goal is called, after the number of people."""
    return display_safe(artist.titled(goal.title, artist.tell(f"count_{goal.count}")))


def _drawn(artist: Artist, each: Reached, last: date) -> dict[str, object]:
    tally = each.tally
    dots, all_dots = tally.reached // tally.per_dot, -(-tally.goal // tally.per_dot)
    return {
        "label": shortened(name_of(artist, each.goal), _ROOM),
        "reached": artist.brief(tally.reached),
        "met": tally.is_met,
        "of": artist.tell("goal_met" if tally.is_met else "goal_of", n=tally.goal),
        "dots": dots,
        "hollow": max(0, all_dots - dots),
        "note": _note(artist, each, last),
    }


def _note(artist: Artist, each: Reached, last: date) -> str:
    """By when it is to be reached, if that is not what the title says, and what a dot is."""
    own = artist.tell("goal_by", when=artist.day(each.goal.by))
    by = own if each.goal.by != last else ""
    per = each.tally.per_dot
    return artist.listed([by, artist.tell("goal_dot", n=per) if per > 1 else ""])


def line(artist: Artist, each: Reached) -> str:
    """How far a goal is, in words."""
    of = artist.tell(
        "goal_line",
        reached=artist.number(each.tally.reached),
        goal=artist.number(each.tally.goal),
        when=in_words(each.goal.by, artist.language),
    )
    return artist.pair(name_of(artist, each.goal), of)
