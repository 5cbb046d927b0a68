"""What public reports tell of help desks in Telegram, played on Verso."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.journeys.test_desk import card, complain
from tests.journeys.world import World, world

pytestmark = pytest.mark.journey
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
ONLY_YOU = "Only your team reads this."


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[World]:
    """Verso with a staff group that has topics."""
    async with world(sqlite_url) as made:
        yield made


async def asked(w: World, message: Any, text: str = ONLY_YOU) -> Any:
    """Wait for the bot's answer to a message of staff."""
    return await w.staff.wait_for(
        w.group, where=lambda m: m.from_bot and m.reply_to == message.id and text in m.text
    )


async def test_replies_to_notes_and_to_own_answers_are_not_lost(desk: World) -> None:
    anna = await complain(desk)
    shown = await card(desk)
    await desk.recorded(shown)
    await anna.block(desk.bot)
    first = await desk.staff.say(
        desk.group, "Are you there?", reply_to=shown.id, thread=shown.topic
    )
    note = await desk.recorded(await desk.staff.wait_for(desk.group, "Not delivered to Anna"))
    await anna.unblock(desk.bot)
    back = await desk.recorded(await desk.staff.wait_for(desk.group, "Anna is back"))
    for to, text in ((note, "Once more."), (first, "PS: by post."), (back, "Welcome back!")):
        said = await desk.staff.say(desk.group, text, reply_to=to.id, thread=shown.topic)
        question = await asked(desk, said)
        await desk.staff.press(question, "Send it to Anna")
        await desk.told(anna, text)


@pytest.mark.parametrize(
    "text",
    ["/privacy shows what we keep.", "/start once more, please.", "/stop ends it.", "/ban #1"],
)
async def test_an_answer_that_begins_with_a_slash_is_not_lost(desk: World, text: str) -> None:
    anna = await complain(desk)
    shown = await card(desk)
    await desk.recorded(shown)
    said = await desk.staff.say(desk.group, text, reply_to=shown.id, thread=shown.topic)
    question = await asked(desk, said, "Nothing of it reached the customer.")
    await desk.staff.press(question, "Send it to Anna")
    await desk.told(anna, text)


async def test_a_path_at_the_beginning_is_an_answer(desk: World) -> None:
    anna = await complain(desk)
    shown = await card(desk)
    await desk.recorded(shown)
    await desk.staff.say(desk.group, "/usr/local/bin is it.", reply_to=shown.id, thread=shown.topic)
    await desk.told(anna, "/usr/local/bin is it.")


async def test_a_reply_from_another_topic_is_asked_about(desk: World) -> None:
    anna = await complain(desk)
    shown = await card(desk)
    await desk.recorded(shown)
    said = await desk.staff.say(desk.group, "It left today.", reply_to=shown.id, thread=1)
    question = await asked(desk, said)
    assert not [m for m in await anna.messages(desk.bot) if "left today" in m.text]
    await desk.staff.press(question, "Send it to Anna (#1)")
    await desk.told(anna, "It left today.")


async def test_an_album_typed_into_a_topic_is_asked_about_once(desk: World) -> None:
    anna = await complain(desk)
    shown = await card(desk)
    await desk.recorded(shown)
    parts = await desk.staff.send_album(
        desk.group, [{"kind": "photo", "data": PNG}] * 2, thread=shown.topic
    )
    question = await asked(desk, parts[0])
    await desk.staff.press(question, "Send it to Anna")
    await anna.wait_for(desk.bot, where=lambda m: m.kind == "photo")
    await desk.app.settle()
    photos = [m for m in await anna.messages(desk.bot) if m.kind == "photo"]
    assert len(photos) == 2
    questions = [m for m in await desk.staff.messages(desk.group) if ONLY_YOU in m.text]
    assert len(questions) <= 1


async def test_what_the_team_has_settled_holds_after_a_restart(desk: World) -> None:
    anna = await complain(desk)
    shown = await card(desk)
    said = await desk.staff.say(desk.group, "It left today.", thread=shown.topic)
    question = await asked(desk, said)
    await desk.staff.press(question, "Always send mine")
    await desk.told(anna, "It left today.")
    await desk.staff.say(desk.group, "By post.", thread=shown.topic)
    await desk.told(anna, "By post.")
