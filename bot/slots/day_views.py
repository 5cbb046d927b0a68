"""What staff see of a day's slots: who comes, and what can be done with each time."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.core.callbacks import pack
from bot.core.rich import Rich, bold
from bot.core.words import listed, pair
from bot.core.work import Keyboard
from bot.slots.keeping import OfDay
from bot.slots.views import STAFF, Row, SlotViews, in_rows, minute_of
from flows.entities import PLACES, BookingId, Slot
from flows.time.moments import on_the_calendar

SHOWN = 60
"""Slots of a day with a button; the others are counted."""
_IN_A_ROW = 4


class DayViews(SlotViews):
    """Views of days in one language."""

    def day(
        self, day: date, slots: Sequence[OfDay], names: Mapping[BookingId, str]
    ) -> tuple[Rich, Keyboard]:
        """Who comes on a day, by place and time, with a button for each time.

        `names` are those of bookings whose customers the readers may know; others are counted.
        """
        rich = bold(self.say("day", day=self.calendar_day(day)))
        if not slots:
            rich = rich + "\n" + self.say("day_nobody")
        rows: list[Row] = []
        shown = slots[:SHOWN]
        for _, here in groupby(shown, key=lambda each: each.slot.place):
            at_place = list(here)
            rich = rich + "\n\n" + bold(self.where(at_place[0].slot))
            for each in at_place:
                rich = rich + "\n" + self._line(each, names)
            buttons = [(self._clock(each.slot), self._open(each.slot)) for each in at_place]
            rows += in_rows(buttons, _IN_A_ROW)
        if len(slots) > SHOWN:
            rich = rich + "\n" + self.say("more", n=len(slots) - SHOWN)
        around = [
            (on_the_calendar(each, self.language, self._now.date()), each.toordinal())
            for each in (date.fromordinal(day.toordinal() + step) for step in (-1, 1))
        ]
        turns = [(label, pack(STAFF, "day", ordinal)) for label, ordinal in around]
        return rich, [*rows, turns]

    def _line(self, each: OfDay, names: Mapping[BookingId, str]) -> str:
        slot = each.slot
        if slot.closed_at is not None:
            line = self.say("slot_closed", time=self._clock(slot))
        else:
            values = {"booked": slot.booked, "capacity": slot.capacity}
            line = self.say("slot", time=self._clock(slot), **values)
        who = self._who(each, names)
        return pair(line, who, self.language) if who else line

    def _who(self, each: OfDay, names: Mapping[BookingId, str]) -> str:
        known = [names[one.id] for one in each.bookings if one.id in names]
        others = len(each.bookings) - len(known)
        return listed([*known, *([self.say("others", n=others)] if others else [])], self.language)

    def _open(self, slot: Slot) -> str:
        """The button of a slot: by its place and time while it may have no row."""
        if slot.owner == PLACES:
            return pack(STAFF, "at", slot.place, minute_of(slot.starts_at))
        return pack(STAFF, "of", slot.id)

    @staticmethod
    def _clock(slot: Slot) -> str:
        return f"{slot.starts_at.astimezone(ZoneInfo(slot.zone)):%H:%M}"

    def slot(self, each: OfDay, names: Mapping[BookingId, str]) -> tuple[Rich, Keyboard]:
        """One slot: who comes, and what can be done with it as long as it has not begun."""
        slot = each.slot
        rich = bold(self.when(slot)) + "\n" + self.where(slot) + "\n" + self._line(each, {})
        rich = rich + "\n" + (self._who(each, names) or self.say("nobody"))
        day = slot.starts_at.astimezone(ZoneInfo(slot.zone)).date().toordinal()
        back: Row = [(self.say("b_list"), pack(STAFF, "day", day))]
        if slot.starts_at <= self._now:
            return rich, [back]
        if slot.closed_at is not None:
            return rich, [[(self.say("b_reopen"), pack(STAFF, "reopen", slot.id))], back]
        room = [
            (self.say("b_wider"), pack(STAFF, "wider", slot.id)),
            (self.say("b_narrower"), pack(STAFF, "narrower", slot.id)),
        ]
        return rich, [room, [(self.say("b_close"), pack(STAFF, "close", slot.id))], back]
