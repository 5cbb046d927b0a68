"""A conversation driven from the outside, as the bot would."""

import json
from datetime import UTC, datetime, timedelta

from flows.conversations import (
    Facts,
    Flow,
    FlowLibrary,
    FlowState,
    Heard,
    Option,
    Outcome,
    Piece,
    Pressed,
    Said,
    Screen,
    Timer,
    Turn,
)

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LIBRARY = FlowLibrary.shipped()
STAGES = (Option("first_use", "First use"), Option("delivery", "Delivery"))
CATEGORIES = (Option("taste", "Taste"), Option("parcel", "Parcel"))
FACTS = Facts(
    brand="Lumen Tea",
    product="Sencha",
    options={"stages": STAGES, "categories": CATEGORIES},
    values={"quote": "the bag was torn", "done": "We changed this: thicker bags"},
)


def piece(text: str = "", kind: str = "text", number: int = 0) -> Piece:
    """A message as the bot would hand it over."""
    return Piece(
        kind,  # type: ignore[arg-type]
        NOON,
        text,
        entities=({"type": "bold", "offset": 0, "length": 1},) if text else (),
        file={} if kind == "text" else {"file_id": f"F{number}"},
        source={"message_id": number} if number else {},
    )


class Talk:
    """One conversation with its last turn; every state goes through JSON on its way."""

    def __init__(self, flow: str | Flow, facts: Facts = FACTS, said: tuple[Piece, ...] = ()):
        self.flow = LIBRARY.latest(flow) if isinstance(flow, str) else flow
        self.facts = facts
        self.now = NOON
        self.turn = self._kept(self.flow.begin(facts, self.now, said))

    @property
    def state(self) -> FlowState:
        return self.turn.state

    @property
    def screen(self) -> Screen:
        return self.flow.show(self.state, self.facts)

    @property
    def outcome(self) -> Outcome:
        assert self.turn.outcome is not None
        return self.turn.outcome

    @property
    def words(self) -> list[str]:
        return [said.text for said in self.state.words]

    def hear(self, heard: Heard) -> Turn:
        return self._take(self.flow.hear(self.state, heard, self.facts, self.now))

    def press(self, *actions: str) -> Turn:
        for action in actions:
            self.hear(Pressed(self.state.turn, action))
        return self.turn

    def say(self, *texts: str) -> Turn:
        for text in texts:
            self.hear(Said(piece(text)))
        return self.turn

    def wait(self, kind: str, **passed: float) -> Turn:
        """Let time pass and fire a timer."""
        self.now += timedelta(**passed)
        turn = self.flow.on_timer(self.state, kind, self.now, self.facts)  # type: ignore[arg-type]
        return self._take(turn)

    def timer(self, kind: str) -> Timer | None:
        return next((timer for timer in self.turn.timers if timer.kind == kind), None)

    def _take(self, turn: Turn) -> Turn:
        if turn.refusal:
            assert turn.state == self.state
        self.turn = self._kept(turn)
        return turn

    def _kept(self, turn: Turn) -> Turn:
        read = FlowState.from_json(json.loads(json.dumps(turn.state.to_json())))
        assert read == turn.state
        return turn
