"""What customers and staff see of slots and bookings."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core import slot_names
from bot.core.callbacks import pack
from bot.core.names import display_safe
from bot.core.rich import Rich, bold
from bot.core.services import Services
from bot.core.work import Keyboard
from flows.entities import Booking, Slot
from flows.slots.bookings import reminds_at
from flows.slots.choosing import (
    DAYS_SHOWN,
    PLACES_SHOWN,
    TIMES_SHOWN,
    day_of,
    days_of,
    page_of,
    places_of,
    times_of,
)
from flows.slots.lists import Fault
from flows.time.moments import on_the_calendar

CUSTOMERS, STAFF = "d", "f"
"""Areas of callbacks: the customer's own buttons, and those with which staff choose for them."""
FAULTS_SHOWN = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_IN_A_ROW, _TIMES_IN_A_ROW = 2, 4
Row = list[tuple[str, str]]


def minute_of(at: datetime) -> int:
    """A moment as buttons carry it: whole minutes since 1970."""
    return (at - _EPOCH) // _MINUTE


def moment_of(minute: int) -> datetime | None:
    """The moment that a button carries; None: no calendar has it."""
    try:
        return _EPOCH + minute * _MINUTE
    except OverflowError:
        return None


class SlotViews:
    """Views in one language, for somebody in a time zone."""

    def __init__(
        self, services: Services, language: str, zone: str, now: datetime, area: str = CUSTOMERS
    ) -> None:
        self._services, self._zone, self._now, self._area = services, zone, now, area
        self.language = language

    def say(self, key: str, **values: object) -> str:
        """Say a sentence about slots."""
        return self._services.words.say(self.language, f"slots.{key}", **values)

    def _own(self, key: str, **values: object) -> str:
        """Say what customers and staff are told in different words."""
        whose = "told" if self._area == CUSTOMERS else "staff"
        return self.say(f"{whose}_{key}", **values)

    def title(self, booking: Booking) -> str:
        """What a booking is for."""
        default = self._services.config.brand.default_language
        return display_safe(
            booking.title.get(self.language) or booking.title.get(default) or "", 100
        )

    def when(self, slot: Slot) -> str:
        """When a slot begins."""
        return slot_names.when(self.language, self._zone, slot.starts_at, slot.zone)

    def where(self, slot: Slot) -> str:
        """Where a slot is, with the address."""
        return slot_names.where(self._services, self.language, slot)

    def named(self, slot: Slot) -> str:
        """What the place of a slot is called."""
        return slot_names.place_name(self._services, self.language, slot)

    # -- choosing ----------------------------------------------------------------------------

    def choose(
        self, booking: Booking, slot: Slot | None, free: Sequence[Slot], page: int = 0
    ) -> tuple[Rich, Keyboard]:
        """The first question: where; or when, if there is one place only. `slot` is theirs."""
        places = places_of(free, booking.places)
        if len(places) == 1:
            return self.days(booking, slot, free, places[0].place)
        rich = self._heading(booking, slot)
        if not places:
            again = [[(self.say("told_b_again"), pack(self._area, "open", booking.id))]]
            return rich + self._own("nothing"), [*again, *self._back(booking, slot)]
        part = page_of(places, page, PLACES_SHOWN)
        rows: list[Row] = [
            [(self.named(each), pack(self._area, "days", booking.id, each.place, 0))]
            for each in part.shown
        ]
        for each in part.shown:
            rich = rich + self.where(each) + "\n"
        turns = self._turns(part.number, part.more, "open", booking.id)
        return rich + self._own("where"), [*rows, *turns, *self._back(booking, slot)]

    def days(
        self,
        booking: Booking,
        slot: Slot | None,
        free: Sequence[Slot],
        place: str,
        page: int = 0,
        first: str = "",
    ) -> tuple[Rich, Keyboard]:
        """Which day, at a place at which something is free; `first` is said before it."""
        here = [each for each in free if each.place == place]
        if not here:
            return self.choose(booking, slot, free)
        part = page_of(days_of(here, place), page, DAYS_SHOWN)
        data = (pack(self._area, "times", booking.id, place, each.toordinal(), 0)
                for each in part.shown)  # fmt: skip
        buttons = list(zip(map(self.calendar_day, part.shown), data, strict=True))
        rich = self._heading(booking, slot, first) + self.where(here[0]) + "\n"
        several = len(places_of(free)) > 1
        back = [self._step_back("open", booking.id)] if several else self._back(booking, slot)
        turns = self._turns(part.number, part.more, "days", booking.id, place)
        return rich + self.say("told_which_day"), [*in_rows(buttons, _IN_A_ROW), *turns, *back]

    def times(
        self,
        booking: Booking,
        slot: Slot | None,
        free: Sequence[Slot],
        place: str,
        day: date,
        page: int = 0,
        first: str = "",
    ) -> tuple[Rich, Keyboard]:
        """Which time of a day; when nothing is free on it any more, which day."""
        found = times_of(free, place, day)
        if not found:
            return self.days(booking, slot, free, place, first=first or self.say("told_day_full"))
        part = page_of(found, page, TIMES_SHOWN)
        buttons = [
            (
                f"{each.starts_at.astimezone(ZoneInfo(each.zone)):%H:%M}",
                pack(self._area, "sure", booking.id, place, minute_of(each.starts_at)),
            )
            for each in part.shown
        ]
        rich = self._heading(booking, slot, first) + self.where(found[0]) + "\n"
        zone = slot_names.named_zone(self.language, self._zone, found[0].starts_at, found[0].zone)
        rich = rich + self.say("told_which_time", day=self.calendar_day(day) + zone)
        turns = self._turns(part.number, part.more, "times", booking.id, place, day.toordinal())
        back = self._step_back("days", booking.id, place, 0)
        return rich, [*in_rows(buttons, _TIMES_IN_A_ROW), *turns, back]

    def sure(self, booking: Booking, slot: Slot | None, wanted: Slot) -> tuple[Rich, Keyboard]:
        """Time and place once more, before it is booked."""
        rich = self._heading(booking, slot) + bold(self.when(wanted)) + "\n" + self.where(wanted)
        rich = rich + "\n" + self.say("told_sure")
        yes = pack(self._area, "book", booking.id, wanted.place, minute_of(wanted.starts_at))
        day = day_of(wanted).toordinal()
        back = self._step_back("times", booking.id, wanted.place, day, 0)
        return rich, [[(self.say("told_b_yes"), yes)], back]

    def _heading(self, booking: Booking, slot: Slot | None, first: str = "") -> Rich:
        """What it is about, what they have so far, and what has just happened."""
        rich = bold(self.title(booking)) + "\n"
        if first:
            rich = rich + first + "\n"
        if slot is not None:
            kept = self._own("kept", when=self.when(slot), where=self.where(slot))
            rich = rich + kept + "\n"
        return rich

    def calendar_day(self, day: date) -> str:
        """A day with its weekday."""
        return on_the_calendar(day, self.language, self._now.date())

    def _turns(
        self,
        page: int,
        more: bool,
        action: str,
        *arguments: int | str,
    ) -> list[Row]:
        turns: Row = []
        if page > 0:
            turns.append(
                (self.say("told_b_earlier"), pack(self._area, action, *arguments, page - 1))
            )
        if more:
            turns.append((self.say("told_b_later"), pack(self._area, action, *arguments, page + 1)))
        return [turns] if turns else []

    def _step_back(self, action: str, *arguments: int | str) -> Row:
        return [(self.say("told_b_back"), pack(self._area, action, *arguments))]

    def _back(self, booking: Booking, slot: Slot | None) -> list[Row]:
        """Whoever has a slot may leave it as it is."""
        if slot is None:
            return []
        return [[(self.say("told_b_keep"), pack(self._area, "show", booking.id))]]

    # -- chosen ------------------------------------------------------------------------------

    def booked(self, booking: Booking, slot: Slot, first: str = "") -> tuple[Rich, Keyboard]:
        """When and where they come, with what they can do about it as long as it has not begun."""
        rich = bold(self.title(booking)) + "\n"
        rich = rich + (first or self.say("told_booked")) + "\n"
        rich = rich + bold(self.when(slot)) + "\n" + self.where(slot)
        if booking.reminder and not first:
            rich = rich + "\n" + self.say("told_reminded")
        return rich, self.keyboard(booking, slot)

    def keyboard(self, booking: Booking, slot: Slot) -> Keyboard:
        """What a customer can do about a slot of theirs; nothing any more when it has begun."""
        if slot.starts_at <= self._now or booking.state != "booked":
            return []
        rows: list[Row] = [
            [
                (self.say("told_b_change"), pack(self._area, "open", booking.id)),
                (self.say("told_b_give_back"), pack(self._area, "drop", booking.id)),
            ]
        ]
        if reminds_at(slot, self._now) is not None:
            key = "told_b_remind_not" if booking.reminder else "told_b_remind"
            data = pack(self._area, "remind", booking.id, int(not booking.reminder))
            rows.append([(self.say(key), data)])
        return rows

    def drop(self, booking: Booking, slot: Slot) -> tuple[Rich, Keyboard]:
        """Ask once before a slot is given back: somebody else may have it a moment later."""
        rich = self._heading(booking, slot) + self.say("told_drop")
        yes = (self.say("told_b_drop"), pack(self._area, "give", booking.id))
        keep = (self.say("told_b_keep"), pack(self._area, "show", booking.id))
        return rich, [[yes], [keep]]

    def said(self, booking: Booking, key: str) -> Rich:
        """What it is about, and a sentence."""
        return bold(self.title(booking)) + "\n" + self.say(key)

    def again(self, booking: Booking, text: str) -> tuple[Rich, Keyboard]:
        """A sentence, and the button with which a time is chosen."""
        rich = bold(self.title(booking)) + "\n" + text
        return rich, [[(self.say("told_b_choose"), pack(self._area, "open", booking.id))]]

    # -- lists -------------------------------------------------------------------------------

    def faults(self, faults: Iterable[Fault]) -> str:
        """What is wrong with a list of slots, the first lines by their numbers."""
        found = list(faults)
        lines = [self._fault(each) for each in found[:FAULTS_SHOWN]]
        if len(found) > FAULTS_SHOWN:
            lines.append(self.say("fault_more", n=len(found) - FAULTS_SHOWN))
        return "\n".join([self.say("faults"), *lines])

    def _fault(self, fault: Fault) -> str:
        said = self.say(f"fault_{fault.reason}", **fault.values)
        return self.say("fault_line", line=fault.line, fault=said) if fault.line else said


def in_rows(buttons: Sequence[tuple[str, str]], size: int) -> list[Row]:
    """Buttons in rows of so many."""
    return [list(buttons[at : at + size]) for at in range(0, len(buttons), size)]
