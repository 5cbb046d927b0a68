"""What customers see besides conversations: values in, texts and buttons out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from bot.core.callbacks import DATA_LIMIT, pack
from bot.core.names import day, first_name, moment, shown
from bot.core.rich import Rich, bold, clipped, newest, plain, quote
from bot.core.words import LANGUAGES, Words
from bot.core.work import Keyboard
from flows.asks.explanations import format_period
from flows.book.pages import TEXT, Message, from_customer, from_staff, is_not_right
from flows.changes.changes import TOLD
from flows.config import Config
from flows.desk.tickets import ENDED
from flows.entities import Change, ChangeId, Customer, Entry, Ticket

LANGUAGE_NAMES = {"en": "English", "ru": "Русский", "zh": "中文"}
PAGES_SHOWN = 6
SIDE_LIMIT = 1200
"""UTF-16 units of each text on a page, so that a whole page fits into one message."""
SAID_LIMIT = 600
"""UTF-16 units of what each side has written on a page, for the same reason."""
MESSAGES_SHOWN = 12
"""Messages of each side on a page."""
PRESSED_ALL = "all"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page:
    """Both sides of one complaint, and the customer's time zone."""

    ticket: Ticket
    team: str
    change: Change | None
    zone: str
    entries: Sequence[Entry] = ()
    """The ticket's history."""
    asked: bool = False
    """The customer was asked whether it helped, and has not answered yet."""


class CustomerViews:
    """Views in one language."""

    def __init__(self, words: Words, language: str) -> None:
        self._words, self.language = words, language

    def say(self, key: str, **values: object) -> str:
        """Say a sentence to a customer."""
        return self._words.say(self.language, f"customer.{key}", **values)

    # -- greeting ----------------------------------------------------------------------------

    def hello(self, config: Config, name: str, *, again: bool, why: str = "") -> str:
        """The greeting; `name` is whom the link is for, `why` the key of what comes first."""
        key = ("again" if again else "hello") + ("_name" if name else "")
        brand = config.brand.name
        lines = [self.say(why, brand=brand)] if why else []
        return "\n\n".join([*lines, self.say(key, brand=brand, name=first_name(name))])

    def consent(self, config: Config) -> str:
        """What we ask, how often, how to stop."""
        per = config.limits.per.after(_EPOCH, UTC) - _EPOCH
        return self.say(
            "consent",
            asks=config.limits.asks,
            days=max(1, per.days),
            opens=config.window.opens,
            closes=config.window.closes,
        )

    def hello_buttons(self, customer: Customer, *, asking: bool, refusable: bool) -> Keyboard:
        """Consent where it is asked, and the way back for whom the link is not meant."""
        rows = []
        if asking:
            rows.append([(self.say("b_agree"), pack("u", "agree"))])
            rows.append([(self.say("b_decline"), pack("u", "decline"))])
        elif customer.stopped:
            rows.append([(self.say("b_resume"), pack("u", "resume"))])
        if refusable:
            name = first_name(customer.name) if customer.name.strip() else ""
            label = self.say("b_not_me" if name else "b_not_mine", name=name)
            rows.append([(label, pack("u", "notme", customer.id))])
        return rows

    def other_person(self, token: str) -> tuple[str, Keyboard]:
        """A link of another customer was opened: nothing changes before a press."""
        data = f"u:switch:{token}"
        fits = len(data) <= DATA_LIMIT
        return self.say("link_other"), [[(self.say("b_switch"), data)]] if fits else []

    def join_buttons(self, telegram_id: int, *, shuts: bool) -> Keyboard:
        """Whether another account is this customer's too; "no" may shut the link."""
        no = self.say("b_join_no_shut" if shuts else "b_join_no")
        return [
            [(self.say("b_join_yes"), pack("u", "join", "yes", telegram_id))],
            [(no, pack("u", "join", "no", telegram_id))],
        ]

    # -- complaints --------------------------------------------------------------------------

    def received(self, ticket: Ticket, zone: str, *, own_zone: bool) -> str:
        """The acknowledgement, with the promised time on the customer's clock."""
        if ticket.response_due_at is None:
            return self.say("received", number=ticket.number)
        when = moment(ticket.response_due_at, zone, self.language)
        when = when if own_zone else f"{when} ({zone})"
        return self.say("received_by", number=ticket.number, when=when)

    def added(
        self, ticket: Ticket, message_id: int | None, *, is_aside: bool = False
    ) -> tuple[str, Keyboard]:
        """Words were added to a ticket; the button says that they were about something else.

        With `is_aside` a question of a conversation is still open.
        """
        text = self.say("added", number=ticket.number)
        if is_aside:
            text += " " + self.say("question_waits")
        if message_id is None:
            return text, []
        return text, [[(self.say("b_new"), pack("u", "new", message_id))]]

    # -- the book ----------------------------------------------------------------------------

    def contents(self, tickets: Sequence[Ticket], offset: int, zone: str) -> tuple[Rich, Keyboard]:
        """The list of a customer's pages."""
        if not tickets:
            return plain(self.say("my_empty")), []
        last = (len(tickets) - 1) // PAGES_SHOWN * PAGES_SHOWN
        start = min(max(offset, 0) // PAGES_SHOWN * PAGES_SHOWN, last)
        shown_now = tickets[start : start + PAGES_SHOWN]
        rows = [[(self._line(each, zone), pack("u", "page", each.id))] for each in shown_now]
        turns = []
        if start > 0:
            turns.append((self.say("b_newer"), pack("u", "my", start - PAGES_SHOWN)))
        if start < last:
            turns.append((self.say("b_older"), pack("u", "my", start + PAGES_SHOWN)))
        return bold(self.say("my_title")), [*rows, *([turns] if turns else [])]

    def _line(self, ticket: Ticket, zone: str) -> str:
        said = shown(ticket.words, 24)
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
        rich = rich + "\n".join(self._responsible(page))
        if answers := self._said(from_staff(page.entries), SAID_LIMIT):
            rich = rich + "\n" + self.say("page_answers") + "\n" + quote(answers)
        told = page.change if page.change and page.change.state in TOLD else None
        if ticket.resolution and (told is None or told.text != ticket.resolution):
            rich = rich + "\n" + self.say("page_done") + "\n"
            rich = rich + quote(clipped(ticket.resolution, SIDE_LIMIT))
        rich = rich + self._changed(told, page.zone) + self._verdict(page)
        rows = [[(self.say("b_contents"), pack("u", "my", 0))]]
        return rich + "\n\n" + self.say("page_reply"), rows

    def _responsible(self, page: Page) -> list[str]:
        ticket = page.ticket
        who = first_name(ticket.owner_name) if ticket.owner_name else shown(page.team)
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
        key = "page_change" if change.state == "shipped" else "page_declined"
        since = day(change.shipped_at, zone, self.language)
        return "\n" + self.say(key, since=since) + "\n" + quote(clipped(change.text, SIDE_LIMIT))

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
            if message.kind != TEXT:
                line = f"[{self.say(f'sent_{message.kind}')}] {line}".rstrip()
            one_line = not message.text and count > 1
            lines += [f"{line} × {count}"] if one_line else [line] * count
        return newest(lines, limit, MESSAGES_SHOWN) if lines else ""

    def book(self, changes: Sequence[Change], counts: Mapping[ChangeId, int], zone: str) -> Rich:
        """What changed lately because people complained."""
        if not changes:
            return plain(self.say("book_empty"))
        rich = bold(self.say("book_title"))
        for change in changes:
            rich = rich + "\n\n" + self.in_book(change, counts.get(change.id, 0), zone)
        return rich + "\n\n" + self.say("book_end")

    def in_book(self, change: Change, people: int, zone: str) -> Rich:
        """A change in the book: what staff wrote of it, since when, and how many had told us."""
        rich = bold(shown(change.title, 120)) + "\n" if change.title else Rich()
        rich = rich + day(change.shipped_at or change.created_at, zone, self.language)
        if people:
            rich = rich + " · " + self.say("book_count", n=people)
        return rich + "\n" + clipped(change.text, SIDE_LIMIT // 2) if change.text else rich

    # -- wishes ------------------------------------------------------------------------------

    def languages(self, config: Config) -> Keyboard:
        """A button for each language that the brand and Verso speak."""
        spoken = [each for each in LANGUAGES if each in config.brand.languages]
        return [[(LANGUAGE_NAMES[each], pack("u", "lang", each))] for each in spoken or LANGUAGES]

    def stop_menu(
        self, kinds: Sequence[tuple[str, str]], stopped: Sequence[tuple[str, str]]
    ) -> tuple[str, Keyboard]:
        """What can be stopped, everything or a kind of question, and what may begin again.

        Kinds come with their labels.
        """
        rows = [[(self.say("b_stop_all"), pack("u", "stop", PRESSED_ALL))]]
        rows += [[(label, pack("u", "stop", kind))] for kind, label in kinds]
        for kind, label in stopped:
            rows.append([(self.say("b_again", kind=label), pack("u", "again", kind))])
        if not stopped:
            return self.say("stop_ask"), rows
        names = "; ".join(dict.fromkeys(label for _, label in stopped))
        return f"{self.say('stopped_now', kinds=names)}\n\n{self.say('stop_ask')}", rows

    def stopped_buttons(self, kind: str = "") -> Keyboard:
        """After a stop: take it back, or narrow it to one kind of questions."""
        rows = [[(self.say("b_resume"), pack("u", "resume"))]]
        if kind:
            rows.insert(0, [(self.say("b_stop_only"), pack("u", "only", kind))])
        return rows

    def privacy(self, config: Config) -> str:
        """What is kept, why, and for how long by the configuration in force."""
        kept = config.retention
        periods = {"events": kept.events, "tickets": kept.tickets, "updates": kept.updates}
        spoken = {name: format_period(period, self.language) for name, period in periods.items()}
        return self.say("privacy", brand=config.brand.name, **spoken)

    def forget_ask(self, config: Config, accounts: int) -> str:
        """What is erased and what stays; several accounts are erased together."""
        text = self.say("forget_ask", brand=config.brand.name)
        return text if accounts < 2 else f"{text}\n\n{self.say('forget_accounts', n=accounts)}"

    def forget_buttons(self, *, sure: bool) -> Keyboard:
        """The two steps of being forgotten."""
        if not sure:
            return [[(self.say("b_forget"), pack("u", "forget", "ask"))]]
        return [
            [(self.say("b_forget_yes"), pack("u", "forget", "yes"))],
            [(self.say("b_forget_no"), pack("u", "forget", "no"))],
        ]
