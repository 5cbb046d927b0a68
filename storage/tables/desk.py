"""Tickets and what was said in them; the business's own people."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.tables.base import Json, Moment, customer_column, id_column, metadata

tickets = Table(
    "tickets",
    metadata,
    id_column(),
    Column("number", Integer, nullable=False, unique=True),
    customer_column(),
    Column("chat_id", BigInteger, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("opened_at", Moment, nullable=False),
    Column("team_id", String(100), nullable=False),
    Column("words", Text, nullable=False),
    Column("stage", String(100), nullable=False),
    Column("category", String(100), nullable=False),
    Column("severity", Integer, nullable=False),
    Column("wish", Text, nullable=False),
    Column("partial", Boolean, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("conversation_id", BigInteger),
    Column("candidate_id", BigInteger, index=True),
    Column("owner_id", BigInteger),
    Column("owner_name", Text, nullable=False),
    Column("response_due_at", Moment),
    Column("first_response_at", Moment),
    Column("resolved_at", Moment),
    Column("resolution", Text, nullable=False),
    Column("verified_at", Moment),
    Column("reopened", Integer, nullable=False),
    Column("change_id", ForeignKey("changes.id"), type_=BigInteger, index=True),
    Column("group_chat_id", BigInteger),
    Column("topic_id", BigInteger),
    Column("card_message_id", BigInteger),
    Index("ix_tickets_topic", "group_chat_id", "topic_id"),
)

entries = Table(
    "entries",
    metadata,
    id_column(),
    Column("ticket_id", ForeignKey("tickets.id"), type_=BigInteger, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("side", String(16), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("author_id", BigInteger),
    Column("author_name", Text, nullable=False),
    Column("chat_id", BigInteger),
    Column("message_id", BigInteger),
    Column("album", String(64), nullable=False),
    Column("file", Json, nullable=False),
    Column("outbox_id", BigInteger),
    Index("ix_entries_message", "chat_id", "message_id"),
)

groups = Table(
    "groups",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("team_id", String(100), nullable=False),
    Column("title", Text, nullable=False),
    Column("forum", Boolean, nullable=False),
    Column("bound_at", Moment, nullable=False),
    Column("left_at", Moment),
)

admins = Table(
    "admins",
    metadata,
    Column("telegram_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("since", Moment, nullable=False),
)
