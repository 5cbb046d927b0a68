"""How the complaint book looks: a customer's own pages, and what changed lately."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

from bot.core.callbacks import pack
from bot.core.names import day, display_safe, moment, staff_name
from bot.core.rich import Rich, bold, italic, marked, newest, plain, quote, shortened
from bot.core.tongues import line_above, written_in
from bot.core.words import Words
from bot.core.work import Keyboard
from bot.identity.views import CustomerViews
from flows.book.pages import Message, from_customer, from_staff, is_not_right
from flows.changes.changes import TOLD
from flows.changes.wording import Wording, read_in
from flows.entities import Change, ChangeId, Entry, Ticket
from flows.entities.kinds import EntryKind
from flows.entities.states import ENDED

PAGES_SHOWN = 6
SIDE_LIMIT = 1200
"""UTF-16 units of each text on a page, so that a whole page fits into one message."""
SAID_LIMIT = 600
"""UTF-16 units of what each side has written on a page, for the same reason."""
MESSAGES_SHOWN = 12
"""Messages of each side on a page."""


@dataclass(frozen=True, slots=True)
class Page:
    """Both sides of one complaint, and the customer's time zone."""

    ticket: Ticket
    team: str
    change: Change | None
    zone: str
    entries: Sequence[Entry] = ()
    """The ticket's history."""
    remedies: Sequence[str] = ()
    """What makes it right, a line each."""
    asked: bool = False
    """The customer was asked whether it helped, and has not answered yet."""
    link: str = ""
    """Where others read of it on the web."""


class BookViews(CustomerViews):
    """The book in one language."""

    def __init__(self, words: Words, language: str, staff: str = "en") -> None:
        """`staff`: the language of changes of which none was said."""
        super().__init__(words, language)
        self._staff = staff

    def contents(
        self,
        tickets: Sequence[Ticket],
        offset: int,
        zone: str,
        part: tuple[str, str] = ("", ""),
        choices: Collection[str] = (),
    ) -> tuple[Rich, Keyboard]:
        """The list of a customer's pages. `part`: which of them, if not all; `choices`: where
        another part is chosen (`cs`, `ss`)."""
        if not tickets:
            return plain(self.say("my_empty")), []
        last = (len(tickets) - 1) // PAGES_SHOWN * PAGES_SHOWN
        start = min(max(offset, 0) // PAGES_SHOWN * PAGES_SHOWN, last)
        shown_now = tickets[start : start + PAGES_SHOWN]
        rows = [[(self._entry(each, zone), pack("u", "page", each.id))] for each in shown_now]
        turns = []
        if start > 0:
            turns.append((self.say("b_newer"), pack("u", "my", start - PAGES_SHOWN, *part)))
        if start < last:
            turns.append((self.say("b_older"), pack("u", "my", start + PAGES_SHOWN, *part)))
        if any(part):
            rows.append([(self.say("b_contents"), pack("u", "my", 0))])
        elif last:
            by = (("cs", "b_book_by_category"), ("ss", "b_book_by_stage"))
            turns_to = [
                (self.say(key), pack("u", "my", 0, each, "")) for each, key in by if each in choices
            ]
            rows += [turns_to] if turns_to else []
        return bold(self.say("my_title")), [*rows, *([turns] if turns else [])]

    def own_choice(self, part: str, found: Sequence[tuple[str, str, int]]) -> tuple[Rich, Keyboard]:
        """The categories (`c`) or moments (`s`) of a customer's own pages, to choose one."""
        rows = [
            [(f"{title} · {count}", pack("u", "my", 0, part, each))] for each, title, count in found
        ]
        back = [(self.say("b_contents"), pack("u", "my", 0))]
        return plain(self.say(f"book_choose_{part}")), [*rows, back]

    def _entry(self, ticket: Ticket, zone: str) -> str:
        said = display_safe(ticket.words, 24)
        line = f"#{ticket.number} · {self.say(f'short_{ticket.state}')}"
        return (
            f"{line} · {said}" if said else f"{line} · {day(ticket.opened_at, zone, self.language)}"
        )

    def page(self, page: Page) -> tuple[Rich, Keyboard]:
        """Both sides of a complaint: the words, and what was done about them."""
        ticket = page.ticket
        opened = day(ticket.opened_at, page.zone, self.language)
        rich = bold(self.say("page_title", number=ticket.number, day=opened)) + "\n\n"
        rich = rich + self.say("page_yours") + "\n"
        yours = self._said(from_customer(ticket, page.entries), SAID_LIMIT)
        rich = rich + (quote(yours) if yours.strip() else plain(self.say("page_media")))
        rich = rich + "\n\n" + self.say("page_ours") + "\n"
        rich = rich + "\n".join([*self._responsible(page), *page.remedies])
        written = from_staff(page.entries)
        if answers := self._said(written, SAID_LIMIT):
            line = self._line(each.text for each in written[-MESSAGES_SHOWN:])
            rich = rich + "\n" + self.say("page_answers") + "\n" + line + quote(answers)
        told = page.change if page.change and page.change.state in TOLD else None
        if ticket.resolution and (told is None or told.text != ticket.resolution):
            heading = "page_why_not" if ticket.state == "declined" else "page_done"
            rich = rich + "\n" + self.say(heading) + "\n" + self._line([ticket.resolution])
            done = ticket.formatting.get("resolution", ())
            rich = rich + quote(*shortened(ticket.resolution, done, SIDE_LIMIT))
        rich = rich + self._changed(told, page.zone) + self._verdict(page)
        rich = rich + self._on_web(page.link)
        rows = [[(self.say("b_contents"), pack("u", "my", 0))]]
        return rich + "\n\n" + self.say("page_reply"), rows

    def _responsible(self, page: Page) -> list[str]:
        ticket = page.ticket
        owner, team = staff_name(ticket.owner_name, ticket.owner_id), display_safe(page.team)
        who = owner if ticket.owner_name else team
        lines = [self.say("page_responsible", who=who)]
        if ticket.resolution and ticket.state in ENDED:
            return lines
        if ticket.first_response_at is None and ticket.response_due_at is not None:
            when = moment(ticket.response_due_at, page.zone, self.language)
            return [*lines, self.say("page_due", when=when)]
        return [*lines, self.say(f"page_{ticket.state}")]

    def _changed(self, change: Change | None, zone: str) -> Rich:
        """What changed because of it, or why it does not."""
        if change is None or change.shipped_at is None:
            return Rich()
        keys = {"declined": "page_declined", "not_helped": "page_not_helped"}
        key = keys.get(change.state, "page_change")
        since = day(change.shipped_at, zone, self.language)
        said = read_in(change, self.language, self._staff)
        told = Rich() + "\n" + self.say(key, since=since) + "\n" + self._foreign(said)
        return told + quote(*shortened(said.text, said.entities, SIDE_LIMIT))

    def _on_web(self, link: str) -> str:
        """The line that leads to a page of the public book; empty: there is none."""
        return "\n" + self.say("page_on_web", link=link) if link else ""

    def _foreign(self, said: Wording) -> Rich:
        """The line that says which language the words below are in, if it is not the reader's."""
        line = written_in(self._words, self.language, said.language)
        return italic(line) + "\n" if line else Rich()

    def _line(self, texts: Iterable[str]) -> Rich:
        """The same line above words of staff, whose language nobody has said."""
        line = line_above(self._words, self.language, texts)
        return italic(line) + "\n" if line else Rich()

    def _verdict(self, page: Page) -> Rich:
        """What the customer has said of it, or has not although they were asked."""
        said = {
            "resolved": page.asked,
            "verified": True,
            "reopened": is_not_right(page.entries),
        }
        state = page.ticket.state
        return plain("\n" + self.say(f"verdict_{state}")) if said.get(state) else Rich()

    def _said(self, messages: Sequence[Message], limit: int) -> str:
        """What was written and sent; several pictures after one another share a line."""
        lines = []
        for message, alike in groupby(messages):
            count = len(list(alike))
            line = message.text.strip()
            if message.kind != EntryKind.TEXT:
                line = f"[{self.say(f'sent_{message.kind}')}] {line}".rstrip()
            one_line = not message.text and count > 1
            lines += [f"{line} × {count}"] if one_line else [line] * count
        return newest(lines, limit, MESSAGES_SHOWN) if lines else ""

    def book(
        self,
        changes: Sequence[Change],
        counts: Mapping[ChangeId, int],
        zone: str,
        part: str = "all",
        links: Mapping[ChangeId, str] = MappingProxyType({}),
    ) -> Rich:
        """What changed because people complained, or (`part` is `no`) what did not, and why.

        `links`: where others read of them on the web.
        """
        declined = part == "no"
        if not changes:
            return plain(self.say("book_none_declined" if declined else "book_empty"))
        rich = bold(self.say("book_declined" if declined else "book_title"))
        for change in changes:
            rich = rich + "\n\n" + self.in_book(change, counts.get(change.id, 0), zone)
            rich = rich + self._on_web(links.get(change.id, ""))
        return rich + "\n\n" + self.say("book_end")

    def book_buttons(
        self, part: str, of: str, offset: int, more: bool, step: int, link: str
    ) -> Keyboard:
        """How the book is browsed. `more`: there are older ones; `link`: where it is on the web."""
        turns = []
        if offset > 0:
            turns.append((self.say("b_newer"), pack("u", "book", part, of, max(0, offset - step))))
        if more:
            turns.append((self.say("b_older"), pack("u", "book", part, of, offset + step)))
        parts = {"all": "b_book_all", "cs": "b_book_by_category", "ss": "b_book_by_stage"}
        parts |= {"no": "b_book_declined"}
        rows = [
            [(self.say(key), pack("u", "book", each, "", 0))]
            for each, key in parts.items()
            if each != part
        ]
        if link.startswith("https://"):
            rows.append([(self.say("b_book_web"), link)])
        return [*([turns] if turns else []), *rows]

    def choice(self, part: str, found: Sequence[tuple[str, str, int]]) -> tuple[Rich, Keyboard]:
        """The categories (`c`) or moments (`s`) of which something changed, to choose one."""
        rows = [
            [(f"{title} · {count}", pack("u", "book", part, each, 0))]
            for each, title, count in found
        ]
        back = [(self.say("b_book_all"), pack("u", "book", "all", "", 0))]
        return plain(self.say(f"book_choose_{part}" if found else "book_empty")), [*rows, back]

    def in_book(self, change: Change, people: int, zone: str) -> Rich:
        """A change in the book: what staff wrote of it, since when, and how many had told us."""
        said = read_in(change, self.language, self._staff)
        foreign = self._foreign(said)
        rich = Rich()
        if said.heading:
            rich = foreign + bold(display_safe(said.heading, 120)) + "\n"
        rich = rich + day(change.shipped_at or change.created_at, zone, self.language)
        if people:
            rich = rich + " · " + self.say("book_count", n=people)
        if not said.text:
            return rich
        rich = rich + "\n" + (Rich() if said.heading else foreign)
        return rich + marked(*shortened(said.text, said.entities, SIDE_LIMIT // 2))
