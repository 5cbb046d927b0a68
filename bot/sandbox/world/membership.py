"""Groups: who comes, goes, is made administrator; and a group's growth to a supergroup."""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.world.delivery import deliver_member_change
from bot.sandbox.world.model import GENERAL_TOPIC, JSON, Chat, Member
from bot.sandbox.world.posting import service
from bot.sandbox.world.shapes import user_shape
from bot.sandbox.world.state import World
from bot.sandbox.world.topics import general_topic


def set_member(world: World, chat: Chat, actor_id: int, new: Member) -> None:
    """Change somebody's standing; bots get (my_)chat_member, and a service message is posted.

    Channels do not say who comes and goes.
    """
    old = chat.member(new.user_id)
    if old == new:
        return
    chat.members[new.user_id] = new
    deliver_member_change(world, chat, actor_id, old, new)
    user = user_shape(world.users[new.user_id])
    if chat.is_channel:
        pass
    elif new.present and not old.present:
        service(world, chat, actor_id, {"new_chat_members": [user]})
    elif old.present and not new.present:
        service(world, chat, actor_id, {"left_chat_member": user})
    _tell(world, chat, new)


def set_title(world: World, chat: Chat, actor_id: int, title: str) -> None:
    """The group another name, told in a service message; nothing happens when it has it."""
    if title == chat.title:
        return
    chat.title = title
    service(world, chat, actor_id, {"new_chat_title": title})


def set_blocked(world: World, chat: Chat, *, blocked: bool) -> None:
    """A person blocks or unblocks a bot; the bot gets my_chat_member."""
    if chat.blocked == blocked:
        return
    chat.blocked = blocked
    bot_id = chat.bot_id or 0
    standing = {True: Member(bot_id, "kicked"), False: Member(bot_id, "member")}
    deliver_member_change(world, chat, chat.id, standing[not blocked], standing[blocked])
    _tell(world, chat, standing[blocked])


def migrate(world: World, old: Chat, actor_id: int, *, forum: bool = False) -> Chat:
    """Turn a basic group into a supergroup with another id; both say so in service messages."""
    new = world.add_group(old.title or "", "supergroup")
    new.migrated_from = old.id
    new.members = {k: replace(m) for k, m in old.members.items()}
    new.permissions, new.reactions = old.permissions, old.reactions
    service(world, old, actor_id, {"migrate_to_chat_id": new.id})
    old.migrated_to = new.id
    service(world, new, actor_id, {"migrate_from_chat_id": old.id})
    if forum:
        make_forum(world, new, actor_id)
    data: JSON = {"chat": old.key, "to": new.key}
    world.hub.publish("migrated", lambda: data)
    return new


def make_forum(world: World, chat: Chat, creator_id: int) -> None:
    """Switch topics on. Topics that were there before are back, what has none is in General."""
    chat.is_forum = True
    if GENERAL_TOPIC not in chat.topics:
        chat.topics[GENERAL_TOPIC] = general_topic(creator_id)
    for message in chat.messages.values():
        if message.thread_id is None:
            message.thread_id = GENERAL_TOPIC
    world.hub.publish("forum", lambda: {"chat": chat.key})


def end_forum(world: World, chat: Chat) -> None:
    """Switch topics off: their messages stand in the group, and nobody is told."""
    chat.is_forum = False
    world.hub.publish("forum", lambda: {"chat": chat.key})


def _tell(world: World, chat: Chat, member: Member) -> None:
    world.hub.publish(
        "member", lambda: {"chat": chat.key, "user": member.user_id, "status": member.status}
    )
