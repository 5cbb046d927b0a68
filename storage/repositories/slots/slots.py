"""Slots, and the bookings that have them.

Whatever changes is locked in one order: the complaint, the slots by their ids, the booking.
Questions that only show something leave nothing in the unit, so that whoever books afterwards
reads the row anew and locks it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, or_, select

from flows.entities import PLACES, Booking, BookingId, Slot, SlotId, Ticket, TicketId
from storage.concerned import among
from storage.records import RECORDS
from storage.repositories.base import CHUNK, Repository, all_of, chunks
from storage.tables import bookings, slots, tickets

_KEY = (slots.c.owner, slots.c.place, slots.c.starts_at)
_ONCE = ("owner", "place", "starts_at")
Key = tuple[str, str, datetime]


@dataclass(frozen=True, slots=True)
class Held:
    """A booking that nobody else changes until the unit ends, with its slots."""

    booking: Booking
    slot: Slot | None
    """The one that it has."""
    wanted: Slot | None = None
    """The one that was asked for, as its row is now."""


class Slots(Repository):
    """Times at places, and who has which of them."""

    # -- shown, and not kept -------------------------------------------------------------------

    async def stored(
        self, owner: str, places: Collection[str], after: datetime, until: datetime
    ) -> list[Slot]:
        """The rows of an owner's own slots after a moment, and of these places until another."""
        own = and_(slots.c.owner == owner, slots.c.starts_at > after)
        configured = and_(
            slots.c.owner == PLACES,
            slots.c.place.in_(list(places)),
            slots.c.starts_at > after,
            slots.c.starts_at <= until,
        )
        query = all_of(Slot).where(or_(own, configured) if places else own)
        return RECORDS[Slot].from_rows(await self._unit.run(query.order_by(slots.c.starts_at)))

    async def shown(self, slot_id: int) -> Slot | None:
        """A slot as it is at this moment."""
        query = all_of(Slot).where(slots.c.id == slot_id)
        found = RECORDS[Slot].from_rows(await self._unit.run(query))
        return found[0] if found else None

    async def at(self, owner: str, place: str, starts_at: datetime) -> Slot | None:
        """An owner's slot at a place and a moment, as it is now; None: there is none."""
        query = all_of(Slot).where(among(_KEY, [(owner, place, starts_at)]))
        found = RECORDS[Slot].from_rows(await self._unit.run(query))
        return found[0] if found else None

    async def having(self, slot_id: int) -> list[Booking]:
        """Who has a slot at this moment."""
        query = all_of(Booking).where(bookings.c.slot_id == slot_id).order_by(bookings.c.id)
        return RECORDS[Booking].from_rows(await self._unit.run(query))

    async def booking_shown(self, booking_id: int) -> tuple[Booking, Slot | None] | None:
        """A booking as it is at this moment, with its slot."""
        query = all_of(Booking).where(bookings.c.id == booking_id)
        found = RECORDS[Booking].from_rows(await self._unit.run(query))
        if not found:
            return None
        [booking] = found
        slot = await self.shown(booking.slot_id) if booking.slot_id is not None else None
        return booking, slot

    async def of_day(
        self, after: datetime, before: datetime, owner: str | None = None
    ) -> list[tuple[Slot, list[Booking]]]:
        """The slots that begin from one moment until before another, with who has them.

        With `owner` those of whose bookings some are of this owner, with these bookings alone;
        without it also those that nobody has. In the order of places and times.
        """
        query = all_of(Slot).where(slots.c.starts_at >= after, slots.c.starts_at < before)
        query = query.order_by(slots.c.place, slots.c.starts_at, slots.c.id)
        found: list[Slot] = RECORDS[Slot].from_rows(await self._unit.run(query))
        mine: dict[SlotId, list[Booking]] = {each.id: [] for each in found}
        for part in chunks(mine):
            theirs = all_of(Booking).where(bookings.c.slot_id.in_(part)).order_by(bookings.c.id)
            if owner is not None:
                theirs = theirs.where(bookings.c.owner == owner)
            for each in RECORDS[Booking].from_rows(await self._unit.run(theirs)):
                mine[each.slot_id].append(each)
        return [(each, mine[each.id]) for each in found if mine[each.id] or owner is None]

    # -- changed ---------------------------------------------------------------------------

    async def of_purpose(self, purpose: str) -> Booking | None:
        """The booking for something; there is one at most."""
        query = all_of(Booking).where(bookings.c.purpose == purpose)
        found = await self._unit.find(Booking, query, lock=True)
        return found[0] if found else None

    async def held(self, booking_id: int, wanted: Slot | None = None) -> Held | None:
        """A booking with its slot, and with the row of the slot that is wanted, all locked.

        What is wanted and has no row gets one. None: there is no such booking.
        """
        query = select(bookings.c.ticket_id, bookings.c.slot_id).where(bookings.c.id == booking_id)
        row = (await self._unit.run(query)).one_or_none()
        if row is None:
            return None
        if row.ticket_id is not None:
            await self._unit.get(Ticket, TicketId(row.ticket_id))
        had = [row.slot_id] if row.slot_id is not None else []
        rows = await self._locked([wanted] if wanted is not None else [], had)
        booking = await self._unit.get(Booking, BookingId(booking_id))
        if booking is None:
            return None
        slot = await self._unit.get(Slot, booking.slot_id) if booking.slot_id else None
        return Held(booking, slot, rows.get(wanted.key) if wanted is not None else None)

    async def keep(self, new: Sequence[Slot]) -> dict[Key, Slot]:
        """The rows of these slots by key, locked; those that have none get one."""
        return await self._locked(new, ())

    async def with_bookings(self, slot_id: int) -> tuple[Slot, list[Held]] | None:
        """A slot with all that have it, locked; None: there is no such slot.

        The complaints first, as everybody does; whoever books it while this waits is among them.
        """
        mine = bookings.c.slot_id == slot_id
        theirs = tickets.c.id.in_(select(bookings.c.ticket_id).where(mine))
        await self._unit.find(
            Ticket, all_of(Ticket).where(theirs).order_by(tickets.c.id), lock=True
        )
        slot = await self._unit.get(Slot, SlotId(slot_id))
        if slot is None:
            return None
        having = all_of(Booking).where(mine).order_by(bookings.c.id)
        found = await self._unit.find(Booking, having, lock=True)
        return slot, [Held(each, slot) for each in found if each.slot_id == slot_id]

    async def _locked(self, wanted: Sequence[Slot], others: Collection[int]) -> dict[Key, Slot]:
        """Lock slots by their ids in one order; of those that are wanted, rows are made first."""
        made = [replace(each, id=SlotId(self._unit.new_id())) for each in wanted]
        for start in range(0, len(made), CHUNK):
            rows = [RECORDS[Slot].to_row(each) for each in made[start : start + CHUNK]]
            statement = self._unit.insert(slots).values(rows)
            await self._unit.run(statement.on_conflict_do_nothing(index_elements=_ONCE))
        ids = set(others)
        for some in chunks([each.key for each in wanted]):
            query = select(slots.c.id).where(among(_KEY, some))
            ids.update((await self._unit.run(query)).scalars())
        found: dict[Key, Slot] = {}
        for part in chunks(sorted(ids)):
            query = all_of(Slot).where(slots.c.id.in_(part)).order_by(slots.c.id)
            found |= {each.key: each for each in await self._unit.find(Slot, query, lock=True)}
        return found
