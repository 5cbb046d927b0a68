"""From rows to the domain's values and back, by name."""

import dataclasses
import types
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from operator import attrgetter
from typing import Any, Union, get_args, get_origin, get_type_hints

from sqlalchemy import Result, Row, Select, Table, select

from flows import entities
from flows.entities.making import maker
from storage import tables


def _reader(hint: Any) -> Callable[[Any], Any] | None:
    """How a stored value becomes the field's type; None: as it is."""
    if get_origin(hint) in (Union, types.UnionType):
        inner = [_reader(arg) for arg in get_args(hint) if arg is not type(None)]
        read = inner[0]
        return None if read is None else (lambda value: None if value is None else read(value))
    if get_origin(hint) is tuple:
        return tuple
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {each.value: each for each in hint}.__getitem__
    return None


class Record:
    """How one class of values is kept in one table."""

    def __init__(self, cls: type, table: Table) -> None:
        self.cls = cls
        self.table = table
        self.fields = tuple(field.name for field in dataclasses.fields(cls))
        self.key = tuple(column.name for column in table.primary_key.columns)
        hints = get_type_hints(cls)
        self._readers = {
            name: read for name in self.fields if (read := _reader(hints[name])) is not None
        }
        self._in_places = tuple(
            (self.fields.index(name), read) for name, read in self._readers.items()
        )
        names = tuple(column.name for column in table.columns)
        whole: list[Any] = [table]
        if names != self.fields:
            whole = [table.c[name] for name in self.fields]
        self.all: Select[Any] = select(*whole)
        """A query over all columns. Made once, and of the table as a whole where its columns
        stand as the fields do: what a query is, SQLAlchemy asks of each column anew."""
        self._values = attrgetter(*self.fields)
        self._make = maker(cls)
        self._key = attrgetter(*self.key)

    def key_of(self, value: Any) -> tuple[Any, ...]:
        """The primary key of a value."""
        found = self._key(value)
        return found if len(self.key) > 1 else (found,)

    def to_row(self, value: Any) -> dict[str, Any]:
        """The columns of a value."""
        return dict(zip(self.fields, self._values(value), strict=True))

    def difference(self, before: Any, after: Any) -> dict[str, Any]:
        """The columns in which one value differs from another."""
        pairs = zip(self.fields, self._values(before), self._values(after), strict=True)
        return {name: new for name, old, new in pairs if new is not old and new != old}

    def from_row(self, row: Row[Any] | Mapping[str, Any]) -> Any:
        """Make the value from a row that has all its columns."""
        mapping = row if isinstance(row, Mapping) else row._mapping
        values = {name: mapping[name] for name in self.fields}
        for name, read in self._readers.items():
            values[name] = read(values[name])
        return self._make(*values.values())

    def from_rows(self, rows: Result[Any]) -> list[Any]:
        """Make the values from rows that have all its columns, and perhaps others."""
        if tuple(rows.keys()) != self.fields:
            return [self.from_row(row) for row in rows]
        return [self.in_order(row) for row in rows]

    def in_order(self, row: Iterable[Any]) -> Any:
        """Make the value from its columns, in the order of the fields."""
        values = list(row)
        for place, read in self._in_places:
            values[place] = read(values[place])
        return self._make(*values)


RECORDS: dict[type, Record] = {
    cls: Record(cls, table)
    for cls, table in (
        (entities.Customer, tables.customers),
        (entities.Account, tables.accounts),
        (entities.Link, tables.links),
        (entities.Alias, tables.aliases),
        (entities.Event, tables.events),
        (entities.Candidate, tables.candidates),
        (entities.Change, tables.changes),
        (entities.Theme, tables.themes),
        (entities.Ticket, tables.tickets),
        (entities.Entry, tables.entries),
        (entities.ClockLine, tables.clock_log),
        (entities.Notice, tables.notices),
        (entities.Draft, tables.drafts),
        (entities.Campaign, tables.campaigns),
        (entities.Story, tables.stories),
        (entities.StoryPost, tables.story_posts),
        (entities.Remedy, tables.remedies),
        (entities.Slot, tables.slots),
        (entities.Booking, tables.bookings),
        (entities.Passing, tables.passings),
        (entities.LedgerLine, tables.ledger),
        (entities.LedgerSum, tables.ledger_sums),
        (entities.Recall, tables.recalls),
        (entities.Participant, tables.participants),
        (entities.Hypothesis, tables.hypotheses),
        (entities.Assignment, tables.assignments),
        (entities.Conversation, tables.conversations),
        (entities.Visit, tables.visits),
        (entities.Remark, tables.remarks),
        (entities.Praise, tables.praises),
        (entities.MissedItem, tables.missed_items),
        (entities.LostSale, tables.lost_sales),
        (entities.Group, tables.groups),
        (entities.Admin, tables.admins),
        (entities.Member, tables.members),
        (entities.JournalLine, tables.journal),
        (entities.ConsolePass, tables.console_passes),
        (entities.Configuration, tables.configurations),
        (entities.Upload, tables.uploads),
        (entities.Import, tables.imports),
        (entities.Webhook, tables.webhooks),
        (entities.Timer, tables.timers),
        (entities.Fact, tables.facts),
        (entities.Counter, tables.counters),
    )
}
"""In the order in which they may be inserted: what is referred to comes first."""

OUTGOING = Record(entities.Outgoing, tables.outbox)
