"""Moving what belongs to one customer to another: two records that turned out to be one person."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from flows.entities import Candidate, Customer, CustomerId
from storage.records import RECORDS
from storage.repositories.base import all_of
from storage.tables import candidates, outbox

if TYPE_CHECKING:
    from storage.unit import Unit

_OF_A_CHAT = tuple(
    cls for cls, record in RECORDS.items() if {"customer_id", "chat_id"} <= set(record.fields)
)
"""What says whose it is and in which private chat it happened."""


async def merge(unit: "Unit", old: Customer, new: Customer) -> None:
    """Move everything of `old` to `new` and remove `old`."""
    await _forget_shared_occasions(unit, old.id, new.id)
    for cls, record in RECORDS.items():
        if "customer_id" not in record.fields:
            continue
        query = all_of(cls).where(record.table.c.customer_id == old.id)
        found: list[Any] = await unit.find(cls, query, lock=True)
        for value in found:
            unit.put(replace(value, customer_id=new.id))
    statement = update(outbox).where(outbox.c.customer_id == old.id)
    await unit.run(statement.values(customer_id=new.id))
    unit.delete(old)


async def _forget_shared_occasions(unit: "Unit", old: CustomerId, new: CustomerId) -> None:
    """One person is considered once at a fixed time; an ask that went out is the one kept."""
    query = all_of(Candidate).where(
        candidates.c.customer_id.in_([old, new]), candidates.c.event_id.is_(None)
    )
    kept: dict[tuple[str, str], Candidate] = {}
    for each in await unit.find(Candidate, query, lock=True):
        key = (each.schedule_id, each.occasion)
        other = kept.get(key)
        if other is None:
            kept[key] = each
            continue
        kept[key], doubled = (other, each) if other.asked_at is not None else (each, other)
        unit.delete(doubled)
    await unit.flush()


async def move_chat(unit: "Unit", chat_id: int, old: CustomerId, new: CustomerId) -> None:
    """Move what `old` said in one chat to `new`."""
    for cls in _OF_A_CHAT:
        table = RECORDS[cls].table
        query = all_of(cls).where(table.c.customer_id == old, table.c.chat_id == chat_id)
        found: list[Any] = await unit.find(cls, query, lock=True)
        for value in found:
            unit.put(replace(value, customer_id=new))
    statement = update(outbox).where(outbox.c.customer_id == old, outbox.c.chat_id == chat_id)
    await unit.run(statement.values(customer_id=new))
