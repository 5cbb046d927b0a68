"""What staff and customers see of a ticket: values in, texts and buttons out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.callbacks import pack
from bot.core.names import change_name, display_safe, moment, name_of, theme_name
from bot.core.numbers import working_time
from bot.core.rich import TEXT_LIMIT, Rich, bold, clipped, marked, plain, quote, shortened
from bot.core.tongues import tongue
from bot.core.words import Words, listed, pair
from bot.core.work import Keyboard
from flows.desk.clocks import Clock
from flows.desk.tags import shown
from flows.desk.watch import read
from flows.entities import Account, Change, Customer, Gesture, Theme, Ticket
from flows.entities.making import made_at_once
from flows.entities.states import ENDED, UNRESOLVED
from flows.formatted import Formatted
from flows.languages import tongue as spoken
from flows.utf16 import utf16_length

CARD_WORDS = 1000
"""UTF-16 units of the customer's words on the card; what is beyond follows in messages."""
CARD_WISH = 280
CARD_JOINED = 80
"""UTF-16 units of the words of each duplicate; the whole of it follows in messages."""
JOINED_SHOWN = 2
CARD_RESOLUTION = 480
EARLIER_SHOWN = 5
TOPIC_NAME_LIMIT = 128
"""Characters in a topic's name (Bot API: createForumTopic)."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier complaint of the same customer."""

    ticket: Ticket
    told: bool
    """Whether the customer received a closure notice about it."""


@dataclass(frozen=True, slots=True)
class Belongs:
    """To what a complaint belongs, and what it is like, the most alike first."""

    theme: Theme | None = None
    change: Change | None = None
    """Its change, if it can still be taken out of it."""
    similar: Sequence[Ticket] = ()
    themes: Sequence[Theme] = ()
    """Those it may be put into, while it is in none."""
    changes: Sequence[Change] = ()
    """Open ones, while it belongs to none."""


@made_at_once
@dataclass(frozen=True, slots=True)
class CardFacts:
    """Everything that a card shows."""

    ticket: Ticket
    customer: Customer | None
    account: Account | None
    zone: str
    """The customer's time zone; empty when it is not known."""
    staff_zone: str
    category: str
    stage: str
    events: Sequence[tuple[str, datetime]]
    """What happened to the customer lately, by its title, and when."""
    earlier: Sequence[Earlier]
    again: Sequence[int]
    """Numbers of the tickets that make this one a second failure."""
    media: int
    joined: Sequence[tuple[int, str]]
    """Numbers and words of the duplicates that were merged into it."""
    change: Change | None
    now: datetime
    route: str = ""
    """The names of the routes that brought it here."""
    twin: Ticket | None = None
    """An earlier complaint of the customer's that is open in the same group."""
    reads: str = ""
    """The language that the customer reads, which may be one that Verso does not speak."""
    belongs: Belongs = Belongs()
    here: str = ""
    """Until when the customer is with the business, and where, in words."""
    came_in: Sequence[str] = ()
    """At which entrance it began, and what was tapped there, in words; empty: at none."""
    remedies: Sequence[str] = ()
    """What makes it right, a line each."""
    barred: str = ""
    """Since when staff take in nothing of the customer's words, and why; empty: they do."""
    notes: Sequence[str] = ()
    """What staff noted last, a line each."""


class TicketViews:
    """Views in one language."""

    def __init__(self, words: Words, language: str) -> None:
        self._words, self._language = words, language

    def say(self, key: str, **values: object) -> str:
        """Say a sentence of the desk."""
        return self._words.say(self._language, f"desk.{key}", **values)

    # -- the card ----------------------------------------------------------------------------

    def card(self, facts: CardFacts) -> Rich:
        """The card; always short enough for one message."""
        ticket = facts.ticket
        mark = "‼ " if ticket.urgent else ""
        name = name_of(facts.customer, facts.account)
        rich = bold(mark + self.say("card_title", number=ticket.number, name=name))
        rich = rich + "\n" + self._state(facts)
        if facts.again:
            again = (f"#{number}" for number in facts.again[:EARLIER_SHOWN])
            numbers = listed(again, self._language)
            rich = rich + "\n" + bold(self.say("again", numbers=numbers))
        elif ticket.failed_again:
            rich = rich + "\n" + bold(self.say("again_fix"))
        for line in filter(None, (facts.here, facts.barred)):
            rich = rich + "\n" + bold(line)
        rich = rich + "\n\n" + self._said(ticket) + "\n"
        for number, words in facts.joined[:JOINED_SHOWN]:
            rich = rich + self.say("card_joined", number=f"#{number}") + "\n"
            rich = rich + quote(clipped(words, CARD_JOINED)) + "\n" if words.strip() else rich
        if ticket.wish:
            rich = rich + self._wish(ticket) + "\n"
        for line in self._lines(facts):
            rich = rich + line + "\n"
        done = self._done(ticket)
        return rich + self._kept(facts, TEXT_LIMIT - utf16_length((rich + done).text)) + done

    def _kept(self, facts: CardFacts, room: int) -> str:
        """Tags and notes, as far as there is room for them: `/who` has more of it."""
        heading = self._words.say(self._language, "sorting.notes")
        notes = [f"{heading}\n{each}" for each in facts.notes[:1]] + [*facts.notes[1:]]
        lines = ""
        for line in ([shown(facts.ticket.tags)] if facts.ticket.tags else []) + notes:
            if utf16_length(lines) + utf16_length(line) + 1 > room:
                break
            lines += f"{line}\n"
        return lines

    def _state(self, facts: CardFacts) -> str:
        ticket = facts.ticket
        parts = [self.say("urgent")] if ticket.urgent else []
        parts.append(self.state(ticket))
        if ticket.first_response_at is not None:
            parts.append(self.say("answered"))
        if ticket.state not in ENDED:
            parts += self._clocks(ticket, facts.now, facts.staff_zone)
        return " · ".join(parts)

    def _clocks(self, ticket: Ticket, now: datetime, zone: str) -> list[str]:
        """Which clocks run, until when; or how long they stand still."""
        watch = read(ticket.watch)
        lines = [self._clock(clock, now, zone) for clock in watch.clocks]
        if ticket.snoozed_until is not None:
            lines.append(self.say("snoozed_until", when=self.when(ticket.snoozed_until, zone)))
        for key, at in (("asked_at", watch.ask_at), ("lapses_at", watch.lapse_at)):
            lines += [] if at is None else [self.say(key, when=self.when(at, zone))]
        return lines

    def _clock(self, clock: Clock, now: datetime, zone: str) -> str:
        if clock.due_at is None:
            left = working_time(clock.left(now), self._language)
            return self.say(f"clock_{clock.kind.value}_paused", left=left)
        late = "_late" if clock.due_at < now else ""
        return self.say(f"clock_{clock.kind.value}{late}", when=self.when(clock.due_at, zone))

    def state(self, ticket: Ticket) -> str:
        """Where a ticket is and who has it, in words."""
        owner = display_safe(ticket.owner_name)
        key = {"waiting": "waiting_free", "reopened": "reopened"}.get(ticket.state, ticket.state)
        if owner and ticket.state in ("waiting", "reopened"):
            key = "waiting" if ticket.state == "waiting" else "reopened_owner"
        return self.say(f"state_{key}", owner=owner)

    def _said(self, ticket: Ticket) -> Rich:
        if not ticket.words.strip():
            return plain(self.say("no_words"))
        first, *rest = words_pages(ticket)
        return first + (f"\n{self.say('continued')}" if rest else "")

    def _lines(self, facts: CardFacts) -> list[str]:
        ticket = facts.ticket
        lines = [
            self.say("kind", category=facts.category) if facts.category else "",
            *facts.came_in,
            self.say("where", stage=facts.stage) if facts.stage else "",
            self.say("severity", severity=ticket.severity) if ticket.severity else "",
            self.say("media", n=facts.media) if facts.media else "",
            self.say("partial") if ticket.partial else "",
            self.say("card_route", route=facts.route) if facts.route else "",
            *facts.remedies,
            self._customer(facts),
            self._events(facts),
            *self._earlier(facts.earlier),
        ]
        if facts.change is not None:
            change = change_name(self._words, self._language, facts.change, most=100)
            lines.append(self.say("change", change=change))
        lines += self._belongs(facts.belongs)
        return [line for line in lines if line]

    def _belongs(self, belongs: Belongs) -> list[str]:
        lines = []
        if belongs.theme is not None:
            lines.append(self._theme("card", theme=self.theme(belongs.theme)))
        if belongs.similar:
            similar = (
                self._theme(
                    f"similar_{'open' if each.state in UNRESOLVED else 'done'}", number=each.number
                )
                for each in belongs.similar
            )
            lines.append(self._theme("similar", tickets=listed(similar, self._language)))
        return lines

    def theme(self, theme: Theme) -> str:
        """How staff read of a theme."""
        return theme_name(self._words, self._language, theme)

    def _theme(self, key: str, **values: object) -> str:
        return self._words.say(self._language, f"themes.{key}", **values)

    def _wish(self, ticket: Ticket) -> Rich:
        wish, marks = shortened(ticket.wish, ticket.formatting.get("wish", ()), CARD_WISH)
        before, _, after = self.say("wish", wish="\0").partition("\0")
        return before + marked(wish, marks) + after

    def _customer(self, facts: CardFacts) -> str:
        customer, account = facts.customer, facts.account
        if customer is None:
            return ""
        parts = [name_of(customer, account), display_safe(customer.ref)]
        parts.append(f"@{account.username}" if account and account.username else "")
        if facts.zone:
            parts.append(self.say("there", time=self.when(facts.now, facts.zone)))
        parts.append(display_safe(listed(customer.tags, self._language), 100))
        if facts.reads and facts.reads != self._language:
            name = tongue(self._words, self._language, facts.reads)
            parts.append(self._words.say(self._language, "readers.reads", tongue=name))
        unique = dict.fromkeys(part for part in parts if part)
        return self.say("customer", who=" · ".join(unique))

    def _events(self, facts: CardFacts) -> str:
        if not facts.events:
            return ""
        marks = spoken(self._language).marks
        told = [
            f"{display_safe(title, 60)}{marks.open}{self.when(at, facts.staff_zone)}{marks.close}"
            for title, at in facts.events
        ]
        return self.say("events", events=marks.semicolon.join(told))

    def _earlier(self, earlier: Sequence[Earlier]) -> list[str]:
        lines = [self.say("earlier")] if earlier else []
        for each in earlier[:EARLIER_SHOWN]:
            state = self.say(f"short_{each.ticket.state}")
            told = self.say("earlier_told") if each.told else ""
            line = self.say("earlier_line", number=each.ticket.number, state=state, told=told)
            outcome = display_safe(each.ticket.resolution, 80)
            lines.append(pair(line, outcome, self._language) if outcome else line)
        return lines

    def _done(self, ticket: Ticket) -> Rich:
        if not ticket.resolution:
            return Rich()
        done = ticket.formatting.get("resolution", ())
        heading = self.say("done_declined" if ticket.state == "declined" else "done")
        return heading + "\n" + quote(*shortened(ticket.resolution, done, CARD_RESOLUTION))

    def keyboard(
        self,
        ticket: Ticket,
        twin: Ticket | None = None,
        belongs: Belongs | None = None,
        *,
        has_remedies: bool = False,
    ) -> Keyboard:
        """The card's buttons; `twin` is a complaint that it may be a duplicate of.

        `has_remedies`: the business has said what may be granted.
        """
        change = (self.say("b_change"), pack("t", "change", ticket.id))
        remedy = [self._remedy(ticket)] if has_remedies else []
        if ticket.state in ENDED:
            again = (self.say("b_reopen"), pack("t", "reopen", ticket.id))
            return [[again, change, *remedy, *self._more(ticket)], *self._second(ticket)]
        take, action = ("b_take_over", "over") if ticket.owner_name else ("b_take", "take")
        return [
            [
                (self.say(take), pack("t", action, ticket.id)),
                (self.say("b_hint"), pack("t", "hint", ticket.id)),
            ],
            [
                (self.say("b_wait"), pack("t", "wait", ticket.id)),
                (self.say("b_resolve"), pack("t", "resolve", ticket.id)),
            ],
            [change, *remedy, *self._more(ticket), *self._merge(ticket, twin)],
            *self._links(ticket, belongs or Belongs()),
            *self._met(ticket),
            *self._second(ticket),
        ]

    def _second(self, ticket: Ticket) -> Keyboard:
        """The boxes of a second failure, and the gesture that is still to be chosen.

        A button says how its box is to be, so that two who press at once want the same.
        """
        if not ticket.failed_again:
            return []
        boxes = (("as_before", ticket.as_before), ("made_up", ticket.made_up))
        rows = [
            [
                (
                    self._second_words(f"b_{box}_{'on' if ticked else 'off'}"),
                    pack("y", "box", ticket.id, box, int(not ticked)),
                )
                for box, ticked in boxes
            ]
        ]
        if ticket.state in ENDED and ticket.gesture == Gesture.ASKED:
            rows.append([(self._second_words("b_gesture"), pack("y", "show", ticket.id))])
        return rows

    def _second_words(self, key: str) -> str:
        return self._words.say(self._language, f"second.{key}")

    def _links(self, ticket: Ticket, belongs: Belongs) -> Keyboard:
        """One tap puts a complaint where it seems to belong, and one takes it out again."""
        rows: list[list[tuple[str, str]]] = []
        if belongs.change is not None:
            out = pack("h", "unlink", ticket.id, belongs.change.id)
            rows.append([(self._theme("b_leave", name=f"C{belongs.change.number}"), out)])
        for change in belongs.changes[:1]:
            name = change_name(self._words, self._language, change, most=40)
            rows.append(
                [(self._theme("b_link", name=name), pack("h", "link", ticket.id, change.id))]
            )
        if belongs.theme is not None:
            theme = belongs.theme
            rows.append(
                [
                    (self.theme(theme), pack("h", "open", theme.id)),
                    (
                        self._theme("b_leave", name=f"T{theme.number}"),
                        pack("h", "leave", ticket.id, theme.id),
                    ),
                ]
            )
        elif belongs.themes:
            theme = belongs.themes[0]
            label = self._theme("b_link", name=self.theme(theme))
            rows.append([(label, pack("h", "join", ticket.id, theme.id))])
        elif belongs.similar:
            other = belongs.similar[0]
            label = self._theme("b_together", number=other.number)
            rows.append([(label, pack("h", "with", ticket.id, other.id))])
        return rows

    def _remedy(self, ticket: Ticket) -> tuple[str, str]:
        label = self._words.say(self._language, "remedies.b_remedy")
        return label, pack("m", "of", ticket.id)

    def _met(self, ticket: Ticket) -> Keyboard:
        """For whoever meets a customer who is here."""
        if read(ticket.watch).stay is None:
            return []
        label = self._words.say(self._language, "guests.b_met")
        return [[(label, pack("t", "met", ticket.id))]]

    def _merge(self, ticket: Ticket, twin: Ticket | None) -> list[tuple[str, str]]:
        if twin is None:
            return []
        data = pack("t", "merge", ticket.id, twin.id)
        return [(self.say("b_merge", number=twin.number), data)]

    def _more(self, ticket: Ticket) -> list[tuple[str, str]]:
        """Tags, notes and whatever else is wanted less often."""
        label = self._words.say(self._language, "sorting.b_more")
        return [(label, pack("w", "more", ticket.id))]

    def topic_name(self, ticket: Ticket, name: str, category: str) -> str:
        """The name of a ticket's topic."""
        key = "topic_kind" if category else "topic"
        text = self.say(key, number=ticket.number, name=name, category=category)
        return clipped(text, TOPIC_NAME_LIMIT)

    def when(self, at: datetime, zone: str) -> str:
        """A moment on a wall clock."""
        return moment(at, zone, self._language)


def words_pages(ticket: Ticket) -> list[Rich]:
    """The customer's words, quoted: the part on the card and the parts that follow it."""
    said = Formatted(ticket.words, tuple(ticket.formatting.get("words", ())))
    first = next(iter(quote(said.text, said.entities).pages(CARD_WORDS)), Rich())
    rest = said.part(len(first.text))
    return [first, *(quote(rest.text, rest.entities).pages() if rest.text else [])]


def long_wish(ticket: Ticket) -> Rich | None:
    """The whole wish, when the card can only show its beginning."""
    if clipped(ticket.wish, CARD_WISH) == ticket.wish:
        return None
    return quote(ticket.wish, ticket.formatting.get("wish", ()))
