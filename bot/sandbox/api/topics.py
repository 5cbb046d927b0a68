"""Forum topic methods, with the rights that Telegram asks for."""

from __future__ import annotations

from bot.sandbox.api.placing import spend, target_chat
from bot.sandbox.api.registry import Call, method
from bot.sandbox.errors import bad_request
from bot.sandbox.world import topics
from bot.sandbox.world.model import GENERAL_TOPIC, JSON, Chat, Topic


def _forum(call: Call) -> Chat:
    chat = target_chat(call)
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    return chat


def _topic(call: Call, chat: Chat) -> Topic:
    topic = chat.topics.get(call.params.get("message_thread_id") or 0)
    if topic is None or topic.status == "deleted":
        raise bad_request("TOPIC_ID_INVALID")
    return topic


def _need(call: Call, chat: Chat, right: str, doing: str, topic: Topic | None = None) -> None:
    if topic is not None and topic.creator_id == call.bot.id:
        return
    if not chat.member(call.bot.id).may(right):
        raise bad_request(f"not enough rights to {doing}")


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise bad_request("name must be non-empty")  # td, ForumTopicManager.cpp:529
    if len(name) > topics.NAME_LIMIT:
        raise bad_request("topic name is longer than 128 characters (sandbox is stricter)")
    return name


def _checked_icon(icon: str | None) -> str | None:
    """An icon that a bot without Premium may use, or none."""
    if icon and icon not in topics.icon_ids().values():
        raise bad_request("DOCUMENT_INVALID")
    return icon


@method("getForumTopicIconStickers")
def get_forum_topic_icon_stickers(call: Call) -> list[JSON]:
    """The icons that topics may have."""
    return [
        {
            "file_id": f"icon-{icon}",
            "file_unique_id": f"icon{icon}",
            "type": "custom_emoji",
            "width": 100,
            "height": 100,
            "is_animated": True,
            "is_video": False,
            "emoji": sign,
            "set_name": "Topics",
            "custom_emoji_id": icon,
        }
        for sign, icon in topics.icon_ids().items()
    ]


@method("createForumTopic")
def create_forum_topic(call: Call) -> JSON:
    """Open a topic; counts as a message in the group's budget."""
    chat = _forum(call)
    _need(call, chat, "can_manage_topics", "create a topic")
    name = _checked_name(call.params.text("name"))
    color = call.params.get("icon_color") or topics.ICON_COLORS[0]
    if color not in topics.ICON_COLORS:
        raise bad_request("wrong icon color specified")
    emoji = _checked_icon(call.params.text("icon_custom_emoji_id") or None)
    spend(call, chat)
    topic = topics.create_topic(call.world, chat, call.bot.id, name, color=color, emoji=emoji)
    shape: JSON = {"message_thread_id": topic.id, "name": name, "icon_color": color}
    if emoji:
        shape["icon_custom_emoji_id"] = emoji
    return shape


@method("editForumTopic")
def edit_forum_topic(call: Call) -> bool:
    """Another name or icon."""
    chat = _forum(call)
    topic = _topic(call, chat)
    _need(call, chat, "can_manage_topics", "edit the topic", topic)
    raw = call.params.get("name")
    name = _checked_name(raw) if raw else None  # td, ForumTopicManager.cpp:584
    emoji = _checked_icon(call.params.get("icon_custom_emoji_id"))
    if not topics.rename_topic(call.world, chat, topic, call.bot.id, name=name, emoji=emoji):
        raise bad_request("TOPIC_NOT_MODIFIED")
    return True


@method("closeForumTopic")
def close_forum_topic(call: Call) -> bool:
    """Only administrators with can_manage_topics write there from now on."""
    return _set_closed(call, closed=True)


@method("reopenForumTopic")
def reopen_forum_topic(call: Call) -> bool:
    """Everybody may write there again."""
    return _set_closed(call, closed=False)


def _set_closed(call: Call, *, closed: bool) -> bool:
    chat = _forum(call)
    topic = _topic(call, chat)
    _need(call, chat, "can_manage_topics", "close or open the topic", topic)
    if not topics.set_topic_closed(call.world, chat, topic, call.bot.id, closed=closed):
        raise bad_request("TOPIC_NOT_MODIFIED")
    return True


@method("deleteForumTopic")
def delete_forum_topic(call: Call) -> bool:
    """The topic and all its messages go."""
    chat = _forum(call)
    topic = _topic(call, chat)
    _need(call, chat, "can_delete_messages", "delete the topic", topic)
    if topic.id == GENERAL_TOPIC:
        raise bad_request("TOPIC_ID_INVALID")
    topics.delete_topic(call.world, chat, topic)
    return True
