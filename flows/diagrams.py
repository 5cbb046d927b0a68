"""Draws every shipped flow as a mermaid diagram: ``python -m flows.diagrams`` writes docs/flows.

The edges are those of the compiled machine, so a diagram cannot show a way that is not there; the
definition lends them their words.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flows.conversations import Flow, FlowLibrary
from flows.conversations.definition import Definition, Step

FOLDER = Path(__file__).parent.parent / "docs" / "flows"
SHAPES = {
    "choice": '{{"%s"}}',
    "message": '[/"%s"/]',
    "rating": '(["%s"])',
    "confirm": '[["%s"]]',
    "end": '(("%s"))',
}


def pages(library: FlowLibrary) -> dict[str, str]:
    """File name and text of each page, for the newest version of every flow."""
    return {f"{name}.md": _page(library.latest(name)) for name in library.names()}


def write(folder: Path = FOLDER) -> None:
    """Write the pages of the shipped flows."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages(FlowLibrary.shipped()).items():
        (folder / name).write_text(text, "utf-8")


def edges(flow: Flow) -> Iterator[tuple[str, str, str]]:
    """Source, target and words of each way forward, in the machine's order."""
    for trigger in ("answer", "skip", "settle", "discard"):
        event = flow.machine.machine.events.get(trigger)
        for source, ways in event.transitions.items() if event else ():
            step = flow.definition.steps[source]
            for position, way in enumerate(ways):
                words = _words(flow.definition, step, trigger, position)
                if words and way.dest:
                    yield source, way.dest, words


def _words(flow: Definition, step: Step, trigger: str, position: int) -> str:
    """What an edge says; nothing for a passing-over that the page explains once for all."""
    if trigger == "settle":
        return "nothing to choose" if step.options_from else ""
    if trigger == "discard":
        return "discarded"
    if trigger == "skip":
        return "skipped" if step.skip else ""
    leading = [option for option in step.options if option.next]
    if position < len(leading):
        chosen = leading[position]
        return _say(flow, chosen.text) + (" (or anything else said)" if chosen.spoken else "")
    branch = position - len(leading)
    if branch < len(step.when):
        tests = step.when[branch].condition.tests
        return " and ".join(f"{name} is {' or '.join(sorted(values))}" for name, values in tests)
    rest = [_say(flow, option.text) for option in step.options if not option.next]
    return " / ".join(rest) or {"confirm": "sent", "message": "said"}.get(step.kind, "chosen")


def _say(flow: Definition, key: str) -> str:
    return flow.texts[key][flow.languages[0]]


def _escaped(text: str) -> str:
    return text.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;")


def _diagram(flow: Flow) -> Iterator[str]:
    yield "flowchart TD"
    for step in flow.definition.steps.values():
        note = f"{step.id}<br/>{step.outcome or step.kind}"
        yield f"  {step.id}__{SHAPES[step.kind] % note}"
    ways: dict[tuple[str, str], list[str]] = {}
    for source, target, words in edges(flow):
        ways.setdefault((source, target), []).append(words)
    for (source, target), several in ways.items():
        label = _escaped(" / ".join(dict.fromkeys(several)))
        yield f'  {source}__ -->|"{label}"| {target}__'


def _page(flow: Flow) -> str:
    questions = "\n".join(
        f"| `{step.id}` | {step.kind} | {_cell(_say(flow.definition, step.text))} |"
        for step in flow.definition.steps.values()
    )
    start = flow.definition.start.step
    opening = "The bot asks first" if flow.definition.proactive else "The customer begins"
    return (
        f"# {flow.name}, version {flow.version}\n\n"
        "Written by `python -m flows.diagrams`; change the flow, not this page.\n\n"
        f"{opening}, at `{start}`. From every question the customer can go back, put it off or "
        "stop, and whatever is written meanwhile is kept. Questions answered before are passed "
        "over when one answer is changed.\n\n"
        "```mermaid\n" + "\n".join(_diagram(flow)) + "\n```\n\n"
        f"| step | kind | says |\n| --- | --- | --- |\n{questions}\n"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    write()
