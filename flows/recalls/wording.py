"""What people read of a recall: a title and up to four parts, typed as paragraphs. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flows.entities import Recall

PARTS = ("wrong", "doing", "meanwhile", "beyond")
"""What is wrong, what we do, what they get meanwhile, what is done beyond the defect; in this
order, the first two always."""
TITLE = "title"
NEEDED = ("wrong", "doing")
TITLE_LIMIT = 100
LIMIT = 2500
"""UTF-16 units of all parts: with headings and a greeting they have to fit one message."""
_GAP = re.compile(r"\n[ \t]*\n\s*")


class WordingError(ValueError):
    """A text cannot be read as a recall's; its word is a key for a sentence."""


def parsed(text: str) -> dict[str, str]:
    """Read a title on a line of its own, and two to four paragraphs below it.

    Raises WordingError: `short` (a part is missing), `many` (too many parts), `title` (a title
    that is too long) or `long`.
    """
    title, _, rest = text.strip().partition("\n")
    parts = [part.strip() for part in _GAP.split(rest.strip()) if part.strip()]
    if len(parts) > len(PARTS):
        raise WordingError("many")
    return checked({TITLE: title, **dict(zip(PARTS, parts, strict=False))})


def checked(parts: Mapping[str, str]) -> dict[str, str]:
    """The same parts, trimmed and without empty ones. Raises WordingError as `parsed`."""
    found = {name: " ".join(parts.get(TITLE, "").split()) for name in (TITLE,)}
    found |= {name: text for name in PARTS if (text := str(parts.get(name, "")).strip())}
    if not found[TITLE] or any(name not in found for name in NEEDED):
        raise WordingError("short")
    if len(found[TITLE]) > TITLE_LIMIT:
        raise WordingError("title")
    if len("".join(found[name] for name in PARTS if name in found).encode("utf-16-le")) > 2 * LIMIT:
        raise WordingError("long")
    return found


def readable_in(recall: Recall, language: str, default: str) -> str:
    """In which language somebody reads it: in theirs, else the default, else any.

    Theirs may have no text when they came, or chose it, after everybody was counted.
    """
    wanted = (each for each in (language, default) if each in recall.texts)
    return next(wanted, next(iter(recall.texts)))


def title_of(recall: Recall, language: str) -> str:
    """A title for staff: in their language, else in one in which there is one; else empty."""
    texts = recall.texts or recall.pending
    found = texts.get(language) or next(iter(texts.values()), {})
    return found.get(TITLE, "")
