"""Flows as pictures: where each step stands and how the ways between them run.

A flow's steps are laid out in layers from its start; the page draws them and lights one up. All
lengths are in pixels of a drawing that may be scaled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.conversations import Flow
from flows.diagrams import edges

WIDTH, HEIGHT = 112, 38
GAP_X, GAP_Y = 20, 44
MARGIN = 14
ROUND = 90
Ways = dict[tuple[str, str], list[str]]


def diagram(flow: Flow) -> dict[str, Any]:
    """Size, steps with their places, and ways with their words and curves."""
    ways: Ways = {}
    for source, target, words in edges(flow):
        ways.setdefault((source, target), []).append(words)
    steps = flow.definition.steps
    layers = _layers(flow.definition.start.step, list(steps), ways)
    width = (
        max(len(layer) for layer in layers) * (WIDTH + GAP_X) - GAP_X + 2 * (MARGIN + ROUND // 2)
    )
    places = _places(layers, width)
    return {
        "flow": flow.name,
        "version": flow.version,
        "width": width,
        "height": len(layers) * (HEIGHT + GAP_Y) - GAP_Y + 2 * MARGIN,
        "steps": [
            {
                "id": name,
                "kind": step.kind,
                "x": places[name][0],
                "y": places[name][1],
                "width": WIDTH,
                "height": HEIGHT,
            }
            for name, step in steps.items()
        ],
        "ways": [
            {
                "from": source,
                "to": target,
                "words": " / ".join(dict.fromkeys(words)),
                "path": _curve(places[source], places[target]),
            }
            for (source, target), words in ways.items()
        ],
    }


def _layers(start: str, steps: Sequence[str], ways: Ways) -> list[list[str]]:
    """Put every step one layer below the lowest step that leads to it; ways back do not count."""
    forward: dict[str, list[str]] = {}
    for source, target in ways:
        forward.setdefault(source, []).append(target)
    depth: dict[str, int] = {}
    _sink(start, 0, forward, depth, ())
    for name in steps:
        depth.setdefault(name, 0)
    layers: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for name in steps:
        layers[depth[name]].append(name)
    return [layer for layer in layers if layer]


def _sink(
    step: str,
    level: int,
    forward: Mapping[str, Sequence[str]],
    depth: dict[str, int],
    above: tuple[str, ...],
) -> None:
    if step in above or depth.get(step, -1) >= level:
        return
    depth[step] = level
    for target in forward.get(step, ()):
        _sink(target, level + 1, forward, depth, (*above, step))


def _places(layers: Sequence[Sequence[str]], width: int) -> dict[str, tuple[int, int]]:
    places = {}
    for row, layer in enumerate(layers):
        taken = len(layer) * (WIDTH + GAP_X) - GAP_X
        left = (width - taken) // 2
        for column, step in enumerate(layer):
            places[step] = (left + column * (WIDTH + GAP_X), MARGIN + row * (HEIGHT + GAP_Y))
    return places


def _curve(source: tuple[int, int], target: tuple[int, int]) -> str:
    """A curve from the foot of one step to the head of another."""
    x1, y1 = source[0] + WIDTH // 2, source[1] + HEIGHT
    x2, y2 = target[0] + WIDTH // 2, target[1]
    bend = max(GAP_Y // 2, abs(y2 - y1) // 2)
    # A way past other steps goes round them, to the side on which it ends.
    aside = 0 if y2 - y1 <= GAP_Y else ROUND if x2 >= x1 else -ROUND
    return f"M{x1} {y1} C{x1 + aside} {y1 + bend} {x2 + aside} {y2 - bend} {x2} {y2}"
