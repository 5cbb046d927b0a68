"""What a name that comes from outside is good for: whether it is one, and whom to greet by it.

Names come from order forms, spreadsheets and other people's systems: surname first, in capitals,
with titles, or no name at all. Nobody minds a greeting without a name; a wrong one is a bad
beginning. So a word is taken for a given name only when it is known as one, or when its place
leaves no doubt (before a patronymic, at the end of a Vietnamese name).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from flows.identity import known_names as known

LONGEST = 120
"""Nobody is called more than this many characters; what is longer is a text."""
LONGEST_WORD = 24
MOST_WORDS = 6
DIGITS_OF_AN_ID = 4
"""So many digits in it, and it is an id, a phone or an address."""

_APOSTROPHES = "'’ʼ‘`´ʻ＇"
_DOTS = re.compile(r"[·•・‧]")
_ODD = re.compile(r"[<>{}\[\]|\\=@_%$^~]|://|www\.", re.IGNORECASE)
_ADDRESS = re.compile(r"\A[^\s.]+(?:\.[^\s.]+)*\.[a-z]{2,}(?:[/?:]\S*)?\Z")
_NOTE = re.compile(r"\s*[(（][^()（）]*[)）]\s*\Z")
_COMMA = re.compile(r"[,，、]")
_NO_NAMES = known.WHOLE_PLACEHOLDERS | known.PLACEHOLDERS | known.TITLES
_EDGES = " \t!*~.…,;:-–—\"'’`"
_SPECIAL = str.maketrans(
    {"đ": "d", "ł": "l", "ø": "o", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ё": "е", "þ": "th"}
    | dict.fromkeys(_APOSTROPHES)
)
_FOLDED = ("LATIN", "GREEK")
_EASTERN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL"})
_TOLD_BY_LIST = frozenset({"LATIN", "CYRILLIC"})
"""Scripts of which the lists know given names; in others the first word stands for one."""
_SYLLABLE = (
    r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|ua|uo|ui|iu|"
    r"ue|ve|er|a|o|e|i|u|v)"
)
_TWO_SYLLABLES = re.compile(rf"{_SYLLABLE}{_SYLLABLE}\Z")
_VIETNAMESE_MARKS = frozenset("\u0309\u0323\u031b")


@lru_cache(maxsize=4096)
def whole_name(name: str) -> str:
    """The name as it was told, or "" when it is no name: a placeholder, an address, an id."""
    return name.strip() if _is_name(_visible(name)) else ""


@lru_cache(maxsize=4096)
def given_name(name: str) -> str:
    """Whom to greet by this name: one given name, or "" when none is surely there.

    It is a part of the name, with its first letter large where it was written in capitals alone
    or without any.
    """
    text = _visible(name)
    if not _is_name(text):
        return ""
    text = _NOTE.sub("", text).strip(_EDGES)
    sure, words = _in_order(text)
    if not words or any(map(_is_foreign, words)):
        return ""
    scripts = {_script(each) for word in words for each in _letters(word)}
    if scripts & _EASTERN:
        return _eastern(words, scripts)
    found = _found(words, sure=sure)
    return _written(found) if _is_sound(found) else ""


# -- whether it is one ------------------------------------------------------------------------


def _visible(name: str) -> str:
    """The name on one line, without pictures and what cannot be seen."""
    if len(name) > 4 * LONGEST:
        return ""
    kept = (" " if _is_picture(each) else each for each in name)
    return " ".join("".join(kept).split())


def _is_picture(character: str) -> bool:
    if character in "\u200c\u200d":  # they join letters of Persian and Indian scripts
        return False
    kind = unicodedata.category(character)
    return (
        kind in {"So", "Cc", "Cf", "Co", "Cs", "Cn"} or character in "\ufe0e\ufe0f\u20e3🏻🏼🏽🏾🏿"
    )


def _is_name(text: str) -> bool:
    if len(text) > LONGEST or not any(each.isalpha() for each in text) or _ODD.search(text):
        return False
    if sum(each.isdigit() for each in text) >= DIGITS_OF_AN_ID:
        return False
    words = [word.strip(_EDGES + "()#№") for word in text.split()]
    words = [word for word in words if any(map(str.isalpha, word))]
    if _ADDRESS.match(text) or (" " not in text and any(map(str.isdigit, text))):
        return False
    plain = [_fold(word) for word in words]
    if _fold(text.strip(_EDGES)) in known.WHOLE_PLACEHOLDERS:
        return False
    if all(each in _NO_NAMES for each in plain):
        return False
    return not any(part in text for part in known.HAN_PLACEHOLDERS)


# -- who it is --------------------------------------------------------------------------------


def _in_order(text: str) -> tuple[bool, list[str]]:
    """The words of a name, and whether the given name is the first of them.

    What stands after a comma comes first, unless it is a degree.
    """
    parts = [part.split() for part in _COMMA.split(text)]
    if len(parts) == 2 and all(_fold(word) in known.SUFFIXES for word in parts[1]):
        parts = parts[:1]
    if len(parts) == 1:
        return False, parts[0]
    if len(parts) > 2 or not parts[0] or not parts[1]:
        return False, []
    before, after = parts
    names = [word for word in before if _fold(word) not in known.PARTICLES]
    couple = _fold(before[0]) in known.GIVEN and not _is_surname(_fold(before[0]))
    if couple or len(names) > 2 or any(map(_is_no_person, before)):
        return False, []
    return True, after


def _is_foreign(word: str) -> bool:
    """Whether a word has in it what no name of a person has."""
    return any(
        not (each.isalpha() or unicodedata.category(each)[0] == "M")
        and each not in _APOSTROPHES
        and each not in "-.\u200c\u200d·•・‧"
        for each in word
    )


def _is_no_person(word: str) -> bool:
    plain = _fold(word.strip(_EDGES))
    return plain in known.PLACEHOLDERS or plain in known.COMPANIES


def _found(words: Sequence[str], *, sure: bool) -> str:
    """The word among these that is a given name, or ""."""
    words, titled = _untitled(words)
    if not words or len(words) > MOST_WORDS or any(map(_is_no_person, words)) or _is_couple(words):
        return ""
    full = [word for word in words if len(_letters(word)) > 1]
    if len(_letters(words[0])) < 2 or any(map(_is_abbreviation, full)):
        return ""
    plain = [_fold(word) for word in full]
    if plain[0] in known.HALF or (titled and len(full) == 1 and not sure):
        return ""
    if sure and not _is_surname(plain[0]):
        father = len(plain) > 1 and plain[1].endswith(known.PATRONYMICS)
        return full[0] if father or _is_known(full[0]) else ""
    if len(full) == 1:
        return full[0] if _is_known(full[0]) and (len(words) == 1 or _is_listed(full[0])) else ""
    place = _place(full, plain)
    return "" if place is None else full[place]


def _untitled(words: Sequence[str]) -> tuple[list[str], bool]:
    left = list(words)
    while left and _fold(left[0].strip(".")) in known.TITLES - known.GIVEN:
        left.pop(0)
    titled = len(left) < len(words)
    while len(left) > 1 and _fold(left[-1].strip(".")) in known.SUFFIXES:
        left.pop()
    return left, titled


def _is_couple(words: Sequence[str]) -> bool:
    loud = all(word.isupper() for word in words)
    return any(
        _fold(word) in known.AND and (len(word) > 1 or not word.isupper() or loud)
        for word in words[1:-1]
    )


def _is_abbreviation(word: str) -> bool:
    """ "Chr.", "и.и", "anna.smith": something is left out, or stuck together."""
    return "." in word.rstrip(".") or (word.endswith(".") and len(word) < 6)


def _place(words: Sequence[str], plain: Sequence[str]) -> int | None:
    """Where the given name stands among two words and more."""
    for look in (_vietnamese, _before_patronymic, _korean_or_chinese):
        place = look(words, plain)
        if place is not None:
            return place if place >= 0 else None
    first, second = _is_known(words[0]), _is_known(words[1])
    cyrillic = _script(words[0][0]) == "CYRILLIC"
    if first and second and len(words) == 2:
        # "Anna Maria" is one person's name; "Роман Анна" may be a surname and a name.
        return None if cyrillic or plain[0] in known.SURNAMES | known.KOREAN else 0
    if first:
        return None if second and plain[0] in known.SURNAMES | known.KOREAN else 0
    if not second or plain[0] in known.PARTICLES:
        return None
    return 1 if cyrillic or _is_surname(plain[0]) else None


NOWHERE = -1
"""A name of this kind, but nobody can tell which word of it is the given one."""


def _vietnamese(words: Sequence[str], plain: Sequence[str]) -> int | None:
    """Vietnamese people are called by the last word."""
    marked = any(
        "đ" in word.casefold() or _VIETNAMESE_MARKS & set(unicodedata.normalize("NFD", word))
        for word in words
    )
    middle = len(plain) > 2 and plain[1] in known.VIETNAMESE_MIDDLE
    clear = plain[0] in known.VIETNAMESE
    if clear or (plain[0] in known.VIETNAMESE_MAYBE and (marked or middle)):
        return len(plain) - 1 if plain[-1] not in known.VIETNAMESE else NOWHERE
    if plain[-1] in known.VIETNAMESE or (marked and plain[-1] in known.VIETNAMESE_MAYBE):
        return 0 if len(plain) == 2 else NOWHERE
    return None


def _before_patronymic(words: Sequence[str], plain: Sequence[str]) -> int | None:
    """The given name stands before the father's; a surname may end like that, too."""
    ends: list[str] = []
    for each in plain:
        if each in known.PATRONYMIC_WORDS and len(ends) > 1:
            ends[-1] = "овна"
        else:
            ends.append(each)
    like = [each.endswith(known.PATRONYMICS) for each in ends]
    if not any(like[1:]):
        return None
    if like[1]:
        surely = ends[1].endswith(known.PATRONYMICS_ALONE) and not _is_surname(ends[0])
        if _is_listed(words[0]) or (surely and not like[0]):
            return 0
        return NOWHERE if len(ends) == 2 or not like[-1] else 0 if not like[0] else NOWHERE
    if not like[-1]:
        return None
    before = len(ends) - 2
    if _is_surname(ends[before]):
        return 0 if _is_listed(words[0]) else NOWHERE
    both = _is_listed(words[0]) and _is_listed(words[before])
    return NOWHERE if both else before


def _korean_or_chinese(words: Sequence[str], plain: Sequence[str]) -> int | None:
    """ "Kim Min-jun", "Min-jun Kim", "Wang Xiaoming": the given name has two syllables."""
    if len(words) != 2:
        return None
    for place, other in ((1, 0), (0, 1)):
        before, _, after = words[place].partition("-")
        if plain[other] in known.KOREAN and before and after.isalpha() and after.islower():
            return place
    pinyin = plain[0] in known.CHINESE_FIRST and plain[1] not in known.SURNAMES
    fine = pinyin and len(plain[1]) > 4 and not _is_listed(words[1])
    return 1 if fine and _TWO_SYLLABLES.match(plain[1]) else None


def _eastern(words: Sequence[str], scripts: frozenset[str] | set[str]) -> str:
    """A Chinese, Japanese or Korean name is said whole; one from elsewhere up to its dot."""
    if len(words) != 1 or not scripts <= _EASTERN:
        return ""
    whole, *others = _DOTS.split(words[0])
    if any(each in words[0] for each in known.HAN_COMPANIES):
        return ""
    longest = 4 if not others and not scripts & {"KATAKANA", "HIRAGANA"} else 8
    return whole if 2 <= len(whole) <= longest and whole.isalpha() else ""


# -- words ------------------------------------------------------------------------------------


def _is_known(word: str) -> bool:
    """Whether a word is a given name as far as is known, in a script of which that is told."""
    if _script(word[0]) in _TOLD_BY_LIST:
        return _is_listed(word)
    return not _is_surname(_fold(word))


def _is_listed(word: str) -> bool:
    plain = _fold(word)
    first, *_ = plain.split("-")
    return plain in known.GIVEN or (first in known.GIVEN and first != plain)


def _is_surname(plain: str) -> bool:
    """Whether a word has the form of a surname, or is a common one, and no given name."""
    if plain in known.GIVEN:
        return False
    *_, last = plain.split("-")
    long_enough = len(last) >= known.SHORTEST_WITH_END
    return (
        last in known.SURNAMES | known.KOREAN
        or plain.startswith(("mc", "al-", "el-"))
        or (long_enough and last.endswith(known.SURNAME_ENDS))
    )


def _is_sound(word: str) -> bool:
    """Whether it can be said: letters of one script, not too many, and each side of a hyphen."""
    parts = word.strip(".").split("-")
    scripts = {_script(each) for each in _letters(word)}
    return len(word) <= LONGEST_WORD and len(scripts) == 1 and all(parts) and len(parts) < 4


def _written(word: str) -> str:
    """A name in capitals, or without any, as it is usually written."""
    word = word.rstrip(".")
    if not (word.isupper() or word.islower()):
        return word
    parts = [part[:1].upper() + part[1:].lower() for part in word.split("-")]
    said = "-".join(parts)
    return said if said.casefold() == word.casefold() else word


def _letters(word: str) -> str:
    return "".join(each for each in word if each.isalpha() and each not in _APOSTROPHES)


def _fold(word: str) -> str:
    """A word as the lists have it: in lower case, without accents and apostrophes."""
    whole = unicodedata.normalize("NFC", word).casefold().translate(_SPECIAL)
    if not whole or not any(_script(each) in _FOLDED for each in whole):
        return whole
    apart = unicodedata.normalize("NFD", whole)
    return "".join(each for each in apart if unicodedata.category(each) != "Mn")


def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]
