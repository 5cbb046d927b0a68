"""Thanks and the like: words after which nothing is to be done.

Wrong in the one direction only: what is not surely a courtesy is words like any other.
"""

import re
from functools import cache
from pathlib import Path

import yaml

MOST_WORDS = 8
"""Whoever says more than that has something to say."""

_FILE = Path(__file__).with_name("courtesies.yaml")
_SIGNS = re.compile("[\U0001f44d\U0001f44c\U0001f64f\u2764\U0001f60a\U0001f642\U0001f389\ufe0f]")
"""👍 👌 🙏 ❤ 😊 🙂 🎉, and what makes a sign colourful."""
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff]")
_MARKS = re.compile(r"[\s.,!;:()…~、。，！；：～]+")


def is_courtesy(text: str) -> bool:
    """Tell whether somebody only thanks or agrees, in a language of `courtesies.yaml`.

    A question, a "but" or any word that is not known makes it more than that.
    """
    bare = _SIGNS.sub(" ", _SKIN.sub("", text)).casefold().replace("’", "'")
    words = [word for word in _MARKS.split(bare) if word]
    if not words:
        return bool(_SIGNS.search(text))
    return len(words) <= MOST_WORDS and _words().issuperset(words)


@cache
def _words() -> frozenset[str]:
    known: dict[str, str] = yaml.safe_load(_FILE.read_text("utf-8"))
    return frozenset(" ".join(known.values()).split())
