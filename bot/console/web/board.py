"""The board: complaints and changes as they stand, of all groups, the newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.console.web.today import Act, act_of, shortened
from bot.core.names import change_name, display_safe, moment
from bot.core.work import Work
from flows.entities import Change, Customer, CustomerId, Ticket
from flows.entities.states import CHANGE_OPEN, UNRESOLVED

SHOWN = 8
"""Cards of one column."""
TICKETS: Mapping[str, Sequence[str]] = {
    "nobody": ("open",),
    "with_somebody": ("taken", "waiting", "reopened"),
    "put_right": ("resolved",),
    "helped": ("verified",),
}
"""The columns of complaints, by the states in them."""
CHANGES: Mapping[str, Sequence[str]] = {
    "open_changes": CHANGE_OPEN,
    "shipped": ("shipped",),
    "helps": ("verified",),
    "helps_not": ("not_helped",),
}
"""The columns of changes."""


@dataclass(frozen=True, slots=True)
class Card:
    """A complaint or a change on the board."""

    name: str
    words: str
    """The customer's, or what a change is called."""
    theirs: bool
    """Whether the words are a customer's."""
    about: Sequence[str]
    who: str
    """Who has it, in words."""
    state: str
    """How it stands, in words."""
    late: bool = False
    ref: str = ""
    """The customer's name at the business; empty: they were erased, or it is of many."""
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its newest cards."""

    title: str
    cards: Sequence[Card]


@dataclass(frozen=True, slots=True)
class Board:
    """What the screen shows, and how many complaints are unresolved."""

    open: int
    tickets: Sequence[Column]
    changes: Sequence[Column]


async def board(work: Work, language: str, reader: int) -> Board:
    """How complaints and changes stand now; `reader` is who looks, by Telegram id."""
    look = _Look(work, language, reader)
    found = {
        name: await work.unit.waiting.newest(states, SHOWN) for name, states in TICKETS.items()
    }
    ids = {each.customer_id for column in found.values() for each in column}
    people = await work.unit.customers.by_ids(ids)
    tickets = [look.tickets(name, column, people) for name, column in found.items()]
    changes = [await look.changes(name, states) for name, states in CHANGES.items()]
    return Board(await work.unit.waiting.count(), tickets, changes)


class _Look:
    """Says in one language how things stand."""

    def __init__(self, work: Work, language: str, reader: int) -> None:
        self._work, self._language, self._reader = work, language, reader
        self._say = partial(work.services.words.say, language)
        config = work.services.config
        self._zone, default = config.brand.time_zone, config.brand.default_language
        self._titles = {
            each.id: each.in_language(language, default) for each in config.every_category
        }

    def _tell(self, key: str, **values: object) -> str:
        return self._say(f"console.{key}", **values)

    def tickets(
        self, name: str, found: Sequence[Ticket], people: Mapping[CustomerId, Customer]
    ) -> Column:
        """A column of complaints."""
        cards = [self._ticket(each, people.get(each.customer_id)) for each in found]
        return Column(self._tell(f"column_{name}"), cards)

    def _ticket(self, ticket: Ticket, customer: Customer | None) -> Card:
        owner, is_open = display_safe(ticket.owner_name), ticket.state in UNRESOLVED
        late = is_open and ticket.due_at is not None and ticket.due_at <= self._work.now
        again = [self._tell("second_time")] if ticket.failed_again else []
        known = [self._titles[ticket.category]] if ticket.category in self._titles else []
        act = act_of(self._work, self._language, ticket, self._reader) if is_open else None
        return Card(
            name=f"#{ticket.number}",
            words=shortened(ticket.words),
            theirs=True,
            about=[*known, *again],
            who=owner or self._tell("nobody_has_it"),
            state=self._how_it_stands(ticket, late=late),
            late=late,
            ref=customer.ref if customer is not None and ticket.chat_id else "",
            act=act,
        )

    def _how_it_stands(self, ticket: Ticket, *, late: bool) -> str:
        at = ticket.verified_at or ticket.resolved_at
        if ticket.state not in UNRESOLVED and at is not None:
            return self._tell("since", when=moment(at, self._zone, self._language))
        if ticket.due_at is not None:
            when = moment(ticket.due_at, self._zone, self._language)
            return self._tell("was_due" if late else "due", when=when)
        return self._tell("answered_so_far" if ticket.first_response_at else "no_promise")

    async def changes(self, name: str, states: Sequence[str]) -> Column:
        """A column of changes."""
        found = await self._work.unit.changes.in_states(states, SHOWN)
        people = await self._work.unit.changes.count_people([each.id for each in found])
        cards = [self._change(each, people.get(each.id, 0)) for each in found]
        return Column(self._tell(f"column_{name}"), cards)

    def _change(self, change: Change, people: int) -> Card:
        owner = display_safe(change.owner_name)
        at = change.judged_at or change.shipped_at
        if at is not None:
            state = self._tell("since", when=moment(at, self._zone, self._language))
        elif change.planned_for is not None:
            state = self._tell("due", when=moment(change.planned_for, self._zone, self._language))
        else:
            state = self._tell("no_day")
        return Card(
            name=f"C{change.number}",
            words=display_safe(change_name(self._work.services.words, self._language, change)),
            theirs=False,
            about=[self._tell("people", n=people)],
            who=owner or self._tell("nobody_has_it"),
            state=state,
        )
