"""Forum topics: made, renamed, closed, reopened, deleted, with their service messages."""

from __future__ import annotations

from bot.sandbox.world import posting
from bot.sandbox.world.model import GENERAL_TOPIC, JSON, Chat, Topic
from bot.sandbox.world.posting import Draft, post, service
from bot.sandbox.world.reading import topic_view
from bot.sandbox.world.state import World

NAME_LIMIT = 128
"""Characters of a topic's name (Bot API, createForumTopic)."""
ICON_COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
"""Colours a topic's icon may have (Bot API, createForumTopic)."""


ICONS = ("📝", "👀", "‼️", "💬", "📆", "✅", "🏁", "📁", "🔥", "❓", "💡", "🛍")
"""Signs of some of the icons that any bot may give a topic (getForumTopicIconStickers)."""
_FIRST_ICON = 5_400_000_000_000_000_001


def icon_ids() -> dict[str, str]:
    """The custom emoji of each of these icons, by its sign."""
    return {sign: str(_FIRST_ICON + position) for position, sign in enumerate(ICONS)}


def general_topic(creator_id: int) -> Topic:
    """The topic that every forum has."""
    return Topic(GENERAL_TOPIC, "General", creator_id, ICON_COLORS[0])


def create_topic(
    world: World, chat: Chat, actor_id: int, name: str, *, color: int, emoji: str | None
) -> Topic:
    """Open a topic; its id is that of the service message that says so."""
    topic = Topic(chat.last_id + 1, name, actor_id, color, emoji)
    chat.topics[topic.id] = topic
    created: JSON = {"name": name, "icon_color": color}
    if emoji:
        created["icon_custom_emoji_id"] = emoji
    draft = Draft({"forum_topic_created": created}, thread_id=topic.id, service=True)
    post(world, chat, actor_id, draft)
    _tell(world, chat, topic, "topic_created")
    return topic


def rename_topic(
    world: World, chat: Chat, topic: Topic, actor_id: int, *, name: str | None, emoji: str | None
) -> bool:
    """Change name or icon; False when nothing would change."""
    edited: JSON = {}
    if name and name != topic.name:
        edited["name"] = topic.name = name
    if emoji is not None and emoji != (topic.icon_custom_emoji_id or ""):
        topic.icon_custom_emoji_id = emoji or None
        edited["icon_custom_emoji_id"] = emoji
    if edited:
        service(world, chat, actor_id, {"forum_topic_edited": edited}, topic.id)
        _tell(world, chat, topic, "topic_edited")
    return bool(edited)


def set_topic_closed(
    world: World, chat: Chat, topic: Topic, actor_id: int, *, closed: bool
) -> bool:
    """Close or reopen; False when it is so already."""
    wanted = "closed" if closed else "open"
    if topic.status == wanted:
        return False
    topic.status = wanted
    name = "forum_topic_closed" if closed else "forum_topic_reopened"
    service(world, chat, actor_id, {name: {}}, topic.id)
    _tell(world, chat, topic, "topic_closed" if closed else "topic_reopened")
    return True


def delete_topic(world: World, chat: Chat, topic: Topic) -> None:
    """Delete a topic with all its messages. No bot is told."""
    topic.status = "deleted"
    for message in chat.messages.values():
        if message.thread_id == topic.id and not message.deleted:
            posting.delete(world, message)
    _tell(world, chat, topic, "topic_deleted")


def _tell(world: World, chat: Chat, topic: Topic, event: str) -> None:
    world.hub.publish(event, lambda: {"chat": chat.key, "topic": topic_view(topic)})
