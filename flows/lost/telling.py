"""Telling everybody who asked for something that it is here: held back, told once, closed.

Pure. As with changes, nothing is different while it is held.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flows.changes.telling import HELD_BACK, SHIP, Held, may_call_off
from flows.entities import LostSale, MissedItem
from flows.entities.kinds import Role
from flows.entities.lifecycle import Person, Refusal


def hold(
    item: MissedItem, by: Person, now: datetime, people: int, group_chat_id: int
) -> MissedItem | Refusal:
    """The item when its people are to be told in a moment; else why not.

    `people`: how many would be told.
    """
    why = may_not_be_told(item)
    if why is not None:
        return why
    if not people:
        return Refusal("nobody")
    held = Held(SHIP, by, now + HELD_BACK, people)
    return replace(item, held=held.to_json(), group_chat_id=group_chat_id)


def may_not_be_told(item: MissedItem) -> Refusal | None:
    """Why nobody can be told of an item now; None: they can."""
    if item.into_id is not None:
        return Refusal("joined")
    if item.here_at is not None:
        return Refusal("told")
    return Refusal("held") if item.held else None


def call_off(item: MissedItem, by: Person, role: Role | None) -> MissedItem | Refusal:
    """The item as it was before it was held; only by whoever began it, or a senior."""
    held = Held.from_json(item.held)
    if held is None:
        return Refusal("told" if item.here_at is not None else "not_held")
    if not may_call_off(held.by.id, by.id, role):
        return Refusal("not_yours")
    return replace(item, held={})


def begin(item: MissedItem, now: datetime) -> MissedItem | None:
    """The item when its people begin to be told; None: it is not held any more."""
    held = Held.from_json(item.held)
    if held is None or may_not_be_told(replace(item, held={})) is not None:
        return None
    return replace(item, held={}, here_at=now, here_by=held.by.id, here_by_name=held.by.name)


def join(item: MissedItem, into: MissedItem) -> MissedItem | Refusal:
    """The item when all who miss it are counted with another one; else why not."""
    if item.id == into.id:
        return Refusal("same")
    for each in (item, into):
        why = may_not_be_told(each)
        if why is not None:
            return why
    return replace(item, into_id=into.id)


def unwanted(sale: LostSale, now: datetime) -> LostSale:
    """The sale when its customer does not want it any more; as it is when they said so before."""
    return sale if sale.unwanted_at is not None else replace(sale, unwanted_at=now)


def undo(sale: LostSale) -> Refusal | None:
    """Why noting a lost sale cannot be undone; None: it can."""
    return Refusal("told") if sale.queued_at is not None else None
