"""Dice and polls: what Telegram itself decides about them."""

from __future__ import annotations

import random

from bot.sandbox.world.model import JSON

DICE = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}
"""Emoji that are thrown, with their highest values (Bot API, Dice)."""


def thrown(emoji: str, chance: random.Random, value: int | None = None) -> JSON:
    """A Dice; its value is chance's unless given."""
    return {"emoji": emoji, "value": value or chance.randint(1, DICE[emoji])}


def poll_shape(
    question: str, options: list[str], chance: random.Random, **settings: object
) -> JSON:
    """A Poll without votes (Client.cpp:2378); settings: is_anonymous, allows_multiple_answers,
    type, correct_option_ids."""
    return {
        "id": str(chance.randrange(10**17, 10**18)),
        "question": question,
        "options": [
            {"persistent_id": str(number), "text": text, "voter_count": 0}
            for number, text in enumerate(options)
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
        **settings,
    }


def copied_chances(content: JSON, chance: random.Random) -> JSON | None:
    """What a copy has in place of a dice or a poll: a new throw (td, MessageContent.cpp:10097),
    a new poll. None: a quiz whose answer the bot does not know cannot be copied (Bot API,
    copyMessage; td, MessageContent.cpp:6445)."""
    if "dice" in content:
        return content | {"dice": thrown(content["dice"]["emoji"], chance)}
    poll = content.get("poll")
    if poll is None:
        return content
    if poll["type"] == "quiz" and "correct_option_ids" not in poll:
        return None
    kept = ("is_anonymous", "type", "allows_multiple_answers", "correct_option_ids")
    options = [option["text"] for option in poll["options"]]
    settings = {name: poll[name] for name in kept if name in poll}
    return content | {"poll": poll_shape(poll["question"], options, chance, **settings)}
