"""Taking in what shops and billing systems tell: whom they mean, and whether it is news.

Their messages come twice, late and in any order. So each thing that happened has one name; what
was told of a later moment stays; and what was taken back before it was told is not told again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import structlog

from bot.core.admin_notices import notify_admins_of
from bot.core.subject import TimerAction
from bot.core.work import Work
from bot.data.hooks.content import ExternalEvent, Person, WebhookContent
from bot.data.items import CustomerFields, CustomerItem, EventItem, Faulty, read_item
from bot.data.registration import Taken, put_customers, put_events
from bot.identity.erasure import forget
from flows.entities import Alias, Customer, Event, Timer
from flows.entities.kinds import TimerKind

log = structlog.get_logger(__name__)

REDACT_BATCH = 20
BY_HOOK = "hook"
"""Who asked to erase somebody, in the register: another system."""
_PROFILE, _FORGOTTEN = "profile:", "forgotten:"


class Received(StrEnum):
    """What became of a message."""

    TAKEN = "taken"
    NOTHING_NEW = "nothing_new"
    NOBODY = "nobody"
    """It is about somebody by no name, or about an order that was never told."""


@dataclass(frozen=True, slots=True)
class _News:
    """What of a message is newer than what is known."""

    told: WebhookContent
    marks: Mapping[str, datetime]

    def is_news(self, name: str) -> bool:
        return name not in self.marks or self.marks[name] <= self.told.as_of


async def receive(work: Work, told: WebhookContent) -> Received:
    """Take in one message. The unit is not committed."""
    await work.unit.customers.hold_registration()
    if told.forget or told.forget_all or told.wants_data:
        return await _mind_privacy(work, told)
    news = await _news(work, told)
    customer = await _whose(work, told, news)
    if customer is None:
        await _remember(work, told, [each for each in told.happenings if news.is_news(each.id)])
        return Received.NOBODY
    return await _take_events(work, told, news, customer)


async def _news(work: Work, told: WebhookContent) -> _News:
    names = [happening.id for happening in told.happenings]
    if told.person is not None and told.person.source_ref:
        names += [_PROFILE + told.person.source_ref, _FORGOTTEN + told.person.source_ref]
    return _News(told, await work.unit.hooks.marks(names))


# -- whom it is about -----------------------------------------------------------------------------


async def _whose(work: Work, told: WebhookContent, news: _News) -> Customer | None:
    if told.person is not None:
        customer = await _registered(work, told.person, news)
        if customer is not None:
            return customer
    return await _customer_of(work, told.about) if told.about else None


async def _customer_of(work: Work, external_id: str) -> Customer | None:
    """Whose an event is that was told before."""
    known = (await work.unit.schedules.events_by_external({external_id})).get(external_id)
    return await work.unit.get(Customer, known.customer_id) if known is not None else None


async def _registered(work: Work, person: Person, news: _News) -> Customer | None:
    """Find or register somebody; None for who was erased since, and for who has no name.

    A ref that the payer may have written opens no door: it must be a registered customer's.
    """
    unit, source, own_ref = work.unit, person.source_ref, person.own_ref
    if source and not news.is_news(_FORGOTTEN + source):
        return None
    own = await unit.customers.by_ref(own_ref) if own_ref else None
    alias = await unit.hooks.alias(source) if source else None
    known = await unit.get(Customer, alias.customer_id) if alias is not None else None
    if known is not None:
        customer = await _joined(work, known, own, person)
        return await _with_profile(work, customer, person, news)
    ref = own_ref if own_ref and person.by_business else source
    found = own or await _put(work, ref, {})
    if found is None:
        return None
    if source:
        unit.add(Alias(source, found.id, work.now))
    return await _with_profile(work, found, person, news)


async def _joined(work: Work, known: Customer, own: Customer | None, person: Person) -> Customer:
    """Make one of the customer known by the source's name and the one known by the business's.

    Only the source's own record gives way, and only while nobody is linked to it: a link is a
    door, and it does not open another customer's.
    """
    unit, own_ref = work.unit, person.own_ref
    if not own_ref or known.ref != person.source_ref or own_ref == known.ref:
        return known
    if own is None:
        if not person.by_business or _item(own_ref, {}) is None:
            return known
        renamed = replace(known, ref=own_ref)
        unit.put(renamed)
        return renamed
    if await unit.customers.accounts_of(known.id):
        log.warning("hook_not_joined", source=person.source_ref.partition(":")[0])
        return known
    await unit.customers.merge(known, own)
    return await _put(work, own.ref, _missing(own, asdict(known), person)) or own


def _missing(customer: Customer, fields: Mapping[str, Any], person: Person) -> dict[str, Any]:
    """What the business has not told about its own customer.

    Not the phone number, which is a way to link, where the payer may have named somebody
    else's ref.
    """
    names = [name for name in CustomerFields.model_fields if fields.get(name)]
    if not person.by_business and "phone" in names:
        names.remove("phone")
    return {name: fields[name] for name in names if not getattr(customer, name)}


async def _with_profile(work: Work, customer: Customer, person: Person, news: _News) -> Customer:
    """Take over what is told about somebody.

    It replaces what the source itself has told, unless that was newer. Of the business's own
    customers it fills in what is missing.
    """
    fields = dict(person.fields)
    if customer.ref != person.source_ref:
        fields = _missing(customer, fields, person)
    elif not news.is_news(_PROFILE + person.source_ref):
        return customer
    elif fields:
        await work.unit.hooks.mark({_PROFILE + person.source_ref: news.told.as_of}, work.now)
    return await _put(work, customer.ref, fields) or customer


async def _put(work: Work, ref: str, fields: Mapping[str, Any]) -> Customer | None:
    item = _item(ref, fields)
    if item is None:
        return None
    results = await put_customers(work.unit, work.services, [item], work.now)
    return results[0].customer


def _item(ref: str, fields: Mapping[str, Any]) -> CustomerItem | None:
    """An item with those of the fields that can be taken."""
    good = {name: value for name, value in fields.items() if _is_good(name, value)}
    try:
        return read_item(CustomerItem, {**good, "ref": ref})
    except Faulty:
        return None


def _is_good(name: str, value: object) -> bool:
    try:
        read_item(CustomerFields, {name: value})
    except Faulty:
        return False
    return True


# -- what happened --------------------------------------------------------------------------------


async def _take_events(
    work: Work, told: WebhookContent, news: _News, customer: Customer
) -> Received:
    fresh = [each for each in told.happenings if news.is_news(each.id)]
    known = await work.unit.schedules.events_by_external({each.id for each in fresh})
    items = [
        _event_item(each, customer, known.get(each.id))
        for each in fresh
        if _is_worth_telling(each, known.get(each.id))
    ]
    results = await put_events(work.unit, work.services, items, work.now) if items else []
    for result in results:
        if result.status is Taken.REJECTED:
            log.warning("hook_event_rejected", source=result.id.partition(":")[0])
    await _remember(work, told, fresh)
    changed = any(result.status not in (Taken.DUPLICATE, Taken.REJECTED) for result in results)
    return Received.TAKEN if changed or not told.happenings else Received.NOTHING_NEW


def _is_worth_telling(happening: ExternalEvent, known: Event | None) -> bool:
    """What never was known need not be withdrawn; what is known better need not be told."""
    if known is None:
        return not happening.withdrawn
    return not (happening.weak and known.type != happening.type)


def _event_item(happening: ExternalEvent, customer: Customer, known: Event | None) -> EventItem:
    told: dict[str, Any] = {
        "id": happening.id,
        "customer": customer.ref,
        "type": happening.type,
        "at": happening.at,
        "period": happening.period,
        "product": happening.product,
        "withdrawn": happening.withdrawn,
    }
    if happening.withdrawn and known is not None:
        told |= {"at": known.at, "period": known.period, "product": known.product}
    return read_item(EventItem, told)


async def _remember(work: Work, told: WebhookContent, happenings: Sequence[ExternalEvent]) -> None:
    """Keep of which moment each thing was told, also of those that cannot be stored yet."""
    marks = {each.id: told.as_of for each in happenings if not each.weak}
    await work.unit.hooks.mark(marks, work.now)


# -- erasing, and telling what is kept ------------------------------------------------------------


async def _mind_privacy(work: Work, told: WebhookContent) -> Received:
    if told.forget_all:
        work.unit.set_timer(Timer(TimerKind.REDACT_SOURCE, told.forget_all, work.now, {}))
        return Received.TAKEN
    name = told.forget or told.wants_data
    alias = await work.unit.hooks.alias(name)
    customer = await work.unit.get(Customer, alias.customer_id) if alias is not None else None
    if told.wants_data:
        if customer is None:
            return Received.NOBODY
        await notify_admins_of(work, "hooks.data_request", about=customer, ref=customer.ref)
        return Received.TAKEN
    if customer is not None:
        await forget(work.unit, work.services, customer, work.now, by=BY_HOOK)
    await work.unit.hooks.mark({_FORGOTTEN + name: work.now}, work.now)
    return Received.TAKEN if customer is not None else Received.NOBODY


async def redact(work: Work, timer: Timer) -> None:
    """Erase some of those who are known through one source only; of others, its name for them."""
    unit = work.unit
    aliases = await unit.hooks.aliases_beginning(timer.subject, REDACT_BATCH)
    for alias in aliases:
        customer = await unit.get(Customer, alias.customer_id)
        if customer is not None and customer.ref == alias.name:
            await forget(unit, work.services, customer, work.now, by=BY_HOOK)
        else:
            unit.delete(alias)
    if len(aliases) == REDACT_BATCH:
        unit.set_timer(timer)


TIMERS: dict[str, TimerAction] = {TimerKind.REDACT_SOURCE: redact}
