"""Thanks and the like: words after which nothing is to be done.

Wrong in the one direction only: what is not surely a courtesy is words like any other.
"""

import re

MOST_WORDS = 8
"""Whoever says more than that has something to say."""

_ENGLISH = """
thanks thank you thx ty so very much a lot many ok okay k great good nice perfect super fine cool
wonderful excellent got it i understand understood see all right alright sure again for the help
your it's its well done works now everything is
"""
_RUSSIAN = """
спасибо большое огромное вам тебе благодарю очень ок окей хорошо отлично супер прекрасно
замечательно понятно понял поняла ясно принято договорились всё все в порядке за помощь теперь
работает и ещё раз
"""
_CHINESE = """
谢谢 谢谢你 谢谢您 谢谢你们 多谢 非常感谢 太感谢了 感谢 好 好的 好的谢谢 好谢谢 嗯 嗯嗯 行 可以 收到
收到谢谢 知道了 明白 明白了 了解 太好了 没问题 没问题了 好了谢谢
"""
"""Whole sayings: it is written without spaces."""
_WORDS = frozenset(f"{_ENGLISH} {_RUSSIAN} {_CHINESE}".split())
_SIGNS = re.compile("[\U0001f44d\U0001f44c\U0001f64f\u2764\U0001f60a\U0001f642\U0001f389\ufe0f]")
"""👍 👌 🙏 ❤ 😊 🙂 🎉, and what makes a sign colourful."""
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff]")
_MARKS = re.compile(r"[\s.,!;:()…~、。，！；：～]+")


def is_courtesy(text: str) -> bool:
    """Tell whether somebody only thanks or agrees, in English, Russian or Chinese.

    A question, a "but" or any word that is not known makes it more than that.
    """
    bare = _SIGNS.sub(" ", _SKIN.sub("", text)).casefold().replace("’", "'")
    words = [word for word in _MARKS.split(bare) if word]
    if not words:
        return bool(_SIGNS.search(text))
    return len(words) <= MOST_WORDS and all(word in _WORDS for word in words)
