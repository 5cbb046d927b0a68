"""What a bot was told, as plain JSON."""

from __future__ import annotations

from bot.sandbox.world.model import JSON
from tests.sandbox.conftest import Stage


async def told(stage: Stage, kind: str = "message") -> list[JSON]:
    """The objects of one kind of update that the bot has not confirmed."""
    return [update[kind] for update in await stage.account.pending() if kind in update]


async def latest(stage: Stage, kind: str = "message") -> JSON:
    """The last object of one kind of update."""
    return (await told(stage, kind))[-1]


async def confirmed(stage: Stage) -> None:
    """Forget what the bot was told so far, and ask for every kind of update from now on."""
    every = ["message", "edited_message", "callback_query", "message_reaction"]
    await stage.bot.get_updates(allowed_updates=[*every, "my_chat_member", "chat_member"])
    await stage.bot.get_updates(offset=10**10)
