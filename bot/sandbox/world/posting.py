"""A message comes into being, changes, and goes; bots and listeners are told."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox.world.delivery import deliver_message
from bot.sandbox.world.media import content_of
from bot.sandbox.world.model import GENERAL_TOPIC, JSON, Chat, Message
from bot.sandbox.world.reading import message_view
from bot.sandbox.world.replies import automatic_quote, external_reply
from bot.sandbox.world.senders import Sender, author_fields, origin_of, sender_of
from bot.sandbox.world.shapes import TELEGRAM
from bot.sandbox.world.state import World


@dataclass(slots=True)
class Draft:
    """A message that is about to be posted. `content` holds its Bot API fields.

    `elsewhere` is the message of another topic or chat that it answers.
    """

    content: JSON
    thread_id: int | None = None
    reply_to: int | None = None
    elsewhere: Message | None = None
    quote: JSON | None = None
    keyboard: JSON | None = None
    protected: bool = False
    silent: bool = False
    service: bool = False
    extra: JSON = field(default_factory=dict)


def post(world: World, chat: Chat, sender_id: int, draft: Draft) -> Message:
    """Add a message to a chat, queue it for the bots that see it, tell listeners.

    A channel's posts come into its discussion group by themselves.
    """
    message = _add(world, chat, sender_of(chat, sender_id), draft)
    if chat.is_channel and chat.linked_id is not None and not draft.service:
        origin = {"forward_origin": origin_of(world, message), "is_automatic_forward": True}
        forward = Draft(content_of(message.body), extra=origin)
        _add(world, world.groups[chat.linked_id], Sender(TELEGRAM.id, chat.id), forward)
    return message


def _add(world: World, chat: Chat, sender: Sender, draft: Draft) -> Message:
    message_id = world.new_message_id(chat)
    body: JSON = {"message_id": message_id} | author_fields(world, chat, sender)
    body |= {"chat": world.chat_body(chat), "date": world.clock.unix()}
    message = Message(
        message_id,
        chat.key,
        sender.user_id,
        body["date"],
        _topic_of(chat, draft),
        body,
        protected=draft.protected,
        silent=draft.silent,
        service=draft.service,
        sender_chat=sender.chat_id,
        keyboard=draft.keyboard,
    )
    _set_thread(world, chat, message, draft)
    if draft.protected:
        body["has_protected_content"] = True
    body.update(draft.extra)
    body.update(draft.content)
    _set_inline_keyboard(body, draft.keyboard)
    chat.messages[message_id] = message
    deliver_message(world, chat, message)
    _tell(world, "message", message)
    return message


def _topic_of(chat: Chat, draft: Draft) -> int | None:
    """The forum topic a draft lands in; a reply lands where the message it answers is."""
    if not chat.is_forum:
        return None
    if draft.thread_id is not None and draft.thread_id in chat.topics:
        return draft.thread_id
    replied = chat.messages.get(draft.reply_to) if draft.reply_to else None
    return replied.thread_id if replied is not None and replied.thread_id else GENERAL_TOPIC


def _set_thread(world: World, chat: Chat, message: Message, draft: Draft) -> None:
    body = message.body
    topic = message.thread_id
    replied = chat.messages.get(draft.reply_to) if draft.reply_to else None
    if topic is not None and topic != GENERAL_TOPIC:
        body["message_thread_id"] = topic
        body["is_topic_message"] = True
        if replied is None and "forum_topic_created" not in draft.content:
            # Telegram makes every message of a topic a reply to the message that opened it.
            replied = chat.messages.get(topic)
    elif replied is not None and chat.kind == "supergroup":
        # Outside topics a reply belongs to a thread named by its first message.
        message.root_id = replied.root_id or _former_topic(replied) or replied.id
        body["message_thread_id"] = message.root_id
    if replied is not None:
        message.reply_to = replied.id
        body["reply_to_message"] = shown(world, replied)
    quote = draft.quote
    if draft.elsewhere is not None:
        body["external_reply"] = external_reply(world, draft.elsewhere)
        quote = quote or automatic_quote(draft.elsewhere.body)
    if quote is not None:
        body["quote"] = quote


def _former_topic(message: Message) -> int | None:
    """The thread that a topic leaves behind when topics are switched off."""
    return message.thread_id if message.thread_id != GENERAL_TOPIC else None


def _set_inline_keyboard(body: JSON, keyboard: JSON | None) -> None:
    if keyboard and keyboard.get("inline_keyboard"):
        body["reply_markup"] = {"inline_keyboard": keyboard["inline_keyboard"]}


def renew(world: World, message: Message) -> None:
    """Bring the people and the chat in a message up to date: names change, topics go."""
    chat, body = world.chats[message.chat_key], message.body
    sender = Sender(message.sender_id, message.sender_chat, body.get("author_signature"))
    body.update(author_fields(world, chat, sender))
    body["chat"] = world.chat_body(chat)
    body.pop("is_topic_message", None)
    if chat.is_forum and message.thread_id not in {None, GENERAL_TOPIC}:
        body["is_topic_message"] = True


def shown(world: World, message: Message) -> JSON:
    """A message as it stands in another one: without what it answers itself."""
    renew(world, message)
    return {k: v for k, v in message.body.items() if k != "reply_to_message"}


def changed(world: World, message: Message, *, by_person: bool) -> None:
    """A message's content was edited: date it, tell bots when a person did it."""
    renew(world, message)
    message.body["edit_date"] = world.clock.unix()
    _tell(world, "message_edited", message)
    if by_person:
        deliver_message(world, world.chats[message.chat_key], message, "edited_message")


def set_keyboard(message: Message, keyboard: JSON | None) -> None:
    """A message other inline buttons, or none."""
    message.keyboard = keyboard
    message.body.pop("reply_markup", None)
    _set_inline_keyboard(message.body, keyboard)


def touched(world: World, message: Message, event: str) -> None:
    """Something about a message changed (reactions, pin) that is no edit."""
    _tell(world, event, message)


def delete(world: World, message: Message) -> None:
    """Take a message away for everybody. Telegram tells bots nothing of it."""
    message.deleted = True
    _tell(world, "message_deleted", message)


def service(
    world: World, chat: Chat, actor_id: int, content: JSON, thread_id: int | None = None
) -> Message:
    """Post a service message."""
    return post(world, chat, actor_id, Draft(content, thread_id=thread_id, service=True))


def _tell(world: World, event: str, message: Message) -> None:
    message.seq = world.hub.seq + 1
    world.hub.publish(
        event,
        lambda: {
            "chat": message.chat_key,
            "message_id": message.id,
            "message": message_view(world, message),
        },
    )
