"""What becomes of one customer's thing in a recall, from "not said" to "it is right now". Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flows.entities import Participant, ParticipantId
from flows.entities.lifecycle import Edge, Lifecycle, Refusal, Walk

NOTHING = "nothing"
"""The state of somebody who has not said anything; stored as an empty step."""
STATES = (NOTHING, "chosen", "gone", "ready", "returning", "done")
OPEN = (NOTHING, "chosen")


def _was_told(walk: Walk) -> bool:
    participant: Participant = walk.value
    return participant.told_at is not None or participant.state in ("sent", "doubt")


EDGES = (
    Edge("choose", (*OPEN, "gone"), "chosen", "They chose a place and a time."),
    Edge("give_back", ("chosen",), NOTHING, "They gave the time back, and may choose another."),
    Edge("part", OPEN, "gone", "They no longer have it; nothing more is asked of them."),
    Edge("mine", ("gone",), NOTHING, "They have it after all."),
    Edge(
        "finish",
        (*OPEN, "gone"),
        "ready",
        "It is put right; they hear so, and choose when they would like it back.",
        ((_was_told, "not_told"),),
    ),
    Edge("choose_return", ("ready", "returning"), "returning", "They chose when to have it back."),
    Edge("give_back", ("returning",), "ready", "They gave that time back."),
    Edge("hand_back", ("ready", "returning"), "done", "They have it again."),
    Edge("verify", ("done",), None, "They say whether it is right now."),
)
LIFECYCLE = Lifecycle("participant", STATES, NOTHING, EDGES)


def act(participant: Participant, trigger: str, now: datetime) -> Participant | Refusal:
    """Let something happen; the reason of a refusal by the step is `is_` with it."""
    walk = Walk(participant.step or NOTHING, participant)
    if not LIFECYCLE.fire(trigger, walk):
        return Refusal(walk.refusal or f"is_{participant.step or NOTHING}")
    step = "" if walk.state == NOTHING else walk.state
    ready_at = now if trigger == "finish" else participant.ready_at
    return replace(participant, step=step, step_at=now, ready_at=ready_at)


def row_key(participant: ParticipantId, read: int, number: int) -> str:
    """The key of a message that tells somebody a round; `number` is no other message's."""
    return f"recall:{participant}:{read}:{number}"


def round_of(key: str) -> int:
    """The round that the message with this key tells."""
    return int(key.split(":")[2])
