"""Somebody who is here complains: every team reads it, and whoever meets them says so."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.callbacks import pack
from bot.core.work import Work
from bot.data.items import EventItem, read_item
from bot.data.registration import put_events
from flows.config import load_config
from flows.entities import ClockEvent, ClockKind
from flows.entities.kinds import EntryKind
from storage.database import Database
from tests.bot.desk.world import ANNA, CLARA, CONFIG, FORUM, OTHER, PLAIN, World, said

HOTEL = "periods: [{id: stay, event: stay, where: room}]\n"
SUPERGROUP = -1001234567890


async def told(world: World, **data: object) -> str:
    """Tell of a stay as the hotel's system does; gives the reason for which it was not taken."""
    at = (world.now - timedelta(hours=20)).isoformat()
    given = {"id": "b-1", "customer": f"C-{ANNA}", "type": "stay", "at": at, "data": data}
    item = read_item(EventItem, given)

    async def put(work: Work) -> str:
        (result,) = await put_events(work.unit, work.services, [item], work.now)
        return result.reason

    return str(await world.do(put))


@pytest.fixture
async def database(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """One kind of database is enough: no SQL differs here."""
    shutil.copy(sqlite_template, tmp_path / "verso.db")
    opened = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/verso.db")
    await opened.try_to_lead()
    yield opened
    await opened.close()


@pytest.fixture
async def house(world: World) -> World:
    world.services.config = load_config(CONFIG + HOTEL)
    await world.group(SUPERGROUP, "support")
    await world.group(OTHER, "tasting")
    return world


async def test_the_whole_house_hears_of_a_guest_and_whoever_meets_them_says_so(
    house: World,
) -> None:
    anna = await house.customer()
    assert "expected an end after" in await told(house, until="2026-05-01")
    assert await told(house, until="2026-05-04T19:00:00+02:00", room=214) == ""
    ticket = await house.complain(anna, "The tea was cold, and nobody came.")
    assert ticket.due_at == house.now.replace(hour=13, minute=30), "four hours, as always"
    assert ticket.look_at is not None
    await house.later(seconds=5)
    card = [sent.text for sent in house.to(SUPERGROUP) if sent.text.startswith("#1")][-1]
    assert "Here until Mon 4 May, 19:00: 214" in card
    assert "to be done by Mon 4 May, 17:00" in card, "forty working hours would be Friday"
    (notice,) = house.to(OTHER)
    assert notice.text == (
        "Anna has a complaint (#1) · here until Mon 4 May, 19:00 (214) · "
        "The tea was cold, and nobody came."
    )
    met, address = notice.params["reply_markup"]["inline_keyboard"][0]
    assert address["url"] == f"https://t.me/c/1234567890/{ticket.topic_id}/{ticket.card_message_id}"
    answer = await house.press(met["callback_data"], by=CLARA, chat=OTHER)
    assert answer["text"] == "Thank you. The others read it."
    again = await house.press(met["callback_data"], by=CLARA, chat=OTHER)
    assert again["text"] == "You have said so already."
    await house.later(seconds=2)
    assert f"Clara (Group {OTHER}) has met Anna and spoken about #1." in house.texts(SUPERGROUP)
    assert house.texts(OTHER)[-1] == "Clara has met Anna and spoken about #1."
    found = await house.ticket(1)
    assert (found.state, found.owner_id, found.first_response_at) == (
        "open",
        None,
        house.now - timedelta(seconds=2),
    )
    lines = await house.read(lambda unit: unit.tickets.clock_lines(ticket.id))
    assert [(line.clock, line.event) for line in lines] == [
        (ClockKind.FIRST_RESPONSE, ClockEvent.MET)
    ]
    entries = await house.read(lambda unit: unit.tickets.entries(ticket.id))
    assert [each.author_id for each in entries if each.kind == EntryKind.MET] == [CLARA]
    assert house.texts(ANNA) == [], "nothing is sent by it"


async def test_a_word_of_a_guest_who_stays_longer_is_due_before_they_leave(house: World) -> None:
    anna = await house.customer()
    await told(house, until="2026-05-04T19:00:00+02:00")
    ticket = await house.complain(anna)
    await house.press(pack("t", "met", ticket.id), chat=SUPERGROUP)
    await told(house, until="2026-05-04T18:00:00+02:00")
    again = await house.add(1, said("It is cold again.", house.now, 30))
    assert again.due_at is not None
    assert again.due_at.hour == 14, "two hours before 18:00 in Berlin"


async def test_nobody_is_met_of_whom_no_stay_is_known(world: World) -> None:
    await world.group()
    await world.group(PLAIN, "tasting")
    ticket = await world.complain(await world.customer())
    await world.later(seconds=5)
    assert world.to(PLAIN) == []
    for data in (pack("t", "met", ticket.id), pack("t", "met", 7), "t:met"):
        answer = await world.press(data, chat=FORUM)
        assert answer["text"] == "Nothing is known of a stay about this complaint."
    assert (await world.ticket(1)).first_response_at is None
