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
from itertools import islice
from pathlib import Path
from typing import Protocol, TextIO

from bot.core.ports import Database
from bot.core.services import Services
from bot.core.words import language_of
from bot.data.items import EventItem
from bot.data.named import NamedCustomer
from bot.data.orders import OrderItem
from bot.data.registration import deep_link
from bot.data.transfer.cells import Reading, country_of_zone, separator_of
from bot.data.transfer.errors import TransferError
from bot.data.transfer.exporting import cell
from bot.data.transfer.kinds import KINDS as ROWS
from bot.data.transfer.maps import shapes
from bot.data.transfer.sheet import Card, Sheet
from bot.data.transfer.sources import sources_of
from bot.data.transfer.table import ReadRow, Table
from flows import system_faults
from flows.entities import CustomerId

COLUMNS = ("ref", "name", "language", "link")
KINDS = (".csv", ".html")
LINK_COLUMN = "verso_link"
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


async def write_beside(
    database: Database, services: Services, username: str, source: Path, target: Path
) -> tuple[int, int]:
    """Write the rows of a list as they are, each with its customer's link in a column more.

    So a mailing has the addresses, which are not kept here. Gives how many rows there are, and of
    how many the customer has a working link. Raises TransferError.
    """
    zone = services.config.brand.time_zone
    reading = Reading(zone, country_of_zone(zone))
    kinds = list(ROWS.values())
    async with database.reading() as unit:
        known = await shapes(unit)
    sign = separator_of(services.config.brand.default_language)
    sources = sources_of(lambda: source.open("rb"), str(source), delimiter=sign)
    table = Table(sources, kinds, reading=reading, shapes=known)
    rows_there = found = 0
    with contextlib.closing(table.open()) as rows, _written(target) as file:
        writer = csv.writer(file, delimiter=table.header.delimiter)
        writer.writerow([*table.header.names, LINK_COLUMN])
        while batch := list(islice(rows, _PAGE)):
            tokens = await _tokens(database, [table.read(row) for row in batch])
            for row, token in zip(batch, tokens, strict=True):
                link = deep_link(username, token) if token else ""
                empty = [""] * (len(table.header.names) - len(row.cells))
                writer.writerow([*row.cells, *empty, link])
                writer.writerows(row.also)
                rows_there, found = rows_there + 1, found + bool(link)
    return rows_there, found


async def _tokens(database: Database, rows: Sequence[ReadRow]) -> list[str]:
    """Of each row the token of whom it is about; empty: nobody who has a working link."""
    named = [_names(row) for row in rows]
    async with database.reading() as unit:
        people = await unit.customers.by_refs({name for names in named for name in names})
        links = await unit.customers.links_of_many({each.id for each in people.values()})
    tokens = {name: links[each.id].token for name, each in people.items() if each.id in links}
    return [next((tokens[name] for name in names if name in tokens), "") for names in named]


def _names(row: ReadRow) -> tuple[str, ...]:
    item = row.item
    if isinstance(item, NamedCustomer):
        return (item.ref, *item.also)
    if isinstance(item, OrderItem):
        return (item.customer, *item.also)
    return (item.customer,) if isinstance(item, EventItem) else ()


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
        raise TransferError(
            f"{target} cannot be written ({system_faults.of_a_file(error)})."
        ) from None
