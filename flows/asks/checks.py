"""The checks that are made before somebody is asked, in the order of CHECKS.

The first that objects decides. The order is deliberate:

1. what the customer said or did to us (stopped, no consent, not linked, blocked), or staff to
   them (barred);
2. whether the reason to ask still holds (what `flows.asks.triggers` says, the next message of a
   chain, the audience, age);
3. whether the schedule runs (paused);
4. obstacles that pass (open ticket, a second failure that was resolved lately, conversation, a
   fresh consent, cooldown, cap, a schedule that goes first), which defer;
5. the hour, which always defers;
6. what can be asked and answered over everybody (the backlog of staff, the daily budget);
7. the holdout, last of all: a customer is held out at the very moment at which they would
   otherwise be asked, so that asked and held-out customers can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.asks.audience import Traits, outside
from flows.asks.candidates import STOP_ALL, Candidate, CustomerFacts, Rules
from flows.asks.chains import overtaken_at
from flows.asks.decisions import Decision, Outcome, Reason
from flows.asks.holdout import in_holdout, in_holdout_of_all, position
from flows.asks.pacing import latest_look, spread
from flows.asks.restraint import AtMost, PastAsk, below_cap, cooled_down, counted
from flows.asks.triggers import Told, objection
from flows.config import Schedule
from flows.entities.making import made_at_once
from flows.entities.replaced import replaced
from flows.time.durations import Period, as_utc
from flows.time.places import Place

LOOK_AGAIN_TICKET = timedelta(days=1)
LOOK_AGAIN_CONVERSATION = timedelta(hours=2)
LOOK_AGAIN_PAUSED = timedelta(days=1)
LOOK_AGAIN_RIVAL = timedelta(minutes=10)
"""Obstacles whose end nobody knows are looked at again after so long."""
HELD_OUT_OF_ALL = "held_out_of_all"
"""The reason for whom no schedule asks."""
SHORTEST_WAIT = timedelta(minutes=10)
"""Whoever would wait in line for less before the patience ends has had the last look."""


@made_at_once
@dataclass(frozen=True, slots=True)
class Case:
    """One candidate at one moment, with the rules that apply to it."""

    candidate: Candidate
    schedule: Schedule
    rules: Rules
    now: datetime
    place: Place

    @property
    def customer(self) -> CustomerFacts:
        """Whom it is about."""
        return self.candidate.customer

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that counts: the customer's, else the brand's."""
        return self.place.zone

    @property
    def deadline(self) -> datetime:
        """When the schedule's patience ends."""
        return self.schedule.patience.after(self.candidate.due_at, self.zone)

    @property
    def asks(self) -> Sequence[PastAsk]:
        """The asks that limit this one: not those of the chain that it belongs to."""
        return counted(self.customer.asks, self.candidate.run)

    @property
    def own_position(self) -> float:
        """Between 0 and 1, to spread customers who wait for the same thing."""
        return position("", self.schedule.id, self.customer.ref)

    def opens(self, moment: datetime) -> datetime:
        """The first moment from this one on at which the customer may be asked."""
        return self.place.next_open(moment, self.rules.opening)

    def final(self, outcome: Outcome, key: str, **args: str | int) -> Decision:
        """The candidate is done with."""
        reason = Reason(key, args)
        return Decision(self.schedule.id, outcome, reason, None, True, self.now, self.zone.key)

    def deferred(self, outcome: Outcome, ends: datetime, key: str, **args: str | int) -> Decision:
        """Look again when the obstacle ends, or not at all when that is beyond the patience."""
        final = self.final(outcome, key, **args)
        if ends > self.deadline:
            return final
        return replaced(final, until=self.opens(max(ends, self.now)), final=False)


def _stopped(case: Case) -> Decision | None:
    if STOP_ALL in case.customer.stopped:
        return case.final(Outcome.STOPPED, "stopped_all")
    if case.customer.stopped & {case.schedule.id, case.schedule.stopped_as}:
        return case.final(Outcome.STOPPED, "stopped_kind")
    return None


def _refused(case: Case) -> Decision | None:
    if case.customer.consent is False:
        return case.final(Outcome.NO_CONSENT, "consent_refused")
    return None


def _not_linked(case: Case) -> Decision | None:
    if not case.customer.linked:
        return case.final(Outcome.NOT_LINKED, "not_linked")
    return None


def _not_agreed(case: Case) -> Decision | None:
    if case.customer.consent is None:
        return case.final(Outcome.NO_CONSENT, "consent_not_given")
    return None


def _blocked(case: Case) -> Decision | None:
    return case.final(Outcome.BLOCKED, "blocked") if case.customer.blocked else None


def _barred(case: Case) -> Decision | None:
    return case.final(Outcome.BLOCKED, "barred") if case.customer.barred else None


def _trigger_objects(case: Case) -> Decision | None:
    told = Told(case.customer.events, case.customer.asked_about)
    found = objection(case.schedule, case.candidate.trigger, told, case.zone, case.now)
    if found is None or (case.candidate.reminder and found.outcome is Outcome.TOO_SOON):
        return None
    return case.final(found.outcome, found.reason.key, **found.reason.args)


def _overtaken(case: Case) -> Decision | None:
    """The next message of the chain is due: nobody reads an old one after it."""
    candidate = case.candidate
    ends = overtaken_at(case.schedule, candidate.step, candidate.trigger.at, case.zone)
    return case.final(Outcome.TOO_LATE, "overtaken") if ends and ends <= case.now else None


def _not_in_audience(case: Case) -> Decision | None:
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
    if reason is not None:
        return case.final(Outcome.NOT_IN_AUDIENCE, reason.key, **reason.args)
    tried = case.schedule.audience.hypothesis
    if tried is None or tried in customer.treated:
        return None
    return case.final(Outcome.NOT_IN_AUDIENCE, "not_treated", hypothesis=tried)


def _too_late(case: Case) -> Decision | None:
    """Even a candidate that waited for the morning has had its chance, and the grace besides."""
    if case.now <= case.deadline:
        return None
    last_chance = case.opens(case.deadline)
    if case.now <= case.schedule.grace.after(last_chance, case.zone):
        return None
    due = as_utc(case.candidate.due_at).isoformat()
    return case.final(Outcome.TOO_LATE, "too_late", due=due)


def _paused(case: Case) -> Decision | None:
    if case.schedule.enabled and not case.rules.paused:
        return None
    key = "paused_by_guardrail" if case.rules.paused else "paused"
    return case.deferred(Outcome.PAUSED, case.now + LOOK_AGAIN_PAUSED, key)


def _open_ticket(case: Case) -> Decision | None:
    if not case.customer.open_ticket:
        return None
    return case.deferred(Outcome.OPEN_TICKET, case.now + LOOK_AGAIN_TICKET, "open_ticket")


def _after_failure(case: Case) -> Decision | None:
    """Whom a fix did not help, or it happened to again, is left in peace for a time afterwards."""
    resolved, silence = case.customer.failed_again_at, case.rules.silence
    if resolved is None:
        return None
    ends = silence.after(resolved, case.zone)
    if ends <= case.now:
        return None
    last = as_utc(resolved).isoformat()
    return case.deferred(
        Outcome.AFTER_FAILURE, ends, "after_failure", last=last, silence=str(silence)
    )


def _in_conversation(case: Case) -> Decision | None:
    if not case.customer.in_conversation:
        return None
    again = case.now + LOOK_AGAIN_CONVERSATION
    return case.deferred(Outcome.IN_CONVERSATION, again, "in_conversation")


def _cooling_down(case: Case) -> Decision | None:
    if case.candidate.reminder:
        return None
    return (
        _just_agreed(case)
        or _cooling(case, case.rules.limits.cooldown, None, "cooldown")
        or _cooling(case, case.schedule.cooldown, case.schedule.id, "schedule_cooldown")
    )


def _just_agreed(case: Case) -> Decision | None:
    """To be asked at once would make a trap of a permission."""
    agreed, grace = case.customer.consent_at, case.rules.limits.after_consent
    if agreed is None:
        return None
    ends = grace.after(agreed, case.zone)
    if ends <= case.now:
        return None
    at = as_utc(agreed).isoformat()
    return case.deferred(
        Outcome.COOLING_DOWN, ends, "just_agreed", agreed=at, after_consent=str(grace)
    )


def _cooling(case: Case, cooldown: Period, schedule: str | None, key: str) -> Decision | None:
    asks = case.asks
    ends = cooled_down(asks, cooldown, case.zone, schedule)
    if ends is None or ends <= case.now:
        return None
    last = max(as_utc(ask.at) for ask in asks if schedule in {None, ask.schedule})
    return case.deferred(
        Outcome.COOLING_DOWN, ends, key, last=last.isoformat(), cooldown=str(cooldown)
    )


def _capped(case: Case) -> Decision | None:
    if case.candidate.reminder:
        return None
    general = _at_most(case, case.rules.limits, None, "capped")
    if general is not None or case.schedule.cap is None:
        return general
    return _at_most(case, case.schedule.cap, case.schedule.id, "schedule_capped")


def _at_most(case: Case, cap: AtMost, schedule: str | None, key: str) -> Decision | None:
    ends = below_cap(case.asks, cap, case.zone, case.now, schedule)
    if ends is None:
        return None
    return case.deferred(Outcome.CAPPED, ends, key, asks=cap.asks, per=str(cap.per))


def _outranked(case: Case) -> Decision | None:
    """A schedule of higher priority goes first when it wants the same person soon.

    Soon: now, or so soon that its ask would fall into the cooldown after this one. It cannot
    hold this one up for ever: each has its own patience, and no two outrank one another.
    """
    if case.candidate.reminder or not case.customer.rivals:
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


def _behind(case: Case) -> Decision | None:
    """Staff have more to answer than they should."""
    return _paced(case, Outcome.BACKLOG)


def _over_budget(case: Case) -> Decision | None:
    return _paced(case, Outcome.OVER_BUDGET)


def _paced(case: Case, outcome: Outcome) -> Decision | None:
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


def _held_out(case: Case) -> Decision | None:
    if case.candidate.reminder:
        return None
    of_all = case.rules.of_all
    if in_holdout_of_all(case.rules.salt, case.customer.ref, of_all):
        return case.final(Outcome.HELD_OUT, HELD_OUT_OF_ALL, share=str(of_all))
    share = case.schedule.holdout
    held = in_holdout(case.rules.salt, case.schedule.id, case.customer.ref, share)
    if not held:
        return None
    return case.final(Outcome.HELD_OUT, "held_out", share=str(share))


def _quiet_hours(case: Case) -> Decision | None:
    until = case.opens(case.now)
    if until == case.now:
        return None
    opens, closes = str(case.rules.opening.opens), str(case.rules.opening.closes)
    final = case.final(Outcome.QUIET_HOURS, "quiet_hours", opens=opens, closes=closes)
    return replaced(final, until=until, final=False)


CHECKS: tuple[Callable[[Case], Decision | None], ...] = (
    _stopped,
    _refused,
    _not_linked,
    _not_agreed,
    _blocked,
    _barred,
    _trigger_objects,
    _overtaken,
    _not_in_audience,
    _too_late,
    _paused,
    _open_ticket,
    _after_failure,
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
