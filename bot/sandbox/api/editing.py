"""Methods that change what is there: edits, deletions, pins, reactions, callback answers."""

from __future__ import annotations

import re

from bot.sandbox.api.copying import batch_ids
from bot.sandbox.api.keyboards import checked_markup
from bot.sandbox.api.placing import named_chat, spend, target_chat, with_people
from bot.sandbox.api.reactions import checked_reactions, refused_reactions
from bot.sandbox.api.registry import Call, method
from bot.sandbox.api.sending import preview_options
from bot.sandbox.api.sending_media import caption_fields, media_fields
from bot.sandbox.errors import bad_request
from bot.sandbox.markup.formatted import message_text
from bot.sandbox.world import posting
from bot.sandbox.world.media import has_caption
from bot.sandbox.world.model import JSON, Chat, Message
from bot.sandbox.world.pinning import pin, unpin
from bot.sandbox.world.state import CALLBACK_ANSWER_SECONDS

DELETE_SECONDS = 48 * 3600
"""How long a message can be deleted (Bot API, deleteMessage)."""
ANSWER_LIMIT = 200
"""Characters of the notification of a callback answer (Bot API, answerCallbackQuery)."""
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)

EXCHANGEABLE = ("animation", "audio", "document", "photo", "video")
"""Kinds of files that may be put in the place of one another (td, edit_message_media)."""
_OF_MEDIA = (
    *EXCHANGEABLE,
    "text",
    "entities",
    "link_preview_options",
    "caption",
    "caption_entities",
    "show_caption_above_media",
    "has_media_spoiler",
)


def _editable(call: Call) -> tuple[Chat, Message]:
    chat = target_chat(call)
    message_id = call.params.get("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = call.world.message(chat, message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if not _may_edit(call, chat, message) or "forward_origin" in message.body:
        raise bad_request("message can't be edited")
    return chat, message


def _may_edit(call: Call, chat: Chat, message: Message) -> bool:
    """A bot's own messages, for ever; in a channel also those of others, with the right to
    (td/telegram/MessagesManager.cpp:23112)."""
    own = message.sender_id == call.bot.id
    if chat.is_channel:
        may = chat.member(call.bot.id).may
        own = may("can_edit_messages") or (own and may("can_post_messages"))
    return own and not message.service


def _apply(call: Call, chat: Chat, message: Message, dropped: tuple[str, ...], new: JSON) -> JSON:
    """Exchange some fields and the keyboard, unless nothing would change."""
    keyboard = checked_markup(
        call.params.get("reply_markup"), private=chat.is_private, inline_only=True
    )
    current = {k: message.body[k] for k in dropped if k in message.body}
    if current == new and message.body.get("reply_markup") == keyboard:
        raise bad_request(_NOT_MODIFIED)
    spend(call, chat)
    for name in dropped:
        message.body.pop(name, None)
    message.body.update(new)
    posting.set_keyboard(message, keyboard)
    posting.changed(call.world, message, by_person=False)
    return message.body


@method("editMessageText")
def edit_message_text(call: Call) -> JSON:
    """Another text; without reply_markup the buttons go."""
    params = call.params
    text = message_text(params.text("text"), params.get("parse_mode"), params.get("entities"))
    chat, message = _editable(call)
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    new: JSON = {"text": text.text}
    entities = with_people(call.world, text)
    if entities:
        new["entities"] = entities
    preview = preview_options(call)
    if preview is not None:
        new["link_preview_options"] = preview
    return _apply(call, chat, message, ("text", "entities", "link_preview_options"), new)


@method("editMessageCaption")
def edit_message_caption(call: Call) -> JSON:
    """Another caption, or none."""
    new = caption_fields(call, call.params.values)
    if call.params.get("show_caption_above_media"):
        new["show_caption_above_media"] = True
    chat, message = _editable(call)
    if not has_caption(message.body):
        raise bad_request("there is no caption in the message to edit")
    dropped = ("caption", "caption_entities", "show_caption_above_media")
    return _apply(call, chat, message, dropped, new)


@method("editMessageMedia")
def edit_message_media(call: Call) -> JSON:
    """Another file, with its own caption; without reply_markup the buttons go."""
    media = call.params.get("media")
    if not isinstance(media, dict):
        raise bad_request("can't parse input media JSON object")
    kind = str(media.get("type") or "")
    if kind not in EXCHANGEABLE:
        raise bad_request(f"can't parse InputMedia: type {kind!r} is none of {EXCHANGEABLE}")
    new = media_fields(call, kind, media.get("media"), media)
    chat, message = _editable(call)
    before = next((each for each in (*EXCHANGEABLE, "text") if each in message.body), None)
    if before is None:
        raise bad_request("message media can't be edited")
    grouped = "media_group_id" in message.body
    if grouped and before != kind and not {before, kind} <= {"photo", "video"}:
        raise bad_request("can't change media type in the album")
    return _apply(call, chat, message, _OF_MEDIA, new)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(call: Call) -> JSON:
    """Other buttons, or none."""
    chat, message = _editable(call)
    return _apply(call, chat, message, (), {})


@method("deleteMessage")
def delete_message(call: Call) -> bool:
    """Delete one message for everybody."""
    if not call.params.get("message_id"):
        raise bad_request("message identifier is not specified")  # Client.cpp:13800
    chat = target_chat(call)
    message = call.world.message(chat, call.params.get("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not _deletable(call, chat, message):
        for_everyone = "" if chat.is_channel else " for everyone"
        raise bad_request(f"message can't be deleted{for_everyone}")
    posting.delete(call.world, message)
    return True


@method("deleteMessages")
def delete_messages(call: Call) -> bool:
    """Delete several; those that are missing or may not be deleted are skipped.

    In a channel one that may not be deleted keeps them all.
    """
    chat = target_chat(call)
    found = [call.world.message(chat, message_id) for message_id in batch_ids(call)]
    there = [each for each in found if each is not None]
    deletable = [each for each in there if _deletable(call, chat, each)]
    if chat.is_channel and len(deletable) < len(there):
        raise bad_request("message can't be deleted")
    for message in deletable:
        posting.delete(call.world, message)
    return True


def _deletable(call: Call, chat: Chat, message: Message) -> bool:
    if "forum_topic_created" in message.body:
        return False
    if chat.is_channel:
        return _is_deletable_post(call, chat, message)
    if chat.member(call.bot.id).may("can_delete_messages"):
        return True
    fresh = call.world.clock.unix() - message.date <= DELETE_SECONDS
    return fresh and (chat.is_private or message.sender_id == call.bot.id)


def _is_deletable_post(call: Call, chat: Chat, message: Message) -> bool:
    """No bot deletes what is two days old, whatever its rights, nor a channel's first message
    (td/telegram/MessagesManager.cpp:8346)."""
    may, age = chat.member(call.bot.id).may, call.world.clock.unix() - message.date
    if age >= DELETE_SECONDS or message.id == 1:
        return False
    own = message.sender_id == call.bot.id
    return may("can_delete_messages") or (own and may("can_post_messages"))


@method("pinChatMessage")
def pin_chat_message(call: Call) -> bool:
    """Pin a message; a service message says so."""
    chat = target_chat(call)
    _need_pin_right(call, chat)
    message = call.world.message(chat, call.params.get("message_id") or 0)
    if message is None:
        raise bad_request("message to pin not found")
    pin(call.world, chat, message, call.bot.id)
    return True


@method("unpinChatMessage")
def unpin_chat_message(call: Call) -> bool:
    """Unpin a message, the latest pinned one when none is named."""
    chat = target_chat(call)
    _need_pin_right(call, chat)
    message_id = call.params.get("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    unpin(call.world, chat, message_id)
    return True


def _need_pin_right(call: Call, chat: Chat) -> None:
    right = "can_edit_messages" if chat.is_channel else "can_pin_messages"
    if not chat.is_private and not chat.member(call.bot.id).may(right):
        raise bad_request("not enough rights to manage pinned messages in the chat")


@method("setMessageReaction")
def set_message_reaction(call: Call) -> bool:
    """The bot's own reaction to a message, or none."""
    # Reading suffices in groups (Client.cpp:13493); whom the bot cannot reach, it cannot react to.
    chat = named_chat(call)
    chat = call.world.readable(call.bot, chat) if not chat.is_private else target_chat(call)
    message = call.world.message(chat, call.params.get("message_id") or 0)
    if message is None:
        raise bad_request("message to react not found")
    reactions = checked_reactions(call.params.get("reaction") or [])
    if message.service:
        raise bad_request("MESSAGE_ID_INVALID")
    refused = refused_reactions(chat, call.bot.id, reactions)
    if refused is not None:
        raise bad_request(refused)
    message.reactions[call.bot.id] = reactions
    posting.touched(call.world, message, "message_reaction")
    return True


@method("answerCallbackQuery")
def answer_callback_query(call: Call) -> bool:
    """Stop the button's spinner, perhaps with a notice."""
    params, world = call.params, call.world
    query = world.callbacks.get(params.text("callback_query_id"))
    now = world.clock.timestamp()
    if query is None or query.bot_id != call.bot.id or now - query.at > CALLBACK_ANSWER_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    if len(text) > ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    answer: JSON = {"text": text, "show_alert": params.get("show_alert", False)}
    url = params.text("url")
    if url:
        answer["url"] = _own_link(call, url)
    query.answer = answer
    world.hub.publish(
        "callback_answered",
        lambda: {"chat": query.chat_key, "user": query.user_id, "query": query.id} | answer,
    )
    return True


def _own_link(call: Call, url: str) -> str:
    """A link that starts the bot itself, the only one that a callback button may open (Bot API,
    answerCallbackQuery); raises ApiError 400."""
    name = re.escape(call.bot.user.username or "")
    link = rf"(?:(?:https?://)?(?:t|telegram)\.me/{name}|tg://resolve\?domain={name})(?:[?&]\S*)?"
    if not re.fullmatch(link, url, re.IGNORECASE):
        raise bad_request("URL_INVALID")
    return url
