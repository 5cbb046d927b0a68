"""Fields of JSON objects inside parameters, read as Telegram reads them.

Follows JsonObject of td (tdutils/td/utils/JsonBuilder.cpp:560): a string may be a number and
the other way round; what is of another type is refused in its words.
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.world.model import JSON

_MISSING = object()


def text_field(source: JSON, name: str, *, what: str = "", required: bool = False) -> str | None:
    """A String; None when it is not there. Raises ApiError 400, beginning with `what`."""
    value = source.get(name, _MISSING)
    if value is _MISSING:
        if required:
            raise bad_request(f'{what}Can\'t find field "{name}"')
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise bad_request(f'{what}Field "{name}" must be of type String')


def flag(source: JSON, name: str, *, what: str = "") -> bool:
    """A Boolean, false when it is not there; raises ApiError 400."""
    value = source.get(name, False)
    if isinstance(value, bool):
        return value
    raise bad_request(f'{what}Field "{name}" must be of type Boolean')


def number(source: JSON, name: str, default: int | None = None) -> int:
    """An Integer; one without a default has to be there. Raises ApiError 400."""
    value: Any = source.get(name, _MISSING)
    if value is _MISSING:
        if default is None:
            raise bad_request(f'can\'t find field "{name}"')
        return default
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise bad_request(f'field "{name}" must be a Number')
    try:
        whole = int(str(value))
    except ValueError:
        whole = 2**31
    if not -(2**31) <= whole < 2**31 or str(whole) != str(value):
        raise bad_request(f'field "{name}" must be a valid Number')
    return whole


def inner(source: JSON, name: str, what: str) -> JSON:
    """An Object that has to be there; raises ApiError 400."""
    value = source.get(name)
    if not isinstance(value, dict):
        raise bad_request(f'{what}Field "{name}" must be of type Object')
    return value
