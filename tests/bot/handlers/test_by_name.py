"""Commands that are found by their names reach the handlers that they reached one by one."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from telegram import Bot, Update
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.core.context import Handler, VersoContext
from bot.handlers.by_name import together

BOT = cast("Bot", SimpleNamespace(username="verso_bot"))


async def _nothing(_update: Update, _context: VersoContext) -> None:
    """What no test calls."""


def _handlers() -> list[Handler]:
    return [
        CommandHandler("help", _nothing, filters.ChatType.GROUP),
        CommandHandler(["note", "help"], _nothing, filters.ChatType.PRIVATE),
        CommandHandler("note", _nothing),
        MessageHandler(filters.COMMAND, _nothing),
        CommandHandler("late", _nothing),
    ]


def _update(text: str, kind: str) -> Update:
    length = len(text.partition(" ")[0])
    command = [{"type": "bot_command", "offset": 0, "length": length}]
    message = {
        "message_id": 1,
        "date": 1,
        "chat": {"id": 5, "type": kind},
        "text": text,
        "entities": command if text.startswith("/") else [],
    }
    update = Update.de_json({"update_id": 1, "message": message}, BOT)
    assert update is not None
    return update


def _taken(handlers: list[Handler], update: Update) -> tuple[Handler, Any] | None:
    """The first handler that fits an update, and what it found."""
    for handler in handlers:
        found = handler.check_update(update)
        if found is not None and found is not False:
            return handler, found
    return None


@pytest.mark.parametrize("kind", ["private", "group", "channel"])
@pytest.mark.parametrize(
    "text", ["/help", "/HELP me", "/note@Verso_bot a b", "/note@other", "/late", "/none", "help"]
)
def test_the_same_handler_takes_it(text: str, kind: str) -> None:
    handlers, update = _handlers(), _update(text, kind)
    taken = _taken(together(handlers), update)
    if taken is not None and taken[0] not in handlers:
        taken = taken[1]  # one for many names the handler itself
    assert taken == _taken(handlers, update)
