"""A business of one: complaints are answered in the owner's private chat with the bot."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.journeys.world import CONFIG, World, until, world

pytestmark = pytest.mark.journey

ALONE = CONFIG.replace(", chat: {chat}", "").replace("{chat}", "")


@pytest.fixture
async def alone(database_url: str) -> AsyncIterator[World]:
    """Verso of a business that has no group, whose owner has pressed Start."""
    async with world(database_url, config=ALONE) as made:
        yield made


async def complain(w: World, words: str, name: str = "Anna") -> Any:
    person = await w.customer(name)
    await person.start(w.bot)
    await person.say(w.bot, words)
    await w.finish_complaint(person)
    return person


async def known(w: World, message: Any) -> Any:
    """Wait until the bot knows that it has sent a message; give the message."""

    async def is_known() -> bool:
        async with w.app.database.reading() as unit:
            return await unit.outbox.by_message(w.admin.id, message.id) is not None

    await until(is_known)
    return message


async def card(w: World, number: int = 1) -> Any:
    return await known(w, await w.admin.wait_for(w.bot, f"#{number} · "))


async def test_an_owner_answers_alone(alone: World) -> None:
    anna = await complain(alone, "The lid leaks.")
    await alone.told(alone.admin, "Complaints come here now")
    shown = await card(alone)
    assert "The lid leaks." in shown.text
    answer = await alone.admin.say(alone.bot, "A new lid left today.", reply_to=shown.id)
    await alone.told(anna, "Olaf answers you (#1):\nA new lid left today.")
    await alone.admin.wait_for(alone.bot, where=lambda m: m.id == answer.id and "👌" in m.reactions)
    await anna.say(alone.bot, "Thank you, but which one?")
    words = await known(alone, await alone.admin.wait_for(alone.bot, "but which one?"))
    assert words.reply_to == shown.id
    await alone.admin.say(alone.bot, "The big one.", reply_to=words.id)
    await alone.told(anna, "The big one.")
    await alone.admin.press(shown, "Resolve")
    asked = await known(alone, await alone.admin.wait_for(alone.bot, "What did we do"))
    await alone.admin.say(alone.bot, "Sent a new lid.", reply_to=asked.id)
    await alone.told(anna, "Sent a new lid.")
    await alone.admin.say(alone.bot, "/tickets")
    await alone.told(alone.admin, "Nothing is open.")


async def test_an_owner_reads_their_own_language_at_the_desk(alone: World) -> None:
    await alone.admin.say(alone.bot, "/language")
    asked = await alone.told(alone.admin, "Which language")
    await alone.admin.press(asked, "Русский")
    await alone.told(alone.admin, "по-русски")
    anna = await complain(alone, "The lid leaks.")
    shown = await card(alone)
    assert "Беру" in {button["text"] for row in shown.buttons for button in row}
    await alone.admin.press(shown, "Решено")
    asked = await known(alone, await alone.admin.wait_for(alone.bot, "Что мы сделали "))
    await alone.admin.say(alone.bot, "We sent a new lid.", reply_to=asked.id)
    await alone.told(anna, "We sent a new lid.")
    await alone.advance(seconds=5)
    await alone.admin.say(alone.bot, "/tickets")
    await alone.told(alone.admin, "Открытых нет.")


async def test_words_that_reply_to_nothing_are_asked_about(alone: World) -> None:
    anna = await complain(alone, "The lid leaks.")
    eve = await complain(alone, "The handle broke.", "Eve")
    await card(alone, 2)
    await alone.admin.say(alone.bot, "It is in the post.")
    asked = await alone.told(alone.admin, "Only you read this.")
    labels = {button["text"] for row in asked.buttons for button in row}
    assert labels == {"Send it to Anna (#1)", "Send it to Eve (#2)"}
    await alone.admin.press(asked, "Send it to Eve (#2)")
    await alone.told(eve, "It is in the post.")
    assert not [m for m in await anna.messages(alone.bot) if "in the post" in m.text]


async def test_the_owner_goes_on_as_an_admin(alone: World) -> None:
    await complain(alone, "The lid leaks.")
    await card(alone)
    await alone.admin.say(alone.bot, "/schedules")
    await alone.told(alone.admin, "silent-trial")
    await alone.admin.say(alone.bot, "/stats")
    await alone.admin.say(alone.bot, "/help")
    await alone.told(alone.admin, "/why")


async def test_a_group_takes_over_what_is_its_teams(alone: World) -> None:
    anna = await complain(alone, "The lid leaks.")
    shown = await card(alone)
    await alone.admin.say(alone.group, "/setup")
    await alone.told(alone.admin, "takes its complaints from now on")
    moved = await alone.staff.wait_for(alone.group, "#1 · ")
    assert "The lid leaks." in moved.text
    await alone.recorded(moved)
    await alone.staff.say(alone.group, "From us all.", reply_to=moved.id, thread=moved.topic)
    await alone.told(anna, "From us all.")
    pressed = await alone.admin.press(shown, "Take it")
    refused = await alone.admin.wait_for_answer(pressed)
    assert "for staff in their group" in refused["text"]


async def test_an_owner_who_leaves_and_returns_loses_nothing(alone: World) -> None:
    await complain(alone, "The lid leaks.")
    await card(alone)
    await alone.admin.block(alone.bot)

    async def has_left() -> bool:
        async with alone.app.database.reading() as unit:
            return all(group.left_at is not None for group in await unit.people.groups())

    await until(has_left)
    eve = await complain(alone, "The handle broke.", "Eve")
    before = [m.id for m in await alone.admin.messages(alone.bot)][-1]
    await alone.admin.unblock(alone.bot)
    await alone.admin.start(alone.bot)
    await alone.advance(seconds=5)
    for words in ("The lid leaks.", "The handle broke."):
        again = await alone.admin.wait_for(
            alone.bot, where=lambda m, words=words: m.id > before and words in m.text
        )
        await known(alone, again)
    await alone.admin.say(alone.bot, "A new handle.", reply_to=again.id)
    await alone.told(eve, "A new handle.")


async def test_setup_off_ends_it_for_good(alone: World) -> None:
    await complain(alone, "The lid leaks.")
    await card(alone)
    await alone.admin.say(alone.bot, "/setup off")
    await alone.told(alone.admin, "no complaints any more")
    await complain(alone, "The handle broke.", "Eve")
    await alone.advance(minutes=3)
    await alone.told(alone.admin, "wait")
    await alone.admin.say(alone.bot, "/setup")
    await alone.admin.wait_for(alone.bot, "#2 · ")
