"""Everybody's personal links in one file: a table for a mailing, or a sheet of cards to print.

Written page by page, so that a million customers take no more memory than a thousand. The file
appears when it is whole; whoever has it can come in as anybody who has not come yet, so only its
owner may read it.
"""

import contextlib
import csv
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO

from bot.core.ports import Database
from bot.core.services import Services
from bot.core.words import language_of
from bot.data.registration import deep_link
from bot.data.transfer.errors import TransferError
from bot.data.transfer.exporting import cell
from bot.data.transfer.sheet import Card, Sheet
from flows.entities import CustomerId

COLUMNS = ("ref", "name", "language", "link")
KINDS = (".csv", ".html")
_PAGE = 1000
_OWNER_ONLY = 0o600


class Writer(Protocol):
    """One form of the file."""

    def write(self, cards: Sequence[Card]) -> None:
        """Write some customers."""

    def end(self) -> None:
        """Write what comes last."""


@dataclass(frozen=True, slots=True)
class _Table:
    """CSV, one row per customer."""

    file: TextIO

    def write(self, cards: Sequence[Card]) -> None:
        writer = csv.writer(self.file)
        rows = ((card.ref, card.name, card.language, card.link) for card in cards)
        writer.writerows([cell(value) for value in row] for row in rows)

    def end(self) -> None:
        """Nothing comes last."""


async def write_links(
    database: Database,
    services: Services,
    username: str,
    target: Path,
    *,
    unlinked: bool,
    progress: Callable[[int], None],
) -> int:
    """Write the working links into `target` (its ending says how); give how many.

    `unlinked` leaves out customers who have come already; `progress` hears how many were written.
    Raises TransferError when the file cannot be written.
    """
    after, count = CustomerId(-1), 0
    with _written(target) as file:
        writer = _writer(file, services, target)
        while True:
            async with database.reading() as unit:
                doors = await unit.customers.doors(after, _PAGE, unlinked=unlinked)
            if not doors:
                break
            default = services.config.brand.default_language
            writer.write(
                [
                    Card(
                        door.ref,
                        door.name,
                        language_of(door.language, default=default),
                        deep_link(username, door.token),
                    )
                    for _, door in doors
                ]
            )
            after, count = doors[-1][0], count + len(doors)
            progress(count)
        writer.end()
    return count


def _writer(file: TextIO, services: Services, target: Path) -> Writer:
    if target.suffix.lower() == ".html":
        return Sheet(file, services.words, services.config.brand)
    csv.writer(file).writerow(COLUMNS)
    return _Table(file)


@contextlib.contextmanager
def _written(target: Path) -> Iterator[TextIO]:
    """Open a file beside `target` that takes its place when all has been written."""
    part = target.with_name(f".{target.name}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                yield file
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise TransferError(f"{target} cannot be written ({error.strerror}).") from None
