"""Saying a text of a flow in the customer's language, with values put in literally."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.config.ask_texts import without
from flows.conversations.definition import PLACEHOLDER, Definition
from flows.conversations.values import Facts, Option
from flows.languages import tongue
from flows.time.moments import on_the_clock
from flows.utf16 import ELLIPSIS, shortened

MAX_VALUE = 600
"""UTF-16 units of one inserted value; a screen stays under Telegram's 4096."""
_FACTS = frozenset({"brand", "first_name", "name", "product"})
"""Placeholders that are known of the customer or the brand; the others begin a conversation."""


class Speaker:
    """The voice of one flow for one customer."""

    def __init__(self, flow: Definition, facts: Facts) -> None:
        self.flow = flow
        self.facts = facts
        self._texts = flow.formal if facts.formal else flow.texts
        self.language = _language(flow.languages, facts.language, facts.default_language)

    def say(self, key: str, **extra: str) -> str:
        """The text under a key. Values are put in as they are: braces in them mean nothing."""
        text = self._texts[key][self.language]
        if "{" not in text:
            return text
        if "{first_name}" in text and not self.value("first_name"):
            text = without(text, {"first_name"})
        put = tongue(self.language).around
        return PLACEHOLDER.sub(
            lambda match: put(shortened(extra.get(match[1]) or self._said(match[1]), MAX_VALUE)),
            text,
        )

    def _said(self, name: str) -> str:
        """What stands for a placeholder; the brand stands in for an unnamed product."""
        return self.value(name) or (self.facts.brand if name == "product" else ELLIPSIS)

    def value(self, name: str) -> str:
        """A placeholder value, or nothing."""
        if name in _FACTS:
            own: str = getattr(self.facts, name)
            return own
        return self.facts.values.get(name, "")

    def options(self, source: str) -> tuple[Option, ...]:
        """The options that exist at this moment."""
        return self.facts.options.get(source, ())

    def moment(self, when: datetime) -> str:
        """A day and an hour on the customer's clock."""
        return on_the_clock(when.astimezone(ZoneInfo(self.facts.time_zone)), self.language)


@lru_cache(maxsize=256)
def _language(spoken: tuple[str, ...], wished: str, default: str) -> str:
    for wanted in (wished, default):
        for name in (wanted, re.split("[-_]", wanted)[0].lower()):
            if name in spoken:
                return name
    return spoken[0]
