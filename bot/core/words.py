"""The sentences that Verso says by itself, by key and language.

They live in `bot/texts/<area>.<language>.yaml`, those of added languages in the folder that
VERSO_LANGUAGES names. Placeholders are filled in literally: braces in a customer's words are never
interpreted. Plural forms follow CLDR (Babel): a key may hold a mapping
`{one: ..., few: ..., many: ..., other: ...}` chosen by the placeholder `{n}`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from bot.core.added_texts import added_texts
from flows.languages import ENGLISH, SHIPPED, Problem, in_use, language_of, tongue

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where it was built
_FOLDER = Path(__file__).parents[1] / "texts"
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_CUSTOMERS = re.compile(
    r"(customer|commands|carried|kinds|printed|visits|recall)\..*|desk\.told_.*|links\.card.*|wording\.recent_.*"
    r"|asking\.reminder|admin\.(only_admins|claim_refused)"
    r"|changes\.(you_said|we_changed|we_will_not|since|decided|also|write_back)"
    r"|closing\.(asked|told)_.*|(lost|praise|remedies|slots)\.told_.*"
)
"""Keys of what customers read; all else is for staff and admins."""


class Words:
    """The catalogue of one installation."""

    def __init__(
        self,
        catalogues: Mapping[str, Mapping[str, Any]],
        own_formal: Mapping[str, Mapping[str, Any]] | None = None,
        problems: tuple[Problem, ...] = (),
        is_formal: Callable[[], bool] = lambda: False,
    ) -> None:
        self._catalogues = catalogues
        self._own_formal = own_formal or {}
        self._is_formal = is_formal
        self.problems = problems
        """What is missing or wrong in added languages; English is said instead."""

    def addressing(self, is_formal: Callable[[], bool]) -> "Words":
        """The same catalogue, saying to customers whatever is formal when asked for."""
        return Words(self._catalogues, self._own_formal, self.problems, is_formal)

    @classmethod
    def shipped(cls) -> "Words":
        """Load the texts that come with Verso, and those of the languages added to it.

        Raises LanguageError for a file that cannot be read.
        """
        catalogues = {language: _load(language) for language in SHIPPED}
        added = [added_texts(each, catalogues[ENGLISH]) for each in in_use().added]
        return cls(
            catalogues | {each.code: each.texts for each in added},
            {each.code: each.formal for each in added},
            tuple(problem for each in added for problem in each.problems),
        )

    def keys(self, language: str) -> set[str]:
        """All keys of a language."""
        return set(self._catalogues[language])

    def texts(self, language: str) -> Mapping[str, Any]:
        """The sentences of a language by key, plural forms as mappings."""
        return self._catalogues[language]

    def say(self, language: str, key: str, **values: object) -> str:
        """The sentence `key` in a language, filled in.

        A language that is not spoken falls back to English. Raises KeyError for an unknown key.
        """
        catalogues = self.formal if self._is_formal() else self._catalogues
        catalogue = catalogues.get(language) or catalogues[ENGLISH]
        text = catalogue[key]
        spoken = tongue(language)
        if isinstance(text, Mapping):
            form = spoken.locale.plural_form(int(str(values["n"])))
            text = text.get(form, text["other"])
        return _PLACEHOLDER.sub(lambda found: spoken.around(str(values[found[1]])), text)

    @cached_property
    def formal(self) -> Mapping[str, Mapping[str, Any]]:
        """The sentences of each language with those for customers in a formal address."""
        return {
            language: {
                key: _addressed(language, text) if is_for_customers(key) else text
                for key, text in texts.items()
            }
            | dict(self._own_formal.get(language, {}))
            for language, texts in self._catalogues.items()
        }


def is_for_customers(key: str) -> bool:
    """Tell whether customers read this sentence, and not staff or admins."""
    return _CUSTOMERS.fullmatch(key) is not None


def _addressed(language: str, text: Any) -> Any:
    say = tongue(language).addressed
    if isinstance(text, Mapping):
        return {form: say(sentence) for form, sentence in text.items()}
    return say(text)


def placeholders(text: object) -> set[str]:
    """The names of the placeholders in a text or in all forms of a plural."""
    forms = text.values() if isinstance(text, Mapping) else (text,)
    return {name for form in forms for name in _PLACEHOLDER.findall(str(form))}


@cache
def _load(language: str) -> Mapping[str, Any]:
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


def listed(parts: Iterable[str], language: str) -> str:
    """Put parts of a list one after another, with the mark between them that a language uses."""
    return tongue(language).marks.comma.join(parts)


def pair(name: str, value: str, language: str) -> str:
    """Put a name before what it says: `Delay: 3 days`."""
    return f"{name}{tongue(language).marks.colon}{value}"


def named(language: str, reader: str) -> str:
    """What a language is called in that of the reader: `Russian`; else its own name."""
    name = named_within(language, reader)
    return name[:1].upper() + name[1:]


def named_within(language: str, reader: str) -> str:
    """The same as it is written within a sentence: `русский`."""
    return str(tongue(reader).locale.languages.get(language) or tongue(language).name)


__all__ = [
    "Words",
    "is_for_customers",
    "joined",
    "language_of",
    "listed",
    "named",
    "named_within",
    "pair",
    "placeholders",
]
