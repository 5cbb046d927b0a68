"""Updates in a JSON text that no parser takes: nested too deeply, or with half a character in it.

Such a text holds up everybody whose updates are in it. Its brackets are counted instead, which
needs no parser, and each update is judged by itself; one that cannot be read is kept as it came,
and parked.
"""

import re
from collections.abc import Iterator

import orjson

from bot.runtime.intake.store import NotAnUpdate, raw_update
from flows.entities import RawUpdate

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\]]', re.DOTALL)
_NUMBER = re.compile(r"\s*:\s*(\d{1,18})(?![\d.eE])")
IN_AN_ANSWER, ALONE = 2, 0
"""Brackets around an update: in the result of getUpdates, and in a call of the webhook."""


def salvaged(payload: bytes, around: int) -> list[RawUpdate]:
    """The updates that stand in a text inside so many brackets; what has no number is left out."""
    text = payload.decode(errors="replace").replace("\x00", "\ufffd")
    return [raw for part, number in _parts(text, around) if (raw := _raw(part, number)) is not None]


def _raw(part: str, number: int | None) -> RawUpdate | None:
    try:
        return raw_update(orjson.loads(part))
    except (orjson.JSONDecodeError, NotAnUpdate):
        return None if number is None else RawUpdate(number, 0, part)


def _parts(text: str, around: int) -> Iterator[tuple[str, int | None]]:
    """Each object inside so many brackets, with its number."""
    depth, begin, number = 0, 0, None
    for token in _TOKEN.finditer(text):
        match token.group():
            case "{" | "[":
                if depth == around:
                    begin, number = token.start(), None
                depth += 1
            case "}" | "]":
                depth -= 1
                if depth == around and text[begin] == "{":
                    yield text[begin : token.end()], number
            case '"update_id"' if depth == around + 1 and number is None:
                found = _NUMBER.match(text, token.end())
                number = int(found.group(1)) if found else None
