"""A printed story as a leaflet (PDF, A6, with a code that opens the chat) and as a picture.

They are made by typst, which comes with the extra `paper`, beside the event loop. A story's texts
are handed over as inputs, so nothing in them is markup.
"""

import asyncio
from pathlib import Path

from bot.book.public import Reader, Spread
from bot.core import printing
from bot.core.delivery import Call, Composer, File
from bot.core.services import Services
from bot.core.words import pair
from bot.core.work import Work
from flows.entities import Outgoing, Story, StoryId

METHOD = "@story_paper"
LEAFLET, CARD = "leaflet", "card"
KINDS = (LEAFLET, CARD)
_TEMPLATE = Path(__file__).parent / "web" / "paper.typ"
_PPI = 241.905
"""A picture of 105 mm is 1,000 wide."""
_QUOTES = {"en": ("“", "”"), "ru": ("«", "»"), "zh": ("“", "”")}


def drawn(kind: str, spread: Spread, services: Services) -> bytes:
    """Draw a story: a PDF or a PNG. Takes some hundredths of a second; not for the event loop."""
    inputs = _inputs(kind, spread, services)
    return printing.drawn(_TEMPLATE, "pdf" if kind == LEAFLET else "png", inputs, ppi=_PPI)


def _inputs(kind: str, spread: Spread, services: Services) -> dict[str, str]:
    """The texts of a sheet, all in the language of the story's own."""
    language = spread.language

    def say(key: str, **values: object) -> str:
        return services.words.say(language, f"printed.{key}", **values)

    since = say("decided" if spread.declined else "since")
    dated = pair(since, spread.since, language) if spread.since else ""
    opens, closes = _QUOTES.get(language, _QUOTES["en"])
    link = f"https://t.me/{services.bot_username}"
    said_by = say("said_by", name=spread.name) if spread.name else say("said")
    return {
        "language": language,
        "declined": "yes" if spread.declined else "",
        "brand": services.config.brand.name,
        "page": f"№ {spread.number}",
        "said-by": said_by,
        "said": spread.said,
        "opens": opens,
        "closes": closes,
        "told": " · ".join(each for each in (spread.place, spread.told) if each),
        "did-by": say("declined" if spread.declined else "did"),
        "did": spread.did,
        "since": " · ".join(each for each in (dated, spread.by) if each),
        "code": printing.code_of(link) if kind == LEAFLET else "",
        "write": say("write"),
        "link": link,
    }


async def _compose(work: Work, row: Outgoing) -> Call | None:
    """Draw when it leaves; None when by then the story may not be read any more."""
    wanted = row.params
    kind, language = str(wanted["kind"]), str(wanted["language"])
    story = await work.unit.get(Story, StoryId(int(wanted["story"])))
    found = None
    if story is not None:
        found = await Reader(work.unit, work.services, language).one(story.number)
    if found is None or not printing.is_installed():
        return None
    spread = found[0]
    content = await asyncio.to_thread(drawn, kind, spread, work.services)
    ending, media = ("pdf", "application/pdf") if kind == LEAFLET else ("png", "image/png")
    name = f"{kind}-{spread.number}-{spread.language}.{ending}"
    return Call("sendDocument", dict(wanted["place"]), file=File("document", name, content, media))


COMPOSERS: dict[str, Composer] = {METHOD: _compose}
