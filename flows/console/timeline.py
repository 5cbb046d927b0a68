"""One customer as a time line: what they said and did, what was asked and done, newest first.

Pure. It gives what happened as kinds and names; words are said elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flows.entities import Candidate, Consent, Customer, Event, Link, Ticket


class Whose(StrEnum):
    """Whose doing something was."""

    THEIRS = "theirs"
    OURS = "ours"
    TOLD = "told"
    """The business's systems told of it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened, or will."""

    at: datetime
    kind: str
    """What it was, as a key for words."""
    whose: Whose
    about: str = ""
    """An event's type, a schedule's id or a ticket's number."""
    ahead: bool = False
    """Whether it is still to come."""


def time_line(
    customer: Customer,
    events: Iterable[Event],
    candidates: Iterable[Candidate],
    tickets: Iterable[Ticket],
    links: Iterable[Link],
    now: datetime,
    limit: int,
) -> Sequence[Moment]:
    """The newest moments of a customer, at most so many, what is still to come first."""
    found = [
        *_of_customer(customer, links),
        *(moment for event in events for moment in _of_event(event)),
        *(moment for each in candidates for moment in _of_candidate(each, now)),
        *(moment for ticket in tickets for moment in _of_ticket(ticket)),
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)[:limit]


def _of_customer(customer: Customer, links: Iterable[Link]) -> Iterator[Moment]:
    for link in links:
        if link.opened_at is not None:
            yield Moment(link.opened_at, "link_opened", Whose.THEIRS)
    if customer.consent_at is not None and customer.consent is not Consent.UNASKED:
        yield Moment(customer.consent_at, f"consent_{customer.consent.value}", Whose.THEIRS)
    if customer.stopped_at is not None:
        yield Moment(customer.stopped_at, "stopped", Whose.THEIRS)


def _of_event(event: Event) -> Iterator[Moment]:
    yield Moment(event.at, "event", Whose.TOLD, event.type)
    if event.withdrawn_at is not None:
        yield Moment(event.withdrawn_at, "withdrawn", Whose.TOLD, event.type)


def _of_candidate(each: Candidate, now: datetime) -> Iterator[Moment]:
    name = each.schedule_id
    if each.asked_at is not None:
        yield Moment(each.delivered_at or each.asked_at, "asked", Whose.OURS, name)
        if each.answered_at is not None:
            yield Moment(each.answered_at, "answered", Whose.THEIRS, name)
    elif each.look_at is not None:
        at = max(each.look_at, each.due_at)
        yield Moment(at, "planned", Whose.OURS, name, ahead=at > now)
    elif each.decided_at is not None:
        yield Moment(each.decided_at, "not_asked", Whose.OURS, name)


def _of_ticket(ticket: Ticket) -> Iterator[Moment]:
    number = str(ticket.number)
    yield Moment(ticket.opened_at, "complained", Whose.THEIRS, number)
    if ticket.first_response_at is not None:
        yield Moment(ticket.first_response_at, "responded", Whose.OURS, number)
    if ticket.resolved_at is not None:
        yield Moment(ticket.resolved_at, "resolved", Whose.OURS, number)
    if ticket.verified_at is not None:
        yield Moment(ticket.verified_at, "helped", Whose.THEIRS, number)
