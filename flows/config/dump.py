"""Writes a configuration back as YAML, and says what differs between two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from flows.config.models import Config

_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # twice as fast where it was built


def dump_config(config: Config) -> str:
    """YAML with every key, defaults included, that `load_config` reads back as an equal Config."""
    plain = plain_config(config)
    return str(yaml.dump(plain, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=100))


def diff_config(old: Config, new: Config) -> list[str]:
    """One readable line per change, such as `schedules[silent-trial].holdout: 10% → 20%`.

    Entries with an id are followed by it, wherever they moved; an empty list means no change.
    """
    return list(_changes("", plain_config(old), plain_config(new)))


def plain_config(config: Config) -> dict[str, Any]:
    """The configuration as dicts, lists and text, without keys that have no value."""
    return config.model_dump(mode="json", by_alias=True, exclude_none=True)


def _changes(path: str, old: Any, new: Any) -> Iterator[str]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _entry(f"{path}.{key}" if path else key, old.get(key), new.get(key))
    elif _with_ids(old) and _with_ids(new):
        yield from _listed(path, old, new)
    else:
        yield f"{path}: {_shown(old)} → {_shown(new)}"


def _entry(path: str, old: Any, new: Any) -> Iterator[str]:
    if old is None:
        yield f"{path}: added {_shown(new)}"
    elif new is None:
        yield f"{path}: removed (was {_shown(old)})"
    else:
        yield from _changes(path, old, new)


def _listed(path: str, old: list[Any], new: list[Any]) -> Iterator[str]:
    before = {entry["id"]: entry for entry in old}
    after = {entry["id"]: entry for entry in new}
    for key in [*before, *(key for key in after if key not in before)]:
        where = f"{path}[{key}]"
        if key not in after:
            yield f"{where}: removed"
        elif key not in before:
            yield f"{where}: added"
        else:
            yield from _changes(where, before[key], after[key])
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield f"{path}: new order {', '.join(after)}"


def _with_ids(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(entry, dict) and "id" in entry for entry in value
    )


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_shown, value)) if value else "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(entry)}" for key, entry in value.items())
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
