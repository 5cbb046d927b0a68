"""What is known of customers who may be asked, and what one look at them comes to.

Everything that decisions about many candidates need is loaded with a handful of queries; each
decision is then made in memory by the rules in `flows.asks.evaluation`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.asks.capacity import QUEUED, Restraint, load_restraint
from bot.asks.happened import happened_since, rule_event
from bot.core.ports import Unit
from bot.core.services import Services
from bot.identity.time_zones import possible_zones, whereabouts, zone_name
from flows.asks import candidates as rules
from flows.asks import triggers
from flows.asks.chains import at_step, run_of
from flows.asks.decisions import Decision, Outcome, Reason
from flows.asks.evaluation import Step, decide, foresee, reasoning
from flows.asks.pacing import UNLIMITED
from flows.asks.planning import plan
from flows.asks.restraint import PastAsk, reminder_due
from flows.config import Schedule
from flows.conversations import FlowState
from flows.entities import (
    Account,
    Candidate,
    CandidateId,
    Consent,
    Conversation,
    Customer,
    CustomerId,
    Event,
    EventId,
)
from flows.entities.making import made_at_once
from flows.entities.replaced import replaced
from flows.time.opening import zone_for

PLANNED, IN_DOUBT, FAILED, NO_PERIOD = "planned", "in_doubt", "failed", "no_period"
"""Outcomes beside those of `flows.asks.decisions`: not decided yet; the connection broke while it
was being sent; Telegram refused it; the event has no period, whose share or end is asked for."""

NEVER_DUE: Mapping[str, str] = {
    "other_event": Outcome.NOT_IN_AUDIENCE.value,
    "fixed_times": Outcome.NOT_IN_AUDIENCE.value,
    "other_product": Outcome.NOT_IN_AUDIENCE.value,
    "no_period": NO_PERIOD,
    "no_end": NO_PERIOD,
    "withdrawn": Outcome.WITHDRAWN.value,
    "too_late": Outcome.TOO_LATE.value,
}
"""The outcome of a candidate for whom there is no moment to ask, by the reason."""


@made_at_once
@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a candidate came to; `again` is None when the outcome is final."""

    outcome: str
    reason: Reason
    again: datetime | None
    due_at: datetime
    zone: str

    def to_json(self, now: datetime) -> dict[str, Any]:
        """Plain data for the candidate's record."""
        reason = {"key": self.reason.key, "args": dict(self.reason.args)}
        return {"reason": reason, "zone": self.zone, "at": now.isoformat()}


def reason_of(record: Mapping[str, Any]) -> Reason | None:
    """Read back the reason that `Look.to_json` wrote; None when there is none."""
    found = record.get("reason")
    return Reason(found["key"], dict(found["args"])) if found else None


def untouched(conversation: Conversation) -> bool:
    """Whether the customer has neither said nor pressed anything in it yet."""
    return FlowState.is_untouched(conversation.state)


def services_with(services: Services, schedules: Sequence[Schedule]) -> Services:
    """The services as they would be with these schedules in force."""
    config = services.config
    names = {schedule.id for schedule in schedules}
    others = (each for each in config.schedules if each.id not in names)
    changed = config.model_copy(update={"schedules": (*others, *schedules)})
    return replaced(services, config=changed)


def first_due(
    schedule: Schedule,
    trigger: triggers.Event,
    now: datetime,
    services: Services,
    zone: str,
    step: int = 0,
) -> Look:
    """When this trigger makes a schedule ask, whoever the customer is.

    `step`: which message of a chain; one that it does not have (any more) is never due.
    """
    place = zone_for(zone or None, services.config.brand.time_zone)
    own = at_step(schedule, step)
    if own is None:
        return Look(Outcome.PAUSED, Reason("no_step"), None, trigger.at, place.key)
    planned = plan(own, trigger, now, place)
    if planned.due_at is not None:
        return Look(PLANNED, planned.reason, planned.due_at, planned.due_at, place.key)
    due = datetime.fromisoformat(str(planned.reason.args.get("due", trigger.at.isoformat())))
    return Look(NEVER_DUE[planned.reason.key], planned.reason, None, due, place.key)


def new_candidate(
    unit: Unit,
    schedule: Schedule,
    reason: Event | Customer,
    look: Look,
    now: datetime,
    *,
    occasion: str = "",
    step: int = 0,
) -> Candidate:
    """The candidate that an event makes of its customer, or a fixed time of a customer."""
    event = reason if isinstance(reason, Event) else None
    return Candidate(
        id=CandidateId(unit.new_id()),
        schedule_id=schedule.id,
        informs=schedule.informs,
        customer_id=reason.id if isinstance(reason, Customer) else reason.customer_id,
        event_id=event.id if event is not None else None,
        step=step,
        occasion=occasion,
        created_at=now,
        due_at=look.due_at,
        look_at=look.again,
        outcome=look.outcome,
        reason=look.to_json(now),
        decided_at=None if look.again else now,
    )


def reminder_moment(
    services: Services, customer: Customer, delivered_at: datetime
) -> datetime | None:
    """When to remind a customer of an ask that was delivered; None when nobody is reminded."""
    zone = whereabouts(services, customer, delivered_at).zone
    return reminder_due(delivered_at, 0, services.config.limits, zone)


@dataclass(frozen=True, slots=True)
class Trace:
    """The whole reasoning about a candidate at one moment."""

    planned: Look
    """When its schedule is due, or why it never is."""
    at: datetime
    """The moment for which it was reasoned: now, or when it is due."""
    steps: tuple[Step, ...] = ()
    """The checks up to the one that decides; none when the schedule is never due."""
    foreseen: Decision | None = None
    """What is decided in the end when nothing new happens."""


@dataclass(slots=True)
class Background:
    """What is known at one moment of all the customers in question."""

    services: Services
    now: datetime
    customers: Mapping[CustomerId, Customer]
    accounts: Mapping[CustomerId, list[Account]]
    events: Mapping[EventId, Event]
    """The events because of which these candidates are considered, or others were asked."""
    later: Mapping[CustomerId, list[triggers.Event]]
    products: Mapping[CustomerId, frozenset[str]]
    """The products of customers whose triggers name none, as far as their audiences ask."""
    treated: Mapping[CustomerId, frozenset[str]]
    """The hypotheses whose change customers get, as far as their audiences ask."""
    asked_about: dict[tuple[str, CustomerId], list[EventId]]
    """The events about which schedules with a gap have asked, by schedule and customer."""
    asked: dict[CustomerId, list[Candidate]]
    with_open_ticket: frozenset[CustomerId]
    failed_again: Mapping[CustomerId, datetime]
    """When a second failure of these customers was resolved last, as far as it still counts."""
    conversations: dict[int, Conversation]
    paused: Collection[str]
    restraint: Restraint
    seen: dict[CandidateId, rules.CustomerFacts] = field(default_factory=dict, init=False)
    """What the last decision about each candidate knew of its customer."""
    _told: dict[EventId, triggers.Event] = field(default_factory=dict, init=False)
    """Events as the rules see them: each is asked for at every look at its candidates."""
    _rules: dict[str, tuple[Schedule, rules.Rules]] = field(default_factory=dict, init=False)
    """What applied to the last candidate of each schedule, by its id."""

    def trigger(self, candidate: Candidate) -> triggers.Event:
        """The event or fixed time because of which a candidate is considered."""
        if candidate.event_id is None:
            return triggers.occasion(datetime.fromisoformat(candidate.occasion))
        return self._as_told(candidate.event_id)

    def _as_told(self, event_id: EventId) -> triggers.Event:
        if event_id not in self._told:
            self._told[event_id] = rule_event(self.events[event_id], self.services.config)
        return self._told[event_id]

    def account(self, customer_id: CustomerId) -> Account | None:
        """Where asks to a customer go: the account linked last that still exists."""
        accounts = self.accounts.get(customer_id, [])
        return next((each for each in accounts if each.gone_at is None), next(iter(accounts), None))

    def conversation(self, candidate: Candidate) -> Conversation | None:
        """The conversation that was prepared for a candidate, while it goes on."""
        for account in self.accounts.get(candidate.customer_id, []):
            found = self.conversations.get(account.telegram_id)
            if found is not None and found.id == candidate.conversation_id:
                return found
        return None

    def note_ask(self, candidate: Candidate, conversation: Conversation) -> None:
        """Count an ask that was decided just now, for the decisions that follow."""
        self.note_told(candidate)
        self.conversations[conversation.chat_id] = conversation

    def note_told(self, candidate: Candidate) -> None:
        """Count what somebody is about to be told, for the decisions that follow."""
        self.asked.setdefault(candidate.customer_id, []).append(candidate)

    def facts(self, candidate: Candidate) -> rules.CustomerFacts:
        """What the rules need to know of a candidate's customer."""
        customer = self.customers[candidate.customer_id]
        account = self.account(customer.id)
        return rules.CustomerFacts(
            ref=customer.drawn_as,
            linked=account is not None,
            blocked=account is not None and (account.blocked_at or account.gone_at) is not None,
            barred=account is not None and account.barred_at is not None,
            consent=_CONSENT[customer.consent],
            consent_at=customer.consent_at,
            stopped=frozenset(customer.stopped),
            time_zone=customer.time_zone or None,
            possible_zones=possible_zones(customer),
            language=self.services.language(customer, account),
            products=self.products.get(customer.id, frozenset()),
            treated=self.treated.get(customer.id, frozenset()),
            tags=frozenset(customer.tags),
            stage=customer.stage,
            value=customer.value,
            complaints=tuple(self.restraint.complaints.get(customer.id, ())),
            rivals=self.restraint.rivals(self.services, candidate, customer, self.paused),
            asks=tuple(self._asks(candidate)),
            open_ticket=customer.id in self.with_open_ticket,
            failed_again_at=self.failed_again.get(customer.id),
            in_conversation=self._talks(candidate),
            events=tuple(self.later.get(customer.id, ())),
            asked_about=tuple(self._asked_about(candidate)),
        )

    def _asks(self, candidate: Candidate) -> Iterable[PastAsk]:
        for other in self.asked.get(candidate.customer_id, ()):
            if other.asked_at is not None and other.id != candidate.id:
                yield PastAsk(
                    max(other.asked_at, other.delivered_at or other.asked_at),
                    other.schedule_id,
                    run_of_candidate(other),
                )

    def _asked_about(self, candidate: Candidate) -> Iterable[triggers.Event]:
        for event_id in self.asked_about.get((candidate.schedule_id, candidate.customer_id), ()):
            if event_id != candidate.event_id and event_id in self.events:
                yield self._as_told(event_id)

    def _talks(self, candidate: Candidate) -> bool:
        """Whether a conversation goes on other than the one prepared for this candidate."""
        own = candidate.conversation_id
        chats = (account.telegram_id for account in self.accounts.get(candidate.customer_id, ()))
        going_on = (self.conversations.get(chat) for chat in chats)
        return any(each is not None and each.id != own for each in going_on)

    def look(self, candidate: Candidate) -> Look:
        """Whether to ask a candidate for the first time: now, later or not at all."""
        trigger = self.trigger(candidate)
        zone = zone_name(self.services, self.customers[candidate.customer_id], self.now)
        schedule = self.services.config.schedule(candidate.schedule_id)
        if schedule is None:
            return Look(Outcome.PAUSED, Reason("paused"), None, candidate.due_at, zone)
        planned = first_due(schedule, trigger, self.now, self.services, zone, candidate.step)
        too_late = planned.outcome == Outcome.TOO_LATE
        if (planned.again is None and not too_late) or planned.due_at > self.now:
            return planned
        return self._decided(candidate, schedule, planned.due_at, reminder=False)

    def weigh(self, candidate: Candidate, schedule: Schedule) -> Trace:
        """Every check that is made of a candidate, now or when its moment comes."""
        zone = zone_name(self.services, self.customers[candidate.customer_id], self.now)
        trigger = self.trigger(candidate)
        planned = first_due(schedule, trigger, self.now, self.services, zone, candidate.step)
        at = max(self.now, planned.due_at)
        if planned.again is None and planned.outcome != Outcome.TOO_LATE:
            return Trace(planned, at)
        case = self.case(candidate, planned.due_at, reminder=False)
        rule = self.rules_for(candidate, schedule)
        if at > self.now:
            rule = replaced(rule, pace=UNLIMITED)
        *fine, last = reasoning(case, schedule, rule, at)
        decision = _in_its_place(candidate, last.decision)
        foreseen = foresee(case, schedule, rule, decision)
        return Trace(planned, at, (*fine, replaced(last, decision=decision)), foreseen)

    def look_at_reminder(self, candidate: Candidate) -> Look | None:
        """Whether to remind of an unanswered ask; None when there is nothing to remind of."""
        schedule = self.services.config.schedule(candidate.schedule_id)
        conversation = self.conversation(candidate)
        if schedule is None or conversation is None or candidate.answered_at is not None:
            return None
        if candidate.delivered_at is None or not untouched(conversation):
            return None
        customer = self.customers[candidate.customer_id]
        due = reminder_moment(self.services, customer, candidate.delivered_at)
        if due is None:
            return None
        return self._decided(candidate, schedule, due, reminder=True)

    def _decided(
        self, candidate: Candidate, schedule: Schedule, due: datetime, *, reminder: bool
    ) -> Look:
        case = self.case(candidate, due, reminder=reminder)
        self.seen[candidate.id] = case.customer
        decision = decide(case, schedule, self.rules_for(candidate, schedule), self.now)
        return Look(decision.outcome.value, decision.reason, decision.until, due, decision.zone)

    def case(self, candidate: Candidate, due: datetime, *, reminder: bool) -> rules.Candidate:
        """A candidate as the rules see it."""
        trigger = self.trigger(candidate)
        queued = candidate.outcome in QUEUED
        return rules.Candidate(
            customer=self.facts(candidate),
            trigger=trigger,
            due_at=due,
            reminder=reminder,
            queued=queued,
            step=candidate.step,
            run=run_of_candidate(candidate),
        )

    def rules_for(self, candidate: Candidate, schedule: Schedule) -> rules.Rules:
        """What applies to a candidate; one who was asked has had their place in the budget."""
        pace = self.restraint.pace if candidate.asked_at is None else UNLIMITED
        known, rule = self._rules.get(schedule.id, (None, None))
        if rule is None or known is not schedule:
            paused, salt = schedule.id in self.paused, self.services.salt
            rule = rules.Rules.of(self.services.config, schedule, salt, paused=paused, pace=pace)
        elif rule.pace is not pace:
            rule = replaced(rule, pace=pace)
        self._rules[schedule.id] = schedule, rule
        return rule

    def note_decided(self, before: Candidate, after: Candidate, look: Look) -> None:
        """Count what was decided just now, for the decisions that follow."""
        if after.event_id is not None and after.outcome in _COUNT_FOR_A_GAP:
            key = (after.schedule_id, after.customer_id)
            self.asked_about.setdefault(key, []).append(after.event_id)
        schedule = self.services.config.schedule(before.schedule_id)
        if schedule is not None:
            self.restraint.note(before, after, look.reason, schedule.priority)


def run_of_candidate(candidate: Candidate) -> str:
    """What a candidate has in common with the other messages of its chain."""
    return run_of(candidate.schedule_id, candidate.event_id or candidate.occasion)


def _in_its_place(candidate: Candidate, decision: Decision) -> Decision:
    """The decision with the candidate's own place in the line, for whoever waits in one.

    The next free moment that the rules name is for somebody who comes now.
    """
    place = candidate.look_at if candidate.outcome in QUEUED else None
    waits = decision.until is not None and decision.outcome.value in QUEUED
    if not waits or place is None or place <= decision.at:
        return decision
    return replaced(decision, until=place)


_COUNT_FOR_A_GAP = frozenset({Outcome.SEND, Outcome.HELD_OUT})
_CONSENT = {Consent.UNASKED: None, Consent.GIVEN: True, Consent.REFUSED: False}


async def load_background(
    unit: Unit, services: Services, candidates: Sequence[Candidate], now: datetime
) -> Background:
    """Load what looking at these candidates needs, in as many queries for one as for many."""
    ids = {candidate.customer_id for candidate in candidates}
    asked_about = await unit.schedules.asked_about(_with_a_gap(services, candidates), ids)
    about = {each.event_id for each in candidates if each.event_id is not None}
    events = await unit.schedules.events_by_ids(about.union(*asked_about.values()))
    accounts = await unit.customers.accounts_of_many(ids)
    chats = {account.telegram_id for each in accounts.values() for account in each}
    return Background(
        services=services,
        now=now,
        customers=await unit.customers.by_ids(ids),
        accounts=accounts,
        events=events,
        later=await happened_since(unit, services.config, candidates, events, now),
        products=await _products(unit, services, candidates, events),
        treated=await _treated(unit, services, candidates),
        asked_about=asked_about,
        asked=await unit.schedules.asked_of(ids),
        with_open_ticket=frozenset(await unit.tickets.open_of(ids)),
        failed_again=await unit.tickets.failed_again_since(ids, _silent_since(services, now)),
        conversations=await unit.conversations.going_on(chats),
        paused=await unit.pauses.going_on(),
        restraint=await load_restraint(unit, services, candidates, now),
    )


def _silent_since(services: Services, now: datetime) -> datetime:
    """Since when a resolved second failure may silence; a day more, whatever the time zone."""
    return now - services.config.second_failure.silence.approximate() - timedelta(days=1)


def _with_a_gap(services: Services, candidates: Sequence[Candidate]) -> set[str]:
    """Those of the candidates' schedules that keep a gap between events."""
    names = {candidate.schedule_id for candidate in candidates}
    found = (services.config.schedule(name) for name in names)
    return {each.id for each in found if each is not None and each.when.gap is not None}


async def _treated(
    unit: Unit, services: Services, candidates: Sequence[Candidate]
) -> Mapping[CustomerId, frozenset[str]]:
    """What customers are tried on of the hypotheses that audiences ask for."""
    ids: set[CustomerId] = set()
    wanted: set[str] = set()
    for candidate in candidates:
        schedule = services.config.schedule(candidate.schedule_id)
        if schedule is not None and schedule.audience.hypothesis is not None:
            ids.add(candidate.customer_id)
            wanted.add(schedule.audience.hypothesis)
    return await unit.hypotheses.treated(ids, wanted) if wanted else {}


async def _products(
    unit: Unit,
    services: Services,
    candidates: Sequence[Candidate],
    events: Mapping[EventId, Event],
) -> Mapping[CustomerId, frozenset[str]]:
    """What customers have of the products that audiences ask for, where the trigger is silent."""
    ids: set[CustomerId] = set()
    wanted: set[str] = set()
    for candidate in candidates:
        schedule = services.config.schedule(candidate.schedule_id)
        named = candidate.event_id is not None and events[candidate.event_id].product
        if schedule is not None and schedule.audience.product and not named:
            ids.add(candidate.customer_id)
            wanted.update(schedule.audience.product)
    config = services.config
    found = await unit.schedules.products_of(ids, config.product_names(wanted))
    return {
        owner: frozenset(config.product_called(name) or name for name in names)
        for owner, names in found.items()
    }
