"""What staff see who sort a ticket or choose what of it goes to another one: texts and buttons."""

from collections.abc import Collection, Sequence

from bot.core.callbacks import pack
from bot.core.rich import Rich, bold, clipped, plain, quote
from bot.core.words import Words
from bot.core.work import Keyboard
from flows.config import Titled
from flows.desk.splitting import Said
from flows.desk.tags import as_word, shown
from flows.entities import Ticket
from flows.entities.states import UNRESOLVED

PAGE = 6
"""Messages from which staff choose at a time."""
_LINE = 160
"""UTF-16 units of a message in the list."""
_LABEL = 40
_IN_A_ROW = 3
CHOSEN = "✓ "
NONE = "-"
"""The category of what is of no kind yet, in the data of a button."""


class SortingViews:
    """Views in one language."""

    def __init__(self, words: Words, language: str) -> None:
        self._words, self._language = words, language

    def say(self, key: str, **values: object) -> str:
        """Say a sentence of sorting."""
        return self._words.say(self._language, f"sorting.{key}", **values)

    def menu(self, ticket: Ticket) -> tuple[Rich, Keyboard]:
        """All that can be done besides what stands on the card."""
        first = [self._button("b_tags", "tags", ticket), self._button("b_note", "note", ticket)]
        second = [
            self._button("b_severity", "bad", ticket),
            self._button("b_category", "kinds", ticket),
        ]
        third = [self._button("b_split", "split", ticket)] if ticket.state in UNRESOLVED else []
        third.append((self.say("b_pass"), pack("m", "pass", ticket.id)))
        rich = bold(self.say("menu", number=ticket.number))
        return rich, [row for row in (first, second, third) if row]

    def tags(self, ticket: Ticket, offered: Sequence[str]) -> tuple[Rich, Keyboard]:
        """The tags that a ticket has or may get, each a button."""
        rich = bold(self.say("tags", number=ticket.number, tags=shown(ticket.tags))) + "\n"
        buttons = [
            (self._mark(as_word(tag), tag in ticket.tags), pack("w", "tag", ticket.id, tag))
            for tag in offered
        ]
        return rich + self.say("tags_how"), [*_rows(buttons), self._back(ticket)]

    def severities(self, ticket: Ticket, known: Sequence[int]) -> tuple[Rich, Keyboard]:
        """How bad a ticket is, a button for each."""
        buttons = [
            (self._mark(str(each), each == ticket.severity), pack("w", "rate", ticket.id, each))
            for each in known
        ]
        return bold(self.say("severity", number=ticket.number)), [buttons, self._back(ticket)]

    def categories(self, ticket: Ticket, named: Sequence[tuple[str, str]]) -> tuple[Rich, Keyboard]:
        """Of what kind a ticket is, a button for each; `named` are ids and titles."""
        buttons = [
            (self._mark(title, id_ == ticket.category), pack("w", "file", ticket.id, id_))
            for id_, title in named
        ]
        return bold(self.say("category", number=ticket.number)), [
            *_rows(buttons),
            self._back(ticket),
        ]

    def choice(
        self, ticket: Ticket, messages: Sequence[Said], chosen: Collection[int], page: int
    ) -> tuple[Rich, Keyboard]:
        """The customer's messages, each with a button that chooses it."""
        page = min(max(0, page), max(0, len(messages) - 1) // PAGE)
        first = page * PAGE
        rich = bold(self.say("split_how", number=ticket.number))
        buttons = []
        for place, each in enumerate(messages[first : first + PAGE], start=first + 1):
            text = each.now.text or self.say("split_media")
            rich = rich + f"\n{self._mark(f'{place}.', each.id in chosen)} "
            rich = rich + quote(clipped(" ".join(text.split()), _LINE))
            label = self._mark(str(place), each.id in chosen)
            buttons.append((label, pack("w", "pick", ticket.id, each.id, page)))
        turns = []
        if page > 0:
            turns.append(("‹", pack("w", "split", ticket.id, page - 1)))
        if first + PAGE < len(messages):
            turns.append(("›", pack("w", "split", ticket.id, page + 1)))
        on = []
        if chosen:
            on.append((self.say("b_split_on", n=len(chosen)), pack("w", "part", ticket.id)))
        rows = [*_rows(buttons), turns, on, self._back(ticket)]
        return rich, [row for row in rows if row]

    def kinds_of_new(
        self, ticket: Ticket, count: int, named: Sequence[tuple[str, str]]
    ) -> tuple[Rich, Keyboard]:
        """Of what kind the new ticket is; what is pressed opens it."""
        buttons = [(title, pack("w", "as", ticket.id, id_)) for id_, title in named]
        no_kind = (self.say("b_no_kind"), pack("w", "as", ticket.id, NONE))
        back = (self.say("b_back"), pack("w", "split", ticket.id, 0))
        return plain(self.say("split_kind", n=count)), [*_rows(buttons), [no_kind, back]]

    def _button(self, key: str, action: str, ticket: Ticket) -> tuple[str, str]:
        return self.say(key), pack("w", action, ticket.id)

    def _back(self, ticket: Ticket) -> list[tuple[str, str]]:
        return [(self.say("b_back"), pack("w", "menu", ticket.id))]

    @staticmethod
    def _mark(label: str, chosen: bool) -> str:
        return f"{CHOSEN if chosen else ''}{clipped(label, _LABEL)}"


def titles(known: Sequence[Titled], language: str, default: str) -> list[tuple[str, str]]:
    """The ids and the titles of what the configuration names."""
    return [(each.id, each.in_language(language, default)) for each in known]


def _rows(buttons: Sequence[tuple[str, str]]) -> list[Sequence[tuple[str, str]]]:
    return [buttons[at : at + _IN_A_ROW] for at in range(0, len(buttons), _IN_A_ROW)]
