"""Short texts that several people mean the same by: offered to admins as phrases to understand.

No person is named, nothing is ever learned by itself, and nothing is learned as a stop.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from bot.configuration import changes
from bot.configuration.changes import Unchanged
from bot.console.schedules import actor
from bot.core.admin_notices import notify_admins
from bot.core.callbacks import pack
from bot.core.names import display_safe
from bot.core.work import Keyboard, Work
from bot.dialogue import understanding
from flows.config import Config, ConfigError
from flows.ear import Meaning
from flows.ear.bare import bare
from flows.entities import Configuration
from flows.entities.facts import PHRASE_OFFERED

MEANINGS = {"fine": "fine", "pass": "complaint"}
"""What the text means, by the button that people pressed."""
SEVERAL = 3
"""So many people have to have written it."""
LATELY = timedelta(days=90)
OFFERED_AT_ONCE = 5
"""Offers in an hour, so that admins are not flooded after a bad day."""
_NAME_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Learned:
    """What became of an offer that an admin has accepted.

    `learned`; `same`: it is understood so already; `other`: it is listed under another meaning;
    `gone`: nobody has written it lately; `invalid`: the configuration cannot take it.
    """

    became: str
    text: str = ""
    meaning: str = ""
    version: Configuration | None = None


async def offer(work: Work) -> None:
    """Offer admins what several people have written and most of them meant the same by."""
    if not work.services.admins:
        return
    offered = 0
    agreed = await work.unit.remarks.agreed_upon(work.now - LATELY, SEVERAL, list(MEANINGS))
    for text, choice, people in agreed:
        name = _name(text, MEANINGS[choice])
        known = await work.unit.facts.get(PHRASE_OFFERED.of(name)) is not None
        if known or not _is_news(work, text):
            continue
        await _say_to_admins(work, text, MEANINGS[choice], people)
        await work.unit.facts.set(PHRASE_OFFERED.of(name), "1")
        offered += 1
        if offered == OFFERED_AT_ONCE:
            return


async def _say_to_admins(work: Work, text: str, meaning: str, people: int) -> None:
    say = work.services.words.say

    def offer_in(language: str) -> str:
        return say(language, f"phrases.offer_{meaning}", n=people, text=display_safe(text))

    def button_in(language: str) -> Keyboard:
        label = say(language, "phrases.b_understand")
        return [[(label, pack("a", "phrase", _name(text, meaning)))]]

    await notify_admins(work, offer_in, button_in)


def _is_news(work: Work, text: str) -> bool:
    """Tell whether a text is not understood yet, and might not be a stop."""
    heard = understanding.listen_to(work, text)
    return heard.unsure and Meaning.STOP not in heard.meanings


def _name(text: str, meaning: str) -> str:
    """What an offer is called: short, and without anybody's words."""
    return hashlib.sha256(f"{meaning}:{text}".encode()).hexdigest()[:_NAME_LENGTH]


async def accept(work: Work, name: str, admin: int) -> Learned:
    """Understand a text from now on, as a new version of the configuration."""
    found = await _named(work, name)
    if found is None:
        return Learned("gone")
    text, meaning = found
    config = await changes.stored(work)
    listed = _listed(config, text)
    if listed:
        return Learned("same" if listed == meaning else "other", text, listed)
    phrases = config.phrases
    longer = phrases.model_copy(update={meaning: (*getattr(phrases, meaning), text)})
    try:
        made = await changes.change(
            work, config.model_copy(update={"phrases": longer}), actor(admin)
        )
    except Unchanged:
        return Learned("same", text, meaning)
    except ConfigError:
        return Learned("invalid", text, meaning)
    return Learned("learned", text, meaning, made)


async def _named(work: Work, name: str) -> tuple[str, str] | None:
    for text in await work.unit.remarks.short_texts(work.now - LATELY):
        for meaning in MEANINGS.values():
            if _name(text, meaning) == name:
                return text, meaning
    return None


def _listed(config: Config, text: str) -> str:
    """The meaning under which the configuration has a text; empty: none."""
    for meaning, texts in config.phrases.by_meaning().items():
        if text in map(bare, texts):
            return meaning
    return ""
