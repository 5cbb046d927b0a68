"""What becomes of a ticket when a duplicate of it is merged into it.

Pure. Of the promises about both those count that end first: nobody waits longer because they said
the same twice, and no promise is hidden by merging it away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from flows.desk import clocks
from flows.desk.clocks import Clock
from flows.desk.watch import RESPONSES, Terms, is_paused, kept, read
from flows.entities import Ticket
from flows.entities.states import UNRESOLVED


def why_not(first: Ticket, other: Ticket) -> str | None:
    """Why a ticket cannot be merged into the first, as the reason of a refusal; None: it can."""
    if first.id == other.id:
        return "merge_itself"
    if (first.customer_id, first.chat_id) != (other.customer_id, other.chat_id):
        return "merge_other_person"
    both_open = first.state in UNRESOLVED and other.state in UNRESOLVED
    return None if both_open else "merge_not_open"


def is_owed_an_answer(ticket: Ticket) -> bool:
    """Whether its customer waits for a word, or would if the ticket were not paused."""
    return read(ticket.watch).clock(*RESPONSES) is not None


def unkept(words: str, texts: Iterable[str]) -> str:
    """What of a complaint's words stands in none of these messages, by lines; empty: all does.

    What was pressed, or came from elsewhere, was never a message.
    """
    told = {line.strip() for text in texts for line in text.split("\n")}
    return "\n".join(line for line in words.split("\n") if line.strip() not in {"", *told})


def joined(first: Ticket, other: Ticket) -> Ticket:
    """The first ticket with what is known of its duplicate; the worse of two things counts."""
    wish = {} if first.wish else {"wish": other.formatting.get("wish", ())}
    marks = {name: each for name, each in wish.items() if each}
    told = [at for at in (first.response_due_at, other.response_due_at) if at is not None]
    return replace(
        first,
        stage=first.stage or other.stage,
        category=first.category or other.category,
        severity=max(first.severity, other.severity),
        wish=first.wish or other.wish,
        formatting={**first.formatting, **marks},
        urgent=first.urgent or other.urgent,
        failed_again=first.failed_again or other.failed_again,
        response_due_at=min(told, default=None),
        change_id=first.change_id or other.change_id,
    )


def with_earlier_promises(first: Ticket, other: Ticket, now: datetime, terms: Terms) -> Ticket:
    """The first ticket with those promises of both that end first; `other` is as it was before.

    A clock of the other's stands still if the first ticket is paused, and else runs. One that was
    broken stays broken; that is in the other's log already, and is not written down again.
    """
    watch, theirs = read(first.watch), read(other.watch)
    for clock in theirs.clocks:
        seen, _ = clocks.noted(clock, now)
        seen = clocks.paused(seen, now) if is_paused(first) else clocks.resumed(seen, now)
        own = watch.clock(*(RESPONSES if seen.kind in RESPONSES else (seen.kind,)))
        if own is not None and _ends_first(seen, own, now):
            taken = replace(seen, kind=own.kind, round=own.round)
            held = tuple(taken if each is own else each for each in watch.clocks)
            watch = replace(watch, clocks=held)
    raised = tuple(dict.fromkeys([*watch.raised, *theirs.raised]))
    reason, stay = watch.reason or theirs.reason, watch.stay or theirs.stay
    return kept(first, replace(watch, raised=raised, reason=reason, stay=stay), terms)


def _ends_first(clock: Clock, other: Clock, now: datetime) -> bool:
    if clock.due_at is not None and other.due_at is not None:
        return clock.due_at < other.due_at
    return clock.left(now) < other.left(now)
