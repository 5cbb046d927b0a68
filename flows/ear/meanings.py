"""What a short message may mean, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """What somebody may mean by a message; several can be meant at once."""

    STOP = "stop"
    LATER = "later"
    FINE = "fine"
    THANKS = "thanks"
    WHO = "who"
    YES = "yes"
    NO = "no"
    NEVER_MIND = "never_mind"
    NOT_YET = "not_yet"
    PARTLY = "partly"
    NOT_HELPED = "not_helped"
    """What was done did not help: a no where that is asked, a complaint anywhere else."""
    WRONG_PERSON = "wrong_person"
    QUESTION = "question"
    COMPLAINT = "complaint"


class When(StrEnum):
    """When "later" is; the same words as ``flows.conversations.values.LaterChoice``."""

    TONIGHT = "tonight"
    TOMORROW = "tomorrow"
    NEXT_WEEK = "next_week"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message was heard to mean.

    ``meanings`` is empty for a message without words. When ``unsure`` the meanings are what is
    likely and the person has to be asked; a complaint may be among them or not.
    """

    meanings: frozenset[Meaning]
    unsure: bool = False
    later: str | None = None
    """A value of :class:`When`, when a time was named together with "later"."""
    language: str | None = None
    """The code of the one of our languages in which it is written, where that can be told."""


HARMLESS = frozenset(Meaning) - {Meaning.COMPLAINT, Meaning.QUESTION, Meaning.NOT_HELPED}
"""Meanings after which nobody has to read the message."""
