"""What each group of staff reads when its day begins; where nothing is open it is silent."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import orjson

from bot.core.events import MorningBegan
from bot.core.names import display_safe, moment, name_of
from bot.core.rich import bold, plain
from bot.core.slot_names import place_name
from bot.core.words import listed
from bot.core.work import Work
from bot.desk import owners
from bot.desk.speaking import who
from bot.identity.erasure import LIST
from bot.slots.keeping import bookings_of_day
from flows.config import Config
from flows.desk.morning import Morning, begun_at, end_of, morning
from flows.desk.terms import NOBODYS
from flows.entities import Group, Ticket
from flows.entities.facts import AWAY, MORNING, STAFF
from flows.entities.kinds import Purpose
from flows.time.calendars import Calendar
from flows.time.opening import ClockTime

NAMED = 10
"""Tickets of one kind that are named; the others are counted."""


async def tell_groups(work: Work) -> None:
    """Tell each group whose morning it is what is open, once a day."""
    mornings = [
        (group, calendar)
        for group in work.services.groups.values()
        if group.left_at is None
        and (calendar := _calendar(work.services.config, group, work.now)) is not None
    ]
    if not mornings:
        return
    await work.unit.facts.load([MORNING.of(group.chat_id) for group, _ in mornings])
    for group, calendar in mornings:
        today = f"{work.now.astimezone(calendar.place):%Y-%m-%d}"
        if await work.unit.facts.get(MORNING.of(group.chat_id)) != today:
            await work.unit.facts.set(MORNING.of(group.chat_id), today)
            await _tell(work, group, calendar)
            await work.emit(MorningBegan(group))


def _calendar(config: Config, group: Group, now: datetime) -> Calendar | None:
    """By which calendar it is a group's morning; None: it is not, or it wants none."""
    team = next((each for each in config.teams if each.id == group.team_id), NOBODYS)
    calendar = config.calendar_of(team)
    at = team.morning if isinstance(team.morning, ClockTime) else None
    begun = begun_at(calendar, at, now) if team.morning is not False else None
    return calendar if begun is not None and group.bound_at <= begun else None


async def _tell(work: Work, group: Group, calendar: Calendar) -> None:
    tickets = await work.unit.tickets.unresolved(group.chat_id, limit=owners.ALL)
    found = morning(tickets, work.now, end_of(calendar, work.now))
    lines = await _said(work, group, calendar, found) if found is not None else []
    lines += await _coming(work, group, calendar)
    if lines:
        title = bold(work.services.words.say(work.services.language_at(group), "morning.title"))
        text = title + plain("\n" + "\n".join(lines))
        work.say(group.chat_id, text, purpose=Purpose.NOTE, subject=LIST)


async def _coming(work: Work, group: Group, calendar: Calendar) -> list[str]:
    """Which of this group's customers come somewhere today, and when."""
    if not work.services.config.places:
        return []
    day = await bookings_of_day(work, work.now.astimezone(calendar.place).date())
    theirs = [(each.slot, one.ticket_id) for each in day for one in each.bookings]
    ids = [number for _, number in theirs if number is not None]
    tickets = await work.unit.get_all(Ticket, ids, lock=False)
    language = work.services.language_at(group)
    say = partial(work.services.words.say, language)
    shown = [
        say(
            "morning.comes",
            number=tickets[number].number,
            time=f"{slot.starts_at.astimezone(ZoneInfo(slot.zone)):%H:%M}",
            place=place_name(work.services, language, slot),
        )
        for slot, number in sorted(theirs, key=lambda each: each[0].starts_at)
        if number in tickets and tickets[number].group_chat_id == group.chat_id
    ]
    if not shown:
        return []
    return [_line(say("morning.coming"), shown[:NAMED], len(shown), language, say)]


async def _said(work: Work, group: Group, calendar: Calendar, found: Morning) -> list[str]:
    language, zone = work.services.language_at(group), calendar.zone
    say = partial(work.services.words.say, language)
    counts = [say("morning.open", n=found.total)]
    counts += [say("morning.overdue", n=found.overdue)] if found.overdue else []
    counts += [say("morning.free", n=found.free)] if found.free else []
    lines = [listed(counts, language)]
    if found.oldest is not None and found.since is not None:
        name = name_of(*await who(work, found.oldest))
        when = moment(found.since, zone, language)
        lines.append(say("morning.oldest", number=found.oldest.number, name=name, when=when))
    if found.due:
        clock = [(each, each.due_at or work.now) for each in found.due]
        shown = [f"#{each.number} ({_clock(at, calendar)})" for each, at in clock[:NAMED]]
        lines.append(_line(say("morning.due"), shown, len(found.due), language, say))
    if found.back:
        shown = [f"#{each.number}" for each in found.back[:NAMED]]
        lines.append(_line(say("morning.back"), shown, len(found.back), language, say))
    away = await _away(work, group)
    if away:
        shown = [
            say("morning.until", name=name, when=moment(until, zone, language))
            for name, until in away[:NAMED]
        ]
        lines.append(_line(say("morning.away"), shown, len(away), language, say))
    return lines


def _line(heading: str, shown: Sequence[str], count: int, language: str, say: partial[str]) -> str:
    more = count - len(shown)
    parts = [*shown, say("morning.more", n=more)] if more else shown
    return heading + listed(parts, language)


def _clock(at: datetime, calendar: Calendar) -> str:
    return f"{at.astimezone(calendar.place):%H:%M}"


async def _away(work: Work, group: Group) -> list[tuple[str, datetime]]:
    """Who of a group's people is away, and until when."""
    untils = {
        int(key): datetime.fromisoformat(until)
        for key, until in (await work.unit.facts.beginning(AWAY)).items()
    }
    met = await work.unit.facts.beginning(STAFF.of(group.chat_id, ""))
    people = [orjson.loads(each) for each in met.values()]
    found = [
        (display_safe(str(each["name"])), untils[each["id"]])
        for each in people
        if each["id"] in untils and untils[each["id"]] > work.now
    ]
    return sorted(found, key=lambda each: (each[1], each[0]))
