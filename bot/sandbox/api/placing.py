"""Where a message goes: chat, thread, reply, quote, keyboard, budget."""

from __future__ import annotations

from bot.sandbox.api.keyboards import checked_markup
from bot.sandbox.api.registry import Call
from bot.sandbox.errors import bad_request
from bot.sandbox.markup.entities import Entity, utf16_length
from bot.sandbox.markup.formatted import Formatted, formatted
from bot.sandbox.world.model import GENERAL_TOPIC, JSON, Chat, Message
from bot.sandbox.world.posting import Draft
from bot.sandbox.world.shapes import user_shape
from bot.sandbox.world.state import World

QUOTE_LIMIT = 1024
"""UTF-16 units of a quote (Bot API, ReplyParameters)."""


def named_chat(call: Call, name: str = "chat_id") -> Chat:
    """The chat that a parameter names; raises ApiError 400."""
    chat_id = call.params.get(name)
    if chat_id is None:
        raise bad_request(f"{name} is empty")
    return call.world.chat_for(call.bot, chat_id)


def target_chat(call: Call) -> Chat:
    """The chat to write to; raises ApiError 400 or 403."""
    return call.world.writable(call.bot, named_chat(call))


def placed(call: Call, chat: Chat, content: JSON) -> Draft:
    """A draft with everything the common sending parameters say."""
    params = call.params
    thread = _thread(call, chat)
    replied, quote = _reply(call, chat, thread)
    topic = thread or (replied.thread_id if replied is not None else None)
    _refuse_closed(call, chat, topic)
    return Draft(
        content,
        thread_id=thread,
        reply_to=replied.id if replied is not None else None,
        quote=quote,
        keyboard=checked_markup(params.get("reply_markup")),
        protected=params.get("protect_content", False),
        silent=params.get("disable_notification", False),
    )


def spend(call: Call, chat: Chat, count: int = 1) -> None:
    """Pay for `count` messages to a chat; raises ApiError 429."""
    paid = call.params.get("allow_paid_broadcast", False)
    call.world.pacers[call.bot.id].spend(chat, count, paid=paid)


def with_people(world: World, text: Formatted) -> list[Entity]:
    """Entities with mentioned people filled in; mentions of strangers are dropped."""
    return [e for e in (_with_person(world, e) for e in text.entities) if e is not None]


def _with_person(world: World, entity: Entity) -> Entity | None:
    if entity["type"] != "text_mention":
        return entity
    raw = entity.get("user")
    user_id = raw.get("id") if isinstance(raw, dict) else entity.get("user_id")
    user = world.users.get(user_id) if isinstance(user_id, int) else None
    if user is None:
        return None
    return {k: v for k, v in entity.items() if k != "user_id"} | {"user": user_shape(user)}


def _thread(call: Call, chat: Chat) -> int | None:
    thread: int | None = call.params.get("message_thread_id")
    if not thread:
        return None
    if chat.is_forum:
        topic = chat.topics.get(thread)
        # General is written to without a thread id; its id 1 is refused by Telegram too.
        if topic is None or topic.status == "deleted" or thread == GENERAL_TOPIC:
            raise bad_request("message thread not found")
    elif chat.kind != "supergroup" or call.world.message(chat, thread) is None:
        raise bad_request("message thread not found")
    return thread


def _refuse_closed(call: Call, chat: Chat, topic_id: int | None) -> None:
    topic = chat.topics.get(topic_id or GENERAL_TOPIC) if chat.is_forum else None
    if topic is None or topic.status == "open":
        return
    if not chat.member(call.bot.id).may("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")


def _reply(call: Call, chat: Chat, thread: int | None) -> tuple[Message | None, JSON | None]:
    raw = call.params.get("reply_parameters")
    if not raw:
        return None, None
    if not isinstance(raw, dict) or not isinstance(raw.get("message_id"), int):
        raise bad_request("can't parse reply parameters JSON object")
    if raw.get("chat_id") not in (None, chat.id, str(chat.id)):
        raise bad_request("sandbox does not imitate replies to messages of another chat")
    replied = call.world.message(chat, raw["message_id"])
    if replied is not None and chat.is_forum and thread and replied.thread_id != thread:
        raise bad_request("sandbox does not imitate replies to messages of another topic")
    if replied is None:
        if raw.get("allow_sending_without_reply"):
            return None, None
        raise bad_request("message to be replied not found")
    return replied, _quote(raw, replied.body)


def _quote(raw: JSON, body: JSON) -> JSON | None:
    if not raw.get("quote"):
        return None
    mode = str(raw.get("quote_parse_mode") or "")
    wanted = formatted(str(raw["quote"]), mode, raw.get("quote_entities"))
    if utf16_length(wanted.text) > QUOTE_LIMIT:
        raise bad_request("QUOTE_TEXT_INVALID")
    text = body.get("text") or body.get("caption") or ""
    place = text.find(wanted.text)
    if place < 0 or not wanted.text:
        raise bad_request("QUOTE_TEXT_INVALID")
    near = raw.get("quote_position")
    if isinstance(near, int) and text.startswith(wanted.text, near):
        place = near
    quote: JSON = {
        "text": wanted.text,
        "position": utf16_length(text[:place]),
        "is_manual": True,
    }
    return quote
