"""Telling everybody behind a change: held back for a moment, then told some people at a time.

    hold ──(a minute)──▶ shipped or declined ──▶ some people told ──▶ … ──▶ report
      └──▶ called off: as it was before              └──▶ some tickets ended ──▶ …

Tickets are ended when all notices are written: that takes longer, and nobody waits for it. Each
arrow is one transaction that leaves the next step as a timer: a kill leaves it as it was
before or after, never between. Functions that may refuse return a `Refusal`; nothing is written
then.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.changes import campaigns, notices
from bot.changes.changes import end, language_guessed, show
from bot.changes.report_views import ReportViews
from bot.changes.views import ChangeViews
from bot.core.events import ChangeShipped
from bot.core.names import display_safe
from bot.core.rich import Rich, plain
from bot.core.work import Work, replying
from bot.desk.escalation import mention
from bot.desk.speaking import NO_PREVIEW, staff_words
from flows.changes import telling as rules
from flows.changes.changes import TOLD
from flows.changes.telling import DECLINE, HELD_BACK, SHIP, Held
from flows.entities import Change, ChangeId, CustomerId, Priority, Ticket, Timer
from flows.entities.kinds import Purpose, Role, TimerKind
from flows.entities.lifecycle import Person, Refusal
from flows.formatted import Entity

PEOPLE = 200
"""Who are told in one transaction; others are let in between."""
ENDED = 50
"""People whose tickets are ended in one transaction."""
LOOK_EVERY = timedelta(minutes=10)
"""How often it is looked whether everybody was told, besides whenever somebody was."""


# -- held back ----------------------------------------------------------------------------------


async def hold_to_ship(work: Work, change: Change, by: Person) -> Change | Refusal:
    """Tell everybody whose complaint led to the change, in a minute, that it works now. Once."""
    return await _hold(work, change, Held(SHIP, by, work.now + HELD_BACK, 0))


async def hold_to_decline(
    work: Work, change: Change, by: Person, text: str, entities: Sequence[Entity] = ()
) -> Change | Refusal:
    """Tell everybody who asked for it, in a minute, why it will not be done. Once."""
    held = Held(DECLINE, by, work.now + HELD_BACK, 0, text, tuple(entities))
    return await _hold(work, change, held)


async def _hold(work: Work, change: Change, held: Held) -> Change | Refusal:
    size = await work.unit.telling.size(change.id)
    held = replace(held, people=size.people - len(await notices.left_out(work, change)))
    kept = rules.hold(change, held, work.now, size.tickets, _language(work, change, held))
    if isinstance(kept, Refusal):
        return kept
    if not held.people:
        return Refusal("all_left_out")
    work.unit.put(kept)
    work.unit.set_timer(Timer(TimerKind.TELLING, str(change.id), held.due))
    show(work, kept)
    return kept


def _language(work: Work, change: Change, held: Held) -> str:
    return language_guessed(work, change, held.text) if held.text else ""


async def call_off(work: Work, change: Change, by: Person, role: Role | None) -> Change | Refusal:
    """Have what is held not told: nothing of it is left."""
    back = rules.call_off(change, work.now)
    held = Held.from_json(change.held)
    if isinstance(back, Refusal) or held is None:
        return Refusal("too_late" if change.state in TOLD else "not_held")
    if not rules.may_call_off(held.by.id, by.id, role):
        return Refusal("not_yours")
    work.unit.put(back)
    timer = await work.unit.timers.pending(TimerKind.TELLING, str(change.id))
    if timer is not None:
        work.unit.delete(timer)
    if held.by.id != by.id:
        _say(work, back, mention(held.by) + ": " + _words(work, back, "called_off_by", by))
    show(work, back)
    return back


def _words(work: Work, change: Change, key: str, by: Person) -> str:
    name = _views(work, change).name(change, most=100)
    who = display_safe(by.name)
    return staff_words(work, change.group_chat_id, f"notices.{key}", change=name, name=who)


# -- told ---------------------------------------------------------------------------------------


async def ship(work: Work, change: Change, by: Person) -> Change | Refusal:
    """Tell everybody behind a change, at once, that it works now."""
    return await _tell(work, change, Held(SHIP, by, work.now, 0))


async def decline(
    work: Work, change: Change, by: Person, text: str, entities: Sequence[Entity] = ()
) -> Change | Refusal:
    """Tell everybody behind a change, at once, why it will not be done."""
    return await _tell(work, change, Held(DECLINE, by, work.now, 0, text, tuple(entities)))


async def _tell(work: Work, change: Change, held: Held) -> Change | Refusal:
    size = await work.unit.telling.size(change.id)
    told = rules.tell(change, held, work.now, size.tickets, _language(work, change, held))
    if isinstance(told, Refusal):
        return told
    work.unit.put(told)
    show(work, told)
    await _tell_some(work, told, 0)
    if told.state == "shipped":
        await work.emit(ChangeShipped(told))
    return told


async def due(work: Work, timer: Timer) -> None:
    """Tell what was held back until now, or the next people."""
    change = await work.unit.get(Change, ChangeId(int(timer.subject)))
    if change is None:
        return
    if "after" in timer.data:
        await _tell_some(work, change, timer.data["after"])
        return
    if "ended" in timer.data:
        await _end_some(work, change, timer.data["ended"])
        return
    held = Held.from_json(change.held)
    if held is None:
        return
    told = await _tell(work, change, held)
    if isinstance(told, Refusal):  # everybody behind it was erased meanwhile
        back = replace(change, held={})
        work.unit.put(back)
        _say(work, back, plain(staff_words(work, back.group_chat_id, "notices.nobody_left")))
        show(work, back)


async def _tell_some(work: Work, change: Change, after: int) -> None:
    """Tell some of the people behind a change, those with the least ids above `after`."""
    if not _goes_on(change):
        return
    ids, tickets = await _some(work, change, after, PEOPLE)
    await notices.tell(work, change, tickets)
    if len(ids) == PEOPLE:
        work.unit.set_timer(_next(work, change, "after", ids[-1]))
        return
    work.unit.set_timer(Timer(TimerKind.REPORT, str(change.id), work.now + LOOK_EVERY))
    await _end_some(work, change, 0)


async def _end_some(work: Work, change: Change, after: int) -> None:
    """End the tickets of some of the people who were told, as of when they were."""
    if not _goes_on(change):
        return
    ids, tickets = await _some(work, change, after, ENDED)
    await work.unit.outbox.load(tickets={ticket.id for ticket in tickets})
    then = Work(work.unit, change.shipped_at or work.now, work.services)
    await end(then, change, tickets)
    if len(ids) == ENDED:
        work.unit.set_timer(_next(work, change, "ended", ids[-1]))


def _goes_on(change: Change) -> bool:
    """Whether it has not been found not to help while people were still being told."""
    return change.state in TOLD and change.state != "not_helped"


def _next(work: Work, change: Change, what: str, last: int) -> Timer:
    return Timer(TimerKind.TELLING, str(change.id), work.now, {what: last})


async def _some(
    work: Work, change: Change, after: int, most: int
) -> tuple[Sequence[CustomerId], Sequence[Ticket]]:
    """Some of the people behind a change, and the tickets of those who are not left out."""
    ids = await work.unit.telling.people(change.id, after, most)
    left_out = await notices.left_out(work, change)
    meant = [each for each in ids if each not in left_out]
    tickets = await work.unit.telling.tickets_of(change.id, meant)
    await work.unit.customers.by_ids(meant)
    await work.unit.customers.at_accounts({ticket.chat_id for ticket in tickets})
    return ids, tickets


# -- how far it is ------------------------------------------------------------------------------


async def count_due(work: Work, timer: Timer) -> None:
    """Bring the running count on a change's card up to date."""
    change = await work.unit.get(Change, ChangeId(int(timer.subject)))
    if change is None:
        return
    if change.card_message_id is not None:
        show(work, change)
    report = await work.unit.timers.pending(TimerKind.REPORT, timer.subject)
    if report is not None and not (await notices.count(work, change)).waiting:
        # Said by its own timer, which may be due at this moment anyway: so it is said once.
        work.unit.set_timer(replace(report, due_at=work.now))


async def look(work: Work, timer: Timer) -> None:
    """Say that everybody was told, or look again later."""
    change = await work.unit.get(Change, ChangeId(int(timer.subject)))
    if change is not None and not await _is_over(work, change):
        work.unit.set_timer(replace(timer, due_at=work.now + LOOK_EVERY))


async def _is_over(work: Work, change: Change) -> bool:
    """Say in one line that everybody was told, if that is so."""
    count = await notices.count(work, change)
    if count.waiting:
        return False
    views = ReportViews(work.services.words, work.services.language_at(change.group_chat_id))
    _say(work, change, plain(views.done(_views(work, change).name(change, most=100), count)))
    return True


async def report(work: Work, change: Change) -> str:
    """All figures of how many were told, and how."""
    views = ReportViews(work.services.words, work.services.language_at(change.group_chat_id))
    name = _views(work, change).name(change, most=100)
    count = await notices.count(work, change)
    return views.report(name, change, count, await campaigns.line(work, change))


def _views(work: Work, change: Change) -> ChangeViews:
    return ChangeViews(work.services.words, work.services.language_at(change.group_chat_id))


def _say(work: Work, change: Change, text: Rich) -> None:
    """Say something below a change's card."""
    if change.group_chat_id is None:
        return
    below = change.card_message_id
    place = {"reply_parameters": replying(below)} if below is not None else {}
    work.call(
        change.group_chat_id,
        "sendMessage",
        {**text.params(), **NO_PREVIEW, **place},
        purpose=Purpose.NOTE,
        priority=Priority.RELAY,
        lane=f"change:{change.id}",
    )


TIMERS: dict[str, Callable[[Work, Timer], Awaitable[None]]] = {
    TimerKind.TELLING: due,
    TimerKind.COUNT: count_due,
    TimerKind.REPORT: look,
}
"""What to do when a timer of this kind fires, by kind."""
