"""Methods that look at chats and members."""

from __future__ import annotations

from bot.sandbox.api.placing import named_chat, target_chat
from bot.sandbox.api.registry import Call, method
from bot.sandbox.errors import bad_request
from bot.sandbox.world.membership import set_member
from bot.sandbox.world.model import JSON, Chat, Member
from bot.sandbox.world.posting import shown
from bot.sandbox.world.shapes import full_chat_shape, me_shape, member_shape


@method("getMe")
def get_me(call: Call) -> JSON:
    """The bot itself."""
    return me_shape(call.bot)


def _visible(call: Call) -> Chat:
    chat = named_chat(call)
    return chat if chat.is_private else call.world.writable(call.bot, chat)


@method("getChat")
def get_chat(call: Call) -> JSON:
    """All about a chat; a person must have written to the bot."""
    chat = _visible(call)
    if chat.is_private and not chat.open_to_bot:
        raise bad_request("chat not found")
    shape = full_chat_shape(chat, call.world.users[chat.id] if chat.is_private else None)
    live = [m for m in chat.pinned if not chat.messages[m].deleted]
    if live:
        shape["pinned_message"] = shown(call.world, chat.messages[live[-1]])
    return shape


@method("getChatMember")
def get_chat_member(call: Call) -> JSON:
    """Somebody's standing in a chat."""
    chat = _visible(call)
    user = call.world.users.get(call.params.get("user_id") or 0)
    if user is None:
        raise bad_request("user not found")
    if chat.is_private:
        if user.id not in {chat.id, call.bot.id}:
            raise bad_request("user not found")
        return member_shape(Member(user.id, "member"), user)
    return member_shape(chat.member(user.id), user, in_channel=chat.is_channel)


@method("getChatAdministrators")
def get_chat_administrators(call: Call) -> list[JSON]:
    """Creator and administrators, without other bots."""
    chat = _visible(call)
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    users = call.world.users
    return [
        member_shape(m, users[m.user_id], in_channel=chat.is_channel)
        for m in chat.members.values()
        if m.is_admin and (m.user_id == call.bot.id or not users[m.user_id].is_bot)
    ]


@method("getChatMemberCount")
def get_chat_member_count(call: Call) -> int:
    """How many are in a chat."""
    chat = _visible(call)
    return 2 if chat.is_private else sum(m.present for m in chat.members.values())


@method("leaveChat")
def leave_chat(call: Call) -> bool:
    """The bot leaves a group."""
    chat = target_chat(call)
    if chat.is_private:
        raise bad_request("can't leave a private chat")
    set_member(call.world, chat, call.bot.id, Member(call.bot.id, "left"))
    return True


@method("getUserProfilePhotos")
def get_user_profile_photos(call: Call) -> JSON:
    """Nobody in the sandbox has a portrait."""
    if (call.params.get("user_id") or 0) not in call.world.users:
        raise bad_request("user not found")
    return {"total_count": 0, "photos": []}
