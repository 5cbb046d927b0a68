"""Cards to print and cut: a name, a QR code, a sentence in the customer's language, on A4.

One HTML file that loads nothing from anywhere and runs no script.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TextIO

from bot.core.qr import qr_drawing
from bot.core.rich import clipped
from bot.core.words import Words
from flows.config import Brand
from flows.identity.names import whole_name
from flows.languages import tongue

ON_A_PAGE = 12
_COLUMNS = 3
_NAME_LIMIT = 30

_STYLE = (
    "@page{size:A4;margin:10mm}*{box-sizing:border-box}"
    "body{margin:0;font:8.5pt/1.25 system-ui,sans-serif;color:#000;background:#fff}"
    f"section{{display:grid;grid-template-columns:repeat({_COLUMNS},1fr);width:190mm;margin:0 auto;"
    "break-after:page}"
    "article{height:68mm;padding:3mm;border:.2mm dashed #bbb;text-align:center;overflow:hidden;"
    # When room is short the sentence gives way; whose card it is stays readable.
    "break-inside:avoid;display:flex;flex-direction:column;align-items:center}"
    "h2{margin:0;font-size:10pt;overflow-wrap:anywhere;max-height:2.5em;overflow:hidden}"
    "h2,svg,small{flex:none}svg{width:30mm;height:30mm}"
    "p{margin:0 0 .6mm;font-size:8pt;min-height:0;overflow:hidden}"
    "small{font-size:7pt;line-height:1.2;color:#444;overflow-wrap:anywhere}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class Card:
    """What is printed for one customer."""

    ref: str
    name: str
    language: str
    link: str


class Sheet:
    """The sheet, written as far as cards have come."""

    def __init__(self, file: TextIO, words: Words, brand: Brand) -> None:
        self._file, self._words, self._brand = file, words, brand.name
        self._count = 0
        language = brand.default_language
        title = escape(words.say(language, "links.sheet_title", brand=brand.name))
        file.write(
            f'<!doctype html><html lang="{escape(language)}"><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
            f"<title>{title}</title><style>{_STYLE}</style>\n"
        )

    def write(self, cards: Sequence[Card]) -> None:
        """Write some customers' cards; a page begins when the one before is full."""
        for card in cards:
            if self._count % ON_A_PAGE == 0:
                self._file.write(("</section>" if self._count else "") + "<section>\n")
            self._file.write(self._card(card))
            self._count += 1

    def end(self) -> None:
        """Write what comes last."""
        self._file.write("</section></html>\n" if self._count else "</html>\n")

    def _card(self, card: Card) -> str:
        name = clipped(" ".join(whole_name(card.name).split()), _NAME_LIMIT)
        hello = self._say(card, "card_hello", name=name) if name else self._brand
        turned = ' dir="rtl"' if tongue(card.language).right_to_left else ""
        return (
            f'<article lang="{escape(card.language)}"{turned}><h2 dir="auto">{escape(hello)}</h2>'
            f"{qr_drawing(card.link)}<p>{escape(self._say(card, 'card'))}</p>"
            f"<small>{escape(self._say(card, 'card_own'))}<br>"
            f"<bdi>{escape(clipped(card.ref, _NAME_LIMIT))}</bdi></small></article>\n"
        )

    def _say(self, card: Card, key: str, **values: str) -> str:
        return self._words.say(card.language, f"links.{key}", brand=self._brand, **values)
