"""Bot API objects for users, chats and members."""

from __future__ import annotations

from bot.sandbox.world.model import (
    ADMIN_RIGHTS,
    CHANNEL_RIGHTS,
    JSON,
    PERMISSIONS,
    BotAccount,
    Chat,
    Member,
    User,
)

GROUP_ANONYMOUS_BOT = User(1_087_968_824, "Group", username="GroupAnonymousBot", is_bot=True)
"""Who wrote what is written in a group's name (Bot API, Message: sender_chat)."""
CHANNEL_BOT = User(136_817_688, "Channel", username="Channel_Bot", is_bot=True)
"""Who wrote what is written in a channel's name (Bot API, Message: sender_chat)."""
TELEGRAM = User(777_000, "Telegram")
"""Who brings a channel's posts into its discussion group (Client.cpp:18155)."""


def user_shape(user: User) -> JSON:
    """A User as it stands in messages."""
    shape: JSON = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    if user.last_name:
        shape["last_name"] = user.last_name
    if user.username:
        shape["username"] = user.username
    if user.language_code:
        shape["language_code"] = user.language_code
    return shape


def me_shape(bot: BotAccount) -> JSON:
    """The User that getMe returns."""
    return user_shape(bot.user) | {
        "can_join_groups": True,
        "can_read_all_group_messages": not bot.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
    }


def chat_shape(chat: Chat, user: User | None) -> JSON:
    """A Chat as it stands in messages; `user` is the person of a private chat."""
    if user is not None:
        shape: JSON = {"id": user.id, "first_name": user.first_name}
        if user.last_name:
            shape["last_name"] = user.last_name
        if user.username:
            shape["username"] = user.username
        return shape | {"type": "private"}
    shape = {"id": chat.id, "title": chat.title}
    if chat.username:
        shape["username"] = chat.username
    if chat.is_forum:
        shape["is_forum"] = True
    return shape | {"type": chat.kind}


_FULL: JSON = {
    "accent_color_id": 0,
    "max_reaction_count": 11,
    "accepted_gift_types": {
        "unlimited_gifts": False,
        "limited_gifts": False,
        "unique_gifts": False,
        "premium_subscription": False,
        "gifts_from_channels": False,
    },
}


def permissions_shape(allowed: frozenset[str]) -> JSON:
    """ChatPermissions, each of them said (Client.cpp, json_store_permissions)."""
    return {name: name in allowed for name in PERMISSIONS}


def full_chat_shape(chat: Chat, user: User | None) -> JSON:
    """The ChatFullInfo that getChat returns, but for the pinned message."""
    shape = chat_shape(chat, user) | _FULL
    if chat.kind in {"group", "supergroup"}:
        shape["permissions"] = permissions_shape(chat.permissions)
    if chat.linked_id is not None:
        shape["linked_chat_id"] = chat.linked_id
    if chat.reactions is not None:
        shape["available_reactions"] = [{"type": "emoji", "emoji": e} for e in chat.reactions]
    if user is not None and user.private_forwards:
        shape["has_private_forwards"] = True
    return shape


def member_shape(
    member: Member, user: User, *, in_channel: bool = False, editable: bool = False
) -> JSON:
    """A ChatMember of the kind that the status asks for."""
    shape: JSON = {"user": user_shape(user), "status": member.status}
    if member.is_admin and member.custom_title:
        shape["custom_title"] = member.custom_title
    if member.status == "creator":
        return shape | {"is_anonymous": member.is_anonymous}
    if member.status == "administrator":
        known = CHANNEL_RIGHTS if in_channel else ADMIN_RIGHTS
        rights = {right: right in member.rights for right in known}
        if in_channel:
            rights["can_manage_direct_messages"] = False
        return (
            shape
            | {"can_be_edited": editable, "is_anonymous": member.is_anonymous}
            | rights
            | {"can_post_stories": False, "can_edit_stories": False, "can_delete_stories": False}
        )
    if member.status == "restricted":
        return shape | permissions_shape(member.permissions) | {"is_member": True, "until_date": 0}
    if member.status == "kicked":
        return shape | {"until_date": 0}
    return shape
