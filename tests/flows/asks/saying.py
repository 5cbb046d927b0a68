"""Decisions in the words that are shipped."""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.core.words import Words
from flows.asks import explanations
from flows.asks.decisions import Decision, Reason

WORDS = Words.shipped()
REASONS = {key.removeprefix("reasons.") for key in WORDS.keys("en") if key.startswith("reasons.")}


def explain(decision: Decision, language: str) -> str:
    """One sentence on a decision."""
    return explanations.explain(decision, language, partial(WORDS.say, language))


def explain_reason(reason: Reason, language: str, zone: ZoneInfo, now: datetime) -> str:
    """The part of a sentence after "because"."""
    say = partial(WORDS.say, language)
    return explanations.explain_reason(reason, language, say, zone, now)
