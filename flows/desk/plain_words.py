"""What becomes of words that staff write at a ticket without replying to its customer.

Pure. Nothing may reach a customer that was not meant to, and nobody may believe that something
did: in doubt whoever wrote it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flows.entities.kinds import Plain


class Below(StrEnum):
    """What such a message stands below."""

    TOPIC = "topic"
    """Nothing: it was typed into the ticket's own topic."""
    OWN = "own"
    """Words of the same person that only staff have read."""
    COLLEAGUE = "colleague"
    """Words of somebody else that only staff have read."""
    OWN_ANSWER = "own_answer"
    """Words of the same person that the customer has."""
    ANSWER = "answer"
    """Words of somebody else that the customer has."""
    NOTE = "note"
    """What the bot says to staff of a ticket."""
    AWAY = "away"
    """A message of the ticket, from another topic."""


class Treatment(StrEnum):
    """What is done with it."""

    SEND = "send"
    ASK = "ask"
    KEEP = "keep"


_ASK, _SEND, _KEEP = Treatment.ASK, Treatment.SEND, Treatment.KEEP
_TABLE: Mapping[Below, tuple[Treatment, Treatment, Treatment]] = {
    #               ask    send   internal
    Below.TOPIC: (_ASK, _SEND, _KEEP),
    Below.OWN: (_ASK, _SEND, _KEEP),
    # "What do you think?" below a colleague's remark is hardly for the customer.
    Below.COLLEAGUE: (_ASK, _ASK, _KEEP),
    Below.OWN_ANSWER: (_ASK, _SEND, _ASK),
    Below.ANSWER: (_ASK, _ASK, _ASK),
    Below.NOTE: (_ASK, _SEND, _ASK),
    Below.AWAY: (_ASK, _ASK, _ASK),
}
_COLUMNS = (Plain.ASK, Plain.SEND, Plain.INTERNAL)


def treat(below: Below, wanted: Plain) -> Treatment:
    """What to do with words that stand below something, by what is wanted."""
    return _TABLE[below][_COLUMNS.index(wanted)]
