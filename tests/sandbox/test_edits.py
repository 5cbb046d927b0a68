"""What people change afterwards, as a bot learns of it (Client.cpp:17935: edited_message)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from telegram import InputMediaDocument, InputMediaPhoto, Message
from telegram.error import BadRequest

from bot.sandbox import SandboxError
from tests.sandbox.conftest import PNG, Stage
from tests.sandbox.reading import confirmed, latest, told

BOLD = [{"type": "bold", "offset": 0, "length": 3}]


async def test_an_edit_of_entities_alone(stage: Stage) -> None:
    """Client.cpp:18230, update_message_content: entities are content."""
    said = await stage.anna.say(stage.account, "tea")
    await stage.anna.edit(said, entities=BOLD)
    edited = await latest(stage, "edited_message")
    assert (edited["text"], edited["entities"]) == ("tea", BOLD)
    await stage.anna.edit(said, "tea", entities=[])
    assert "entities" not in await latest(stage, "edited_message")
    with pytest.raises(SandboxError, match="same as before"):
        await stage.anna.edit(said, "tea")


async def test_an_edit_that_changes_nothing(stage: Stage) -> None:
    """Client.cpp:17547 holds back only what the server knows to be unchanged since the last
    one; is_content_changed is true from the start (Client.h:1197)."""
    said = await stage.anna.say(stage.account, "tea")
    before = await latest(stage)
    await stage.anna.edit(said)
    edited = await latest(stage, "edited_message")
    assert edited.pop("edit_date") >= edited["date"]
    assert edited == before


async def test_an_edit_of_media(stage: Stage) -> None:
    """Bot API, Update: edited_message; another file, another caption."""
    sent = await stage.anna.send(stage.account, "photo", PNG, caption="one")
    await stage.anna.edit_media(sent, "document", b"%PDF", name="bill.pdf", caption="two")
    edited = await latest(stage, "edited_message")
    assert (edited["document"]["file_name"], edited["caption"]) == ("bill.pdf", "two")
    assert "photo" not in edited
    voice = await stage.anna.send(stage.account, "voice", b"ogg")
    with pytest.raises(SandboxError, match="can be exchanged"):
        await stage.anna.edit_media(voice, "photo", PNG)


async def test_captions_have_entities_and_lose_them(stage: Stage) -> None:
    sent = await stage.anna.send(
        stage.account, "photo", PNG, caption="<i>hot</i> tea", parse_mode="HTML"
    )
    (italic,) = (await latest(stage))["caption_entities"]
    assert (italic["type"], italic["length"]) == ("italic", 3)
    await stage.anna.edit(sent, "cold tea")
    edited = await latest(stage, "edited_message")
    assert (edited["caption"], "caption_entities" in edited) == ("cold tea", False)
    items = [{"kind": "photo", "data": PNG, "caption": "tea", "caption_entities": BOLD}] * 2
    await stage.anna.send_album(stage.account, items)
    assert (await latest(stage))["caption_entities"] == BOLD


async def test_live_locations_move_and_stop(stage: Stage) -> None:
    """Client.cpp:779, JsonLocation: live_period stands there until it is over."""
    sent = await stage.anna.send_location(stage.account, 52.5, 13.4, live_period=600)
    assert (await latest(stage))["location"]["live_period"] == 600
    await stage.anna.move_location(sent, 52.6, 13.4, heading=90)
    moved = (await latest(stage, "edited_message"))["location"]
    assert moved == {"latitude": 52.6, "longitude": 13.4, "heading": 90, "live_period": 600}
    await stage.anna.stop_location(sent)
    stopped = (await latest(stage, "edited_message"))["location"]
    assert stopped == {"latitude": 52.6, "longitude": 13.4}
    with pytest.raises(SandboxError, match="no live location"):
        await stage.anna.move_location(sent, 1, 1)


async def test_live_locations_end_by_themselves_and_have_limits(stage: Stage) -> None:
    sent = await stage.anna.send_location(stage.account, 52.5, 13.4, live_period=60)
    await stage.sandbox.advance(timedelta(seconds=61))
    with pytest.raises(SandboxError, match="no live location"):
        await stage.anna.move_location(sent, 1, 1)
    with pytest.raises(SandboxError, match="60 to 86400"):
        await stage.anna.send_location(stage.account, 1, 1, live_period=59)


async def test_others_messages_and_those_without_text_stay(stage: Stage) -> None:
    await confirmed(stage)
    answer = await stage.bot.send_message(stage.anna.id, "hello")
    with pytest.raises(SandboxError, match="own messages"):
        await stage.anna.edit(await stage.anna.message(stage.account, answer.message_id), "x")
    note = await stage.anna.send(stage.account, "video_note", b"mp4")
    with pytest.raises(SandboxError, match="neither a text nor a caption"):
        await stage.anna.edit(note, "x")
    assert await told(stage, "edited_message") == []


async def test_a_bot_exchanges_a_file(stage: Stage) -> None:
    """td 1.8.66, MessagesManager.cpp:23600 (edit_message_media) and 23167."""
    chat = stage.anna.id
    first = await stage.bot.send_photo(chat, PNG, caption="one")
    again = await stage.bot.edit_message_media(
        InputMediaDocument(b"%PDF", filename="bill.pdf", caption="two"), chat, first.message_id
    )
    assert isinstance(again, Message)
    assert again.document is not None
    assert (again.document.file_name, again.caption) == ("bill.pdf", "two")
    assert not again.photo
    [shown] = [m for m in await stage.anna.messages(stage.account) if m.id == first.message_id]
    assert shown.kind == "document"
    words = await stage.bot.send_message(chat, "Tea.")
    await stage.bot.edit_message_media(InputMediaPhoto(PNG), chat, words.message_id)
    place = await stage.bot.send_location(chat, 1.0, 1.0)
    with pytest.raises(BadRequest, match="can't be edited"):
        await stage.bot.edit_message_media(InputMediaPhoto(PNG), chat, place.message_id)
    with pytest.raises(BadRequest, match="essage to edit not found"):
        await stage.bot.edit_message_media(InputMediaPhoto(PNG), chat, 9_999)
