"""A pick-up as a remedy: the customer chooses place and time, staff see it and can move it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from bot.core.callbacks import unpack
from bot.core.events import RemedyBooked
from bot.desk import morning
from bot.identity.accounts import Visitor
from bot.slots import asking, keeping, screens
from bot.slots.views import SlotViews
from flows.entities import Remedy, Ticket
from flows.slots.lists import SlotsError
from tests.bot.desk.world import ANNA, CLARA, FORUM, World
from tests.databases import on_both

VERA = 502


async def granted(world: World, name: str, chat: int, language: str, option: str) -> Ticket:
    """A complaint for which a remedy was granted that takes a time."""
    person = await world.customer(name, chat, language=language)
    ticket = await world.complain(person, "The lamp is broken.", chat=chat)
    await world.write(f"/remedy #{ticket.number} {option}")
    await world.deliver()
    return ticket


def labels(world: World, chat: int) -> dict[str, str]:
    """The buttons of the newest message of a chat that has any."""
    for sent in reversed(world.to(chat)):
        rows = sent.params.get("reply_markup", {}).get("inline_keyboard", [])
        if rows:
            return {each["text"]: each["callback_data"] for row in rows for each in row}
    return {}


async def chooses(world: World, chat: int, *path: str) -> str:
    """Press one button after the other; gives what stands in the place of the last."""
    for label in path:
        await presses(world, chat, labels(world, chat)[label])
    return world.texts(chat)[-1]


async def presses(world: World, chat: int, data: str) -> bool:
    step = screens.read((unpack(data) or [])[1:])
    assert step is not None
    done = await world.do(lambda work: asking.pressed(work, Visitor(chat), step, 1))
    await world.deliver()
    return bool(done)


async def staff_press(world: World, *path: str, by: int = CLARA) -> str:
    text = ""
    for label in path:
        answer = await world.press(labels(world, FORUM)[label], by=by)
        text = str(answer.get("text", ""))
        await world.deliver()
    return text


async def remedy_of(world: World, ticket: Ticket) -> Remedy:
    found, *_ = await world.read(lambda unit: unit.remedies.of_ticket(ticket.id))
    assert isinstance(found, Remedy)
    return found


@on_both
async def test_a_time_is_chosen_changed_taken_by_others_moved_and_closed(world: World) -> None:
    heard: list[RemedyBooked] = []

    async def hear(_work: Any, event: RemedyBooked) -> None:
        heard.append(event)

    world.services.subscribers = {**world.services.subscribers, RemedyBooked: (hear,)}
    await world.group()
    await world.write("/tickets", by=CLARA)
    anna = await granted(world, "Анна", ANNA, "ru", "pickup")
    *_, given, asked = world.texts(ANNA)
    assert given.startswith("Boris исправляет #1:\nЗабрать новую лампу")
    assert asked == (
        "Забрать новую лампу\nМастерская в центре, Lange Str. 5\nСеверный склад\nГде вам удобно?"
    )
    text = await chooses(world, ANNA, "Мастерская в центре", "ср 6 мая", "11:00")
    assert text == (
        "Забрать новую лампу\nср 6 мая, 11:00\nМастерская в центре, Lange Str. 5\nВсё верно?"
    )
    yes = labels(world, ANNA)["Да, записать"]

    # Somebody else takes the last one while she is asked whether it is right.
    vera = await granted(world, "Vera", VERA, "en", "pickup")
    path = ("Workshop Centre", "Wed 6 May", "11:00", "Yes, book it")
    assert (await chooses(world, VERA, *path)).endswith(
        "Booked for you:\nWed 6 May, 11:00\nWorkshop Centre, Lange Str. 5"
    )
    assert await presses(world, ANNA, yes)
    text = world.texts(ANNA)[-1]
    assert text.startswith("Забрать новую лампу\nКто-то успел раньше: это время занято.\n")
    assert [each for each in labels(world, ANNA) if ":" in each] == ["10:00"]
    await chooses(world, ANNA, "10:00", "Да, записать", "Напомнить накануне")
    assert world.texts(ANNA)[-1].endswith("Накануне напомним.")
    assert not await presses(world, ANNA, labels(world, VERA)["Change"])  # it is none of hers

    # Staff see it: in the ticket, on the card, on the day.
    assert "R1, Pick up a new lamp: the customer comes Wed 6 May, 10:00, Workshop Centre" in (
        "\n".join(world.texts(FORUM))
    )
    await world.later(seconds=2)
    card = next(t for t in reversed(world.texts(FORUM)) if "R1: Pick up a new lamp" in t)
    assert "comes Wed 6 May, 10:00, Workshop Centre, Lange Str. 5" in card
    await world.write("/bookings 2026-05-06")
    await world.deliver()
    day = world.texts(FORUM)[-1]
    assert "10:00 · 1 of 1: #1 Анна\n11:00 · 1 of 1: #2 Vera" in day

    # Vera changes to another place, whose clock is not hers; her first time is free again.
    text = await chooses(world, VERA, "Change", "Depot North")
    assert "You have: Wed 6 May, 11:00, Workshop Centre" in text
    text = await chooses(world, VERA, "Tue 5 May", "10:30", "Yes, book it")
    assert "Tue 5 May, 10:30 (Asia/Shanghai)\nDepot North" in text
    assert (await remedy_of(world, vera)).slot_place == "north"

    # Staff move Anna: the new time is taken before the old one is given back.
    await world.write("/remedy #1")
    await world.deliver()
    said = await staff_press(world, "R1 · Time and place", "Workshop Centre", "Wed 6 May")
    assert said == ""
    assert await staff_press(world, "11:00", "Yes, book it") == "The customer reads the new time."
    assert world.texts(ANNA)[-1].startswith(
        "Забрать новую лампу\nClara: для вас выбрано другое время:\nср 6 мая, 11:00"
    )
    moved = await remedy_of(world, anna)
    assert moved.slot_at is not None
    assert moved.slot_at.hour == 9

    # The day before she is reminded, as she wished; Vera is not.
    before = len(world.texts(VERA))
    await world.later(days=1)
    assert world.texts(ANNA)[-1].startswith("Забрать новую лампу\nНапоминаем, как вы просили:")
    assert len(world.texts(VERA)) == before

    # On the day staff read in the morning who comes.
    world.now = world.now.replace(day=6, hour=7, minute=30)
    await world.do(morning.tell_groups)
    await world.deliver()
    good_morning = next(t for t in reversed(world.texts(FORUM)) if t.startswith("Good morning"))
    assert good_morning.endswith("Who comes today: 11:00 Workshop Centre (#1)")

    # Staff close her time: she hears so, and what is free, at once.
    await world.write("/bookings", by=CLARA)
    await world.deliver()
    assert await staff_press(world, "11:00") == ""
    assert await staff_press(world, "One more place") == "There is room for 2 now."
    assert await staff_press(world, "Close it") == "Closed. 1 customer chooses anew."
    assert "к сожалению, уже не получится" in world.texts(ANNA)[-1]
    assert "чт 7 мая" in labels(world, ANNA)
    assert "was closed. The customer has been told" in "\n".join(world.texts(FORUM))
    assert (await remedy_of(world, anna)).slot_at is None
    assert await staff_press(world, "Offer it again") == "It is offered again."
    assert [each.remedy.slot_at is not None for each in heard] == [True, True, True, True, False]


async def test_a_time_is_given_back_and_ends_with_what_it_was_for(world: World) -> None:
    await world.group()
    ticket = await granted(world, "Anna", ANNA, "en", "repair")
    # There is one place only, so nobody is asked where; its clock is told apart.
    text = world.texts(ANNA)[-1]
    assert text == "Repair\nDepot North\nWhich day?"
    text = await chooses(world, ANNA, "Tue 5 May")
    assert text.endswith("Which time on Tue 5 May (Asia/Shanghai)?")
    await chooses(world, ANNA, "10:00", "Yes, book it")
    keep = labels(world, ANNA)
    assert "Remind me the day before" not in keep  # it is less than a day away
    assert await chooses(world, ANNA, "Give back") == (
        "Repair\nYou have: Tue 5 May, 10:00 (Asia/Shanghai), Depot North. It stays yours until you "
        "have chosen another time.\nGive this time back? Somebody else can take it then."
    )
    text = await chooses(world, ANNA, "Yes, give it back")
    assert text.startswith("Repair\nGiven back: Tue 5 May, 10:00")
    assert any("gave back Tue 5 May" in each for each in world.texts(FORUM))
    # The old button asks anew instead of doing nothing.
    assert await presses(world, ANNA, keep["Give back"])
    assert world.texts(ANNA)[-1] == "Repair\nDepot North\nWhich day?"
    await chooses(world, ANNA, "Tue 5 May", "10:00", "Yes, book it")

    await world.write("/remedy #1", by=7000)
    await world.deliver()
    await world.press(labels(world, FORUM)["R1 · Take back"], by=7000)
    await world.deliver()
    await world.write("The lamp is not to be had.", by=7000, to=world.to(FORUM)[-1].message_id)
    await world.deliver()
    [slot] = await world.do(lambda work: slots_of(work, "2026-05-05"))
    assert slot == (0, 2)
    assert await presses(world, ANNA, keep["Change"])
    assert world.texts(ANNA)[-1].startswith("Repair\nThere is nothing to come for any more.")
    assert (await remedy_of(world, ticket)).slot_at is None


async def slots_of(work: Any, day: str) -> Sequence[tuple[int, int]]:
    found = await keeping.bookings_of_day(work, date.fromisoformat(day))
    return [(each.slot.booked, each.slot.capacity) for each in found]


async def test_a_list_is_taken_whole_and_only_its_owner_gets_it(world: World) -> None:
    table = "place,start,capacity\nHall,2026-05-06 09:00,1\nHall,2026-05-06 10:00,2\n"
    made = await world.do(lambda work: keeping.put_up(work, "recall/12", table))
    again = await world.do(lambda work: keeping.put_up(work, "recall/12", table))
    assert [each.id for each in made] == [each.id for each in again]
    views = SlotViews(world.services, "ru", "UTC", world.now)
    bad = f"{table}Hall,2026-05-06 09:00,0\n"
    with pytest.raises(SlotsError) as caught:
        await world.do(lambda work: keeping.put_up(work, "recall/13", bad))
    assert views.faults(caught.value.faults).endswith(
        "Строка 4: число мест — целое, от 1 до 10000."
    )
    await world.group()
    await granted(world, "Anna", ANNA, "en", "pickup")
    assert "Hall" not in "\n".join(world.texts(ANNA))
    mine = await world.do(lambda work: keeping.bookings_of_day(work, made[0].starts_at.date()))
    assert [each.slot.capacity for each in mine] == [1, 2]
