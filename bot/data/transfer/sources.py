"""What tables a file holds: a text is one, a workbook has one on each sheet."""

from collections.abc import Sequence

from bot.data.transfer.encodings import WORKBOOKS, Open
from bot.data.transfer.errors import TransferError
from bot.data.transfer.table import Source
from bot.data.transfer.text import TextSource
from bot.data.transfer.workbooks import sheets_of


def sources_of(
    opened: Open,
    name: str,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str = ",",
) -> Sequence[Source]:
    """The tables of a file. Reading a workbook takes seconds: not in the event loop.

    `sheet`: the only one that is wanted; `encoding`: of a text, else it is found out; `delimiter`:
    of the file in which rejected rows of a workbook come back. Raises TransferError.
    """
    with opened() as file:
        start = file.read(4)
    if start in WORKBOOKS and encoding is not None:
        raise TransferError(f"{name} is a workbook: it says itself in which encoding it is.")
    if start in WORKBOOKS:
        return sheets_of(opened, name, sheet=sheet, delimiter=delimiter)
    if sheet is not None:
        raise TransferError(f"{name} is no workbook, so it has no sheet {sheet!r}.")
    return [TextSource(opened, name, encoding)]
