"""The tables, one definition for SQLite and PostgreSQL."""

from storage.tables.base import EPOCH, Json, Moment, metadata
from storage.tables.complaints import (
    changes,
    conversations,
    entries,
    flow_definitions,
    notices,
    tickets,
)
from storage.tables.machinery import configurations, counters, facts, inbox, journal, outbox, timers
from storage.tables.outreach import (
    candidates,
    events,
    marks,
    upload_faults,
    uploads,
)
from storage.tables.people import accounts, admins, aliases, customers, groups, links

__all__ = [
    "EPOCH",
    "Json",
    "Moment",
    "accounts",
    "admins",
    "aliases",
    "candidates",
    "changes",
    "configurations",
    "conversations",
    "counters",
    "customers",
    "entries",
    "events",
    "facts",
    "flow_definitions",
    "groups",
    "inbox",
    "journal",
    "links",
    "marks",
    "metadata",
    "notices",
    "outbox",
    "tickets",
    "timers",
    "upload_faults",
    "uploads",
]
