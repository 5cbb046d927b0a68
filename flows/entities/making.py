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
from typing import Any, TypeVar

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


def made_at_once(cls: type[T]) -> type[T]:
    """Have a frozen dataclass with slots make its values in its twin, whoever makes them.

    For those of which every message makes some. It stands above `@dataclass`; what is not given and
    `__post_init__` are as there. Raises TypeError for a class that is no such dataclass.
    """
    fields = dataclasses.fields(cls)  # type: ignore[arg-type]  # raises what it should
    names = tuple(field.name for field in fields)
    own = cls.__dict__
    if cls.__bases__ != (object,) or own.get("__slots__") != names:
        raise TypeError(f"{cls.__name__} has more than its own slots")
    if not all(field.init and not field.kw_only for field in fields):
        raise TypeError(f"{cls.__name__} is not made of all its fields in their order")
    known: dict[str, Any] = {"_become": object.__setattr__, "_twin": _twin(cls), "_own": cls}
    lines, given = ["_become(self, '__class__', _twin)"], ["self"]
    for field in fields:
        name, unless = field.name, f"_default_{field.name}"
        if field.default is not dataclasses.MISSING:
            known[unless] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            known[unless], known[f"_make_{name}"] = object(), field.default_factory
            lines.append(f"if {name} is {unless}: {name} = _make_{name}()")
        given.append(f"{name}={unless}" if unless in known else name)
        lines.append(f"self.{name} = {name}")
    lines.append("self.__class__ = _own")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    source = f"def __init__({', '.join(given)}):\n  " + "\n  ".join(lines)
    exec(source, known)  # noqa: S102  names of fields alone, as dataclasses does it
    cls.__init__ = known["__init__"]  # type: ignore[method-assign]
    return cls
