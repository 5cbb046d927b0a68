"""What a row of the outbox, a timer or a line of the journal is about: `entry:12`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,18}")
_HIGHEST = 2**63 - 1
"""As far as the numbers of both databases go."""


class RefKind(StrEnum):
    """Kinds of things that are referred to; a subject that needs another one adds it here."""

    ADMIN = "admin"
    CANDIDATE = "candidate"
    CHANGE = "change"
    CUSTOMER = "customer"
    ENTRY = "entry"
    GROUP = "group"
    RECEIVER = "receiver"
    """A receiver of webhooks, by its id in the configuration."""
    GUEST = "guest"
    """The ticket of somebody who is here, of which every team hears."""
    LOST_SALE = "lost_sale"
    """Somebody who asked for what was not there."""
    MISSED = "missed"
    """A thing that people asked for and that was not there."""
    MEMBER = "member"
    """Somebody in a group of staff, by their Telegram id."""
    NOTICE = "notice"
    PRAISE = "praise"
    PARTICIPANT = "participant"
    """A customer whom a recall concerns; of a booking: that they bring what they have."""
    FETCHING = "fetching"
    """The same, when they fetch it again."""
    RECALL = "recall"
    HYPOTHESIS = "hypothesis"
    """A hypothesis, by its id in the configuration."""
    STORY = "story"
    THEME = "theme"
    UPDATE = "update"
    UPLOAD = "upload"

    RESOLVE = "resolve"
    """The ticket that a prompt asks to resolve."""
    NOTE = "note"
    """The ticket that a prompt asks to note something about."""
    TEXT = "text"
    DECLINE = "decline"
    """The change that a prompt asks to describe, or to decline."""
    NAME = "name"
    """The theme that a prompt asks to name."""
    CAUSE = "cause"
    PLACE = "place"
    PLAN = "plan"
    """The change whose root cause, place or day a prompt asks for."""
    WORDING = "wording"
    """The change that a prompt asks to write in a language: `12/ru`."""

    DRAFT = "draft"
    """The change, and the customer, whose own notice a prompt asks to write: `12/34`."""

    SIDE = "side"
    """The side of a story that a prompt asks to write: `12/said/ru`."""

    REMEDY = "remedy"
    REMEDY_AMOUNT = "remedy_amount"
    """The remedy whose amount a prompt asks for: `12/refund`."""
    REMEDY_WHY = "remedy_why"
    """The remedy above a limit whose reason a prompt asks for: `12/refund/20.00 EUR`."""
    REMEDY_VOID = "remedy_void"
    """The remedy of which a prompt asks why it is taken back."""
    REMEDY_FAIL = "remedy_fail"
    """The remedy of which a prompt asks why it could not be done."""

    GESTURE_OWN = "gesture_own"
    """The ticket for which a prompt asks for a gesture in somebody's own words."""
    GESTURE_NOT = "gesture_not"
    """The ticket of which a prompt asks why there is no gesture."""

    ALBUM = "album"
    SCHEDULE = "schedule"
    BUTTONS = "buttons"
    """What the buttons of a message to a person are for, as their data begins."""

    def begins(self, text: str) -> bool:
        """Whether a text refers to something of this kind."""
        return text.startswith(f"{self.value}:")


_NAMED = frozenset(
    {
        RefKind.WORDING,
        RefKind.DRAFT,
        RefKind.SIDE,
        RefKind.REMEDY_AMOUNT,
        RefKind.REMEDY_WHY,
        RefKind.ALBUM,
        RefKind.SCHEDULE,
        RefKind.BUTTONS,
        RefKind.RECEIVER,
        RefKind.HYPOTHESIS,
    }
)
"""Kinds whose things have names; all others have numbers."""


@dataclass(frozen=True, slots=True)
class Ref:
    """One thing of a kind. `str(ref)` is how it is stored."""

    kind: RefKind
    id: int | str
    """A number, or for some kinds, such as an album and a schedule, a name."""

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Ref | None:
        """The thing that a stored text refers to; None for any other text.

        `str` of it is the same text again.
        """
        name, colon, rest = text.partition(":")
        kind = RefKind._value2member_map_.get(name)
        if not isinstance(kind, RefKind) or not colon:
            return None
        if kind in _NAMED:
            return cls(kind, rest) if rest else None
        number = _number(rest)
        return None if number is None else cls(kind, number)

    @staticmethod
    def number(text: str, kind: RefKind) -> int | None:
        """The number of the thing of this kind that a text refers to; None for any other text."""
        name, _, rest = text.partition(":")
        return _number(rest) if name == kind else None


def _number(text: str) -> int | None:
    if not _NUMBER.fullmatch(text):
        return None
    number = int(text)
    return number if -_HIGHEST <= number <= _HIGHEST else None
