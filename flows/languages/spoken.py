"""Which languages are spoken, and what is known of each.

One process speaks the languages of one installation, like it knows one set of time zones: they are
read when it starts (`use`), before anything is said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flows.languages.heads import Language, content_of, read_head
from flows.languages.problems import LanguageError, Problem

ENGLISH = "en"
"""Has every sentence; stands in for what another language lacks."""
_HEADS = Path(__file__).parent
_CODE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True, eq=False)
class Languages:
    """The languages of an installation, those that come with Verso first."""

    known: Mapping[str, Language]
    folder: Path | None = None
    """Where the added ones have their files."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all."""
        return tuple(self.known)

    @property
    def added(self) -> tuple[Language, ...]:
        """Those of the folder."""
        return tuple(each for each in self.known.values() if not each.shipped)

    def files(self, code: str, *, formal: bool = False) -> dict[str, Path]:
        """The files of an added language by what they hold (`customer`, `flows`, `ear`, ...).

        With `formal` those that say something else when the brand addresses formally.
        """
        if self.folder is None or self.known[code].shipped:
            return {}
        end = f".{code}.formal.yaml" if formal else f".{code}.yaml"
        found = {path.name.removesuffix(end): path for path in self.folder.glob(f"*{end}")}
        return dict(sorted(found.items()))

    def content(self, code: str, area: str, *, formal: bool = False) -> dict[str, object]:
        """What one of these files holds; nothing when it is not there. Raises LanguageError."""
        path = self.files(code, formal=formal).get(area)
        return content_of(path) if path else {}


def load(folder: Path | None = None) -> Languages:
    """The languages that come with Verso, and those of a folder.

    Raises LanguageError when the folder is not there, or holds no language that can be spoken.
    """
    if folder is None:
        return _SHIPPED
    if not folder.is_dir():
        remedy = "Check VERSO_LANGUAGES, or leave it empty."
        raise LanguageError([Problem(str(folder), "", "there is no such folder", remedy)])
    heads = sorted(path for path in folder.glob("*.yaml") if "." not in path.stem)
    problems, added = _astray(folder, {path.stem for path in heads}), {}
    for path in heads:
        if path.stem in _SHIPPED.known:
            remedy = "Languages that come with Verso stay as they are; add others."
            problems.append(Problem(path.name, "", "this language comes with Verso", remedy))
        elif not _CODE.fullmatch(path.stem):
            remedy = "Name it by the language's code, two or three small letters: de.yaml."
            problems.append(Problem(path.name, "", "not the code of a language", remedy))
        else:
            try:
                added[path.stem] = read_head(path, shipped=False)
            except LanguageError as error:
                problems.extend(error.problems)
    if not heads:
        remedy = "Add the head of a language, such as de.yaml (docs/languages.md)."
        problems.append(Problem(str(folder), "", "no language in this folder", remedy))
    if problems:
        raise LanguageError(problems)
    return Languages({**_SHIPPED.known, **added}, folder)


def _astray(folder: Path, heads: set[str]) -> list[Problem]:
    """Files of a language that has no head, which nobody would read."""
    parts = {path: path.stem.split(".") for path in sorted(folder.glob("*.*.yaml"))}
    return [
        Problem(path.name, "", "its language has no head", f"Add {part[1]}.yaml beside it.")
        for path, part in parts.items()
        if part[1] not in heads
    ]


_SHIPPED = Languages(
    {path.stem: read_head(path, shipped=True) for path in sorted(_HEADS.glob("*.yaml"))}
)
SHIPPED = _SHIPPED.codes
"""The languages that come with Verso."""
_in_use = [_SHIPPED]


def use(languages: Languages) -> None:
    """Speak these languages from now on. Called when a process starts."""
    _in_use[0] = languages


def in_use() -> Languages:
    """The languages of this process."""
    return _in_use[0]


def codes() -> tuple[str, ...]:
    """The codes of the languages that are spoken."""
    return in_use().codes


def tongue(code: str) -> Language:
    """What is known of a language; English for one that is not spoken (`pt-BR` is `pt`)."""
    known = in_use().known
    return known.get(code) or known.get(_short(code)) or known[ENGLISH]


def language_of(*wishes: str, default: str = ENGLISH) -> str:
    """Choose the first of the wished languages that is spoken (`pt-BR` asks for `pt`)."""
    for wish in wishes:
        if _short(wish) in in_use().known:
            return _short(wish)
    return default


def with_customers(chosen: Collection[str]) -> tuple[str, ...]:
    """The languages that customers are offered: what the brand chose, and what was added.

    Whoever adds a language wants it spoken, also when an older configuration does not name it.
    """
    known = in_use().known.values()
    found = tuple(each.code for each in known if each.code in chosen or not each.shipped)
    return found or codes()


@lru_cache(maxsize=1024)
def _short(code: str) -> str:
    return re.split("[-_]", code, maxsplit=1)[0].lower()
