"""Conversations, and the flows that they run."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, text

from storage.tables.base import Json, Moment, customer_column, id_column, metadata
from storage.tables.personal import NOTHING_PERSONAL, WITH_ROW

conversations = Table(
    "conversations",
    metadata,
    id_column(WITH_ROW),
    customer_column(WITH_ROW),
    Column("chat_id", BigInteger, nullable=False, info=WITH_ROW),
    Column("flow", String(100), nullable=False, info=WITH_ROW),
    Column("version", Integer, nullable=False, info=WITH_ROW),
    Column("status", String(16), nullable=False, info=WITH_ROW),
    Column("state", Json, nullable=False, info=WITH_ROW),
    Column("opened_at", Moment, nullable=False, info=WITH_ROW),
    Column("updated_at", Moment, nullable=False, info=WITH_ROW),
    Column("due_at", Moment, info=WITH_ROW),
    Column("due_kind", String(16), nullable=False, info=WITH_ROW),
    Column("candidate_id", BigInteger, info=WITH_ROW),
    Column("ticket_id", BigInteger, info=WITH_ROW),
    Column("notice_id", BigInteger, info=WITH_ROW),
    Column("aside_ticket_id", BigInteger, info=WITH_ROW),
    Column("context", Json, nullable=False, info=WITH_ROW),
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
    id_column(WITH_ROW),
    customer_column(WITH_ROW),
    Column("chat_id", BigInteger, nullable=False, index=True, info=WITH_ROW),
    Column("at", Moment, nullable=False, info=WITH_ROW),
    Column("kind", String(16), nullable=False, info=WITH_ROW),
    Column("text", Text, nullable=False, info=WITH_ROW),
    Column("bare", String(64), nullable=False, index=True, info=WITH_ROW),
    Column("message_id", BigInteger, info=WITH_ROW),
    Column("conversation_id", BigInteger, info=WITH_ROW),
    Column("candidate_id", BigInteger, info=WITH_ROW),
    Column("choice", String(16), nullable=False, info=WITH_ROW),
    Column("shown_at", Moment, info=WITH_ROW),
    Column("ticket_id", BigInteger, info=WITH_ROW),
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
    Column("name", String(100), primary_key=True, info=NOTHING_PERSONAL),
    Column("version", Integer, primary_key=True, autoincrement=False, info=NOTHING_PERSONAL),
    Column("source", Text, nullable=False, info=NOTHING_PERSONAL),
)
