"""Compares what owners saw with what Verso remembers. Every line is a broken promise."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.core.words import Words
from bot.slots.views import SlotViews
from flows.config import load_config
from flows.entities import Booking, Participant, Slot
from storage.database import Database
from storage.repositories.base import all_of
from tests.bot.harness import services_for
from tests.chaos.recalling.plan import Cast, Owner
from tests.chaos.recalling.server import Owners, Seen
from tests.chaos.recalling.world import RECALL

UNREACHED = {
    "unlinked": {"unlinked"},
    "blocked": {"blocked"},
    "gone": {"blocked"},
    "refused": {"failed"},
}
"""Kinds of owners who cannot be told, and what is noted of them."""


@dataclass
class Report:
    """What a run has shown."""

    broken: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """Give the report as lines."""
        yield from (f"{name:>40}: {count:,}" for name, count in self.counts.items())
        yield from (f"BROKEN {line}" for line in self.broken)


@dataclass
class Memory:
    """What the database holds at the end."""

    people: dict[int, Participant]
    bookings: dict[int, Booking]
    """The bookings by their customers."""
    slots: dict[int, Slot]
    parked: int


async def _remembered(database: Database) -> Memory:
    async with database.reading() as unit:
        people = await unit.find(Participant, all_of(Participant))
        bookings = await unit.find(Booking, all_of(Booking))
        slots = await unit.find(Slot, all_of(Slot))
        inbox = await unit.inbox.counts()
    return Memory(
        {int(each.customer_id): each for each in people if each.recall_id == RECALL},
        {int(each.customer_id): each for each in bookings},
        {int(each.id): each for each in slots},
        inbox["parked"],
    )


class Checker:
    """Holds both sides."""

    def __init__(self, cast: Cast, server: Owners, memory: Memory, services: Any) -> None:
        self.cast, self.server, self.memory = cast, server, memory
        self.services = services

    def broken(self) -> Iterator[str]:
        """Every promise that was not kept."""
        if self.memory.parked:
            yield f"{self.memory.parked} updates were parked"
        for number in self.server.awaiting():
            yield f"{number} pressed {self.server.seen[number].awaits}, and nothing came of it"
        for owner in self.cast.owners:
            seen = self.server.seen[owner.number]
            yield from self._once(owner, seen)
            yield from self._noted(owner, seen)
            yield from self._kept(owner, seen)
        yield from self._room()

    def _once(self, owner: Owner, seen: Seen) -> Iterator[str]:
        for number, times in seen.told.items():
            if times > 1:
                yield f"{owner} was told round {number} {times} times"
        for theirs in seen.at_night:
            yield f"{owner} was told at {theirs:%H:%M}"

    def _noted(self, owner: Owner, seen: Seen) -> Iterator[str]:
        """What is noted of somebody is what they saw."""
        noted = self.memory.people.get(owner.number)
        if noted is None:
            yield f"{owner} is not in the recall"
            return
        if noted.state in ("waiting", "sent"):
            yield f"{owner} still waits: {noted}"
        if noted.state == "told" and not seen.told[noted.told_round]:
            yield f"{owner} never saw round {noted.told_round}: {noted}"
        if noted.told_at is not None and not seen.told:
            yield f"{owner} saw nothing, and counts as told: {noted}"
        allowed = UNREACHED.get(owner.kind, {"told", "doubt"})
        if noted.state not in allowed:
            yield f"{owner} is {noted.state}, and should be {allowed}"

    def _kept(self, owner: Owner, seen: Seen) -> Iterator[str]:
        """The time that somebody was told last is theirs."""
        booking = self.memory.bookings.get(owner.number)
        slot = self.memory.slots.get(int(booking.slot_id or 0)) if booking is not None else None
        if booking is None or slot is None:
            if seen.has_time:
                yield f"{owner} has no time, and was told {seen.screen!r}"
            return
        views = SlotViews(self.services, owner.language, owner.zone, self.server.clock.now())
        if views.when(slot) not in seen.screen or views.named(slot) not in seen.screen:
            yield f"{owner} has {views.when(slot)} at {slot.place}, and was told {seen.screen!r}"

    def _room(self) -> Iterator[str]:
        having = Counter(
            int(each.slot_id) for each in self.memory.bookings.values() if each.slot_id is not None
        )
        for number, slot in self.memory.slots.items():
            if not slot.booked == having[number] <= slot.capacity:
                yield f"{slot} counts {slot.booked}, and {having[number]} have it"

    def counts(self) -> dict[str, int]:
        """The figures of a run."""
        people = self.memory.people.values()
        seen = self.server.seen.values()
        slots = self.memory.slots.values()
        states = Counter(each.state for each in people)
        booked = [each for each in self.memory.bookings.values() if each.slot_id is not None]
        return {
            "owners": len(self.cast.owners),
            "in the recall": len(self.memory.people),
            "told": sum(each.told_at is not None for each in people),
            "told of the correction": sum(each.told_round == 2 for each in people),
            "messages that arrived": sum(each.told.total() for each in seen),
            "somebody told a round twice": sum(
                max(each.told.values(), default=0) > 1 for each in seen
            ),
            "told at night": sum(len(each.at_night) for each in seen),
            "told by a second account": sum(
                bool(self.server.seen[each.number].told)
                for each in self.cast.owners
                if each.kind == "second"
            ),
            "told who bought it later": sum(
                bool(self.server.seen[each.number].told)
                for each in self.cast.owners
                if each.kind == "late"
            ),
            **{f"not told, {name}": n for name, n in sorted(states.items()) if name != "told"},
            "bookings begun": len(self.memory.bookings),
            "bookings kept": len(booked),
            "times that were chosen": sum(each.booked > 0 for each in slots),
            "times that are full": sum(each.booked == each.capacity for each in slots),
            "no longer theirs": sum(each.step == "gone" for each in people),
            **dict(sorted(self.server.done.items())),
        }


async def checked(cast: Cast, server: Owners, database: Database, config: str, log: str) -> Report:
    """Compare both sides; `config` and `log`: what Verso was told, and what it has logged."""
    services = services_for(words=Words.shipped(), config=load_config(config))
    checker = Checker(cast, server, await _remembered(database), services)
    report = Report(list(checker.broken()), checker.counts())
    report.broken += [line for line in log.splitlines() if "report_failed" in line][:10]
    return report
