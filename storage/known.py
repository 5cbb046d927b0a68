"""What a unit of work knows: values as it sees them, which of them it has changed, and shelves.

A value is known by its class and primary key. A shelf is all values of a class that share a
column, such as the entries of one ticket: once it was read, or when it belongs to something that
this unit has made itself, it is answered from memory with whatever the unit has changed since.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar

from storage.records import RECORDS

T = TypeVar("T")
Key = tuple[type, tuple[Any, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Shelf(Generic[T]):
    """The values of a class that share what is in these columns; a key is that value, or those.

    Each is named once and is equal to itself alone: it is looked up wherever a value changes.
    """

    cls: type[T]
    columns: tuple[str, ...]
    parent: type | None = None
    """Whose primary key the column names: what was made a moment ago has nothing stored."""
    locked: bool = False
    """Whether what a writing unit reads stays as it is until the unit ends (PostgreSQL)."""


class Known:
    """The values of one unit of work. Moments of going back are lengths of `undo`."""

    def __init__(self) -> None:
        self._values: dict[Key, Any] = {}
        self.stored: dict[Key, Any] = {}
        """The values as the database has them, as far as they were read or written."""
        self.dirty: dict[Key, None] = {}
        """What is to be written, in the order of the first change."""
        self._undo: list[tuple[Key, Any, bool]] = []
        self._absent: set[Key] = set()
        """Keys that were looked for in the database and are not there."""
        self._read: dict[Shelf[Any], set[Hashable]] = {}
        """The keys of each shelf that need not be read again."""
        self._made: dict[type, set[Hashable]] = {}
        """The keys of what this unit has made, which has nothing stored on any shelf."""
        self._places: dict[Shelf[Any], dict[Hashable, dict[Key, None]]] = {}
        self._of: dict[type, list[tuple[Shelf[Any], Any]]] = {}
        """The shelves in use of each class, and how a value's key on each is told."""

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def get(self, key: Key) -> Any:
        """A value as the unit sees it; None when it does not know it, or has deleted it."""
        return self._values.get(key)

    def settles(self, key: Key) -> bool:
        """Tell whether the database need not be asked for a value."""
        return key in self._values or key in self._absent or key in self.dirty

    # -- reading ---------------------------------------------------------------------------

    def see(self, cls: type, value: Any) -> Any:
        """Take in a value that was read; gives it as this unit sees it."""
        key = (cls, RECORDS[cls].key_of(value))
        if key in self._values:
            return self._values[key]
        if key in self.dirty:  # deleted here, and not written yet
            return None
        self.stored[key] = value
        self._put(key, value)
        return value

    def missing(self, keys: Iterable[Key]) -> None:
        """Remember that these were looked for; those that are not known are not there."""
        self._absent.update(key for key in keys if key not in self._values)

    # -- changing --------------------------------------------------------------------------

    def set(self, key: Key, value: Any) -> None:
        """Change a value, add it, or with None delete it."""
        self._undo.append((key, self._values.get(key), key in self.dirty))
        self._put(key, value)
        self.dirty[key] = None

    def made(self, cls: type, key: tuple[Any, ...]) -> None:
        """Note that a value is new: nothing that belongs to it is in the database."""
        if cls in SHELVES_OF:
            self._made.setdefault(cls, set()).add(key[0])

    def mark(self) -> int:
        """A point to go back to."""
        return len(self._undo)

    def rollback_to(self, mark: int) -> None:
        """Take back what was changed since then."""
        for key, before, was_dirty in reversed(self._undo[mark:]):
            if before is None and not was_dirty:
                self._forget(key)
            else:
                self._put(key, before)
            if not was_dirty:
                self.dirty.pop(key, None)
        del self._undo[mark:]

    def written(self, key: Key, value: Any) -> None:
        """Note that a change is in the database by now."""
        if value is None:
            self.stored.pop(key, None)
            self._forget(key)
            self._absent.add(key)
        else:
            self.stored[key] = value

    def expire(self) -> None:
        """Know no more than what is still to be written."""
        kept = {key: self._values[key] for key in self.dirty}
        self.stored = {key: row for key, row in self.stored.items() if key in self.dirty}
        self._values, self._absent = {}, set()
        self._read, self._made, self._places, self._of = {}, {}, {}, {}
        for key, value in kept.items():
            self._put(key, value)

    # -- shelves ---------------------------------------------------------------------------

    def unread(self, shelf: Shelf[Any], keys: Iterable[Hashable]) -> list[Any]:
        """Those keys of a shelf that have to be read."""
        nothing: set[Hashable] = set()
        read = self._read.get(shelf, nothing)
        made = nothing if shelf.parent is None else self._made.get(shelf.parent, nothing)
        return [key for key in dict.fromkeys(keys) if key not in read and key not in made]

    def read(self, shelf: Shelf[Any], keys: Iterable[Hashable]) -> None:
        """Note that all stored values with these keys are known by now."""
        self._read.setdefault(shelf, set()).update(keys)

    def on(self, shelf: Shelf[T], key: Hashable) -> Iterator[T]:
        """The values with this key, as the unit sees them."""
        if shelf not in self._places:
            self._begin(shelf)
        for each in self._places[shelf].get(key, ()):
            yield self._values[each]

    def _begin(self, shelf: Shelf[Any]) -> None:
        key_of = attrgetter(*shelf.columns)
        self._of.setdefault(shelf.cls, []).append((shelf, key_of))
        places = self._places[shelf] = {}
        for key, value in self._values.items():
            if key[0] is shelf.cls and value is not None:
                places.setdefault(key_of(value), {})[key] = None

    def _put(self, key: Key, value: Any) -> None:
        shelves = self._of.get(key[0])
        if shelves:
            self._move(shelves, key, self._values.get(key), value)
        self._values[key] = value

    def _forget(self, key: Key) -> None:
        before = self._values.pop(key, None)
        shelves = self._of.get(key[0])
        if shelves:
            self._move(shelves, key, before, None)

    def _move(
        self, shelves: Iterable[tuple[Shelf[Any], Any]], key: Key, before: Any, after: Any
    ) -> None:
        for shelf, key_of in shelves:
            places = self._places[shelf]
            old = None if before is None else key_of(before)
            new = None if after is None else key_of(after)
            if old == new and before is not None and after is not None:
                continue
            if before is not None:
                places[old].pop(key, None)
            if after is not None:
                places.setdefault(new, {})[key] = None


SHELVES_OF: set[type] = set()
"""The classes to whose values shelves belong; `shelf` adds to it."""


def shelf(
    cls: type[T], *columns: str, parent: type | None = None, locked: bool = False
) -> Shelf[T]:
    """Name a shelf: once, where its repository is."""
    made = Shelf(cls, columns, parent, locked)
    if parent is not None:
        SHELVES_OF.add(parent)
    return made
