"""Which reactions a bot or a person may set."""

from __future__ import annotations

from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.world.model import JSON

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
