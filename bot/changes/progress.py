"""How a change comes along: accepted, worked at, found to help or not to.

Functions that may refuse return a `Refusal`; nothing is written then.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.changes import notices
from bot.changes.changes import show
from bot.changes.list_views import PAGE, Listed, ListViews
from bot.changes.progress_views import Measured, ProgressViews
from bot.changes.recurrence import LONGEST, measure
from bot.changes.views import ChangeViews
from bot.core.events import ChangeShipped, FixVerified
from bot.core.names import display_safe
from bot.core.rich import Rich, plain
from bot.core.subject import CountedTimer
from bot.core.work import Keyboard, Work
from bot.desk.escalation import mention
from bot.desk.speaking import NO_PREVIEW, customer_name, staff_words
from flows.changes.changes import act
from flows.entities import Change, ChangeId, Priority, Ticket, Timer
from flows.entities.kinds import Purpose, TimerKind
from flows.entities.lifecycle import Person, Refusal
from flows.entities.states import CHANGE_WORKS
from flows.insight.recurrence import Recurrence, Trend

LOOK_EVERY = timedelta(days=1)


async def move(
    work: Work,
    change: Change,
    trigger: str,
    by: Person,
    *,
    text: str = "",
    until: datetime | None = None,
) -> Change | Refusal:
    """Accept a change, start it, own it, plan it, or say where it takes effect (`place`)."""
    moved = act(change, trigger, work.now, by=by, text=text, until=until)
    if isinstance(moved, Refusal):
        return moved
    if trigger in ("plan", "place") and not moved.owner_name:
        moved = replace(moved, owner_id=by.id, owner_name=by.name)
    work.unit.put(moved)
    return moved


async def confirmations(work: Work, change: Change) -> int:
    """How much says that a change helped: people, and the figures if they have fallen."""
    count = await notices.count(work, change)
    measured = await measure(work, change)
    fell = measured is not None and measured.figures.trend is Trend.FELL
    return count.helped + fell


async def verify(work: Work, change: Change, by: Person, cause: str) -> Change | Refusal:
    """Note that a change has helped, and what the root cause was.

    Not before a customer or the figures say so: silence verifies nothing.
    """
    count = await confirmations(work, change) if change.state == "shipped" else 0
    verified = act(change, "verify", work.now, by=by, text=cause, count=count)
    if not isinstance(verified, Refusal):
        work.unit.put(verified)
    return verified


async def fail(work: Work, change: Change, by: Person) -> Change | Refusal:
    """Note that a change has not helped, as a member of staff sees it; its owner hears of it."""
    failed = act(change, "fail", work.now, by=by)
    if isinstance(failed, Refusal):
        return failed
    work.unit.put(failed)
    _tell_group(work, failed, "failed_by", name=display_safe(by.name))
    show(work, failed, new=True)
    return failed


async def listing(work: Work, group_chat_id: int, page: int) -> tuple[Rich, Keyboard]:
    """A page of a group's changes, the newest first, with what the figures say."""
    counts = await work.unit.changes.count_states(group_chat_id)
    page = min(page, max(0, sum(counts.values()) - 1) // PAGE)
    found = await work.unit.changes.page_of_group(group_chat_id, page * PAGE, PAGE)
    complaints = await work.unit.changes.count_tickets([change.id for change in found])
    shown = [
        Listed(change, complaints.get(change.id, 0), await measure(work, change))
        for change in found
    ]
    language = work.services.language_at(group_chat_id)
    zone = work.services.config.brand.time_zone
    return ListViews(work.services.words, language, zone).listing(counts, shown, page)


# -- by itself ----------------------------------------------------------------------------------


async def shipped(work: Work, happened: ChangeShipped) -> None:
    """Begin to look every day at whether it still happens."""
    _look_again(work, happened.change)


def _look_again(work: Work, change: Change) -> None:
    subject = str(change.id)
    work.unit.set_timer(Timer(TimerKind.RECURRENCE, subject, work.now + LOOK_EVERY))


async def _count(work: Work, timer: Timer) -> Measured | None:
    change = await _looked_at(work, timer)
    return None if change is None else await measure(work, change)


async def _looked_at(work: Work, timer: Timer) -> Change | None:
    """The change that a timer is about, if it is still to be looked at."""
    change = await work.unit.get(Change, ChangeId(int(timer.subject)))
    if change is None or change.state not in CHANGE_WORKS or change.shipped_at is None:
        return None
    return change


async def look(work: Work, timer: Timer, measured: Measured | None) -> None:
    """Look at a change; one that has plainly not helped is opened again by itself.

    Its owner and its group hear so with the figures. Customers hear nothing before somebody agrees.
    """
    change = await _looked_at(work, timer)
    if change is None or change.shipped_at is None:
        return
    if measured is not None and _has_failed(work, change.shipped_at, measured.figures):
        await _failed_by_figures(work, change, measured)
    elif measured is None or measured.days < LONGEST:
        _look_again(work, change)


def _has_failed(work: Work, since: datetime, figures: Recurrence) -> bool:
    config = work.services.config
    if figures.trend is Trend.ROSE and figures.after >= config.recurrence.at_least:
        return True
    zone = ZoneInfo(config.brand.time_zone)
    if work.now < config.recurrence.check.after(since, zone):
        return False
    return figures.has_not_fallen(config.recurrence.at_least)


async def _failed_by_figures(work: Work, change: Change, measured: Measured) -> None:
    failed = act(change, "fail", work.now)
    if isinstance(failed, Refusal):
        return
    work.unit.put(failed)
    language = work.services.language_at(change.group_chat_id)
    figures = ProgressViews(work.services.words, language).measured(measured)
    _tell_group(work, failed, "failed_figures", figures=figures)
    show(work, failed, new=True)


async def verdict_came(work: Work, came: FixVerified) -> None:
    """Flag a change because somebody who was told of it says that it did not help."""
    change = await notices.change_behind(work, came.notice)
    ticket = await work.unit.get(Ticket, came.notice.ticket_id)
    if change is None or ticket is None or came.verdict == "yes":
        return
    name = await customer_name(work, ticket)
    said = staff_words(work, change.group_chat_id, f"desk.verdict_{came.verdict}")
    _tell_group(work, change, "flagged", number=ticket.number, name=name, verdict=said)


def _tell_group(work: Work, change: Change, key: str, **values: object) -> None:
    """Say something of a change in its group, so that it rings its owner."""
    group = change.group_chat_id
    if group is None:
        return
    views = ChangeViews(work.services.words, work.services.language_at(group))
    change_named = views.name(change, most=100)
    said = staff_words(work, group, f"closing.{key}", change=change_named, **values)
    rich: Rich = plain(said)
    if change.owner_name:
        rich = mention(Person(change.owner_id, change.owner_name)) + ": " + said
    work.call(
        group,
        "sendMessage",
        {**rich.params(), **NO_PREVIEW},
        purpose=Purpose.NOTE,
        priority=Priority.RELAY,
        lane=f"change:{change.id}",
    )


COUNTED_TIMERS: dict[str, CountedTimer[Any]] = {TimerKind.RECURRENCE: CountedTimer(_count, look)}
"""What to do when a timer of this kind fires, by kind."""
