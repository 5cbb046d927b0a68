"""Codes of entrances on paper: one to a page (A6), or four to be cut apart (A4)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from bot.core import printing
from bot.core.remedy_names import guarantee_name
from bot.core.services import Services
from flows.config import Entrance
from flows.entities.kinds import EntranceKind
from flows.entrances.links import deep_link

SIZES = ("a6", "a4")
_TEMPLATE = Path(__file__).parent / "sheet.typ"


def drawn(services: Services, entrances: Sequence[Entrance], bot_username: str, size: str) -> bytes:
    """Draw a PDF with all these entrances; needs the extra `paper`."""
    sheets = [_sheet(services, each, bot_username) for each in entrances]
    inputs = {"size": size, "sheets": orjson.dumps(sheets).decode()}
    return printing.drawn(_TEMPLATE, "pdf", inputs)


def _sheet(services: Services, entrance: Entrance, bot_username: str) -> dict[str, Any]:
    """What stands on the sheet of one entrance, in each of the brand's languages."""
    brand = services.config.brand
    link = deep_link(bot_username, entrance.id)
    title = entrance.in_language(brand.default_language, brand.default_language)
    lines = []
    for language in brand.languages:
        own = entrance.in_language(language, brand.default_language)
        what = EntranceKind.GUARANTEE if entrance.guarantee is not None else entrance.opens
        promise = guarantee_name(services, language, entrance.guarantee or "")
        sentence = services.words.say(language, f"visits.sheet_{what}", promise=promise)
        own = "" if own == title else own
        lines.append({"language": language, "title": own, "sentence": sentence})
    return {
        "brand": brand.name,
        "title": title,
        "lines": lines,
        "link": link,
        "code": printing.code_of(link),
    }
