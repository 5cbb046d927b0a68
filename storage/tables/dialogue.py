"""Conversations, and the flows that they run."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, text

from storage.tables.base import Json, Moment, customer_column, id_column, metadata

conversations = Table(
    "conversations",
    metadata,
    id_column(),
    customer_column(),
    Column("chat_id", BigInteger, nullable=False),
    Column("flow", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("state", Json, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("due_kind", String(16), nullable=False),
    Column("candidate_id", BigInteger),
    Column("ticket_id", BigInteger),
    Column("notice_id", BigInteger),
    Column("aside_ticket_id", BigInteger),
    Column("context", Json, nullable=False),
    Index(
        "ix_conversations_going_on",
        "chat_id",
        sqlite_where=text("status IN ('open', 'snoozed')"),
        postgresql_where=text("status IN ('open', 'snoozed')"),
    ),
    Index(
        "ix_conversations_due_at",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
)

remarks = Table(
    "remarks",
    metadata,
    id_column(),
    customer_column(),
    Column("chat_id", BigInteger, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("bare", String(64), nullable=False, index=True),
    Column("message_id", BigInteger),
    Column("conversation_id", BigInteger),
    Column("candidate_id", BigInteger),
    Column("choice", String(16), nullable=False),
    Column("shown_at", Moment),
    Column("ticket_id", BigInteger),
    Index(
        "ix_remarks_unshown",
        "at",
        sqlite_where=text("shown_at IS NULL AND kind = 'unsure'"),
        postgresql_where=text("shown_at IS NULL AND kind = 'unsure'"),
    ),
)

flow_definitions = Table(
    "flow_definitions",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
)
