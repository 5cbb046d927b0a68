"""What staff see of themes: values in, texts and buttons out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.callbacks import pack
from bot.core.names import display_safe, theme_name
from bot.core.rich import Rich, bold
from bot.core.words import Words
from bot.core.work import Keyboard
from flows.entities import CustomerId, Theme, Ticket

LISTED = 8
"""Themes on a page of the list."""
EXPRESSIONS = 5
"""Complaints whose own words stand on a theme's card."""
PAGE = 6
"""Complaints, or other themes, on a page of buttons."""
ALL, UNOWNED = "all", "free"
FILTERS = (ALL, UNOWNED)
MAIN, TICKETS, MERGE = "main", "tickets", "merge"
VIEWS = (MAIN, TICKETS, MERGE)


@dataclass(frozen=True, slots=True)
class Counted:
    """A theme with how many complaints belong to it, and how many of these are open."""

    theme: Theme
    tickets: int
    unresolved: int


@dataclass(frozen=True, slots=True)
class ThemeFacts:
    """Everything that a theme's screens show."""

    counted: Counted
    tickets: Sequence[Ticket]
    """Its complaints, the newest first."""
    fitting: Sequence[Ticket]
    """Open ones that belong to none and are like it."""
    names: Mapping[CustomerId, str]
    others: Sequence[Counted]
    """Themes that it may be merged into, the most alike first."""


class ThemeViews:
    """Views in one language."""

    def __init__(self, words: Words, language: str) -> None:
        self._words, self._language = words, language

    def say(self, key: str, **values: object) -> str:
        """Say a sentence about themes."""
        return self._words.say(self._language, f"themes.{key}", **values)

    def name(self, theme: Theme) -> str:
        """How staff read of a theme."""
        return theme_name(self._words, self._language, theme)

    # -- one theme ---------------------------------------------------------------------------------

    def screen(self, facts: ThemeFacts, view: str, page: int) -> tuple[Rich, Keyboard]:
        """One of a theme's screens: `main`, `tickets` or `merge`."""
        if view == TICKETS:
            return self._heading(facts) + "\n\n" + self.say("choose"), self._ticket_rows(
                facts, page
            )
        if view == MERGE:
            key = "choose_other" if facts.others else "no_other"
            return self._heading(facts) + "\n\n" + self.say(key), self._other_rows(facts, page)
        return self._main(facts), self._main_rows(facts)

    def sure(self, facts: ThemeFacts, into: Theme) -> tuple[Rich, Keyboard]:
        """Ask whether all complaints of a theme shall go to another one."""
        n = facts.counted.tickets
        question = self.say("sure", n=n, into=self.name(into))
        theme = facts.counted.theme
        return self._heading(facts) + "\n\n" + bold(question), [
            [(self.say("b_sure"), pack("h", "merge", theme.id, into.id))],
            [(self.say("b_back"), pack("h", "show", theme.id, MAIN, 0))],
        ]

    def _heading(self, facts: ThemeFacts) -> Rich:
        counted, theme = facts.counted, facts.counted.theme
        owner = self.say("owner", name=display_safe(theme.owner_name)) if theme.owner_id else ""
        parts = [self._count(counted), owner or self.say("no_owner")]
        return bold(self.name(theme)) + "\n" + " · ".join(parts)

    def _count(self, counted: Counted) -> str:
        text = self.say("count", n=counted.tickets)
        return text + (self.say("of_them_open", n=counted.unresolved) if counted.unresolved else "")

    def _main(self, facts: ThemeFacts) -> Rich:
        rich = self._heading(facts)
        said = [ticket for ticket in facts.tickets if ticket.words.strip()][:EXPRESSIONS]
        if said:
            rich = rich + "\n\n" + self.say("in_their_words")
        for ticket in said:
            name = facts.names.get(ticket.customer_id, "?")
            words = display_safe(ticket.words, 120)
            rich = rich + "\n" + self.say("line", number=ticket.number, name=name, words=words)
        return rich

    def _main_rows(self, facts: ThemeFacts) -> Keyboard:
        theme = facts.counted.theme
        owned = ("b_give_up", "free") if theme.owner_id else ("b_look_after", "own")
        return [
            [
                (self.say("b_tickets"), pack("h", "show", theme.id, TICKETS, 0)),
                (self.say("b_name"), pack("h", "name", theme.id)),
            ],
            [
                (self.say(owned[0]), pack("h", owned[1], theme.id)),
                (self.say("b_merge"), pack("h", "show", theme.id, MERGE, 0)),
            ],
            [(self.say("b_change"), pack("h", "change", theme.id))],
            [(self.say("b_list"), pack("h", "list", ALL, 0))],
        ]

    def _ticket_rows(self, facts: ThemeFacts, page: int) -> Keyboard:
        theme = facts.counted.theme
        rows: list[list[tuple[str, str]]] = []
        everything = [(ticket, True) for ticket in facts.tickets]
        everything += [(ticket, False) for ticket in facts.fitting]
        for ticket, inside in everything[page * PAGE :][:PAGE]:
            values = {"number": ticket.number, "name": facts.names.get(ticket.customer_id, "?")}
            if inside:
                out = pack("h", "out", theme.id, ticket.id, page)
                apart = pack("h", "split", theme.id, ticket.id)
                rows.append([(self.say("b_out", **values), out), (self.say("b_split"), apart)])
            else:
                rows.append(
                    [(self.say("b_add", **values), pack("h", "add", theme.id, ticket.id, page))]
                )
        return [*rows, *self._turns(theme, TICKETS, page, len(everything)), self._back(theme)]

    def _other_rows(self, facts: ThemeFacts, page: int) -> Keyboard:
        theme = facts.counted.theme
        rows = [
            [
                (
                    self.say("b_into", name=self.name(other.theme), n=other.tickets),
                    pack("h", "sure", theme.id, other.theme.id),
                )
            ]
            for other in facts.others[page * PAGE :][:PAGE]
        ]
        return [*rows, *self._turns(theme, MERGE, page, len(facts.others)), self._back(theme)]

    def _turns(self, theme: Theme, view: str, page: int, count: int) -> Keyboard:
        turns = []
        if page > 0:
            turns.append((self.say("b_previous"), pack("h", "show", theme.id, view, page - 1)))
        if (page + 1) * PAGE < count:
            turns.append((self.say("b_next"), pack("h", "show", theme.id, view, page + 1)))
        return [turns] if turns else []

    def _back(self, theme: Theme) -> list[tuple[str, str]]:
        return [(self.say("b_back"), pack("h", "show", theme.id, MAIN, 0))]

    # -- the list ----------------------------------------------------------------------------------

    def listing(
        self, found: Sequence[Counted], which: str, page: int, count: int
    ) -> tuple[Rich, Keyboard]:
        """One page of a group's themes, with a button for each; `count` is how many there are."""
        rich = bold(self.say(f"list_{which}", n=count))
        for each in found:
            rich = rich + "\n" + self._list_line(each)
        if not count:
            rich = rich + "\n" + self.say("list_empty")
        cards = [
            (f"T{each.theme.number}", pack("h", "show", each.theme.id, MAIN, 0)) for each in found
        ]
        rows = [cards[at : at + 4] for at in range(0, len(cards), 4)]
        turns = []
        if page > 0:
            turns.append((self.say("b_previous"), pack("h", "list", which, page - 1)))
        if (page + 1) * LISTED < count:
            turns.append((self.say("b_next"), pack("h", "list", which, page + 1)))
        other = UNOWNED if which == ALL else ALL
        switch = [(self.say(f"b_{other}"), pack("h", "list", other, 0))]
        return rich, [row for row in (*rows, turns, switch) if row]

    def _list_line(self, each: Counted) -> str:
        line = self.say("list_line", name=self.name(each.theme), count=self._count(each))
        if each.theme.owner_id is None:
            return line
        return f"{line} · {self.say('owner', name=display_safe(each.theme.owner_name))}"
