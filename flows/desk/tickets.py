"""The life of a ticket: who has it, what was done, whether it helped.

Pure: `act` takes a ticket and gives the ticket that it becomes, or the reason why not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from flows.entities import Ticket
from flows.entities.lifecycle import Edge, Lifecycle, Person, Refusal, Walk, has_text
from flows.entities.replaced import replaced
from flows.entities.states import ENDED, UNRESOLVED
from flows.formatted import Entity, Formatted

STATES = (*UNRESOLVED, *ENDED)

SECOND_FAILURE = timedelta(days=90)
"""A complaint of the same kind this soon after one was resolved is a second failure."""


def _answered_before(walk: Walk) -> bool:
    ticket: Ticket = walk.value
    return ticket.first_response_at is not None


def _is_somebodys(walk: Walk) -> bool:
    ticket: Ticket = walk.value
    return bool(ticket.owner_name)


def _somebody_elses(walk: Walk) -> bool:
    ticket: Ticket = walk.value
    return ticket.owner_id is None or walk.by is None or ticket.owner_id != walk.by.id


EDGES = (
    Edge("take", ("open", "reopened"), "taken", "Somebody takes it; the customer learns who."),
    Edge(
        "take",
        ("taken", "waiting"),
        "taken",
        "A colleague takes it over from one who is silent; the ticket says so.",
        ((_somebody_elses, "already_yours"),),
    ),
    Edge("assign", UNRESOLVED, "taken", "It is given to somebody."),
    Edge(
        "release", ("taken",), "open", "Whoever had it is silent, away or gone: it is free again."
    ),
    Edge(
        "release", ("open", "reopened", "waiting"), None, "The same, where nobody works at it now."
    ),
    Edge("answer", ("open", "reopened"), "taken", "Whoever answers an untaken one has it."),
    Edge("answer", ("taken", "waiting"), None, "An answer to the customer."),
    Edge("answer", ENDED, None, "A word after the end reopens nothing."),
    Edge(
        "meet",
        UNRESOLVED,
        None,
        "Somebody of any team has spoken with the customer, who is here: an answer.",
    ),
    Edge(
        "wait",
        ("open", "taken", "reopened"),
        "waiting",
        "The next word is the customer's, who was answered before; its clocks stand still.",
        ((_answered_before, "answer_first"),),
    ),
    Edge(
        "snooze",
        ("open", "taken", "reopened"),
        None,
        "Nothing can be done until some day; its clocks stand still.",
        ((_answered_before, "answer_first"),),
    ),
    Edge("wake", UNRESOLVED, None, "The day has come; its clocks run on."),
    Edge(
        "hear",
        ("waiting",),
        "taken",
        "The customer's word ends the waiting.",
        ((_is_somebodys, "nobodys"),),
    ),
    Edge("hear", ("waiting",), "open", "The same, where whoever waited has it no longer."),
    Edge("hear", ("open", "taken", "reopened"), None, "The customer adds something."),
    Edge(
        "nod",
        ("open", "taken", "reopened", "waiting"),
        None,
        "The customer says thanks, or what Verso has answered: nobody has to answer it.",
    ),
    Edge("hear", ENDED, "reopened", "The customer writes again: it was not done."),
    Edge(
        "resolve",
        UNRESOLVED,
        "resolved",
        "Staff say what they did; the customer is told.",
        ((has_text, "empty_resolution"),),
    ),
    Edge(
        "decline",
        UNRESOLVED,
        "declined",
        "Staff say why nothing is done about it; any word of the customer's opens it again.",
        ((has_text, "empty_reason"),),
    ),
    Edge(
        "merge",
        UNRESOLVED,
        "merged",
        "It is the same as another complaint of the customer's, which goes on with its words.",
    ),
    Edge(
        "ship",
        UNRESOLVED,
        "resolved",
        "A change ends it, and a notice tells the customer; nobody has answered them by that.",
        ((has_text, "empty_resolution"),),
    ),
    Edge(
        "lapse",
        ("waiting",),
        "unanswered",
        "The customer was asked once more and said nothing; any word opens it again.",
    ),
    Edge(
        "amend",
        ("resolved", "verified", "declined"),
        None,
        "Staff correct the words in which they said what they did, or why not.",
        ((has_text, "empty_resolution"),),
    ),
    Edge("verify", ("resolved",), "verified", "The customer says that it helped."),
    Edge(
        "fail",
        ENDED,
        "reopened",
        "The customer says that it did not help, or what was granted could not be done; now it is "
        "urgent.",
    ),
    Edge(
        "fail",
        ("waiting",),
        "taken",
        "The customer's word ends the waiting; now it is urgent.",
        ((_is_somebodys, "nobodys"),),
    ),
    Edge("fail", ("waiting",), "open", "The same, where whoever waited has it no longer."),
    Edge(
        "fail", ("open", "taken", "reopened"), None, "It is open again already; now it is urgent."
    ),
    Edge("reopen", ENDED, "reopened", "Staff see that it was not done."),
    Edge("escalate", UNRESOLVED, None, "A promised time is over; now it is urgent."),
)

LIFECYCLE = Lifecycle("ticket", STATES, "open", EDGES)


def act(
    ticket: Ticket,
    trigger: str,
    now: datetime,
    *,
    by: Person | None = None,
    text: str = "",
    entities: Sequence[Entity] = (),
    until: datetime | None = None,
) -> Ticket | Refusal:
    """Let something happen to a ticket.

    `by` is the member of staff who does it, `text` with its `entities` what was done (`resolve`,
    `ship`, `amend`) or the verdict (`fail`), `until` the end of a snooze. Gives the new form of the
    ticket, which may be the same, or the reason why it cannot be.
    """
    walk = Walk(ticket.state, ticket, by, text, entities=tuple(entities), until=until)
    if not LIFECYCLE.fire(trigger, walk):
        return Refusal(walk.refusal or _reason(ticket.state, trigger))
    moved = replaced(ticket, state=walk.state)
    effect = _EFFECTS.get(trigger)
    return effect(moved, walk, now) if effect else moved


def _reason(state: str, trigger: str) -> str:
    if trigger in ("wait", "snooze") and state == "waiting":
        return "already_waiting"
    if trigger == "verify" and state == "verified":
        return "already_verified"
    return "not_open" if state in ENDED else "not_resolved"


def _owned(ticket: Ticket, walk: Walk, now: datetime) -> Ticket:
    if walk.by is None:
        return ticket
    return replaced(ticket, owner_id=walk.by.id, owner_name=walk.by.name)


def _owned_if_free(ticket: Ticket, walk: Walk, now: datetime) -> Ticket:
    free = ticket.owner_id is None and not ticket.owner_name
    return _owned(ticket, walk, now) if free else ticket


def _answered(ticket: Ticket, walk: Walk, now: datetime) -> Ticket:
    first = ticket.first_response_at or now
    return replaced(_owned_if_free(ticket, walk, now), first_response_at=first)


def _met(ticket: Ticket, walk: Walk, now: datetime) -> Ticket:
    """Whoever has met the customer need not be of the team that mends it: nobody has it by that."""
    return replaced(ticket, first_response_at=ticket.first_response_at or now)


def _resolved(ticket: Ticket, walk: Walk, now: datetime) -> Ticket:
    return _shipped(_answered(ticket, walk, now), walk, now)


def _shipped(ticket: Ticket, walk: Walk, now: datetime) -> Ticket:
    owned = _owned_if_free(ticket, walk, now)
    return replaced(_amended(owned, walk, now), resolved_at=now, verified_at=None)


def _released(ticket: Ticket, walk: Walk, now: datetime) -> Ticket:
    return replaced(ticket, owner_id=None, owner_name="")


def _snoozed(ticket: Ticket, walk: Walk, now: datetime) -> Ticket:
    return replaced(_owned_if_free(ticket, walk, now), snoozed_until=walk.until)


def _amended(ticket: Ticket, walk: Walk, now: datetime) -> Ticket:
    done = Formatted(walk.text, walk.entities).stripped()
    others = {name: each for name, each in ticket.formatting.items() if name != "resolution"}
    formatting = {**others, "resolution": list(done.entities)} if done.entities else others
    return replaced(ticket, resolution=done.text, formatting=formatting)


def _verified(ticket: Ticket, walk: Walk, now: datetime) -> Ticket:
    return replaced(ticket, verified_at=now)


def _heard(ticket: Ticket, walk: Walk, now: datetime) -> Ticket:
    came_back = walk.value.state in ENDED and ticket.state == "reopened"
    if not came_back:
        return ticket
    if walk.value.state == "declined":  # why nothing is done does not stand any more
        ticket = _amended(ticket, replaced(walk, text="", entities=()), now)
    return replaced(ticket, resolved_at=None, verified_at=None, reopened=ticket.reopened + 1)


def _failed(ticket: Ticket, walk: Walk, now: datetime) -> Ticket:
    again = ticket.failed_again or walk.text == "no"
    return replaced(_heard(ticket, walk, now), urgent=True, failed_again=again)


_EFFECTS: dict[str, Callable[[Ticket, Walk, datetime], Ticket]] = {
    "take": _owned,
    "assign": _owned,
    "release": _released,
    "answer": _answered,
    "meet": _met,
    "wait": _owned_if_free,
    "resolve": _resolved,
    "decline": _resolved,
    "ship": _shipped,
    "snooze": _snoozed,
    "wake": lambda ticket, walk, now: replaced(ticket, snoozed_until=None),
    "amend": _amended,
    "verify": _verified,
    "hear": _heard,
    "reopen": _heard,
    "fail": _failed,
    "escalate": lambda ticket, walk, now: replaced(ticket, urgent=True),
}


def failed_before(
    earlier: Collection[Ticket], category: str, opened_at: datetime
) -> Sequence[Ticket]:
    """The tickets that make a complaint a second failure, the newest first.

    Those are the customer's of the same category that were resolved at most 90 days before. One
    that is still open, was merely late, or was declined, is none. Where nobody has said of which
    kind a complaint is, such as a claim of a guarantee, nobody knows that it happened again.
    """
    if not category:
        return []
    found = [
        ticket
        for ticket in earlier
        if ticket.category == category
        and ticket.state != "declined"
        and ticket.resolved_at is not None
        and timedelta(0) <= opened_at - ticket.resolved_at <= SECOND_FAILURE
    ]
    return sorted(found, key=lambda ticket: ticket.number, reverse=True)


GRAVE = 4
"""From this severity on a complaint is seen before others."""


def comes_first(ticket: Ticket) -> bool:
    """Whether staff should see a new ticket before others that came earlier."""
    return ticket.urgent or ticket.severity >= GRAVE


def in_order_of_need(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Tickets as staff should hear of them: what is urgent or bad first, then by number."""
    return sorted(
        tickets,
        key=lambda ticket: (
            not comes_first(ticket),
            -max(ticket.severity, GRAVE) if comes_first(ticket) else 0,
            ticket.number,
        ),
    )


class Dated(Protocol):
    """What has a state, and perhaps a moment by which something was promised."""

    @property
    def state(self) -> str:
        """Where it is in the life of a ticket."""

    @property
    def due_at(self) -> datetime | None:
        """When the next promise about it is due."""


def is_overdue(ticket: Dated, now: datetime) -> bool:
    """Tell whether a promise about an open ticket is broken."""
    return ticket.state in UNRESOLVED and ticket.due_at is not None and ticket.due_at < now
