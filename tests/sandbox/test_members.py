"""Bots that govern a group: bans, restrictions, permissions, the title.

td 1.8.66, DialogParticipantManager.cpp and DialogManager.cpp; Client.cpp of telegram-bot-api 10.0.
"""

from __future__ import annotations

from typing import Any

import pytest
from telegram import ChatPermissions
from telegram.error import BadRequest

from bot.sandbox import Group, Person, SandboxError
from bot.sandbox.world.model import PERMISSIONS
from tests.sandbox.conftest import Stage
from tests.sandbox.reading import confirmed, latest
from tests.sandbox.test_refusals import raw


async def governed(stage: Stage, *rights: str, kind: str = "supergroup") -> tuple[Group, Person]:
    """A group with Ben in it, and a bot with these rights."""
    ben = await stage.sandbox.create_user(first_name="Ben")
    admins: dict[int, list[str] | None] = {stage.account.id: list(rights)}
    group = await stage.sandbox.create_group(
        stage.anna, stage.account, ben, admins=admins if rights else None, kind=kind
    )
    await confirmed(stage)
    return group, ben


async def test_a_ban_keeps_somebody_out_until_it_is_lifted(stage: Stage) -> None:
    """Client.cpp:17417: the bot sees whom it took out; 15336, unbanChatMember."""
    group, ben = await governed(stage, "can_restrict_members")
    await stage.bot.ban_chat_member(group.id, ben.id)
    message = await latest(stage)
    assert (message["left_chat_member"]["id"], message["from"]["id"]) == (ben.id, stage.account.id)
    assert (await latest(stage, "chat_member"))["new_chat_member"]["status"] == "kicked"
    with pytest.raises(SandboxError, match="not in the group"):
        await ben.say(group, "hello?")
    await stage.bot.unban_chat_member(group.id, ben.id, only_if_banned=True)
    assert (await stage.bot.get_chat_member(group.id, ben.id)).status == "left"
    await group.add(ben)
    await stage.bot.unban_chat_member(group.id, ben.id, only_if_banned=True)
    assert (await stage.bot.get_chat_member(group.id, ben.id)).status == "member"
    await stage.bot.unban_chat_member(group.id, ben.id)
    assert (await stage.bot.get_chat_member(group.id, ben.id)).status == "left"


async def test_the_old_name_of_a_ban_is_known(stage: Stage) -> None:
    """Client.cpp:364: kickchatmember."""
    group, ben = await governed(stage, "can_restrict_members")
    status, _ = await raw(stage, "kickChatMember", {"chat_id": group.id, "user_id": ben.id})
    assert status == 200
    assert (await stage.bot.get_chat_member(group.id, ben.id)).status == "kicked"


async def test_a_restriction_mutes_and_is_lifted_by_all_permissions(stage: Stage) -> None:
    """Client.cpp:15296, restrictChatMember."""
    group, ben = await governed(stage, "can_restrict_members")
    await stage.bot.restrict_chat_member(group.id, ben.id, ChatPermissions.no_permissions())
    with pytest.raises(SandboxError, match="not enough rights to send text messages"):
        await ben.say(group, "hello?")
    await stage.bot.restrict_chat_member(group.id, ben.id, ChatPermissions.all_permissions())
    assert (await stage.bot.get_chat_member(group.id, ben.id)).status == "member"


@pytest.mark.parametrize(
    ("given", "more", "allowed"),
    [
        ({"can_send_polls": True}, {}, {"can_send_polls", "can_send_messages"}),
        ({"can_send_polls": True}, {"use_independent_chat_permissions": True}, {"can_send_polls"}),
        (
            {"can_send_messages": True},
            {},
            {"can_send_messages", "can_react_to_messages"},
        ),
        (
            {"can_pin_messages": True, "can_edit_tag": False},
            {},
            {"can_pin_messages", "can_manage_topics"},
        ),
        (
            {"can_send_other_messages": True},
            {},
            set(PERMISSIONS[:7]) | {"can_send_other_messages"},
        ),
    ],
)
async def test_permissions_imply_others(
    stage: Stage, given: dict[str, Any], more: dict[str, Any], allowed: set[str]
) -> None:
    """Client.cpp:11457, get_chat_permissions."""
    group, _ = await governed(stage, "can_restrict_members")
    body = {"chat_id": group.id, "permissions": given} | more
    assert (await raw(stage, "setChatPermissions", body))[0] == 200
    _, answer = await raw(stage, "getChat", {"chat_id": group.id})
    assert {k for k, v in answer["result"]["permissions"].items() if v} == allowed


NOBODY = "Not enough rights to restrict/unrestrict chat member"


@pytest.mark.parametrize(
    ("rights", "who", "error"),
    [
        (["can_pin_messages"], "ben", NOBODY),
        (["can_restrict_members"], "anna", "Can't remove chat owner"),
        (["can_restrict_members"], "itself", "Can't restrict self"),
        (["can_restrict_members"], "admin", "User is an administrator of the chat"),
        (["can_restrict_members"], "stranger", "User not found"),
        (["can_restrict_members"], "nobody", "Invalid user_id specified"),
    ],
)
async def test_whom_a_bot_may_not_ban(
    stage: Stage, rights: list[str], who: str, error: str
) -> None:
    group, ben = await governed(stage, *rights)
    if who == "admin":
        await group.promote(ben)
    ids = {"ben": ben.id, "admin": ben.id, "anna": stage.anna.id, "itself": stage.account.id}
    ids |= {"stranger": 4711, "nobody": 0}
    with pytest.raises(BadRequest) as caught:
        await stage.bot.ban_chat_member(group.id, ids[who])
    assert str(caught.value) == error


async def test_what_needs_a_right_or_a_supergroup(stage: Stage) -> None:
    """DialogManager.cpp:2359 and 2664; Client.cpp:15308 and 15346."""
    group, ben = await governed(stage)
    none = ChatPermissions.no_permissions()
    basic, _ = await governed(stage, "can_restrict_members", kind="group")
    refusals = {
        "Not enough rights to change chat permissions": stage.bot.set_chat_permissions(
            group.id, none
        ),
        "Not enough rights to change chat title": stage.bot.set_chat_title(group.id, "x"),
        "Title must be non-empty": stage.bot.set_chat_title(group.id, " "),
        "Method is available only for supergroups": stage.bot.restrict_chat_member(
            basic.id, ben.id, none
        ),
        "Method is available for supergroup and channel chats only": stage.bot.unban_chat_member(
            basic.id, ben.id
        ),
        "Can't change private chat title": stage.bot.set_chat_title(stage.anna.id, "x"),
        "Can't change private chat permissions": stage.bot.set_chat_permissions(
            stage.anna.id, none
        ),
    }
    for error, call in refusals.items():
        with pytest.raises(BadRequest) as caught:
            await call
        assert str(caught.value) == error


async def test_a_bot_sees_the_title_that_it_set(stage: Stage) -> None:
    """Client.cpp:17414: messageChatChangeTitle, don't skip."""
    group, _ = await governed(stage, "can_change_info")
    await stage.bot.set_chat_title(group.id, "Tea  desk")
    message = await latest(stage)
    assert (message["new_chat_title"], message["from"]["id"]) == ("Tea desk", stage.account.id)
