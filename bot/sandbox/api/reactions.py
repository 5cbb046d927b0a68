"""Which reactions a bot or a person may set."""

from __future__ import annotations

from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.world.model import JSON, Chat
from bot.sandbox.world.permissions import allowed

# ReactionTypeEmoji in the Bot API.
EMOJI = frozenset(
    [
        "👍",
        "👎",
        "❤",
        "🔥",
        "🥰",
        "👏",
        "😁",
        "🤔",
        "🤯",
        "😱",
        "🤬",
        "😢",
        "🎉",
        "🤩",
        "🤮",
        "💩",
        "🙏",
        "👌",
        "🕊",
        "🤡",
        "🥱",
        "🥴",
        "😍",
        "🐳",
        "❤\u200d🔥",
        "🌚",
        "🌭",
        "💯",
        "🤣",
        "⚡",
        "🍌",
        "🏆",
        "💔",
        "🤨",
        "😐",
        "🍓",
        "🍾",
        "💋",
        "🖕",
        "😈",
        "😴",
        "😭",
        "🤓",
        "👻",
        "👨\u200d💻",
        "👀",
        "🎃",
        "🙈",
        "😇",
        "😨",
        "🤝",
        "✍",
        "🤗",
        "🫡",
        "🎅",
        "🎄",
        "☃",
        "💅",
        "🤪",
        "🗿",
        "🆒",
        "💘",
        "🙉",
        "🦄",
        "😘",
        "💊",
        "🙊",
        "😎",
        "👾",
        "🤷\u200d♂",
        "🤷",
        "🤷\u200d♀",
        "😡",
    ]
)
_VARIATION = "\ufe0f"


def checked_reactions(raw: Any) -> list[JSON]:
    """A list of at most one emoji from Telegram's list; raises ApiError 400."""
    if not isinstance(raw, list):
        raise bad_request("can't parse reaction types JSON object")
    if len(raw) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    return [_checked(item) for item in raw]


def _checked(item: Any) -> JSON:
    if not isinstance(item, dict) or item.get("type") != "emoji":
        raise bad_request("REACTION_INVALID")
    emoji = str(item.get("emoji", "")).replace(_VARIATION, "")
    if emoji not in EMOJI:
        raise bad_request("REACTION_INVALID")
    return {"type": "emoji", "emoji": emoji}


def refused_reactions(chat: Chat, user_id: int, reactions: list[JSON]) -> str | None:
    """Why these may not be put here, None when they may: the group allows other emoji, or
    somebody may not react. Telegram's servers say it (core.telegram.org, messages.sendReaction).
    """
    if not reactions:
        return None
    if not allowed(chat, user_id, "can_react_to_messages"):
        return "CHAT_WRITE_FORBIDDEN"
    emoji = [reaction["emoji"] for reaction in reactions]
    if chat.reactions is not None and not set(emoji) <= set(chat.reactions):
        return "REACTION_INVALID"
    return None
