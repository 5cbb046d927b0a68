"""Commands found by their names: not one handler after the other asked whether it is its own."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from telegram import MessageEntity, Update
from telegram.ext import BaseHandler, CommandHandler

from bot.core.context import Handler, VersoContext


def together(handlers: Iterable[Handler]) -> list[Handler]:
    """The same handlers in their order, with those of commands that follow one another as one."""
    found: list[Handler] = []
    for are_commands, some in groupby(handlers, lambda each: type(each) is CommandHandler):
        found.extend((_Commands(tuple(some)),) if are_commands else some)  # noqa: B031  one of them
    return found


class _Commands(BaseHandler[Any, VersoContext, Any]):
    """The handlers of many commands; of those with the right name the first that fits."""

    def __init__(self, handlers: Sequence[Any]) -> None:
        super().__init__(handlers[0].callback)
        self._by_name: dict[str, list[Handler]] = {}
        for handler in handlers:
            for name in handler.commands:
                self._by_name.setdefault(name, []).append(handler)

    def check_update(self, update: object) -> tuple[Handler, Any] | None:
        """The handler for a command and what it found; None when it is no command of these."""
        for handler in self._by_name.get(_name(update), ()):
            found = handler.check_update(update)
            if found is not None and found is not False:
                return handler, found
        return None

    async def handle_update(
        self,
        update: Any,
        application: Any,
        check_result: Any,
        context: VersoContext,
    ) -> Any:
        """Have it handled by the one that was found."""
        handler, found = check_result
        return await handler.handle_update(update, application, found, context)


def _name(update: object) -> str:
    """The name of the command that a message begins with; empty when it begins otherwise."""
    message = update.effective_message if isinstance(update, Update) else None
    if message is None or not message.entities or not message.text:
        return ""
    first = message.entities[0]
    if first.type != MessageEntity.BOT_COMMAND or first.offset != 0:
        return ""
    return message.text[1 : first.length].partition("@")[0].lower()
