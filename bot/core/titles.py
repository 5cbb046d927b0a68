"""What staff and admins read instead of the ids of events and products."""

from bot.core.words import Words
from flows.config import Config
from flows.languages import ENGLISH

_OWN = "event_types."
"""Before the keys of titles that come with Verso."""


def event_title(words: Words, config: Config, language: str, kind: str) -> str:
    """The title of a type of events: the configuration's, else Verso's own, else its id."""
    default = config.brand.default_language
    for event in config.events:
        if event.id == kind:
            return event.in_language(language, default)
    key = f"{_OWN}{kind}"
    return words.say(language, key) if key in words.keys(language) else kind


def event_types(words: Words, config: Config) -> list[str]:
    """The ids of the types of events that have a title."""
    own = (key.removeprefix(_OWN) for key in sorted(words.keys(ENGLISH)) if key.startswith(_OWN))
    return list(dict.fromkeys([*(event.id for event in config.events), *own]))


def product_title(config: Config, language: str, product: str) -> str:
    """The title of a product; what one is called that the configuration does not know."""
    known = config.product(product)
    return known.in_language(language, config.brand.default_language) if known else product
