"""Schedules: who is due when, and what is decided at the moment of sending.

`plan` looks at an event and says when to ask. `decide` looks again when that moment has come,
because everything may have changed: it goes through CHECKS in order and the first that objects
decides. The order is deliberate:

1. what the customer said or did to us (stopped, no consent, not linked, blocked);
2. whether the reason to ask still holds (what `flows.triggers` says, the audience, age);
3. whether the schedule runs (paused);
4. obstacles that pass (open ticket, conversation, cooldown, cap), which defer;
5. the hour, which always defers;
6. the holdout, last of all: a customer is held out at the very moment at which they would
   otherwise be asked, so that asked and held-out customers can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.config import Audience, Config, Limits, Schedule, Trigger
from flows.decisions import Decision, Outcome, Reason
from flows.durations import Period, as_utc
from flows.holdout import in_holdout
from flows.opening import Opening, zone_for
from flows.restraint import PastAsk, below_cap, cooled_down, next_allowed
from flows.triggers import Event, Told, awaited, due_after, objection, prevented_by

STOP_ALL = "*"
"""In `CustomerFacts.stopped`: no asks at all. Other entries are ids of schedules or flows."""

LOOK_AGAIN_TICKET = timedelta(days=1)
LOOK_AGAIN_CONVERSATION = timedelta(hours=2)
LOOK_AGAIN_PAUSED = timedelta(days=1)
"""Obstacles whose end nobody knows are looked at again after so long."""


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
    language: str | None = None
    product: str | None = None
    tags: frozenset[str] = frozenset()
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
    """A reminder of an ask already sent: neither cooldown, cap nor holdout concern it."""

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

    @classmethod
    def of(cls, config: Config, schedule: Schedule, salt: str, *, paused: bool = False) -> Rules:
        """The rules for one schedule of a configuration."""
        opening = config.asks_within(schedule)
        return cls(config.limits, opening, config.brand.time_zone, salt, paused)


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
    if event.product is not None and not _product_fits(schedule.audience, event.product):
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
    case = _Case(candidate, schedule, rules, as_utc(now))
    for check in CHECKS:
        decision = check(case)
        if decision is not None:
            return decision
    return case.final(Outcome.SEND, "send")


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

    @property
    def customer(self) -> CustomerFacts:
        return self.candidate.customer

    @property
    def zone(self) -> ZoneInfo:
        return zone_for(self.customer.time_zone, self.rules.brand_zone)

    @property
    def deadline(self) -> datetime:
        return self.schedule.patience.after(self.candidate.due_at, self.zone)

    def opens(self, moment: datetime) -> datetime:
        return next_allowed(moment, self.rules.opening, self.zone)

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
    audience, customer = case.schedule.audience, case.customer
    product = case.candidate.trigger.product or customer.product
    if not _product_fits(audience, product):
        return case.final(Outcome.NOT_IN_AUDIENCE, "other_product", product=product or "")
    if audience.tags and not customer.tags & set(audience.tags):
        return case.final(Outcome.NOT_IN_AUDIENCE, "other_tags", tags=", ".join(audience.tags))
    if audience.language and customer.language not in audience.language:
        language = customer.language or ""
        return case.final(Outcome.NOT_IN_AUDIENCE, "other_language", spoken=language)
    return None


def _product_fits(audience: Audience, product: str | None) -> bool:
    return not audience.product or product in audience.product


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
    limits = case.rules.limits
    ends = below_cap(case.customer.asks, limits, case.zone, case.now)
    if case.candidate.reminder or ends is None:
        return None
    return case.deferred(Outcome.CAPPED, ends, "capped", asks=limits.asks, per=str(limits.per))


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
    _quiet_hours,
    _held_out,
)
"""In the order in which they are asked; the module's docstring says why."""
