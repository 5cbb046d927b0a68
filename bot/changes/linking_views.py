"""What staff read before complaints are added to a change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.changes.changes import Wanted
from bot.changes.views import ChangeViews
from bot.core.callbacks import pack
from bot.core.names import display_safe
from bot.core.rich import Rich, bold
from bot.core.words import Words
from bot.core.work import Keyboard
from flows.entities import Change, CustomerId, Ticket

SHOWN = 20
"""Complaints and numbers of a kind that are named."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Complaints that would be added to a change."""

    number: int
    change: Change
    tickets: Sequence[Ticket]
    names: Mapping[CustomerId, str]
    wanted: Wanted
    """With those that cannot be added."""
    others: Mapping[int, int]
    """The change that each of `wanted.elsewhere` belongs to, by the numbers of both."""
    people: int
    """Those who are told at once; 0: nobody."""


class LinkingViews:
    """Views in one language."""

    def __init__(self, words: Words, language: str) -> None:
        self._words, self._language = words, language

    def _say(self, key: str, **values: object) -> str:
        return self._words.say(self._language, f"closing.{key}", **values)

    def proposal(self, proposal: Proposal) -> tuple[Rich, Keyboard]:
        """What would be added, whom that would tell, what cannot be, and the buttons."""
        views = ChangeViews(self._words, self._language)
        rich = bold(views.name(proposal.change, most=100)) + "\n\n"
        number = len(proposal.tickets)
        rich = rich + self._say("link_these" if number else "link_none", n=number)
        for ticket in proposal.tickets[:SHOWN]:
            name = proposal.names.get(ticket.customer_id, "?")
            words = display_safe(ticket.words, 70)
            line = views.say("ticket_line", number=ticket.number, name=name, words=words)
            rich = rich + "\n" + line
        if number > SHOWN:
            rich = rich + "\n" + views.say("tickets_more", count=number - SHOWN)
        for line in self._left_out(proposal):
            rich = rich + "\n\n" + line
        if proposal.people:
            rich = rich + "\n\n" + bold(self._say("link_tells", n=proposal.people))
            rich = rich + "\n" + self._say("link_or_count")
        return rich, self._buttons(proposal)

    def _left_out(self, proposal: Proposal) -> Iterable[str]:
        wanted = proposal.wanted
        named = {
            "link_unknown": [f"#{number}" for number in wanted.unknown],
            "link_there": [f"#{ticket.number}" for ticket in wanted.there],
            "link_elsewhere": [
                f"#{ticket.number} (C{proposal.others.get(ticket.number, '?')})"
                for ticket in wanted.elsewhere
            ],
            "link_nobodys": [f"#{ticket.number}" for ticket in wanted.nobodys],
        }
        for key, numbers in named.items():
            if numbers:
                more = "…" if len(numbers) > SHOWN else ""
                yield self._say(key, numbers=", ".join(numbers[:SHOWN]) + more)

    def _buttons(self, proposal: Proposal) -> Keyboard:
        if not proposal.tickets:
            return []
        number, count = proposal.number, len(proposal.tickets)
        if not proposal.people:
            return [[(self._say("b_link", n=count), pack("g", "link", number, "count"))]]
        return [
            [(self._say("b_link_tell", n=proposal.people), pack("g", "link", number, "tell"))],
            [(self._say("b_link_count", n=count), pack("g", "link", number, "count"))],
        ]
