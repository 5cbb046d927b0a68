"""Every method that is imitated answers what python-telegram-bot's own types can read."""

from __future__ import annotations

from telegram import (
    BotCommand,
    BotCommandScopeChat,
    ChatPermissions,
    Contact,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    LinkPreviewOptions,
    Location,
    MenuButtonCommands,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from bot.sandbox.api.spec import METHODS
from tests.sandbox.conftest import PNG, Stage


async def test_identity_and_profile(stage: Stage) -> None:
    bot = stage.bot
    assert (await bot.get_me()).username == "tea_bot"
    assert (await bot.get_my_name()).name == "Tea"
    assert await bot.set_my_name("Tea house")
    assert (await bot.get_my_name("de")).name == "Tea house"
    assert await bot.set_my_description("Tells", language_code="en")
    assert (await bot.get_my_description("en")).description == "Tells"
    assert await bot.set_my_short_description("T")
    assert (await bot.get_my_short_description()).short_description == "T"
    assert await bot.set_chat_menu_button(stage.anna.id, MenuButtonCommands())
    assert (await bot.get_chat_menu_button(stage.anna.id)).type == "commands"


async def test_commands_keep_their_scope_and_language(stage: Stage) -> None:
    bot, scope = stage.bot, BotCommandScopeChat(stage.anna.id)
    await bot.set_my_commands([BotCommand("help", "What I do")])
    await bot.set_my_commands([BotCommand("stop", "Стоп")], scope=scope, language_code="ru")
    assert [c.command for c in await bot.get_my_commands()] == ["help"]
    assert [c.command for c in await bot.get_my_commands(scope, "ru")] == ["stop"]
    assert await bot.delete_my_commands(scope, "ru")
    assert await bot.get_my_commands(scope, "ru") == ()


async def test_texts_places_and_contacts(stage: Stage) -> None:
    bot, chat = stage.bot, stage.anna.id
    text = await bot.send_message(
        chat,
        "see tea.com",
        entities=[MessageEntity("bold", 0, 3)],
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_markup=ForceReply(selective=True),
    )
    assert [e.type for e in text.entities] == ["bold", "url"]
    assert text.link_preview_options == LinkPreviewOptions(is_disabled=True)
    place = await bot.send_location(chat, location=Location(13.4, 52.5))
    assert place.location is not None
    assert place.location.latitude == 52.5
    contact = await bot.send_contact(chat, contact=Contact("+491701234567", "Anna"))
    assert contact.contact is not None
    assert contact.contact.user_id == stage.anna.id
    assert await bot.send_chat_action(chat, "typing")


async def test_files_come_back_as_they_were_sent(stage: Stage) -> None:
    bot, chat = stage.bot, stage.anna.id
    photo = await bot.send_photo(chat, PNG, caption="*a*", parse_mode="MarkdownV2")
    assert (photo.photo[0].width, photo.photo[0].height) == (2, 3)
    assert photo.caption_entities[0].type == "bold"
    sent = [
        (await bot.send_audio(chat, b"aaa", title="Song", duration=3)).audio,
        (await bot.send_document(chat, b"ddd", filename="a.txt")).document,
        (await bot.send_video(chat, b"vvv", width=10, height=20)).video,
        (await bot.send_animation(chat, b"ggg")).animation,
        (await bot.send_voice(chat, b"ooo", duration=2)).voice,
        (await bot.send_video_note(chat, b"nnn", length=9)).video_note,
    ]
    contents = []
    for media in sent:
        assert media is not None
        file = await bot.get_file(media.file_id)
        contents.append(bytes(await file.download_as_bytearray()))
    assert contents == [b"aaa", b"ddd", b"vvv", b"ggg", b"ooo", b"nnn"]
    again = await bot.send_photo(chat, photo.photo[0].file_id)
    assert again.photo[0].file_unique_id == photo.photo[0].file_unique_id


async def test_albums_copies_and_forwards(stage: Stage) -> None:
    bot, chat = stage.bot, stage.anna.id
    album = await bot.send_media_group(
        chat, [InputMediaPhoto(PNG, caption="1"), InputMediaPhoto(PNG)]
    )
    assert len({m.media_group_id for m in album}) == 1
    ids = [m.message_id for m in album]
    copies = await bot.copy_messages(chat, chat, ids)
    seen = {m.id: m for m in await stage.anna.messages(stage.account)}
    groups = {seen[c.message_id].view["media_group_id"] for c in copies}
    assert len(groups) == 1
    assert groups != {album[0].media_group_id}
    forwards = await bot.forward_messages(chat, chat, ids)
    assert len(forwards) == 2
    one = await bot.copy_message(chat, chat, ids[0], caption="other")
    shown = {m.id: m for m in await stage.anna.messages(stage.account)}[one.message_id]
    assert (shown.text, shown.view["forwarded"]) == ("other", None)
    forwarded = await bot.forward_message(chat, chat, ids[0])
    assert forwarded.forward_origin is not None
    documents = [InputMediaDocument(b"a"), InputMediaDocument(b"b")]
    assert len(await bot.send_media_group(chat, documents)) == 2


async def test_edits_pins_reactions_and_deletions(stage: Stage) -> None:
    bot, chat = stage.bot, stage.anna.id
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a")]])
    message = await bot.send_message(chat, "one", reply_markup=keyboard)
    edited = await bot.edit_message_text("two", chat, message.message_id)
    assert edited is not True
    assert (edited.text, edited.reply_markup) == ("two", None)
    assert edited.edit_date is not None
    marked = await bot.edit_message_reply_markup(chat, message.message_id, reply_markup=keyboard)
    assert marked is not True
    assert marked.reply_markup == keyboard
    photo = await bot.send_photo(chat, PNG)
    captioned = await bot.edit_message_caption(chat, photo.message_id, caption="c")
    assert captioned is not True
    assert captioned.caption == "c"
    exchanged = await bot.edit_message_media(InputMediaPhoto(PNG), chat, photo.message_id)
    assert exchanged is not True
    assert exchanged.photo
    assert await bot.pin_chat_message(chat, message.message_id)
    full = await bot.get_chat(chat)
    assert full.pinned_message is not None
    assert full.pinned_message.message_id == message.message_id
    assert await bot.unpin_chat_message(chat, message.message_id)
    assert await bot.set_message_reaction(chat, message.message_id, "👍")
    assert await bot.delete_message(chat, message.message_id)
    assert await bot.delete_messages(chat, [photo.message_id, 4711])


async def test_keyboards_and_replies(stage: Stage) -> None:
    bot, chat, anna = stage.bot, stage.anna.id, stage.anna
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("Share", request_contact=True), "No"]])
    asked = await bot.send_message(chat, "Your number?", reply_markup=keyboard)
    assert asked.reply_markup is None
    shared = await anna.tap(stage.account, "Share")
    assert shared.view["contact"]["user_id"] == anna.id
    await bot.send_message(chat, "Thanks", reply_markup=ReplyKeyboardRemove())
    assert await anna.keyboard(stage.account) is None
    quoted = await bot.send_message(
        chat, "re", reply_parameters=ReplyParameters(asked.message_id, quote="number")
    )
    assert quoted.quote is not None
    assert (quoted.quote.text, quoted.quote.position) == ("number", 5)
    assert quoted.reply_to_message is not None


async def test_groups_topics_and_members(stage: Stage) -> None:
    bot, anna = stage.bot, stage.anna
    group = await stage.sandbox.create_group(
        anna, stage.account, admins={stage.account.id: None}, forum=True
    )
    assert (await bot.get_chat(group.id)).is_forum
    assert (await bot.get_chat_member(group.id, anna.id)).status == "creator"
    assert (await bot.get_chat_member(group.id, bot.id)).status == "administrator"
    assert len(await bot.get_chat_administrators(group.id)) == 2
    assert await bot.get_chat_member_count(group.id) == 2
    ben = await stage.sandbox.create_user(first_name="Ben")
    await group.add(ben)
    assert await bot.restrict_chat_member(group.id, ben.id, ChatPermissions.no_permissions())
    assert await bot.ban_chat_member(group.id, ben.id)
    assert await bot.unban_chat_member(group.id, ben.id, only_if_banned=True)
    assert await bot.set_chat_permissions(group.id, ChatPermissions.all_permissions())
    assert await bot.set_chat_title(group.id, "Tea desk")
    assert all(each.emoji for each in await bot.get_forum_topic_icon_stickers())
    topic = await bot.create_forum_topic(group.id, "Ticket 1", icon_color=0x6FB9F0)
    thread = topic.message_thread_id
    assert await bot.edit_forum_topic(group.id, thread, name="Ticket one")
    assert await bot.close_forum_topic(group.id, thread)
    assert await bot.reopen_forum_topic(group.id, thread)
    message = await bot.send_message(group.id, "card", message_thread_id=thread)
    assert message.is_topic_message
    assert message.reply_to_message is not None
    assert message.reply_to_message.forum_topic_created is not None
    assert await bot.delete_forum_topic(group.id, thread)
    assert (await bot.get_user_profile_photos(anna.id)).total_count == 0
    assert await bot.leave_chat(group.id)


async def test_callbacks_and_webhook_settings(stage: Stage) -> None:
    bot, anna = stage.bot, stage.anna
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a")]])
    await bot.send_message(anna.id, "choose", reply_markup=keyboard)
    pressed = await anna.press(await anna.wait_for(stage.account, "choose"), "A")
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "a"
    assert await update.callback_query.answer("Done", show_alert=True)
    assert await anna.wait_for_answer(pressed) == {"text": "Done", "show_alert": True}
    assert await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="s", max_connections=3)
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections) == ("http://127.0.0.1:9/hook", 3)
    assert await bot.delete_webhook(drop_pending_updates=True)


async def test_no_imitated_method_was_forgotten_here(stage: Stage) -> None:
    """The tests above are replayed, then the log must know every method with a 200."""
    for test in (
        test_identity_and_profile,
        test_commands_keep_their_scope_and_language,
        test_texts_places_and_contacts,
        test_files_come_back_as_they_were_sent,
        test_albums_copies_and_forwards,
        test_edits_pins_reactions_and_deletions,
        test_keyboards_and_replies,
        test_groups_topics_and_members,
    ):
        await test(stage)
    await stage.bot.get_updates(offset=10**10)
    await test_callbacks_and_webhook_settings(stage)
    counts = await stage.sandbox.request_counts()
    assert {name for name, by_status in counts.items() if "200" in by_status} == set(METHODS)
