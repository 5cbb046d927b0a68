"""Housekeeping: what was not understood, praise, and times long past go in their turn."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.work import Work
from bot.data.retention import tidy
from flows.entities import (
    Booking,
    BookingId,
    Customer,
    CustomerId,
    Remark,
    RemarkKind,
    Slot,
    SlotId,
    TicketId,
)
from storage.database import Database
from tests.bot.making import services
from tests.databases import on_both

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
ANNA = Customer(CustomerId(1), "C-1", NOW - timedelta(days=2000))
UNSURE, PRAISE = RemarkKind.UNSURE, RemarkKind.PRAISE


def remark(number: int, kind: RemarkKind, days: float, **more: object) -> Remark:
    at = NOW - timedelta(days=days)
    return Remark(number, ANNA.id, 7, at, kind, "Blorp", "blorp", **more)  # type: ignore[arg-type]


@on_both
async def test_unsure_words_go_after_90_days_and_praise_with_the_tickets(
    database: Database,
) -> None:
    kept = [remark(1, UNSURE, 89), remark(2, PRAISE, 91), remark(3, PRAISE, 3 * 365)]
    gone = [
        remark(11, UNSURE, 91),
        remark(12, UNSURE, 91, choice="fine", shown_at=NOW),
        remark(13, UNSURE, 400, choice="pass", ticket_id=TicketId(5)),
        remark(14, PRAISE, 3 * 366 + 2),
    ]
    async with database.unit() as unit:
        for each in (ANNA, *kept, *gone):
            unit.add(each)
        await unit.commit()
    async with database.unit() as unit:
        await tidy(Work(unit, NOW, services()))
        await unit.commit()
    async with database.reading() as unit:
        left = [each.id for each in (*kept, *gone) if await unit.get(Remark, each.id) is not None]
    assert left == [each.id for each in kept]


def slot(number: int, days: int) -> Slot:
    at = NOW - timedelta(days=days)
    made = Slot(SlotId(number), "recall/1", "hall", at, 30, 1, {"en": "Hall"}, "UTC")
    return replace(made, booked=1)


def booking(number: int, days: int, slot_id: int | None) -> Booking:
    at, state = NOW - timedelta(days=days), "booked" if slot_id else "choosing"
    ids = BookingId(number), "recall/1", f"recall:{number}", ANNA.id, 7, at, {"en": "Lamp"}
    return Booking(*ids, state=state, slot_id=SlotId(slot_id) if slot_id else None)


@on_both
async def test_slots_go_with_the_tickets_and_what_never_chose_one_too(database: Database) -> None:
    kept = [slot(1, 3 * 365), booking(2, 4 * 366, 1), booking(3, 3 * 365, None)]
    gone = [slot(11, 3 * 366 + 2), booking(12, 4 * 366, 11), booking(13, 3 * 366 + 2, None)]
    async with database.unit() as unit:
        for each in (ANNA, *kept, *gone):
            unit.add(each)
        await unit.commit()
    async with database.unit() as unit:
        await tidy(Work(unit, NOW, services()))
        await unit.commit()
    async with database.reading() as unit:
        left = [each.id for each in (*kept, *gone) if await unit.get(type(each), each.id)]
    assert left == [each.id for each in kept]
