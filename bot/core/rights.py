"""What the bot may do in a group, by what Telegram tells of it (getChatMember, getChat)."""

from collections.abc import Mapping
from typing import Any

WRITE = "can_send_messages"
PHOTOS = "can_send_photos"
_TOPICS = "can_manage_topics"
_MEDIA = {
    PHOTOS: "photos",
    "can_send_videos": "videos",
    "can_send_video_notes": "video notes",
    "can_send_voice_notes": "voice notes",
    "can_send_audios": "music",
    "can_send_documents": "documents",
    "can_send_polls": "polls",
    "can_send_other_messages": "other things",
}
"""Rights besides that to write, and what they are for."""


def may_send(member: Mapping[str, Any], chat: Mapping[str, Any], right: str = WRITE) -> bool:
    """Tell whether a member may send what `right` names (Bot API: ChatPermissions).

    Administrators may send everything; others what the group allows to all, and who is restricted
    only what they are left (TDLib: `DialogParticipantStatus::apply_restrictions`).
    """
    status = member.get("status")
    if status in ("creator", "administrator"):
        return True
    everybody = bool((chat.get("permissions") or {}).get(right, True))
    if status == "restricted":
        return everybody and bool(member.get("is_member", True) and member.get(right))
    return everybody and status == "member"


def refused_media(member: Mapping[str, Any], chat: Mapping[str, Any]) -> list[str]:
    """What besides words a member may not send."""
    return [what for right, what in _MEDIA.items() if not may_send(member, chat, right)]


def may_make_topics(member: Mapping[str, Any], chat: Mapping[str, Any]) -> bool:
    """Tell whether a member may open topics in a group that has them."""
    status = member.get("status")
    if not chat.get("is_forum"):
        return False
    if status in ("creator", "administrator"):
        return status == "creator" or bool(member.get(_TOPICS))
    everybody = bool((chat.get("permissions") or {}).get(_TOPICS))
    own = status == "member" or (status == "restricted" and bool(member.get(_TOPICS)))
    return everybody and own


def allows_reaction(chat: Mapping[str, Any], emoji: str) -> bool:
    """Tell whether a group lets its messages have this reaction; all are, where none is named."""
    allowed = chat.get("available_reactions")
    return allowed is None or any(each.get("emoji") == emoji for each in allowed)
