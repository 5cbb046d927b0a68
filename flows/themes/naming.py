"""What a theme may be called: the words that several of its customers say and few others do.

Never a customer's sentence, and no word that one person alone has said: nobody is recognised by
the name of a theme.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

from flows.entities import CustomerId
from flows.themes.grams import STEM, words

NAME_LIMIT = 60
"""Characters of a theme's name."""
SAID = 3
"""Words in a suggested name."""
BETWEEN = " · "
SHORTEST = 3
"""Letters of a word that says something, in scripts with spaces."""
LONGEST = 6
"""Characters of a word of a script without spaces; what is longer is a sentence."""
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_LATIN, _CYRILLIC = re.compile("[a-z\u00df-\u024f]"), re.compile("[\u0400-\u04ff]")
_COMMON = frozenset((Path(__file__).parent / "common.txt").read_text("utf-8").split())
"""What is said in complaints about anything."""
_PARTICLES = frozenset(
    "的了我是不在有就都和也很到说要去你会着没看好这那他她它们个么还吗呢吧把被给让跟与及但而又再才只"
)


def entitled(text: str) -> str:
    """A name as it was typed, in one line and of a length that fits a button."""
    return " ".join(text.split())[:NAME_LIMIT].strip()


def script(text: str) -> str:
    """In which of the scripts that are told apart most of a text is written; empty: in none."""
    small = text.casefold()
    found = {
        "latin": len(_LATIN.findall(small)),
        "cyrillic": len(_CYRILLIC.findall(small)),
        "wide": 2 * sum(map(len, _WIDE.findall(small))),
    }
    best = max(found, key=lambda each: found[each])
    return best if found[best] else ""


def shared_words(
    said: Mapping[CustomerId, Sequence[str]], language: str, apart_from: Collection[str] = ()
) -> dict[str, int]:
    """The words that at least two people say, and how many do; forms of a word count as one.

    `said` are texts by person. Those in the script of a language (by its own name) count, or all
    where none are. Words of `apart_from`, such as people's names, do not.
    """
    wanted = script(language)
    fitting = {
        person: [text for text in texts if script(text) == wanted] for person, texts in said.items()
    }
    fitting = fitting if any(fitting.values()) else {p: list(texts) for p, texts in said.items()}
    left_out = {stem for text in apart_from for stem in map(_stem, _telling([text]))}
    people: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for texts in fitting.values():
        spoken = list(_telling(texts))
        people.update({_stem(word) for word in spoken})
        for word in spoken:
            forms.setdefault(_stem(word), Counter())[word] += 1
    return {
        forms[stem].most_common(1)[0][0]: count
        for stem, count in people.items()
        if count >= 2 and stem not in left_out
    }


def often_said(said: Mapping[CustomerId, Sequence[str]], language: str, most: int) -> list[str]:
    """The words that most people say, at least two of them, those first, as they are read.

    Of scripts without spaces the longest strings that as many say, and not pairs of characters.
    """
    shared = shared_words(said, language)
    texts = ["\n".join(each) for each in said.values()]
    whole: dict[str, int] = {}
    for word, count in shared.items():
        grown = _grown(word, [each for each in texts if word in each])
        whole[grown] = max(count, whole.get(grown, 0))
    apart = (
        word
        for word in whole
        if not any(word != other and word in other and _WIDE.match(word) for other in whole)
    )
    return sorted(apart, key=lambda word: (-whole[word], word))[:most]


def _grown(word: str, texts: Sequence[str]) -> str:
    """The longest string around a pair of characters that stands in all of these texts."""
    while _WIDE.match(word) and len(word) < LONGEST and len(texts) > 1:
        at, first = texts[0].index(word), texts[0]
        around = (first[at - 1 : at] + word, word + first[at + len(word) : at + len(word) + 1])
        longer = [
            each
            for each in around
            if len(each) > len(word) and _WIDE.fullmatch(each) and all(map(_has(each), texts))
        ]
        if not longer:
            break
        word = longer[0]
    return word


def _has(word: str) -> Callable[[str], bool]:
    return lambda text: word in text


def suggested(shared: Mapping[str, int], rarity: Mapping[str, float]) -> str:
    """A name of the words that most say and that are rare elsewhere; empty when there are none."""

    def rank(word: str) -> tuple[float, str]:
        return (-shared[word] * rarity.get(word, 1.0) ** 2, word)

    chosen: list[str] = []
    for word in sorted(shared, key=rank):
        overlaps = _WIDE.match(word) and any(set(word) & set(other) for other in chosen)
        if not overlaps:
            chosen.append(word)
        if len(chosen) == SAID:
            break
    return entitled(BETWEEN.join(chosen))


def _telling(texts: Iterable[str]) -> Iterable[str]:
    """The words of texts that say something; of scripts without spaces, pairs of characters."""
    for text in texts:
        for run in _WIDE.findall(text):
            pairs = (run[at : at + 2] for at in range(len(run) - 1))
            yield from (pair for pair in pairs if not _PARTICLES & set(pair))
        for word in words(text):
            plain = len(word) >= SHORTEST and word.isalpha() and not _WIDE.match(word)
            if plain and word not in _COMMON:
                yield word


def _stem(word: str) -> str:
    return word if _WIDE.match(word) else word[:STEM]
