"""What a benchmark found, as tables: on the screen and in docs/performance.md."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
_BEGIN = "<!-- what follows is written by `make bench` -->"


@dataclass(frozen=True, slots=True)
class Goal:
    """What should be reached, what was measured, and whether that is enough.

    Some goals are a floor that is needed with an aim above it: `at_aim` says whether that is
    reached too.
    """

    aim: str
    measured: str
    reached: bool
    at_aim: bool | None = None

    def row(self) -> tuple[str, ...]:
        """Give the row of the table of goals."""
        words = {None: "yes", True: "yes, and the aim", False: "yes, not the aim"}
        return self.aim, self.measured, words[self.at_aim] if self.reached else "**no**"


def at_least(what: str, value: float, floor: float, aim: float, unit: str = " times") -> Goal:
    """Give a goal that a value reaches from `floor` on; `what` says of what."""
    words = f"{what}: at least {floor:g}{unit}, aim {aim:g}{unit}"
    return Goal(words, f"{value:.2f}{unit}", value >= floor, value >= aim)


def at_most(what: str, value: float, floor: float, aim: float, unit: str) -> Goal:
    """Give a goal that a value reaches from `floor` down; `what` says of what."""
    words = f"{what}: at most {floor:g}{unit}, aim {aim:g}{unit}"
    return Goal(words, f"{value:.4g}{unit}", value <= floor, value <= aim)


@dataclass(frozen=True, slots=True)
class Report:
    """One benchmark: what was done, its figures, its goals."""

    title: str
    method: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]] = ()
    goals: Sequence[Goal] = ()
    notes: Sequence[str] = field(default=())

    def text(self) -> str:
        """Give the report in Markdown."""
        parts = [f"## {self.title}", self.method]
        if self.rows:
            parts.append(table(self.head, self.rows))
        if self.goals:
            goals = [goal.row() for goal in self.goals]
            parts.append(table(("goal", "measured", "reached"), goals))
        return "\n\n".join([*parts, *self.notes]) + "\n"


def failed(title: str, why: str) -> Report:
    """Give the report of a benchmark that did not come to its end."""
    return Report(title, f"**Not measured:** {why}", ())


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Give a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(machine: str, report: Report, page: Path = PAGE) -> None:
    """Put a report into the page; what other benchmarks wrote there stays."""
    before, _, after = page.read_text("utf-8").partition(_BEGIN)
    sections = _sections(after)
    sections[report.title] = f"{report.text().rstrip()}\n\n{machine}\n"
    text = "\n\n".join(part.strip() for part in (before, _BEGIN, *sections.values()))
    page.write_text(text + "\n", "utf-8")


def _sections(text: str) -> dict[str, str]:
    """Split what was written earlier into its sections, by title."""
    found = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    parts = [part for part in found if part.startswith("## ")]
    return {part.partition("\n")[0].removeprefix("## "): part for part in parts}
