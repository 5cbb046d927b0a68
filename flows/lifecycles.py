"""Draws the lifecycles: `python -m flows.lifecycles` writes the pages of docs/ about them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flows.changes import changes
from flows.desk import tickets
from flows.entities.lifecycle import Edge, Lifecycle
from flows.hypotheses import judging
from flows.recalls import participants, recalls
from flows.recovery import remedies
from flows.slots import bookings

FOLDER = Path(__file__).parent.parent / "docs"
_INTRODUCTION = {
    "tickets": "A ticket is the work record of one complaint. It cannot be resolved while what was "
    "done is empty, and silence never makes it verified.",
    "changes": "A change is what was done so that it does not happen again. Many tickets lead to "
    "one change, and every one of their authors is told what became of it.",
    "recalls": "A recall tells everybody whom a known defect concerns, whether they complained or "
    "not, and sees to it until their thing is right again.",
    "participants": "A participant is one customer whom a recall concerns. Nothing has a deadline: "
    "whoever says nothing is asked nothing more.",
    "remedies": "A remedy makes one complaint right. It is granted once, and every grant is a line "
    "in a ledger that only grows; taking it back is another line.",
    "hypotheses": "A hypothesis is written down before it begins: what is changed for whom, what "
    "is expected of it, when it is looked at. From its beginning on nothing of it can be edited.",
    "bookings": "A booking is what a customer may choose a time at a place for, or has chosen it. "
    "A slot has never more bookings than room, and nobody is without the slot that they were told.",
}


def pages() -> dict[str, str]:
    """File name and text of each page."""
    lifecycles = {
        "tickets": tickets.LIFECYCLE,
        "changes": changes.LIFECYCLE,
        "remedies": remedies.LIFECYCLE,
        "recalls": recalls.LIFECYCLE,
        "participants": participants.LIFECYCLE,
        "hypotheses": judging.LIFECYCLE,
        "bookings": bookings.LIFECYCLE,
    }
    return {f"{name}.md": _page(name, lifecycle) for name, lifecycle in lifecycles.items()}


def write(folder: Path = FOLDER) -> None:
    """Write the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, "utf-8")


def _page(name: str, lifecycle: Lifecycle) -> str:
    rows = "\n".join(_row(edge) for edge in lifecycle.edges)
    return (
        f"# The life of a {lifecycle.name}\n\n"
        "Written by `python -m flows.lifecycles`; change the machine, not this page.\n\n"
        f"{_INTRODUCTION[name]}\n\n"
        "```mermaid\n" + "\n".join(_diagram(lifecycle)) + "\n```\n\n"
        f"| what | from | to | meaning |\n| --- | --- | --- | --- |\n{rows}\n"
    )


def _diagram(lifecycle: Lifecycle) -> Iterator[str]:
    yield "stateDiagram-v2"
    yield f"  [*] --> {lifecycle.start}"
    for name, event in lifecycle.machine.events.items():
        for source, ways in event.transitions.items():
            for way in ways:
                yield f"  {source} --> {way.dest or source}: {name}"


def _row(edge: Edge) -> str:
    sources = ", ".join(edge.sources)
    return f"| `{edge.trigger}` | {sources} | {edge.target or 'stays'} | {edge.sentence} |"


if __name__ == "__main__":
    write()
