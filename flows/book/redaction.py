"""What tells who somebody is, covered before anybody reads the draft of a story.

Pure. Telephone numbers, addresses of mail and of the net, handles, numbers of cards, accounts and
orders, addresses of houses where their form is sure, and the names that are known of the people in
it are covered. Other names are never promised: what may be one is marked, staff look at it, and
the author reads every word before it is printed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

COVER = "[…]"
"""Stands where something was."""
REGIONS = ("RU", "CN", "GB", "US", "DE")
"""Where a telephone number may be from that does not say it."""
_LEAST_NAME = 2
_STEM = 4
"""Letters of a name from which on it is also found in its other forms: Иванова, Ивановой."""

_HAN = r"\u4e00-\u9fff"
_SURE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",
        r"(?:https?://|www\.|t\.me/)[^\s\u3000-\u303f\uff00-\uffef" + _HAN + r"]+",
        r"(?<![\w.])(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}/[^\s" + _HAN + r"]*",
        r"(?<![\w.])(?:[a-z0-9-]{1,63}\.){1,8}(?:com|net|org|info|shop|example|ru|cn|de|io|me|uk|eu)\b",
        r"(?<!\w)@[a-z]\w+",
        r"(?:微信|微信号|weixin|wechat|qq|telegram|телеграм|ник)[ :：=是]{1,4}[a-z][\w-]{3,}",
        # Orders and the like are named before their number.
        r"(?:\border|\binvoice|\bticket|\bparcel|\bзаказ\w*|\bсч[её]т\w*|\bпосылк\w*|订单|单号|运单)"
        r"[ \w" + _HAN + r"]{0,8}?[ :：#№号]*[a-z]{0,4}-?\d{3,}[\w-]*",
        r"[#№]\s?[a-z]{0,4}-?\d{3,}[\w-]*",
        # Accounts, parcels and whatever else mixes letters and many figures.
        r"(?<![a-z0-9])[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,4})?(?![a-z0-9])",
        r"(?<![a-z0-9])(?=(?:[a-z-]{0,20}\d){4})(?=\d{0,40}[a-z])[a-z0-9][a-z0-9-]{5,}(?![a-z0-9])",
        # Six figures or more that stand together, also in groups.
        r"(?<![\d.,])\+?\(?\d(?:[ ()\u00a0-]{0,2}\d){5,40}(?![\d])",
        # Houses.
        r"\b\d{1,4}[a-z]?,? (?:\w{1,30} ){1,3}"
        r"(?:street|st|road|rd|avenue|ave|lane|drive|square|court)\b",
        r"\b\w{1,30}(?:straße|strasse|str\.|weg|platz) \d+\w?\b",
        r"\b(?:ул|пр-т|просп|пер|наб|бул|ш)\.\s{0,3}[\w -]{1,40}?,?\s{0,3}"
        r"(?:д\.?|дом)?\s{0,3}\d{1,4}\w?"
        r"(?:,?\s{0,3}(?:к|корп|стр|кв|оф)[а-я]{0,6}\.?\s{0,3}\d{1,5}){0,4}",
        r"\b(?:улиц|проспект|переул|набережн|бульвар|шоссе)\w{0,4}\s{1,3}[\w -]{1,40}?,?\s{0,3}"
        r"(?:д\.?|дом)?\s{0,3}\d{1,4}\w?"
        r"(?:,?\s{0,3}(?:к|корп|стр|кв|оф)[а-я]{0,6}\.?\s{0,3}\d{1,5}){0,4}",
        r"[" + _HAN + r"]{2,4}(?:路|街|大道|巷|弄)\d+号(?:\d+(?:号楼|栋|幢|单元|楼|层|室|号))*",
    )
)
_AMOUNT = re.compile(r"\d{1,3}(?:[ \u00a0]\d{3})+")
"""Reads like a sum: 12 500, 1 200 000."""
_DOUBTFUL = (
    re.compile(r"(?<!\d)[" + _HAN + r"]{1,2}(?:先生|女士|小姐|老师|经理|师傅)"),
    re.compile(r"(?<![\d.,:/])\d{4,5}(?![\d%]|[.,:/]\d)"),
    re.compile(r"(?<![.!?…。！？\n«“\"] )(?<=[\w,;] )[A-ZА-ЯЁ][a-zа-яё]+(?:-[A-ZА-ЯЁ][a-zа-яё]+)?"),
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONEY = re.compile(r"\s*(?:руб|₽|р\.|€|\$|£|元|块|eur|usd|euro)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Covered:
    """A text in which what tells who somebody is, is covered."""

    text: str
    doubtful: tuple[tuple[int, int], ...] = ()
    """Where in `text` (characters, end excluded) something stands that may tell it, too."""


def covered(text: str, names: Iterable[str]) -> Covered:
    """Cover what tells who somebody is, and the names of those who are known, in all their forms.

    Covering what was covered before changes nothing.
    """
    shown = text
    while True:  # what was covered may leave something beside it that is one now
        found = sorted([*_sure(shown), *_phones(shown), *_named(shown, tuple(names))])
        if not found:
            return Covered(shown, tuple(_doubts(shown)))
        shown = _without(shown, found)


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in spans:
        if start > at or not parts:
            parts += [text[at:start], COVER]
        at = max(at, end)
    return "".join([*parts, text[at:]])


def _sure(text: str) -> Iterable[tuple[int, int]]:
    for pattern in _SURE:
        for hit in pattern.finditer(text):
            if hit.end() > hit.start() and not _AMOUNT.fullmatch(hit[0].strip()):
                yield hit.span()


def _phones(text: str) -> Iterable[tuple[int, int]]:
    """Where telephone numbers stand; they have at least five figures."""
    if sum(each.isdecimal() for each in text) < 5:
        return
    # Loading its tables takes a while, and most processes never need them.
    from phonenumbers import PhoneNumberMatcher  # noqa: PLC0415

    for region in REGIONS:
        for hit in PhoneNumberMatcher(text, region):
            if not _AMOUNT.fullmatch(hit.raw_string):
                yield hit.start, hit.end


def _named(text: str, names: Collection[str]) -> Iterable[tuple[int, int]]:
    pattern = _names(tuple(names))
    return [hit.span() for hit in pattern.finditer(text)] if pattern else []


@lru_cache(maxsize=256)
def _names(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Finds each word of these names: in other scripts than Chinese as a word, with its endings."""
    found = set()
    for name in names:
        for word in re.findall(r"[^\W_]+(?:_\w+)?", name):
            if len(word) < _LEAST_NAME or word.isdecimal():
                continue
            if re.search(f"[{_HAN}]", word):
                found.add(re.escape(word))
            elif re.search("[а-яё]", word, re.IGNORECASE) and len(word) >= _STEM:
                stem = re.escape(word.rstrip("аяйьоеыи") or word)
                found.add(rf"\b{stem}\w{{0,3}}\b")
            else:
                found.add(rf"(?<![^\W_]){re.escape(word)}(?:['’]?s)?(?![^\W_])")
    joined = "|".join(sorted(found, key=len, reverse=True))
    return re.compile(joined, re.IGNORECASE) if joined else None


def _doubts(text: str) -> Iterable[tuple[int, int]]:
    """What may tell who somebody is: capitals within a sentence, titles, numbers without a unit."""
    found = set()
    for pattern in _DOUBTFUL:
        for hit in pattern.finditer(text):
            number = hit[0].isdecimal()
            if number and (_YEAR.fullmatch(hit[0]) or _MONEY.match(text, hit.end())):
                continue
            found.add(hit.span())
    return sorted(found)
