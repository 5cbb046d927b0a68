"""The public book as HTML and as a feed (Atom). Texts are never markup.

HTML is escaped by the templates, the feed is built as a tree.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.book.public import Shelf, Spread, Step, Wanted
from bot.core.services import Services
from bot.core.words import pair
from flows.languages import tongue, with_customers

_WEB = Path(__file__).parent / "web"
_ATOM = "http://www.w3.org/2005/Atom"
_XML_CANNOT_SAY = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
"""When an empty feed was changed last."""
TITLE_LIMIT = 80


@cache
def style() -> bytes:
    """The style sheet of all pages."""
    return (_WEB / "book.css").read_bytes()


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_WEB),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Pages:
    """Pages in one language. `chosen`: the reader has chosen it, so links keep it."""

    def __init__(self, services: Services, language: str, *, chosen: bool) -> None:
        self._services, self._language, self._chosen = services, language, chosen

    def _say(self, key: str, **values: object) -> str:
        return self._services.words.say(self._language, f"printed.{key}", **values)

    def _render(self, name: str, path: str, **values: object) -> str:
        brand, bot = self._services.config.brand, self._services.bot_username
        tongues = [(each, tongue(each).name) for each in with_customers(brand.languages)]
        return (
            _templates()
            .get_template(name)
            .render(
                say=self._say,
                language=self._language,
                tongues=tongues,
                brand=brand.name,
                write_to=f"https://t.me/{bot}" if bot else "",
                here=lambda language: _link(path, {"lang": language}),
                link=self.link,
                **values,
            )
        )

    def link(self, path: str, **query: object) -> str:
        """The address of another page, in the language that was chosen."""
        return _link(path, {**query, **({"lang": self._language} if self._chosen else {})})

    def shelf(self, shelf: Shelf, wanted: Wanted) -> str:
        """The book, or the part of it that was asked for."""
        asked = {"category": wanted.category, "stage": wanted.stage, "page": wanted.page or ""}
        path = _link("/book", asked)
        return self._render("shelf.html", path, shelf=shelf, wanted=wanted)

    def one(self, spread: Spread, steps: Sequence[Step]) -> str:
        """One story."""
        return self._render("story.html", f"/book/{spread.number}", spread=spread, steps=steps)

    def nothing(self) -> str:
        """There is no such page, or not any more."""
        return self._render("nothing.html", "/book")

    def feed(self, spreads: Sequence[Spread], base: str) -> bytes:
        """The newest stories as Atom. `base`: what the book's addresses begin with, or nothing."""
        feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": self._language})
        brand = self._services.config.brand.name
        _add(feed, "title", pair(brand, self._say("title"), self._language))
        _add(feed, "id", f"{base}/book" if base else "urn:verso:book")
        updated = max((each.at for each in spreads if each.at), default=_BEGINNING)
        _add(feed, "updated", updated.isoformat())
        _add(_add(feed, "author"), "name", brand)
        ET.SubElement(feed, "link", {"rel": "self", "href": f"{base}/book/feed.xml"})
        ET.SubElement(feed, "link", {"rel": "alternate", "href": f"{base}/book"})
        for each in spreads:
            at = (each.at or _BEGINNING).isoformat()
            entry = ET.SubElement(feed, "entry")
            _add(entry, "title", " ".join(each.said.split())[:TITLE_LIMIT])
            _add(entry, "id", f"{base}/book/{each.number}" if base else f"urn:verso:{each.number}")
            _add(entry, "updated", at)
            _add(entry, "published", at)
            ET.SubElement(entry, "link", {"href": f"{base}/book/{each.number}"})
            heading = self._say("declined" if each.declined else "did")
            text = f"{each.said}\n\n{pair(heading, each.did, each.language)}"
            content = _add(entry, "content", text)
            content.set("type", "text")
            content.set("xml:lang", each.language)
        written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
        return written


def _add(parent: ET.Element, name: str, text: str = "") -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = _XML_CANNOT_SAY.sub("", text)
    return child


def _link(path: str, query: Mapping[str, object]) -> str:
    kept = {name: value for name, value in query.items() if value != ""}
    if not kept:
        return path
    return f"{path}{'&' if '?' in path else '?'}{urlencode(kept)}"
