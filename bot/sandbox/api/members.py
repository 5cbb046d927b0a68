"""Methods by which a bot governs a group: bans, restrictions, permissions, the title.

Rights and refusals follow td (DialogParticipantManager.cpp:2812 to 3035, DialogManager.cpp:2341
and 2650); that administrators are out of reach is the servers' (Client.cpp:127).
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.api.jsonfields import flag
from bot.sandbox.api.placing import target_chat
from bot.sandbox.api.registry import Call, method
from bot.sandbox.errors import bad_request
from bot.sandbox.world.membership import set_member, set_title
from bot.sandbox.world.model import JSON, PERMISSIONS, Chat, Member

TITLE_LIMIT = 128
"""Characters of a group's title (Bot API, setChatTitle)."""
_MEDIA = frozenset(
    f"can_send_{kind}"
    for kind in ("audios", "documents", "photos", "videos", "video_notes", "voice_notes")
)
_WHAT = "can't parse chat permissions: "


@method("banChatMember")
def ban_chat_member(call: Call) -> bool:
    """Take somebody out of a group until they are unbanned."""
    user_id = _user_id(call)
    return _change(call, target_chat(call), Member(user_id, "kicked"))


@method("unbanChatMember")
def unban_chat_member(call: Call) -> bool:
    """Let somebody come back. Who is in the group is taken out, unless `only_if_banned`."""
    user_id = _user_id(call)
    chat = target_chat(call)
    if chat.kind not in {"supergroup", "channel"}:
        raise bad_request("method is available for supergroup and channel chats only")
    if call.params.get("only_if_banned") and chat.member(user_id).status != "kicked":
        return True
    return _change(call, chat, Member(user_id, "left"))


@method("restrictChatMember")
def restrict_chat_member(call: Call) -> bool:
    """Leave a member these permissions; all of them lift a restriction."""
    user_id = _user_id(call)
    kept = _permissions(call)
    chat = target_chat(call)
    if chat.kind != "supergroup":
        raise bad_request("method is available only for supergroups")
    everything = kept == frozenset(PERMISSIONS)
    standing = "member" if everything else "restricted"
    kept = frozenset() if everything else kept
    return _change(call, chat, Member(user_id, standing, permissions=kept))


@method("setChatPermissions")
def set_chat_permissions(call: Call) -> bool:
    """What members who are no administrators may do."""
    wanted = _permissions(call)
    chat = target_chat(call)
    if chat.is_private:
        raise bad_request("can't change private chat permissions")
    if not chat.member(call.bot.id).may("can_restrict_members"):
        raise bad_request("not enough rights to change chat permissions")
    chat.permissions = wanted
    return True


@method("setChatTitle")
def set_chat_title(call: Call) -> bool:
    """The group another name; a service message says so, which the bot sees too."""
    chat = target_chat(call)
    title = " ".join(call.params.text("title").split())[:TITLE_LIMIT]
    if not title:
        raise bad_request("title must be non-empty")
    if chat.is_private:
        raise bad_request("can't change private chat title")
    if not chat.member(call.bot.id).may("can_change_info"):
        raise bad_request("not enough rights to change chat title")
    set_title(call.world, chat, call.bot.id, title)
    return True


def _user_id(call: Call) -> int:
    user_id: int = call.params.get("user_id") or 0
    if user_id <= 0:
        raise bad_request("invalid user_id specified")  # Client.cpp:12454
    return user_id


def _change(call: Call, chat: Chat, new: Member) -> bool:
    if chat.is_private:
        raise bad_request("can't ban members in private chats")
    if new.user_id not in call.world.users:
        raise bad_request("user not found")
    old = chat.member(new.user_id)
    if new.user_id == call.bot.id:
        raise bad_request("can't restrict self")
    if old.status == "creator":
        raise bad_request("can't remove chat owner")
    if old == new or (not old.present and new.status in {"member", "restricted"}):
        return True
    if not chat.member(call.bot.id).may("can_restrict_members"):
        raise bad_request("not enough rights to restrict/unrestrict chat member")
    if old.is_admin:
        raise bad_request("user is an administrator of the chat")
    set_member(call.world, chat, call.bot.id, new)
    return True


def _permissions(call: Call) -> frozenset[str]:
    """ChatPermissions with what they imply (Client.cpp:11457)."""
    raw: Any = call.params.get("permissions")
    if not isinstance(raw, dict):
        raise bad_request("object expected as permissions")
    given: JSON = {name: flag(raw, name, what=_WHAT) for name in PERMISSIONS if name in raw}
    wanted = {name for name, granted in given.items() if granted}
    if not _MEDIA & given.keys() and flag(raw, "can_send_media_messages", what=_WHAT):
        wanted |= _MEDIA
    if not call.params.get("use_independent_chat_permissions"):
        wanted |= _implied(wanted)
    wanted |= {
        name
        for name, likeness in _LIKE.items()
        if name not in given and likeness in wanted and likeness in given
    }
    return frozenset(wanted)


_LIKE = {
    "can_manage_topics": "can_pin_messages",
    "can_edit_tag": "can_pin_messages",
    "can_react_to_messages": "can_send_messages",
}
"""Permissions that are like others while they are not named."""


def _implied(wanted: set[str]) -> set[str]:
    if wanted & {"can_send_other_messages", "can_add_web_page_previews"}:
        return {*_MEDIA, "can_send_messages"}
    return {"can_send_messages"} if "can_send_polls" in wanted else set()
