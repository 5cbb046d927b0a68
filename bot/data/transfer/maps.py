"""Which columns of a file are which fields, as somebody has said it: remembered by name, and by the
shape of the file, so that the next one like it is read so without a word."""

from collections.abc import Sequence

import orjson

from bot.core.ports import Unit
from bot.data.transfer.errors import TransferError
from bot.data.transfer.kinds import KINDS, Kind
from bot.data.transfer.layouts import Chosen, fingerprint
from bot.data.transfer.table import Shapes
from flows.entities.facts import IMPORT_MAP

_SHAPE = "#"
"""How names begin that are shapes."""
EXPECTED = "name, or name:field=column,field=column+column"


def parsed(text: str, kind: Kind) -> tuple[str, Chosen]:
    """The name of a map and what it says, empty when it only names one.

    Raises TransferError.
    """
    name, colon, pairs = text.partition(":")
    if not name.strip() or len(name) > 40 or name.strip().startswith(_SHAPE):
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


async def shapes(unit: Unit) -> Shapes:
    """What was said of files, by kind and shape."""
    found: dict[tuple[str, str], Chosen] = {}
    for name, value in (await unit.facts.beginning(IMPORT_MAP)).items():
        kind, _, key = name.partition(":")
        if key.startswith(_SHAPE):
            found[kind, key.removeprefix(_SHAPE)] = orjson.loads(value)
    return found


async def remember_shape(unit: Unit, names: Sequence[str], kind: Kind, chosen: Chosen) -> None:
    """Read every file with these columns so from now on. The unit is not committed."""
    key = _SHAPE + fingerprint(names)
    for other in KINDS.values():
        if other.name != kind.name:
            await unit.facts.drop(IMPORT_MAP.of(other.name, key))
    await unit.facts.set(IMPORT_MAP.of(kind.name, key), orjson.dumps(chosen).decode())
