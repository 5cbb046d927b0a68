"""A table that came as a message: which kind it is, and its rows."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from bot.data.transfer.cells import Reading
from bot.data.transfer.kinds import KINDS
from bot.data.transfer.reading import Header, Row
from bot.data.transfer.table import ReadRow, Sayings, Shapes, Source, Table


class Sheet:
    """A file's rows, read from the first to the last."""

    def __init__(
        self, sources: Sequence[Source], say: Sayings, reading: Reading, shapes: Shapes
    ) -> None:
        """Find out what the file is, and look it through. Raises TransferError."""
        table = Table(sources, list(KINDS.values()), reading=reading, shapes=shapes, say=say)
        table.look_through()
        self.table = table
        self._rows = table.open()
        self.position = 0
        """Rows given so far; blank ones do not count."""

    def take(self, count: int) -> list[ReadRow]:
        """The next rows with what they tell, or why they cannot be taken."""
        rows = list(islice(self._rows, count))
        self.position += len(rows)
        return [self.table.read(row) for row in rows]

    def skip(self, count: int) -> int:
        """Pass over rows without looking at them; give how many there were."""
        passed = sum(1 for _ in islice(self._rows, count))
        self.position += passed
        return passed


def rejects(header: Header, rows: Iterable[Row], reasons: Mapping[int, str]) -> bytes:
    """A file of the rows with a reason: mended, it can be sent again like any other."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=header.delimiter)
    writer.writerow(["line", "reason", *header.names])
    for row in rows:
        if row.line in reasons:
            for cells in (row.cells, *row.also):
                writer.writerow([row.line, reasons[row.line], *cells])
    return made.getvalue().encode("utf-8-sig")
