"""Reading JSON that nobody promised: every value may be missing or of another kind."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.data.hooks.content import NotUnderstood
from flows.time.durations import Period

NAME_LIMIT, TAG_LIMIT, TAGS = 200, 64, 50
_ID_LIMIT = 120
_LATEST = 7_258_118_400
"""Seconds: the year 2200."""
REF_KEY = "verso_ref"
"""Under which businesses put their own ref into metadata."""


def mapping(value: object) -> Mapping[str, Any]:
    """An object; anything else is an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def text(value: object, limit: int = NAME_LIMIT) -> str:
    """A text on one line, cut; numbers are written out, anything else is empty."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    shown = "".join(each if each.isprintable() else " " for each in str(value))
    return " ".join(shown.split())[:limit].strip()


def ident(data: Mapping[str, Any], name: str = "id") -> str:
    """An id. Raises NotUnderstood when there is none."""
    found = maybe_ident(data.get(name))
    if not found:
        raise NotUnderstood(f"{name} is missing")
    return found


def maybe_ident(value: object) -> str:
    """An id, also of an object that stands for it; empty when there is none."""
    if isinstance(value, Mapping):
        value = value.get("id")
    found = text(value, _ID_LIMIT + 1)
    return found if len(found) <= _ID_LIMIT and " " not in found else ""


def unix(value: object) -> datetime | None:
    """The moment of whole seconds since 1970."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < _LATEST:
        return None
    return datetime.fromtimestamp(value, UTC)


def iso(value: object) -> datetime | None:
    """An ISO 8601 moment; one without a time zone is in UTC (WooCommerce's `_gmt`)."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if 0 < moment.timestamp() < _LATEST else None


def needed(moment: datetime | None, name: str) -> datetime:
    """A moment. Raises NotUnderstood when it is missing."""
    if moment is None:
        raise NotUnderstood(f"{name} is missing")
    return moment


def period(begin: datetime | None, end: datetime | None) -> str:
    """The ISO 8601 length between two moments; empty when it has none."""
    if begin is None or end is None or end <= begin:
        return ""
    length = end - begin
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    try:
        return str(Period(days=length.days, hours=hours, minutes=minutes, seconds=seconds))
    except ValueError:
        return ""


def name_of(data: Mapping[str, Any]) -> str:
    """The name of somebody who has a first and a last one."""
    return text(f"{text(data.get('first_name'))} {text(data.get('last_name'))}")


def whole(value: object) -> int | None:
    """The whole units of an amount written as text or number, such as `199.65`."""
    try:
        amount = float(value) if isinstance(value, str | int | float) else -1.0
        return int(amount) if 0 <= amount < 2**53 else None
    except ValueError:
        return None


def told(**fields: Any) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value not in ("", None, [])}
