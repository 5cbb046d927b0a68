"""A flow compiled to one shared ``transitions`` machine.

States are the steps and three more: ``snoozed``, ``stopped``, ``abandoned``. The machine holds no
models: a ``TransitionContext`` goes through it and is thrown away, so one machine serves every
conversation.

Triggers: ``answer`` (guards choose the branch), ``skip``, ``settle`` (a question that need not be
asked is passed without asking), ``back`` and ``revise`` (only to a step on the trail), ``discard``,
``hear`` and ``look`` (nothing moves: words are added, a menu or page is opened), ``nudge``,
``put_off``, ``resume``, ``stop``, ``abandon``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from transitions import EventData, Machine, MachineError

from flows.conversations.definition import (
    RESERVED,
    WORDS,
    Condition,
    Definition,
    Step,
    as_field,
)
from flows.conversations.values import SAID, Answer, Piece

Guard = Callable[[EventData], bool]


@dataclass(slots=True)
class TransitionContext:
    """A conversation on its way through the machine: a working copy, never kept.

    ``state`` is the machine's; ``target`` says where a step back or a resumption leads.
    """

    state: str
    answers: dict[str, Answer]
    words: list[Piece]
    trail: list[str]
    values: dict[str, str] = field(default_factory=dict)
    target: str = ""

    def fields(self) -> dict[str, str]:
        """What conditions may look at: values, and the answers given on the way here."""
        known = dict(self.values)
        known.update((step, as_field(self.answers[step])) for step in self.trail)
        if self.words:
            known[WORDS] = SAID
        return known


class FlowMachine:
    """The lifecycle of one flow version."""

    def __init__(self, flow: Definition) -> None:
        transitions = list(_transitions(flow))
        self.machine = Machine(
            model=None,
            states=_states(flow),
            transitions=transitions,
            initial=flow.start.step,
            auto_transitions=False,
            send_event=True,
            name=f"{flow.name} {flow.version}",
        )

    def fire(self, walk: TransitionContext, trigger: str) -> bool:
        """Move a walk; false when the flow has no such way from where it stands."""
        event = self.machine.events.get(trigger)
        if event is None:
            return False
        try:
            return bool(event.trigger(walk))
        except MachineError:
            return False


def _states(flow: Definition) -> list[dict[str, Any]]:
    steps = [{"name": step.id, "final": step.kind == "end"} for step in flow.steps.values()]
    return [*steps, *({"name": name, "final": name != "snoozed"} for name in RESERVED)]


def _transitions(flow: Definition) -> Iterator[dict[str, Any]]:
    for step in flow.steps.values():
        if step.kind == "end":
            continue
        yield from _forward(step)
        yield from _staying(step)
        for earlier in flow.ancestors(step.id):
            yield _way("revise" if step.kind == "confirm" else "back", step.id, earlier, _to_target)
            if step.kind == "confirm":
                yield _way("back", step.id, earlier, _to_target)
    yield _way("stop", "snoozed", "stopped")
    yield _way("hear", "snoozed", None)


def _way(trigger: str, source: str, dest: str | None, *guards: Guard) -> dict[str, Any]:
    return {"trigger": trigger, "source": source, "dest": dest, "conditions": list(guards)}


def _forward(step: Step) -> Iterator[dict[str, Any]]:
    for trigger in ("answer", "settle"):
        for option in step.options:
            if option.next:
                yield _way(trigger, step.id, option.next.step, _chosen(step.id, option.id))
    triggers = ["answer", "settle"]
    if step.skip or step.options_from:
        triggers.append("skip")
    for trigger in triggers:
        if trigger == "answer" and step.options and all(option.next for option in step.options):
            continue
        for branch in step.when:
            yield _way(trigger, step.id, branch.target.step, _met(branch.condition))
        if step.next:
            yield _way(trigger, step.id, step.next.step)
    if step.discard:
        yield _way("discard", step.id, step.discard.step)


def _staying(step: Step) -> Iterator[dict[str, Any]]:
    for trigger in ("hear", "look", "nudge"):
        yield _way(trigger, step.id, None)
    yield _way("put_off", step.id, "snoozed")
    yield _way("resume", "snoozed", step.id, _to_target)
    yield _way("stop", step.id, "stopped")
    yield _way("abandon", step.id, "abandoned")


def _walk(event: EventData) -> TransitionContext:
    return cast(TransitionContext, event.model)


def _to_target(event: EventData) -> bool:
    return event.transition is not None and event.transition.dest == _walk(event).target


def _chosen(step: str, option: str) -> Guard:
    return lambda event: _walk(event).answers.get(step) == option


def _met(condition: Condition) -> Guard:
    return lambda event: condition.holds(_walk(event).fields())
