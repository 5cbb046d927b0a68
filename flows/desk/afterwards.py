"""What an answer that was written beforehand does besides: all of it, or nothing.

Pure: it is tried on the ticket before anything is said to anybody.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flows.config import AnswerActions
from flows.desk.tickets import act
from flows.entities import Ticket
from flows.entities.lifecycle import Person, Refusal
from flows.entities.states import ENDED


def tried(
    ticket: Ticket,
    then: AnswerActions,
    now: datetime,
    by: Person,
    to: Person | None,
    until: datetime | None,
) -> Ticket | Refusal:
    """The ticket that the answer and its actions make, or why one of them is not possible.

    `to` is whoever it is given to, `until` the moment to which it is put off.
    """
    if ticket.state in ENDED:
        return Refusal("not_open")
    if then.severity is not None:
        ticket = replace(ticket, severity=then.severity)
    if then.resolve:
        return act(ticket, "resolve", now, by=by, text="-")
    found = act(ticket, "answer", now, by=by)
    if to is not None and not isinstance(found, Refusal):
        found = act(found, "assign", now, by=to)
    if then.wait and not isinstance(found, Refusal) and found.state != "waiting":
        found = act(found, "wait", now, by=by)
    if until is not None and not isinstance(found, Refusal):
        found = act(found, "snooze", now, by=by, until=until)
    return found
