"""Whom a message of another system is about, and what it may change of what is known of them.

Of its own customers a system tells everything. Of the business's own it fills in what is missing,
and renews what it has filled in; of several systems the newest word counts, whatever came first.
What only a payer has said changes nothing that anybody reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from bot.core.work import Work
from bot.data.hooks.content import Person, WebhookContent
from bot.data.items import CustomerFields, CustomerItem, Faulty, read_item
from bot.data.named import adopt, note_name
from bot.data.registration import put_customers
from bot.identity.erasure import FORGOTTEN
from bot.identity.told import (
    PROFILE,
    SINGLE_TAGS,
    changes,
    fields_told,
    is_empty,
    moment,
    own_words,
)
from flows.entities import Alias, Customer

log = structlog.get_logger(__name__)

_ONE_NUMBERING = frozenset({"shopify:", "stripe:"})
"""Sources that give no number twice, whichever shop it is for."""


@dataclass(frozen=True, slots=True)
class News:
    """What of a message is newer than what is known."""

    told: WebhookContent
    marks: Mapping[str, datetime]

    def is_news(self, name: str) -> bool:
        """Whether nothing newer was told of what has this name."""
        return name not in self.marks or self.marks[name] <= self.told.as_of


async def registered(
    work: Work, source: str, told: WebhookContent, person: Person, news: News
) -> Customer | None:
    """Find or register somebody; None for who was erased since, and for who has no name.

    A ref that the payer may have written opens no door: it must be a registered customer's.
    """
    unit, name = work.unit, person.source_ref
    if name and not news.is_news(FORGOTTEN + name):
        return None
    own = await unit.customers.by_ref(person.own_ref) if person.own_ref else None
    if not name:
        return own or (await _put(work, person.own_ref, {}) if person.by_business else None)
    alias = await _alias(work, source, told, person)
    if alias is None:
        alias = await _named(work, told, person, own)
        if alias is None:
            return None
    else:
        alias = await _joined(work, alias, own, person)
    customer = await _with_profile(work, alias, person, told.as_of)
    if customer is not None and person.mail and not alias.claimed:
        holder = await unit.customers.by_ref(person.mail)
        beside = {"beside": name, "tenant": told.tenant}
        await note_name(unit, person.mail, customer, holder, work.now, **beside)
    return customer


async def _alias(work: Work, source: str, told: WebhookContent, person: Person) -> Alias | None:
    """The name under which a source knows somebody, as it stands in the tables.

    Somebody who was told before shops were told apart has the short name still.
    """
    alias = await work.unit.hooks.alias(person.source_ref)
    if alias is None and told.tenant and source in _ONE_NUMBERING:
        short = await work.unit.hooks.alias(source + person.source_ref.rpartition(":")[2])
        if short is not None and short.tenant in ("", told.tenant):
            alias = Alias(person.source_ref, short.customer_id, work.now, told=short.told)
            work.unit.add(alias)
    if alias is not None and told.tenant and alias.tenant != told.tenant:
        alias = replace(alias, tenant=told.tenant)
        work.unit.put(alias)
    return alias


async def _named(
    work: Work, told: WebhookContent, person: Person, own: Customer | None
) -> Alias | None:
    """Note a name that is heard for the first time, with the customer whose it is."""
    ref = person.own_ref if person.own_ref and person.by_business else person.source_ref
    found = own or await _known_by_mail(work, person, ref) or await _put(work, ref, {})
    if found is None:
        return None
    claimed = not person.by_business and found.ref != person.source_ref
    alias = Alias(person.source_ref, found.id, work.now, told.tenant, claimed)
    work.unit.add(alias)
    return alias


async def _known_by_mail(work: Work, person: Person, ref: str) -> Customer | None:
    """The record that a list of orders has made of somebody by their address, under this ref."""
    if not person.mail or _item(ref, {}) is None:
        return None
    found = await work.unit.customers.by_ref(person.mail)
    return await adopt(work.unit, found, person.mail, ref, work.now) if found else None


async def _joined(work: Work, alias: Alias, own: Customer | None, person: Person) -> Alias:
    """Make one of the customer known by the source's name and the one known by the business's.

    Only the source's own record gives way, and only while nobody is linked to it: a link is a
    door, and it does not open another customer's.
    """
    unit, own_ref = work.unit, person.own_ref
    known = await unit.get(Customer, alias.customer_id)
    if known is None or not own_ref:
        return alias
    if own is not None and own.id == known.id:
        return _confirmed(work, alias, person)
    if known.ref != alias.name:
        return await _put_right(work, alias, known, person)
    if own is None:
        if person.by_business and _item(own_ref, {}) is not None:
            unit.put(replace(known, ref=own_ref, draw=known.drawn_as))
        return alias
    if await unit.customers.accounts_of(known.id):
        log.warning("hook_not_joined", source=alias.name.partition(":")[0])
        return alias
    before = own_words(known, await unit.customers.aliases_of(known.id))
    await unit.customers.merge(known, own)
    since = alias.since.isoformat()
    told = {name: [value, since] for name, value in before.items()} | dict(alias.told)
    joined = replace(alias, customer_id=own.id, claimed=not person.by_business, told=told)
    unit.put(joined)
    return joined


def _confirmed(work: Work, alias: Alias, person: Person) -> Alias:
    """What a payer has said is so once the business says it too."""
    if not (alias.claimed and person.by_business):
        return alias
    sure = replace(alias, claimed=False)
    work.unit.put(sure)
    return sure


async def _put_right(work: Work, alias: Alias, known: Customer, person: Person) -> Alias:
    """Give a name that only a payer has given to somebody to whom the business gives it."""
    if not (alias.claimed and person.by_business):
        return alias
    owner = await _put(work, person.own_ref, {})
    if owner is None:
        return alias
    await work.unit.customers.move_told({alias.name}, known.id, owner.id)
    right = replace(alias, customer_id=owner.id, claimed=False)
    work.unit.put(right)
    return right


# -- what is known of them ------------------------------------------------------------------------


async def _with_profile(
    work: Work, alias: Alias, person: Person, as_of: datetime
) -> Customer | None:
    """Take over what is told about somebody, field by field, unless something newer was told."""
    customer = await work.unit.get(Customer, alias.customer_id)
    if customer is None:
        return None
    fresh = {
        name: kept
        for name, value in person.fields.items()
        if (kept := _stored(name, value)) is not None and _is_newer(alias, name, as_of)
    }
    told = dict(alias.told) | {name: [value, as_of.isoformat()] for name, value in fresh.items()}
    if person.tags_added or person.tags_removed:
        told[SINGLE_TAGS] = _single_tags(alias, person, as_of)
    after = replace(alias, told=told)
    if told != alias.told:
        work.unit.put(after)
    fields = {} if alias.claimed else await _changes(work, customer, alias, after)
    return await _put(work, customer.ref, fields) or customer


async def _changes(work: Work, customer: Customer, before: Alias, after: Alias) -> dict[str, Any]:
    """The fields of a customer that what a source has told makes otherwise.

    What a source tells anew of its own record counts, whoever else has put a word there.
    """
    every = await work.unit.customers.aliases_of(customer.id)
    others = [each for each in every if each.name != after.name]
    found = changes(customer, [*others, before], [*others, after], PROFILE)
    if is_own_record(customer, after):
        own, earlier = own_words(customer, [*others, before]), fields_told(before.told)
        for name, value in fields_told(after.told).items():
            if name in own and value not in (own[name], earlier.get(name)):
                found[name] = None if is_empty(value) else value
    return found


async def take_back(work: Work, customer: Customer, alias: Alias) -> None:
    """Take from a customer what they have from one name alone."""
    every = await work.unit.customers.aliases_of(customer.id)
    others = [each for each in every if each.name != alias.name]
    theirs = fields_told(alias.told) if not alias.claimed else {}
    fields = changes(customer, [*others, alias], others, theirs)
    if fields:
        await _put(work, customer.ref, fields)


def _is_newer(alias: Alias, name: str, as_of: datetime) -> bool:
    before = alias.told.get(name)
    return before is None or moment(before[1]) <= as_of


def _single_tags(alias: Alias, person: Person, as_of: datetime) -> list[Any]:
    """Which single tags were put on or taken off, and when; of each the newest word counts."""
    single = dict(alias.told.get(SINGLE_TAGS, [{}])[0])
    for there, tags in ((True, person.tags_added), (False, person.tags_removed)):
        for tag in tags:
            if tag not in single or moment(single[tag][1]) <= as_of:
                single[tag] = [there, as_of.isoformat()]
    return [single, as_of.isoformat()]


def is_own_record(customer: Customer, alias: Alias) -> bool:
    """Whether a customer is known through this name alone, also by the short form of it."""
    source, _, _ = alias.name.partition(":")
    return customer.ref in (alias.name, f"{source}:{alias.name.rpartition(':')[2]}")


def _stored(name: str, value: object) -> Any:
    """A field as it is stored, empty where it is told to be; None: it cannot be taken."""
    try:
        item = read_item(CustomerFields, {name: value})
    except Faulty:
        return None
    found = getattr(item, name)
    if found is None:
        return [] if name == "tags" else ""
    return list(found) if isinstance(found, tuple) else found


async def _put(work: Work, ref: str, fields: Mapping[str, Any]) -> Customer | None:
    item = _item(ref, fields)
    if item is None:
        return None
    results = await put_customers(work.unit, work.services, [item], work.now)
    return results[0].customer


def _item(ref: str, fields: Mapping[str, Any]) -> CustomerItem | None:
    try:
        return read_item(CustomerItem, {**fields, "ref": ref})
    except Faulty:
        return None
