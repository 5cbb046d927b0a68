"""What the repositories share."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Select

from storage.records import RECORDS

if TYPE_CHECKING:
    from storage.unit import Unit

V = TypeVar("V")
CHUNK = 500
"""Values in one IN list: far below both databases' limits of bound values (32,766)."""


class Repository:
    """Named questions about one subject, asked within a unit."""

    def __init__(self, unit: "Unit") -> None:
        self._unit = unit


def all_of(cls: type) -> Select[Any]:
    """Begin a query over all columns of a class of values."""
    return RECORDS[cls].all


def chunks(values: Iterable[V]) -> Iterator[list[V]]:
    """Split distinct values into parts that fit an IN list."""
    rest = list(dict.fromkeys(values))
    for start in range(0, len(rest), CHUNK):
        yield rest[start : start + CHUNK]
