"""Where a message goes: chat, thread, reply, rights, keyboard, budget."""

from __future__ import annotations

from bot.sandbox.api.answering import Answered, answered
from bot.sandbox.api.keyboards import checked_markup
from bot.sandbox.api.registry import Call
from bot.sandbox.errors import bad_request
from bot.sandbox.markup.entities import Entity
from bot.sandbox.markup.formatted import Formatted
from bot.sandbox.world.model import GENERAL_TOPIC, JSON, Chat
from bot.sandbox.world.permissions import refused_content
from bot.sandbox.world.posting import Draft
from bot.sandbox.world.shapes import user_shape
from bot.sandbox.world.state import World


def named_chat(call: Call, name: str = "chat_id") -> Chat:
    """The chat that a parameter names; raises ApiError 400."""
    chat_id = call.params.get(name)
    if chat_id is None:
        raise bad_request(f"{name} is empty")
    return call.world.chat_for(call.bot, chat_id)


def target_chat(call: Call) -> Chat:
    """The chat to write to; raises ApiError 400 or 403."""
    return call.world.writable(call.bot, named_chat(call))


def placed(call: Call, chat: Chat, content: JSON, refusal: str | None = None) -> Draft:
    """A draft with everything the common sending parameters say; raises ApiError 400.

    Telegram looks at the topic first, then at the reply, the rights and the keyboard, and its
    servers at whether the topic is closed. `refusal` replaces its words about the rights.
    """
    params = call.params
    thread = _thread(call, chat)
    reply = answered(call, chat, thread)
    refused = refused_content(chat, call.bot.id, content)
    if refused is not None:
        raise bad_request(refusal or refused)
    keyboard = checked_markup(params.get("reply_markup"), private=chat.is_private)
    _refuse_closed(call, chat, thread or _topic_of(reply))
    return Draft(
        content,
        thread_id=thread,
        reply_to=reply.here.id if reply.here is not None else None,
        elsewhere=reply.elsewhere,
        quote=reply.quote,
        keyboard=keyboard,
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
    """The topic that is named. Groups without topics have none: the name is not looked at
    (Client.cpp:8256, check_message_topic)."""
    thread: int = call.params.get("message_thread_id") or 0
    if thread <= 0 or not (chat.is_forum or chat.is_private):
        return None
    topic = chat.topics.get(thread)
    # General is written to without a thread id; its id 1 is refused by Telegram too.
    if topic is None or topic.status == "deleted" or thread == GENERAL_TOPIC:
        raise bad_request("message thread not found")
    return thread


def _topic_of(reply: Answered) -> int | None:
    return reply.here.thread_id if reply.here is not None else None


def _refuse_closed(call: Call, chat: Chat, topic_id: int | None) -> None:
    topic = chat.topics.get(topic_id or GENERAL_TOPIC) if chat.is_forum else None
    if topic is None or topic.status == "open":
        return
    if not chat.member(call.bot.id).may("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
