"""Between versions of a configuration: taking a change back, and what a new file would undo.

Both compare three configurations key by key. Entries with an id (teams, schedules and the like)
are followed by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.config.dump import diff_config, plain_config
from flows.config.models import Config

_NONE: Any = object()
"""Stands for a key that is not there."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a configuration becomes when an earlier change is taken back."""

    config: Config
    conflicts: tuple[str, ...]
    """Keys that were changed again since, and stay as they are."""


def take_back(before: Config, after: Config, now: Config) -> TakenBack:
    """Undo in `now` what changed from `before` to `after`, and leave all else.

    A key that is neither as it was after the change nor as it was before is a conflict. The
    result is not checked as a whole: references may lead nowhere, so load its dump.
    """
    conflicts: list[str] = []
    merged = _merged("", *map(plain_config, (before, after, now)), conflicts.append)
    return TakenBack(Config.model_validate(merged), tuple(conflicts))


def overwritten(base: Config, now: Config, new: Config) -> list[str]:
    """Tell which changes made since `base` a new configuration would take back or replace.

    One line per key, as `diff_config` writes it: what is in force → what would be.
    """
    since = {_key(line) for line in diff_config(base, now)}
    return [line for line in diff_config(now, new) if _key(line) in since]


def _key(line: str) -> str:
    return line.partition(": ")[0]


def _merged(
    path: str, before: Any, after: Any, now: Any, conflict: Callable[[str], None]
) -> Any:
    if before == after or now == before:
        return now
    if now == after:
        return before
    values = (before, after, now)
    if all(isinstance(value, Mapping) for value in values):
        return _merged_keys(path, before, after, now, conflict)
    if all(_has_ids(value) for value in values):
        named = [{entry["id"]: entry for entry in value} for value in values]
        merged = _merged_keys(path, named[0], named[1], named[2], conflict)
        return list(merged.values())
    conflict(path)
    return now


def _merged_keys(
    path: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    now: Mapping[str, Any],
    conflict: Callable[[str], None],
) -> dict[str, Any]:
    result = {}
    for key in [*now, *(key for key in before if key not in now)]:
        parts = (each.get(key, _NONE) for each in (before, after, now))
        value = _merged(f"{path}.{key}" if path else key, *parts, conflict)
        if value is not _NONE:
            result[key] = value
    return result


def _has_ids(value: Any) -> bool:
    return isinstance(value, Sequence) and all(
        isinstance(entry, Mapping) and "id" in entry for entry in value
    )
