"""Erasing a person: nothing that tells who they were stays, the counts do."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    Update,
    cast,
    delete,
    func,
    or_,
    select,
    text,
    update,
)

from flows.entities import NOT_SURE, Consent, Customer, RemarkKind, Ticket
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import (
    accounts,
    aliases,
    candidates,
    conversations,
    customers,
    entries,
    events,
    facts,
    inbox,
    journal,
    links,
    notices,
    outbox,
    remarks,
    tickets,
    timers,
    upload_faults,
    uploads,
)

GONE = "forgotten"
"""Stands where a name stood."""
UNSURE = RemarkKind.UNSURE.value
_SUBJECTS = ("customer", "account", "chat", "conversation", "candidate", "ticket", "notice")
_LONG = 5
"""Marks of at least so many characters are looked for inside longer texts too."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """Where a person has left traces, found before they are erased."""

    customer: Customer
    telegram_ids: tuple[int, ...]
    tickets: tuple[Ticket, ...]
    ids: tuple[int, ...]
    """Of the customer, conversations, candidates, tickets and notices."""
    shown_at: tuple[datetime, ...]
    """When staff were shown words of the person that were not understood."""
    marks: frozenset[str]
    """What identifies the person: ref, phone, ids, user names."""

    @property
    def changes(self) -> list[str]:
        """Give the subjects of messages about changes that quote the person's tickets."""
        ids = {ticket.change_id for ticket in self.tickets if ticket.change_id is not None}
        return [f"change:{number}" for number in sorted(ids)]

    @property
    def subjects(self) -> list[str]:
        """Give the names under which timers, messages and the journal refer to the person."""
        keys = [*map(str, self.ids), *map(str, self.telegram_ids), self.customer.ref]
        return [*keys, *(f"{kind}:{key}" for kind in _SUBJECTS for key in keys)]


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that the bot has written into a staff group."""

    chat_id: int
    message_id: int
    at: datetime
    """When it was sent; it may have been edited since."""
    subject: str = ""
    """As in the outbox; empty for one that belongs to a ticket of the person."""

    @property
    def place(self) -> tuple[int, int]:
        """Give its chat and its number there."""
        return self.chat_id, self.message_id


class Erasure(Repository):
    """Forgets one person in every table."""

    async def footprint(self, customer: Customer) -> Footprint:
        """Find everything that belongs to a customer."""
        people = (
            await self._unit.run(select(accounts).where(accounts.c.customer_id == customer.id))
        ).all()
        own = await self._unit.find(
            Ticket, all_of(Ticket).where(tickets.c.customer_id == customer.id)
        )
        ids = [customer.id, *(ticket.id for ticket in own)]
        for table in (conversations, candidates, notices):
            query = select(table.c.id).where(table.c.customer_id == customer.id)
            ids += [row.id for row in await self._unit.run(query)]
        names = (person.username for person in people)
        telegram_ids = tuple(person.telegram_id for person in people)
        others = select(aliases.c.name).where(aliases.c.customer_id == customer.id)
        known_as = [row.name for row in await self._unit.run(others)]
        marks = {customer.ref, customer.phone, *names, *known_as}
        marks |= {*map(str, telegram_ids), str(customer.id)}
        return Footprint(
            customer,
            telegram_ids,
            tuple(own),
            tuple(ids),
            await self._shown_at(customer),
            frozenset(marks - {""}),
        )

    async def _shown_at(self, customer: Customer) -> tuple[datetime, ...]:
        mine = remarks.c.customer_id == customer.id, remarks.c.shown_at.is_not(None)
        query = select(remarks.c.shown_at).where(*mine).distinct()
        return tuple(row.shown_at for row in await self._unit.run(query))

    async def posted(self, found: Footprint, subjects: Collection[str]) -> list[Posted]:
        """Find what stands in staff groups: the messages of the person's tickets, and others.

        The others are about these subjects, in the groups of the tickets. Has to be asked before
        the person is erased.
        """
        posted: list[Posted] = []
        groups = {each.group_chat_id for each in found.tickets if each.group_chat_id is not None}
        for names in chunks(subjects):
            about = outbox.c.subject.in_(names)
            sent = await self._sent(outbox.c.chat_id.in_(groups), about)
            posted += [Posted(*row) for row in sent]
        for moments in chunks(found.shown_at):
            with_theirs = outbox.c.created_at.in_(moments)
            sent = await self._sent(outbox.c.subject == NOT_SURE, with_theirs)
            posted += [Posted(*row) for row in sent]
        for part in chunks(ticket.id for ticket in found.tickets):
            own = outbox.c.ticket_id.in_(part)
            sent = await self._sent(outbox.c.chat_id < 0, own)
            shown = select(entries.c.chat_id, entries.c.message_id, entries.c.at).where(
                entries.c.ticket_id.in_(part), entries.c.kind == "shown"
            )
            rest = (await self._unit.run(shown)).all()
            posted += [Posted(row.chat_id, row.message_id, row.at) for row in (*sent, *rest)]
        # A change's card in the thread of a ticket is found both ways; it belongs to the ticket.
        return list({each.place: each for each in posted}.values())

    async def _sent(self, *conditions: ColumnElement[bool]) -> list[Any]:
        """Give chat, number, time and subject of messages; edits are of the time of the first."""
        column = outbox.c
        query = (
            select(
                column.chat_id,
                column.message_id,
                func.min(column.sent_at).label("at"),
                func.max(column.subject).label("subject"),
            )
            .where(*conditions, column.message_id.is_not(None), column.sent_at.is_not(None))
            .group_by(column.chat_id, column.message_id)
        )
        return list((await self._unit.run(query)).all())

    async def erase(self, found: Footprint, now: datetime, new_ref: str) -> None:
        """Erase a person; the tickets' bare figures stay under `new_ref`, which names nobody.

        Updates that came before `now` and were not handled yet are dropped.
        """
        if not self._unit.is_postgres:
            await self._unit.run(text("PRAGMA secure_delete = ON"))
        await self._count(found.customer)
        await self._erase_messages(found, now)
        await self._blank_tickets(found)
        await self._scrub_journal(found)
        await self._delete_rows(found)
        await self._blank_customer(found, new_ref)

    async def _count(self, customer: Customer) -> None:
        """Keep how many there were: figures without a person."""
        await self._unit.reserve(f"{GONE}:customers", 1)
        for table, name in ((candidates, "outcome"), (conversations, "status")):
            column = table.c[name]
            query = select(column, func.count()).where(table.c.customer_id == customer.id)
            for value, count in (await self._unit.run(query.group_by(column))).all():
                await self._unit.reserve(f"{GONE}:{table.name}:{value}"[:64], count)

    async def _erase_messages(self, found: Footprint, now: datetime) -> None:
        own_tickets = [ticket.id for ticket in found.tickets]
        conditions = (
            (outbox.c.customer_id, [found.customer.id]),
            (outbox.c.chat_id, found.telegram_ids),
            (outbox.c.ticket_id, own_tickets),
            (outbox.c.subject, found.subjects),
        )
        for column, values in conditions:
            for part in chunks(values):
                await self._unit.run(delete(outbox).where(column.in_(part)))
        for moments in chunks(found.shown_at):
            quoting = outbox.c.subject == NOT_SURE, outbox.c.created_at.in_(moments)
            await self._unit.run(delete(outbox).where(*quoting))
        previews = outbox.c.subject.in_(found.changes), outbox.c.method == "sendMessage"
        await self._unit.run(delete(outbox).where(*previews))
        await self._erase_updates(found, now)

    async def _erase_updates(self, found: Footprint, now: datetime) -> None:
        """Empty what they wrote and what quotes them; that an update was handled stays."""
        if not found.telegram_ids:
            return
        theirs = inbox.c.lane.in_(found.telegram_ids)
        quoting = [inbox.c.payload.contains(str(number)) for number in found.telegram_ids]
        before = inbox.c.received_at <= now
        await self._unit.run(
            update(inbox)
            .where(before, inbox.c.state != "done", or_(theirs, *quoting))
            .values(state="done", payload="", error="")
        )
        await self._unit.run(update(inbox).where(before, theirs).values(lane=0))

    async def _blank_tickets(self, found: Footprint) -> None:
        blank = update(tickets).where(tickets.c.customer_id == found.customer.id)
        await self._unit.run(
            blank.values(
                chat_id=0,
                words="",
                wish="",
                resolution="",
                conversation_id=None,
                candidate_id=None,
                topic_id=None,
                card_message_id=None,
            )
        )
        for part in chunks(ticket.id for ticket in found.tickets):
            mine = entries.c.ticket_id.in_(part)
            wiped: dict[str, Any] = {"text": "", "file": {}, "album": "", "outbox_id": None}
            await self._unit.run(update(entries).where(mine).values(wiped))
            nobody: dict[str, Any] = {
                "author_id": None,
                "author_name": "",
                "chat_id": None,
                "message_id": None,
            }
            theirs = entries.c.side == "customer"
            await self._unit.run(update(entries).where(mine, theirs).values(nobody))
        silent = update(notices).where(notices.c.customer_id == found.customer.id)
        await self._unit.run(silent.values(chat_id=0))

    async def _scrub_journal(self, found: Footprint) -> None:
        subjects = set(found.subjects)
        lines = (await self._unit.run(select(journal).where(_mentions(found, subjects)))).all()
        for line in lines:
            about = line.subject in subjects
            values = {
                "actor": scrubbed(line.actor, found.marks),
                "subject": GONE if about else scrubbed(line.subject, found.marks),
                "data": {} if about else scrubbed(line.data, found.marks),
            }
            change: Update = update(journal).where(journal.c.id == line.id)
            await self._unit.run(change.values(values))

    async def _delete_rows(self, found: Footprint) -> None:
        mine = found.customer.id
        for part in chunks(found.subjects):
            await self._unit.run(delete(timers).where(timers.c.subject.in_(part)))
        for number in (*found.telegram_ids, mine):
            said = cast(timers.c.data, Text).contains(str(number))
            await self._unit.run(delete(timers).where(said))
            named = facts.c.name.endswith(f":{number}", autoescape=True)
            await self._unit.run(delete(facts).where(named))
        await self._delete_uploads(found)
        await self._show_others_again(found)
        for table in (conversations, remarks, candidates, events, links, accounts, aliases):
            await self._unit.run(delete(table).where(table.c.customer_id == mine))

    async def _show_others_again(self, found: Footprint) -> None:
        """Other people's words that stood in a message with the person's, which is deleted."""
        for part in chunks(found.shown_at):
            together = remarks.c.shown_at.in_(part), remarks.c.customer_id != found.customer.id
            unsettled = remarks.c.choice == "", remarks.c.ticket_id.is_(None)
            again = update(remarks).where(*together, *unsettled, remarks.c.kind == UNSURE)
            await self._unit.run(again.values(shown_at=None))

    async def _delete_uploads(self, found: Footprint) -> None:
        """Files that the person sent as an admin."""
        theirs = uploads.c.chat_id.in_(found.telegram_ids)
        own = select(uploads.c.id).where(theirs).scalar_subquery()
        await self._unit.run(delete(upload_faults).where(upload_faults.c.upload_id.in_(own)))
        await self._unit.run(delete(uploads).where(theirs))

    async def _blank_customer(self, found: Footprint, new_ref: str) -> None:
        """Tickets and notices refer to the customer's row, so it stays when there are any."""
        mine = customers.c.id == found.customer.id
        if not found.tickets:
            await self._unit.run(delete(customers).where(mine))
            return
        await self._unit.run(
            update(customers)
            .where(mine)
            .values(
                ref=new_ref,
                name="",
                language="",
                time_zone="",
                phone="",
                tags=[],
                stage="",
                value=None,
                consent=Consent.REFUSED.value,
                consent_at=None,
                stopped_at=None,
                stopped=["*"],
            )
        )


def _mentions(found: Footprint, subjects: Collection[str]) -> ColumnElement[bool]:
    """Lines about the person, and lines that name them."""
    data = cast(journal.c.data, Text)
    named: list[ColumnElement[bool]] = []
    for mark in found.marks:
        looked_for = mark if len(mark) >= _LONG else f'"{mark}"'
        named += [
            data.contains(looked_for, autoescape=True),
            journal.c.subject.contains(mark, autoescape=True),
            journal.c.actor.contains(mark, autoescape=True),
        ]
    return or_(*(journal.c.subject.in_(part) for part in chunks(subjects)), *named)


def scrubbed(value: Any, marks: Iterable[str]) -> Any:
    """Give a value in which nothing names the person.

    Short marks count only as a whole word of a `kind:mark` name, or every `7` would be one.
    """
    if isinstance(value, str):
        return _scrubbed_text(value, marks)
    if isinstance(value, Mapping):
        return {scrubbed(key, marks): scrubbed(each, marks) for key, each in value.items()}
    if isinstance(value, list):
        return [scrubbed(each, marks) for each in value]
    if isinstance(value, int) and len(str(value)) >= _LONG and str(value) in set(marks):
        return 0
    return value


def _scrubbed_text(value: str, marks: Iterable[str]) -> str:
    parts = [GONE if part in set(marks) else part for part in value.split(":")]
    value = ":".join(parts)
    for mark in marks:
        if len(mark) >= _LONG:
            value = value.replace(mark, GONE)
    return value
