"""Compares what customers and staff saw with what they did. Every line is a broken promise."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from flows.entities import Entry, Outgoing, SendState, Side, Ticket
from storage.database import Database
from storage.repositories.base import all_of
from tests.chaos.customers import Complaint, Customer
from tests.chaos.eye import text_of
from tests.chaos.staff import Desk, is_failure
from tests.chaos.stage import TEAM_OF, Stage


@dataclass
class Report:
    """What a run has shown."""

    broken: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """Give the report as lines."""
        yield from (f"{name:>28}: {count}" for name, count in self.counts.items())
        yield from (f"BROKEN {line}" for line in self.broken)


@dataclass
class Memory:
    """What the database holds at the end."""

    tickets: list[Ticket]
    entries: dict[int, list[Entry]]
    rows: list[Outgoing]
    parked: int


async def remembered(database_url: str) -> Memory:
    """Read all that Verso remembers."""
    database = await Database.open(database_url, migrate=False)
    try:
        async with database.reading() as unit:
            tickets = await unit.find(Ticket, all_of(Ticket))
            entries: dict[int, list[Entry]] = defaultdict(list)
            query = all_of(Entry)
            for entry in await unit.find(Entry, query):
                entries[entry.ticket_id].append(entry)
            for each in entries.values():
                each.sort(key=lambda entry: (entry.at, entry.id))
            rows = await unit.outbox.recent(1_000_000)
            counts = await unit.inbox.counts()
    finally:
        await database.close()
    return Memory(tickets, entries, rows, counts["parked"])


@dataclass
class Checker:
    """Holds both sides."""

    stage: Stage
    customers: list[Customer]
    desk: Desk
    memory: Memory

    def report(self) -> Report:
        """Compare."""
        broken = [
            *self._waited(),
            *self._queues(),
            *self._complaints(),
            *self._staff_saw(),
            *self._answers(),
            *self._repeats(),
            *self._resolved(),
        ]
        return Report(broken, self._counts())

    def _waited(self) -> Iterator[str]:
        """Whoever was not told a number has waited for it in vain."""
        for customer in self.customers:
            for complaint in customer.complaints:
                if complaint.number is None:
                    views = self.stage.eye.chats[customer.chat].values()
                    last = [(view["id"], text_of(view)[:60]) for view in views][-3:]
                    yield f"{customer.chat} was told no number, and saw at last {last}"

    # -- what Verso remembers ----------------------------------------------------------------------

    def _queues(self) -> Iterator[str]:
        if self.memory.parked:
            yield f"{self.memory.parked} updates were parked"
        for row in self.memory.rows:
            if row.state is SendState.WAITING:
                yield f"message {row.id} ({row.purpose}) still waits: {row.error}"
            if row.state is SendState.FAILED and not row.error.startswith(in_vain(row)):
                yield f"message {row.id} ({row.purpose}, {row.method}) failed: {row.error}"

    def _complaints(self) -> Iterator[str]:
        by_number = {ticket.number: ticket for ticket in self.memory.tickets}
        for customer in self.customers:
            for complaint in customer.complaints:
                ticket = by_number.pop(complaint.number or 0, None)
                if ticket is None:
                    yield f"{complaint.words}: no ticket (told: {complaint.number})"
                    continue
                yield from self._kept(customer, complaint, ticket)
        for ticket in by_number.values():
            yield f"ticket {ticket.number} ({ticket.words!r}) is nobody's"

    def _kept(self, customer: Customer, complaint: Complaint, ticket: Ticket) -> Iterator[str]:
        entries = self.memory.entries[ticket.id]
        said = [e.text for e in entries if e.side is Side.CUSTOMER]
        for mark in [*complaint.words, *complaint.added]:
            times = sum(mark in text for text in said)
            if times != 1 and not (mark in ticket.wish and times == 0):
                yield (
                    f"{mark} was kept {times} times in ticket {ticket.number}: {said}; "
                    f"{self._where(customer, mark)}"
                )
        wanted = (complaint.severity, complaint.category)
        if (ticket.severity, ticket.category) != wanted:
            yield f"ticket {ticket.number} is not what was pressed: {ticket} != {wanted}"
        marks = [m for m in [*complaint.words, *complaint.added] if m not in ticket.wish]
        yield from _disorder(marks, said, f"ticket {ticket.number}")
        if sum(entry.kind == "opened" for entry in entries) != 1:
            yield f"ticket {ticket.number} was opened more than once"

    def _where(self, customer: Customer, mark: str) -> str:
        """Tell in which tickets a customer's words are, and what they replied to."""
        tickets = {ticket.id: ticket.number for ticket in self.memory.tickets}
        found = [
            tickets[ticket_id]
            for ticket_id, entries in self.memory.entries.items()
            if any(mark in entry.text for entry in entries)
        ]
        views = self.stage.eye.chats[customer.chat]
        mine = next((view for view in views.values() if mark in text_of(view)), None)
        replied = views.get((mine and mine["reply_to"]) or 0)
        about = replied and (replied["id"], text_of(replied)[:60])
        rows = [row.id for row in self.memory.rows if about and row.message_id == about[0]]
        return f"it is in {found}, written in reply to {about} (rows: {rows})"

    def _resolved(self) -> Iterator[str]:
        numbers = {ticket.number: ticket for ticket in self.memory.tickets}
        for number, done in self.desk.resolved.items():
            entries = self.memory.entries[numbers[number].id]
            times = sum(entry.kind == "resolved" and entry.text == done for entry in entries)
            if times != 1:
                yield f"ticket {number} was resolved {times} times"

    # -- what people saw ---------------------------------------------------------------------------

    def _staff_saw(self) -> Iterator[str]:
        for customer in self.customers:
            for complaint in customer.complaints:
                team = TEAM_OF[complaint.category]
                seen = [text for chat in self.stage.chats[team] for text in self._bot_texts(chat)]
                marks = [*complaint.words, *complaint.added]
                for mark in marks:
                    if not any(mark in text for text in seen):
                        yield f"{mark} of #{complaint.number} was never shown to staff"
                yield from _disorder(marks, seen, f"staff's view of #{complaint.number}")

    def _answers(self) -> Iterator[str]:
        by_number = {
            complaint.number: customer
            for customer in self.customers
            for complaint in customer.complaints
        }
        failures = sum(
            is_failure(view)
            for chats in self.stage.chats.values()
            for chat in chats
            for view in self.stage.eye.chats[chat].values()
        )
        missing = 0
        for number in {answer.ticket for answer in self.desk.answers}:
            customer = by_number.get(number)
            if customer is None:
                yield f"#{number} was answered, and no customer was told of it"
                continue
            mine = [a.mark for a in self.desk.answers if a.ticket == number and not a.refused]
            texts = self._bot_texts(customer.chat)
            for mark in mine:
                if any(mark in text for text in texts):
                    continue
                missing += 1
                if not customer.was_blocked and not self._gone(mark):
                    yield f"answer {mark} never arrived: {self._way_of(mark)}"
            if not customer.was_blocked and not any(self._gone(mark) for mark in mine):
                yield from _disorder(mine, texts, f"answers to #{number}")
        if missing > failures:
            yield f"{missing} answers did not arrive, and staff were told of {failures}"

    def _gone(self, mark: str) -> bool:
        """Tell whether staff's message was deleted, with its topic or by the group's move."""
        for answer in self.desk.answers:
            if answer.mark == mark:
                view = self.stage.eye.chats[answer.chat].get(answer.message_id)
                return view is not None and view["deleted"]
        return False

    def _way_of(self, mark: str) -> str:
        """Tell what an answer was written to, and how far it came."""
        answer = next(answer for answer in self.desk.answers if answer.mark == mark)
        view = self.stage.eye.chats[answer.chat].get(answer.message_id)
        if view is None:
            return f"{answer} was not seen"
        replied = self.stage.eye.chats[answer.chat].get(view["reply_to"] or 0)
        kept = [e.id for e in self.memory.entries[self._ticket_id(answer.ticket)] if mark in e.text]
        rows = [r for r in self.memory.rows if r.subject in {f"entry:{number}" for number in kept}]
        of_replied = [
            f"{row.purpose} {row.id}"
            for row in self.memory.rows
            if str(row.chat_id) == answer.chat and row.message_id == view["reply_to"]
        ]
        return (
            f"message {answer.message_id} of {answer.chat}, written {view['date']}, to message "
            f"{view['reply_to']} of {replied and replied['date']} (rows: {of_replied}, "
            f"deleted: {replied and replied['deleted']}); kept as {kept}, rows "
            f"{[(row.id, row.state.value, row.error) for row in rows]}"
        )

    def _ticket_id(self, number: int) -> int:
        return next(ticket.id for ticket in self.memory.tickets if ticket.number == number)

    def _repeats(self) -> Iterator[str]:
        """What was seen twice has to be written down as perhaps repeated."""
        counted: Counter[str] = Counter()
        for row in self.memory.rows:
            counted[str(row.chat_id)] += row.maybe_repeated
        for customer in self.customers:
            extra = len(self._unrecorded(customer.chat, customer.person.id))
            if extra and not counted[str(customer.person.id)]:
                yield f"{customer.chat}: {extra} repeated messages, none of them counted"
        for chats in self.stage.chats.values():
            for chat in chats:
                extra = len(self._unrecorded(chat, int(chat)))
                moved = sum(counted[other] for other in chats)
                if extra and not moved:
                    yield f"group {chat}: {extra} repeated messages, none of them counted"

    def _unrecorded(self, chat: str, chat_id: int) -> list[str]:
        """Give the bot's messages in a chat that are no row's: each is a repetition."""
        known = {row.message_id for row in self.memory.rows if row.chat_id == chat_id}
        return [
            text_of(view)
            for view in self.stage.eye.chats[chat].values()
            if view["from"]["is_bot"] and view["kind"] != "service" and view["id"] not in known
        ]

    def _bot_texts(self, chat: str) -> list[str]:
        views = self.stage.eye.chats[chat]
        return [text for number, text in self.stage.eye.appeared[chat] if _by_bot(views[number])]

    def _counts(self) -> dict[str, int]:
        repeated = sum(row.maybe_repeated for row in self.memory.rows)
        seen = sum(len(self._unrecorded(c.chat, c.person.id)) for c in self.customers)
        for chats in self.stage.chats.values():
            seen += sum(len(self._unrecorded(chat, int(chat))) for chat in chats)
        return {
            "customers": len(self.customers),
            "complaints": sum(len(c.complaints) for c in self.customers),
            "customers' messages": sum(
                len(each.words) + len(each.added) for c in self.customers for each in c.complaints
            ),
            "tickets": len(self.memory.tickets),
            "answers of staff": len(self.desk.answers),
            "answers marked delivered": sum(a.delivered for a in self.desk.answers),
            "messages sent": sum(row.state is SendState.SENT for row in self.memory.rows),
            "counted as perhaps repeated": repeated,
            "seen twice": seen,
        }


def in_vain(row: Outgoing) -> tuple[str, ...]:
    """Give the failures that people have caused: they blocked, or deleted a topic with all in it.

    Staff are told of an answer that failed so; a mark or a note had its place there.
    """
    return {
        "answer": ("blocked", "message_gone"),
        "mark": ("blocked", "message_gone"),
        "delivered": ("message_gone",),
        "note": ("blocked", "topic_deleted"),
    }.get(row.purpose, ("blocked",))


def _by_bot(view: dict[str, dict[str, bool]]) -> bool:
    return view["from"]["is_bot"]


def _disorder(marks: Iterable[str], texts: list[str], where: str) -> Iterator[str]:
    """Tell when marks first appear in another order than the one in which they were written."""
    places = []
    for mark in marks:
        found = next(((i, t.index(mark)) for i, t in enumerate(texts) if mark in t), None)
        if found is not None:
            places.append((found, mark))
    if [place for place, _ in places] != sorted(place for place, _ in places):
        yield f"{where}: not in order: {[mark for _, mark in sorted(places)]}"
