"""Places to which somebody in a transcript comes, and somebody else who is faster."""

from typing import Any

from bot.core.callbacks import number, unpack
from bot.core.work import Work
from bot.slots import booking
from bot.slots.booking import Wanted
from bot.slots.views import moment_of
from flows.entities import Customer, CustomerId
from flows.entities.lifecycle import Refusal
from flows.entities.refs import Ref, RefKind
from storage.ids import new_id
from tests.bot.stage import Stage

TAXI = """
places:
  - id: station
    title: {en: Main Station, ru: Главный вокзал, zh: 火车总站}
    slots: {days: tue, from: "18:00", to: "19:00", capacity: 1}
  - id: harbour
    title: {en: The Harbour, ru: Гавань, zh: 港口}
    slots: {days: wed, from: "18:00", to: "19:00", capacity: 2}
remedies:
  - id: taxi
    title:
      en: A taxi to the next tasting
      ru: Такси на следующую дегустацию
      zh: 接你参加下一场品茶会的出租车
    kind: pick_up
    places: [station, harbour]
    trusted: {severity: 4}
"""


async def somebody_is_faster(stage: Stage, keyboard: list[list[tuple[str, str]]]) -> None:
    """Book for somebody else what a keyboard's first button books."""
    parts = unpack(keyboard[0][0][1])
    assert parts is not None
    place, minute = parts[3], number(parts[4])
    assert minute is not None
    at = moment_of(minute)
    assert at is not None

    async def book(work: Work) -> Any:
        other = Customer(CustomerId(new_id()), "C-other", work.now)
        work.unit.add(other)
        purpose = Ref(RefKind.REMEDY, new_id())
        wanted = Wanted("remedy/taxi", purpose, other.id, 702, {"en": "Taxi"}, (place,))
        made = await booking.begin(work, wanted)
        done = await booking.book(work, made.id, place, at)
        assert not isinstance(done, Refusal)

    await stage.use(book)
