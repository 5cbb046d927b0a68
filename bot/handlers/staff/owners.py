"""What staff say of who has a ticket, and for how long it can wait."""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from telegram import Update

from bot.core.context import VersoContext
from bot.core.names import display_safe, moment
from bot.desk import escalation, owners
from bot.desk import tickets as desk_tickets
from bot.desk.cards import staff_zone
from bot.handlers.staff.parsing import (
    Heard,
    answer,
    command_at,
    leading_number,
    say,
    ticket_meant,
)
from flows.asks.typed_values import read_period
from flows.desk.rights import Deed
from flows.entities.lifecycle import Person
from flows.time.durations import Period

LONGEST_REASON = 500
"""Characters of why something takes longer; customers read it in a message with other words."""
BEGINS = time(9)
"""When a day that is named begins."""
_TOMORROW = frozenset({"tomorrow", "завтра", "明天"})
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4})?", re.ASCII)


async def snooze(update: Update, context: VersoContext) -> None:
    """Put a ticket off until a day."""
    at = await command_at(context.work, update, Deed.WORK)
    if at is None:
        return
    number, text = leading_number(at.text, bare=False)
    ticket = await ticket_meant(at, number, "snooze")
    if ticket is None:
        return
    until = read_until(text, at.work.now, staff_zone(at.work, ticket))
    if until is None:
        say(at.work, at.message, "desk.usage_snooze", number=f"#{number} " if number else "")
        return
    answer(at, await desk_tickets.snooze(at.work, ticket, at.by, until))


async def later(update: Update, context: VersoContext) -> None:
    """Keep why a ticket takes longer, for its customer."""
    at = await command_at(context.work, update, Deed.WORK)
    if at is None:
        return
    number, text = leading_number(at.text, bare=False)
    ticket = await ticket_meant(at, number, "later")
    if ticket is None:
        return
    reason = text.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        key = "desk.later_long" if reason else "desk.usage_later"
        say(at.work, at.message, key, number=f"#{number} " if number else "", n=LONGEST_REASON)
        return
    await escalation.explain(at.work, ticket, reason)
    say(at.work, at.message, "desk.later_kept")


async def away(update: Update, context: VersoContext) -> None:
    """Note until when somebody is away, or that they are back."""
    at = await command_at(context.work, update, Deed.WORK)
    if at is None:
        return
    name = display_safe(at.by.name)
    if at.text.strip().lower() in ("off", "no", "нет", "-"):
        back = await owners.come_back(at.work, at.by)
        say(at.work, at.message, "desk.away_off" if back else "desk.away_none", name=name)
        return
    zone = at.work.services.config.brand.time_zone
    until = read_until(at.text, at.work.now, zone)
    if at.by.id is None or at.by.id < 0:
        say(at.work, at.message, "desk.plain_nobody")
    elif until is None:
        say(at.work, at.message, "desk.usage_away")
    else:
        await _go_away(at, until, zone)


async def _go_away(at: Heard, until: datetime, zone: str) -> None:
    count = await owners.go_away(at.work, at.group, at.by, until)
    when = moment(until, zone, at.work.services.language_at(at.group))
    key = "desk.away_set" if count else "desk.away_set_nothing"
    say(at.work, at.message, key, name=display_safe(at.by.name), when=when, n=count)


async def say_if_away(at: Heard, person: Person) -> None:
    """Say of somebody who was given a ticket that they are away, if they are."""
    until = await owners.away_until(at.work, person.id)
    if until is not None:
        zone = at.work.services.config.brand.time_zone
        when = moment(until, zone, at.work.services.language_at(at.group))
        say(at.work, at.message, "desk.assigned_away", name=display_safe(person.name), when=when)


def read_until(text: str, now: datetime, zone: str) -> datetime | None:
    """The moment that somebody has typed: `3 days`, `2026-12-24`, `24.12.`, `tomorrow`.

    None: it says no moment, or none after `now`. A day begins at nine by the clock of `zone`.
    """
    wanted = text.strip().lower()
    found = read_day(wanted, now.astimezone(ZoneInfo(zone)).date())
    if found is not None:
        until = datetime.combine(found, BEGINS, ZoneInfo(zone)).astimezone(now.tzinfo)
        return until if until > now else None
    try:
        until = Period.parse(read_period(wanted)).after(now, ZoneInfo(zone))
    except ValueError:
        return None
    return until if until > now else None


def read_day(wanted: str, today: date) -> date | None:
    """The day that somebody has typed: `2026-12-24`, `24.12.`, `tomorrow`; None: it is none."""
    if wanted in _TOMORROW:
        return date.fromordinal(today.toordinal() + 1)
    match = _DATE.fullmatch(wanted)
    if match is None:
        return None
    year, month, day = match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)
    try:
        found = date(int(year or today.year), int(month), int(day))
        return found if year or found > today else found.replace(year=today.year + 1)
    except ValueError:
        return None
