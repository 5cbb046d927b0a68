"""What goes into a conversation and what comes out of it: plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows import ear
from flows.entities.making import made_at_once
from flows.languages import ENGLISH

Answer = str | int | None
Status = Literal["open", "snoozed", "finished", "stopped", "abandoned"]
MediaKind = Literal[
    "text",
    "photo",
    "album",
    "voice",
    "video",
    "video_note",
    "document",
    "location",
    "audio",
    "contact",
    "sticker",
]
LaterChoice = Literal["tonight", "tomorrow", "next_week"]
TimerKind = Literal["nudge", "file", "resume"]
OutcomeKind = Literal[
    "complaint",
    "nothing_wrong",
    "verified_yes",
    "verified_no",
    "verified_unsure",
    "declined",
    "abandoned",
]
RefusalReason = Literal[
    "stale",
    "unknown_action",
    "finished",
    "not_accepted",
    "full",
    "not_due",
    "nothing_before",
    "not_found",
]
Expects = Literal["button", "message", "nothing"]

STATUSES: tuple[str, ...] = get_args(Status)
MEDIA_KINDS: tuple[str, ...] = get_args(MediaKind)
OUTCOMES: tuple[str, ...] = get_args(OutcomeKind)
LATER_CHOICES: tuple[LaterChoice, ...] = get_args(LaterChoice)

SAID = "said"
"""The answer kept for a message step: its pieces are in the conversation's words."""

MAX_ACTION_BYTES = 40
"""With ``c:<conversation>:<turn>:`` in front it fits the Bot API's 64 bytes of callback data."""

NUDGE_AFTER = timedelta(hours=4)
FILE_AFTER = timedelta(hours=24)
"""What a business that says nothing else gets: the defaults of docs/configuration.md."""

MAX_PIECES = 200
"""Most pieces in one conversation; more are refused with a reason, so that a state stays small."""


def require_aware(moment: datetime, what: str) -> None:
    """Raise ``ValueError`` when a datetime has no time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{what} needs a time zone")


@made_at_once
@dataclass(frozen=True, slots=True)
class Piece:
    """One thing the customer said or sent, exactly as it came.

    ``file``, ``source`` and ``context`` belong to the caller (what to fetch, which message it was,
    what it answers and whose it was first) and are plain JSON data; ``step`` is the question that
    was open when it was said.
    Raises ``ValueError`` for an unknown kind or a moment without a time zone.
    """

    kind: MediaKind
    at: datetime
    text: str = ""
    entities: tuple[Mapping[str, Any], ...] = ()
    file: Mapping[str, Any] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict)
    step: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in MEDIA_KINDS:
            raise ValueError(f"unknown kind of message: {self.kind!r}")
        if self.at.tzinfo is None:  # looked at here first: there are many pieces
            require_aware(self.at, "the moment of a message")


@dataclass(frozen=True, slots=True)
class Said:
    """The customer wrote or sent something; ``heard`` is what a text means, if it was heard."""

    piece: Piece
    heard: ear.Heard | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """The customer changed a message; its ``source`` is that of the piece it was."""

    piece: Piece


@dataclass(frozen=True, slots=True)
class Pressed:
    """The customer pressed a button: the turn it was made for and its action, both unproven."""

    turn: int
    action: str


@dataclass(frozen=True, slots=True)
class PutOff:
    """The customer asked to be asked later."""

    choice: LaterChoice


@dataclass(frozen=True, slots=True)
class Stop:
    """The customer wants no more questions, ever."""


Heard = Said | Edited | Pressed | PutOff | Stop


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose, already in the customer's language.

    Raises ``ValueError`` when the id is empty or too long for a button.
    """

    id: str
    label: str

    def __post_init__(self) -> None:
        if not self.id or len(f"o:{self.id}".encode()) > MAX_ACTION_BYTES:
            raise ValueError(f"an option id has 1 to {MAX_ACTION_BYTES - 2} bytes: {self.id!r}")


@made_at_once
@dataclass(frozen=True, slots=True)
class Facts:
    """What a flow may know about the customer and the brand at this moment.

    ``options`` holds the localised ``categories``, ``stages`` and ``products``; ``values`` the
    texts for placeholders such as ``quote``, ``change``, ``recent_change``. ``name`` is the whole
    name, ``first_name`` how to greet somebody; ``product`` a title, never an id; each is empty
    where it is not known. ``time_zone`` is an IANA name; raises ``ValueError`` for an unknown one.
    """

    brand: str
    language: str = ENGLISH
    default_language: str = ENGLISH
    formal: bool = False
    """How the brand addresses its customers."""
    name: str = ""
    first_name: str = ""
    product: str = ""
    time_zone: str = "UTC"
    options: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[ear.Meaning, tuple[str, ...]] = field(default_factory=dict)
    """Whole messages that the business has added to what the ear knows, by meaning."""
    opening: str = ""
    """What to say at the flow's first step instead of its own words, filled in already."""
    nudge_after: timedelta = NUDGE_AFTER
    """From the customer's last word to the one reminder of an unfinished conversation."""
    file_after: timedelta = FILE_AFTER
    """From the customer's last word to the filing of what was said."""

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"unknown time zone: {self.time_zone!r}") from error


@dataclass(frozen=True, slots=True)
class Button:
    """A button; ``action`` has at most 40 bytes and means nothing outside its turn."""

    label: str
    action: str


@made_at_once
@dataclass(frozen=True, slots=True)
class Screen:
    """What the customer sees: plain text without markup, and rows of buttons.

    ``quote`` holds the customer's own words, shortened, when they belong beside the text.
    """

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    expects: Expects = "nothing"
    quote: str | None = None

    def actions(self) -> frozenset[str]:
        """Every action that this screen offers."""
        return frozenset(button.action for row in self.rows for button in row)


@dataclass(frozen=True, slots=True)
class Timer:
    """A moment at which the conversation wants to be looked at again."""

    kind: TimerKind
    due: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a conversation ended. ``partial``: the customer fell silent or stopped before the end."""

    kind: OutcomeKind
    answers: Mapping[str, Answer]
    words: tuple[Piece, ...]
    partial: bool = False

    @property
    def readiness(self) -> str | None:
        """The answer to "would you tell us?", when it was asked and answered."""
        given = self.answers.get("readiness")
        return given if isinstance(given, str) else None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something heard changed nothing; ``sentence`` may be shown to the customer."""

    reason: RefusalReason
    sentence: str
