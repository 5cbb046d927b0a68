"""What looking through a file shows, before anything of it is taken."""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rows of one file that say different things of the same."""

    lines: tuple[int, ...]
    columns: tuple[str, ...]


@dataclass(slots=True)
class Survey:
    """What looking through a file has shown."""

    rows: int = 0
    day_first: bool | None = None
    doubtful: str = ""
    """A date that may be two; empty: the file says of none of them which it is."""
    conflicts: dict[int, Conflict] = field(default_factory=dict)
    """By line."""


def different(rows: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """The columns in which rows say different things; what one leaves out it does not say."""
    names = dict.fromkeys(name for row in rows for name in row)
    return tuple(name for name in names if len({row[name] for row in rows if name in row}) > 1)


class Seen:
    """Which keys were seen, as numbers of eight bytes: those that come twice are found at the end.

    In parts, so that what finding them takes stays small.
    """

    _PARTS = 64

    def __init__(self) -> None:
        self._parts = [array("q") for _ in range(self._PARTS)]

    def add(self, key: int) -> None:
        """Note a key."""
        self._parts[key % self._PARTS].append(key)

    def repeated(self) -> set[int]:
        """Give the keys that were added more than once."""
        found = set[int]()
        for part in self._parts:
            if len(set(part)) < len(part):
                found |= {key for key, times in Counter(part).items() if times > 1}
        return found
