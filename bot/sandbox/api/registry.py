"""The table of method handlers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.api.params import Params
from bot.sandbox.world.model import BotAccount
from bot.sandbox.world.state import World


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method by a bot."""

    world: World
    bot: BotAccount
    params: Params


@dataclass(frozen=True, slots=True)
class Encoded:
    """A result that is JSON already."""

    raw: bytes


Handler = Callable[[Call], Any]
HANDLERS: dict[str, Handler] = {}


def method(name: str) -> Callable[[Handler], Handler]:
    """Register a handler for a Bot API method."""

    def keep(handler: Handler) -> Handler:
        HANDLERS[name] = handler
        return handler

    return keep
