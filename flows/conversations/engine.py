"""Runs conversations of one flow: state and something heard in, a turn out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import cast

from flows.conversations.definition import OPTIONAL, Definition, Step
from flows.conversations.later import later_until
from flows.conversations.machine import FlowMachine, TransitionContext
from flows.conversations.paths import Paths, Refused
from flows.conversations.screens import Screens
from flows.conversations.speech import Speaker
from flows.conversations.state import FlowState, Turn, View
from flows.conversations.values import (
    LATER_CHOICES,
    MAX_PIECES,
    SAID,
    Answer,
    Edited,
    Facts,
    Heard,
    LaterChoice,
    Outcome,
    OutcomeKind,
    Piece,
    Pressed,
    PutOff,
    Refusal,
    RefusalReason,
    Said,
    Screen,
    Status,
    Timer,
    TimerKind,
    require_aware,
)
from flows.ear import Question, hear
from flows.ear.meanings import Meaning
from flows.ear.table import Act, Kind, decide
from flows.entities.replaced import replaced

UNANSWERED_FOR = timedelta(days=7)
"""An ask that nobody ever answered is closed then; its reminder comes after 3 days."""


YES_OR_NO = frozenset({Meaning.YES, Meaning.NO, Meaning.PARTLY})
NO_WORDS = frozenset({Kind.WHO, Kind.THANKS})
"""What adds nothing to a complaint."""
FILED = ("complaint", "verified_no")
"""Outcomes that staff are given to read."""


class Flow:
    """One version of one flow. Holds no conversation; safe to share."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.machine = FlowMachine(definition)
        self.paths = Paths(definition, self.machine)

    @property
    def name(self) -> str:
        """The flow's name."""
        return self.definition.name

    @property
    def version(self) -> int:
        """Its version."""
        return self.definition.version

    @property
    def source(self) -> str:
        """The text it was read from, with everything it includes: enough to load it again."""
        return self.definition.source

    def begin(
        self, facts: Facts, now: datetime, said: Iterable[Piece] = (), *, unseen: bool = False
    ) -> Turn:
        """Start a conversation, perhaps with words already said.

        `unseen`: nobody sees its first screen now, and it is not drawn.

        Raises ``ValueError`` for a naive ``now``, for a value in the flow's ``needs`` that the
        facts do not have, and for more words than one conversation holds.
        """
        require_aware(now, "now")
        speaker = Speaker(self.definition, facts)
        needs = [name for name in self.definition.needs if name not in OPTIONAL]
        missing = [name for name in needs if not speaker.value(name)]
        start = self.definition.steps[self.definition.start.step]
        words = tuple(replaced(piece, step=start.id) for piece in said)
        if missing or len(words) > MAX_PIECES:
            lacks = f"needs the values {', '.join(missing)}" if missing else "got too many words"
            raise ValueError(f"flow {self.name} {lacks}")
        spoken = bool(words) or not self.definition.proactive
        state = FlowState(
            self.name,
            self.version,
            start.id,
            asked=now,
            words=words,
            last_heard=now if spoken else None,
        )
        walk = self.paths.start(state, facts)
        if words and start.kind == "message":
            self.paths.answer(walk, SAID)
        self.paths.settle(walk, facts)
        begun = replaced(self._arrived(state, walk), turn=0)
        if unseen:
            return Turn(begun, None, timers=self.timers(begun, facts))
        return self._turn(begun, facts)

    def show(self, state: FlowState, facts: Facts) -> Screen:
        """The screen of a conversation as it stands."""
        return Screens(self.definition, facts).draw(state)

    def told(self, outcome: Outcome, facts: Facts) -> tuple[tuple[str, str], ...]:
        """The answers as people read them, in order: the question's title and the answer's label.

        Skipped questions and words are left out. The title is empty where the flow has none.
        """
        return tuple(Screens(self.definition, facts).told(outcome.answers))

    def timers(self, state: FlowState, facts: Facts) -> tuple[Timer, ...]:
        """Every moment at which the conversation wants to be looked at; none when it is over."""
        if state.over:
            return ()
        if state.status == "snoozed":
            return (Timer("resume", state.until or state.asked),)
        since = max(state.asked, state.last_heard or state.asked)
        if not state.answered:
            silence = UNANSWERED_FOR if self.definition.proactive else facts.file_after
            return (Timer("file", since + silence),)
        filing = Timer("file", since + facts.file_after)
        if state.nudged or since != state.last_heard or not self.is_told(state, facts):
            return (filing,)
        return (Timer("nudge", since + facts.nudge_after), filing)

    def is_told(self, state: FlowState, facts: Facts) -> bool:
        """Whether the customer was telling something that would be filed."""
        return self._verdict(self.paths.start(state, facts)) in FILED

    def hear(self, state: FlowState, heard: Heard, facts: Facts, now: datetime) -> Turn:
        """What something said or pressed makes of a conversation.

        A refusal is a turn too and changes nothing. Raises ``ValueError`` for a naive ``now`` and
        for a state of another flow or version.
        """
        self._require_own(state, now)
        if state.over:
            return self._refusal(state, "finished", facts)
        try:
            if isinstance(heard, Said):
                return self._said(state, heard, facts, now)
            if isinstance(heard, Edited):
                return self._edited(state, heard.piece, facts, now)
            if isinstance(heard, Pressed):
                return self._pressed(state, heard, facts, now)
            if isinstance(heard, PutOff):
                return self._put_off(state, heard.choice, facts, now)
            return self._stop(state, facts, now)
        except Refused as refused:
            return self._refusal(state, refused.reason, facts)

    def on_timer(self, state: FlowState, kind: TimerKind, now: datetime, facts: Facts) -> Turn:
        """What a timer makes of a conversation; refused as ``not_due`` when it no longer applies.

        A nudge is not worth sending once the conversation is due to be filed.
        """
        self._require_own(state, now)
        due = {timer.kind for timer in self.timers(state, facts) if timer.due <= now}
        if kind not in due or (kind == "nudge" and "file" in due):
            return self._refusal(state, "not_due", facts)
        if kind == "nudge":
            return self._nudge(state, facts)
        if kind == "resume":
            return self._resume(state, facts, now, by_customer=False)
        return self._file(state, facts)

    def _said(self, state: FlowState, said: Said, facts: Facts, now: datetime) -> Turn:
        """Take in something said: a button's label or number, else what the words mean."""
        piece = said.piece
        if piece.kind != "text" or piece.file:
            return self._sent(state, piece, facts, now)
        step = self.definition.steps[state.step]
        screens = Screens(self.definition, facts)
        asked = state.status == "open" and not state.view
        typed = screens.typed(step, piece.text) if asked else None
        if typed is not None:
            return self._answered(state, typed, facts, now)
        action = screens.pressed_in_words(state, piece.text)
        if action:
            return self._pressed(state, Pressed(state.turn, action), facts, now)
        acts = self._acts(state, step, said, facts)
        return self._understood(state, piece, acts, facts, now)

    def _acts(self, state: FlowState, step: Step, said: Said, facts: Facts) -> tuple[Act, ...]:
        """What to do about words that are no label."""
        heard = said.heard or hear(said.piece.text, own=facts.phrases)
        reworded = Screens(self.definition, facts).is_reworded(step)
        if reworded and heard.meanings and heard.meanings <= YES_OR_NO:
            # A bare "no" is good news or bad, as the question was put.
            return (Act(Kind.ASK_BACK),)
        return decide(heard, self._question(step))

    def _question(self, step: Step) -> Question:
        """What a step asks, to the ear."""
        if step.hears:
            return Question(step.hears)
        return Question.WORDS if step.kind == "message" else Question.CHOICE

    def _understood(
        self, state: FlowState, piece: Piece, acts: tuple[Act, ...], facts: Facts, now: datetime
    ) -> Turn:
        """Do what words at the open question mean; what is not for the flow is handed on."""
        step, kinds = self.definition.steps[state.step], {act.kind for act in acts}
        if Kind.COMPLAINT in kinds:
            turn = self._sent(state, piece, facts, now)
            if Kind.STOP in kinds and not turn.state.over:
                return self._stop(turn.state, facts, now)
            return turn
        if Kind.STOP in kinds:
            return self._stop(state, facts, now)
        for act in acts:
            turn_of = self._turn_of(state, step, act, facts, now)
            if turn_of is not None:
                return replaced(turn_of, meant=acts)
        if self.is_told(state, facts) and not kinds <= NO_WORDS:
            # In the midst of telling, whatever is no answer is a part of what is told.
            return self._sent(state, piece, facts, now)
        after = replaced(state, last_heard=now)
        return Turn(after, timers=self.timers(after, facts), meant=acts)

    def _turn_of(
        self, state: FlowState, step: Step, act: Act, facts: Facts, now: datetime
    ) -> Turn | None:
        """The turn that one act makes here; None when it is no answer to the question."""
        if act.kind is Kind.LATER:
            if act.when is not None:
                return self._put_off(state, cast(LaterChoice, act.when), facts, now)
            return self._look(state, "later", "", facts, now) if state.status == "open" else None
        if act.kind is Kind.NEVER_MIND:
            return self._forget(state, step, facts, now)
        if state.status != "open" or state.view:
            return None
        option = step.meaning(act.kind)
        if option is not None:
            return self._answered(state, option.id, facts, now)
        action = {Kind.YES: "send", Kind.NO: "skip"}.get(act.kind)
        if action is not None and action in self.show(state, facts).actions():
            return self._pressed(state, Pressed(state.turn, action), facts, now)
        return None

    def _answered(self, state: FlowState, answer: Answer, facts: Facts, now: datetime) -> Turn:
        walk = self.paths.awake(state, facts)
        self.paths.answer(walk, answer)
        self.paths.settle(walk, facts)
        return self._moved(state, walk, facts, now)

    def _forget(self, state: FlowState, step: Step, facts: Facts, now: datetime) -> Turn:
        """The customer takes it all back: nothing is filed, and nothing more is asked."""
        walk = self.paths.awake(state, facts)
        if step.discard:
            self.paths.discard(walk)
            return self._moved(state, walk, facts, now)
        for said in (walk.words, walk.answers, walk.trail):
            said.clear()
        self.paths.fire(walk, "abandon")
        after = self._arrived(state, walk, now)
        return self._turn(after, facts, Outcome("declined", {}, ()))

    def _sent(self, state: FlowState, piece: Piece, facts: Facts, now: datetime) -> Turn:
        """Take in words or media as what the customer has to say."""
        step = self.definition.steps[state.step]
        screens = Screens(self.definition, facts)
        asked = state.status == "open" and not state.view
        walk = self.paths.awake(state, facts)
        fits = step.fits(piece)
        if not fits and piece.kind != "text":
            raise Refused("not_accepted")
        answer = SAID if step.kind == "message" and fits else ""
        if step.spoken and asked and not screens.doubtful(step, piece.text):
            answer = step.spoken.id
        if answer:
            self.paths.answer_in_words(walk, piece, answer)
            self.paths.settle(walk, facts)
            return self._moved(state, walk, facts, now)
        self.paths.add(walk, piece)
        notice = screens.speaker.say("added" if fits else "added_wrong_kind")
        kept = self._kept(state, walk, notice, facts, now)
        if not fits and asked and step.kind == "message":
            # What is asked for did not come: that is said at once, and the question stands below.
            return replaced(kept, screen=self.show(kept.state, facts))
        return kept

    def _edited(self, state: FlowState, piece: Piece, facts: Facts, now: datetime) -> Turn:
        walk = self.paths.start(state, facts)
        self.paths.edit(walk, piece)
        after = replaced(state, words=tuple(walk.words), last_heard=now)
        return Turn(after, timers=self.timers(after, facts), kept=True)

    def _kept(
        self, state: FlowState, walk: TransitionContext, notice: str, facts: Facts, now: datetime
    ) -> Turn:
        if state.status == "snoozed":
            after = self._arrived(state, walk, now)
            return replaced(self._turn(after, facts), notice=notice, kept=True)
        after = replaced(state, words=tuple(walk.words), last_heard=now)
        return Turn(after, notice=notice, timers=self.timers(after, facts), kept=True)

    def _pressed(self, state: FlowState, press: Pressed, facts: Facts, now: datetime) -> Turn:
        if press.turn != state.turn:
            raise Refused("stale")
        if press.action not in self.show(state, facts).actions():
            raise Refused("unknown_action")
        verb, _, what = press.action.partition(":")
        if verb in ("later", "change", "close", "page"):
            return self._look(state, verb, what, facts, now)
        if verb == "l":
            return self._put_off(state, cast(LaterChoice, what), facts, now)
        if verb == "stop":
            return self._stop(state, facts, now)
        if verb == "now":
            return self._resume(state, facts, now, by_customer=True)
        walk = self.paths.start(state, facts)
        self._moves()[verb](walk, what)
        if verb not in ("back", "e"):
            self.paths.settle(walk, facts)
        return self._moved(state, walk, facts, now)

    def _moves(self) -> dict[str, Callable[[TransitionContext, str], None]]:
        return {
            "o": self.paths.answer,
            "r": lambda walk, number: self.paths.answer(walk, int(number)),
            "keep": lambda walk, _: self.paths.answer(walk, SAID),
            "skip": lambda walk, _: self.paths.answer(walk, None, "skip"),
            "send": lambda walk, _: self.paths.fire(walk, "answer"),
            "discard": lambda walk, _: self.paths.discard(walk),
            "back": lambda walk, _: self.paths.back(walk),
            "e": lambda walk, step: self.paths.return_to(walk, step, "revise"),
        }

    def _look(self, state: FlowState, verb: str, what: str, facts: Facts, now: datetime) -> Turn:
        self.paths.fire(self.paths.start(state, facts), "look")
        after = replaced(
            state,
            view=cast(View, verb if verb in ("later", "change") else ""),
            page=int(what) if verb == "page" else 0,
            turn=state.turn + 1,
            last_heard=now,
        )
        return self._turn(after, facts)

    def _put_off(self, state: FlowState, choice: LaterChoice, facts: Facts, now: datetime) -> Turn:
        if choice not in LATER_CHOICES:
            raise Refused("unknown_action")
        walk = self.paths.awake(state, facts)
        self.paths.fire(walk, "put_off")
        until = later_until(choice, now, facts.time_zone)
        after = replaced(self._arrived(state, walk, now), until=until)
        return self._turn(after, facts)

    def _resume(self, state: FlowState, facts: Facts, now: datetime, *, by_customer: bool) -> Turn:
        walk = self.paths.awake(state, facts)
        if by_customer:
            return self._turn(self._arrived(state, walk, now), facts)
        return self._turn(replaced(self._arrived(state, walk), asked=now), facts)

    def _stop(self, state: FlowState, facts: Facts, now: datetime) -> Turn:
        walk = self.paths.start(state, facts)
        self.paths.fire(walk, "stop")
        after = self._arrived(state, walk, now)
        kind = self._verdict(walk)
        outcome = Outcome(kind or "declined", after.answers, after.words, partial=bool(kind))
        return self._turn(after, facts, outcome)

    def _nudge(self, state: FlowState, facts: Facts) -> Turn:
        self.paths.fire(self.paths.start(state, facts), "nudge")
        after = replaced(state, nudged=True)
        notice = Speaker(self.definition, facts).say("nudge")
        return Turn(after, self.show(after, facts), notice, timers=self.timers(after, facts))

    def _file(self, state: FlowState, facts: Facts) -> Turn:
        walk = self.paths.start(state, facts)
        self.paths.fire(walk, "abandon")
        after = self._arrived(state, walk)
        kind = self._verdict(walk)
        outcome = Outcome(kind or "abandoned", after.answers, after.words, partial=True)
        told = kind in FILED
        notice = Speaker(self.definition, facts).say("filed") if told else None
        return Turn(after, None, notice, outcome)

    def _verdict(self, walk: TransitionContext) -> OutcomeKind | None:
        fields = walk.fields()
        verdicts = self.definition.silence
        return next((item.outcome for item in verdicts if item.condition.holds(fields)), None)

    def _moved(
        self, state: FlowState, walk: TransitionContext, facts: Facts, now: datetime
    ) -> Turn:
        after = self._arrived(state, walk, now)
        if after.status != "finished":
            return self._turn(after, facts)
        kind = cast(OutcomeKind, self.definition.steps[after.step].outcome)
        answers = {name: after.answers[name] for name in walk.trail if name in after.answers}
        return self._turn(after, facts, Outcome(kind, answers, after.words))

    def _arrived(
        self, state: FlowState, walk: TransitionContext, heard: datetime | None = None
    ) -> FlowState:
        step: Step | None = self.definition.steps.get(walk.state)
        status: str = walk.state
        if step:
            status = "finished" if step.kind == "end" else "open"
        return replaced(
            state,
            step=step.id if step else state.step,
            status=cast(Status, status),
            answers=walk.answers,
            words=tuple(walk.words),
            trail=tuple(walk.trail),
            turn=state.turn + 1,
            until=None,
            view="",
            page=0,
            last_heard=heard or state.last_heard,
        )

    def _turn(self, state: FlowState, facts: Facts, outcome: Outcome | None = None) -> Turn:
        screen = self.show(state, facts)
        return Turn(state, screen, outcome=outcome, timers=self.timers(state, facts))

    def _refusal(self, state: FlowState, reason: RefusalReason, facts: Facts) -> Turn:
        sentence = Speaker(self.definition, facts).say(f"refused_{reason}")
        refusal = Refusal(reason, sentence)
        return Turn(state, None, sentence, timers=self.timers(state, facts), refusal=refusal)

    def _require_own(self, state: FlowState, now: datetime) -> None:
        require_aware(now, "now")
        if (state.flow, state.version) != (self.name, self.version):
            raise ValueError(
                f"a conversation of {state.flow} {state.version} cannot go on in "
                f"{self.name} {self.version}"
            )
