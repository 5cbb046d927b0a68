"""Moving what belongs to one customer to another: two records that turned out to be one person."""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from flows.entities import Assignment, Candidate, Customer, CustomerId, Event, Participant
from storage.records import RECORDS
from storage.repositories.base import all_of, chunks
from storage.tables import assignments, candidates, conversations, events, outbox, participants

if TYPE_CHECKING:
    from storage.unit import Unit

_OF_A_CHAT = tuple(
    cls for cls, record in RECORDS.items() if {"customer_id", "chat_id"} <= set(record.fields)
)
"""What says whose it is and in which private chat it happened."""


async def merge(unit: "Unit", old: Customer, new: Customer) -> None:
    """Move everything of `old` to `new` and remove `old`."""
    await _forget_shared_occasions(unit, old.id, new.id)
    await _forget_shared_recalls(unit, old.id, new.id)
    await _forget_shared_hypotheses(unit, old.id, new.id)
    for cls, record in RECORDS.items():
        if "customer_id" not in record.fields:
            continue
        query = all_of(cls).where(record.table.c.customer_id == old.id)
        found: list[Any] = await unit.find(cls, query, lock=True)
        for value in found:
            unit.put(_of_another(value, old, new))
    statement = update(outbox).where(outbox.c.customer_id == old.id)
    await unit.run(statement.values(customer_id=new.id))
    unit.delete(old)
    await unit.flush()  # a record that is made anew may have the ref of this one


def _of_another(value: Any, old: Customer, new: Customer) -> Any:
    """What belonged to `old` as it belongs to `new`; events keep the name they were told of."""
    if isinstance(value, Event):
        return replace(value, customer_id=new.id, told_as=value.told_as or old.ref)
    return replace(value, customer_id=new.id)


async def move_told(unit: "Unit", names: Collection[str], old: CustomerId, new: CustomerId) -> int:
    """Move the events that were told of `old` under these names to `new`; give how many.

    What led to an ask stays with whoever read it, and so do the ask and its cooldown.
    """
    query = all_of(Event).where(events.c.customer_id == old, events.c.told_as.in_(list(names)))
    told = await unit.find(Event, query, lock=True)
    ids = [event.id for event in told]
    considered: list[Candidate] = []
    for part in chunks(ids):
        of_theirs = all_of(Candidate).where(candidates.c.event_id.in_(part))
        considered += await unit.find(Candidate, of_theirs, lock=True)
    asked = {each.event_id for each in considered if each.asked_at is not None}
    for event in told:
        if event.id not in asked:
            unit.put(replace(event, customer_id=new))
    for candidate in considered:
        if candidate.event_id not in asked:
            unit.put(replace(candidate, customer_id=new))
    return len(ids) - len(asked)


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


async def _forget_shared_recalls(unit: "Unit", old: CustomerId, new: CustomerId) -> None:
    """One person is told of a recall once; what was told, and said most of, is kept."""
    query = all_of(Participant).where(participants.c.customer_id.in_([old, new]))
    kept: dict[int, Participant] = {}
    for each in await unit.find(Participant, query, lock=True):
        other = kept.setdefault(each.recall_id, each)
        if other is each:
            continue
        kept[each.recall_id], doubled = sorted((other, each), key=_how_far, reverse=True)
        unit.delete(doubled)
    await unit.flush()


async def _forget_shared_hypotheses(unit: "Unit", old: CustomerId, new: CustomerId) -> None:
    """One person belongs to one group of a hypothesis: the one to which they came first."""
    query = all_of(Assignment).where(assignments.c.customer_id.in_([old, new]))
    kept: set[int] = set()
    for each in await unit.find(Assignment, query.order_by(assignments.c.at), lock=True):
        if each.hypothesis_id in kept:
            unit.delete(each)
        kept.add(each.hypothesis_id)
    await unit.flush()


def _how_far(participant: Participant) -> tuple[bool, bool, bool]:
    told = participant.told_at is not None
    return participant.ready_at is not None, bool(participant.step), told


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


async def move_asks(unit: "Unit", chat_id: int, old: CustomerId, new: CustomerId) -> None:
    """Move the asks that were read in one chat: whoever read them keeps their rest.

    The event of such an ask stays where it is; only its moment goes along.
    """
    read = select(conversations.c.id).where(conversations.c.chat_id == chat_id)
    query = all_of(Candidate).where(
        candidates.c.customer_id == old,
        candidates.c.asked_at.is_not(None),
        candidates.c.conversation_id.in_(read),
    )
    for ask in await unit.find(Candidate, query, lock=True):
        occasion = ask.occasion or ask.due_at.isoformat()
        unit.put(replace(ask, customer_id=new, event_id=None, occasion=occasion))


async def count_rows(unit: "Unit", customer_id: CustomerId) -> dict[str, int]:
    """Count what belongs to a customer, by table; tables with nothing are left out."""
    counts: dict[str, int] = {}
    for record in RECORDS.values():
        if "customer_id" not in record.fields:
            continue
        query = select(func.count()).where(record.table.c.customer_id == customer_id)
        count = int((await unit.run(query)).scalar_one())
        counts |= {record.table.name: count} if count else {}
    return counts


async def count_told(unit: "Unit", names: Collection[str], customer_id: CustomerId) -> int:
    """Count the events that were told of a customer under these names."""
    mine = events.c.customer_id == customer_id, events.c.told_as.in_(list(names))
    return int((await unit.run(select(func.count()).where(*mine))).scalar_one())
