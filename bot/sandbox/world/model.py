"""The things of the sandbox's world. They live in memory and change in place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
"""What an administrator of a group may be given (Bot API, ChatAdministratorRights)."""

CHANNEL_RIGHTS = (
    "can_manage_chat",
    "can_change_info",
    "can_post_messages",
    "can_edit_messages",
    "can_delete_messages",
    "can_invite_users",
    "can_restrict_members",
    "can_promote_members",
    "can_manage_video_chats",
)
"""What an administrator of a channel may be given (Client.cpp:16721)."""

ANONYMOUS = "is_anonymous"
"""The right to write as the group (Bot API, ChatAdministratorRights)."""

PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
"""What members of a group may be allowed (Bot API, ChatPermissions)."""

USUAL_PERMISSIONS = frozenset(PERMISSIONS[:11]) | {"can_invite_users"}
"""What members may do in a new group of the sandbox."""

GENERAL_TOPIC = 1
"""The thread id of a forum's General topic."""


@dataclass(slots=True)
class User:
    """A person with a Telegram account."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    phone: str | None = None
    deactivated: bool = False
    is_bot: bool = False
    private_forwards: bool = False  # forwards of their messages do not link to them


@dataclass(slots=True)
class Member:
    """Somebody's standing in a group: creator, administrator, member, restricted, left, kicked.

    `rights` are an administrator's, `permissions` what a restricted member is left with.
    """

    user_id: int
    status: str
    rights: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    custom_title: str | None = None

    @property
    def present(self) -> bool:
        """Whether this is still a member."""
        return self.status not in {"left", "kicked"}

    @property
    def is_admin(self) -> bool:
        """Whether this is the creator or an administrator."""
        return self.status in {"creator", "administrator"}

    @property
    def is_anonymous(self) -> bool:
        """Whether this administrator writes as the group."""
        return self.is_admin and ANONYMOUS in self.rights

    def may(self, right: str) -> bool:
        """Whether this member has an administrator's right."""
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)


@dataclass(slots=True)
class Topic:
    """A forum topic; its id is that of the service message that created it."""

    id: int
    name: str
    creator_id: int
    icon_color: int
    icon_custom_emoji_id: str | None = None
    status: str = "open"  # open, closed or deleted


@dataclass(slots=True)
class Message:
    """A message; `body` is the Bot API object that bots receive.

    `sender_id` is the account that wrote it, `sender_chat` the chat in whose name it did.
    `live_until` is the end of a live location, in seconds since the epoch.
    """

    id: int
    chat_key: str
    sender_id: int
    date: int
    thread_id: int | None
    body: JSON
    seq: int = 0
    deleted: bool = False
    protected: bool = False
    silent: bool = False
    service: bool = False
    reply_to: int | None = None
    root_id: int | None = None
    sender_chat: int | None = None
    live_until: float | None = None
    keyboard: JSON | None = None
    reactions: dict[int, list[JSON]] = field(default_factory=dict)


@dataclass(slots=True)
class Chat:
    """A private chat of a bot and a person, a basic group, a supergroup, or a channel.

    `key` names it for the control side: "BOT_ID:USER_ID" or the group's id. `permissions` are
    the members'; `reactions` the emoji allowed (None: all); `send_as` the channels in whose
    names people write here.
    """

    key: str
    id: int
    kind: str  # private, group, supergroup or channel
    title: str | None = None
    username: str | None = None
    is_forum: bool = False
    bot_id: int | None = None
    open_to_bot: bool = False  # private: the person has written first
    blocked: bool = False  # private: the person blocked the bot
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    keyboard: JSON | None = None
    last_id: int = 0
    migrated_to: int | None = None
    migrated_from: int | None = None
    photo: JSON | None = None
    linked_id: int | None = None  # of a channel its discussion group, of that the channel
    permissions: frozenset[str] = USUAL_PERMISSIONS
    reactions: list[str] | None = None
    send_as: dict[int, int] = field(default_factory=dict)

    @property
    def is_private(self) -> bool:
        """Whether this is one person's chat with a bot."""
        return self.kind == "private"

    @property
    def is_channel(self) -> bool:
        """Whether its administrators alone write here, in its name."""
        return self.kind == "channel"

    def member(self, user_id: int) -> Member:
        """Somebody's standing; people who never were here have left."""
        return self.members.get(user_id) or Member(user_id, "left")


@dataclass(slots=True)
class BotAccount:
    """A bot: its identity, its settings and what it told about itself."""

    user: User
    token: str
    privacy: bool = True
    last_message_id: int = 0
    commands: dict[str, list[JSON]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int | None, JSON] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The bot's user id, the part of its token before the colon."""
        return self.user.id


@dataclass(slots=True)
class CallbackQuery:
    """A press on an inline button, and the bot's answer to it."""

    id: str
    bot_id: int
    user_id: int
    chat_key: str
    message_id: int
    data: str
    at: float
    answer: JSON | None = None
