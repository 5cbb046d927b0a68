"""Pictures that groups are shown by themselves, on the days that the configuration names."""

from datetime import datetime

from bot.core.work import Work
from bot.insight.pictures.making import BY_MONTH
from bot.insight.pictures.showing import Wanted, month_now, show
from flows.config import Config
from flows.config.goals import PictureName
from flows.desk.morning import LATEST
from flows.desk.terms import NOBODYS
from flows.entities import Group
from flows.entities.facts import PICTURES_SHOWN
from flows.insight.overviews import Month

WEEK = 7
"""Days of a month of which there is little to see: until then the last one is shown."""


async def show_groups(work: Work) -> None:
    """Show each group whose hour it is its pictures, once a day."""
    if not work.services.config.pictures.show:
        return
    due = [
        (group, local)
        for group in work.services.groups.values()
        if (local := _hour_of(work.services.config, group, work.now)) is not None
    ]
    if not due:
        return
    await work.unit.facts.load([PICTURES_SHOWN.of(group.chat_id) for group, _ in due])
    for group, local in due:
        today, shown = f"{local:%Y-%m-%d}", PICTURES_SHOWN.of(group.chat_id)
        if await work.unit.facts.get(shown) != today:
            await work.unit.facts.set(shown, today)
            _show(work, group, local)


def _hour_of(config: Config, group: Group, now: datetime) -> datetime | None:
    """What its team's clock shows when it is a group's hour; None: it is not, or it is over."""
    team = next((each for each in config.teams if each.id == group.team_id), NOBODYS)
    local = now.astimezone(config.calendar_of(team).place)
    wanted, minutes = config.pictures, local.hour * 60 + local.minute
    late = minutes - wanted.at.minutes
    in_hour = 0 <= late < LATEST.total_seconds() / 60
    there = group.left_at is None and group.bound_at < now
    return local if there and in_hour and local.weekday() in wanted.days else None


def _show(work: Work, group: Group, local: datetime) -> None:
    month = month_now(work)
    language = work.services.language_at(group)
    for name in dict.fromkeys(work.services.config.pictures.show):
        show(work, group.chat_id, Wanted(name, month_of(name, month, local), language))


def month_of(name: PictureName, month: Month, local: datetime) -> Month:
    """Of which month a picture is shown that nobody has asked for."""
    return month.before if name in BY_MONTH and local.day <= WEEK else month
