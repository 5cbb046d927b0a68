"""Why somebody was asked or not: what was decided, and what would be decided now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.asks.evaluation import PLANNED, Background, load_background, run_of_candidate
from bot.asks.views import why
from bot.asks.views.reasoning import ReasoningView, Verdict
from bot.asks.views.settings import called
from bot.core.rich import Rich, plain
from bot.core.work import Work
from bot.identity.erasure import is_erased
from bot.identity.time_zones import whereabouts
from flows.asks.campaigns import change_number
from flows.asks.restraint import PastAsk, counted
from flows.asks.triggers import awaited
from flows.config import Schedule
from flows.entities import (
    Candidate,
    CandidateId,
    Conversation,
    ConversationId,
    Customer,
    Event,
)
from flows.entities.refs import Ref, RefKind

SHOWN = 5
"""Candidates of one schedule that are explained, the newest ones."""
HISTORY = 10
"""Lines of the journal among which is looked for what became of accounts and link."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads: in which language, and what they know of the clock."""

    language: str
    clock: why.Clock


@dataclass(frozen=True, slots=True)
class _Known:
    customer: Customer
    events: Sequence[Event]
    candidates: Sequence[Candidate]
    talks: Mapping[ConversationId, Conversation]
    """The conversations of the customer that are still kept."""

    def latest(self, name: str) -> Event | None:
        """The newest event of a type, one that counts before any that was withdrawn."""
        found = [event for event in self.events if event.type == name]
        valid = [event for event in found if event.withdrawn_at is None]
        return next(reversed(valid or found), None)

    def latest_of(self, schedule: Schedule) -> Candidate | None:
        """The newest candidate that a schedule made of them."""
        found = (each for each in reversed(self.candidates) if each.schedule_id == schedule.id)
        return next(found, None)


async def explain(work: Work, ref: str, language: str) -> Rich:
    """The whole reasoning about one customer over every schedule, in words."""
    customer = await work.unit.customers.by_ref(ref)
    if customer is None:
        return plain(work.services.words.say(language, "why.nobody", ref=ref))
    if is_erased(customer):
        return plain(work.services.words.say(language, "why.erased"))
    known = await _known(work, customer)
    imagined = list(_imagine(work, known))
    background = await load_background(work.unit, work.services, imagined, work.now)
    accounts = await work.unit.customers.accounts_of(customer.id)
    place = whereabouts(work.services, customer, work.now)
    view = ReasoningView(work.services, language, work.now, place, _asks(known))
    subject = str(Ref(RefKind.CUSTOMER, customer.id))
    journal = await work.unit.people.history(subject, HISTORY)
    parted = any(line.kind == "account_parted" for line in journal)
    links = await work.unit.customers.links_of(customer.id)
    opened = any(link.opened_at is not None for link in links)
    text = why.heading(work.services, customer, accounts, language, opened=opened, parted=parted)
    text += f"{view.clock()}\n"
    text += why.happened(work.services, journal[::-1], place.zone, language, work.now)
    text += f"{view.limits(work.services.config.limits)}\n"
    reader = _Reader(language, why.Clock(work.now, place.zone))
    for schedule in work.services.config.schedules:
        if not schedule.archived:
            text += _about(work, background, schedule, known, imagined, reader, view)
    return text + _about_put_away(work, known, reader)


async def _known(work: Work, customer: Customer) -> _Known:
    return _Known(
        customer,
        (await work.unit.schedules.events_of([customer.id])).get(customer.id, []),
        (await work.unit.schedules.candidates_of([customer.id])).get(customer.id, []),
        {each.id: each for each in await work.unit.conversations.of_customer(customer.id)},
    )


@dataclass(frozen=True, slots=True)
class Explained:
    """What is known of one customer, and what every schedule would decide about them now."""

    events: Sequence[Event]
    candidates: Sequence[Candidate]
    verdicts: Sequence[tuple[str, Verdict]]
    """By the schedules' names, in the order in which they stand."""


async def weigh(work: Work, customer: Customer, language: str) -> Explained:
    """The same reasoning as plain parts, for a page."""
    known = await _known(work, customer)
    imagined = {each.schedule_id: each for each in _imagine(work, known)}
    background = await load_background(work.unit, work.services, list(imagined.values()), work.now)
    place = whereabouts(work.services, customer, work.now)
    view = ReasoningView(work.services, language, work.now, place, _asks(known))
    config, say = work.services.config, work.services.words.say
    found = []
    for schedule in config.schedules:
        if schedule.archived:
            continue
        now = imagined.get(schedule.id)
        if now is None:
            text = why.no_event(work.services, schedule, language).strip()
            verdict = Verdict("", (), text)
        elif now.asked_at is not None:
            verdict = Verdict("", (), say(language, "why.asked_already"))
        else:
            verdict = view.verdict(background.weigh(now, schedule), schedule)
        found.append((called(config, schedule.id, language), verdict))
    return Explained(known.events, known.candidates, found)


def _asks(known: _Known) -> list[PastAsk]:
    asks = (
        PastAsk(
            max(each.asked_at, each.delivered_at or each.asked_at),
            each.schedule_id,
            run_of_candidate(each),
        )
        for each in known.candidates
        if each.asked_at is not None
    )
    return counted(asks)


def _imagine(work: Work, known: _Known) -> Iterator[Candidate]:
    """The candidates that each schedule would consider now, because of the newest fitting event.

    A schedule that asks at fixed times would consider the customer as if one had come just now.
    """
    for schedule in work.services.config.schedules:
        if schedule.when.cron is not None:
            yield _imagine_now(work, known, schedule)
            continue
        event = known.latest(awaited(schedule.when))
        if event is None:
            continue
        real = [each for each in known.candidates if _is_of(each, schedule, event)]
        waiting = (each for each in real if each.look_at is not None and each.asked_at is None)
        imagined = Candidate(
            CandidateId(0), schedule.id, known.customer.id, event.id, work.now, work.now
        )
        yield next(waiting, real[-1] if real else imagined)


def _imagine_now(work: Work, known: _Known, schedule: Schedule) -> Candidate:
    waiting = known.latest_of(schedule)
    if waiting is not None and waiting.look_at is not None and waiting.asked_at is None:
        return waiting
    return Candidate(
        id=CandidateId(0),
        schedule_id=schedule.id,
        customer_id=known.customer.id,
        event_id=None,
        occasion=work.now.isoformat(),
        created_at=work.now,
        due_at=work.now,
    )


def _is_of(candidate: Candidate, schedule: Schedule, event: Event) -> bool:
    return candidate.schedule_id == schedule.id and candidate.event_id == event.id


def _about(
    work: Work,
    background: Background,
    schedule: Schedule,
    known: _Known,
    imagined: Sequence[Candidate],
    reader: _Reader,
    view: ReasoningView,
) -> Rich:
    text = _past(work, schedule.id, known, reader)
    now = next((each for each in imagined if each.schedule_id == schedule.id), None)
    if now is None:
        return text + why.no_event(work.services, schedule, reader.language)
    if now.asked_at is not None:
        return text + view.own_limits(schedule)
    text += view.own_limits(schedule)
    if schedule.when.cron is not None and not now.id:
        text += view.imagined()
    return text + view.weighed(background.weigh(now, schedule), schedule)


def _about_put_away(work: Work, known: _Known, reader: _Reader) -> Rich:
    """What schedules decided that ask nobody any more: archived, or not configured."""
    text = Rich()
    decided = [each for each in known.candidates if each.outcome != PLANNED]
    known = replace(known, candidates=decided)
    names = {each.schedule_id for each in decided}
    in_use = {each.id for each in work.services.config.schedules if not each.archived}
    for name in sorted(names - in_use):
        archived = work.services.config.schedule(name) is not None
        note = "why.archived" if archived else "why.removed"
        text += _past(work, name, known, reader, "" if change_number(name) else note)
    return text


def _past(work: Work, schedule_id: str, known: _Known, reader: _Reader, note: str = "") -> Rich:
    """A schedule's name, and what it decided about the customer so far."""
    name = called(work.services.config, schedule_id, reader.language)
    change = change_number(schedule_id)
    if change is not None:
        name = work.services.words.say(reader.language, "why.news", change=f"C{change}")
    text = why.schedule_name(name)
    if note:
        text += work.services.words.say(reader.language, note) + "\n"
    for candidate in [each for each in known.candidates if each.schedule_id == schedule_id][
        -SHOWN:
    ]:
        event = next((each for each in known.events if each.id == candidate.event_id), None)
        talk = known.talks.get(candidate.conversation_id) if candidate.conversation_id else None
        text += why.was_decided(
            work.services, candidate, event, talk, reader.language, reader.clock
        )
    return text
