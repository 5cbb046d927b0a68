"""What staff and customers see of a change: values in, texts and buttons out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.changes.draft_views import DraftViews
from bot.changes.progress_views import Measured, ProgressViews, Setback
from bot.changes.report_views import Count, ReportViews
from bot.core.callbacks import pack
from bot.core.names import change_name, change_title, day, display_safe, moment, staff_name
from bot.core.rich import TEXT_LIMIT, Rich, bold, italic, marked, quote, shortened
from bot.core.tongues import tongue, written_in
from bot.core.words import Words, listed
from bot.core.work import Keyboard
from flows.changes.changes import TOLD, by_customer
from flows.changes.sentences import whole_sentences
from flows.changes.wording import Wording, lacking, language_of, read_in, wordings
from flows.entities import Change, CustomerId, Draft, Ticket
from flows.formatted import within
from flows.utf16 import utf16_length

TICKETS_SHOWN = 12
SIZES = ((2000, 600, 70), (1100, 300, 40), (700, 120, 24), (400, 60, 12))
"""UTF-16 units of the first text, of each other one and of each complaint's words on a card: the
first three of these with which the card fits one message."""
CHOICE_PAGE = 8
QUOTED = 12_000
"""UTF-16 units of a customer's own words in a closure notice: practically all. They fold, and a
notice that is too long for one message goes in several."""


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """Everything that a change's screens show."""

    change: Change
    tickets: Sequence[Ticket]
    """The oldest of those that led to it."""
    others: Sequence[Ticket]
    """Tickets that could be added, the most similar first."""
    names: Mapping[CustomerId, str]
    """Customers' names, by id; of those who were erased there is none."""
    count: Count
    zone: str
    staff: str = "en"
    """The language of texts of which none was said: that of staff in general."""
    readers: Mapping[str, int] = field(default_factory=dict)
    """How many of the people behind it read which language."""
    languages: Sequence[str] = ()
    """Those that a text may be in."""
    measured: Measured | None = None
    """How often it happened before it was shipped, and since."""
    setback: Setback | None = None
    """Who has not heard yet that it has not helped."""
    complaints: int = 0
    """How many led to it, when there are more than `tickets`."""
    people: int = 0
    """How many people can be told, when they are more than those of `tickets`."""
    left_out: int = 0
    """How many of them are left out."""
    campaign: str = ""
    """What is said of telling people who did not complain; empty: nothing."""

    @property
    def meant(self) -> int:
        """How many people are to be told."""
        return max(self.people, len(by_customer(self.tickets))) - self.left_out


def _untold(facts: ChangeFacts) -> int:
    """How many have not heard yet that it has not helped."""
    return len(facts.setback.people) if facts.setback else 0


class ChangeViews:
    """Views in one language."""

    def __init__(self, words: Words, language: str) -> None:
        self._words, self._language = words, language
        self._progress = ProgressViews(words, language)
        self._report = ReportViews(words, language)
        self._drafts = DraftViews(words, language)

    def say(self, key: str, **values: object) -> str:
        """Say a sentence about changes."""
        return self._words.say(self._language, f"changes.{key}", **values)

    def screen(self, facts: ChangeFacts, view: str, page: int) -> tuple[Rich, Keyboard]:
        """One of a change's screens: `main`, `tickets` or `language` (to choose), `confirm`,
        `details`, `setback` (whom to tell that it has not helped)."""
        if view == "details":
            return self._main(facts), self._progress.details(facts.change)
        if view == "setback" and facts.setback is not None:
            below, keyboard = self._progress.setback(facts.change, facts.setback, page)
            return self._main(facts, below), keyboard
        if facts.change.held:
            return self._main(facts), self._drafts.held_keyboard(facts.change)
        if facts.change.state in TOLD:
            buttons = self._progress.buttons(facts.change, _untold(facts))
            label = self._words.say(self._language, "story.b_story")
            story = [[(label, pack("n", "change", facts.change.id))]]
            told = self._drafts.told_keyboard(facts.change)
            return self._main(facts), [*buttons, *self._write_buttons(facts), *told, *story]
        if view == "tickets":
            return self._choice(facts), self._choice_keyboard(facts, page)
        if view == "confirm":
            question = self.say("confirm", n=facts.meant)
            lines = "\n".join([*self._lacking(facts), ""]) if self._lacking(facts) else ""
            below = Rich() + "\n\n" + lines + bold(question)
            return self._main(facts, below), self._confirm_keyboard(facts)
        if view == "language":
            below = Rich() + "\n\n" + bold(self._reader("which"))
            return self._main(facts, below), self._language_keyboard(facts)
        return self._main(facts), self._main_keyboard(facts)

    # -- what it says --------------------------------------------------------------------------

    def _main(self, facts: ChangeFacts, below: Rich | None = None) -> Rich:
        """What there is to say of a change, and something below it; fits one message."""
        for size in SIZES:
            rich = self._sized(facts, size) + (below or Rich())
            if utf16_length(rich.text) <= TEXT_LIMIT:
                break
        return rich

    def _sized(self, facts: ChangeFacts, size: tuple[int, int, int]) -> Rich:
        change = facts.change
        rich = self._heading(facts) + self._progress.lines(change, facts.zone, size[1])
        if not change.text:
            rich = rich + "\n\n" + self.say("text_missing") + "\n"
        for position, said in enumerate(wordings(change, facts.staff).values()):
            rich = rich + "\n" + ("" if position else "\n") + self._text_heading(facts, said) + "\n"
            if said.title and said.title != change_title(change, self._language):
                rich = rich + bold(display_safe(said.title, 120)) + "\n"
            rich = rich + quote(*shortened(said.text, said.entities, size[min(position, 1)])) + "\n"
            if said.outdated:
                rich = rich + italic(self._reader("outdated")) + "\n"
        if change.state not in TOLD:
            key = "public" if change.title else "public_untitled"
            rich = rich + self.say(key, number=change.number) + "\n"
        return (
            rich + self._readers(facts) + "\n" + self._tickets(facts, size[2]) + self._told(facts)
        )

    def _text_heading(self, facts: ChangeFacts, said: Wording) -> str:
        """What stands above a text; its language where there could be more than one."""
        key = "text_declined" if facts.change.state == "declined" else "text"
        if self._is_plain(facts):
            return self.say(key)
        return self._reader(key, tongue=self.tongue(said.language))

    def _is_plain(self, facts: ChangeFacts) -> bool:
        """Tell whether staff and all its readers read the one language that it is written in."""
        change = facts.change
        first = language_of(change, facts.staff)
        return not change.translations and {first, *facts.readers} == {self._language}

    def _readers(self, facts: ChangeFacts) -> str:
        """Which languages its readers read, if there is anything to be told of it."""
        if not facts.readers or set(facts.readers) == {language_of(facts.change, facts.staff)}:
            return ""
        read = (
            self._reader("each", n=n, tongue=self.tongue(language))
            for language, n in facts.readers.items()
        )
        return self._reader("all", languages=listed(read, self._language)) + "\n"

    def _lacking(self, facts: ChangeFacts) -> list[str]:
        """Who will read a text that is not in their language."""
        other = self.tongue(language_of(facts.change, facts.staff))
        missing = lacking(facts.change, facts.readers, facts.staff)
        return [
            self._reader("lacking", n=n, tongue=self.tongue(language), other=other)
            for language, n in missing.items()
        ]

    def tongue(self, language: str) -> str:
        """The name of a language within a sentence."""
        return tongue(self._words, self._language, language)

    def _reader(self, key: str, **values: object) -> str:
        return self._words.say(self._language, f"readers.{key}", **values)

    def name(self, change: Change, numbers: Sequence[int] = (), most: int = 200) -> str:
        """How staff read of a change (`bot.core.names.change_name`)."""
        return change_name(self._words, self._language, change, numbers, most)

    def _heading(self, facts: ChangeFacts) -> Rich:
        change = facts.change
        title = self.name(change, [ticket.number for ticket in facts.tickets])
        when = moment(change.shipped_at, facts.zone, self._language) if change.shipped_at else ""
        judged = moment(change.judged_at, facts.zone, self._language) if change.judged_at else ""
        name = display_safe(change.author_name)
        state = self.say(f"state_{change.state}", when=when, name=name, judged=judged)
        held = self._drafts.held(change, facts.zone)
        return bold(title) + "\n" + (held or state)

    def _tickets(self, facts: ChangeFacts, most: int) -> str:
        if not facts.tickets:
            return self.say("tickets_none", number=facts.change.number)
        lines = [self.say("tickets")]
        lines += [self._line(facts, ticket, most) for ticket in facts.tickets[:TICKETS_SHOWN]]
        more = max(facts.complaints, len(facts.tickets)) - TICKETS_SHOWN
        if more > 0:
            lines.append(self.say("tickets_more", count=more))
        return "\n".join(lines)

    def _line(self, facts: ChangeFacts, ticket: Ticket, most: int = 70) -> str:
        if not ticket.chat_id:
            return self.say("ticket_line_erased", number=ticket.number)
        words = display_safe(ticket.words, most)
        name = facts.names.get(ticket.customer_id, "?")
        return self.say("ticket_line", number=ticket.number, name=name, words=words)

    def _told(self, facts: ChangeFacts) -> str:
        if facts.change.state not in TOLD:
            return ""
        count = facts.count
        text = "\n\n" + self._report.told(count)
        for line in (*self._report.after(count), facts.campaign):
            text += f"\n{line}" if line else ""
        measured = self._progress.measured(facts.measured)
        return f"{text}\n\n{measured}" if measured else text

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
            *self._progress.buttons(facts.change, _untold(facts)),
            [
                (self.say("b_text"), pack("g", "text", number)),
                (self.say("b_tickets"), pack("g", "show", number, "tickets", 0)),
            ],
        ]
        people = facts.meant
        if facts.tickets:
            if facts.change.text:
                rows.append(
                    [
                        (self.say("b_preview"), pack("g", "preview", number)),
                        (self.say("b_ship", n=people), pack("g", "show", number, "confirm", 0)),
                    ]
                )
                rows += self._write_buttons(facts)
            rows.append([(self.say("b_decline"), pack("g", "decline", number))])
        if facts.change.text and not self._is_plain(facts) and len(facts.languages) > 1:
            first = self.tongue(language_of(facts.change, facts.staff))
            label = self._reader("b_not_in", tongue=first)
            rows.append([(label, pack("g", "show", number, "language", 0))])
        return rows

    def _confirm_keyboard(self, facts: ChangeFacts) -> Keyboard:
        number = facts.change.id
        drafts = self._drafts.say("b_drafts", n=facts.meant + facts.left_out)
        return [
            *self._write_buttons(facts),
            [(drafts, pack("g", "show", number, "drafts", 0))],
            [(self.say("b_ship_yes"), pack("g", "ship", number))],
            [(self.say("b_back"), pack("g", "show", number, "main", 0))],
        ]

    def _write_buttons(self, facts: ChangeFacts) -> list[list[tuple[str, str]]]:
        """A button for each language that somebody reads and there is no text in."""
        if not facts.change.text:
            return []
        missing = lacking(facts.change, facts.readers, facts.staff)
        return [
            [
                (
                    self._reader("b_write", n=n, tongue=self.tongue(language)),
                    pack("g", "write", facts.change.id, language),
                )
            ]
            for language, n in missing.items()
            if language in facts.languages
        ]

    def _language_keyboard(self, facts: ChangeFacts) -> Keyboard:
        number, first = facts.change.id, language_of(facts.change, facts.staff)
        rows = [
            [
                (
                    self._reader("b_language", tongue=self.tongue(language)),
                    pack("g", "language", number, language),
                )
            ]
            for language in facts.languages
            if language != first
        ]
        return [*rows, [(self.say("b_back"), pack("g", "show", number, "main", 0))]]

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

    def on_web(self, link: str) -> str:
        """The line that leads to a change's page of the public book; empty: it has none."""
        return (
            "\n" + self._words.say(self._language, "customer.page_on_web", link=link)
            if link
            else ""
        )

    def notice(
        self,
        change: Change,
        tickets: Sequence[Ticket],
        zone: str,
        brand: str,
        staff: str = "en",
        draft: Draft | None = None,
    ) -> Rich:
        """The closure notice: the customer's own words, what became of them, since when, by whom.

        `tickets` are this customer's, the first one is quoted and the others are named. Words are
        shortened only when they do not fit, at the end of a sentence. `staff` as of
        :class:`ChangeFacts`; `draft`: what is written for this customer alone.
        """
        first, *others = tickets
        rich = Rich()
        if first.words.strip():
            words = whole_sentences(first.words, QUOTED)
            marks = within(first.formatting.get("words", ()), 0, utf16_length(words))
            rich = self.say("you_said") + "\n" + quote(words, marks) + "\n\n"
        declined = change.state == "declined"
        heading = self.say("we_will_not" if declined else "we_changed")
        text = read_in(change, self._language, staff)
        if draft is not None and draft.text:
            text = Wording(draft.language, draft.text, entities=tuple(draft.entities))
        rich = rich + bold(heading) + "\n"
        if foreign := written_in(self._words, self._language, text.language):
            rich = rich + italic(foreign) + "\n"
        rich = rich + marked(text.text, text.entities)
        when = day(change.shipped_at, zone, self._language) if change.shipped_at else ""
        name = staff_name(change.author_name, change.author_id) if change.author_name else brand
        rich = rich + "\n\n" + self.say("decided" if declined else "since", when=when, name=name)
        if others:
            numbers = listed((f"#{ticket.number}" for ticket in others[:20]), self._language)
            rich = rich + "\n" + self.say("also", numbers=numbers)
        return rich + "\n" + self.say("write_back")
