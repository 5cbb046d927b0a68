"""What happens at the desk in the same moment: slow commits, edits under way, replies to parts."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from bot.desk.cards import EDIT_CLOSING, EDIT_DELAY
from flows.entities import Entry, Ticket
from storage.unit import Unit
from tests.journeys.test_desk import card, complain, say
from tests.journeys.world import World, until, world

pytestmark = pytest.mark.journey

PHOTOS = [{"kind": "photo", "data": b"\xff\xd8" + name} for name in (b"one", b"two", b"three")]


@pytest.fixture
async def w(database_url: str) -> AsyncIterator[World]:
    async with world(database_url) as made:
        yield made


async def photos_in(w: World, person: Any, chat: Any, number: int) -> list[Any]:
    """Wait until so many photos of the bot are in a chat, and give them."""

    async def found() -> list[Any]:
        return [m for m in await person.messages(chat) if m.kind == "photo" and m.from_bot]

    async def enough() -> bool:
        return len(await found()) >= number

    await until(enough)
    return await found()


def slow_commit_of_the_last_part(w: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have the third part of an album come later than the others, and take long to be stored.

    It is decided before the album leaves, and committed when that has been composed. Gives the
    parts whose commit was slow.
    """
    store, add, commit = w.app.intake.store, Unit.add, Unit.commit
    came, seen, slowed, added = [], [], list[int](), dict[Unit, list[int]]()

    async def others_are_stored() -> bool:
        return len(seen) == len(PHOTOS) - 1

    async def late(raws: Any) -> None:
        parts = [raw for raw in raws if '"media_group_id"' in raw.payload]
        await store([raw for raw in raws if raw not in parts])
        for part in parts:
            came.append(part)
            if len(came) == len(PHOTOS):
                await until(others_are_stored)
            await store([part])

    def noted(unit: Unit, value: Any) -> None:
        if isinstance(value, Entry) and value.album:
            added.setdefault(unit, []).append(value.message_id)
        add(unit, value)

    async def slow(unit: Unit) -> None:
        parts = added.pop(unit, [])  # not `unit.added`: what was written early is not in it
        if len(parts) == 1 and seen:
            slowed.extend(parts)
            await asyncio.sleep(1.6)
        seen.extend(parts)
        await commit(unit)

    monkeypatch.setattr(w.app.intake, "store", late)
    monkeypatch.setattr(Unit, "add", noted)
    monkeypatch.setattr(Unit, "commit", slow)
    return slowed


async def test_a_late_part_of_an_album_is_shown_although_its_commit_was_slow(
    w: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await complain(w)
    await card(w)
    slowed = slow_commit_of_the_last_part(w, monkeypatch)
    await anna.send_album(w.bot, PHOTOS)
    assert len(await photos_in(w, w.staff, w.group, 3)) == 3
    assert slowed


async def test_a_card_shows_the_last_change_although_its_commit_was_slow(
    w: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change is decided shortly before the edit of an earlier one leaves, and committed after."""
    await complain(w)
    shown = await card(w)
    commit, slowed = Unit.commit, []

    async def slow(unit: Unit) -> None:
        if not slowed and any(each.state == "resolved" for each in unit.changed(Ticket)):
            slowed.append(unit)
            await asyncio.sleep(0.9)
        await commit(unit)

    monkeypatch.setattr(Unit, "commit", slow)
    await w.staff.say(w.group, "/take #1")
    await w.staff.wait_for(w.group, "Mira has taken it")
    await w.sandbox.advance(EDIT_DELAY - EDIT_CLOSING)
    await w.staff.say(w.group, "/resolve #1 A new lid.")
    await w.staff.wait_for(
        w.group, where=lambda m: m.id == shown.id and "Resolved by Mira" in m.text
    )


async def test_an_edit_while_the_answer_is_under_way_reaches_the_customer(w: World) -> None:
    """Telegram has copied the message and says so a moment later; staff correct it meanwhile."""
    anna = await complain(w)
    shown = await card(w)
    await say(w, "I am sorry.", shown)
    await w.told(anna, "I am sorry.")
    call, copied, may_answer = w.app.transport.call, asyncio.Event(), asyncio.Event()

    async def slow(url: str, params: Mapping[str, Any], **more: Any) -> Any:
        result = await call(url, params, **more)
        if url.endswith("/copyMessage"):
            copied.set()
            await may_answer.wait()
        return result

    w.app.transport.call = slow  # type: ignore[method-assign]
    reply = await say(w, "Your lid comes on Monday.", shown)
    await copied.wait()
    handled = w.app.worker.handled
    await w.staff.edit(reply, "Your lid comes on Friday.")

    async def edit_was_handled() -> bool:
        return w.app.worker.handled > handled

    await until(edit_was_handled)
    may_answer.set()
    await w.staff.wait_for(w.group, where=lambda m: m.id == reply.id and "👌" in m.reactions)
    await w.told(anna, "Your lid comes on Friday.")
    assert not [m for m in await anna.messages(w.bot) if "Monday" in m.text]


@pytest.mark.parametrize("to", ["first photo", "second photo", "own words"])
async def test_a_reply_belongs_to_the_ticket_of_what_it_replies_to(w: World, to: str) -> None:
    anna = await complain(w)
    first = await w.recorded(await card(w))
    own = await anna.say(w.bot, "and it smells")
    await w.told(anna, "Added to #1")
    await album_in_reply(w, first)
    copies = await photos_in(w, anna, w.bot, 2)
    await anna.say(w.bot, "/complain")
    await anna.say(w.bot, "The shop was closed.")
    for action in (":skip", ":r:4", ":o:fix", ":send"):
        await w.press(anna, action)
    await w.told(anna, "#2")
    second = await card(w, 2)
    target = {"first photo": copies[0], "second photo": copies[1], "own words": own}[to]

    async def copies_are_known() -> bool:
        async with w.app.database.reading() as unit:
            return await unit.outbox.by_message(anna.id, copies[0].id) is not None

    await until(copies_are_known)
    await anna.say(w.bot, "like this one", reply_to=target.id)
    relayed = await w.staff.wait_for(w.group, "like this one")
    assert (relayed.topic == first.topic, relayed.topic == second.topic) == (True, False)


async def album_in_reply(w: World, to: Any) -> None:
    """Have staff send two photos as a reply; the sandbox's people cannot, so updates say so."""
    chat = {"id": w.group.id, "type": "supergroup", "title": "Support", "is_forum": True}
    bot = {"id": w.bot.id, "is_bot": True, "first_name": "Verso"}
    replied = {"message_id": to.id, "date": 1, "chat": chat, "from": bot, "text": "card"}
    for part in await w.staff.send_album(w.group, PHOTOS[:2], thread=to.topic):
        message = {
            "message_id": part.id,
            "date": 1,
            "chat": chat,
            "from": {"id": w.staff.id, "is_bot": False, "first_name": "Mira"},
            "photo": [{"file_id": "F", "file_unique_id": "U", "width": 1, "height": 1}],
            "media_group_id": "77",
            "message_thread_id": to.topic,
            "is_topic_message": True,
            "reply_to_message": replied,
        }
        await w.bot.inject({"message": message})
