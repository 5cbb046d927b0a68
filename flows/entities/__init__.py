"""The things that Verso remembers, as plain values.

Every value is frozen; a change makes a new one (`dataclasses.replace`). All moments are aware
and in UTC. Ids are types, so that a ticket's id cannot be given where a customer's is meant.
"""

from flows.entities.asks import Candidate, Pause
from flows.entities.changes import Campaign, Change, Draft, Notice
from flows.entities.data import Event, Import, Upload, Webhook
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
from flows.entities.entrances import Visit
from flows.entities.identity import Account, Admin, Alias, Consent, Customer, Link
from flows.entities.ids import (
    CampaignId,
    CandidateId,
    ChangeId,
    ConversationId,
    CustomerId,
    DraftId,
    EventId,
    NoticeId,
    OutboxId,
    StoryId,
    StoryPostId,
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
from flows.entities.stories import Story, StoryPost
from flows.entities.themes import Theme

__all__ = [
    "NOT_SURE",
    "Account",
    "Admin",
    "Alias",
    "Campaign",
    "CampaignId",
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
    "Draft",
    "DraftId",
    "Entry",
    "Event",
    "EventId",
    "Fact",
    "Group",
    "Import",
    "Incoming",
    "JournalLine",
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
    "SendResult",
    "SendState",
    "Shown",
    "Side",
    "Story",
    "StoryId",
    "StoryPost",
    "StoryPostId",
    "Theme",
    "ThemeId",
    "Ticket",
    "TicketId",
    "Timer",
    "Upload",
    "Visit",
    "Webhook",
]
