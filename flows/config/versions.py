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
    merged = _merged(
        "", plain_config(before), plain_config(after), plain_config(now), conflicts.append
    )
    return TakenBack(Config.model_validate(merged), tuple(conflicts))


def overwritten(base: Config, now: Config, new: Config) -> list[str]:
    """Tell which changes made since `base` a new configuration would take back or replace.

    One line per key, as `diff_config` writes it: what is in force → what would be.
    """
    since = {_key(line) for line in diff_config(base, now)}
    return [line for line in diff_config(now, new) if _key(line) in since]


def _key(line: str) -> str:
    return line.partition(": ")[0]


def _merged(path: str, before: Any, after: Any, now: Any, conflict: Callable[[str], None]) -> Any:
    if before in (after, now):
        return now
    if now == after:
        return before
    values = (before, after, now)
    if all(isinstance(value, Mapping) for value in values):
        keys = [*now, *(key for key in before if key not in now)]
        paths = {key: f"{path}.{key}" if path else key for key in keys}
        return _merged_keys(paths, before, after, now, conflict)
    if all(_has_ids(value) for value in values):
        then, changed, here = ({entry["id"]: entry for entry in value} for value in values)
        keys = [*here, *(key for key in then if key not in here)]
        paths = {key: f"{path}[{key}]" for key in keys}
        return list(_merged_keys(paths, then, changed, here, conflict).values())
    conflict(path)
    return now


def _merged_keys(
    paths: Mapping[str, str],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    now: Mapping[str, Any],
    conflict: Callable[[str], None],
) -> dict[str, Any]:
    result = {}
    for key, path in paths.items():
        then, changed, here = (each.get(key, _NONE) for each in (before, after, now))
        value = _merged(path, then, changed, here, conflict)
        if value is not _NONE:
            result[key] = value
    return result


def _has_ids(value: Any) -> bool:
    return isinstance(value, Sequence) and all(
        isinstance(entry, Mapping) and "id" in entry for entry in value
    )
