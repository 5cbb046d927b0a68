"""Where a conversation stands, and its plain JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from flows.conversations.values import (
    STATUSES,
    Answer,
    Outcome,
    Piece,
    Refusal,
    Screen,
    Status,
    Timer,
    require_aware,
)
from flows.ear.table import Act
from flows.entities.making import made_at_once
from flows.entities.states import GOING_ON

View = Literal["", "later", "change"]
VIEWS = ("", "later", "change")


@made_at_once
@dataclass(frozen=True, slots=True)
class FlowState:
    """One conversation at one moment.

    ``answers`` by step id: an option id, a rating, ``"said"`` for a message step, ``None`` for
    skipped. ``trail``: the steps answered on the way here, oldest first. ``turn`` counts changes
    of the screen, and is what tells a stale button. ``asked``: when the question was last brought
    to the customer by us; ``last_heard``: when the customer last did something, if ever.
    Raises ``ValueError`` for a datetime without a time zone.
    """

    flow: str
    version: int
    step: str
    asked: datetime
    status: Status = "open"
    answers: Mapping[str, Answer] = field(default_factory=dict)
    words: tuple[Piece, ...] = ()
    trail: tuple[str, ...] = ()
    turn: int = 0
    last_heard: datetime | None = None
    nudged: bool = False
    until: datetime | None = None
    view: View = ""
    page: int = 0

    def __post_init__(self) -> None:
        if self.status not in STATUSES or self.view not in VIEWS:
            raise ValueError(f"unknown status or view: {self.status!r}, {self.view!r}")
        require_aware(self.asked, "asked")
        for name, moment in (("last_heard", self.last_heard), ("until", self.until)):
            if moment is not None:
                require_aware(moment, name)

    @staticmethod
    def is_untouched(data: Mapping[str, Any]) -> bool:
        """Whether what ``to_json`` gave is open, and the customer has done nothing in it yet."""
        return data["status"] == "open" and not data.get("last_heard")

    @property
    def over(self) -> bool:
        """Whether nothing more can be said in this conversation."""
        return self.status not in GOING_ON

    @property
    def answered(self) -> bool:
        """Whether anything was answered or said; to put a question off or to stop is neither."""
        return bool(self.answers or self.words)

    def to_json(self, earlier: tuple[FlowState, Mapping[str, Any]] | None = None) -> dict[str, Any]:
        """Plain data for ``json.dumps``; what is empty is left out.

        ``earlier``: the state that this one came from and its data, of which the words that have
        stayed are taken as they are: most of a state is what was said before.
        """
        data: dict[str, Any] = {
            "flow": self.flow,
            "version": self.version,
            "step": self.step,
            "asked": self.asked.isoformat(),
            "status": self.status,
            "answers": dict(self.answers),
            "words": _words_to_json(self.words, earlier),
            "trail": list(self.trail),
            "turn": self.turn,
            "last_heard": self.last_heard and self.last_heard.isoformat(),
            "nudged": self.nudged,
            "until": self.until and self.until.isoformat(),
            "view": self.view,
            "page": self.page,
        }
        return {key: value for key, value in data.items() if value or key == "turn"}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> FlowState:
        """The state that ``to_json`` gave. Raises ``KeyError`` or ``ValueError`` for other data."""
        return FlowState(
            flow=data["flow"],
            version=data["version"],
            step=data["step"],
            asked=datetime.fromisoformat(data["asked"]),
            status=data["status"],
            answers=dict(data.get("answers", {})),
            words=tuple(_piece_from_json(piece) for piece in data.get("words", ())),
            trail=tuple(data.get("trail", ())),
            turn=data["turn"],
            last_heard=_moment(data.get("last_heard")),
            nudged=data.get("nudged", False),
            until=_moment(data.get("until")),
            view=data.get("view", ""),
            page=data.get("page", 0),
        )


@made_at_once
@dataclass(frozen=True, slots=True)
class Turn:
    """What one event made of a conversation.

    ``timers`` is everything the conversation wants now and replaces what was set before.
    ``kept``: a piece was added and the open question stays. With ``refusal`` the state is the one
    that went in. ``notice`` is a short sentence to say, also for a refusal. ``meant``: what words
    meant besides an answer to the question, for the caller to act on; the question stays open
    where there is no new screen.
    """

    state: FlowState
    screen: Screen | None = None
    notice: str | None = None
    outcome: Outcome | None = None
    timers: tuple[Timer, ...] = ()
    refusal: Refusal | None = None
    kept: bool = False
    meant: tuple[Act, ...] = ()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _words_to_json(
    words: tuple[Piece, ...], earlier: tuple[FlowState, Mapping[str, Any]] | None
) -> list[Any]:
    if earlier is None:
        return [_piece_to_json(piece) for piece in words]
    before, data = earlier
    stayed = 0
    for piece, old in zip(words, before.words, strict=False):
        if piece is not old:
            break
        stayed += 1
    return [*data.get("words", ())[:stayed], *(_piece_to_json(piece) for piece in words[stayed:])]


def _piece_to_json(piece: Piece) -> dict[str, Any]:
    """Written out, since it is done for every piece of a conversation at each of its turns."""
    data: dict[str, Any] = {"kind": piece.kind, "at": piece.at.isoformat()}
    if piece.text:
        data["text"] = piece.text
    if piece.entities:
        data["entities"] = [dict(entity) for entity in piece.entities]
    if piece.file:
        data["file"] = dict(piece.file)
    if piece.source:
        data["source"] = piece.source
    if piece.step:
        data["step"] = piece.step
    if piece.context:
        data["context"] = dict(piece.context)
    return data


def _piece_from_json(data: Mapping[str, Any]) -> Piece:
    get = data.get
    return Piece(
        data["kind"],
        datetime.fromisoformat(data["at"]),
        get("text", ""),
        tuple(get("entities", ())),
        get("file") or {},
        get("source") or {},
        get("step", ""),
        get("context") or {},
    )
