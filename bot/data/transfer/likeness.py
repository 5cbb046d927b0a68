"""Which of the encodings of before Unicode a text is in, by how its words look.

Read by the wrong one, small and large letters change places, signs stand inside of words, and
characters come that nearly nobody uses.
"""

import re
from collections.abc import Callable, Mapping

_TOKEN = re.compile(r"[^\x00-\x40\x5b-\x60\x7b-\x7f]+")
"""Letters with whatever is not ASCII."""
_PLAIN = re.compile(r"[\x00-\x7f]+")
_SIGNS = "–—‘’“”„‚«»‹›…№€£¥°§©®™·•\u00a0\u00b4"
"""What stands beside words, and inside of none but an apostrophe."""
_SPLIT = re.compile(r"[’´\u00a0–—]+")
_RUSSIAN = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґў")
_WESTERN = frozenset("äöüßéèêëàâáíóúñçåæøôîïûùãõœšž")
_CENTRAL = frozenset("ąćęłńóśźżáčďéěíňřšťúůýžőűăâîşţäöüßđľĺŕô")
_TURKISH = frozenset("çğıöşüâîû")
_CZECH = (frozenset("šžý"), frozenset("řčěůňď"))
"""Letters that stand beside one another in Czech and Slovak alone; the others look Danish or
French by the encoding of the West."""
_ODD = re.compile(r"[a-zA-Z][^\x00-\x7f][a-zA-Z]")
_LONE, _RARE, _NEVER = 0.3, -0.3, -1.0


def _cyrillic(word: str) -> float:
    if any(letter < "\x80" or not "\u0400" <= letter <= "\u045f" for letter in word):
        return _NEVER
    return 1.0 if set(word.lower()) <= _RUSSIAN else 0.5


def _latin(usual: frozenset[str]) -> Callable[[str], float]:
    def like(word: str) -> float:
        accented = [letter for letter in word.lower() if letter > "\x7f"]
        if 2 * len(accented) > len(word) + 1 or any(each > "\u024f" for each in accented):
            return _NEVER
        return 1.0 if set(accented) <= usual else 0.5

    return like


_WORDS: Mapping[str, Callable[[str], float]] = {
    "cp1251": _cyrillic,
    "koi8-r": _cyrillic,
    "cp866": _cyrillic,
    "mac-cyrillic": _cyrillic,
    "iso8859-5": _cyrillic,
    "cp1252": _latin(_WESTERN),
    "cp1250": _latin(_CENTRAL),
    "iso8859-2": _latin(_CENTRAL),
    "cp1254": _latin(_TURKISH),
    "mac-roman": _latin(_WESTERN),
    "cp850": _latin(_WESTERN),
}
_COMMON = {"gb18030": (0xB0, 0xD7), "big5": (0xA4, 0xC6), "cp932": (0x88, 0x97)}
"""First bytes of the characters that are in daily use; those behind them are rare."""
CANDIDATES = (*_WORDS, *_COMMON)
"""The encodings, the commoner first."""


def likeness(encoding: str, sample: bytes) -> float:
    """How much a text looks like one, read by an encoding: at most a little more than 1."""
    text = sample.decode(encoding, "replace")
    if encoding in _COMMON:
        return _of_characters(encoding, text)
    return _of_words(text, _WORDS[encoding]) + _of_czech(encoding, text)


def _of_words(text: str, like: Callable[[str], float]) -> float:
    total = weight = 0.0
    for token in _TOKEN.findall(text):
        for word in _SPLIT.split(token.strip(_SIGNS)):
            size = sum(letter > "\x7f" for letter in word)
            total += size * _of_word(word, like) if size else 0.0
            weight += size
    return total / weight if weight else 0.0


def _of_word(word: str, like: Callable[[str], float]) -> float:
    if not word.isalpha():
        return _NEVER
    has_case = word.islower() or word.isupper() or (word[:1].isupper() and word[1:].islower())
    return like(word) if has_case else -0.5


def _of_czech(encoding: str, text: str) -> float:
    letters = set(text.lower()) if encoding == "cp1250" else set()
    return 0.1 if all(letters & each for each in _CZECH) else 0.0


def _of_characters(encoding: str, text: str) -> float:
    """Characters in use, less those between Latin letters, where none stands."""
    characters = _PLAIN.sub("", text)
    total = sum(_of_character(encoding, each) for each in characters)
    total += 2 * _NEVER * len(_ODD.findall(text))
    return total / len(characters) if characters else 0.0


def _of_character(encoding: str, character: str) -> float:
    if "\u3000" <= character <= "\u303f" or "\uff01" <= character <= "\uff5e":
        return 1.0  # signs
    if "\u3040" <= character <= "\u30ff":
        return 1.0 if encoding == "cp932" else 0.2
    try:
        written = character.encode("gb2312" if encoding == "gb18030" else encoding)
    except UnicodeEncodeError:
        return _NEVER if character in "\ufffd" or "\ue000" <= character <= "\uf8ff" else _RARE
    first, last = _COMMON[encoding]
    if len(written) < 2 or written[0] < first:
        return -0.5
    return 1.0 if written[0] <= last else _LONE
