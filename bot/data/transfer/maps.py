"""Which columns of a file are which fields, as somebody has said it, remembered by name."""

import orjson

from bot.core.ports import Unit
from bot.data.transfer.errors import TransferError
from bot.data.transfer.table import Kind
from flows.entities.facts import IMPORT_MAP

Chosen = dict[str, str]
"""Columns by field; several with `+` between them."""
EXPECTED = "name, or name:field=column,field=column+column"


def parsed(text: str, kind: Kind) -> tuple[str, Chosen]:
    """The name of a map and what it says, empty when it only names one.

    Raises TransferError.
    """
    name, colon, pairs = text.partition(":")
    if not name.strip() or len(name) > 40:
        raise TransferError(f"--map: expected {EXPECTED}")
    chosen: Chosen = {}
    for pair in pairs.split(",") if colon else ():
        field, equals, columns = (part.strip() for part in pair.partition("="))
        if field not in kind.columns.known or not equals or not columns:
            known = ",".join(kind.columns.known)
            raise TransferError(f"--map: {pair.strip()!r} is none of field=column; fields: {known}")
        chosen[field] = columns
    missing = [field for field in kind.columns.required if field not in chosen] if colon else []
    if missing:
        raise TransferError(f"--map: no column is named for {', '.join(missing)}.")
    return name.strip(), chosen


async def remembered(unit: Unit, text: str, kind: Kind) -> Chosen:
    """What a map says; one that is written out is remembered by its name.

    Raises TransferError. The unit is not committed.
    """
    name, chosen = parsed(text, kind)
    key = IMPORT_MAP.of(kind.name, name)
    if chosen:
        await unit.facts.set(key, orjson.dumps(chosen).decode())
        return chosen
    stored = await unit.facts.get(key)
    if stored is None:
        raise TransferError(f"--map: no map is called {name!r}. Expected {EXPECTED}")
    found: Chosen = orjson.loads(stored)
    return found
