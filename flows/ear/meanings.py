"""What a short message may mean, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


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


class Question(StrEnum):
    """What is on the screen while the message comes."""

    ASK = "ask"
    """Is anything not as it should be?"""
    CONSENT = "consent"
    """May we ask you now and then?"""
    WORDS = "words"
    """What went wrong? In your own words."""
    READINESS = "readiness"
    """If something small goes wrong, would you tell us?"""
    HELPED = "helped"
    """Did the change help?"""
    STOP_MENU = "stop_menu"
    """What shall we stop?"""
    FORGET = "forget"
    """Shall we erase everything about you?"""
    WAS_THAT_YOU = "was_that_you"
    """Was it you who opened the link elsewhere?"""
    CHOICE = "choice"
    """Any other question with buttons."""
    NONE = "none"
    """Nothing is asked."""


class Sense(Protocol):
    """What a text says, before it is known what it answers."""

    def at(self, question: Question) -> Heard:
        """What is heard when this question stands open."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message was heard to mean, where nothing is asked; :meth:`at` a question it may be
    something else.

    ``meanings`` is empty for a message without words. When ``unsure`` the meanings are what is
    likely and the person has to be asked; a complaint may be among them or not.
    """

    meanings: frozenset[Meaning]
    unsure: bool = False
    later: str | None = None
    """A value of :class:`When`, when a time was named together with "later"."""
    language: str | None = None
    """The code of the one of our languages in which it is written, where that can be told."""
    agreed: bool = False
    """It is fine in words by which people agree, as "ok" is; praise of goods agrees to nothing."""
    sense: Sense | None = field(default=None, repr=False, compare=False)

    def at(self, question: Question) -> Heard:
        """What is heard in the message as an answer to a question."""
        return self if self.sense is None else self.sense.at(question)


HARMLESS = frozenset(Meaning) - {Meaning.COMPLAINT, Meaning.QUESTION, Meaning.NOT_HELPED}
"""Meanings after which nobody has to read the message."""
