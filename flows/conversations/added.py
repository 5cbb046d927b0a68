"""Flows in the languages that were added to Verso, and in a formal address.

The words of an added language stand in ``flows.<language>.yaml``: the name of a flow, a fragment
or ``_engine``, below it the keys of its texts. They are put into a flow when it is read and are no
part of its source: a conversation finishes on the version that it began with, in words of today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import yaml

from flows.conversations.checking import MAX_LABEL, MAX_TEXT
from flows.conversations.definition import PLACEHOLDER, Definition
from flows.conversations.phrases import DEFINITIONS, ENGINE_FILE
from flows.languages import ENGLISH, Languages, Problem, in_use, tongue
from flows.utf16 import utf16_length

ENGINE = "_engine"
AREA = "flows"
"""The file of an added language that holds them."""
Sections = Mapping[str, Mapping[str, str]]
"""Texts by the name of what they stand in, then by key."""


def in_every_language(flow: Definition, sections: Sequence[str]) -> Definition:
    """The flow with the languages that were added, and with its formal texts.

    ``sections``: itself and the fragments that it includes. English stands in for what is missing;
    a flow without English is left as it is.
    """
    spoken = in_use()
    added = [each.code for each in spoken.added if ENGLISH in flow.languages]
    texts = {
        key: {**words, **{code: _said(spoken, code, sections, key, words) for code in added}}
        for key, words in flow.texts.items()
    }
    languages = (*flow.languages, *(code for code in added if code not in flow.languages))
    formal = {
        key: {code: _formally(spoken, code, sections, key, text) for code, text in words.items()}
        for key, words in texts.items()
    }
    return replace(flow, languages=languages, texts=texts, formal=formal)


def _said(
    spoken: Languages, code: str, sections: Sequence[str], key: str, words: Mapping[str, str]
) -> str:
    own = texts_of(spoken, code)[0]
    found = next((own[name][key] for name in (*sections, ENGINE) if key in own.get(name, {})), None)
    return found or words.get(code) or words[ENGLISH]


def _formally(spoken: Languages, code: str, sections: Sequence[str], key: str, text: str) -> str:
    own = texts_of(spoken, code, formal=True)[0] if code in spoken.known else {}
    found = next((own[name][key] for name in (*sections, ENGINE) if key in own.get(name, {})), None)
    return found or (tongue(code).addressed(text) if code in spoken.known else text)


def problems_of_flows(spoken: Languages) -> list[Problem]:
    """What is missing or wrong in the flows of all added languages; English is said instead."""
    found = []
    for language in spoken.added:
        own, problems = texts_of(spoken, language.code)
        found += [*problems, *texts_of(spoken, language.code, formal=True)[1]]
        told = {each.key for each in problems}
        found += [
            Problem(f"{AREA}.{language.code}.yaml", f"{name}.{key}", *_MISSING)
            for name, texts in _english().items()
            for key in texts
            if key not in own.get(name, {}) and f"{name}.{key}" not in told
        ]
    return found


_MISSING = ("missing, English is said instead", "Add the text.")


@lru_cache(maxsize=64)
def texts_of(
    spoken: Languages, code: str, *, formal: bool = False
) -> tuple[Sections, tuple[Problem, ...]]:
    """The texts of an added language that can be said, and what is wrong with the others.

    Raises LanguageError for a file that cannot be read.
    """
    if AREA not in spoken.files(code, formal=formal):
        return {}, ()
    file = spoken.files(code, formal=formal)[AREA].name
    problems: list[Problem] = []
    own: dict[str, dict[str, str]] = {}
    for name, texts in spoken.content(code, AREA, formal=formal).items():
        if name not in _english():
            problems.append(Problem(file, name, "no such flow", _near(name, _english())))
        elif not isinstance(texts, dict):
            problems.append(Problem(file, name, "no texts", "Write keys below it, indented."))
        else:
            faulty = dict(_faults(name, texts))
            problems += [Problem(file, f"{name}.{key}", *why) for key, why in faulty.items()]
            own[name] = {key: text for key, text in texts.items() if key not in faulty}
    return own, tuple(problems)


def _faults(name: str, texts: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    english = _english()[name]
    for key, text in texts.items():
        if key not in english:
            yield key, ("no such text", _near(str(key), english))
        elif not isinstance(text, str) or not text.strip():
            yield key, ("no text", "Put it in quotes.")
        elif fault := _fault(text, english[key], key in _labels()):
            yield key, fault


def _fault(text: str, english: str, is_label: bool) -> tuple[str, str] | None:
    gaps, wanted = set(PLACEHOLDER.findall(text)), set(PLACEHOLDER.findall(english))
    if odd := sorted(gaps - wanted):
        return f"nothing can be filled in for {{{odd[0]}}}", _there_are(wanted)
    if lost := sorted(wanted - gaps):
        return f"{{{lost[0]}}} is not in it", f"Put {{{lost[0]}}} where it belongs."
    length, most = utf16_length(text), MAX_LABEL if is_label else MAX_TEXT
    if length > most:
        return f"{length} characters", f"At most {most} fit."
    return None


def _there_are(names: set[str]) -> str:
    listed = ", ".join(f"{{{name}}}" for name in sorted(names))
    return f"There is {listed}." if listed else "It has no placeholder."


def _near(name: str, known: Mapping[str, object]) -> str:
    close = get_close_matches(name, known, 1)
    return f"Did you mean {close[0]}?" if close else f"Known: {', '.join(known)}."


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Any]:
    """The files of the shipped flows by the names of what they hold, all scalars as typed."""
    found = {}
    for path in sorted(DEFINITIONS.glob("*.yaml")):
        content = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506  makes texts
        name = ENGINE if path.name == ENGINE_FILE else content.get("flow") or content["fragment"]
        found[name] = content
    return found


@lru_cache(maxsize=1)
def _english() -> Sections:
    return {
        name: {key: words[ENGLISH] for key, words in (content["texts"] or {}).items()}
        for name, content in _shipped().items()
        if content["texts"]
    }


@lru_cache(maxsize=1)
def _labels() -> frozenset[str]:
    """The keys of what stands on buttons."""
    options = {
        option["text"]
        for content in _shipped().values()
        for step in content.get("steps") or ()
        for option in step.get("options") or ()
    }
    return frozenset(options | {key for key in _english()[ENGINE] if key.startswith("btn_")})
