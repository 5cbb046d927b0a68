"""What the desk watches over in a ticket: which clocks run, what stops them, and until when.

While a ticket is open a clock of its resolution is there, and one of an answer whenever the
customer waits for one. Clocks stand still while the customer has the word or the ticket is
snoozed, and each such pause has an end. Pure: `turned` follows what somebody did to a ticket,
`looked` what time has done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flows.desk import clocks, stays
from flows.desk.clocks import Clock, Happened, Step
from flows.desk.stays import Stay
from flows.entities import ClockKind, Ticket
from flows.entities.kinds import Tell
from flows.entities.making import made_at_once
from flows.entities.replaced import replaced
from flows.entities.states import ENDED
from flows.time.calendars import Calendar
from flows.time.durations import Period, Progress

RESPONSES = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE)
"""Clocks of an answer that the customer waits for; one of them runs at a time."""
WHOLE = Progress(100)
_WORDS = frozenset({"hear", "fail"})
"""What happens to a ticket when its customer says something."""
_ANSWERS = frozenset({"answer", "meet", "resolve"})
"""What happens to it when a person answers its customer."""
_KEEPS_SNOOZED = frozenset({"answer", "meet", "amend", "escalate", "snooze", "nod", "release"})
_ONCE = frozenset({Tell.CUSTOMER, Tell.SENIORS, Tell.ADMINS})
"""Who is told once of one silence, however many clocks run out in it."""


@made_at_once
@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised about a ticket, and by which calendar, as the configuration says it now."""

    targets: Mapping[ClockKind, timedelta]
    """Working time by clock."""
    calendar: Calendar
    steps: tuple[Step, ...]
    ask_after: Period
    """How long a customer who has the word may be silent before they are asked."""
    unanswered_after: Period
    """How long after that the ticket ends."""
    owner_silent: timedelta
    """Working time without a word of whoever has a ticket, while somebody waits for one."""
    news_every: Period
    """How often it is said where an open ticket is, since somebody last wrote to its customer."""


@made_at_once
@dataclass(frozen=True, slots=True)
class Watch:
    """The clocks and pauses of one ticket."""

    clocks: tuple[Clock, ...] = ()
    rounds: Mapping[str, int] = field(default_factory=dict)
    """How often each kind of clock was started."""
    ask_at: datetime | None = None
    """When the customer, who has the word, is asked whether they still want something."""
    lapse_at: datetime | None = None
    """When the ticket ends because they said nothing to that."""
    news_at: datetime | None = None
    """When it is said next where the ticket is; None: it is paused."""
    owner_at: datetime | None = None
    """When whoever has the ticket did something about it last."""
    reason: str = ""
    """Why it takes longer, as a person wrote it for the customer."""
    raised: tuple[Tell, ...] = ()
    """Who was told already of the silence that goes on."""
    stay: Stay | None = None
    """The period that the customer was inside of when it was last looked at: what begins to run
    ends before it does."""
    served: bool = False
    """Whether the customer was given at once what they chose, and has said nothing since that has
    to be answered: they hear of no delay. The clocks run on, and staff hear of theirs."""

    def clock(self, *kinds: ClockKind) -> Clock | None:
        """The clock of one of these kinds, if there is one."""
        return next((clock for clock in self.clocks if clock.kind in kinds), None)


class DueKind(StrEnum):
    """What time has brought about."""

    BREACHED = "breached"
    STEP = "step"
    ASK = "ask"
    LAPSE = "lapse"
    WAKE = "wake"
    NEWS = "news"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is to be done because its time has come."""

    kind: DueKind
    clock: Clock | None = None
    tell: Tell | None = None


# -- what somebody did ---------------------------------------------------------------------------


def turned(
    before: Ticket,
    after: Ticket,
    trigger: str,
    now: datetime,
    terms: Terms,
    *,
    by: int | None = None,
) -> tuple[Ticket, list[Happened]]:
    """Follow what was done to a ticket; give it with its clocks, and what became of promises.

    `trigger` is the edge of the ticket's lifecycle that led from `before` to `after`, `by` the
    Telegram id of the member of staff who did it, if it was one. It is called
    for every one: a ticket that has no clocks yet, because an earlier version opened it, gets them.
    """
    if after.snoozed_until is not None and trigger not in _KEEPS_SNOOZED:
        after = replaced(after, snoozed_until=None)
    watch = read(before.watch)
    if before.state not in ENDED and trigger != "open":
        watch = _ensured(before, watch, now, terms)
    watch, happened = _each(watch, lambda clock: clocks.noted(clock, now))
    if after.state in ENDED:
        watch, more = _ended(before, watch, trigger, now)
    else:
        watch, more = _going_on(before, after, watch, trigger, now, terms)
        watch = _by_owner(after, watch, trigger, by, now)
    return kept(after, watch, terms), [*happened, *more]


def _ended(
    before: Ticket, watch: Watch, trigger: str, now: datetime
) -> tuple[Watch, list[Happened]]:
    """Stop what runs. A change that ships is no answer, and silence mends nothing."""
    happened: list[Happened] = []
    if before.state not in ENDED and trigger in ("resolve", "decline", "ship"):
        kinds = (*RESPONSES, ClockKind.RESOLUTION)
        met = (ClockKind.RESOLUTION,) if trigger == "ship" else kinds
        for clock in watch.clocks:
            happened += clocks.settled(clock, now) if clock.kind in met else []
    return Watch(rounds=watch.rounds, stay=watch.stay), happened


def _going_on(
    before: Ticket, after: Ticket, watch: Watch, trigger: str, now: datetime, terms: Terms
) -> tuple[Watch, list[Happened]]:
    happened: list[Happened] = []
    if trigger in _ANSWERS:
        watch, happened = _answered(watch, now)
    if trigger in _WORDS:
        watch = replaced(_without_paused_answer(watch), served=False)
    watch = _paused_or_not(after, watch, trigger, now, terms)
    watch = _ensured(after, watch, now, terms)
    if trigger in _WORDS:
        watch = _owing_an_answer(after, watch, now, terms)
    return watch, happened


def _by_owner(ticket: Ticket, watch: Watch, trigger: str, by: int | None, now: datetime) -> Watch:
    if ticket.owner_id is None:
        return replaced(watch, owner_at=None)
    own = by is not None and by == ticket.owner_id
    if own or trigger in ("take", "assign") or watch.owner_at is None:
        return replaced(watch, owner_at=now)
    return watch


def silent_at(ticket: Ticket, watch: Watch, terms: Terms) -> datetime | None:
    """When whoever has a ticket has been silent for too long; None: nobody waits for a word.

    Somebody does while an answer is owed, or the time is over in which it was to be done.
    """
    if ticket.owner_id is None or is_paused(ticket):
        return None
    since = [clock.started_at for clock in watch.clocks if clock.kind in RESPONSES]
    since += [clock.due_at for clock in watch.clocks if clock.breached and clock.due_at]
    if not since:
        return None
    begun = max(min(since), watch.owner_at or min(since))
    return terms.calendar.add(begun, terms.owner_silent)


def _answered(watch: Watch, now: datetime) -> tuple[Watch, list[Happened]]:
    clock = watch.clock(*RESPONSES)
    happened = clocks.settled(clock, now) if clock is not None else []
    left = tuple(each for each in watch.clocks if each is not clock)
    return replaced(watch, clocks=left, raised=()), happened


def _without_paused_answer(watch: Watch) -> Watch:
    """A word of the customer's arms the clock of the next answer anew, unless it runs: writing
    once more does not make them wait longer, and a broken promise stays broken."""
    clock = watch.clock(ClockKind.NEXT_RESPONSE)
    if clock is None or clock.since is not None or clock.breached:
        return watch
    rounds = {**watch.rounds, clock.kind.value: clock.round - 1}
    left = tuple(each for each in watch.clocks if each is not clock)
    return replaced(watch, clocks=left, rounds=rounds)


def _paused_or_not(
    ticket: Ticket, watch: Watch, trigger: str, now: datetime, terms: Terms
) -> Watch:
    """Stop or start the clocks, as who has the word now asks for."""
    if is_paused(ticket):
        watch, _ = _each(watch, lambda clock: (clocks.paused(clock, now), []))
    else:
        watch, _ = _each(watch, lambda clock: (clocks.resumed(clock, now), []))
    watch = _with_news(ticket, watch, trigger in _ANSWERS, now, terms)
    if ticket.state != "waiting":
        return replaced(watch, ask_at=None, lapse_at=None)
    if trigger in ("wait", "answer") or (watch.ask_at is None and watch.lapse_at is None):
        return replaced(watch, ask_at=terms.ask_after.after(now), lapse_at=None)
    return watch


def _with_news(ticket: Ticket, watch: Watch, anew: bool, now: datetime, terms: Terms) -> Watch:
    if is_paused(ticket):
        return replaced(watch, news_at=None)
    if anew or watch.news_at is None:
        return replaced(watch, news_at=terms.news_every.after(now))
    return watch


def is_paused(ticket: Ticket) -> bool:
    """Whether a ticket's clocks stand still."""
    return ticket.state == "waiting" or ticket.snoozed_until is not None


def _ensured(ticket: Ticket, watch: Watch, now: datetime, terms: Terms) -> Watch:
    """Have the clocks that an open ticket has: of its first answer, and of its resolution."""
    if ticket.first_response_at is None and watch.clock(ClockKind.FIRST_RESPONSE) is None:
        watch = _with(ticket, watch, _first(ticket, watch, now, terms), now)
    if watch.clock(ClockKind.RESOLUTION) is None:
        watch = _with(ticket, watch, _next(watch, ClockKind.RESOLUTION, now, terms), now)
    return watch


def _first(ticket: Ticket, watch: Watch, now: datetime, terms: Terms) -> Clock:
    """The clock of the first answer; a time that the customer was told already stays."""
    clock = _next(watch, ClockKind.FIRST_RESPONSE, now, terms)
    due_at = ticket.response_due_at
    if due_at is None or due_at <= ticket.opened_at or clock.round > 1 or clock.latest:
        return clock
    promised = terms.calendar.elapsed(ticket.opened_at, due_at)
    begun = replaced(clock, started_at=ticket.opened_at, since=ticket.opened_at, due_at=due_at)
    return replaced(begun, target=promised or clock.target)


def _owing_an_answer(ticket: Ticket, watch: Watch, now: datetime, terms: Terms) -> Watch:
    if watch.clock(*RESPONSES) is not None:
        return watch
    return _with(ticket, watch, _next(watch, ClockKind.NEXT_RESPONSE, now, terms), now)


def _next(watch: Watch, kind: ClockKind, now: datetime, terms: Terms) -> Clock:
    number = watch.rounds.get(kind.value, 0) + 1
    steps = tuple(
        step for step in terms.steps if kind in RESPONSES or step.tell is not Tell.CUSTOMER
    )
    latest = watch.stay.latest(now) if watch.stay is not None else None
    return clocks.started(kind, number, terms.targets[kind], terms.calendar, now, steps, latest)


def _with(ticket: Ticket, watch: Watch, clock: Clock, now: datetime) -> Watch:
    if is_paused(ticket):
        clock = clocks.paused(clock, now)
    rounds = {**watch.rounds, clock.kind.value: clock.round}
    return replaced(watch, clocks=(*watch.clocks, clock), rounds=rounds)


def _each(
    watch: Watch, change: Callable[[Clock], tuple[Clock, list[Happened]]]
) -> tuple[Watch, list[Happened]]:
    changed = [change(clock) for clock in watch.clocks]
    happened = [line for _, lines in changed for line in lines]
    return replaced(watch, clocks=tuple(clock for clock, _ in changed)), happened


def adopted(ticket: Ticket, owed: bool, now: datetime, terms: Terms) -> Ticket:
    """An open ticket that an earlier version has left without clocks, with those that it has now.

    `owed`: the customer has said something since anybody answered. Times that were told stay.
    """
    watch = _ensured(ticket, Watch(), now, terms)
    if owed and not is_paused(ticket):
        watch = _owing_an_answer(ticket, watch, now, terms)
    return kept(ticket, _paused_or_not(ticket, watch, "", now, terms), terms)


# -- what time has done --------------------------------------------------------------------------


def looked(ticket: Ticket, now: datetime, terms: Terms) -> tuple[Ticket, list[Happened], list[Due]]:
    """See what has become due by now; give the ticket for which that is noted as done.

    What is due is given once, also when many moments have passed at a time. What changes the
    ticket's state (`LAPSE`, `WAKE`, `RELEASE`) is left to whoever does it: until then it stays due.
    """
    if ticket.state in ENDED:
        return replaced(ticket, look_at=None), [], []
    watch = _ensured(ticket, read(ticket.watch), now, terms)
    due: list[Due] = []
    happened: list[Happened] = []
    found: list[Clock] = []
    for clock in watch.clocks:
        seen, lines = clocks.noted(clock, now)
        happened += lines
        due += [Due(DueKind.BREACHED, seen) for _ in lines]
        passed, rest = _steps(seen, now)
        found.append(seen if len(rest) == len(seen.steps) else replaced(seen, steps=rest))
        due += [Due(DueKind.STEP, seen, step.tell) for step in passed]
    silent_for = {*watch.raised, *((Tell.CUSTOMER,) if watch.served else ())}
    due = [each for each in due if each.tell not in silent_for]
    raised = dict.fromkeys([*watch.raised, *(each.tell for each in due if each.tell in _ONCE)])
    watch = replaced(watch, clocks=tuple(found), raised=tuple(filter(None, raised)))
    watch, pause = _pause_over(ticket, watch, now, terms)
    silent = silent_at(ticket, watch, terms)
    released = [Due(DueKind.RELEASE)] if silent is not None and silent <= now else []
    return kept(ticket, watch, terms), happened, [*_once(due), *pause, *released]


def _steps(clock: Clock, now: datetime) -> tuple[list[Step], tuple[Step, ...]]:
    """The steps to be taken now, and those that are still to come.

    Of reminders that a longer time has passed at once the last one counts, and after a breach
    none; the customer hears of it in any case.
    """
    count = 0
    for step in clock.steps:  # in order: from the first that is still to come on, all are
        at = clock.reaches(step.at)
        if at is None or at > now:
            break
        count += 1
    passed, rest = clock.steps[:count], clock.steps[count:]
    reminders = [step for step in passed if step.at < WHOLE and step.tell is not Tell.CUSTOMER]
    last = [] if clock.breached else reminders[-1:]
    return [step for step in passed if step in last or step not in reminders], rest


def _once(due: list[Due]) -> list[Due]:
    """Without telling the same people of two clocks at a time."""
    told: set[Tell] = set()
    found = []
    for each in due:
        if each.tell is None or each.tell not in told:
            found.append(each)
        if each.tell is not None:
            told.add(each.tell)
    return found


def _pause_over(
    ticket: Ticket, watch: Watch, now: datetime, terms: Terms
) -> tuple[Watch, list[Due]]:
    if ticket.snoozed_until is not None and ticket.snoozed_until <= now:
        return watch, [Due(DueKind.WAKE)]
    if not is_paused(ticket) and (watch.news_at is None or watch.news_at <= now):
        due = [] if watch.news_at is None else [Due(DueKind.NEWS)]
        return _with_news(ticket, watch, True, now, terms), due
    if ticket.state != "waiting":
        return watch, []
    if watch.ask_at is None and watch.lapse_at is None:
        return replaced(watch, ask_at=terms.ask_after.after(now)), []
    if watch.ask_at is not None and watch.ask_at <= now:
        asked = replaced(watch, ask_at=None, lapse_at=terms.unanswered_after.after(now))
        return asked, [Due(DueKind.ASK)]
    if watch.lapse_at is not None and watch.lapse_at <= now:
        return watch, [Due(DueKind.LAPSE)]
    return watch, []


# -- as it is kept -------------------------------------------------------------------------------


def read(told: Mapping[str, Any]) -> Watch:
    """The watch that a ticket keeps; an empty one for a ticket that has none yet."""
    if not told:
        return Watch()
    return Watch(
        clocks=tuple(clocks.read(each) for each in told["clocks"]),
        rounds=dict(told["rounds"]),
        ask_at=clocks.moment_read(told["ask_at"]),
        lapse_at=clocks.moment_read(told["lapse_at"]),
        news_at=clocks.moment_read(told["news_at"]),
        owner_at=clocks.moment_read(told["owner_at"]),
        reason=str(told["reason"]),
        raised=tuple(Tell(each) for each in told["raised"]),
        stay=stays.read(told.get("stay")),
        served=bool(told.get("served")),
    )


def written(watch: Watch) -> dict[str, Any]:
    """A watch as JSON takes it."""
    return {
        "clocks": [clocks.written(each) for each in watch.clocks],
        "rounds": dict(watch.rounds),
        "ask_at": clocks.moment_written(watch.ask_at),
        "lapse_at": clocks.moment_written(watch.lapse_at),
        "news_at": clocks.moment_written(watch.news_at),
        "owner_at": clocks.moment_written(watch.owner_at),
        "reason": watch.reason,
        "raised": [each.value for each in watch.raised],
        **({"stay": stays.written(watch.stay)} if watch.stay is not None else {}),
        **({"served": True} if watch.served else {}),
    }


def with_reason(ticket: Ticket, reason: str) -> Ticket:
    """The ticket with why it takes longer."""
    return replaced(ticket, watch=written(replaced(read(ticket.watch), reason=reason)))


def with_stay(ticket: Ticket, stay: Stay | None) -> Ticket:
    """The ticket of a customer who is inside of a period, or is not any more.

    What runs is not moved by it.
    """
    watch = read(ticket.watch)
    if stay is not None:
        stay = replaced(stay, where="")  # where they are found is looked up when it is shown
    if watch.stay == stay:
        return ticket
    return replaced(ticket, watch=written(replaced(watch, stay=stay)))


def with_served(ticket: Ticket, *, served: bool = True) -> Ticket:
    """The ticket of a customer who was given at once what they chose, or has it no longer."""
    watch = read(ticket.watch)
    if watch.served is served:
        return ticket
    return replaced(ticket, watch=written(replaced(watch, served=served)))


def kept(ticket: Ticket, watch: Watch, terms: Terms) -> Ticket:
    """The ticket with its watch, and the two moments by which it is found."""
    dues = [clock.due_at for clock in watch.clocks if clock.due_at is not None]
    return replaced(
        ticket,
        watch=written(watch),
        due_at=None if ticket.state in ENDED else min(dues, default=None),
        look_at=None if ticket.state in ENDED else _look_at(ticket, watch, terms),
    )


def _look_at(ticket: Ticket, watch: Watch, terms: Terms) -> datetime | None:
    moments = [ticket.snoozed_until, watch.ask_at, watch.lapse_at, watch.news_at]
    moments.append(silent_at(ticket, watch, terms))
    for clock in watch.clocks:
        moments.append(None if clock.breached else clock.due_at)
        moments += [clock.reaches(step.at) for step in clock.steps[:1]]
    return min((moment for moment in moments if moment is not None), default=None)
