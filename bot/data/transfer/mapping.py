"""Which column is what, asked column by column: what is asked next, and what has been said.

What somebody said is kept as JSON: `kind`, `anew` (nothing is known beforehand), `answers` (a
field for each column that was asked, in their order; empty: none), and `enough`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.data.transfer import layouts
from bot.data.transfer.kinds import KINDS, Kind
from bot.data.transfer.layouts import Chosen, plain
from bot.data.transfer.reading import Row
from bot.data.transfer.table import Source

Said = Mapping[str, Any]
EXAMPLES = 2
SKIPPED = ""
OFFERED = {
    "customers": ("ref", "name", "phone", "language", "tags", "value", "time_zone", "stage"),
    "events": ("id", "customer", "type", "at", "product", "period", "withdrawn"),
}
"""The fields that are offered, the needed ones first. Orders are of known exports alone."""
SEVERAL = ("name",)
"""Fields that may be put together from several columns."""
NAMES = ("ref", "customer")
"""Fields by which a customer is known."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is asked about."""

    name: str
    examples: tuple[str, ...]

    @property
    def is_address(self) -> bool:
        """Whether it holds e-mail addresses, which are not kept."""
        return any("@" in each for each in self.examples)


@dataclass(frozen=True, slots=True)
class Head:
    """The line that is probably the header, and what stands below it."""

    names: tuple[str, ...]
    below: tuple[Row, ...]

    def columns(self) -> list[Column]:
        """The columns that have a name and anything in them."""
        found: dict[str, Column] = {}
        for at, name in enumerate(self.names):
            cells = (row.cells[at].strip() for row in self.below if at < len(row.cells))
            examples = tuple(dict.fromkeys(filter(None, cells)))[:EXAMPLES]
            if plain(name) and examples:
                found.setdefault(plain(name), Column(name.strip(), examples))
        return list(found.values())


def head_of(sources: Sequence[Source]) -> Head | None:
    """The header of the first table-like thing in a file; None: there is none."""
    for source in sources:
        rows = source.top()
        widest = max((_width(row) for row in rows), default=0)
        for at, row in enumerate(rows):
            if _width(row) == widest > 1 and rows[at + 1 :]:
                return Head(row.cells, tuple(rows[at + 1 :]))
    return None


def _width(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row.cells)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the questions about a file have come."""

    kind: Kind
    known: Mapping[str, str]
    """What was clear without a question: columns by field."""
    asked: Sequence[Column]
    answers: Sequence[str]

    @property
    def chosen(self) -> Chosen:
        """The columns of each field, several with `+` between them."""
        found = dict(self.known)
        for column, field in zip(self.asked, self.answers, strict=False):
            if field:
                found[field] = f"{found[field]}+{column.name}" if field in found else column.name
        return found

    @property
    def missing(self) -> list[str]:
        """Fields that are needed and have no column yet."""
        return [name for name in self.kind.columns.required if name not in self.chosen]

    @property
    def column(self) -> Column | None:
        """The one that is asked about now; None: all were."""
        at = len(self.answers)
        return self.asked[at] if at < len(self.asked) else None

    @property
    def offered(self) -> list[str]:
        """What it may be."""
        taken = set(self.chosen) - set(SEVERAL)
        return [name for name in OFFERED[self.kind.name] if name not in taken]


def progress(head: Head, said: Said) -> Progress:
    """Where the questions about a file are, after what was said."""
    kind = KINDS[str(said["kind"])]
    columns = head.columns()
    known: dict[str, str] = {}
    if not said.get("anew"):
        names = [column.name for column in columns]
        places = layouts.find(names, kind.name, kind.columns.known, {}).places
        known = {name: "+".join(names[at] for at in choices[0]) for name, choices in places.items()}
    taken = {plain(each) for joined in known.values() for each in joined.split("+")}
    asked = [column for column in columns if plain(column.name) not in taken]
    return Progress(kind, known, asked, tuple(said.get("answers", ())))


def without_address(now: Progress, said: Said) -> tuple[Said, bool]:
    """What was said, without a last answer that takes e-mail addresses for customers' ids."""
    last = len(now.answers) - 1
    if 0 <= last < len(now.asked) and now.answers[last] in NAMES and now.asked[last].is_address:
        return {**said, "answers": list(now.answers[:-1]), "enough": False}, True
    return said, False


def answered(said: Said, step: int, word: str) -> Said | None:
    """What was said with another answer; None: it answers a question that is not asked now.

    `word`: a kind, a field, `-` (none of these), `<` (back), `0` (start over) or `.` (enough).
    """
    answers = list(said.get("answers", ()))
    if word == "0":
        return {name: said[name] for name in ("anew",) if name in said}
    if "kind" not in said:
        return {**said, "kind": word, "answers": []} if step == 0 and word in OFFERED else None
    if step != len(answers) + 1:
        return None
    if word == "<":
        if not answers:
            return {name: each for name, each in said.items() if name not in ("kind", "answers")}
        return {**said, "answers": answers[:-1]}
    if word == ".":
        return {**said, "enough": True}
    if word == "-":
        return {**said, "answers": [*answers, SKIPPED]}
    fresh = word in OFFERED[str(said["kind"])] and (word in SEVERAL or word not in answers)
    return {**said, "answers": [*answers, word]} if fresh else None
