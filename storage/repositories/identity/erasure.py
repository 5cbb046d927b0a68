"""Erasing a person: nothing that tells who they were stays, the counts do.

Which rows go, and what is blanked in those that stay, is declared: at the columns
(`storage.tables.personal`) and for every family of facts. The rest is what no declaration can say.
"""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Table,
    Text,
    Update,
    and_,
    cast,
    delete,
    func,
    or_,
    select,
    text,
    update,
)

from flows.entities import NOT_SURE, Customer, RemarkKind, Ticket
from flows.entities.facts import FAMILIES, Family, Personal
from flows.entities.kinds import TIMERS, EntryKind, Purpose, Whose
from flows.entities.refs import Ref, RefKind
from storage.repositories.base import Repository, all_of, chunks
from storage.repositories.identity.naming import GONE, names_of, naming, scrubbed
from storage.tables import (
    accounts,
    aliases,
    bookings,
    candidates,
    conversations,
    customers,
    entries,
    facts,
    inbox,
    journal,
    metadata,
    notices,
    outbox,
    remarks,
    slots,
    tickets,
    timers,
)
from storage.tables.personal import Finds, blanks, finders, goes

UNSURE = RemarkKind.UNSURE.value
_BESIDE = (Purpose.ADMIN, Purpose.GUEST)
"""Why messages to the business name a customer without being in a ticket of theirs."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """Where a person has left traces, found before they are erased.

    All of it is typed: an id is looked for where such an id stands, and nowhere else. A word or a
    number that happens to be somebody's handle or ref is no trace of them.
    """

    customer: Customer
    telegram_ids: tuple[int, ...]
    tickets: tuple[Ticket, ...]
    refs: tuple[str, ...]
    """The `Ref`s of the customer and of what is theirs, as rows and the journal refer to them."""
    notices: tuple[int, ...]
    shown_at: tuple[datetime, ...]
    """When staff were shown words of the person that were not understood."""
    names: Mapping[str, frozenset[str]]
    """What identifies the person, by the field of the journal's data in which it may stand."""

    @property
    def changes(self) -> list[str]:
        """The subjects of messages about changes that quote the person's tickets."""
        ids = {ticket.change_id for ticket in self.tickets if ticket.change_id is not None}
        return [str(Ref(RefKind.CHANGE, number)) for number in sorted(ids)]


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
        """Its chat and its number there."""
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
        telegram_ids = tuple(person.telegram_id for person in people)
        ids = {
            name: await self._ids_of(table, customer)
            for name, table in (
                ("conversation", conversations),
                ("candidate", candidates),
                ("notice", notices),
            )
        }
        refs: dict[str, Sequence[int]] = {
            **ids,
            "customer": [customer.id],
            "ticket": [ticket.id for ticket in own],
            "account": telegram_ids,
            "chat": telegram_ids,
        }
        others = select(aliases.c.name).where(aliases.c.customer_id == customer.id)
        known_as = [row.name for row in await self._unit.run(others)]
        handles = [person.username for person in people]
        return Footprint(
            customer,
            telegram_ids,
            tuple(own),
            tuple(f"{kind}:{number}" for kind, numbers in refs.items() for number in numbers),
            tuple(ids["notice"]),
            await self._shown_at(customer),
            names_of(customer, telegram_ids, known_as, handles),
        )

    async def _ids_of(self, table: Table, customer: Customer) -> list[int]:
        query = select(table.c.id).where(table.c.customer_id == customer.id)
        return [row.id for row in await self._unit.run(query)]

    async def _shown_at(self, customer: Customer) -> tuple[datetime, ...]:
        mine = remarks.c.customer_id == customer.id, remarks.c.shown_at.is_not(None)
        query = select(remarks.c.shown_at).where(*mine).distinct()
        return tuple(row.shown_at for row in await self._unit.run(query))

    async def posted(self, found: Footprint, subjects: Collection[str]) -> list[Posted]:
        """Find what stands in staff's chats: the messages of the person's tickets, and others.

        The others are about these subjects, in the groups of the tickets. Has to be asked before
        the person is erased.
        """
        named = outbox.c.customer_id == found.customer.id, outbox.c.purpose.in_(_BESIDE)
        elsewhere = outbox.c.chat_id.not_in(found.telegram_ids)
        posted = [Posted(*row) for row in await self._sent(*named, elsewhere)]
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
            at_desk = or_(outbox.c.chat_id < 0, outbox.c.lane.like("ticket:%"))
            sent = await self._sent(at_desk, own)
            shown = select(entries.c.chat_id, entries.c.message_id, entries.c.at).where(
                entries.c.ticket_id.in_(part), entries.c.kind == EntryKind.SHOWN.value
            )
            rest = (await self._unit.run(shown)).all()
            posted += [Posted(row.chat_id, row.message_id, row.at) for row in (*sent, *rest)]
        # A change's card in the thread of a ticket is found both ways; it belongs to the ticket.
        return list({each.place: each for each in posted}.values())

    async def _sent(self, *conditions: ColumnElement[bool]) -> list[Any]:
        """Chat, number, time and subject of messages; edits are of the time of the first."""
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
        await self._delete_previews(found)
        await self._empty_updates(found, now)
        await self._scrub_journal(found)
        await self._delete_facts(found)
        await self._give_slots_back(found)
        await self._erase_rows(found)
        await self._erase_customer(found, new_ref)

    async def register(self) -> AsyncIterator[tuple[datetime, Mapping[str, Any]]]:
        """When somebody was erased, the earliest first, with who asked for it (`by`)."""
        lines = select(journal.c.at, journal.c.data).where(journal.c.kind == "forgotten")
        for row in await self._unit.run(lines.order_by(journal.c.id)):
            yield row.at, row.data

    async def _count(self, customer: Customer) -> None:
        """Keep how many there were: figures without a person."""
        await self._unit.reserve(f"{GONE}:customers", 1)
        for table, name in ((candidates, "outcome"), (conversations, "status")):
            column = table.c[name]
            query = select(column, func.count()).where(table.c.customer_id == customer.id)
            for value, count in (await self._unit.run(query.group_by(column))).all():
                await self._unit.reserve(f"{GONE}:{table.name}:{value}"[:64], count)

    async def _delete_previews(self, found: Footprint) -> None:
        """Messages that quote the person's words: about changes, and what was not understood."""
        about = outbox.c.subject.in_(found.changes), outbox.c.method == "sendMessage"
        await self._unit.run(delete(outbox).where(*about))
        for moments in chunks(found.shown_at):
            quoting = outbox.c.subject == NOT_SURE, outbox.c.created_at.in_(moments)
            await self._unit.run(delete(outbox).where(*quoting))
        await self._show_others_again(found)

    async def _show_others_again(self, found: Footprint) -> None:
        """Other people's words that stood in a message with the person's, which is deleted."""
        for part in chunks(found.shown_at):
            together = remarks.c.shown_at.in_(part), remarks.c.customer_id != found.customer.id
            unsettled = remarks.c.choice == "", remarks.c.ticket_id.is_(None)
            again = update(remarks).where(*together, *unsettled, remarks.c.kind == UNSURE)
            await self._unit.run(again.values(shown_at=None))

    async def _empty_updates(self, found: Footprint, now: datetime) -> None:
        """Empty what they wrote and what quotes them; that an update was handled stays."""
        if not found.telegram_ids:
            return
        column, before = inbox.c, inbox.c.received_at <= now
        theirs = column.lane.in_(found.telegram_ids)
        quoting = [column.payload.contains(str(number)) for number in found.telegram_ids]
        waits = before, column.state != "done"
        query = select(column.id, column.lane, column.payload).where(*waits, or_(theirs, *quoting))
        named = naming(found.telegram_ids)
        ids = [
            row.id
            for row in await self._unit.run(query)
            if row.lane in found.telegram_ids or named.search(row.payload)
        ]
        for part in chunks(ids):
            emptied = update(inbox).where(column.id.in_(part))
            await self._unit.run(emptied.values(state="done", payload="", error=""))
        await self._unit.run(update(inbox).where(before, theirs).values(lane=0))

    async def _scrub_journal(self, found: Footprint) -> None:
        """Empty the lines about the person, and take their names out of the others.

        Who did something as a member of staff stays: that is the office, whoever holds it.
        """
        theirs = {f"customer:{each}" for each in (*found.telegram_ids, found.customer.id)}
        data = cast(journal.c.data, Text)
        named = [
            data.contains(orjson.dumps(name).decode().strip('"'), autoescape=True)
            for name in set[str]().union(*found.names.values())
        ]
        about = [journal.c.subject.in_(part) for part in chunks(found.refs)]
        by_them = journal.c.actor.in_(theirs)
        lines = (await self._unit.run(select(journal).where(or_(by_them, *about, *named)))).all()
        refs = set(found.refs)
        for line in lines:
            is_theirs = line.subject in refs
            values = {
                "actor": f"customer:{GONE}" if line.actor in theirs else line.actor,
                "subject": GONE if is_theirs else line.subject,
                "data": {} if is_theirs else scrubbed(line.data, found.names),
            }
            kept = {"actor": line.actor, "subject": line.subject, "data": line.data}
            if values != kept:
                change: Update = update(journal).where(journal.c.id == line.id)
                await self._unit.run(change.values(values))

    async def _give_slots_back(self, found: Footprint) -> None:
        """The person's bookings go; whoever comes in their place finds room."""
        for mine in theirs_in(bookings, found):
            having = select(func.count()).where(bookings.c.slot_id == slots.c.id, mine)
            theirs = select(bookings.c.slot_id).where(mine)
            less = update(slots).where(slots.c.id.in_(theirs))
            await self._unit.run(less.values(booked=slots.c.booked - having.scalar_subquery()))
            await self._unit.run(delete(bookings).where(mine))

    async def _delete_facts(self, found: Footprint) -> None:
        """Facts in which their families find the person."""
        if not found.telegram_ids:
            return
        names: list[str] = []
        for family in FAMILIES.values():
            if family.personal is Personal.BY_NAME:
                names += await self._named(family, found.telegram_ids)
            elif family.personal is Personal.BY_VALUE:
                names += await self._valued(family, found.telegram_ids)
        for part in chunks(names):
            await self._unit.run(delete(facts).where(facts.c.name.in_(part)))

    async def _named(self, family: Family, telegram_ids: Collection[int]) -> list[str]:
        """The names of a family's facts that end with one of these ids."""
        ends = or_(*(facts.c.name.endswith(f":{number}") for number in telegram_ids))
        begins = facts.c.name.startswith(family.name, autoescape=True)
        return [row.name for row in await self._unit.run(select(facts.c.name).where(begins, ends))]

    async def _valued(self, family: Family, telegram_ids: Collection[int]) -> list[str]:
        """The names of a family's facts whose values have one of these ids."""
        said = or_(*(facts.c.value.contains(str(number)) for number in telegram_ids))
        begins = facts.c.name.startswith(family.name, autoescape=True)
        rows = (await self._unit.run(select(facts).where(begins, said))).all()
        return [row.name for row in rows if orjson.loads(row.value)["id"] in telegram_ids]

    async def _erase_rows(self, found: Footprint) -> None:
        """What the columns declare, beginning with what refers to other rows."""
        for table in reversed(metadata.sorted_tables):
            if table is not customers:
                for theirs in theirs_in(table, found):
                    await self._erase_found(table, theirs)

    async def _erase_found(self, table: Table, theirs: ColumnElement[bool]) -> None:
        if goes(table):
            await self._unit.run(delete(table).where(theirs))
            return
        for only, values in blanks(table):
            blank = update(table).where(theirs)
            if only is not None:
                name, value = only
                blank = blank.where(table.c[name] == value)
            await self._unit.run(blank.values(values))

    async def _erase_customer(self, found: Footprint, new_ref: str) -> None:
        """Tickets and notices refer to the customer's row, so it stays when there are any."""
        mine = customers.c.id == found.customer.id
        if not found.tickets:
            await self._unit.run(delete(customers).where(mine))
            return
        [(_, values)] = blanks(customers)
        await self._unit.run(update(customers).where(mine).values(ref=new_ref, **values))


def theirs_in(table: Table, found: Footprint) -> Iterator[ColumnElement[bool]]:
    """The conditions by which the person's rows of a table are found, one after the other."""
    known: dict[Finds, Sequence[object]] = {
        Finds.CUSTOMER: [found.customer.id],
        Finds.CHAT: found.telegram_ids,
        Finds.TICKET: [ticket.id for ticket in found.tickets],
        Finds.SUBJECT: found.refs,
    }
    for column, finds in finders(table).items():
        if finds is Finds.TIMER:
            yield from _timers(found)
        elif finds is Finds.PARENT:
            [referred] = (key.column for key in column.foreign_keys)
            for theirs in theirs_in(referred.table, found):
                yield column.in_(select(referred).where(theirs))
        else:
            yield from (column.in_(part) for part in chunks(known[finds]))


def _timers(found: Footprint) -> Iterator[ColumnElement[bool]]:
    """The person's timers, by what each kind has of a person."""
    column = timers.c
    for kind, whose in TIMERS.items():
        if whose is Whose.NOTICE:
            refs = [str(Ref(RefKind.NOTICE, number)) for number in found.notices]
            yield from (
                and_(column.kind == kind.value, column.subject.in_(part)) for part in chunks(refs)
            )
        elif whose is Whose.TICKET:
            numbers = [str(ticket.id) for ticket in found.tickets]
            yield from (
                and_(column.kind == kind.value, column.subject.in_(part))
                for part in chunks(numbers)
            )
        elif whose is Whose.ACCOUNTS:
            named = [_text(name).in_([str(found.customer.id)]) for name in ("customer", "from")]
            named.append(_text("account").in_([str(each) for each in found.telegram_ids]))
            yield and_(column.kind == kind.value, or_(*named))


def _text(name: str) -> ColumnElement[str]:
    text_of: ColumnElement[str] = timers.c.data[name].as_string()
    return text_of
