"""What erasing a person does, said where the columns are: `info=` of every column.

Erasing (`storage.repositories.identity.erasure`) is derived from it. A table has rows of a person
when a column says what it finds them by. They are deleted when its columns go with the row, or
stay with what names the person blanked.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from sqlalchemy import Column, MetaData, Table

Info = dict[Any, Any]
_KEY = "personal"


class Fate(Enum):
    """What becomes of a column's content when a person is erased."""

    NOTHING_PERSONAL = auto()
    """Nothing: it says nothing of a customer."""
    OF_STAFF = auto()
    """Nothing: it says what members of staff did, as staff. In a row that goes it goes along."""
    FIGURE = auto()
    """It stays: it is about the person, and does not tell who they were."""
    WITH_ROW = auto()
    """It goes with the row."""
    BLANKED = auto()
    """Something that names nobody takes its place."""
    BY_CODE = auto()
    """What no declaration can say: see the erasing itself."""


class Finds(Enum):
    """What of a person a column holds, so that their rows are found by it."""

    CUSTOMER = auto()
    """The customer's id."""
    CHAT = auto()
    """The Telegram id of one of their accounts."""
    TICKET = auto()
    """The id of one of their tickets."""
    SUBJECT = auto()
    """The `Ref` of them, or of something that is theirs."""
    TIMER = auto()
    """What a timer is about, which its kind says how to read (`flows.entities.kinds.TIMERS`)."""
    PARENT = auto()
    """The key of a row that is theirs, in the table that the column refers to."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a column says of a person, and what erasing them does about it."""

    fate: Fate
    finds: Finds | None = None
    blank: object = None
    """What takes its place, when it is blanked."""
    only: tuple[str, object] | None = None
    """A column and its value: blanked in rows that have it, and in no others."""


NOTHING_PERSONAL: Info = {_KEY: Declaration(Fate.NOTHING_PERSONAL)}
OF_STAFF: Info = {_KEY: Declaration(Fate.OF_STAFF)}
FIGURE: Info = {_KEY: Declaration(Fate.FIGURE)}
WITH_ROW: Info = {_KEY: Declaration(Fate.WITH_ROW)}
BY_CODE: Info = {_KEY: Declaration(Fate.BY_CODE)}


def blanked(value: object, *, only: tuple[str, object] | None = None) -> Info:
    """Say that `value` takes the place of what stands in a column."""
    return {_KEY: Declaration(Fate.BLANKED, blank=value, only=only)}


def finding(finds: Finds, info: Info) -> Info:
    """Say that the person's rows are found by a column, beside what becomes of it."""
    return {_KEY: replace(info[_KEY], finds=finds)}


def personal(column: Column[Any]) -> Declaration:
    """What a column says of a person. Raises LookupError when it says nothing."""
    said: Declaration | None = column.info.get(_KEY)
    if said is None:
        raise LookupError(f"{column} does not say what erasing a person does with it")
    return said


def personal_columns(metadata: MetaData) -> dict[Table, tuple[Column[Any], ...]]:
    """The columns that say something of a customer, of the tables that have any."""
    fates = (Fate.FIGURE, Fate.WITH_ROW, Fate.BLANKED, Fate.BY_CODE)
    found = {
        table: _columns(table, lambda said: said.fate in fates)
        for table in metadata.tables.values()
    }
    return {table: columns for table, columns in found.items() if columns}


def finders(table: Table) -> dict[Column[Any], Finds]:
    """The columns of a table by which a person's rows are found."""
    found = {column: personal(column).finds for column in table.columns}
    return {column: finds for column, finds in found.items() if finds is not None}


def goes(table: Table) -> bool:
    """Whether a person's rows of a table are deleted."""
    return bool(_columns(table, lambda said: said.fate is Fate.WITH_ROW))


def blanks(table: Table) -> list[tuple[tuple[str, object] | None, dict[str, object]]]:
    """What takes which columns' place in a person's rows, by the rows' condition (`only`)."""
    found: dict[tuple[str, object] | None, dict[str, object]] = {}
    for column in _columns(table, lambda said: said.fate is Fate.BLANKED):
        said = personal(column)
        found.setdefault(said.only, {})[column.name] = said.blank
    return list(found.items())


def _columns(table: Table, fits: Callable[[Declaration], bool]) -> tuple[Column[Any], ...]:
    return tuple(column for column in table.columns if fits(personal(column)))
