"""Talking with a customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from flows.entities.ids import CandidateId, ConversationId, CustomerId, NoticeId, TicketId
from flows.entities.making import made_at_once


@made_at_once
@dataclass(frozen=True, slots=True)
class Conversation:
    """One run of a flow with one customer. `state` is the flow engine's own record."""

    id: ConversationId
    customer_id: CustomerId
    chat_id: int
    flow: str
    version: int
    status: str
    state: Mapping[str, Any]
    opened_at: datetime
    updated_at: datetime
    due_at: datetime | None = None
    """The next of this conversation's timers, and which it is."""
    due_kind: str = ""
    candidate_id: CandidateId | None = None
    ticket_id: TicketId | None = None
    notice_id: NoticeId | None = None
    aside_ticket_id: TicketId | None = None
    """The ticket in which staff have spoken since the open question was shown: words that come now
    are an answer to them."""
    context: Mapping[str, str] = field(default_factory=dict)
    """Placeholder values that the conversation began with (product, recent change, quote)."""


class RemarkKind(StrEnum):
    """Why words are kept that are no complaint."""

    UNSURE = "unsure"
    """They were not understood; their author was asked."""
    PRAISE = "praise"


NOT_SURE = "not_sure"
"""Subject of the messages in which staff are shown words that were not understood."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a customer said that belongs to no ticket."""

    id: int
    customer_id: CustomerId
    chat_id: int
    at: datetime
    kind: RemarkKind
    text: str
    bare: str = ""
    """A short text without punctuation, in lower case; empty for a longer one."""
    message_id: int | None = None
    conversation_id: ConversationId | None = None
    candidate_id: CandidateId | None = None
    choice: str = ""
    """What its author pressed when asked what they meant: `pass`, `fine`, `stop`."""
    shown_at: datetime | None = None
    """When staff were shown it, or need not be."""
    ticket_id: TicketId | None = None
