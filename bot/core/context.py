"""The context that python-telegram-bot hands to Verso's handlers."""

from contextvars import ContextVar
from typing import Any, Protocol

from telegram.ext import Application, BaseHandler, CallbackContext, ExtBot

from bot.core.work import Work

current_work: ContextVar[Work] = ContextVar("current_work")
"""The unit of work of the update that is being handled; set by the worker."""


class VersoContext(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """Gives handlers the unit of work that their update is handled in."""

    @property
    def work(self) -> Work:
        """The unit of work of this update."""
        return current_work.get()


VersoApplication = Application[
    ExtBot[None], VersoContext, dict[Any, Any], dict[Any, Any], dict[Any, Any], None
]
Handler = BaseHandler[Any, VersoContext, Any]


class FastUpdate(Protocol):
    """An update that was read without python-telegram-bot's types (docs/decisions/0016)."""

    @property
    def telegram_id(self) -> int:
        """Who it is from; their private chat has the same id."""

    @property
    def query_id(self) -> str:
        """The button press that wants an answer; empty for words."""

    async def handle(self, work: Work) -> None:
        """Do what the handlers would do."""
