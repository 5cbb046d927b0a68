"""What staff and customers see of a change: values in, texts and buttons out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.callbacks import pack
from bot.core.names import change_name, day, display_safe, moment, staff_name
from bot.core.rich import Rich, bold, marked, quote, shortened
from bot.core.words import Words
from bot.core.work import Keyboard
from flows.changes.changes import TOLD, by_customer
from flows.entities import Change, CustomerId, Ticket

TICKETS_SHOWN = 12
CHOICE_PAGE = 8
QUOTED = 12_000
"""UTF-16 units of a customer's own words in a closure notice: practically all. They fold, and a
notice that is too long for one message goes in several."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many people have been told of a change, and how many could not be."""

    people: int = 0
    told: int = 0
    blocked: int = 0
    failed: int = 0
    helped: int = 0
    not_helped: int = 0

    @property
    def waiting(self) -> int:
        """People whose notice has not left yet."""
        return self.people - self.told - self.blocked - self.failed


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """Everything that a change's screens show."""

    change: Change
    tickets: Sequence[Ticket]
    others: Sequence[Ticket]
    """Tickets that could be added, the most similar first."""
    names: Mapping[CustomerId, str]
    """Customers' names, by id; of those who were erased there is none."""
    count: Count
    zone: str


class ChangeViews:
    """Views in one language."""

    def __init__(self, words: Words, language: str) -> None:
        self._words, self._language = words, language

    def say(self, key: str, **values: object) -> str:
        """Say a sentence about changes."""
        return self._words.say(self._language, f"changes.{key}", **values)

    def screen(self, facts: ChangeFacts, view: str, page: int) -> tuple[Rich, Keyboard]:
        """One of a change's screens: `main`, `tickets` (to choose from) or `confirm`."""
        if facts.change.state in TOLD:
            return self._main(facts), ()
        if view == "tickets":
            return self._choice(facts), self._choice_keyboard(facts, page)
        if view == "confirm":
            question = self.say("confirm", n=len(by_customer(facts.tickets)))
            return self._main(facts) + "\n\n" + bold(question), self._confirm_keyboard(facts)
        return self._main(facts), self._main_keyboard(facts)

    # -- what it says --------------------------------------------------------------------------

    def _main(self, facts: ChangeFacts) -> Rich:
        change = facts.change
        rich = self._heading(facts)
        if change.text:
            key = "text_declined" if change.state == "declined" else "text"
            rich = rich + "\n\n" + self.say(key) + "\n"
            rich = rich + quote(change.text, change.entities) + "\n"
        else:
            rich = rich + "\n\n" + self.say("text_missing") + "\n"
        if change.state not in TOLD:
            key = "public" if change.title else "public_untitled"
            rich = rich + self.say(key, number=change.number) + "\n"
        return rich + "\n" + self._tickets(facts) + self._told(facts)

    def name(self, change: Change, numbers: Sequence[int] = (), most: int = 200) -> str:
        """How staff read of a change (`bot.core.names.change_name`)."""
        return change_name(self._words, self._language, change, numbers, most)

    def _heading(self, facts: ChangeFacts) -> Rich:
        change = facts.change
        title = self.name(change, [ticket.number for ticket in facts.tickets])
        when = moment(change.shipped_at, facts.zone, self._language) if change.shipped_at else ""
        state = self.say(f"state_{change.state}", when=when, name=display_safe(change.author_name))
        return bold(title) + "\n" + state

    def _tickets(self, facts: ChangeFacts) -> str:
        if not facts.tickets:
            return self.say("tickets_none", number=facts.change.number)
        lines = [self.say("tickets")]
        lines += [self._line(facts, ticket) for ticket in facts.tickets[:TICKETS_SHOWN]]
        if len(facts.tickets) > TICKETS_SHOWN:
            lines.append(self.say("tickets_more", count=len(facts.tickets) - TICKETS_SHOWN))
        return "\n".join(lines)

    def _line(self, facts: ChangeFacts, ticket: Ticket) -> str:
        if not ticket.chat_id:
            return self.say("ticket_line_erased", number=ticket.number)
        words = display_safe(ticket.words, 70)
        name = facts.names.get(ticket.customer_id, "?")
        return self.say("ticket_line", number=ticket.number, name=name, words=words)

    def _told(self, facts: ChangeFacts) -> str:
        if facts.change.state not in TOLD:
            return ""
        count = facts.count
        parts = [self.say("told", told=count.told, all=count.people)]
        for key, number in (
            ("told_blocked", count.blocked),
            ("told_failed", count.failed),
            ("told_waiting", count.waiting),
        ):
            if number:
                parts.append(self.say(key, n=number))
        text = "\n\n" + ", ".join(parts)
        if count.helped or count.not_helped:
            text += "\n" + self.say("helped", yes=count.helped, no=count.not_helped)
        return text

    def _choice(self, facts: ChangeFacts) -> Rich:
        rich = self._heading(facts) + "\n\n" + self.say("choose")
        if not facts.tickets and not facts.others:
            return rich + "\n" + self.say("choose_empty")
        for ticket in (*facts.tickets, *facts.others)[: TICKETS_SHOWN * 2]:
            rich = rich + "\n" + self._line(facts, ticket)
        return rich

    # -- its buttons -----------------------------------------------------------------------------

    def _main_keyboard(self, facts: ChangeFacts) -> Keyboard:
        number = facts.change.id
        rows = [
            [
                (self.say("b_text"), pack("g", "text", number)),
                (self.say("b_tickets"), pack("g", "show", number, "tickets", 0)),
            ]
        ]
        people = len(by_customer(facts.tickets))
        if people:
            if facts.change.text:
                rows.append(
                    [
                        (self.say("b_preview"), pack("g", "preview", number)),
                        (self.say("b_ship", n=people), pack("g", "show", number, "confirm", 0)),
                    ]
                )
            rows.append([(self.say("b_decline"), pack("g", "decline", number))])
        return rows

    def _confirm_keyboard(self, facts: ChangeFacts) -> Keyboard:
        number = facts.change.id
        return [
            [(self.say("b_ship_yes"), pack("g", "ship", number))],
            [(self.say("b_back"), pack("g", "show", number, "main", 0))],
        ]

    def _choice_keyboard(self, facts: ChangeFacts, page: int) -> Keyboard:
        number = facts.change.id
        all_of = [(ticket, "b_remove") for ticket in facts.tickets]
        all_of += [(ticket, "b_add") for ticket in facts.others]
        rows: list[list[tuple[str, str]]] = []
        for ticket, key in all_of[page * CHOICE_PAGE :][:CHOICE_PAGE]:
            name = facts.names.get(ticket.customer_id, "?")
            action = "add" if key == "b_add" else "remove"
            label = self.say(key, number=ticket.number, name=name)
            rows.append([(label, pack("g", action, number, ticket.id, page))])
        turns = []
        if page > 0:
            turns.append((self.say("b_previous"), pack("g", "show", number, "tickets", page - 1)))
        if (page + 1) * CHOICE_PAGE < len(all_of):
            turns.append((self.say("b_next"), pack("g", "show", number, "tickets", page + 1)))
        back = [(self.say("b_back"), pack("g", "show", number, "main", 0))]
        return [row for row in (*rows, turns, back) if row]

    # -- what the customer reads -------------------------------------------------------------------

    def notice(self, change: Change, tickets: Sequence[Ticket], zone: str, brand: str) -> Rich:
        """The closure notice: the customer's own words, what became of them, since when, by whom.

        `tickets` are this customer's, the first one is quoted and the others are named. Words are
        shortened only when they do not fit.
        """
        first, *others = tickets
        rich = Rich()
        if first.words.strip():
            said = quote(*shortened(first.words, first.formatting.get("words", ()), QUOTED))
            rich = self.say("you_said") + "\n" + said + "\n\n"
        declined = change.state == "declined"
        heading = self.say("we_will_not" if declined else "we_changed")
        rich = rich + bold(heading) + "\n" + marked(change.text, change.entities)
        when = day(change.shipped_at, zone, self._language) if change.shipped_at else ""
        name = staff_name(change.author_name, change.author_id) if change.author_name else brand
        rich = rich + "\n\n" + self.say("decided" if declined else "since", when=when, name=name)
        if others:
            numbers = ", ".join(f"#{ticket.number}" for ticket in others[:20])
            rich = rich + "\n" + self.say("also", numbers=numbers)
        return rich + "\n" + self.say("write_back")
