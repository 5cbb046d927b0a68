"""The life of a change: described, then shipped or declined, and told to whoever complained.

Pure, like `flows.desk.tickets`. In which languages it is read: `flows.changes.wording`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from flows.changes.wording import as_title, split_title, translated
from flows.entities import Change, CustomerId, Ticket
from flows.entities.lifecycle import Edge, Lifecycle, Person, Refusal, Walk, has_text
from flows.formatted import Entity, Formatted

TOLD = ("shipped", "declined")
"""States in which every complainer has been, or is being, told."""
STATES = ("open", *TOLD)

TEXT_LIMIT = 1000
"""Characters of what we did. With the customer's own words it has to fit one message."""


def _is_short(walk: Walk) -> bool:
    return len(walk.text.strip()) <= TEXT_LIMIT


def _is_described(walk: Walk) -> bool:
    change: Change = walk.value
    return bool(change.text.strip())


def _has_tickets(walk: Walk) -> bool:
    return walk.count > 0


EDGES = (
    Edge(
        "describe",
        ("open",),
        None,
        "What we did is written down as customers will read it.",
        ((has_text, "empty_text"), (_is_short, "long_text")),
    ),
    Edge(
        "name",
        STATES,
        None,
        "It gets a title, or another one; customers read it in the book and in questions.",
        ((has_text, "empty_text"),),
    ),
    Edge(
        "translate",
        STATES,
        None,
        "It gets a text in another language, or another one; whoever was told is not told again.",
        (
            (has_text, "empty_text"),
            (_is_short, "long_text"),
            (_is_described, "no_text"),
        ),
    ),
    Edge("link", ("open",), None, "A ticket is added."),
    Edge("link", TOLD, None, "A ticket is added late; its customer is told at once."),
    Edge("unlink", ("open",), None, "A ticket is taken out."),
    Edge(
        "ship",
        ("open",),
        "shipped",
        "It works now; everybody whose complaint led to it is told.",
        ((_is_described, "no_text"), (_has_tickets, "no_tickets")),
    ),
    Edge(
        "decline",
        ("open",),
        "declined",
        "It will not be done; everybody is told why.",
        ((has_text, "empty_text"), (_is_short, "long_text"), (_has_tickets, "no_tickets")),
    ),
)

LIFECYCLE = Lifecycle("change", STATES, "open", EDGES)


def act(
    change: Change,
    trigger: str,
    now: datetime,
    *,
    by: Person | None = None,
    text: str = "",
    entities: Sequence[Entity] = (),
    tickets: int = 0,
    language: str = "",
) -> Change | Refusal:
    """Let something happen to a change; `tickets` is how many it has.

    `entities` are the formatting of `text`, which a title has none of. `language` is that of a
    text; of `translate` it is another one than the change's own.

    Gives the new form of the change, which may be the same, or the reason why it cannot be.
    """
    walk = Walk(change.state, change, by, text, tickets, tuple(entities))
    if not LIFECYCLE.fire(trigger, walk):
        return Refusal(walk.refusal or f"already_{change.state}")
    moved = replace(change, state=walk.state)
    if trigger in ("describe", "decline"):
        written = Formatted(text, walk.entities).stripped()
        moved = replace(moved, text=written.text, entities=written.entities)
        moved = replace(moved, language=language or moved.language)
    if trigger == "decline":
        # What was written of it in other languages told what was done, and not why it is not.
        moved = replace(moved, translations={})
    if trigger == "translate":
        titled = bool(change.title)
        title, said = split_title(Formatted(text, walk.entities), titled=titled)
        moved = translated(moved, language, title, said)
    if trigger == "name":
        moved = replace(moved, title=as_title(text))
    if trigger in ("ship", "decline"):
        moved = replace(moved, shipped_at=now)
        if by is not None:
            moved = replace(moved, author_id=by.id, author_name=by.name)
    return moved


def by_customer(tickets: Iterable[Ticket]) -> list[Sequence[Ticket]]:
    """Group tickets by customer: each person once, their tickets and the people oldest first.

    Tickets whose customer was erased are left out: nobody can be told of them.
    """
    groups: dict[CustomerId, list[Ticket]] = {}
    alive = (ticket for ticket in tickets if ticket.chat_id)
    for ticket in sorted(alive, key=lambda ticket: ticket.number):
        groups.setdefault(ticket.customer_id, []).append(ticket)
    return list(groups.values())
