"""Whatever a customer does, in every flow and language: nothing is lost, nobody is stuck."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from flows.conversations import (
    MAX_ACTION_BYTES,
    Edited,
    FlowState,
    Heard,
    Option,
    Piece,
    Pressed,
    PutOff,
    Said,
    Stop,
    Turn,
)
from flows.conversations.values import MEDIA_KINDS, TimerKind
from tests.flows.conversations.talk import FACTS, LIBRARY, NOON, piece

LABELS = st.text(min_size=1, max_size=30).filter(str.strip)
OPTIONS = st.lists(LABELS, max_size=20).map(
    lambda labels: tuple(Option(f"id{n}", label) for n, label in enumerate(labels))
)
VALUES = {"quote": "torn {brand}", "done": "thicker {bags}"}
TEXTS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["1", "3", "All fine", "{brand}", "退款", "No.", "да", "Tonight", "‹ назад", "👍"]
    ),
)


class Customer(RuleBasedStateMachine):
    """Knows only what it did; compares with what the engine says of it."""

    @initialize(
        name=st.sampled_from(LIBRARY.names()),
        language=st.sampled_from(["en", "ru", "zh", "xx"]),
        stages=OPTIONS,
        categories=OPTIONS,
        change=st.sampled_from(["", "it {closes} now"]),
        said=st.integers(0, 2),
    )
    def begin(
        self,
        name: str,
        language: str,
        stages: tuple[Option, ...],
        categories: tuple[Option, ...],
        change: str,
        said: int,
    ) -> None:
        options = {"stages": stages, "categories": categories}
        values = {**VALUES, "recent_change": change}
        self.facts = replace(FACTS, language=language, options=options, values=values)
        self.flow = LIBRARY.latest(name)
        self.now = NOON
        self.sent = [piece(f"before {n}", number=n + 1) for n in range(said)]
        self.typed: list[Piece] = []
        self.forgotten = False
        self.count = said
        self.turn = self.flow.begin(self.facts, self.now, tuple(self.sent))

    @property
    def state(self) -> FlowState:
        return self.turn.state

    def hear(self, heard: Heard) -> Turn:
        return self.take(self.flow.hear(self.state, heard, self.facts, self.now))

    def take(self, turn: Turn) -> Turn:
        if turn.refusal:
            assert turn.state == self.state
            assert turn.screen is None
            assert turn.outcome is None
            assert turn.notice
        else:
            assert turn.state.turn >= self.state.turn
            assert (turn.outcome is not None) == turn.state.over
        # What is taken over from the data before is what would have been written anew.
        before = FlowState.from_json(json.loads(json.dumps(self.state.to_json())))
        assert turn.state.to_json((self.state, self.state.to_json())) == turn.state.to_json()
        assert turn.state.to_json((before, before.to_json())) == turn.state.to_json()
        self.turn = turn
        return turn

    def new_piece(self, kind: str, text: str) -> Piece:
        self.count += 1
        return piece(text, kind, self.count)

    @rule(kind=st.sampled_from(MEDIA_KINDS), text=TEXTS)
    def say(self, kind: str, text: str) -> None:
        was_over, words = self.state.over, len(self.state.words)
        said = self.new_piece(kind, text)
        step = self.flow.definition.steps.get(self.state.step)
        # A file where another kind is asked for, such as a photo for a number, is not taken.
        unfit = step is not None and kind != "text" and not step.fits(said)
        turn = self.hear(Said(said))
        assert (turn.refusal is not None) == (was_over or unfit)
        if turn.refusal is not None:
            return
        if len(self.state.words) > words:
            self.sent.append(said)
        elif not was_over:
            assert kind == "text"
            assert not turn.kept
            # It was an answer, or the caller is told what it meant.
            assert turn.screen is not None or turn.meant
            self.forgotten = self.forgotten or not turn.state.words
            self.typed.append(said)

    @precondition(lambda self: self.sent and not self.forgotten)
    @rule(data=st.data(), text=TEXTS)
    def edit(self, data: st.DataObject, text: str) -> None:
        at = data.draw(st.integers(0, len(self.sent) - 1))
        edited = replace(self.sent[at], text=text)
        if self.hear(Edited(edited)).refusal is None:
            self.sent[at] = edited

    @precondition(lambda self: not self.state.over)
    @rule(data=st.data())
    def press(self, data: st.DataObject) -> None:
        actions = sorted(self.flow.show(self.state, self.facts).actions())
        if not actions:
            return
        action = data.draw(st.sampled_from(actions))
        before = self.state.turn
        turn = self.hear(Pressed(before, action))
        assert turn.refusal is None
        self.forgotten = self.forgotten or action == "discard"
        again = self.flow.hear(self.state, Pressed(before, action), self.facts, self.now)
        assert again.refusal is not None

    @rule(turn=st.integers(-2, 40), action=st.text(max_size=50))
    def forge(self, turn: int, action: str) -> None:
        if action not in self.flow.show(self.state, self.facts).actions():
            assert self.hear(Pressed(turn, action)).refusal is not None

    @rule(choice=st.sampled_from(["tonight", "tomorrow", "next_week"]))
    def put_off(self, choice: str) -> None:
        was_over = self.state.over
        turn = self.hear(PutOff(choice))  # type: ignore[arg-type]
        assert (turn.state.status == "snoozed") != was_over

    @rule(chance=st.integers(0, 9))
    def stop(self, chance: int) -> None:
        if chance == 0:
            self.hear(Stop())
            assert self.state.over

    @rule(minutes=st.integers(0, 60 * 30), kind=st.sampled_from(["nudge", "file", "resume"]))
    def time_passes(self, minutes: int, kind: TimerKind) -> None:
        self.now += timedelta(minutes=minutes)
        wanted = {timer.kind for timer in self.turn.timers if timer.due <= self.now}
        turn = self.take(self.flow.on_timer(self.state, kind, self.now, self.facts))
        assert (
            turn.refusal is None
            or kind not in wanted
            or (kind, "file" in wanted)
            == (
                "nudge",
                True,
            )
        )

    @rule(stages=OPTIONS)
    def configuration_changes(self, stages: tuple[Option, ...]) -> None:
        options = {**self.facts.options, "stages": stages}
        self.facts = replace(self.facts, options=options)

    @invariant()
    def every_piece_is_there_in_order(self) -> None:
        if not self.forgotten:
            assert [replace(kept, step="") for kept in self.state.words] == self.sent

    @invariant()
    def an_outcome_holds_every_piece(self) -> None:
        if self.turn.outcome and not self.forgotten:
            assert self.turn.outcome.words == self.state.words

    @invariant()
    def there_is_a_way_out(self) -> None:
        screen = self.flow.show(self.state, self.facts)
        assert screen.text.strip()
        if self.state.over:
            assert screen.rows == ()
            assert self.turn.timers == ()
        else:
            assert screen.rows or screen.expects == "message"
            assert self.turn.timers

    @invariant()
    def buttons_fit_and_differ(self) -> None:
        screen = self.flow.show(self.state, self.facts)
        actions = [button.action for row in screen.rows for button in row]
        assert len(actions) == len(set(actions))
        assert all(1 <= len(action.encode()) <= MAX_ACTION_BYTES for action in actions)
        whole = screen.text + (screen.quote or "")
        assert len(whole.encode("utf-16-le")) // 2 <= 4096

    @invariant()
    def the_state_survives_storage(self) -> None:
        stored = json.dumps(self.state.to_json())
        assert FlowState.from_json(json.loads(stored)) == self.state

    @invariant()
    def timers_follow_from_the_state(self) -> None:
        assert self.turn.timers == self.flow.timers(self.state, self.facts)


class TestCustomer(Customer.TestCase):  # type: ignore[misc]
    settings = settings(
        max_examples=50,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


@pytest.mark.parametrize("name", LIBRARY.names())
def test_one_machine_serves_every_conversation(name: str) -> None:
    flow = LIBRARY.latest(name)
    machine = flow.machine.machine
    for _ in range(50):
        flow.hear(flow.begin(FACTS, NOON).state, Said(piece("torn")), FACTS, NOON)
    assert flow.machine.machine is machine
    assert machine.models == []
    assert not any(trigger.startswith("to_") for trigger in machine.events)
