"""The answer to `/why`: what was decided about one customer, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.asks.evaluation import FAILED, IN_DOUBT, PLANNED, reason_of
from bot.asks.views.reasoning import worded
from bot.asks.views.settings import called
from bot.core.rich import Rich, bold, clipped
from bot.core.services import Services
from bot.core.titles import event_title
from bot.identity.accounts import OWN
from bot.identity.ask_kinds import labelled
from flows.asks.campaigns import KIND as CHANGE_NEWS
from flows.asks.candidates import STOP_ALL
from flows.asks.decisions import Outcome, Reason
from flows.asks.explanations import format_moment
from flows.asks.triggers import awaited
from flows.config import INFORM, Schedule
from flows.conversations import FlowState
from flows.entities import (
    Account,
    Candidate,
    Consent,
    Conversation,
    Customer,
    Event,
    JournalLine,
)
from flows.time.opening import zone_for

_ERROR_LIMIT = 200
_UNANSWERED = {"stopped": "why.unanswered_stopped", "abandoned": "why.unanswered_over"}
"""What is said of a question without an answer, by how its conversation ended."""
HAPPENED = frozenset(
    {
        "account_connected",
        "account_waits",
        "account_refused",
        "account_parted",
        "link_renewed",
        "link_revoked",
        "records_merged",
        "records_parted",
    }
)
"""Kinds of the journal's lines that are told of a customer."""


def heading(
    services: Services,
    customer: Customer,
    accounts: Sequence[Account],
    language: str,
    *,
    opened: bool,
    parted: bool,
) -> Rich:
    """Who it is, and what holds for every schedule: link, consent, stop.

    `opened`: they came by a personal link; `parted`: an account was taken off them.
    """
    came = _came(customer, opened=opened)
    facts = [_reached(came, accounts, parted=parted), _consent(customer, accounts)]
    if customer.stopped:
        facts.append("why.stopped_all" if STOP_ALL in customer.stopped else "why.stopped_some")
    say = services.words.say
    values = {"kinds": say(language, "why.and").join(_stopped(services, customer, language))}
    sentences = [say(language, key, **values) for key in facts]
    name = clipped(customer.name, 60)
    return bold(f"{customer.ref} {name}".strip()) + "\n" + "\n".join(sentences) + "\n"


def _came(customer: Customer, *, opened: bool) -> str:
    """How somebody came: on their own, by a link, or as one whom the business knows otherwise."""
    if customer.ref.startswith(OWN):
        return "why.by_themselves"
    return "why.linked" if opened else "why.connected"


def _reached(came: str, accounts: Sequence[Account], *, parted: bool) -> str:
    if not accounts:
        return "why.not_linked_any_more" if parted else "why.not_linked"
    blocked = all(each.blocked_at or each.gone_at for each in accounts)
    return f"{came}_blocked" if blocked else came


def _consent(customer: Customer, accounts: Sequence[Account]) -> str:
    """Whoever was connected was asked in the greeting, and has not pressed anything yet.

    Whoever came by themselves was greeted only if they pressed "start" before they wrote.
    """
    if customer.consent is Consent.UNASKED and accounts:
        own = customer.ref.startswith(OWN)
        return "why.consent_not_given" if own else "why.consent_unanswered"
    return f"why.consent_{customer.consent.value}"


def _stopped(services: Services, customer: Customer, language: str) -> list[str]:
    """What was stopped, as the customer read it; schedules by the names that admins know."""
    kinds = {*services.flows.names(), CHANGE_NEWS, INFORM}
    return [
        label if kind in kinds else called(services.config, kind, language)
        for kind, label in labelled(services, customer.stopped, language)
    ]


def happened(
    services: Services, lines: Sequence[JournalLine], zone: ZoneInfo, language: str, now: datetime
) -> str:
    """What became of a customer's accounts and link, a line each."""
    say = services.words.say
    return "".join(
        _line(
            services,
            language,
            say(language, f"why.{line.kind}"),
            format_moment(line.at, language, zone, now, zone),
        )
        for line in lines
        if line.kind in HAPPENED
    )


def _line(services: Services, language: str, became: str, *what: str) -> str:
    say = services.words.say
    if not what:
        return f"• {became}\n"
    shown = say(language, "why.and").join(what)
    return "• " + say(language, "why.line", what=shown, became=became) + "\n"


def schedule_name(name: str) -> Rich:
    """The line that begins what is said of one schedule."""
    return "\n" + bold(name) + "\n"


def no_event(services: Services, schedule: Schedule, language: str) -> str:
    """There was never an event that this schedule waits for."""
    kind = event_title(services.words, services.config, language, awaited(schedule.when))
    return services.words.say(language, "why.no_event", event=kind) + "\n"


@dataclass(frozen=True, slots=True)
class Clock:
    """When it is asked, and the customer's time zone, of which the reader has been told."""

    now: datetime
    here: ZoneInfo


def was_decided(
    services: Services,
    candidate: Candidate,
    event: Event | None,
    talk: Conversation | None,
    language: str,
    clock: Clock,
) -> str:
    """One line on a candidate: which event, and what came of it."""
    zone = _zone(services, candidate)
    became = _became(services, candidate, talk, language, zone, clock)
    if candidate.step:
        n = candidate.step + 1
        became = services.words.say(language, "informing.why_step", n=n, became=became)
    if event is None and not candidate.occasion:
        return _line(services, language, became)
    moment = datetime.fromisoformat(candidate.occasion) if event is None else event.at
    at = format_moment(moment, language, zone, clock.now, clock.here)
    return _line(
        services, language, became, *([_title(services, language, event)] if event else []), at
    )


def _title(services: Services, language: str, event: Event) -> str:
    return event_title(services.words, services.config, language, event.type)


def _became(
    services: Services,
    candidate: Candidate,
    talk: Conversation | None,
    language: str,
    zone: ZoneInfo,
    clock: Clock,
) -> str:
    say = services.words.say
    if candidate.outcome == IN_DOUBT:
        return say(language, "why.in_doubt")
    if candidate.outcome == FAILED:
        error = clipped(str(candidate.reason.get("error", "")), _ERROR_LIMIT)
        return say(language, "why.failed", error=error)
    if candidate.outcome == Outcome.SEND:
        return _asked(services, candidate, talk, language, zone, clock)
    reason = reason_of(candidate.reason) or Reason(PLANNED, {"due": candidate.due_at.isoformat()})
    if candidate.outcome == PLANNED:
        reason = Reason(PLANNED, {"due": candidate.due_at.isoformat()})
    if candidate.outcome == Outcome.BLOCKED:
        reason = Reason("blocked")
    if candidate.outcome == Outcome.IN_CONVERSATION and reason.key == "send":
        reason = Reason("in_conversation")
    return _not_asked(services, reason, candidate.look_at, language, zone, clock)


def _asked(
    services: Services,
    candidate: Candidate,
    talk: Conversation | None,
    language: str,
    zone: ZoneInfo,
    clock: Clock,
) -> str:
    say = services.words.say
    if candidate.delivered_at is None:
        return say(language, "why.on_its_way")
    if candidate.informs:
        at = format_moment(candidate.delivered_at, language, zone, clock.now, clock.here)
        return say(language, "informing.why_told", at=at)
    asked = "why.asked_variant" if candidate.variant else "why.asked"
    moments = [(asked, candidate.delivered_at)]
    if candidate.reminded_at:
        moments.append(("why.reminded", candidate.reminded_at))
    if candidate.answered_at:
        moments.append(("why.answered", candidate.answered_at))
    until = FlowState.from_json(talk.state).until if talk else None
    if until is not None:
        moments.append(("why.put_off", until))
    name = candidate.variant
    parts = [
        say(language, key, at=shown, variant=name)
        for key, at in moments
        for shown in [format_moment(at, language, zone, clock.now, clock.here)]
    ]
    if not candidate.answered_at and until is None:
        parts.append(say(language, _UNANSWERED.get(talk.status if talk else "", "why.unanswered")))
    return say(language, "why.and").join(parts)


def _not_asked(
    services: Services,
    reason: Reason,
    again: datetime | None,
    language: str,
    zone: ZoneInfo,
    clock: Clock,
) -> str:
    words = worded(services, reason, language, zone, clock.now, clock.here)
    if reason.key == PLANNED:
        return words
    if again is None:
        return services.words.say(language, "why.not_asked", reason=words)
    until = format_moment(again, language, zone, clock.now, clock.here)
    return services.words.say(language, "why.not_yet", reason=words, until=until)


def _zone(services: Services, candidate: Candidate) -> ZoneInfo:
    return zone_for(str(candidate.reason.get("zone", "")), services.config.brand.time_zone)
