"""Tickets and what was said in them; the business's own people."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    text,
)

from flows.entities import Side
from storage.tables.base import Json, Moment, customer_column, id_column, metadata
from storage.tables.personal import (
    FIGURE,
    NOTHING_PERSONAL,
    OF_STAFF,
    WITH_ROW,
    Finds,
    blanked,
    finding,
)

BY_CUSTOMER = ("side", Side.CUSTOMER.value)
"""Entries that staff wrote say who of them did, and where."""

tickets = Table(
    "tickets",
    metadata,
    id_column(FIGURE),
    Column("number", Integer, nullable=False, unique=True, info=FIGURE),
    customer_column(FIGURE),
    Column("chat_id", BigInteger, nullable=False, info=blanked(0)),
    Column("state", String(16), nullable=False, index=True, info=FIGURE),
    Column("opened_at", Moment, nullable=False, info=FIGURE),
    Column("team_id", String(100), nullable=False, info=FIGURE),
    Column("words", Text, nullable=False, info=blanked("")),
    Column("stage", String(100), nullable=False, info=FIGURE),
    Column("category", String(100), nullable=False, info=FIGURE),
    Column("severity", Integer, nullable=False, info=FIGURE),
    Column("wish", Text, nullable=False, info=blanked("")),
    Column("partial", Boolean, nullable=False, info=FIGURE),
    Column("urgent", Boolean, nullable=False, info=FIGURE),
    Column("failed_again", Boolean, nullable=False, info=FIGURE),
    Column("conversation_id", BigInteger, info=blanked(None)),
    Column("candidate_id", BigInteger, index=True, info=blanked(None)),
    Column("owner_id", BigInteger, info=OF_STAFF),
    Column("owner_name", Text, nullable=False, info=OF_STAFF),
    Column("response_due_at", Moment, info=FIGURE),
    Column("due_at", Moment, info=FIGURE),
    Column("look_at", Moment, info=FIGURE),
    Column("snoozed_until", Moment, info=FIGURE),
    Column("watch", Json, nullable=False, info=FIGURE),
    Column("first_response_at", Moment, info=FIGURE),
    Column("resolved_at", Moment, info=FIGURE),
    Column("resolution", Text, nullable=False, info=blanked("")),
    Column("verified_at", Moment, info=FIGURE),
    Column("reopened", Integer, nullable=False, info=FIGURE),
    Column(
        "change_id", ForeignKey("changes.id"), type_=BigInteger, index=True, info=NOTHING_PERSONAL
    ),
    Column("group_chat_id", BigInteger, info=NOTHING_PERSONAL),
    Column("topic_id", BigInteger, info=blanked(None)),
    Column("card_message_id", BigInteger, info=blanked(None)),
    Column("formatting", Json, nullable=False, info=blanked({})),
    Column("route", String(100), info=FIGURE),
    Column("theme_id", BigInteger, index=True, info=NOTHING_PERSONAL),
    Column("alike", Json, nullable=False, info=blanked({})),
    Column("compared_at", Moment, info=blanked(None)),
    Column("entrance", String(32), info=FIGURE),
    Column("topic_shows", String(48), nullable=False, server_default="", info=blanked("")),
    Column("tags", Json, nullable=False, server_default="[]", info=blanked([])),
    Column("as_before", Boolean, nullable=False, server_default=false(), info=FIGURE),
    Column("made_up", Boolean, nullable=False, server_default=false(), info=FIGURE),
    Column("gesture", String(8), nullable=False, server_default="", info=FIGURE),
    Index("ix_tickets_topic", "group_chat_id", "topic_id"),
    Index("ix_tickets_opened", "opened_at"),
    Index("ix_tickets_group", "group_chat_id", "state"),
    Index(
        "ix_tickets_entrance",
        "opened_at",
        sqlite_where=text("entrance IS NOT NULL"),
        postgresql_where=text("entrance IS NOT NULL"),
    ),
    Index(
        "ix_tickets_to_compare",
        "number",
        sqlite_where=text("compared_at IS NULL"),
        postgresql_where=text("compared_at IS NULL"),
    ),
    Index("ix_tickets_state_number", "state", "number"),
    Index(
        "ix_tickets_due",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index(
        "ix_tickets_free",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL AND owner_id IS NULL"),
        postgresql_where=text("due_at IS NOT NULL AND owner_id IS NULL"),
    ),
    Index(
        "ix_tickets_look_at",
        "look_at",
        sqlite_where=text("look_at IS NOT NULL"),
        postgresql_where=text("look_at IS NOT NULL"),
    ),
)

clock_log = Table(
    "clock_log",
    metadata,
    Column(
        "ticket_id",
        ForeignKey("tickets.id"),
        type_=BigInteger,
        primary_key=True,
        autoincrement=False,
        info=finding(Finds.TICKET, FIGURE),
    ),
    Column("clock", String(16), primary_key=True, info=FIGURE),
    Column("round", Integer, primary_key=True, autoincrement=False, info=FIGURE),
    Column("event", String(16), primary_key=True, info=FIGURE),
    Column("at", Moment, nullable=False, index=True, info=FIGURE),
    Column("due_at", Moment, info=FIGURE),
    Column("target", Integer, nullable=False, info=FIGURE),
)

entries = Table(
    "entries",
    metadata,
    id_column(FIGURE),
    Column(
        "ticket_id",
        ForeignKey("tickets.id"),
        type_=BigInteger,
        nullable=False,
        index=True,
        info=finding(Finds.TICKET, FIGURE),
    ),
    Column("at", Moment, nullable=False, info=FIGURE),
    Column("side", String(16), nullable=False, info=FIGURE),
    Column("kind", String(32), nullable=False, info=FIGURE),
    Column("text", Text, nullable=False, info=blanked("")),
    Column("author_id", BigInteger, index=True, info=blanked(None, only=BY_CUSTOMER)),
    Column("author_name", Text, nullable=False, info=blanked("", only=BY_CUSTOMER)),
    Column("chat_id", BigInteger, info=blanked(None, only=BY_CUSTOMER)),
    Column("message_id", BigInteger, info=blanked(None, only=BY_CUSTOMER)),
    Column("album", String(64), nullable=False, info=blanked("")),
    Column("file", Json, nullable=False, info=blanked({})),
    Column("outbox_id", BigInteger, info=blanked(None)),
    Index("ix_entries_message", "chat_id", "message_id"),
)

groups = Table(
    "groups",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False, info=NOTHING_PERSONAL),
    Column("team_id", String(100), nullable=False, info=NOTHING_PERSONAL),
    Column("title", Text, nullable=False, info=NOTHING_PERSONAL),
    Column("forum", Boolean, nullable=False, info=NOTHING_PERSONAL),
    Column("bound_at", Moment, nullable=False, info=NOTHING_PERSONAL),
    Column("left_at", Moment, info=NOTHING_PERSONAL),
)

admins = Table(
    "admins",
    metadata,
    Column("telegram_id", BigInteger, primary_key=True, autoincrement=False, info=OF_STAFF),
    Column("name", Text, nullable=False, info=OF_STAFF),
    Column("since", Moment, nullable=False, info=OF_STAFF),
    Column("role", String(16), nullable=False, server_default="admin", info=OF_STAFF),
)

search_words = Table(
    "search_words",
    metadata,
    Column("word", String(24), primary_key=True, info=WITH_ROW),
    Column(
        "ticket_id",
        ForeignKey("tickets.id"),
        type_=BigInteger,
        primary_key=True,
        index=True,
        info=finding(Finds.TICKET, WITH_ROW),
    ),
)

members = Table(
    "members",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False, info=OF_STAFF),
    Column("telegram_id", BigInteger, primary_key=True, autoincrement=False, info=OF_STAFF),
    Column("status", String(16), nullable=False, info=OF_STAFF),
    Column("since", Moment, info=OF_STAFF),
    Column("asked_at", Moment, info=OF_STAFF),
)
