"""Schedules to begin with: data in `templates.yaml`, each with its words in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from flows.asks.tuning import free_id, numbered, settings_of, with_value
from flows.config import Config, Schedule
from flows.config.ask_texts import expected, faults_of
from flows.entities.kinds import Address
from flows.languages import Languages, Problem, in_use, tongue

TEXT = "text"
PRODUCT, DELAY = "product", "delay"
"""What an admin may be asked before a schedule is made."""
AREA = "templates"
"""The file of an added language that holds their words."""
Sections = Mapping[str, Mapping[str, str]]
"""Words by the template's id, then `title`, `about`, and `text`; in a chain `text_1` and so on."""
_MISSING = ("missing, English is said instead", "Add the text.")
_FILE = Path(__file__).with_name("templates.yaml")


@dataclass(frozen=True, slots=True)
class Template:
    """A schedule to begin with."""

    id: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    """Whom it asks or tells something, in a sentence."""
    asks: tuple[str, ...]
    delays: tuple[str, ...]
    """Usual waits, the schedule's own among them."""
    schedule: Mapping[str, Any]


def templates() -> Mapping[str, Template]:
    """All templates by id, in the order in which they are offered."""
    return _templates(in_use())


@lru_cache(maxsize=16)
def _templates(spoken: Languages) -> Mapping[str, Template]:
    own = {each.code: texts_of(spoken, each.code)[0] for each in spoken.added}
    return {entry["id"]: _template(entry, own) for entry in _entries()}


def _template(entry: Mapping[str, Any], own: Mapping[str, Sections]) -> Template:
    """A template with its words in the languages that were added, too."""
    mine = {code: said.get(entry["id"], {}) for code, said in own.items()}
    words = {
        key: texts | {code: said[key] for code, said in mine.items() if key in said}
        for key, texts in _words(entry).items()
    }
    return Template(
        entry["id"],
        words["title"],
        words["about"],
        tuple(entry["asks"]),
        tuple(entry["delays"]),
        {**entry["schedule"], **_said(entry, words)},
    )


def _said(entry: Mapping[str, Any], words: Mapping[str, Any]) -> Mapping[str, Any]:
    """The words of a schedule: of its only message, or of each of a chain."""
    if TEXT in words:
        return {TEXT: words[TEXT]}
    steps = entry["schedule"]["steps"]
    return {
        "steps": [{**step, TEXT: words[_step(number)]} for number, step in enumerate(steps)],
    }


def _step(number: int) -> str:
    """The key of the words of one message of a chain."""
    return f"{TEXT}_{number + 1}"


@cache
def _entries() -> list[dict[str, Any]]:
    return list(yaml.safe_load(_FILE.read_text("utf-8")))


def _words(entry: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    schedule = entry["schedule"]
    said = {_step(at): each[TEXT] for at, each in enumerate(schedule.get("steps", ()))}
    return {
        "title": entry["title"],
        "about": entry["about"],
        **(said or {TEXT: schedule[TEXT]}),
    }


# -- languages that were added -----------------------------------------------------------------


def problems_of_templates(spoken: Languages) -> list[Problem]:
    """What is missing or wrong in the templates of added languages; English is said instead."""
    found: list[Problem] = []
    for language in spoken.added:
        own, problems = texts_of(spoken, language.code)
        told = {each.key for each in problems}
        keys = [(entry["id"], key) for entry in _entries() for key in _words(entry)]
        found += problems
        found += [
            Problem(f"{AREA}.{language.code}.yaml", f"{name}.{key}", *_MISSING)
            for name, key in keys
            if key not in own.get(name, {}) and f"{name}.{key}" not in told
        ]
    return found


@lru_cache(maxsize=16)
def texts_of(spoken: Languages, code: str) -> tuple[Sections, tuple[Problem, ...]]:
    """The words of an added language that can be said, and what is wrong with the others.

    Raises LanguageError for a file that cannot be read.
    """
    file, problems = f"{AREA}.{code}.yaml", list[Problem]()
    known = {entry["id"]: _words(entry) for entry in _entries()}
    own: dict[str, dict[str, str]] = {}
    for name, texts in spoken.content(code, AREA).items():
        for key, text in (texts if isinstance(texts, dict) else {"": texts}).items():
            if key not in known.get(name, {}):
                remedy = f"Templates: {', '.join(known)}; each has title, about, text."
                if name in known:
                    remedy = f"{name} has {', '.join(known[name])}."
                problems.append(Problem(file, f"{name}.{key}", "no such text", remedy))
            elif not isinstance(text, str) or not text.strip():
                problems.append(Problem(file, f"{name}.{key}", "no text", "Put it in quotes."))
            elif key.startswith(TEXT) and (faults := faults_of(text, informs=_informs(name))):
                remedy = f"Expected: {expected(faults[0])}."
                problems.append(Problem(file, f"{name}.{key}", "cannot be said", remedy))
            else:
                own.setdefault(name, {})[key] = text
    return own, tuple(problems)


def _informs(name: str) -> bool:
    return any(each["id"] == name and "kind" in each["schedule"] for each in _entries())


def schedule_from(
    template: Template, config: Config, product: str = "", delay: str = ""
) -> Schedule:
    """Make a schedule of a template, switched off, with an id that is not taken.

    It speaks the brand's languages. `product` empty: every product; `delay` empty: the
    template's own, else a plain value of `moment`. Raises ValueError for a delay that does not
    fit.
    """
    languages = config.brand.languages
    formal = config.brand.address is Address.FORMAL
    own_id, title = free_id(template.id, config), _in(template.title, languages)
    if own_id != template.id:
        title = numbered(title, own_id.rpartition("-")[2])
    whole = dict(template.schedule) | {"id": own_id, "title": title, "enabled": False}

    def said(words: Mapping[str, str]) -> dict[str, str]:
        return {
            language: tongue(language).addressed(text) if formal else text
            for language, text in _in(words, languages).items()
        }

    if TEXT in whole:
        whole[TEXT] = said(whole[TEXT])
    else:
        whole["steps"] = [{**step, TEXT: said(step[TEXT])} for step in whole["steps"]]
    if product:
        whole["audience"] = {"product": [product]}
    schedule = Schedule.model_validate(whole)
    if not delay:
        return schedule
    return with_value(schedule, settings_of(schedule)["moment"].path, delay)


def _in(words: Mapping[str, str], languages: tuple[str, ...]) -> dict[str, str]:
    """The words in these languages; English stands in for one that a template does not speak."""
    return {language: words.get(language, words["en"]) for language in languages}
