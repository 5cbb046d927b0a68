"""One call from its name and raw parameters to its answer."""

from __future__ import annotations

import inspect

import orjson

from bot.sandbox.api import (  # noqa: F401  # each registers its methods
    chats,
    copying,
    editing,
    intake,
    members,
    profile,
    sending,
    sending_media,
    topics,
)
from bot.sandbox.api.params import Params
from bot.sandbox.api.registry import HANDLERS, Call, Encoded
from bot.sandbox.errors import ApiError
from bot.sandbox.world.model import BotAccount
from bot.sandbox.world.state import World


async def answer(world: World, bot: BotAccount, name: str, params: Params) -> bytes:
    """Run a method; its result as the body of a 200. Raises ApiError when refused."""
    result = HANDLERS[name](Call(world, bot, params))
    if inspect.isawaitable(result):
        result = await result
    if isinstance(result, Encoded):
        return b'{"ok":true,"result":' + result.raw + b"}"
    return orjson.dumps({"ok": True, "result": result})


def refusal(error: ApiError) -> bytes:
    """The body of a refusal."""
    return orjson.dumps(error.answer())
