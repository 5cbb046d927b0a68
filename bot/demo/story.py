"""The script as a story: who said what, on which day, and how many people came how far."""

from __future__ import annotations

import os
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TextIO

from bot.demo import business

WIDTH, LEAST, MOST = 100, 50, 100
"""Columns: of what is no terminal, and at least and at most."""
CUSTOMER, SHOP = "33", "32"
"""Colours of the two sides, as terminals number them."""
BOLD, DIM = "1", "2"
INDENT = 18
"""Columns before what people say; the moments stand there."""
FIGURES = (
    ("asked", "asked"),
    ("complained", "complained"),
    ("answered", "answered by a person"),
    ("changed", "changes made"),
    ("told", "told what changed because of them"),
    ("helped", "say that it helped"),
)


class Story:
    """Prints the story, line by line, as it happens."""

    def __init__(
        self, say: Callable[[str], None], *, width: int = WIDTH, colour: bool = False
    ) -> None:
        self._say, self._width, self._colour = say, width, colour

    def chapter(self, moment: datetime, title: str) -> None:
        """Begin something new, at a moment on the shop's clock."""
        here = moment.astimezone(business.ZONE)
        self._say("")
        head = self._ink(f"{here:%a %d %b, %H:%M}".ljust(INDENT), DIM)
        first, *rest = wrapped(title, self._width - INDENT)
        self._say(head + self._ink(first, BOLD))
        self._lines(rest, BOLD)

    def says(self, who: str, words: str, side: str) -> None:
        """Quote somebody, the customer's side or the shop's."""
        head = f"{who}: "
        lines = [
            line
            for part in f"{head}{words}".splitlines()
            if part.strip()
            for line in wrapped(part, self._width - INDENT - 2)
        ]
        for line in lines:
            self._say(" " * INDENT + self._ink("│ " + line, side))

    def adds(self, sentence: str) -> None:
        """Say what else happened."""
        self._lines(wrapped(sentence, self._width - INDENT), "")

    def figures(self, counted: Mapping[str, int]) -> None:
        """End with how many people came how far, and a bar for each."""
        self._say("")
        for key, words in FIGURES:
            side = CUSTOMER if key in ("asked", "complained") else SHOP
            bar = self._ink("█" * counted[key], side)
            self._say(f"{counted[key]:>{INDENT - 2}}  {words:<36}{bar}")

    def _lines(self, lines: list[str], style: str) -> None:
        for line in lines:
            self._say(" " * INDENT + self._ink(line, style))

    def _ink(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._colour and style else text


def terminal_width() -> int:
    """Columns to write in."""
    return max(LEAST, min(MOST, shutil.get_terminal_size((WIDTH, 24)).columns))


def takes_colour(stream: TextIO) -> bool:
    """Whether colours are wanted there: a terminal that can, and nobody who has said no."""
    dumb = os.environ.get("TERM", "dumb") == "dumb"
    return stream.isatty() and not dumb and not os.environ.get("NO_COLOR")


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most so many columns; Chinese takes two for a character."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and _columns(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> Iterator[str]:
    """Words with the space behind them, and wide characters one by one."""
    piece = ""
    for character in text:
        piece += character
        if character == " " or _wide(character):
            yield piece
            piece = ""
    if piece:
        yield piece


def _columns(text: str) -> int:
    return sum(2 if _wide(character) else 1 for character in text)


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
