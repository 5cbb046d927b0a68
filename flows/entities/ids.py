"""Ids as types, so that a ticket's id cannot be given where a customer's is meant."""

from typing import NewType

CustomerId = NewType("CustomerId", int)
ConversationId = NewType("ConversationId", int)
TicketId = NewType("TicketId", int)
ChangeId = NewType("ChangeId", int)
ThemeId = NewType("ThemeId", int)
StoryId = NewType("StoryId", int)
StoryPostId = NewType("StoryPostId", int)
RemedyId = NewType("RemedyId", int)
RecallId = NewType("RecallId", int)
ParticipantId = NewType("ParticipantId", int)
SlotId = NewType("SlotId", int)
BookingId = NewType("BookingId", int)
NoticeId = NewType("NoticeId", int)
DraftId = NewType("DraftId", int)
CampaignId = NewType("CampaignId", int)
CandidateId = NewType("CandidateId", int)
EventId = NewType("EventId", int)
OutboxId = NewType("OutboxId", int)
