"""Schedules to begin with: data in `templates.yaml`, each with its words in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from flows.asks.tuning import free_id, numbered, settings_of, with_value
from flows.config import Config, Schedule

PRODUCT, DELAY = "product", "delay"
"""What an admin may be asked before a schedule is made."""
_FILE = Path(__file__).with_name("templates.yaml")


@dataclass(frozen=True, slots=True)
class Template:
    """A schedule to begin with."""

    id: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    """Whom it asks, in a sentence."""
    asks: tuple[str, ...]
    delays: tuple[str, ...]
    """Usual waits, the schedule's own among them."""
    schedule: Mapping[str, Any]


@cache
def templates() -> Mapping[str, Template]:
    """All templates by id, in the order in which they are offered."""
    entries = yaml.safe_load(_FILE.read_text("utf-8"))
    return {
        entry["id"]: Template(**entry | {key: tuple(entry[key]) for key in ("asks", "delays")})
        for entry in entries
    }


def schedule_from(
    template: Template, config: Config, product: str = "", delay: str = ""
) -> Schedule:
    """Make a schedule of a template, switched off, with an id that is not taken.

    It speaks the brand's languages. `product` empty: every product; `delay` empty: the
    template's own, else a plain value of `moment`. Raises ValueError for a delay that does not
    fit.
    """
    languages = config.brand.languages
    own_id, title = free_id(template.id, config), _in(template.title, languages)
    if own_id != template.id:
        title = numbered(title, own_id.rpartition("-")[2])
    whole = dict(template.schedule) | {
        "id": own_id,
        "title": title,
        "text": _in(template.schedule["text"], languages),
        "enabled": False,
    }
    if product:
        whole["audience"] = {"product": [product]}
    schedule = Schedule.model_validate(whole)
    if not delay:
        return schedule
    return with_value(schedule, settings_of(schedule)["moment"].path, delay)


def _in(words: Mapping[str, str], languages: tuple[str, ...]) -> dict[str, str]:
    """The words in these languages; English stands in for one that a template does not speak."""
    return {language: words.get(language, words["en"]) for language in languages}
