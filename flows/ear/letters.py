"""From what was typed to the tokens that are compared: words, single Han characters, signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flows.entities.making import made_at_once

NUMBER = "<number>"
"""Stands for any number in the words of a language."""
NAME = "<name>"
"""Stands for any word with a capital letter that no file knows."""
_APOSTROPHES = re.compile(r"(?<=\w)['’‘ʼ`´＇](?=\w)")
_HAPPY = re.compile(r"[:;=]['’]?-?[)D\]]+|\^[_.]?\^|<3|(?<![(\w])\){1,}(?=\s|$)|(?<=\w)\){2,}")
_SAD = re.compile(r"[:;=]['’]?-?[(\[]+|\({2,}")
_ZERO = re.compile(r"(?<=[^\W\d])0(?=[^\W\d])")
_SPACED = re.compile(r"(?<!\S)(?:[^\W\d]\s){3,}[^\W\d](?!\S)")
"""S T O P: letters that stand alone."""
_BREAKS = frozenset('.,;:!?…()[]{}"«»“”„/\\|\n。，；：！？、（）【】「」《》~～')
_DASHES = "-‐‑‒–—―−"
_CYRILLIC = dict(zip("ABCEHKMOPTXYaceopxyukmtbnrgh", "авсенкмортхуасеорхуикмтьпггн", strict=True))
_LATIN = dict(zip("АВЕКМНОРСТУХавекмнорстухпгиь", "abekmhopctyxabekmhopctyxnrub", strict=True))


@made_at_once
@dataclass(frozen=True, slots=True)
class Token:
    """One word, Han character, number or sign."""

    text: str
    kind: str
    """``word``, ``han``, ``number`` or ``sign``."""
    broken: bool
    """A mark such as a comma or a new line stands before it."""
    capital: bool = False
    apart: bool = False
    """A blank stands before it beside a Han character: people type one in place of a comma."""


def tokens_of(text: str, known: Callable[[str], bool], same: Mapping[str, str]) -> list[Token]:
    """Split a text; never raises. ``known`` tells words of ours, ``same`` maps letters."""
    plain = _plain(text)
    found: list[Token] = []
    broken = apart = False
    for piece, kind in _pieces(plain):
        if kind == "blank":
            apart = True
            continue
        if kind == "break":
            broken = True
            continue
        own = _own(piece, known, same) if kind == "word" else same.get(piece, piece)
        if kind == "sign" and found and found[-1].text == own:
            continue
        apart = apart and bool(found) and "han" in {kind, found[-1].kind}
        capital = piece[0].isupper() and not piece[1:].isupper()
        found.append(Token(own, kind, broken, capital, apart))
        broken = apart = False
    return found


def _plain(text: str) -> str:
    text = "".join(
        " " if unicodedata.category(each) in {"Cs", "Cc"} and each != "\n" else each
        for each in text
    )
    text = unicodedata.normalize("NFKC", text.replace("’", "'"))
    text = _SAD.sub(" \U0001f641 ", _HAPPY.sub(" \U0001f642 ", text))
    text = _APOSTROPHES.sub("", _ZERO.sub("o", text))
    return _SPACED.sub(lambda match: re.sub(r"\s", "", match[0]), text)


def _pieces(text: str) -> list[tuple[str, str]]:
    """Runs of one kind: word, han, number, sign, break or blank; the rest only separates."""
    pieces: list[tuple[str, str]] = []
    run = ""
    run_kind = ""
    for at, each in enumerate(text):
        kind = _kind(each, text, at)
        if kind == "mark":
            continue
        if kind == run_kind and kind in {"word", "number"}:
            run += each
            continue
        if run:
            pieces.append((run, run_kind))
        run, run_kind = (each, kind) if kind else ("", "")
        if not kind and each.isspace():
            pieces.append((each, "blank"))
    if run:
        pieces.append((run, run_kind))
    return pieces


def _kind(each: str, text: str, at: int) -> str:
    category = unicodedata.category(each)
    if category in {"Mn", "Me", "Cf", "Sk"} or each == "\N{VARIATION SELECTOR-16}":
        return "mark"
    if category[0] in "LM":
        return "han" if is_han(each) else "word"
    if category[0] == "N":
        return "number"
    if each in _DASHES or each == "/":
        return "" if text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum() else "break"
    if each in _BREAKS:
        return "break"
    return "sign" if category == "So" or each == "+" else ""


def is_han(each: str) -> bool:
    """Tell whether a character is a Chinese one."""
    return "\u4e00" <= each <= "\u9fff" or "\u3400" <= each <= "\u4dbf"


def _own(word: str, known: Callable[[str], bool], same: Mapping[str, str]) -> str:
    """The word in our letters: small, look-alikes of another alphabet put right."""
    small = _small(word, same)
    if known(small):
        return small
    for alphabet in (_CYRILLIC, _LATIN):
        if any(each in alphabet for each in word):
            other = _small("".join(alphabet.get(each, each) for each in word), same)
            if known(other) or (_mixed(word) and not _mixed(other)):
                return other
    return small


def _small(word: str, same: Mapping[str, str]) -> str:
    return "".join(same.get(each, each) for each in map(_bare, word.casefold()))


def _bare(letter: str) -> str:
    """A Latin letter without its accent."""
    if "\u0080" <= letter <= "\u024f":
        base = unicodedata.normalize("NFD", letter)[0]
        return base if base.isascii() else letter
    return letter


def _mixed(word: str) -> bool:
    return any("a" <= each <= "z" for each in word.casefold()) and any(
        "\u0400" <= each <= "\u04ff" for each in word
    )
