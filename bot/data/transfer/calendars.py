"""Moments as people write them in their language: names of months, and words that say nothing."""

import re
from collections.abc import Mapping
from functools import lru_cache

from babel import Locale

LANGUAGES = (
    "en", "ru", "zh", "de", "fr", "es", "it", "pt", "nl", "pl", "uk", "tr", "ja", "ko", "ar",
    "cs", "sv", "da", "fi", "no", "el", "he", "hi", "ro", "hu", "bg", "sr", "kk", "ka", "hy",
    "be", "lt", "lv", "et", "vi", "th", "id",
)  # fmt: skip
"""Whose words are known in cells."""
_ENGLISH = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_SHORTEST = 3
_ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th|er|º|°)(?![^\W\d_])")
_SMALL = re.compile(
    r"(?<![^\W_])(at|um|à|de|del|den|uhr|года|год|г|в|о)(?![^\W_])\.?", re.IGNORECASE
)
_HALVES = (
    (re.compile(r"上午\s*(\d[\d:]*)"), r" \1 AM"),
    (re.compile(r"下午\s*(\d[\d:]*)"), r" \1 PM"),
    (re.compile(r"日(?=\d)"), "日 "),
)
_ASIDE = re.compile(r"\([^()]*\)$")
_OFFSET = re.compile(r"(GMT|UTC)(?=[+-]\d)")
_CLOCKS = (
    (re.compile(r"(?<![\d:.])(\d{1,2})\s*([AaPp])\.?[Mm]\b\.?"), r"\1:00 \2M"),
    (re.compile(r"(\d{1,2})[时時点點](\d{2})分?(?:(\d{2})秒)?"), r" \1:\2:\3"),
    (re.compile(r"(?<=[\d年月日] )(\d{1,2})\.(\d{2})(?:\.(\d{2}))?$"), r"\1:\2:\3"),
    (re.compile(r"^((?:19|20)\d{6})(\d{2})(\d{2})(\d{2})$"), r"\1 \2:\3:\4"),
    (re.compile(r"(?<=\d):(?=\s|$)"), ""),
    (re.compile(r"^(\d{4}\.\d{1,2}\.\d{1,2})\.(?=\s|$)"), r"\1"),
)
"""Hours as they are written otherwise, and what comes of it."""
_ZONES = {
    "msk": "+03:00", "мск": "+03:00", "cet": "+01:00", "cest": "+02:00", "eet": "+02:00",
    "eest": "+03:00", "est": "-05:00", "edt": "-04:00", "pst": "-08:00", "pdt": "-07:00",
    "jst": "+09:00",
}  # fmt: skip
"""Zones that are called so nowhere else; CST is in America and in China."""
_ZONE = re.compile(r"\s+([^\W\d_]{3,4})$")
_FIRST_WORD = re.compile(r"([^\W\d_]+)\.?,?\s+(?=\S)")


def bare_moment(text: str) -> str:
    """A moment without a day of the week, `at`, `Uhr`, `г.` and the like: figures and a month."""
    text = _ORDINAL.sub("", _ASIDE.sub("", text))
    for pattern, said in (*_HALVES, *_CLOCKS):
        text = pattern.sub(said, text)
    text = _ZONE.sub(lambda found: " " + _ZONES.get(found[1].casefold(), found[1]), text)
    text = " ".join(_OFFSET.sub("", _SMALL.sub(" ", text)).split()).replace(" ,", ",")
    first = _FIRST_WORD.match(text)
    return text[first.end() :] if first is not None and not month_named(first[1]) else text


def month_named(name: str) -> int:
    """The number of a month, by its name in any of the languages; 0: it is none."""
    word = name.casefold().rstrip(".")
    if len(word) >= _SHORTEST:
        for number, month in enumerate(_ENGLISH, 1):
            if month.startswith(word):
                return number  # the names of all languages take a second to gather
    return _month_names().get(word, 0)


@lru_cache(maxsize=1)
def _month_names() -> Mapping[str, int]:
    """Names that are of one month only, in whichever languages."""
    found: dict[str, set[int]] = {}
    for code in LANGUAGES:
        for style in Locale.parse(code).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in style.get(width, {}).items():
                    found.setdefault(str(name).casefold().rstrip("."), set()).add(number)
    return {name: min(numbers) for name, numbers in found.items() if len(numbers) == 1}
