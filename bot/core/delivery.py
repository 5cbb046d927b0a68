"""What is sent, what came of it, and who wants to know."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.core.work import Work
from flows.entities import OutboxId, Outgoing, SendResult
from flows.entities.making import made_at_once


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a call."""

    parameter: str
    """The call's parameter that it is, such as `document`."""
    name: str
    content: bytes
    kind: str
    """Its media type."""


@made_at_once
@dataclass(frozen=True, slots=True)
class Call:
    """A Bot API call, ready to be made."""

    method: str
    params: Mapping[str, Any]
    then: Sequence[Outgoing] = ()
    """Messages to write into the outbox in the transaction that records that this was sent."""
    file: File | None = None
    anew: bool = True
    """Whether a text whose message is gone, and cannot be edited, is sent once more instead."""


ON_A_MESSAGE = (
    "setMessageReaction",
    "editMessageText",
    "editMessageCaption",
    "editMessageReplyMarkup",
    "deleteMessages",
)
"""Calls about a message that is in the chat already: pointless in the chat that follows it."""


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: the row is to be composed again at this moment, such as when quiet hours end."""

    moment: datetime


class FailureKind(StrEnum):
    """Why a message did not arrive, in words that tell what can be done about it."""

    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    NEVER_STARTED = "never_started"
    KICKED = "kicked"
    CHAT_NOT_FOUND = "chat_not_found"
    TOPIC_DELETED = "topic_deleted"
    TOPIC_MISSING = "topic_missing"
    TOPIC_CLOSED = "topic_closed"
    CANNOT_WRITE = "cannot_write"
    MEDIA_REFUSED = "media_refused"
    NOT_COPIED = "not_copied"
    NO_TOPIC_RIGHTS = "no_topic_rights"
    NOT_A_FORUM = "not_a_forum"
    REACTION_REFUSED = "reaction_refused"
    NO_RIGHTS = "no_rights"
    MESSAGE_GONE = "message_gone"
    QUOTATION_GONE = "quotation_gone"
    NOT_MODIFIED = "not_modified"
    TOO_LONG = "too_long"
    REFUSED = "refused"
    MIGRATED = "migrated"
    TOO_MANY = "too_many"
    NOT_SENT = "not_sent"
    SERVER_TROUBLE = "server_trouble"
    UNKNOWN_OUTCOME = "unknown_outcome"
    IN_DOUBT = "in_doubt"
    GAVE_UP = "gave_up"
    BAD_TOKEN = "bad_token"  # noqa: S105  a name, not a token


GONE = frozenset(
    {
        FailureKind.BLOCKED,
        FailureKind.DEACTIVATED,
        FailureKind.NEVER_STARTED,
        FailureKind.CHAT_NOT_FOUND,
    }
)
"""A private chat that failed in one of these ways cannot be written to until the person returns."""


PASSING = frozenset(
    {
        FailureKind.TOO_MANY,
        FailureKind.NOT_SENT,
        FailureKind.SERVER_TROUBLE,
        FailureKind.UNKNOWN_OUTCOME,
        FailureKind.BAD_TOKEN,
    }
)
"""Failures that say nothing of the message nor of where it goes."""
GROUP_REFUSES = frozenset({FailureKind.CANNOT_WRITE, FailureKind.TOPIC_CLOSED})
"""Refusals that say nothing of the message: it waits until its group, or topic, takes it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a try failed. `retry_after` in seconds, where Telegram said it."""

    kind: FailureKind
    detail: str = ""
    retry_after: float = 0.0
    new_chat_id: int | None = None

    def __str__(self) -> str:
        """As a row's error has it; `failure_in` reads it."""
        return f"{self.kind.value}: {self.detail}"


_MEDIA = (
    ("photo", "photos"),
    ("video note", "video_notes"),
    ("roundvideo", "video_notes"),
    ("video", "videos"),
    ("voice", "voices"),
    ("animation", "animations"),
    ("gif", "animations"),
    ("music", "audios"),
    ("audio", "audios"),
    ("document", "documents"),
    ("docs", "documents"),
    ("sticker", "stickers"),
    ("poll", "polls"),
)
"""What the descriptions of MEDIA_REFUSED call the things that are not to be sent."""


def media_in(detail: str) -> str:
    """What a group does not let the bot send, as a key for words; `things` when it is not said."""
    lowered = detail.lower()
    return next((key for name, key in _MEDIA if name in lowered), "things")


def failure_in(error: str) -> Failure | None:
    """The failure that a row's error tells of; None: it tells of none."""
    name, _, detail = error.partition(": ")
    kind = next((kind for kind in FailureKind if kind.value == name), None)
    return None if kind is None else Failure(kind, detail)


Composer = Callable[[Work, Outgoing], Awaitable[Call | Later | None]]
"""Makes the call of an `@name` row from what is true now; None: it no longer applies."""

NotNow = Callable[[Work, Outgoing], Awaitable[datetime | None]]
"""Tells until when a notice has to wait for its reader's quiet hours to end; None: it may go."""

InWords = Callable[[Work, Outgoing], Awaitable[Call | None]]
"""Gives the words of a message that was to be copied and is gone; None: it had no words alone."""

BatchComposer = Callable[[Work, Sequence[Outgoing]], Awaitable[Mapping[OutboxId, Call | None]]]
"""Makes the calls of many rows from what is true now; None: it no longer applies."""

Reporter = Callable[
    [Work, Outgoing, SendResult, Mapping[str, Any] | None, Failure | None], Awaitable[None]
]
"""Is told what became of a row, in the transaction that records it."""

Preparation = Callable[[Work, Sequence[Outgoing]], Awaitable[None]]
"""Loads at once what the reports of many rows will look for one by one."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What follows when Telegram says that a chat or a group cannot be written to.

    The sender hears it first; what it means is said by the subjects of people and groups.
    """

    chat_gone: Callable[[Work, int, str], Awaitable[None]]
    """A private chat is gone, for this reason (a `FailureKind`)."""
    catch_up: Callable[[Work, int], Awaitable[None]]
    """A person who had left was back before a refusal was heard of: what they missed follows."""
    has_returned: Callable[..., Awaitable[bool]]
    """Tells whether a person has come back `since` a moment."""
    group_moved: Callable[[Work, int, int], Awaitable[None]]
    """A group became a supergroup: the old chat and the new one."""
    group_lost: Callable[[Work, int], Awaitable[None]]
    """The bot is no longer in a group."""
    was_bound: Callable[..., Awaitable[bool]]
    """Tells whether a group was bound `since` a moment."""
    group_refuses: Callable[[Work, Outgoing, Failure], Awaitable[None]]
    """A group refuses a message by what it allows, and not by what the message is."""
    group_takes: Callable[[Work, int], Awaitable[None]]
    """A group that refused messages has taken one: what waits for it may leave."""
