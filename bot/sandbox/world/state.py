"""The world: where everything is kept and found."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import replace

from bot.sandbox.errors import ApiError, SandboxError, bad_request, forbidden
from bot.sandbox.timekeeping import VirtualClock
from bot.sandbox.world.faults import Faults
from bot.sandbox.world.files import FileStore
from bot.sandbox.world.hub import Hub
from bot.sandbox.world.log import RequestLog
from bot.sandbox.world.model import JSON, BotAccount, CallbackQuery, Chat, Message, User
from bot.sandbox.world.pacing import Budgets, Pacer
from bot.sandbox.world.shapes import CHANNEL_BOT, GROUP_ANONYMOUS_BOT, chat_shape
from bot.sandbox.world.updates import UpdateQueue

FIRST_USER_ID = 100_001
FIRST_BOT_ID = 7_000_001
FIRST_GROUP_ID = 1_000_001
SUPERGROUP_BASE = -1_000_000_000_000
CALLBACK_ANSWER_SECONDS = 150
"""How long a callback query can be answered. Telegram does not publish this one."""


class World:
    """Everything the sandbox knows. Not safe across threads: one event loop owns it."""

    def __init__(self, budgets: Budgets, seed: int = 0) -> None:
        self.clock = VirtualClock()
        self.hub = Hub()
        self.budgets = budgets
        self.seed = seed
        self.webhook_set: Callable[[int], None] = lambda _bot_id: None
        self.reset()

    def reset(self) -> None:
        """Empty the world. Clock, budgets and listeners stay."""
        self.chance = random.Random(self.seed)  # noqa: S311  # repeatable, not secret
        self.users: dict[int, User] = {
            u.id: u for u in map(replace, (GROUP_ANONYMOUS_BOT, CHANNEL_BOT))
        }
        self.bots: dict[int, BotAccount] = {}
        self.tokens: dict[str, BotAccount] = {}
        self.queues: dict[int, UpdateQueue] = {}
        self.pacers: dict[int, Pacer] = {}
        self.chats: dict[str, Chat] = {}
        self.groups: dict[int, Chat] = {}
        self.callbacks: dict[str, CallbackQuery] = {}
        self.files = FileStore()
        self.faults = Faults()
        self.log = RequestLog()
        self.down_until = 0.0
        self.down_how = "502"
        self._next_user = FIRST_USER_ID
        self._next_bot = FIRST_BOT_ID
        self._next_group = FIRST_GROUP_ID

    # People and bots

    def add_user(self, user: User) -> User:
        """Keep a new person; raises SandboxError when the id is taken."""
        if user.id in self.users:
            raise SandboxError(f"There is a user with id {user.id} already: choose another.")
        self.users[user.id] = user
        return user

    def new_user_id(self) -> int:
        """An id that nobody has."""
        while self._next_user in self.users:
            self._next_user += 1
        return self._next_user

    def add_bot(
        self, token: str | None, username: str, first_name: str, privacy: bool
    ) -> BotAccount:
        """Keep a new bot; its id is the part of its token before the colon."""
        token = token or f"{self._next_bot}:{secrets.token_urlsafe(26)}"
        bot_id = _bot_id(token)
        self._next_bot = max(self._next_bot, bot_id) + 1
        if token in self.tokens:
            raise SandboxError("There is a bot with this token already: choose another.")
        user = self.add_user(User(bot_id, first_name, username=username, is_bot=True))
        bot = BotAccount(user, token, privacy)
        self.bots[bot_id] = self.tokens[token] = bot
        self.queues[bot_id] = UpdateQueue(self.clock, self.chance)
        self.pacers[bot_id] = Pacer(self.clock, self.budgets)
        return bot

    def set_budgets(self, budgets: Budgets) -> None:
        """Change the budgets of every bot; what was spent is forgotten."""
        self.budgets = budgets
        for bot_id in self.pacers:
            self.pacers[bot_id] = Pacer(self.clock, budgets)

    # Chats

    def private_chat(self, bot_id: int, user_id: int) -> Chat:
        """The chat of a bot and a person, made when it is not there yet."""
        key = f"{bot_id}:{user_id}"
        chat = self.chats.get(key)
        if chat is None:
            chat = self.chats[key] = Chat(key, user_id, "private", bot_id=bot_id)
        return chat

    def add_group(self, title: str, kind: str, group_id: int | None = None) -> Chat:
        """Keep a new basic group or supergroup."""
        if group_id is None:
            number = self._next_group
            self._next_group += 1
            group_id = -number if kind == "group" else SUPERGROUP_BASE - number
        if group_id in self.groups:
            raise SandboxError(f"There is a group with id {group_id} already: choose another.")
        chat = Chat(str(group_id), group_id, kind, title)
        self.chats[chat.key] = self.groups[group_id] = chat
        return chat

    def chat_for(self, bot: BotAccount, chat_id: int | str) -> Chat:
        """The chat a bot names, as far as it may know it; raises ApiError 400."""
        if isinstance(chat_id, str):
            chat_id = self._id_of_username(chat_id)
        if chat_id > 0:
            if chat_id not in self.users:
                raise bad_request("chat not found")
            return self.private_chat(bot.id, chat_id)
        chat = self.groups.get(chat_id)
        if chat is None or bot.id not in chat.members:
            raise bad_request("chat not found")
        return chat

    def _id_of_username(self, name: str) -> int:
        wanted = name.removeprefix("@").lower()
        for chat in self.groups.values():
            if chat.username and chat.username.lower() == wanted:
                return chat.id
        raise bad_request("chat not found")

    def writable(self, bot: BotAccount, chat: Chat) -> Chat:
        """`chat`, when the bot may write to it; raises ApiError 403 when not.

        A group that became a supergroup answers 400 with migrate_to_chat_id; reading it goes on
        (tdlib/telegram-bot-api, Client.cpp: only write access is refused).
        """
        if chat.migrated_to is not None:
            raise bad_request(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to
            )
        refusal = self._refusal(bot, chat)
        if refusal is not None:
            raise refusal
        return chat

    def readable(self, bot: BotAccount, chat: Chat) -> Chat:
        """`chat`, when the bot may read it; raises ApiError 403 when not.

        Supergroups and channels are shut to whoever is no member; of basic groups what was there
        stays (Client.cpp:8125, check_chat_access).
        """
        shut = chat.kind in {"supergroup", "channel"}
        refusal = self._refusal(bot, chat) if shut else None
        if refusal is not None:
            raise refusal
        return chat

    def _refusal(self, bot: BotAccount, chat: Chat) -> ApiError | None:
        if chat.is_private:
            return self._private_refusal(chat)
        standing = chat.member(bot.id)
        if standing.present:
            return None
        if standing.status == "kicked":
            return forbidden(f"bot was kicked from the {chat.kind} chat")
        return forbidden(f"bot is not a member of the {chat.kind} chat")

    def _private_refusal(self, chat: Chat) -> ApiError | None:
        user = self.users[chat.id]
        if user.is_bot:
            return forbidden("the bot can't send messages to the bot")
        if user.deactivated:
            return forbidden("user is deactivated")
        if chat.blocked:
            return forbidden("bot was blocked by the user")
        if not chat.open_to_bot:
            return forbidden("bot can't initiate conversation with a user")
        return None

    # Messages

    def new_message_id(self, chat: Chat) -> int:
        """The next message id: a bot's private chats share one row of numbers, groups have own."""
        if chat.bot_id is not None:
            bot = self.bots[chat.bot_id]
            bot.last_message_id += 1
            chat.last_id = bot.last_message_id
            return chat.last_id
        chat.last_id += 1
        return chat.last_id

    def message(self, chat: Chat, message_id: int) -> Message | None:
        """A message that is there and not deleted."""
        found = chat.messages.get(message_id)
        return None if found is None or found.deleted else found

    def chat_body(self, chat: Chat) -> JSON:
        """The Chat object as messages carry it."""
        return chat_shape(chat, self.users[chat.id] if chat.is_private else None)


def _bot_id(token: str) -> int:
    head, colon, tail = token.partition(":")
    if not (colon and tail and head.isdigit()):
        raise SandboxError("A token looks like 123456:ABC-def, digits before the colon.")
    return int(head)
