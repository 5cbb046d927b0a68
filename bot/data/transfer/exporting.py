"""Everything that is remembered, as CSV: one file per table, one moment for all of them."""

import csv
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from bot.core.ports import Database, Unit
from bot.data.transfer.errors import TransferError
from flows import system_faults

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A spreadsheet takes text that begins so for a formula (OWASP: CSV injection); in East Asia also
text that begins with the full-width forms of these signs."""
_OWNER_ONLY = 0o600


async def export(database: Database, folder: Path, say: Callable[[str, int], None]) -> None:
    """Write every table into `folder`; `say` hears each table's name and number of rows.

    Raises TransferError when the folder is not empty or cannot be written.
    """
    _make_ready(folder)
    async with database.reading() as unit:
        for table in await unit.copying.tables():
            say(table, await _export_table(unit, table, folder / f"{table}.csv"))


def _make_ready(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        taken = any(folder.iterdir())
    except OSError as error:
        raise TransferError(
            f"{folder} cannot be written ({system_faults.of_a_file(error)})."
        ) from None
    if taken:
        raise TransferError(f"{folder} is not empty. Name a new folder; nothing was written.")


async def _export_table(unit: Unit, table: str, path: Path) -> int:
    count = 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(unit.copying.columns(table))
        async for row in unit.copying.rows(table):
            writer.writerow([cell(value) for value in row])
            count += 1
    return count


def cell(value: Any) -> str:
    """A value as text: moments in ISO 8601, JSON compact, nothing that acts as a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return str(value)
