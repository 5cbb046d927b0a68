"""What of a schedule can be tuned: each setting with its place, its kind and usual values.

A value is the plain one of `verso.yaml`. Setting one gives a new schedule; whether the whole
configuration passes its checks with it is found out by loading its dump.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from flows.asks.chains import numbers
from flows.asks.triggers import CONTACT
from flows.asks.typed_values import NOTHING, read
from flows.config import COMPLAINT, Config, Schedule, Titled
from flows.time.durations import Period

Path = tuple[str, ...]
_OF_VERSO = frozenset({CONTACT, COMPLAINT})
"""Types of events that no system tells: they stand for what customers do here."""
_KEPT = 60
"""Letters of a title that stay when it gets a number."""
_TITLED = frozenset({"products", "stages"})
"""Choices that have titles, by which admins know them."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be tuned."""

    name: str
    """At most 6 letters, for buttons; its words are `tuning.label_NAME`."""
    path: Path
    kind: str
    """How it is read (`flows.asks.typed_values.READERS`); `expected_KIND` says what is expected."""
    presets: tuple[str, ...] = ()
    """Usual values as an admin would type them, at most 15 bytes each, without a colon."""
    choices: str = ""
    """What is offered, each to be added or left out: a section of the configuration, the brand's
    `languages`, or the `reasons` not to ask that schedules name."""


_DELAYS = ("PT0S", "P1D", "P3D", "P5D", "P7D", "P14D")
_MOMENTS = {
    "cron": Setting("moment", ("when", "cron"), "cron", ("0 10 * * mon", "0 10 1 * *")),
    "before_end": Setting("moment", ("when", "before_end"), "period", ("P1D", "P3D", "P7D")),
    "silence": Setting("moment", ("when", "after"), "period", ("P14D", "P30D", "P60D", "P90D")),
    "event": Setting("moment", ("when", "after"), "after", ("50%", *_DELAYS)),
}
"""By the key of `when` that says which kind of trigger it is."""

_GAP = Setting("gap", ("when", "gap"), "optional_period", ("none", "P7D", "P30D", "P90D"))
_UNLESS = Setting("unless", ("unless",), "events", ("none",), "reasons")
_UNTIL = Setting("until", ("until",), "events", (), "reasons")
_OFFSETS = ("PT0S", "PT2H", "P1D", "P2D", "P3D", "P5D", "P7D", "P14D")
_SETTINGS = (
    Setting(
        "window", ("window",), "window", ("none", "900-1800", "1000-2000", "1200-2000", "1700-2000")
    ),
    Setting("cool", ("cooldown",), "period_or_none", ("P7D", "P14D", "P30D", "P60D", "P90D")),
    Setting("cap", ("cap",), "cap", ("none", "1/P30D", "2/P90D", "1/P1Y")),
    Setting("prio", ("priority",), "number", ("10", "30", "50", "70", "90")),
    Setting("hold", ("holdout",), "share", ("0%", "5%", "10%", "20%")),
    Setting("name", ("title",), "name", ("none",)),
    Setting("prod", ("audience", "product"), "list", ("none",), "products"),
    Setting("tags", ("audience", "tags"), "list", ("none",)),
    Setting("notags", ("audience", "without_tags"), "list", ("none",)),
    Setting("lang", ("audience", "language"), "list", ("none",), "languages"),
    Setting("stage", ("audience", "stage"), "list", ("none",), "stages"),
    Setting(
        "zones",
        ("audience", "time_zone"),
        "zones",
        ("none", "Europe/*", "America/*", "Asia/*"),
    ),
    Setting("value", ("audience", "value"), "range", ("none", "100+", "500+", "1000+")),
    Setting(
        "compl",
        ("audience", "complaints"),
        "range_within",
        ("none", "0/P90D", "1+/P90D", "3+/P90D"),
    ),
)
AUDIENCE = ("prod", "tags", "notags", "lang", "stage", "zones", "value", "compl")
"""The settings that say whom a schedule means."""


def settings_of(schedule: Schedule) -> Mapping[str, Setting]:
    """What can be tuned of this schedule, by name; its trigger decides over some."""
    found = {setting.name: setting for setting in _trigger_settings(schedule)}
    ends = _UNTIL if schedule.informs else _UNLESS
    return found | {setting.name: setting for setting in (ends, *_SETTINGS)}


def _trigger_settings(schedule: Schedule) -> Iterator[Setting]:
    when = plain(schedule)["when"]
    kind = next(kind for kind in _MOMENTS if kind == "event" or kind in when)
    if schedule.steps:
        yield from (_step_setting(schedule, number) for number in numbers(schedule))
    else:
        yield _MOMENTS[kind]
    if kind != "cron":
        yield Setting("event", ("when", "silence" if kind == "silence" else "event"), "event")
    if kind == "event":
        yield _GAP


def step_name(number: int) -> str:
    """The name of the setting of when one message of a chain is due."""
    return f"step{number + 1}"


def _step_setting(schedule: Schedule, number: int) -> Setting:
    """When one message of a chain is due; usual are times between those of its neighbours."""
    dues = [step.after.approximate() for step in schedule.steps]
    least = dues[number - 1] if number else timedelta(-1)
    most = dues[number + 1] if number + 1 < len(dues) else timedelta.max
    fitting = (each for each in _OFFSETS if least < Period.parse(each).approximate() < most)
    path = ("steps", str(number), "after")
    return Setting(step_name(number), path, "offset", tuple(fitting))


def plain(schedule: Schedule) -> dict[str, Any]:
    """The schedule as `verso.yaml` writes it, without keys that have no value."""
    return schedule.model_dump(mode="json", by_alias=True, exclude_none=True)


def value_at(schedule: Schedule, path: Sequence[str]) -> Any:
    """The plain value at a place; None when there is none."""
    node: Any = plain(schedule)
    for part in path:
        if isinstance(node, list):
            node = node[int(part)] if int(part) < len(node) else None
        else:
            node = node.get(part) if isinstance(node, Mapping) else None
    return node


def event_types_at(schedule: Schedule, setting: Setting) -> list[str]:
    """The types of the business's events that a setting of a schedule names."""
    if setting.kind not in ("event", "events"):
        return []
    value = value_at(schedule, setting.path) or []
    return [
        each for each in ([value] if isinstance(value, str) else value) if each not in _OF_VERSO
    ]


def with_value(schedule: Schedule, path: Sequence[str], value: Any) -> Schedule:
    """The schedule with another plain value, or NOTHING, at a place.

    Raises ValueError when the schedule cannot have it.
    """
    whole = plain(schedule)
    node: Any = whole
    for part in path[:-1]:
        node = node[int(part)] if isinstance(node, list) else node.setdefault(part, {})
    if value is NOTHING:
        node.pop(path[-1], None)
    else:
        node[path[-1]] = value
    try:
        return Schedule.model_validate(whole)
    except ValidationError as error:
        raise ValueError(f"this cannot be the value of {'.'.join(path)}") from error


def read_value(setting: Setting, text: str, config: Config) -> Any:
    """Read what was typed, or stands on a button. Raises ValueError for what is no such value."""
    value = read(setting.kind, text)
    if value is NOTHING:
        return value
    if setting.kind == "name":
        return dict.fromkeys(config.brand.languages, value)
    if setting.choices in _TITLED:
        return _ids(value, getattr(config, setting.choices))
    return value


def _ids(words: Sequence[str], entries: Sequence[Titled]) -> list[str]:
    """Ids for titles, in whatever language they were typed; other words stay as they are."""
    named = {title.casefold(): entry.id for entry in entries for title in entry.title.values()} | {
        entry.id: entry.id for entry in entries
    }
    return list(dict.fromkeys(named.get(word.casefold(), word) for word in words))


def choices_of(setting: Setting, config: Config) -> Sequence[str]:
    """The ids that a setting offers to add or leave out; empty: it has no such list."""
    if setting.choices == "languages":
        return config.brand.languages
    if setting.choices == "reasons":
        named = (event for each in config.schedules for event in (*each.unless, *each.until))
        return list(dict.fromkeys((CONTACT, *named)))
    if setting.choices:
        return [entry.id for entry in getattr(config, setting.choices)]
    return ()


def toggled(schedule: Schedule, setting: Setting, choice: str) -> list[str]:
    """The list of a setting with one choice added, or left out if it was in it."""
    now = list(value_at(schedule, setting.path) or [])
    return [each for each in now if each != choice] if choice in now else [*now, choice]


def numbered(title: Mapping[str, str] | None, number: str) -> dict[str, str]:
    """A title in each language with a number behind it, so that two can be told apart."""
    return {tongue: f"{each[:_KEPT]} {number}" for tongue, each in (title or {}).items()}


def free_id(wanted: str, config: Config) -> str:
    """An id for a new schedule: the wanted one, with a number if it is taken."""
    taken = {schedule.id for schedule in config.schedules}
    number, found = 1, wanted
    while found in taken:
        number += 1
        end = f"-{number}"
        found = wanted[: 32 - len(end)] + end
    return found
