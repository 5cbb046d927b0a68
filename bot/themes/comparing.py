"""Compares complaints beside everything else, and puts what was found on their cards.

New complaints, and those that belong to another theme or change than before, are marked in the
table (`Ticket.compared_at` is empty), in the unit of work in which that happens. This loop looks
for them, so that nobody who is answered waits for it, and nothing is missed when Verso stops.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog

from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.core.work import Work
from bot.desk import cards
from bot.themes import naming
from bot.themes.likeness import Asked, Likeness
from flows.entities import Ticket, TicketId
from flows.entities.states import UNRESOLVED
from flows.themes.fitting import alike, groups_of, lacks
from flows.themes.index import Item, Match

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
IDLE = 3.0
"""How long it rests after work, by how long that took: whoever chats goes first."""
BATCH = 20
"""Complaints that are compared together."""
READ_AT_ONCE = 500
"""Complaints that are read together after a start."""
MADE_AT_ONCE = 10
"""Vectors that are made together of complaints of before there were any."""


class Comparing:
    """One per process; it works while its process leads, and knows nothing while it does not."""

    def __init__(
        self,
        database: Database,
        services: Services,
        likeness: Likeness,
        committed: Callable[[Unit], None],
    ) -> None:
        self._database, self._services = database, services
        self._likeness, self._committed = likeness, committed
        self._loaded = False
        self._moved: dict[int, int] = {}
        self._lacking: list[TicketId] = []
        """Complaints of which there is no vector yet."""

    async def run(self) -> None:
        """Compare until cancelled."""
        while True:
            begun, worked = time.monotonic(), False
            if self._database.leads:
                worked = await self.step()
            else:
                await self._forget()
            took = time.monotonic() - begun
            await asyncio.sleep(took * IDLE if worked else LOOK_SECONDS)

    async def settle(self) -> None:
        """Compare all that is to be compared now."""
        while await self.step():
            pass

    async def step(self) -> bool:
        """Do the next piece of work; tell whether there was any."""
        try:
            if not self._loaded:
                await self._load()
            return await self._compare_some() or await self._make_some()
        except Exception as error:
            if not self._database.is_busy(error):
                raise
            return False

    async def _forget(self) -> None:
        if self._loaded:
            self._loaded = False
            await self._likeness.clear()

    # -- after a start -----------------------------------------------------------------------------

    async def _load(self) -> None:
        """Read all complaints, some at a time."""
        await self._likeness.clear()
        self._moved, self._lacking, last, count = dict(self._services.moved), [], 0, 0
        model = self._likeness.model
        while True:
            async with self._database.reading() as unit:
                rows = await unit.comparing.after(last, READ_AT_ONCE)
                ids = [row.id for row in rows]
                made = await unit.comparing.vectors(ids, model) if model else {}
            if not rows:
                break
            await self._likeness.learn([_item(row, made) for row in rows], more=True)
            self._lacking += [row.id for row in rows if model and row.id not in made]
            last, count = rows[-1].id, count + len(rows)
        await self._likeness.learn(())
        self._lacking.reverse()
        self._loaded = True
        log.info("likeness_ready", complaints=count, model=model or "words")

    async def _make_some(self) -> bool:
        """Make vectors of complaints of before there were any, the oldest first."""
        some = [self._lacking.pop() for _ in range(min(MADE_AT_ONCE, len(self._lacking)))]
        if not some:
            return False
        async with self._database.reading() as unit:
            found = list((await unit.tickets.by_ids(some)).values())
        made = await self._vectors(found)
        async with self._database.unit() as unit:
            there = (await unit.get_all(Ticket, made)).values()
            kept = [ticket for ticket in there if ticket.words]
            chosen = {ticket.id: made[ticket.id] for ticket in kept}
            await unit.comparing.keep(chosen, self._likeness.model)
            await unit.commit()
        await self._likeness.learn([_item(ticket, chosen) for ticket in kept])
        return True

    # -- what is new -------------------------------------------------------------------------------

    async def _compare_some(self) -> bool:
        async with self._database.reading() as unit:
            waiting = await unit.comparing.to_compare(BATCH)
            ids = [ticket.id for ticket in waiting if ticket.words]
            vectors = await unit.comparing.vectors(ids, self._likeness.model)
        if not waiting:
            return False
        await self._follow_moves()
        vectors |= await self._vectors(each for each in waiting if each.id not in vectors)
        await self._likeness.learn([_item(ticket, vectors) for ticket in waiting])
        asked = [ticket for ticket in waiting if ticket.words and ticket.group_chat_id is not None]
        matches = await self._likeness.match(
            [
                Asked(each.id, each.words, each.group_chat_id or 0, vectors.get(each.id, b""))
                for each in asked
            ]
        )
        found = dict(zip((ticket.id for ticket in asked), matches, strict=True))
        async with self._database.unit() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            gone = await self._note(work, waiting, found, vectors)
            await unit.commit()
        self._committed(unit)
        await self._likeness.learn([Item(each, "", 0) for each in gone])
        named = {ticket.theme_id for ticket in waiting if ticket.theme_id is not None}
        if named:
            await naming.rename(self._database, self._services, self._likeness, sorted(named))
        return True

    async def _follow_moves(self) -> None:
        for place, to in self._services.moved.items():
            if self._moved.get(place) != to:
                await self._likeness.moved(place, to)
        self._moved = dict(self._services.moved)

    async def _vectors(self, tickets: Iterable[Ticket]) -> dict[TicketId, bytes]:
        said = [ticket for ticket in tickets if ticket.words]
        made = await self._likeness.vectors([ticket.words for ticket in said])
        return {ticket.id: each for ticket, each in zip(said, made, strict=True) if each}

    async def _note(
        self,
        work: Work,
        waiting: Sequence[Ticket],
        found: Mapping[TicketId, Match],
        vectors: Mapping[TicketId, bytes],
    ) -> set[TicketId]:
        """Keep what was found of complaints that are still as they were compared.

        Gives those that were found and are there no more.
        """
        near = [TicketId(other) for match in found.values() for other, _ in match.items]
        there = await work.unit.get_all(Ticket, sorted(ticket.id for ticket in waiting))
        others = await work.unit.get_all(Ticket, near, lock=False)
        done = [before for before in waiting if there.get(before.id) == before]
        for ticket in done:
            match = found.get(ticket.id, Match())
            now = replace(ticket, alike=alike(ticket, match), compared_at=work.now)
            work.unit.put(now)
            if now.alike != ticket.alike and ticket.state in UNRESOLVED:
                await cards.update_card(work, now)
            for other in _behind(now, others.values()):
                work.unit.put(replace(other, compared_at=None))
        kept = {ticket.id: vectors[ticket.id] for ticket in done if ticket.id in vectors}
        await work.unit.comparing.keep(kept, self._likeness.model)
        return set(near) - others.keys()


def _behind(ticket: Ticket, others: Iterable[Ticket]) -> list[Ticket]:
    """Open complaints that are like one and do not know yet to what it belongs."""
    near = ticket.alike.get("tickets", ())
    return [
        other
        for other in others
        if other.id in near and other.state in UNRESOLVED and other.compared_at is not None
        if lacks(other, ticket)
    ]


def _item(row: Any, vectors: Mapping[TicketId, bytes]) -> Item:
    """What the index knows of a complaint; `row` is one, or what is compared of it."""
    return Item(row.id, row.words, row.group_chat_id or 0, groups_of(row), vectors.get(row.id, b""))
