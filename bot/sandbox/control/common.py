"""What all parts of the control room share."""

from __future__ import annotations

from bot.sandbox.errors import SandboxError
from bot.sandbox.world.model import BotAccount, Chat, Message, User
from bot.sandbox.world.state import World

Place = int | str
"""A chat from somebody's point of view: a bot's id, a group's id, or a chat key."""


class Desk:
    """Finds who and what an operation names; raises SandboxError with a plain sentence."""

    def __init__(self, world: World) -> None:
        self._world = world

    def _user(self, user_id: int) -> User:
        user = self._world.users.get(user_id)
        if user is None:
            raise SandboxError(f"There is no user {user_id}: create one first.")
        return user

    def _bot(self, bot_id: int) -> BotAccount:
        bot = self._world.bots.get(bot_id)
        if bot is None:
            raise SandboxError(f"There is no bot {bot_id}: create one first.")
        return bot

    def _group(self, group_id: int) -> Chat:
        chat = self._world.groups.get(group_id)
        if chat is None:
            raise SandboxError(f"There is no group {group_id}: create one first.")
        return chat

    def _chat(self, user_id: int, place: Place) -> Chat:
        """The chat a person means, for reading."""
        self._user(user_id)
        if isinstance(place, str) and not place.lstrip("-").isdigit():
            place = int(place.partition(":")[0])
        place = int(place)
        if place > 0:
            return self._world.private_chat(self._bot(place).id, user_id)
        chat = self._group(place)
        if user_id not in chat.members:
            raise SandboxError(f"User {user_id} has never been in group {place}: add them first.")
        return chat

    def _writable(self, user_id: int, place: Place, thread: int | None = None) -> Chat:
        """The chat a person means, when they can write there."""
        chat = self._chat(user_id, place)
        if self._user(user_id).deactivated:
            raise SandboxError("A deleted account cannot do anything.")
        if chat.blocked:
            raise SandboxError("This person has blocked the bot: unblock it first.")
        if chat.migrated_to is not None:
            raise SandboxError(f"This group became {chat.migrated_to}: write there.")
        if not chat.is_private and not chat.member(user_id).present:
            raise SandboxError("This person is not in the group any more.")
        if chat.is_private and thread is not None:
            raise SandboxError("The sandbox has no topics in private chats.")
        if chat.is_forum:
            self._open_topic(chat, user_id, thread or 1)
        return chat

    def _open_topic(self, chat: Chat, user_id: int, thread: int) -> None:
        topic = chat.topics.get(thread)
        if topic is None or topic.status == "deleted":
            raise SandboxError(f"There is no topic {thread}.")
        if topic.status == "closed" and not chat.member(user_id).may("can_manage_topics"):
            raise SandboxError("The topic is closed: only administrators write there.")

    def _message(self, chat: Chat, message_id: int) -> Message:
        message = self._world.message(chat, message_id)
        if message is None:
            raise SandboxError(f"There is no message {message_id} in this chat.")
        return message

    def _own(self, chat: Chat, message_id: int, user_id: int) -> Message:
        message = self._message(chat, message_id)
        if message.sender_id != user_id or message.service:
            raise SandboxError("People edit their own messages only.")
        return message
