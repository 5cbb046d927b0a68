"""Who is what in a group, what members may do there, and how it is called."""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.api.members import TITLE_LIMIT
from bot.sandbox.api.reactions import EMOJI
from bot.sandbox.control.common import Desk
from bot.sandbox.errors import SandboxError
from bot.sandbox.world.membership import set_member, set_title
from bot.sandbox.world.model import (
    ADMIN_RIGHTS,
    ANONYMOUS,
    CHANNEL_RIGHTS,
    PERMISSIONS,
    USUAL_PERMISSIONS,
    Chat,
    Member,
)
from bot.sandbox.world.permissions import allowed

CUSTOM_TITLE_LIMIT = 16
"""Characters of an administrator's title (Bot API, setChatAdministratorCustomTitle)."""


class Standing(Desk):
    """Operations on members, rights and permissions."""

    def add_member(self, group: int, user: int, *, by: int | None = None) -> None:
        """Let somebody in; bots come into channels as administrators alone."""
        self._user(user)
        if self._group(group).is_channel and user in self._world.bots:
            raise SandboxError("Bots are in channels as administrators only: promote it.")
        self._set(group, Member(user, "member"), by)

    def promote(
        self,
        group: int,
        user: int,
        *,
        rights: list[str] | None = None,
        title: str | None = None,
        by: int | None = None,
    ) -> None:
        """Make somebody administrator with these rights (None: all but `is_anonymous`).

        `title` is what the group shows beside their name, and what signs what an anonymous
        administrator writes.
        """
        known = CHANNEL_RIGHTS if self._group(group).is_channel else ADMIN_RIGHTS
        wanted = frozenset(known if rights is None else rights)
        _check_names("rights", wanted, (*known, ANONYMOUS))
        if title is not None and not 1 <= len(title) <= CUSTOM_TITLE_LIMIT:
            raise SandboxError("An administrator's title has 1 to 16 characters.")
        rights_kept = wanted | {"can_manage_chat"}
        self._set(group, Member(user, "administrator", rights_kept, custom_title=title), by)

    def demote(self, group: int, user: int, *, by: int | None = None) -> None:
        """Take somebody's administrator rights away; a bot leaves a channel with them."""
        leaves = self._group(group).is_channel and user in self._world.bots
        self._set(group, Member(user, "left" if leaves else "member"), by)

    def set_anonymous(self, group: int, user: int, *, on: bool = True) -> None:
        """Let an administrator, or the creator, write as the group, or no longer."""
        chat = self._group(group)
        member = chat.member(user)
        if not member.is_admin or chat.kind != "supergroup":
            raise SandboxError("Only administrators of supergroups are anonymous.")
        rights = member.rights | {ANONYMOUS} if on else member.rights - {ANONYMOUS}
        self._set(group, replace(member, rights=rights), None)

    def restrict(
        self, group: int, user: int, *, may: list[str] | None = None, by: int | None = None
    ) -> None:
        """Leave a member of a supergroup nothing, or these permissions; for a bot too."""
        kept = frozenset(may or ())
        _check_names("permissions", kept, PERMISSIONS)
        chat = self._group(group)
        if chat.kind != "supergroup":
            raise SandboxError("Single members are restricted in supergroups only.")
        if not chat.member(user).present or chat.member(user).status == "creator":
            raise SandboxError("Only members are restricted, and never the creator.")
        self._set(group, Member(user, "restricted", permissions=kept), by)

    def unrestrict(self, group: int, user: int, *, by: int | None = None) -> None:
        """Lift a member's restriction."""
        if self._group(group).member(user).status != "restricted":
            raise SandboxError("This member is not restricted.")
        self._set(group, Member(user, "member"), by)

    def kick(self, group: int, user: int, *, by: int | None = None) -> None:
        """Remove somebody from a group for good."""
        self._set(group, Member(user, "kicked"), by)

    def leave(self, group: int, user: int) -> None:
        """Somebody leaves by themselves."""
        self._set(group, Member(user, "left"), user)

    def set_permissions(self, group: int, may: list[str] | None = None) -> None:
        """What members who are no administrators may do (None: as in a new group).

        Bots are not told; they read it with getChat.
        """
        wanted = USUAL_PERMISSIONS if may is None else frozenset(may)
        _check_names("permissions", wanted, PERMISSIONS)
        self._group(group).permissions = wanted

    def set_reactions(self, group: int, emoji: list[str] | None = None) -> None:
        """Which reactions a group allows (None: all; []: none). Bots are not told."""
        _check_names("reactions", frozenset(emoji or ()), tuple(EMOJI))
        self._group(group).reactions = None if emoji is None else list(emoji)

    def set_title(self, group: int, user: int, title: str) -> None:
        """The group another name; a service message says so."""
        chat = self._group(group)
        if not 1 <= len(title) <= TITLE_LIMIT:
            raise SandboxError("A group's title has 1 to 128 characters.")
        if not _may(chat, user, "can_change_info"):
            raise SandboxError("This person may not change the group's name.")
        set_title(self._world, chat, user, title)

    # How it is done

    def _set(self, group: int, member: Member, by: int | None) -> None:
        chat = self._group(group)
        if chat.migrated_to is not None:
            raise SandboxError(f"This group became {chat.migrated_to}.")
        self._user(member.user_id)
        made_by = self._creator(chat)
        if member.user_id == made_by and member.status != "creator":
            raise SandboxError("The creator of a group stays what they are.")
        actor = by or made_by
        set_member(self._world, chat, actor, replace(member))

    def _creator(self, chat: Chat) -> int:
        return next(m.user_id for m in chat.members.values() if m.status == "creator")


def _may(chat: Chat, user_id: int, name: str) -> bool:
    """Whether a right, or the group's permissions, let a person do this."""
    member = chat.member(user_id)
    if member.is_admin:
        return member.may(name) or name in chat.permissions
    return member.present and allowed(chat, user_id, name)


def _check_names(what: str, names: frozenset[str], known: tuple[str, ...]) -> None:
    unknown = names - set(known)
    if unknown:
        raise SandboxError(f"There are no {what} {', '.join(sorted(unknown))}.")
