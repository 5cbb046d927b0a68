"""The things that Verso remembers, as plain values.

Every value is frozen; a change makes a new one (`dataclasses.replace`). All moments are aware
and in UTC. Ids are types, so that a ticket's id cannot be given where a customer's is meant.
"""

from flows.entities.asks import Candidate, Pause
from flows.entities.changes import Change, Notice
from flows.entities.data import Event, Import, Upload
from flows.entities.desk import (
    ClockEvent,
    ClockKind,
    ClockLine,
    Entry,
    Group,
    Member,
    Side,
    Ticket,
)
from flows.entities.dialogue import NOT_SURE, Conversation, Remark, RemarkKind
from flows.entities.identity import Account, Admin, Alias, Consent, Customer, Link
from flows.entities.ids import (
    CandidateId,
    ChangeId,
    ConversationId,
    CustomerId,
    EventId,
    NoticeId,
    OutboxId,
    RemedyId,
    StoryId,
    ThemeId,
    TicketId,
)
from flows.entities.machinery import (
    Configuration,
    Counter,
    Fact,
    Incoming,
    JournalLine,
    Outgoing,
    Priority,
    RawUpdate,
    SendResult,
    SendState,
    Shown,
    Timer,
)
from flows.entities.recovery import (
    Dimension,
    Fund,
    LedgerLine,
    LedgerSum,
    LineKind,
    Remedy,
    RemedyKind,
)
from flows.entities.stories import Story
from flows.entities.themes import Theme

__all__ = [
    "NOT_SURE",
    "Account",
    "Admin",
    "Alias",
    "Candidate",
    "CandidateId",
    "Change",
    "ChangeId",
    "ClockEvent",
    "ClockKind",
    "ClockLine",
    "Configuration",
    "Consent",
    "Conversation",
    "ConversationId",
    "Counter",
    "Customer",
    "CustomerId",
    "Dimension",
    "Entry",
    "Event",
    "EventId",
    "Fact",
    "Fund",
    "Group",
    "Import",
    "Incoming",
    "JournalLine",
    "LedgerLine",
    "LedgerSum",
    "LineKind",
    "Link",
    "Member",
    "Notice",
    "NoticeId",
    "OutboxId",
    "Outgoing",
    "Pause",
    "Priority",
    "RawUpdate",
    "Remark",
    "RemarkKind",
    "Remedy",
    "RemedyId",
    "RemedyKind",
    "SendResult",
    "SendState",
    "Shown",
    "Side",
    "Story",
    "StoryId",
    "Theme",
    "ThemeId",
    "Ticket",
    "TicketId",
    "Timer",
    "Upload",
]
