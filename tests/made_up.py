"""A language that nobody speaks: every English sentence with its words turned around."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from bot.core.words import Words
from flows.asks.templates import _entries, _words
from flows.conversations.added import _english
from flows.languages import Languages, in_use, use
from tests.yaml_files import as_yaml

CODE, NAME = "qx", "Qẋ"
_KEPT = re.compile(r"(\{[^{}]*\}|https?://\S+|/[a-z_]+|@\w+|#\d+|VERSO_\w+|[\w.]+\.yaml)")
_WORD = re.compile(r"[A-Za-z]{2,}")
_ACCENTS = str.maketrans("aeiou", "áéíóú")
HEAD = """
name: Qẋ
locale: en
marks: {comma: " ~ ", colon: " = ", stop: " ."}
typed:
  days: [syád, yád]
  weeks: [keéw]
  joins: [dná]
  now: [won]
  none: [enón]
  since: [morf]
  to: [ot]
  times: [semít]
  per: [rep]
"""
EAR = """
about: Qx
letters: a-z
stop: [pots | pots gniksa em]
later: [worromot | tón won]
fine: [lla si llew | llew]
thanks: [sknaht]
"yes": [sey]
"no": ["on"]
"""


def turned(text: str) -> str:
    """A sentence in the made-up language; what is filled in, commands and addresses stay."""
    parts = _KEPT.split(text)
    return "".join(
        part if at % 2 else _WORD.sub(lambda word: word[0][::-1].translate(_ACCENTS), part)
        for at, part in enumerate(parts)
    )


def _turned(text: Any) -> Any:
    if isinstance(text, Mapping):
        return {form: turned(each) for form, each in text.items()}
    return turned(text)


@cache
def _files() -> dict[str, str]:
    """What is in the language's files, by area."""
    sections: dict[str, dict[str, Any]] = {}
    for key, text in Words.shipped().texts("en").items():
        section, _, name = key.partition(".")
        sections.setdefault(section, {})[name] = _turned(text)
    flows = {name: {key: turned(text) for key, text in t.items()} for name, t in _english().items()}
    templates = {
        entry["id"]: {key: turned(text["en"]) for key, text in _words(entry).items()}
        for entry in _entries()
    }
    areas = {"texts": sections, "flows": flows, "templates": templates}
    return {area: as_yaml(content) for area, content in areas.items()} | {"ear": EAR}


def make_language(folder: Path, *, code: str = CODE, head: str = HEAD) -> Path:
    """Write all files of the language into a folder."""
    folder.mkdir(exist_ok=True)
    for area, content in _files().items():
        (folder / f"{area}.{code}.yaml").write_text(content, "utf-8")
    (folder / f"{code}.yaml").write_text(head, "utf-8")
    return folder


@contextmanager
def speaking(languages: Languages) -> Iterator[None]:
    """Speak these languages inside of the block."""
    before = in_use()
    use(languages)
    try:
        yield
    finally:
        use(before)


_ENGLISH = re.compile(
    r"(?<![/\w{])(the|is|you|your|are|it|this|here|what|write|with|and|not|no|to|of|was|we|"
    r"person|answer|ticket|complaint|schedule)(?![\w}])",
    re.IGNORECASE,
)


def english_in(text: str) -> list[str]:
    """The English words that stand in a text that should have none."""
    return _ENGLISH.findall(text)
