"""Schedules: who is due when, and what is decided at the moment of sending.

`plan` looks at an event and says when to ask. `decide` looks again when that moment has come,
because everything may have changed: it goes through CHECKS in order and the first that objects
decides. The order is deliberate:

1. what the customer said or did to us (stopped, no consent, not linked, blocked);
2. whether the reason to ask still holds (what `flows.triggers` says, the audience, age);
3. whether the schedule runs (paused);
4. obstacles that pass (open ticket, conversation, cooldown, cap, a schedule that goes first),
   which defer;
5. the hour, which always defers;
6. what can be asked and answered over everybody (the backlog of staff, the daily budget);
7. the holdout, last of all: a customer is held out at the very moment at which they would
   otherwise be asked, so that asked and held-out customers can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.audience import Traits, outside, product_fits
from flows.config import Config, Limits, Schedule, Trigger
from flows.decisions import Decision, Outcome, Reason
from flows.durations import Period, as_utc
from flows.holdout import in_holdout, position
from flows.opening import Opening
from flows.pacing import UNLIMITED, Pace, latest_look, spread
from flows.places import Place, place_of
from flows.restraint import AtMost, PastAsk, below_cap, cooled_down
from flows.triggers import Event, Told, awaited, due_after, objection, prevented_by

STOP_ALL = "*"
"""In `CustomerFacts.stopped`: no asks at all. Other entries are ids of schedules or flows."""

LOOK_AGAIN_TICKET = timedelta(days=1)
LOOK_AGAIN_CONVERSATION = timedelta(hours=2)
LOOK_AGAIN_PAUSED = timedelta(days=1)
LOOK_AGAIN_RIVAL = timedelta(minutes=10)
"""Obstacles whose end nobody knows are looked at again after so long."""
SHORTEST_WAIT = timedelta(minutes=10)
"""Whoever would wait in line for less before the patience ends has had the last look."""
MOST_LOOKS_AHEAD = 10
_ENDS_UNKNOWN = frozenset(
    {
        Outcome.OPEN_TICKET,
        Outcome.IN_CONVERSATION,
        Outcome.PAUSED,
        Outcome.OUTRANKED,
        Outcome.BACKLOG,
    }
)


@dataclass(frozen=True, slots=True)
class Rival:
    """Another candidate of the same customer that waits and may still be asked."""

    schedule: str
    priority: int
    look_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What is known of a customer at the moment of a decision."""

    ref: str
    linked: bool = True
    blocked: bool = False
    consent: bool | None = True
    """None: not asked yet."""
    stopped: frozenset[str] = frozenset()
    """Ids of schedules or flows that this customer stopped, or STOP_ALL."""
    time_zone: str | None = None
    possible_zones: tuple[str, ...] = ()
    """Where the customer may be when no time zone was told: the phone number's country."""
    language: str | None = None
    products: frozenset[str] = frozenset()
    """Those of the customer's events that were not withdrawn, as far as an audience asks."""
    tags: frozenset[str] = frozenset()
    stage: str = ""
    value: int | None = None
    complaints: tuple[datetime, ...] = ()
    """When this customer complained, as far back as any audience asks."""
    rivals: tuple[Rival, ...] = ()
    asks: tuple[PastAsk, ...] = ()
    open_ticket: bool = False
    in_conversation: bool = False
    events: tuple[Event, ...] = ()
    """Events of this customer since the trigger; earlier ones do no harm."""
    asked_about: tuple[Event, ...] = ()
    """The triggers of this schedule's asks so far, also of those left out for comparison."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer whom a schedule considers because of one event."""

    customer: CustomerFacts
    trigger: Event
    due_at: datetime
    reminder: bool = False
    """A reminder of an ask already sent: what limits asks and the holdout do not concern it."""
    queued: bool = False
    """It has waited in line for the daily budget or the backlog before."""

    def __post_init__(self) -> None:
        as_utc(self.due_at)


@dataclass(frozen=True, slots=True)
class Rules:
    """What applies to every schedule: from the configuration, with the installation's salt."""

    limits: Limits
    opening: Opening
    brand_zone: str
    salt: str
    paused: bool = False
    """The guardrail has paused this schedule."""
    pace: Pace = UNLIMITED
    """What limits asking over everybody at this moment."""

    @classmethod
    def of(
        cls,
        config: Config,
        schedule: Schedule,
        salt: str,
        *,
        paused: bool = False,
        pace: Pace | None = None,
    ) -> Rules:
        """The rules for one schedule of a configuration."""
        opening = config.asks_within(schedule)
        return cls(config.limits, opening, config.brand.time_zone, salt, paused, pace or UNLIMITED)


@dataclass(frozen=True, slots=True)
class Plan:
    """When a schedule asks because of an event, or why it does not."""

    due_at: datetime | None
    reason: Reason


def plan(schedule: Schedule, event: Event, now: datetime, zone: ZoneInfo) -> Plan:
    """When (UTC) this schedule is due after this event.

    Without a due moment the reason is `withdrawn`, `other_event`, `fixed_times` (it waits for no
    event at all), `no_period` or `no_end` (the event has no period), `other_product` or `too_late`
    (due longer ago than the schedule's grace, as with old events that are imported). Pausing and
    everything about the customer is left to `decide`, which looks at the moment of sending.
    """
    when = schedule.when
    if event.withdrawn:
        return Plan(None, Reason("withdrawn"))
    if event.type != awaited(when):
        return Plan(None, _other(when))
    if event.product is not None and not product_fits(schedule.audience, event.product):
        return Plan(None, Reason("other_product", {"product": event.product}))
    due = due_after(when, event, zone)
    if due is None:
        share = Reason("no_period", {"share": str(when.after)})
        return Plan(None, Reason("no_end") if when.before_end is not None else share)
    if schedule.grace.after(due, zone) < as_utc(now):
        return Plan(None, Reason("too_late", {"due": due.isoformat()}))
    return Plan(due, Reason("planned", {"due": due.isoformat()}))


def _other(when: Trigger) -> Reason:
    if when.cron is not None:
        return Reason("fixed_times")
    return Reason("other_event", {"event": awaited(when)})


def still_applies(schedule: Schedule, trigger: Event, later_events: Iterable[Event]) -> bool:
    """Whether none of the events in `unless` has happened since the trigger."""
    return prevented_by(schedule, trigger, later_events) is None


def decide(candidate: Candidate, schedule: Schedule, rules: Rules, now: datetime) -> Decision:
    """Whether to send now, later or not at all, and why.

    A deferred decision says when to look again (`until`, inside the hours for asking). Obstacles
    defer only while that moment lies within the schedule's patience after the candidate was due;
    after that the outcome is final. The hour always defers.
    """
    return reasoning(candidate, schedule, rules, now)[-1].decision


@dataclass(frozen=True, slots=True)
class Step:
    """One check that was made: its name, and what it decided, if it objected.

    The last step of a reasoning always has the decision; one named `send` says that no check
    objected.
    """

    check: str
    decision: Decision


def reasoning(
    candidate: Candidate, schedule: Schedule, rules: Rules, now: datetime
) -> tuple[Step, ...]:
    """Every check that is made, in order, up to the one that decides."""
    case = _Case(candidate, schedule, rules, as_utc(now), place(candidate.customer, rules, now))
    send = case.final(Outcome.SEND, "send")
    steps = []
    for check in CHECKS:
        name = check.__name__.removeprefix("_")
        decision = check(case)
        steps.append(Step(name, decision or send))
        if decision is not None:
            return tuple(steps)
    return (*steps, Step("send", send))


def place(customer: CustomerFacts, rules: Rules, now: datetime) -> Place:
    """Where a customer is, or may be, by what the rules know."""
    told, possible = customer.time_zone, customer.possible_zones
    return place_of(told, possible, rules.brand_zone, rules.opening, now)


def foresee(candidate: Candidate, schedule: Schedule, rules: Rules, decision: Decision) -> Decision:
    """What a decision leads to when nothing new happens: looked at again whenever it is due.

    An obstacle whose end nobody knows (an open ticket, a paused schedule) is given as it is.
    """
    # Whoever waits in line has a place in it: what is free then is not known now.
    later = replace(rules, pace=UNLIMITED)
    for _ in range(MOST_LOOKS_AHEAD):
        if decision.until is None or decision.outcome in _ENDS_UNKNOWN:
            return decision
        decision = decide(candidate, schedule, later, max(decision.until, decision.at))
    return decision


def can_revive(outcome: Outcome, due_at: datetime, schedule: Schedule, now: datetime) -> bool:
    """Whether a final outcome may be looked at again because the customer has linked or agreed."""
    waiting = outcome in {Outcome.NOT_LINKED, Outcome.NO_CONSENT, Outcome.BLOCKED}
    return waiting and as_utc(now) <= schedule.patience.after(due_at)


@dataclass(frozen=True, slots=True)
class _Case:
    candidate: Candidate
    schedule: Schedule
    rules: Rules
    now: datetime
    place: Place

    @property
    def customer(self) -> CustomerFacts:
        return self.candidate.customer

    @property
    def zone(self) -> ZoneInfo:
        return self.place.zone

    @property
    def deadline(self) -> datetime:
        return self.schedule.patience.after(self.candidate.due_at, self.zone)

    @property
    def own_position(self) -> float:
        """Between 0 and 1, to spread customers who wait for the same thing."""
        return position("", self.schedule.id, self.customer.ref)

    def opens(self, moment: datetime) -> datetime:
        return self.place.next_open(moment, self.rules.opening)

    def final(self, outcome: Outcome, key: str, **args: str | int) -> Decision:
        reason = Reason(key, args)
        return Decision(self.schedule.id, outcome, reason, None, True, self.now, self.zone.key)

    def deferred(self, outcome: Outcome, ends: datetime, key: str, **args: str | int) -> Decision:
        final = self.final(outcome, key, **args)
        if ends > self.deadline:
            return final
        return replace(final, until=self.opens(max(ends, self.now)), final=False)


def _stopped(case: _Case) -> Decision | None:
    if STOP_ALL in case.customer.stopped:
        return case.final(Outcome.STOPPED, "stopped_all")
    if case.customer.stopped & {case.schedule.id, case.schedule.flow}:
        return case.final(Outcome.STOPPED, "stopped_kind")
    return None


def _refused(case: _Case) -> Decision | None:
    if case.customer.consent is False:
        return case.final(Outcome.NO_CONSENT, "consent_refused")
    return None


def _not_linked(case: _Case) -> Decision | None:
    if not case.customer.linked:
        return case.final(Outcome.NOT_LINKED, "not_linked")
    return None


def _not_agreed(case: _Case) -> Decision | None:
    if case.customer.consent is None:
        return case.final(Outcome.NO_CONSENT, "consent_not_given")
    return None


def _blocked(case: _Case) -> Decision | None:
    return case.final(Outcome.BLOCKED, "blocked") if case.customer.blocked else None


def _trigger_objects(case: _Case) -> Decision | None:
    told = Told(case.customer.events, case.customer.asked_about)
    found = objection(case.schedule, case.candidate.trigger, told, case.zone, case.now)
    if found is None or (case.candidate.reminder and found.outcome is Outcome.TOO_SOON):
        return None
    return case.final(found.outcome, found.reason.key, **found.reason.args)


def _not_in_audience(case: _Case) -> Decision | None:
    customer = case.customer
    traits = Traits(
        product=case.candidate.trigger.product,
        products=customer.products,
        tags=customer.tags,
        language=customer.language,
        stage=customer.stage,
        zone=case.zone.key,
        value=customer.value,
        complaints=customer.complaints,
    )
    reason = outside(case.schedule.audience, traits, case.now)
    return case.final(Outcome.NOT_IN_AUDIENCE, reason.key, **reason.args) if reason else None


def _too_late(case: _Case) -> Decision | None:
    """Even a candidate that waited for the morning has had its chance, and the grace besides."""
    if case.now <= case.deadline:
        return None
    last_chance = case.opens(case.deadline)
    if case.now <= case.schedule.grace.after(last_chance, case.zone):
        return None
    due = as_utc(case.candidate.due_at).isoformat()
    return case.final(Outcome.TOO_LATE, "too_late", due=due)


def _paused(case: _Case) -> Decision | None:
    if case.schedule.enabled and not case.rules.paused:
        return None
    key = "paused_by_guardrail" if case.rules.paused else "paused"
    return case.deferred(Outcome.PAUSED, case.now + LOOK_AGAIN_PAUSED, key)


def _open_ticket(case: _Case) -> Decision | None:
    if not case.customer.open_ticket:
        return None
    return case.deferred(Outcome.OPEN_TICKET, case.now + LOOK_AGAIN_TICKET, "open_ticket")


def _in_conversation(case: _Case) -> Decision | None:
    if not case.customer.in_conversation:
        return None
    again = case.now + LOOK_AGAIN_CONVERSATION
    return case.deferred(Outcome.IN_CONVERSATION, again, "in_conversation")


def _cooling_down(case: _Case) -> Decision | None:
    if case.candidate.reminder:
        return None
    return _cooling(case, case.rules.limits.cooldown, None, "cooldown") or _cooling(
        case, case.schedule.cooldown, case.schedule.id, "schedule_cooldown"
    )


def _cooling(case: _Case, cooldown: Period, schedule: str | None, key: str) -> Decision | None:
    asks = case.customer.asks
    ends = cooled_down(asks, cooldown, case.zone, schedule)
    if ends is None or ends <= case.now:
        return None
    last = max(as_utc(ask.at) for ask in asks if schedule in {None, ask.schedule})
    return case.deferred(
        Outcome.COOLING_DOWN, ends, key, last=last.isoformat(), cooldown=str(cooldown)
    )


def _capped(case: _Case) -> Decision | None:
    if case.candidate.reminder:
        return None
    general = _at_most(case, case.rules.limits, None, "capped")
    if general is not None or case.schedule.cap is None:
        return general
    return _at_most(case, case.schedule.cap, case.schedule.id, "schedule_capped")


def _at_most(case: _Case, cap: AtMost, schedule: str | None, key: str) -> Decision | None:
    ends = below_cap(case.customer.asks, cap, case.zone, case.now, schedule)
    if ends is None:
        return None
    return case.deferred(Outcome.CAPPED, ends, key, asks=cap.asks, per=str(cap.per))


def _outranked(case: _Case) -> Decision | None:
    """A schedule of higher priority goes first when it wants the same person soon.

    Soon: now, or so soon that its ask would fall into the cooldown after this one. It cannot
    hold this one up for ever: each has its own patience, and no two outrank one another.
    """
    if case.candidate.reminder:
        return None
    soon = case.rules.limits.cooldown.after(case.now, case.zone)
    wants = [
        rival
        for rival in case.customer.rivals
        if rival.priority > case.schedule.priority and as_utc(rival.look_at) < soon
    ]
    if not wants:
        return None
    first = max(wants, key=lambda rival: rival.priority)
    ends = max(as_utc(first.look_at), case.now + LOOK_AGAIN_RIVAL)
    return case.deferred(Outcome.OUTRANKED, ends, "outranked", other=first.schedule)


def _behind(case: _Case) -> Decision | None:
    """Staff have more to answer than they should."""
    return _paced(case, Outcome.BACKLOG)


def _over_budget(case: _Case) -> Decision | None:
    return _paced(case, Outcome.OVER_BUDGET)


def _paced(case: _Case, outcome: Outcome) -> Decision | None:
    """Wait in line, until the free moment or, when that is beyond the patience, a last look."""
    if case.candidate.reminder:
        return None
    pace, queued = case.rules.pace, case.candidate.queued
    wait = pace.wait(case.schedule.priority, case.now, queued=queued)
    if wait is None or wait.key != outcome.value:
        return None
    args: dict[str, str | int] = {"free": wait.until.isoformat()}
    until = wait.until
    if outcome is Outcome.BACKLOG:
        until = min(until, spread(case.now, case.own_position))
    elif until > case.deadline:
        args, until = {}, latest_look(case.now, case.deadline, case.own_position)
        if until <= case.now + SHORTEST_WAIT:
            until = case.deadline + SHORTEST_WAIT
    return case.deferred(outcome, until, wait.key, **args)


def _held_out(case: _Case) -> Decision | None:
    share = case.schedule.holdout
    held = in_holdout(case.rules.salt, case.schedule.id, case.customer.ref, share)
    if case.candidate.reminder or not held:
        return None
    return case.final(Outcome.HELD_OUT, "held_out", share=str(share))


def _quiet_hours(case: _Case) -> Decision | None:
    until = case.opens(case.now)
    if until == case.now:
        return None
    opens, closes = str(case.rules.opening.opens), str(case.rules.opening.closes)
    final = case.final(Outcome.QUIET_HOURS, "quiet_hours", opens=opens, closes=closes)
    return replace(final, until=until, final=False)


CHECKS: tuple[Callable[[_Case], Decision | None], ...] = (
    _stopped,
    _refused,
    _not_linked,
    _not_agreed,
    _blocked,
    _trigger_objects,
    _not_in_audience,
    _too_late,
    _paused,
    _open_ticket,
    _in_conversation,
    _cooling_down,
    _capped,
    _outranked,
    _quiet_hours,
    _behind,
    _over_budget,
    _held_out,
)
"""In the order in which they are asked; the module's docstring says why."""
