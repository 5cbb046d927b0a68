"""Taking in a CSV file: good rows in batches, bad rows into a file of their own."""

import csv
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from bot.data.items import CustomerItem, EventItem, Faulty, Item, read_item
from bot.data.transfer.reading import Columns, Header, Row, check_encoding, open_table, progress_of

BATCH = 500
"""Rows in one unit of work: memory stays flat and other work gets its turn between two."""
_TAGS = re.compile(r"[,;|]")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: what its rows are and which columns it has."""

    name: str
    model: type[Item]
    columns: Columns


CUSTOMERS = Kind(
    "customers",
    CustomerItem,
    Columns(("ref",), ("name", "language", "time_zone", "phone", "tags", "stage", "value")),
)
EVENTS = Kind(
    "events",
    EventItem,
    Columns(("id", "customer", "type", "at"), ("period", "product", "withdrawn")),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row that could be read."""

    status: str
    reason: str = ""
    """Why it was rejected; empty: it was not."""


KINDS = {kind.name: kind for kind in (CUSTOMERS, EVENTS)}

Take = Callable[[Sequence[Any]], Awaitable[list[Outcome]]]
"""Takes in a batch of items, in a unit of work of its own, and tells of each what became of it."""


@dataclass(slots=True)
class Summary:
    """What became of a file."""

    counts: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    rejects: Path | None = None
    """Where the rejected rows are."""


async def import_file(
    path: Path,
    kind: Kind,
    take: Take,
    *,
    warn: Callable[[str], None],
    progress: Callable[[int], None],
) -> Summary:
    """Take in a file, a batch at a time; `progress` hears how many bytes have been read.

    An empty cell says nothing: what is known stays. Raises TransferError when the file is not
    UTF-8 or its header is wrong; nothing is taken then.
    """
    check_encoding(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, rows = open_table(file, path, kind.columns)
        for doubt in header.doubts:
            warn(doubt)
        with Rejects(path.with_suffix(".rejected.csv"), header) as rejects:
            return await _take_all(file, rows, _Batches(kind, header, take, rejects), progress)


async def _take_all(
    file: TextIO, rows: Iterator[Row], batches: "_Batches", progress: Callable[[int], None]
) -> Summary:
    read_so_far = progress_of(file)
    while batch := list(islice(rows, BATCH)):
        await batches.take(batch)
        progress(read_so_far())
    return batches.summary()


class Rejects:
    """The file of rejected rows, made when there is one: line, reason, and the row as it was.

    It can be mended and imported like any other: the first two columns are ignored.
    """

    def __init__(self, path: Path, header: Header) -> None:
        self.path = path
        self.count = 0
        self._header = header
        self._file: TextIO | None = None

    def __enter__(self) -> "Rejects":
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(self, *exc: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, row: Row, reason: str) -> None:
        """Put a row aside."""
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(["line", "reason", *self._header.names])
        csv.writer(self._file).writerow([row.line, reason, *row.cells])
        self.count += 1


class Sayings:
    """Says why a row cannot be taken: here in English, for the command line and its files."""

    def of_row(self, row: Row, header: Header) -> str:
        """Of a row that cannot be read, or has too many cells."""
        return row.fault

    def of_item(self, fault: Faulty) -> str:
        """Of a row whose cells cannot be taken."""
        return str(fault)


def read_row(kind: Kind, header: Header, row: Row, say: Sayings) -> Item | str:
    """What a row tells, or why it cannot be taken."""
    if row.fault:
        return say.of_row(row, header)
    told: dict[str, Any] = dict(header.cells_of(row))
    if "tags" in told:
        told["tags"] = [tag.strip() for tag in _TAGS.split(told["tags"])]
    try:
        return read_item(kind.model, told)
    except Faulty as error:
        return say.of_item(error)


class _Batches:
    """Checks rows, has the good ones taken and puts the others aside, in the file's order."""

    def __init__(self, kind: Kind, header: Header, take: Take, rejects: Rejects) -> None:
        self._kind, self._header, self._take, self._rejects = kind, header, take, rejects
        self._counts: Counter[str] = Counter()

    async def take(self, rows: Sequence[Row]) -> None:
        items = [(row, read_row(self._kind, self._header, row, Sayings())) for row in rows]
        good = [item for _, item in items if isinstance(item, Item)]
        outcomes = iter(await self._take(good) if good else [])
        for row, item in items:
            outcome = next(outcomes) if isinstance(item, Item) else Outcome("rejected", item)
            if outcome.reason:
                self._rejects.add(row, outcome.reason)
            else:
                self._counts[outcome.status] += 1

    def summary(self) -> Summary:
        rejected = self._rejects.count
        return Summary(self._counts, rejected, self._rejects.path if rejected else None)
