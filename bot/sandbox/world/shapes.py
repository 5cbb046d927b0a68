"""Bot API objects for users, chats and members."""

from __future__ import annotations

from bot.sandbox.world.model import ADMIN_RIGHTS, JSON, BotAccount, Chat, Member, User


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
_MEMBERS_MAY = [
    "send_messages",
    "send_audios",
    "send_documents",
    "send_photos",
    "send_videos",
    "send_video_notes",
    "send_voice_notes",
    "send_polls",
    "send_other_messages",
    "add_web_page_previews",
    "react_to_messages",
    "invite_users",
]
_MEMBERS_MAY_NOT = ["edit_tag", "change_info", "pin_messages", "manage_topics"]


def full_chat_shape(chat: Chat, user: User | None) -> JSON:
    """The ChatFullInfo that getChat returns."""
    shape = chat_shape(chat, user) | _FULL
    if not chat.is_private:
        allowed = {f"can_{name}": True for name in _MEMBERS_MAY}
        shape["permissions"] = allowed | {f"can_{name}": False for name in _MEMBERS_MAY_NOT}
    live = [m for m in chat.pinned if not chat.messages[m].deleted]
    if live:
        shape["pinned_message"] = chat.messages[live[-1]].body
    return shape


def member_shape(member: Member, user: User, *, editable: bool = False) -> JSON:
    """A ChatMember of the kind that the status asks for."""
    shape: JSON = {"user": user_shape(user), "status": member.status}
    if member.status == "creator":
        return shape | {"is_anonymous": False}
    if member.status == "administrator":
        rights = {right: right in member.rights for right in ADMIN_RIGHTS}
        return (
            shape
            | {"can_be_edited": editable, "is_anonymous": False}
            | rights
            | {"can_post_stories": False, "can_edit_stories": False, "can_delete_stories": False}
        )
    if member.status == "kicked":
        return shape | {"until_date": 0}
    return shape
