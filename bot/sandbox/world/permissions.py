"""What members of a group may send: the group's permissions, less what somebody was denied.

In a channel its administrators alone write (td/telegram/DialogManager.cpp:1523).

Follows can_send_message_content of td (td/telegram/MessageContent.cpp:6152) and
apply_restrictions (td/telegram/DialogParticipant.cpp:551).
"""

from __future__ import annotations

from bot.sandbox.world.model import JSON, Chat

_NEEDED = (
    ("animation", "can_send_other_messages", "animations"),
    ("audio", "can_send_audios", "music"),
    ("contact", "can_send_messages", "contacts"),
    ("dice", "can_send_other_messages", "dice"),
    ("document", "can_send_documents", "documents"),
    ("venue", "can_send_messages", "venues"),
    ("location", "can_send_messages", "locations"),
    ("photo", "can_send_photos", "photos"),
    ("poll", "can_send_polls", "polls"),
    ("sticker", "can_send_other_messages", "stickers"),
    ("text", "can_send_messages", "text messages"),
    ("video", "can_send_videos", "videos"),
    ("video_note", "can_send_video_notes", "video notes"),
    ("voice", "can_send_voice_notes", "voice notes"),
)


def allowed(chat: Chat, user_id: int, permission: str) -> bool:
    """Whether somebody may do what the group's permissions name; administrators always may."""
    member = chat.member(user_id)
    if chat.is_private or member.is_admin:
        return True
    if member.status == "restricted" and permission not in member.permissions:
        return False
    return permission in chat.permissions


def refused_content(chat: Chat, user_id: int, content: JSON) -> str | None:
    """Telegram's words when somebody may not send this content here; None when they may."""
    if chat.is_channel:
        may = chat.member(user_id).may("can_post_messages")
        return None if may else "need administrator rights in the channel chat"
    for kind, permission, plural in _NEEDED:
        if kind in content:
            if allowed(chat, user_id, permission):
                return None
            live = "live " if "live_period" in content.get("location", ()) else ""
            return f"not enough rights to send {live}{plural} to the chat"
    return None
