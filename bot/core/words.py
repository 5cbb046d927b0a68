"""The sentences that Verso says by itself, by key and language.

They live in `bot/texts/<area>.<language>.yaml`. Placeholders are filled in literally: braces in a
customer's words are never interpreted. Plural forms follow CLDR (Babel): a key may hold a mapping
`{one: ..., few: ..., many: ..., other: ...}` chosen by the placeholder `{n}`.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

LANGUAGES = ("en", "ru", "zh")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where it was built
_FOLDER = Path(__file__).parents[1] / "texts"
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class Words:
    """The catalogue of one installation."""

    def __init__(self, catalogues: Mapping[str, Mapping[str, Any]]) -> None:
        self._catalogues = catalogues

    @classmethod
    def shipped(cls) -> "Words":
        """Load the texts that come with Verso."""
        return cls({language: _load(language) for language in LANGUAGES})

    def keys(self, language: str) -> set[str]:
        """All keys of a language."""
        return set(self._catalogues[language])

    def say(self, language: str, key: str, **values: object) -> str:
        """The sentence `key` in a language, filled in.

        A language that is not shipped falls back to English. Raises KeyError for an unknown key.
        """
        catalogue = self._catalogues.get(language) or self._catalogues["en"]
        text = catalogue[key]
        if isinstance(text, Mapping):
            form = _locale(language).plural_form(int(str(values["n"])))
            text = text.get(form, text["other"])
        return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), text)


def placeholders(text: object) -> set[str]:
    """The names of the placeholders in a text or in all forms of a plural."""
    forms = text.values() if isinstance(text, Mapping) else (text,)
    return {name for form in forms for name in _PLACEHOLDER.findall(str(form))}


def _load(language: str) -> dict[str, Any]:
    return joined(
        yaml.load(path.read_text("utf-8"), _LOADER)  # noqa: S506  safe, both of them
        for path in sorted(_FOLDER.glob(f"*.{language}.yaml"))
    )


def joined(files: Iterable[Mapping[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """The texts of several files by their whole keys. Raises ValueError for one said twice."""
    texts: dict[str, Any] = {}
    for sections in files:
        for section, sentences in sections.items():
            mine = {f"{section}.{key}": sentence for key, sentence in sentences.items()}
            if twice := texts.keys() & mine.keys():
                raise ValueError(f"said twice: {', '.join(sorted(twice))}")
            texts |= mine
    return texts


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language if language in LANGUAGES else "en")


def listed(parts: Iterable[str], language: str) -> str:
    """Put parts of a list one after another, with the mark between them that a language uses."""
    return ("、" if language == "zh" else ", ").join(parts)


def pair(name: str, value: str, language: str) -> str:
    """Put a name before what it says: `Delay: 3 days`."""
    return f"{name}{'：' if language == 'zh' else ': '}{value}"


def language_of(*wishes: str, default: str = "en") -> str:
    """Choose the first of the wished languages that is spoken (`pt-BR` asks for `pt`)."""
    for wish in wishes:
        short = wish.replace("_", "-").split("-")[0].lower()
        if short in LANGUAGES:
            return short
    return default
