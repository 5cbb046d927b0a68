"""What nearly every update is, read without python-telegram-bot's types.

To make those types of an update takes longer than to decide what to answer (docs/decisions/0016).
Two kinds are read here as the plain JSON that they are: words in a private chat without anything
special about them, and presses of a conversation's buttons. Whatever is not exactly of such a
shape goes to the handlers, where the same is done with it.
"""

from dataclasses import dataclass
from typing import Any

from bot.core.context import FastUpdate
from bot.core.services import Services
from bot.core.work import Work
from bot.handlers.customer import messages
from bot.handlers.customer.pieces import source_of
from bot.handlers.customer.visitors import storable, visitor
from bot.identity.accounts import Visitor
from flows.conversations import Piece

_PLAIN = frozenset({"message_id", "date", "chat", "from", "text"})
"""What a message has about which there is nothing special."""


@dataclass(frozen=True, slots=True)
class Words:
    """Somebody wrote something."""

    visitor: Visitor
    message_id: int
    text: str
    query_id: str = ""

    @property
    def telegram_id(self) -> int:
        """Who it is from."""
        return self.visitor.telegram_id

    async def handle(self, work: Work) -> None:
        """Take the words in."""
        source = source_of(self.visitor.telegram_id, self.message_id)
        piece = Piece("text", work.now, storable(self.text), source=source)
        await messages.hear(work, self.visitor, piece)


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody pressed a button of a conversation."""

    visitor: Visitor
    query_id: str
    message_id: int
    data: str

    @property
    def telegram_id(self) -> int:
        """Who it is from."""
        return self.visitor.telegram_id

    async def handle(self, work: Work) -> None:
        """Do what the button says."""
        place = (self.visitor.telegram_id, self.message_id)
        await messages.press(work, self.query_id, self.visitor, place, self.data)


def read(update: Any, services: Services) -> FastUpdate | None:
    """What an update is, if it is one of these; admins' never are, who tune by typing."""
    if not isinstance(update, dict) or len(update) != 2:
        return None
    found = _words(update.get("message")) or _press(update.get("callback_query"))
    if found is None or found.visitor.telegram_id in services.admins:
        return None
    return found


def _words(message: Any) -> Words | None:
    if not isinstance(message, dict) or message.keys() != _PLAIN:
        return None
    who, number, text = (
        _alone(message["from"], message["chat"]),
        message["message_id"],
        message["text"],
    )
    if who is None or type(number) is not int or type(message["date"]) is not int:
        return None
    if not isinstance(text, str) or not text or text.startswith("/"):
        return None
    return Words(who, number, text)


def _press(query: Any) -> Press | None:
    if not isinstance(query, dict) or not isinstance(query.get("message"), dict):
        return None
    message, name, data = query["message"], query.get("id"), query.get("data")
    who, number = _alone(query.get("from"), message.get("chat")), message.get("message_id")
    if who is None or type(number) is not int or not isinstance(name, str):
        return None
    if not isinstance(data, str) or not data.startswith("c:"):
        return None
    return Press(who, name, number, data)


def _alone(user: Any, chat: Any) -> Visitor | None:
    """A person in their own private chat; None for anybody and anything else."""
    if not isinstance(user, dict) or not isinstance(chat, dict) or user.get("is_bot") is not False:
        return None
    number, name = user.get("id"), user.get("first_name")
    if type(number) is not int or number != chat.get("id") or chat.get("type") != "private":
        return None
    username, language = user.get("username", ""), user.get("language_code", "")
    if not all(isinstance(text, str) for text in (name, username, language)):
        return None
    return visitor(number, str(name), username, language)
