"""What Telegram refuses, in its words."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import aiohttp
import orjson
import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, ReplyParameters
from telegram.error import BadRequest, Forbidden, TelegramError

from tests.sandbox.conftest import PNG, Stage


async def error_of(doing: Awaitable[Any]) -> str:
    with pytest.raises((BadRequest, Forbidden)) as caught:
        await doing
    return str(caught.value)


async def raw(stage: Stage, method: str, body: Any, token: str | None = None) -> tuple[int, Any]:
    url = f"{stage.sandbox.bot_url}{token or stage.account.token}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
        return answer.status, orjson.loads(await answer.read())


async def test_unknown_tokens_methods_and_parameters(stage: Stage) -> None:
    assert await raw(stage, "getMe", {}, "1:x") == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )
    # A typing mistake is what Telegram says it is, a method of the Bot API is named.
    assert (await raw(stage, "sendPigeon", {}))[1]["description"] == "Not Found: method not found"
    status, answer = await raw(stage, "sendpoll", {"chat_id": stage.anna.id})
    assert (status, answer["description"]) == (
        400,
        "Bad Request: sandbox does not imitate sendPoll",
    )
    calls = [c["method"] for c in await stage.sandbox.requests()]
    assert calls[-2:] == ["sendPigeon", "sendPoll"]
    status, answer = await raw(stage, "getMe", {"pigeon": 1})
    assert status == 400
    assert 'getMe has no parameter "pigeon"' in answer["description"]
    _, answer = await raw(stage, "sendMessage", {"business_connection_id": "x"})
    assert answer["description"] == (
        'Bad Request: sandbox does not imitate parameter "business_connection_id" of sendMessage'
    )
    _, answer = await raw(stage, "getMe", [1])
    assert answer["description"] == "Bad Request: can't parse JSON object"


async def test_names_are_case_blind_and_values_may_be_strings(stage: Stage) -> None:
    body = {"chat_id": str(stage.anna.id), "text": "hi", "disable_notification": "true"}
    status, answer = await raw(stage, "SENDMESSAGE", body)
    assert (status, answer["result"]["text"]) == (200, "hi")


async def test_a_bot_cannot_write_first_nor_after_a_block(stage: Stage) -> None:
    ben = await stage.sandbox.create_user(first_name="Ben")
    assert await error_of(stage.bot.send_message(ben.id, "hi")) == (
        "Forbidden: bot can't initiate conversation with a user"
    )
    await ben.say(stage.account, "hello")
    await stage.bot.send_message(ben.id, "hi")
    await ben.block(stage.account)
    assert await error_of(stage.bot.send_message(ben.id, "hi")) == (
        "Forbidden: bot was blocked by the user"
    )
    await ben.start(stage.account)
    await stage.bot.send_message(ben.id, "hi")
    await ben.deactivate()
    assert await error_of(stage.bot.send_message(ben.id, "hi")) == "Forbidden: user is deactivated"
    assert await error_of(stage.bot.send_message(4711, "hi")) == "Chat not found"


async def test_texts_and_captions(stage: Stage) -> None:
    bot, chat = stage.bot, stage.anna.id
    assert await error_of(bot.send_message(chat, " ")) == "Text must be non-empty"
    assert await error_of(bot.send_message(chat, "a" * 4097)) == "Message is too long"
    assert await error_of(bot.send_photo(chat, PNG, caption="a" * 1025)) == (
        "Message caption is too long"
    )
    assert await error_of(bot.send_photo(chat, b"no picture")) == "Image_process_failed"
    assert await error_of(bot.send_photo(chat, "nonsense")) == (
        "Wrong remote file identifier specified: wrong padding in the string"
    )


async def test_files_of_another_kind_and_from_elsewhere(stage: Stage) -> None:
    bot, chat = stage.bot, stage.anna.id
    document = (await bot.send_document(chat, b"x")).document
    assert document is not None
    assert (
        "can't use file of type" in (await error_of(bot.send_voice(chat, document.file_id))).lower()
    )
    assert "by URL".lower() in (await error_of(bot.send_photo(chat, "https://a.com/b.jpg"))).lower()
    assert "non-empty" in await error_of(bot.send_document(chat, b""))


@pytest.mark.parametrize("size", [1, 11])
async def test_albums_have_two_to_ten_items(stage: Stage, size: int) -> None:
    status, answer = await raw(
        stage,
        "sendMediaGroup",
        {"chat_id": stage.anna.id, "media": [{"type": "photo", "media": "x"}] * size},
    )
    assert status == 400
    assert "album" in answer["description"]


async def test_album_kinds_do_not_mix(stage: Stage) -> None:
    media = [{"type": "photo", "media": "x"}, {"type": "document", "media": "y"}]
    _, answer = await raw(stage, "sendMediaGroup", {"chat_id": stage.anna.id, "media": media})
    assert answer["description"] == "Bad Request: document can't be mixed with other media types"


async def test_replies_and_quotes(stage: Stage) -> None:
    bot, chat = stage.bot, stage.anna.id
    gone = ReplyParameters(4711)
    assert await error_of(bot.send_message(chat, "x", reply_parameters=gone)) == (
        "Message to be replied not found"
    )
    anyway = ReplyParameters(4711, allow_sending_without_reply=True)
    assert (await bot.send_message(chat, "x", reply_parameters=anyway)).reply_to_message is None
    first = await bot.send_message(chat, "one two")
    misquoted = ReplyParameters(first.message_id, quote="three")
    assert await error_of(bot.send_message(chat, "x", reply_parameters=misquoted)) == (
        "Quote_text_invalid"
    )


async def test_edits(stage: Stage) -> None:
    bot, chat = stage.bot, stage.anna.id
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a")]])
    message = await bot.send_message(chat, "same", reply_markup=keyboard)
    said = await stage.anna.say(stage.account, "mine")
    photo = await bot.send_photo(chat, PNG)
    same = bot.edit_message_text("same", chat, message.message_id, reply_markup=keyboard)
    assert (await error_of(same)).startswith("Message is not modified: specified new message")
    assert await error_of(bot.edit_message_text("x", chat, 4711)) == "Message to edit not found"
    assert await error_of(bot.edit_message_text("x", chat, said.id)) == "Message can't be edited"
    assert await error_of(bot.edit_message_text("x", chat, photo.message_id)) == (
        "There is no text in the message to edit"
    )
    assert await error_of(bot.edit_message_caption(chat, message.message_id, caption="x")) == (
        "There is no caption in the message to edit"
    )


async def test_things_that_are_not_there(stage: Stage) -> None:
    bot, chat = stage.bot, stage.anna.id
    assert await error_of(bot.delete_message(chat, 4711)) == "Message to delete not found"
    assert await error_of(bot.copy_message(chat, chat, 4711)) == "Message to copy not found"
    assert await error_of(bot.forward_message(chat, chat, 4711)) == "Message to forward not found"
    assert await error_of(bot.set_message_reaction(chat, 4711, "👍")) == (
        "Message to react not found"
    )
    assert await error_of(bot.get_file("x")) == "Invalid file_id"
    assert await error_of(bot.send_chat_action(chat, "juggling")) == (
        "Wrong parameter action in request"
    )


async def test_reactions_are_from_the_list(stage: Stage) -> None:
    message = await stage.anna.say(stage.account, "x")
    react = stage.bot.set_message_reaction(stage.anna.id, message.id, "🍕")
    assert await error_of(react) == "Reaction_invalid"


async def test_protected_messages_are_not_forwarded_but_copied(stage: Stage) -> None:
    """td, MessagesManager.cpp:8233: bots may copy them."""
    bot, chat = stage.bot, stage.anna.id
    message = await bot.send_message(chat, "secret", protect_content=True)
    assert await error_of(bot.forward_message(chat, chat, message.message_id)) == (
        "The message can't be forwarded"
    )
    assert await bot.copy_message(chat, chat, message.message_id)


async def test_old_messages_of_a_group_stay(stage: Stage) -> None:
    message = await stage.bot.send_message(stage.anna.id, "x")
    await stage.sandbox.advance(timedelta(hours=49))
    assert await error_of(stage.bot.delete_message(stage.anna.id, message.message_id)) == (
        "Message can't be deleted for everyone"
    )


async def test_copies_come_in_order(stage: Stage) -> None:
    with pytest.raises(TelegramError, match="strictly increasing"):
        await stage.bot.copy_messages(stage.anna.id, stage.anna.id, [3, 1])


async def test_one_bad_photo_spoils_an_album(stage: Stage) -> None:
    before = len(await stage.anna.messages(stage.account))
    with pytest.raises(BadRequest):
        await stage.bot.send_media_group(
            stage.anna.id, [InputMediaPhoto(PNG), InputMediaPhoto(b"no picture")]
        )
    assert len(await stage.anna.messages(stage.account)) == before
