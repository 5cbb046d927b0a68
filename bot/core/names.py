"""Names and moments as staff and customers read them."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.rich import clipped
from bot.core.words import Words
from flows.entities import Account, Change, Customer, Theme
from flows.identity.names import given_name, whole_name
from flows.time.moments import in_words, on_the_clock

NAME_LIMIT = 48
"""Characters of a name in a card or a list; names come from outside."""
NUMBERS_NAMED = 3
"""Tickets whose numbers stand for the title of a change that has none."""
_RIGHT_TO_LEFT = {"R", "AL"}
_TURNING = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e"))
_TURNING |= dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))
"""Characters that turn what stands around them, and show nothing themselves."""
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
"""Letters and signs that show nothing."""
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp"})
"""Categories of characters that show nothing without others."""
_ACTIVE = re.compile(r"(?<![\w@/])([@/])(?=\w)")
"""Where Telegram finds a handle, which rings whoever has it, or a command."""
_JOINER = "\u2060"
"""Shows nothing; Telegram finds no handle and no command across it."""


@lru_cache(maxsize=4096)
def display_safe(text: str, limit: int = NAME_LIMIT) -> str:
    """Make a foreign text safe to stand inside a line.

    One line, not too long, no handle that rings anybody, and kept from turning the text around it
    when it is written from right to left (Unicode's isolates).
    """
    short = clipped(" ".join(text.translate(_TURNING).split()), limit)
    short = _ACTIVE.sub(rf"\1{_JOINER}", short)
    if any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in short):
        return f"\u2068{short}\u2069"
    return short


@lru_cache(maxsize=4096)
def shows(text: str) -> bool:
    """Tell whether there is anything to see of a text."""
    return any(each not in _BLANK and unicodedata.category(each) not in _UNSEEN for each in text)


def name_of(customer: Customer | None, account: Account | None = None) -> str:
    """The name to call a customer by: the business's, else Telegram's, else the ref."""
    names = (
        customer.name if customer else "",
        account.first_name if account else "",
        customer.ref if customer else "",
    )
    return next((display_safe(name) for name in names if shows(name)), "?")


def greeted(customer: Customer, account: Account | None = None) -> str:
    """The name by which to greet a customer: the business's, else Telegram's, else none."""
    names = (customer.name, account.first_name if account else "")
    return next(filter(None, map(given_name, names)), "")


def called(customer: Customer, account: Account | None = None) -> str:
    """A customer's whole name: as the business tells it, else as Telegram does, else none."""
    names = (customer.name, account.first_name if account else "")
    return next(filter(None, map(whole_name, names)), "")


def staff_name(name: str, number: int | None) -> str:
    """How customers read of who did something, by name and Telegram id.

    Of a person they learn the first word of the name. Groups and channels, whose ids are negative,
    speak as the business, which has a whole name.
    """
    if number is not None and number < 0:
        return display_safe(name)
    return first_word(name)


def first_word(name: str) -> str:
    """The first word of a name in which there is something to see."""
    return display_safe(next(filter(shows, name.split()), name))


def change_title(change: Change, language: str) -> str:
    """The title of a change in a language, else the one that it was given first."""
    return str(change.translations.get(language, {}).get("title") or change.title)


def change_name(
    words: Words, language: str, change: Change, numbers: Sequence[int] = (), most: int = 200
) -> str:
    """How staff read of a change: its title, else its tickets' numbers, else its text."""
    number, title = change.number, change_title(change, language)
    if title:
        return words.say(language, "changes.title", number=number, title=display_safe(title, most))
    if numbers:
        named = [f"#{each}" for each in numbers[:NUMBERS_NAMED]]
        more = "…" if len(numbers) > NUMBERS_NAMED else ""
        return words.say(
            language, "changes.untitled", number=number, tickets=", ".join(named) + more
        )
    if change.text:
        return words.say(
            language, "changes.title", number=number, title=display_safe(change.text, 80)
        )
    return f"C{number}"


def theme_name(words: Words, language: str, theme: Theme, most: int = NAME_LIMIT) -> str:
    """How staff read of a theme: its number, and its name if it has one yet."""
    if not theme.name:
        return f"T{theme.number}"
    name = display_safe(theme.name, most)
    return words.say(language, "themes.name", number=theme.number, name=name)


def moment(at: datetime, zone: str, language: str) -> str:
    """A moment as it reads on a wall clock: `Mon 4 May, 14:05`."""
    return on_the_clock(at.astimezone(ZoneInfo(zone)), language)


def day(at: datetime, zone: str, language: str) -> str:
    """A day in words: `4 May 2026`."""
    return in_words(at.astimezone(ZoneInfo(zone)).date(), language)


def place_link(chat_id: int, message_id: int, username: str = "") -> str:
    """Where a message of a channel or supergroup is; without a user name for its members alone."""
    place = username or f"c/{str(chat_id).removeprefix('-100')}"
    return f"https://t.me/{place}/{message_id}"
