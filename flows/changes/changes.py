"""The life of a change: proposed, worked at, shipped or declined, and found to help or not to.

Pure, like `flows.desk.tickets`. In which languages it is read: `flows.changes.wording`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from flows.changes.wording import as_title, split_title, translated
from flows.entities import Change, CustomerId, Ticket
from flows.entities.lifecycle import Edge, Lifecycle, Person, Refusal, Walk, has_text
from flows.entities.states import CHANGE_OPEN, CHANGE_WORKS
from flows.formatted import Entity, Formatted

TOLD = (*CHANGE_WORKS, "not_helped", "declined")
"""States in which every complainer has been, or is being, told."""
STATES = (*CHANGE_OPEN, *TOLD)
_ALIVE = (*CHANGE_OPEN, *CHANGE_WORKS, "not_helped")

TEXT_LIMIT = 1000
"""Characters of what we did. With the customer's own words it has to fit one message."""
PLACE_LIMIT = 200
"""Characters of where it takes effect."""
_SHIPPED_FIRST = frozenset({"verify", "fail"})
"""What can only happen to a change that works, as far as is known."""


def _is_short(walk: Walk) -> bool:
    return len(walk.text.strip()) <= TEXT_LIMIT


def _is_place(walk: Walk) -> bool:
    return len(walk.text.strip()) <= PLACE_LIMIT


def _is_described(walk: Walk) -> bool:
    change: Change = walk.value
    return bool(change.text.strip())


def _is_counted(walk: Walk) -> bool:
    return walk.count > 0


def _is_free(walk: Walk) -> bool:
    change: Change = walk.value
    return not change.held


def _is_held(walk: Walk) -> bool:
    return not _is_free(walk)


def _is_somebody_elses(walk: Walk) -> bool:
    change: Change = walk.value
    return walk.by is None or change.owner_id is None or change.owner_id != walk.by.id


_READABLE = ((has_text, "empty_text"), (_is_short, "long_text"))
_FREE = ((_is_free, "held"),)
"""Nothing that its complainers are about to read, and nobody who is about to, changes while it is
held."""

EDGES = (
    Edge("accept", ("proposed",), "accepted", "It is to be done, some day."),
    Edge(
        "start",
        ("proposed", "accepted"),
        "in_progress",
        "Somebody works at it; whoever says so has it, if nobody had it.",
    ),
    Edge("start", ("not_helped",), "in_progress", "It is tried once more, in another way."),
    Edge(
        "own",
        _ALIVE,
        None,
        "It is somebody's, who sees to it and hears when it does not help.",
        ((_is_somebody_elses, "already_yours"),),
    ),
    Edge("plan", CHANGE_OPEN, None, "There is a day by which it is to work."),
    Edge(
        "place",
        STATES,
        None,
        "Where it takes effect is written down, for staff.",
        ((has_text, "empty_text"), (_is_place, "long_place")),
    ),
    Edge(
        "describe",
        CHANGE_OPEN,
        None,
        "What we did so that it does not happen again is written as customers will read it.",
        (*_FREE, *_READABLE),
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
        (*_FREE, *_READABLE, (_is_described, "no_text")),
    ),
    Edge("link", CHANGE_OPEN, None, "A ticket is added.", _FREE),
    Edge(
        "link",
        (*CHANGE_WORKS, "declined"),
        None,
        "A ticket is added late; its customer is told at once, unless it is only to be counted.",
    ),
    Edge("link", ("not_helped",), None, "A ticket is added; there is nothing to tell of it yet."),
    Edge("unlink", CHANGE_OPEN, None, "A ticket is taken out.", _FREE),
    Edge(
        "draft",
        CHANGE_OPEN,
        None,
        "The notice to one person is written for them alone, or they are left out or taken in.",
        _FREE,
    ),
    Edge(
        "hold",
        CHANGE_OPEN,
        None,
        "It is to be told in a minute, as shipped or declined; until then it stays as it is.",
        _FREE,
    ),
    Edge(
        "call_off",
        CHANGE_OPEN,
        None,
        "What was to be told is not, and nothing of it is left.",
        ((_is_held, "not_held"),),
    ),
    Edge(
        "ship",
        CHANGE_OPEN,
        "shipped",
        "It works now; everybody whose complaint led to it is told.",
        (*_FREE, (_is_described, "no_text"), (_is_counted, "no_tickets")),
    ),
    Edge(
        "verify",
        ("shipped",),
        "verified",
        "It helped, as customers say or the figures show, and the root cause is written down.",
        ((_is_counted, "unconfirmed"), *_READABLE),
    ),
    Edge(
        "fail",
        CHANGE_WORKS,
        "not_helped",
        "It goes on as before: by the figures, by itself, or because staff see it. Whoever was "
        "told hears it when a person agrees.",
    ),
    Edge(
        "decline",
        CHANGE_OPEN,
        "declined",
        "It will not be done; everybody is told why.",
        (*_FREE, *_READABLE, (_is_counted, "no_tickets")),
    ),
)

LIFECYCLE = Lifecycle("change", STATES, "proposed", EDGES)


def act(
    change: Change,
    trigger: str,
    now: datetime,
    *,
    by: Person | None = None,
    text: str = "",
    entities: Sequence[Entity] = (),
    count: int = 0,
    until: datetime | None = None,
    language: str = "",
) -> Change | Refusal:
    """Let something happen to a change.

    `count`: how many tickets it has whose people are told (`ship`, `decline`), or how much says
    that it helped (`verify`). `entities` are the formatting of `text`, which a title has none of.
    `language` is that of a text; of `translate` it is another one than the change's own. `until`:
    the day of `plan`; None: no day any more.

    Gives the new form of the change, which may be the same, or the reason why it cannot be.
    """
    walk = Walk(change.state, change, by, text, count, tuple(entities), until)
    if not LIFECYCLE.fire(trigger, walk):
        return Refusal(walk.refusal or _reason(change.state, trigger))
    moved = replace(change, state=walk.state)
    effect = _EFFECTS.get(trigger)
    return effect(moved, walk, now, language) if effect else moved


def _reason(state: str, trigger: str) -> str:
    if trigger in _SHIPPED_FIRST and state in CHANGE_OPEN:
        return "not_shipped"
    return f"already_{state}"


def _started(change: Change, walk: Walk, now: datetime, language: str) -> Change:
    return change if change.owner_name else _owned(change, walk, now, language)


def _owned(change: Change, walk: Walk, now: datetime, language: str) -> Change:
    if walk.by is None:
        return change
    return replace(change, owner_id=walk.by.id, owner_name=walk.by.name)


def _described(change: Change, walk: Walk, now: datetime, language: str) -> Change:
    written = Formatted(walk.text, walk.entities).stripped()
    return replace(
        change,
        text=written.text,
        entities=written.entities,
        language=language or change.language,
    )


def _translated(change: Change, walk: Walk, now: datetime, language: str) -> Change:
    title, said = split_title(Formatted(walk.text, walk.entities), titled=bool(change.title))
    return translated(change, language, title, said)


def _shipped(change: Change, walk: Walk, now: datetime, language: str) -> Change:
    told = replace(change, shipped_at=now, judged_at=None)
    if walk.by is None:
        return told
    return replace(told, author_id=walk.by.id, author_name=walk.by.name)


def _declined(change: Change, walk: Walk, now: datetime, language: str) -> Change:
    # What was written of it in other languages told what was done, and not why it is not.
    reason = replace(_described(change, walk, now, language), translations={})
    return _shipped(reason, walk, now, language)


_Effect = Callable[[Change, Walk, datetime, str], Change]
_EFFECTS: dict[str, _Effect] = {
    "start": _started,
    "own": _owned,
    "plan": lambda change, walk, now, language: replace(change, planned_for=walk.until),
    "place": lambda change, walk, now, language: replace(change, place=" ".join(walk.text.split())),
    "describe": _described,
    "name": lambda change, walk, now, language: replace(change, title=as_title(walk.text)),
    "translate": _translated,
    "ship": _shipped,
    "verify": lambda change, walk, now, language: replace(
        change, judged_at=now, root_cause=walk.text.strip()
    ),
    "fail": lambda change, walk, now, language: replace(
        change, judged_at=now, round=change.round + 1
    ),
    "decline": _declined,
}


def told_round(change: Change) -> int:
    """The round that people were told of last; one that failed waits for the next."""
    return change.round - 1 if change.state == "not_helped" else change.round


def has_failed(change: Change) -> bool:
    """Whether it did not help, and has not been shipped again since."""
    return change.round > 1 and change.state in ("not_helped", "in_progress")


def by_customer(tickets: Iterable[Ticket]) -> list[Sequence[Ticket]]:
    """Group tickets by customer: each person once, their tickets and the people oldest first.

    Tickets whose customer was erased are left out: nobody can be told of them.
    """
    groups: dict[CustomerId, list[Ticket]] = {}
    alive = (ticket for ticket in tickets if ticket.chat_id)
    for ticket in sorted(alive, key=lambda ticket: ticket.number):
        groups.setdefault(ticket.customer_id, []).append(ticket)
    return list(groups.values())
