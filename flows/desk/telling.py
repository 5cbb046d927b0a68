"""What a sentence to a customer that waits for the morning depends on, and whether it still is so.

Pure.
"""

from __future__ import annotations

from enum import StrEnum

from flows.desk.merging import is_owed_an_answer
from flows.desk.watch import is_paused
from flows.entities import Ticket
from flows.entities.states import UNRESOLVED


class While(StrEnum):
    """As long as what is so a sentence may be said."""

    OWED = "owed"
    """Staff owe an answer."""
    WAITING = "waiting"
    """The customer has the word."""
    OPEN = "open"
    """The ticket is not done."""
    ALWAYS = "always"


def holds(ticket: Ticket, during: While) -> bool:
    """Whether it still is so."""
    match during:
        case While.OWED:
            return (
                ticket.state in UNRESOLVED and not is_paused(ticket) and is_owed_an_answer(ticket)
            )
        case While.WAITING:
            return ticket.state == "waiting"
        case While.OPEN:
            return ticket.state in UNRESOLVED
        case While.ALWAYS:
            return True
