"""The moves within one conversation: answers, steps back, questions passed over."""

from __future__ import annotations

from dataclasses import replace

from flows.conversations.definition import VALUES, Definition
from flows.conversations.machine import FlowMachine, TransitionContext
from flows.conversations.speech import Speaker
from flows.conversations.state import FlowState
from flows.conversations.values import MAX_PIECES, SAID, Answer, Facts, Piece, RefusalReason
from flows.entities.replaced import replaced


class Refused(Exception):
    """What was heard cannot be taken; nothing may change."""

    def __init__(self, reason: RefusalReason) -> None:
        self.reason: RefusalReason = reason


class Paths:
    """Moves a walk through a flow. A move that the machine does not know raises ``Refused``."""

    def __init__(self, flow: Definition, machine: FlowMachine) -> None:
        self._flow = flow
        self._machine = machine
        self._values = [name for name in VALUES if name in _looked_at(flow)]

    def start(self, state: FlowState, facts: Facts) -> TransitionContext:
        """A walk that stands where the state does."""
        speaker = Speaker(self._flow, facts)
        values = {name: value for name in self._values if (value := speaker.value(name))}
        return TransitionContext(
            state.step if state.status in ("open", "finished") else state.status,
            dict(state.answers),
            list(state.words),
            list(state.trail),
            values,
            target=state.step,
        )

    def awake(self, state: FlowState, facts: Facts) -> TransitionContext:
        """A walk at the open question, also when the state is snoozed."""
        walk = self.start(state, facts)
        if state.status == "snoozed":
            self.fire(walk, "resume")
        return walk

    def answer(self, walk: TransitionContext, answer: Answer, trigger: str = "answer") -> None:
        """Answer the question; ``skip`` as the trigger leaves it unanswered."""
        walk.answers[walk.state] = answer
        walk.trail.append(walk.state)
        self.fire(walk, trigger)

    def return_to(self, walk: TransitionContext, step: str, trigger: str) -> None:
        """Go back to a question on the trail and undo its answer; later answers are kept."""
        if step not in walk.trail:
            raise Refused("nothing_before")
        walk.target = step
        self.fire(walk, trigger)
        del walk.trail[walk.trail.index(step) :]
        walk.answers.pop(step, None)

    def back(self, walk: TransitionContext) -> None:
        """Undo the last answer; words that answered two questions at once are one answer."""
        asked = [name for name in walk.trail if not self._was_passed(walk, name)]
        if not asked:
            raise Refused("nothing_before")
        *before, last = asked
        both = bool(before) and self._in_one(walk, before[-1], last)
        self.return_to(walk, before[-1] if both else last, "back")

    def _was_passed(self, walk: TransitionContext, name: str) -> bool:
        """Whether a question on the trail was only offered, and not taken up."""
        return self._flow.steps[name].offered and walk.answers.get(name) is None

    def _in_one(self, walk: TransitionContext, first: str, second: str) -> bool:
        """Whether what was said at the first question answered the second along with it."""
        spoken = self._flow.steps[first].spoken
        return (
            spoken is not None
            and walk.answers[first] == spoken.id
            and self._flow.steps[second].prefill
            and all(piece.step != second for piece in walk.words)
        )

    def discard(self, walk: TransitionContext) -> None:
        """Forget it all: the customer chose not to send what was said."""
        self.fire(walk, "discard")
        for said in (walk.words, walk.answers, walk.trail):
            said.clear()

    def settle(self, walk: TransitionContext, facts: Facts) -> None:
        """Pass the questions that need not be asked: answered, nothing to choose, already said."""
        while True:
            step = self._flow.steps[walk.state]
            empty = step.options_from is not None and not facts.options.get(step.options_from)
            if step.prefill and walk.words:
                walk.answers.setdefault(step.id, SAID)
            if step.offered:
                walk.answers.setdefault(step.id, None)
            if step.id in walk.answers:
                walk.trail.append(step.id)
            elif not empty:
                return
            self.fire(walk, "settle")

    def answer_in_words(self, walk: TransitionContext, piece: Piece, answer: Answer = SAID) -> None:
        """Answer the question by something said, which is kept."""
        _append(walk, piece)
        self.answer(walk, answer)

    def add(self, walk: TransitionContext, piece: Piece) -> None:
        """Add something said to the words, in order; the question stays open."""
        _append(walk, piece)
        self.fire(walk, "hear")

    def edit(self, walk: TransitionContext, piece: Piece) -> None:
        """Put the edited words in the place of the first ones, which have the same source."""
        places = [at for at, old in enumerate(walk.words) if old.source == piece.source]
        if not piece.source or not places:
            raise Refused("not_found")
        self.fire(walk, "hear")
        for at in places:
            old = walk.words[at]
            walk.words[at] = replace(piece, step=old.step, at=old.at)

    def fire(self, walk: TransitionContext, trigger: str) -> None:
        """Pull a trigger of the machine."""
        if not self._machine.fire(walk, trigger):
            raise Refused("unknown_action")


def _append(walk: TransitionContext, piece: Piece) -> None:
    if len(walk.words) >= MAX_PIECES:
        raise Refused("full")
    walk.words.append(replaced(piece, step=walk.state))


def _looked_at(flow: Definition) -> set[str]:
    """The names that the flow's conditions look at."""
    branches = [branch.condition for step in flow.steps.values() for branch in step.when]
    verdicts = [verdict.condition for verdict in flow.silence]
    return {name for condition in (*branches, *verdicts) for name, _ in condition.tests}
