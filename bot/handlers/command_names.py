"""The commands by name, and which of them somebody meant who typed another one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

CUSTOMERS = (
    *("complain", "my", "book", "language", "stop"),
    *("privacy", "my_data", "forget_me", "help"),
)
"""Published for private chats; described in the texts `commands.*`."""
ADMINS = (
    *("console", "schedules", "hypotheses", "recalls", "why", "stats", "letter", "map"),
    *("imports", "parked", "audit", "praise", "channel", "admins", "help"),
)
"""For admins, in their private chats."""
STAFF = (
    "tickets",
    "find",
    "take",
    "assign",
    "resolve",
    "decline",
    "merge",
    "split",
    "tag",
    "note",
    "severity",
    "category",
    "snooze",
    "later",
    "away",
    "change",
    "changes",
    "link",
    "themes",
    "theme",
    "story",
    "remedy",
    "ledger",
    "recalls",
    "bookings",
    "lost",
    "letter",
    "map",
    "praise",
    "card",
    "who",
    "why",
    "answer",
    "mute",
    "block",
    "unblock",
    "plain",
    "audit",
    "setup",
    "help",
)
"""Published in groups; each has a text `staff_commands.*`."""
NEAR = 0.65
"""How alike a command has to be to be named (difflib's ratio)."""
_COMMAND = re.compile(r"/(\w+)(?:@(\w+))?(?![\w/<>])")
"""As Telegram finds them, but in any script: a path such as `/tmp/x` is none."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A text that begins like a command."""

    name: str
    """In small letters, without the slash."""
    to: str
    """The bot that it is addressed to; empty: nobody."""
    rest: str
    """What stands after it."""

    @property
    def in_words(self) -> str:
        """The text without the slash, as words: `/ask_me later` is "ask me later"."""
        return f"{self.name.replace('_', ' ')} {self.rest}".strip()

    def is_for(self, bot: str) -> bool:
        """Tell whether it is addressed to this bot, or to nobody."""
        return self.to.lower() in ("", bot.lower())


def typed(text: str) -> Typed | None:
    """The command that a text begins with, in any script; None when it begins otherwise."""
    found = _COMMAND.match(text)
    if found is None:
        return None
    return Typed(found[1].lower(), found[2] or "", text[found.end() :].strip())


def nearest(name: str, known: Iterable[str]) -> str:
    """The command that is spelled most like this name; empty when none is near."""
    found = get_close_matches(name.lower(), list(known), n=1, cutoff=NEAR)
    return found[0] if found else ""
