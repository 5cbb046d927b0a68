"""Taking in what shops and billing systems tell: whom they mean, and whether it is news.

Their messages come twice, late and in any order. So each thing that happened has one name; what
was told of a later moment stays; and what was taken back before it was told is not told again.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import structlog

from bot.core.work import Work
from bot.data import payments, privacy, sources, tenants
from bot.data.hooks.content import ExternalEvent, WebhookContent
from bot.data.items import EventItem, read_item
from bot.data.products import product_and_more
from bot.data.registration import Taken, put_events
from bot.data.sources import News
from bot.identity.erasure import FORGOTTEN
from flows.asks.triggers import MORE
from flows.entities import Customer, Event

log = structlog.get_logger(__name__)

_LEFT_OUT = "left_out:"


class Received(StrEnum):
    """What became of a message."""

    TAKEN = "taken"
    NOTHING_NEW = "nothing_new"
    NOBODY = "nobody"
    """It is about somebody by no name, or about an order that was never told."""
    LEFT_OUT = "ignored"
    """It is about an order of a guest, who cannot be written to."""
    TEST = "test"
    """It is test data of a shop that is in use."""


async def receive(work: Work, source: str, told: WebhookContent) -> Received:
    """Take in one message of a source (`shopify:`). The unit is not committed."""
    await work.unit.customers.hold_registration()
    at_its_shop = await tenants.placed(work, source, told)
    if at_its_shop is None:
        return Received.TEST
    told = at_its_shop
    if told.is_private or told.gone:
        done = await privacy.heed(work, source, told)
        return Received.TAKEN if done else Received.NOBODY
    told = await payments.paired(work, told)
    news = await _news(work, told)
    customer = await _whose(work, source, told, news)
    if customer is None:
        return await _of_nobody(work, told, news)
    return await _take_events(work, told, news, customer)


async def _news(work: Work, told: WebhookContent) -> News:
    names = [happening.id for happening in told.happenings]
    if told.person is not None and told.person.source_ref:
        names.append(FORGOTTEN + told.person.source_ref)
    return News(told, await work.unit.hooks.marks(names))


async def _whose(work: Work, source: str, told: WebhookContent, news: News) -> Customer | None:
    if told.person is not None:
        customer = await sources.registered(work, source, told, told.person, news)
        if customer is not None:
            return customer
    known = await _event(work, told.about) if told.about else None
    return await work.unit.get(Customer, known.customer_id) if known is not None else None


async def _event(work: Work, external_id: str) -> Event | None:
    return (await work.unit.schedules.events_by_external({external_id})).get(external_id)


async def _of_nobody(work: Work, told: WebhookContent, news: News) -> Received:
    """Remember what was told of nobody: when it comes again, and what follows from it."""
    fresh = [each for each in told.happenings if news.is_news(each.id)]
    await _remember(work, told, fresh)
    if told.left_out:
        marks = {_LEFT_OUT + name: told.as_of for name in told.left_out}
        await work.unit.hooks.mark(marks, work.now)
        return Received.LEFT_OUT
    left_out = told.about and await work.unit.hooks.marks([_LEFT_OUT + told.about])
    return Received.LEFT_OUT if left_out else Received.NOBODY


# -- what happened --------------------------------------------------------------------------------


async def _take_events(
    work: Work, told: WebhookContent, news: News, customer: Customer
) -> Received:
    happenings = await payments.named(work, told, customer)
    fresh = [each for each in happenings if each.earliest or each.final or news.is_news(each.id)]
    known = await work.unit.schedules.events_by_external({each.id for each in fresh})
    name = await _told_as(work, told, customer)
    items = [
        _event_item(work, each, name, known.get(each.id))
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


async def _told_as(work: Work, told: WebhookContent, customer: Customer) -> str:
    """The name under which events are told of a customer: the source's own, where it has one."""
    if told.person is not None and told.person.source_ref:
        return told.person.source_ref
    before = await _event(work, told.about) if told.about else None
    return (before.told_as if before is not None else "") or customer.ref


def _is_worth_telling(happening: ExternalEvent, known: Event | None) -> bool:
    """What never was known need not be withdrawn; what is known better need not be told."""
    if known is None:
        return not happening.withdrawn
    return not (happening.weak and known.type != happening.type)


def _event_item(
    work: Work, happening: ExternalEvent, customer: str, known: Event | None
) -> EventItem:
    product, more = product_and_more(work.services.config, happening.lines)
    told: dict[str, Any] = {
        "id": happening.id,
        "customer": customer,
        "type": happening.type,
        "at": min(happening.at, known.at) if happening.earliest and known else happening.at,
        "period": happening.period,
        "product": product,
        "data": dict(happening.data) | ({MORE: more} if more else {}),
        "withdrawn": happening.withdrawn,
    }
    if happening.withdrawn and known is not None:
        told |= {"at": known.at, "period": known.period}
        told |= {"product": known.product, "data": dict(known.data)}
    return read_item(EventItem, told)


async def _remember(work: Work, told: WebhookContent, happenings: Sequence[ExternalEvent]) -> None:
    """Keep of which moment each thing was told, also of those that cannot be stored yet."""
    marks = {each.id: told.as_of for each in happenings if not each.weak}
    await work.unit.hooks.mark(marks, work.now)
