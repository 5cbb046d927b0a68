"""Whether a message that Telegram calls edited says anything else than before.

Pure. Telegram sends such updates also when nothing changed that anybody would see, and for a place
that moves, many times a minute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.conversations import Piece
from flows.formatted import Entity

UNIQUE = "file_unique_id"
LIVE = "live_period"
_PLACE = ("latitude", "longitude")


def differs(text: str, entities: Sequence[Entity], file: Mapping[str, Any], now: Piece) -> bool:
    """Tell whether a customer's message is another one now than the one that is described.

    Of a place that moves only the first and the last count.
    """
    if text != now.text or list(entities) != list(now.entities):
        return True
    if UNIQUE in file and UNIQUE in now.file and file[UNIQUE] != now.file[UNIQUE]:
        return True
    if LIVE in now.file:
        return False
    return any(name in file and file[name] != now.file.get(name) for name in _PLACE)
