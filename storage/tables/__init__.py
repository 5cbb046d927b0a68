"""The tables, one definition for SQLite and PostgreSQL."""

from storage.tables.asks import candidates, schedule_pauses
from storage.tables.base import EPOCH, Json, Moment, metadata
from storage.tables.book import stories, story_posts
from storage.tables.changes import campaigns, changes, drafts, notices
from storage.tables.configuration import configurations
from storage.tables.console import console_passes
from storage.tables.data import events, imports, marks, upload_faults, uploads, webhooks
from storage.tables.desk import (
    admins,
    clock_log,
    entries,
    groups,
    members,
    search_words,
    tickets,
)
from storage.tables.dialogue import conversations, flow_definitions, remarks
from storage.tables.entrances import visits
from storage.tables.hypotheses import assignments, hypotheses
from storage.tables.identity import accounts, aliases, customers, links
from storage.tables.lost import lost_sales, missed_items
from storage.tables.machinery import counters, facts, inbox, journal, outbox, timers
from storage.tables.praise import praises
from storage.tables.recalls import participants, recalls
from storage.tables.recovery import codes, ledger, ledger_sums, passings, proofs, remedies
from storage.tables.slots import bookings, slots
from storage.tables.themes import themes, vectors

__all__ = [
    "EPOCH",
    "Json",
    "Moment",
    "accounts",
    "admins",
    "aliases",
    "assignments",
    "bookings",
    "campaigns",
    "candidates",
    "changes",
    "clock_log",
    "codes",
    "configurations",
    "console_passes",
    "conversations",
    "counters",
    "customers",
    "drafts",
    "entries",
    "events",
    "facts",
    "flow_definitions",
    "groups",
    "hypotheses",
    "imports",
    "inbox",
    "journal",
    "ledger",
    "ledger_sums",
    "links",
    "lost_sales",
    "marks",
    "members",
    "metadata",
    "missed_items",
    "notices",
    "outbox",
    "participants",
    "passings",
    "praises",
    "proofs",
    "recalls",
    "remarks",
    "remedies",
    "schedule_pauses",
    "search_words",
    "slots",
    "stories",
    "story_posts",
    "themes",
    "tickets",
    "timers",
    "upload_faults",
    "uploads",
    "vectors",
    "visits",
    "webhooks",
]
