"""What has happened to customers, as the rules for asks see it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.core.ports import Unit
from flows.asks import triggers
from flows.config import COMPLAINT, Config
from flows.entities import Candidate, CustomerId, Event, EventId
from flows.time.durations import Period


def rule_event(event: Event, config: Config) -> triggers.Event:
    """An event as the rules see it; a period that cannot be read counts as none.

    A product that the configuration knows by another name is called by its id.
    """
    try:
        period = Period.parse(event.period)
    except ValueError:
        period = None
    return triggers.Event(
        type=event.type,
        at=event.at,
        id=event.external_id,
        period=period,
        product=config.product_called(event.product) or event.product or None,
        withdrawn=event.withdrawn_at is not None,
        more=more if isinstance(more := event.data.get(triggers.MORE), int) and more > 0 else 0,
    )


async def happened_since(
    unit: Unit,
    config: Config,
    candidates: Sequence[Candidate],
    events: Mapping[EventId, Event],
    now: datetime,
) -> dict[CustomerId, list[triggers.Event]]:
    """What happened since the candidates' triggers and may speak against asking, by customer."""
    ids = {candidate.customer_id for candidate in candidates}
    since = min(
        (
            events[each.event_id].at
            if each.event_id is not None
            else datetime.fromisoformat(each.occasion)
            for each in candidates
        ),
        default=now,
    )
    schedules = config.schedules
    types = {name for schedule in schedules for name in schedule.needs_silence_of}
    types |= {schedule.when.silence for schedule in schedules if schedule.when.silence}
    told = await unit.schedules.events_since(ids, since, types)
    later = {key: [rule_event(event, config) for event in found] for key, found in told.items()}
    if triggers.CONTACT in types:
        contacts = await unit.conversations.contacts(ids, since)
        _add(later, triggers.CONTACT, contacts)
    if COMPLAINT in types and any(_heeds_complaints(config, each) for each in candidates):
        _add(later, COMPLAINT, await unit.tickets.opened_since(ids, since))
    return later


def _add(
    later: dict[CustomerId, list[triggers.Event]],
    kind: str,
    found: Mapping[CustomerId, Sequence[datetime]],
) -> None:
    """Add events of a type that stands for what customers did, by the moments of it."""
    for customer_id, moments in found.items():
        made = [triggers.Event(kind, at) for at in moments]
        later.setdefault(customer_id, []).extend(made)


def _heeds_complaints(config: Config, candidate: Candidate) -> bool:
    schedule = config.schedule(candidate.schedule_id)
    return schedule is not None and COMPLAINT in schedule.needs_silence_of
