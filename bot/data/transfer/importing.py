"""Taking in a table: good rows in batches, what is wrong with others into a file of its own."""

import contextlib
import csv
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from bot.data.transfer.cells import Reading
from bot.data.transfer.kinds import CUSTOMERS, EVENTS, KINDS, ORDERS, Kind
from bot.data.transfer.layouts import Chosen
from bot.data.transfer.reading import Header, Row, in_words
from bot.data.transfer.sources import sources_of
from bot.data.transfer.table import ERASED, Outcome, Shapes, Table

__all__ = [
    "CUSTOMERS",
    "EVENTS",
    "KINDS",
    "ORDERS",
    "Kind",
    "Outcome",
    "Summary",
    "Take",
    "import_file",
]

BATCH = 500
"""Rows in one unit of work: memory stays flat and other work gets its turn between two."""
_NAMED = 5
"""Contradictions that are named before anything is taken; all are in the file of rejects."""


Take = Callable[[Sequence[Any]], Awaitable[list[Outcome]]]
"""Takes in a batch of items, in a unit of work of its own, and tells of each what became of it."""


@dataclass(slots=True)
class Summary:
    """What became of a file."""

    counts: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    incomplete: int = 0
    """Rows that were taken without some of their cells."""
    erased: int = 0
    """Rejected rows that are of people who were erased."""
    rejects: Path | None = None
    """Where the rejected and the incomplete rows are."""
    columns: tuple[str, ...] = ()
    """As they are called in the file."""


async def import_file(
    path: Path,
    kind: Kind | None,
    take: Take,
    *,
    warn: Callable[[str], None],
    progress: Callable[[float], None],
    reading: Reading | None = None,
    chosen: Chosen | None = None,
    shapes: Shapes | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str = ",",
) -> Summary:
    """Take in a file, a batch at a time; `progress` hears which share has been read.

    `kind`: None for the one that fits; `sheet`: of a workbook, None for the first with a table;
    `encoding`: of a text, None: it is found out; `delimiter`: of the file in which a workbook's
    rejected rows are.

    An empty cell says nothing: what is known stays. Raises TransferError when the file is no
    table or its header is wrong; nothing is taken then.
    """
    sources = sources_of(
        lambda: path.open("rb"), str(path), sheet=sheet, encoding=encoding, delimiter=delimiter
    )
    kinds = list(KINDS.values()) if kind is None else [kind]
    table = Table(sources, kinds, reading=reading, chosen=chosen, shapes=shapes)
    if table.is_remembered:
        warn("Its columns are read as was said of a file with the same ones.")
    if table.others:
        others = ", ".join(map(repr, table.others))
        warn(f"Read is the sheet {table.source.sheet!r}; left alone are {others} (see --sheet).")
    if table.source.guessed:
        warn(
            f"Its letters are read as {table.source.guessed}: "
            f"{', '.join(table.source.doubtful())}. Should that look wrong, name the encoding "
            "(--encoding koi8-r), or save it as CSV UTF-8."
        )
    for doubt in table.header.doubts:
        warn(in_words(doubt))
    _warn_of_conflicts(table, warn)
    with (
        contextlib.closing(table.open()) as rows,
        Rejects(path.with_suffix(".rejected.csv"), table.header) as rejects,
    ):
        batches, size = _Batches(table, take, rejects), max(1, table.source.size)
        while batch := list(islice(rows, BATCH)):
            await batches.take(batch)
            progress(min(1.0, rows.position / size))
        return replace(batches.summary(), columns=table.header.names)


def _warn_of_conflicts(table: Table, warn: Callable[[str], None]) -> None:
    """Name the rows that contradict one another, before anything is taken; none of them is."""
    survey = table.look_through()
    if not survey.rows:
        warn("There are no rows below the header.")
    if survey.doubtful:
        warn(
            f"Dates such as {survey.doubtful} may be two. Say which stands first: --day-first or "
            "--month-first."
        )
    if table.header.layout is not None:
        warn(f"Read as an export of {table.header.layout.name}.")
    named = dict.fromkeys(survey.conflicts.values())
    for conflict in list(named)[:_NAMED]:
        lines = ", ".join(map(str, conflict.lines[:_NAMED]))
        columns = ", ".join(conflict.columns)
        warn(f"Lines {lines} are about the same {table.kind.key} and differ in {columns}.")
    if named:
        warn(f"Rows that contradict one another: {len(survey.conflicts)}. They are not taken.")


class Rejects:
    """The file of what was not taken, made when there is any: line, reason, the row as it was.

    It can be mended and imported like any other: the first two columns are ignored. It is written
    as the file was, so that it opens in the same program.
    """

    def __init__(self, path: Path, header: Header) -> None:
        self.path = path
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
        first = self._file is None
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
        writer = csv.writer(self._file, delimiter=self._header.delimiter)
        if first:
            writer.writerow(["line", "reason", *self._header.names])
        for cells in (row.cells, *row.also):
            writer.writerow([row.line, reason, *cells])


class _Batches:
    """Checks rows, has the good ones taken and puts the others aside, in the file's order."""

    def __init__(self, table: Table, take: Take, rejects: Rejects) -> None:
        self._table, self._take, self._rejects = table, take, rejects
        self._counts: Counter[str] = Counter()
        self._rejected = self._incomplete = self._erased = 0

    async def take(self, rows: Sequence[Row]) -> None:
        read = [self._table.read(row) for row in rows]
        good = [each.item for each in read if each.item is not None]
        outcomes = iter(await self._take(good) if good else [])
        for each in read:
            outcome = next(outcomes) if each.item is not None else Outcome("", each.reason)
            if outcome.reason:
                self._rejects.add(each.row, outcome.reason)
                self._rejected += 1
                self._erased += outcome.beside == ERASED
                continue
            self._counts[outcome.status] += 1
            if each.reason:
                self._rejects.add(each.row, each.reason)
                self._incomplete += 1

    def summary(self) -> Summary:
        aside = self._rejected + self._incomplete
        rejects = self._rejects.path if aside else None
        return Summary(self._counts, self._rejected, self._incomplete, self._erased, rejects)
