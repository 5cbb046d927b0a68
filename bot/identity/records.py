"""Two records that are one person: merged by an admin, and parted again.

Whoever reads keeps their rest: what was asked, when, what they stopped and how the holdout drew
for them stays with the Telegram account, whatever becomes of records.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from bot.core.work import Work
from bot.identity.accounts import OWN
from bot.identity.told import (
    PROFILE,
    changes,
    fields_told,
    is_empty,
    is_of_business,
    own_words,
    resolved,
    stored,
)
from flows.entities import Account, Alias, Consent, Customer, CustomerId, JournalLine
from flows.entities.identity import BESIDE
from flows.entities.refs import Ref, RefKind

_OWN_WORD = "own"
"""Under which it stands, at each name, which fields are its customer's own word: they stay when
a name that has told the same is parted."""
_EMPTY: Mapping[str, Any] = dict.fromkeys(PROFILE, "") | {"tags": (), "value": None}


@dataclass(frozen=True, slots=True)
class Preview:
    """What merging or parting two records would change."""

    moves: Mapping[str, int]
    """How many rows go from one record to the other, by table."""
    fills: Mapping[str, Any]
    """The fields that change of the record that stays, or that the parted one has."""
    names: tuple[str, ...]
    """The names that go from one record to the other."""


@dataclass(frozen=True, slots=True)
class Impossible(Exception):
    """Two records cannot be merged, or a name cannot be parted, for this reason (a key)."""

    why: str


# -- merging --------------------------------------------------------------------------------------


async def preview_merge(work: Work, gone: Customer, stays: Customer) -> Preview:
    """What merging `gone` into `stays` would change. Raises Impossible."""
    if gone.id == stays.id:
        raise Impossible("same")
    if stays.ref.startswith(OWN) and not gone.ref.startswith(OWN):
        raise Impossible("own")
    merged = await _merged(work, gone, stays)
    changed = {
        each.name: value
        for each in fields(Customer)
        if (value := getattr(merged, each.name)) != getattr(stays, each.name)
    }
    moves = await work.unit.customers.count_rows(gone.id)
    names = [alias.name for alias in await work.unit.customers.aliases_of(gone.id)]
    return Preview(moves, changed, (gone.ref, *names))


async def merge(work: Work, gone: Customer, stays: Customer, actor: str) -> Customer:
    """Make one record of two; the ref of the one that goes is another name from then on.

    Raises Impossible. The unit is not committed.
    """
    unit = work.unit
    await preview_merge(work, gone, stays)
    merged = await _merged(work, gone, stays)
    accounts = await unit.customers.accounts_of(gone.id)
    links = await unit.customers.links_of(gone.id)
    aliases = await unit.customers.aliases_of(gone.id)
    of_stays = await unit.customers.aliases_of(stays.id)
    kept_own = sorted(_own(stays, of_stays))
    brought: dict[str, Any] = {
        "accounts": [account.telegram_id for account in accounts],
        "links": [link.token for link in links],
        "aliases": [alias.name for alias in aliases if alias.name != gone.ref],
        "created_at": gone.created_at.isoformat(),
        _OWN_WORD: kept_own,
    }
    since = work.now.isoformat()
    told = {name: [value, since] for name, value in _own(gone, aliases).items()}
    await unit.customers.merge(gone, stays)
    for alias in (*of_stays, *aliases):
        unit.put(_beside_own(alias, stays.id, kept_own))
    own = next((alias for alias in aliases if alias.name == gone.ref), None)
    if own is None:
        unit.add(Alias(gone.ref, stays.id, work.now, told=told, brought=brought))
    else:
        kept = {**own.told, **told}
        unit.put(replace(own, customer_id=stays.id, told=kept, brought=brought))
    unit.put(merged)
    _note(work, merged, actor, "records_merged", gone.ref)
    return merged


def _own(customer: Customer, aliases: Sequence[Alias]) -> dict[str, Any]:
    """The customer's own words, also those that another name has told just so."""
    noted = {field for alias in aliases for field in alias.brought.get(_OWN_WORD, ())}
    also = {field: stored(customer, field) for field in noted}
    return own_words(customer, aliases) | {
        field: value for field, value in also.items() if not is_empty(value)
    }


def _beside_own(alias: Alias, customer_id: CustomerId, own: Sequence[str]) -> Alias:
    """A name of a customer, with which fields are this customer's own word."""
    return replace(alias, customer_id=customer_id, brought={**alias.brought, _OWN_WORD: [*own]})


async def _merged(work: Work, gone: Customer, stays: Customer) -> Customer:
    """The record that stays, with what the other has besides."""
    unit = work.unit
    theirs = await unit.customers.aliases_of(gone.id)
    ours = await unit.customers.aliases_of(stays.id)
    aliases = [*ours, *theirs]
    own = _own(gone, theirs) | _own(stays, ours)
    filled = {name: own.get(name) or resolved(aliases, name) or _EMPTY[name] for name in PROFILE}
    filled["tags"] = tuple(filled["tags"])
    decided = [each for each in (stays, gone) if each.consent is not Consent.UNASKED]
    newest = max(decided, key=_decided_at, default=stays)
    stopped_at = max(filter(None, (stays.stopped_at, gone.stopped_at)), default=None)
    return replace(
        stays,
        **filled,
        consent=newest.consent,
        consent_at=newest.consent_at,
        stopped=tuple(dict.fromkeys((*stays.stopped, *gone.stopped))),
        stopped_at=stopped_at,
        draw=await _draw(work, gone, stays),
    )


def _decided_at(customer: Customer) -> tuple[float, bool]:
    """Of two decisions the later one counts, and of two at once the refusal."""
    moment = customer.consent_at.timestamp() if customer.consent_at else 0.0
    return moment, customer.consent is Consent.REFUSED


async def _draw(work: Work, gone: Customer, stays: Customer) -> str:
    """The holdout draws as it did for whoever reads."""
    if await work.unit.customers.accounts_of(stays.id):
        return stays.draw
    if await work.unit.customers.accounts_of(gone.id):
        return gone.drawn_as
    return stays.draw


# -- parting --------------------------------------------------------------------------------------


async def preview_part(work: Work, name: str) -> tuple[Customer, Preview]:
    """Of whom a name would be parted, and what goes with it. Raises Impossible."""
    alias, whole = await _of(work, name)
    accounts, names = await _accounts(work, alias), await _names(work, alias)
    moves = {
        "events": await work.unit.customers.count_told(names, whole.id),
        "accounts": len(accounts),
        "links": len(alias.brought.get("links", ())),
    }
    profile = await _profile(work, alias, names)
    return whole, Preview(_some(moves), profile, names)


async def part(work: Work, name: str, actor: str) -> Customer:
    """Make a customer of their own of another name of somebody, with what came under it.

    What they stopped stays stopped for both. Raises Impossible. The unit is not committed.
    """
    unit = work.unit
    alias, whole = await _of(work, name)
    accounts, names = await _accounts(work, alias), await _names(work, alias)
    new = Customer(
        CustomerId(unit.new_id()),
        name,
        work.now,
        **await _profile(work, alias, names),
        consent=whole.consent if accounts else Consent.UNASKED,
        consent_at=whole.consent_at if accounts else None,
        stopped=whole.stopped,
        stopped_at=whole.stopped_at,
        draw=whole.drawn_as if accounts else "",
    )
    unit.add(new)
    for account in accounts:
        await _take_along(work, account, whole, new)
    await unit.customers.move_told(names, whole.id, new.id)
    for token in alias.brought.get("links", ()):
        link = await unit.customers.link(token)
        if link is not None and link.customer_id == whole.id:
            unit.put(replace(link, customer_id=new.id))
    await _take_back(work, alias, names, whole)
    await _part_ways(work, alias, names, whole)
    await _move_names(work, alias, names, whole, new)
    _note(work, whole, actor, "records_parted", name)
    _note(work, new, actor, "records_parted", whole.ref)
    return new


async def _of(work: Work, name: str) -> tuple[Alias, Customer]:
    alias = await work.unit.hooks.alias(name)
    whole = await work.unit.get(Customer, alias.customer_id) if alias is not None else None
    if alias is None or whole is None:
        raise Impossible("no_name")
    if whole.ref == name:
        raise Impossible("only_name")
    return alias, whole


async def _accounts(work: Work, alias: Alias) -> list[Account]:
    """The Telegram accounts that came by a merged record and are there still."""
    brought = set(alias.brought.get("accounts", ()))
    accounts = await work.unit.customers.accounts_of(alias.customer_id)
    return [account for account in accounts if account.telegram_id in brought]


async def _take_along(work: Work, account: Account, whole: Customer, new: Customer) -> None:
    """An account goes with all that was said in its chat, and with what it was asked."""
    await work.unit.customers.move_chat(account.telegram_id, whole.id, new.id)
    await work.unit.customers.move_asks(account.telegram_id, whole.id, new.id)
    work.unit.put(replace(account, customer_id=new.id))
    work.people.pop(account.telegram_id, None)


async def _part_ways(work: Work, alias: Alias, names: Sequence[str], whole: Customer) -> None:
    """What leaves by itself comes with no other name any more, wherever it is merged later."""
    gone = {"aliases": set(names)} | {
        kind: set(alias.brought.get(kind, ())) for kind in ("accounts", "links")
    }
    for other in await work.unit.customers.aliases_of(whole.id):
        if other.name in names:
            continue
        kept = {
            kind: [each for each in other.brought[kind] if each not in left]
            for kind, left in gone.items()
            if kind in other.brought
        }
        work.unit.put(replace(other, brought={**other.brought, **kept}))


async def _move_names(
    work: Work, alias: Alias, names: Sequence[str], whole: Customer, new: Customer
) -> None:
    own = sorted(fields_told(alias.told)) if is_of_business(alias.name) else []
    for name in names[1:]:
        other = await work.unit.hooks.alias(name)
        if other is not None and other.customer_id == whole.id:
            work.unit.put(_beside_own(other, new.id, own))
    if alias.tenant or ":" in alias.name:
        kept = {BESIDE: alias.brought[BESIDE]} if BESIDE in alias.brought else {}
        work.unit.put(replace(alias, customer_id=new.id, claimed=False, brought=kept))
    else:
        work.unit.delete(alias)


async def _take_back(work: Work, alias: Alias, names: Sequence[str], whole: Customer) -> None:
    """What a customer has from the parted names alone goes with them."""
    before = await work.unit.customers.aliases_of(whole.id)
    after = [each for each in before if each.name not in names]
    theirs = set(PROFILE) - set(alias.brought.get(_OWN_WORD, ()))
    fields = changes(whole, before, after, theirs)
    empty = {name: _EMPTY[name] if value is None else value for name, value in fields.items()}
    if "tags" in empty:
        empty["tags"] = tuple(empty["tags"])
    work.unit.put(replace(whole, **empty))


async def _names(work: Work, alias: Alias) -> tuple[str, ...]:
    """A name with those that it brought and are there still, and what was told beside any."""
    every = await work.unit.customers.aliases_of(alias.customer_id)
    there = {each.name for each in every}
    brought = [alias.name, *(each for each in alias.brought.get("aliases", ()) if each in there)]
    beside = [each.name for each in every if each.brought.get(BESIDE) in brought]
    return tuple(dict.fromkeys((*brought, *beside)))


async def _profile(work: Work, alias: Alias, names: Sequence[str]) -> dict[str, Any]:
    """What was told under a name, and under those that go along, as the fields of a customer."""
    every = await work.unit.customers.aliases_of(alias.customer_id)
    theirs = [each for each in every if each.name in names and each.name != alias.name]
    aliases = [*theirs, replace(alias, claimed=False)]
    told = {name: value for name in PROFILE if (value := resolved(aliases, name))}
    if is_of_business(alias.name):  # its own word goes before those of whom it had taken in
        told |= {name: value for name, value in fields_told(alias.told).items() if value}
    return {name: tuple(value) if name == "tags" else value for name, value in told.items()}


def _some(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}


def _note(work: Work, customer: Customer, actor: str, kind: str, name: str) -> None:
    subject = str(Ref(RefKind.CUSTOMER, customer.id))
    line = JournalLine(work.unit.new_id(), work.now, actor, kind, subject, {"ref": name})
    work.unit.add(line)
