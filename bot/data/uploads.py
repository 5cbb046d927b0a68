"""Tables that admins send to the bot: taken note of, confirmed, taken in batch by batch."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from bot.core.ports import Unit
from bot.core.services import Services
from bot.core.work import Work
from bot.data import history
from bot.data.erased import OF_ERASED, OF_ERASED_BUYER, erased_customers, erased_names
from bot.data.items import CustomerItem, EventItem
from bot.data.named import NamedCustomer, put_named
from bot.data.orders import OrderItem, put_orders
from bot.data.registration import EventResult, Taken, put_events
from bot.data.transfer import mapping
from bot.data.transfer.table import ERASED, Outcome, ReadRow, counted
from flows.entities import JournalLine, Upload
from flows.entities.refs import Ref, RefKind

LARGEST = 20 * 1024 * 1024
"""Bytes that a bot may fetch (Bot API: getFile)."""
SENT, ASKING, MAPPING = "sent", "asking", "mapping"
CHECKED, GOING, REPORTING = "checked", "going", "reporting"
CHANGES = ("created", "updated", "accepted", "corrected", "withdrawn")
"""What may become of a row that tells something new."""


async def accept(work: Work, chat_id: int, file_id: str, name: str, language: str) -> None:
    """Take note of a file; it is fetched and checked afterwards."""
    unit = work.unit
    unit.add(Upload(unit.new_id(), chat_id, file_id, name, language, work.now))


async def confirm(work: Work, upload_id: int, person: int, message_id: int) -> Upload | None:
    """Begin to take a file in; None: it is not waiting for this person's word (any more)."""
    upload = await _waiting(work, upload_id, person)
    if upload is None:
        return None
    going = replace(upload, state=GOING, message_id=message_id, counts={}, row=0)
    work.unit.put(going)
    history.begin(work, going.id, going.name, f"admin:{person}", going.kind, going.rows)
    return going


async def map_anew(work: Work, upload_id: int, person: int, message_id: int) -> Upload | None:
    """Ask what the columns of a checked file are, whatever they are called; None: it is gone."""
    upload = await _waiting(work, upload_id, person)
    if upload is None:
        return None
    asked = replace(upload, state=ASKING, message_id=message_id, mapped={"anew": True})
    work.unit.put(replace(asked, row=0, rows=0, counts={}))
    return asked


async def answer(
    work: Work, upload_id: int, person: int, message_id: int, step: int, word: str
) -> Upload | None:
    """Take an answer about a column; None: the question is not asked (any more)."""
    upload = await work.unit.uploads.get(upload_id)
    if upload is None or (upload.state, upload.chat_id) != (MAPPING, person):
        return None
    said = mapping.answered(upload.mapped, step, word)
    if said is None:
        return None
    after = replace(upload, state=ASKING, message_id=message_id, mapped=said, tries=0)
    work.unit.put(after)
    return after


async def is_asked_about(work: Work, upload_id: int, person: int) -> bool:
    """Tell whether there is a question to this person about the columns of a file."""
    return await _waiting(work, upload_id, person, (ASKING, MAPPING)) is not None


async def dismiss(work: Work, upload_id: int, person: int) -> bool:
    """Forget a file that waits for this person's word; tell whether it did."""
    upload = await _waiting(work, upload_id, person, (CHECKED, MAPPING))
    if upload is not None:
        await work.unit.uploads.forget(upload.id)
    return upload is not None


async def _waiting(
    work: Work, upload_id: int, person: int, waits: Sequence[str] = (CHECKED,)
) -> Upload | None:
    upload = await work.unit.uploads.get(upload_id)
    fits = upload is not None and upload.state in waits and upload.chat_id == person
    return upload if fits else None


Reasoned = Callable[[CustomerItem | EventItem | OrderItem, EventResult], str]
"""Says why a customer, event or order was rejected."""


_WELL = {status: Outcome(status.value) for status in Taken}


async def put_items(
    unit: Unit, services: Services, items: Sequence[Any], why: Reasoned, *, again: bool = False
) -> list[Outcome]:
    """Take in customers, events or orders, all of one kind. In a unit that is left, only look.

    `again`: customers who were erased are taken in all the same: they have come back.
    """
    now = services.clock.now()
    if not items:
        return []
    if isinstance(items[0], NamedCustomer):
        return await _put_customers(unit, services, items, why, again=again)
    put = put_orders if isinstance(items[0], OrderItem) else put_events
    results = await put(unit, services, items, now)
    unknown = {item.customer for item, each in zip(items, results, strict=True) if _misses(each)}
    erased = await erased_names(unit, unknown) if unknown else frozenset()
    told = (
        replace(each, reason=_ERASED, problem=OF_ERASED)
        if _misses(each) and item.customer in erased
        else each
        for item, each in zip(items, results, strict=True)
    )
    return [_outcome(item, each, why) for item, each in zip(items, told, strict=True)]


_ERASED = "this customer was erased since, and is not brought back"


def _misses(result: EventResult) -> bool:
    return result.problem == "no_customer"


async def _put_customers(
    unit: Unit, services: Services, items: Sequence[NamedCustomer], why: Reasoned, *, again: bool
) -> list[Outcome]:
    """Take in customers; who was erased does not come back with a list."""
    erased = frozenset() if again else await erased_customers(unit, items)
    staying = [item for item in items if item.ref not in erased] if erased else items
    results = iter(await put_named(unit, services, staying, services.clock.now()))
    return [
        _outcome(item, EventResult(item.ref, Taken.REJECTED, _ERASED, OF_ERASED), why)
        if item.ref in erased
        else _WELL[next(results).status]
        for item in items
    ]


def _outcome(item: Any, result: EventResult, why: Reasoned) -> Outcome:
    if result.status is not Taken.REJECTED:
        return _WELL[result.status]
    beside = ERASED if result.problem in (OF_ERASED, OF_ERASED_BUYER) else ""
    return Outcome(result.status.value, why(item, result), beside)


def judged(
    rows: Sequence[ReadRow], outcomes: Sequence[Outcome]
) -> tuple[Counter[str], dict[int, str]]:
    """Put together what became of rows: counts by status, and reasons by line.

    A row that was taken without some of its cells counts as `incomplete`, too.
    """
    counts, faults, taken = counted(outcomes), dict[int, str](), iter(outcomes)
    for each in rows:
        outcome = next(taken) if each.item is not None else Outcome("rejected", each.reason)
        if each.item is None:
            counts[outcome.status] += 1
        counts["incomplete"] += each.item is not None and bool(each.reason)
        if outcome.reason or each.reason:
            faults[each.row.line] = outcome.reason or each.reason
    return counts, faults


def as_a_whole(
    items: Sequence[Any], outcomes: Sequence[Outcome], told: dict[str, frozenset[str]]
) -> list[Outcome]:
    """What would become of items when each batch is only looked at.

    `told`: the fields that earlier rows have told, by ref or id; it grows. Rows that contradict
    one another are none of the items, so a field that was told before is told as before.
    """
    found = []
    for item, outcome in zip(items, outcomes, strict=True):
        is_customer = isinstance(item, CustomerItem)
        key, fields = item.ref if is_customer else item.id, frozenset(item.model_fields_set)
        before = told.get(key)
        if before is not None and outcome.status in CHANGES:
            status = _again(outcome.status, adds=not fields <= before, is_customer=is_customer)
            outcome = Outcome(status)  # noqa: PLW2901  of the whole file
        if outcome.status in CHANGES or before is not None:
            told[key] = _shared(fields | (before or frozenset()))
        found.append(outcome)
    return found


def _again(status: str, *, adds: bool, is_customer: bool) -> str:
    """What becomes of a row whose like has been taken: nothing, or what it adds."""
    if not adds:
        return (Taken.UNCHANGED if is_customer else Taken.DUPLICATE).value
    if status in (Taken.CREATED, Taken.ACCEPTED):
        return (Taken.UPDATED if is_customer else Taken.CORRECTED).value
    return status


@cache
def _shared(fields: frozenset[str]) -> frozenset[str]:
    """The same set for all rows with these fields: there are millions of rows and few sets."""
    return fields


def changes(counts: Mapping[str, int]) -> int:
    """How many rows tell something new."""
    return sum(counts.get(name, 0) for name in CHANGES)


def record(work: Work, upload: Upload) -> None:
    """Write into the journal who took in what."""
    data = {"kind": upload.kind, **upload.counts}
    actor, subject = f"admin:{upload.chat_id}", str(Ref(RefKind.UPLOAD, upload.id))
    line = JournalLine(work.unit.new_id(), work.now, actor, "imported", subject, data)
    work.unit.add(line)
