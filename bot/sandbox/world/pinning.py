"""Pinned messages, by bots and by people."""

from __future__ import annotations

from bot.sandbox.world import posting
from bot.sandbox.world.model import Chat, Message
from bot.sandbox.world.state import World


def pin(world: World, chat: Chat, message: Message, actor_id: int) -> None:
    """Pin a message, unless it is pinned; a service message says so."""
    if message.id in chat.pinned:
        return
    chat.pinned.append(message.id)
    posting.touched(world, message, "message_pinned")
    pinned = {"pinned_message": posting.shown(world, message)}
    posting.service(world, chat, actor_id, pinned, message.thread_id)


def unpin(world: World, chat: Chat, message_id: int) -> None:
    """Unpin a message that is pinned; nobody is told."""
    chat.pinned.remove(message_id)
    posting.touched(world, chat.messages[message_id], "message_unpinned")
