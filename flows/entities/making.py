"""Frozen values made at once, wherever rows are read and values change.

The `__init__` of a frozen dataclass sets every field by a call, which takes ten times as long as
assigning it: with tickets of more than forty fields it was a tenth of what a message cost. Here the
fields are assigned in a twin of the class that is not frozen, and what was made is then given its
own class, which has the same fields in the same places.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache
from typing import TypeVar

T = TypeVar("T")


@cache
def maker(cls: type[T]) -> Callable[..., T]:
    """What makes a value of a dataclass of all its fields in their order, as the class itself does.

    A class that looks at what it is given, or is not all slots, makes its values itself.
    """
    if not _is_plain(cls):
        return cls
    twin = _twin(cls)

    def made(*values: object) -> T:
        value: T = twin(*values)
        value.__class__ = cls
        return value

    return made


def _is_plain(cls: type) -> bool:
    """Whether the `__init__` of a class does nothing but set its fields, each in a slot."""
    own = cls.__dict__
    names = tuple(field.name for field in dataclasses.fields(cls))
    return (
        cls.__bases__ == (object,)
        and own.get("__slots__") == names
        and not hasattr(cls, "__post_init__")
        and all(field.init and not field.kw_only for field in dataclasses.fields(cls))
    )


def _twin(cls: type) -> type:
    names = {field.name: field.type for field in dataclasses.fields(cls)}
    plain = type(cls.__name__, (), {"__annotations__": names, "__module__": cls.__module__})
    return dataclasses.dataclass(slots=True, eq=False, repr=False)(plain)
