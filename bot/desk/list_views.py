"""What staff see of many tickets: a list of open ones, and those that were found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.callbacks import pack
from bot.core.names import display_safe
from bot.core.rich import Rich, bold, plain
from bot.core.words import Words
from bot.core.work import Keyboard
from bot.desk.views import TicketViews
from flows.desk.lists import ALL, CATEGORY, ENTRANCE, KINDS, TAG, Listed
from flows.desk.tags import as_word, most_used, shown
from flows.desk.tickets import is_overdue
from flows.entities import CustomerId, Ticket

LIST_PAGE = 8
TAGS_OFFERED = 3
"""Buttons with tags below a list."""


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What a list of tickets needs to know besides them."""

    now: datetime
    zone: str
    categories: dict[str, str]
    entrances: Mapping[str, str] = field(default_factory=dict)


class TicketListViews:
    """Lists in one language."""

    def __init__(self, words: Words, language: str) -> None:
        self._words, self._language = words, language
        self._views = TicketViews(words, language)

    def listing(
        self,
        found: Sequence[Listed],
        part: Sequence[Ticket],
        names: Mapping[CustomerId, str],
        which: str,
        page: int,
        facts: ListFacts,
    ) -> tuple[Rich, Keyboard]:
        """One page of open tickets, with buttons to turn pages and to show each card.

        `part` is what stands on this page of all that was `found`.
        """
        rich = bold(self._list_title(which, len(found), facts))
        for ticket in part:
            rich = rich + "\n" + self._list_line(ticket, names, facts)
        if not found:
            rich = rich + "\n" + self._views.say("list_empty")
        return rich, self._list_keyboard(found, part, which, page)

    def _list_title(self, which: str, count: int, facts: ListFacts) -> str:
        if which.startswith(CATEGORY):
            name = which.removeprefix(CATEGORY)
            category = facts.categories.get(name, name)
            return self._views.say("list_title_category", count=count, category=category)
        if which.startswith(TAG):
            tag = as_word(which.removeprefix(TAG))
            return self._views.say("list_title_category", count=count, category=tag)
        if which.startswith(ENTRANCE):
            name = which.removeprefix(ENTRANCE)
            entrance = facts.entrances.get(name, name)
            return self._views.say("list_title_category", count=count, category=entrance)
        return self._views.say(f"list_title{'' if which == ALL else f'_{which}'}", count=count)

    def found(
        self,
        tickets: Sequence[Ticket],
        names: Mapping[CustomerId, str],
        facts: ListFacts,
        text: str,
    ) -> tuple[Rich, Keyboard]:
        """Tickets that were found by a text, with a button to show each card."""
        heading = self._words.say(self._language, "find.found", text=display_safe(text))
        rich = bold(heading)
        for ticket in tickets:
            rich = rich + "\n" + self._list_line(ticket, names, facts)
        cards = [(f"#{ticket.number}", pack("t", "card", ticket.id)) for ticket in tickets]
        return rich, [cards[at : at + 4] for at in range(0, len(cards), 4)]

    def _list_line(self, ticket: Ticket, names: Mapping[CustomerId, str], facts: ListFacts) -> Rich:
        category = facts.categories.get(ticket.category, ticket.category)
        line = self._views.say(
            "list_line",
            number=ticket.number,
            name=names.get(ticket.customer_id, "?"),
            category=f" · {category}" if category else "",
            state=self._views.state(ticket),
        )
        if ticket.tags:
            line += f" · {shown(ticket.tags)}"
        if ticket.due_at is not None:
            key = "list_overdue" if is_overdue(ticket, facts.now) else "list_due"
            line += self._views.say(key, when=self._views.when(ticket.due_at, facts.zone))
        return bold(f"‼ {line}") if ticket.urgent else plain(line)

    def _list_keyboard(
        self, found: Sequence[Listed], part: Sequence[Ticket], which: str, page: int
    ) -> Keyboard:
        cards = [(f"#{ticket.number}", pack("t", "card", ticket.id)) for ticket in part]
        rows = [cards[at : at + 4] for at in range(0, len(cards), 4)]
        turns = []
        if page > 0:
            turns.append((self._views.say("b_previous"), pack("t", "list", which, page - 1)))
        if (page + 1) * LIST_PAGE < len(found):
            turns.append((self._views.say("b_next"), pack("t", "list", which, page + 1)))
        kinds = [
            (self._views.say(f"b_{kind}"), pack("t", "list", kind, 0))
            for kind in KINDS
            if kind != which
        ]
        used = most_used((each.tags for each in found), TAGS_OFFERED)
        tags = [
            (as_word(tag), pack("t", "list", f"{TAG}{tag}", 0))
            for tag in used
            if f"{TAG}{tag}" != which
        ]
        return [row for row in (*rows, turns, kinds[:3], kinds[3:], tags) if row]
