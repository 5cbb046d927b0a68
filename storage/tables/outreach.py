"""What the business tells of customers, and whom schedules ask because of it."""

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
    UniqueConstraint,
    text,
)

from storage.tables.base import Json, Moment, customer_column, id_column, metadata

events = Table(
    "events",
    metadata,
    id_column(),
    Column("external_id", String(200), nullable=False, unique=True),
    customer_column(),
    Column("type", String(100), nullable=False),
    Column("at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("period", String(40), nullable=False),
    Column("product", String(200), nullable=False),
    Column("data", Json, nullable=False),
    Column("withdrawn_at", Moment),
    Index("ix_events_type", "type", "id"),
    Index("ix_events_at", "type", "at", "id"),
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("as_of", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False, index=True),
)

candidates = Table(
    "candidates",
    metadata,
    id_column(),
    Column("schedule_id", String(100), nullable=False),
    customer_column(),
    Column("event_id", ForeignKey("events.id"), type_=BigInteger),
    Column("occasion", String(40), nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("look_at", Moment),
    Column("outcome", String(32), nullable=False),
    Column("reason", Json, nullable=False),
    Column("decided_at", Moment),
    Column("asked_at", Moment),
    Column("delivered_at", Moment),
    Column("conversation_id", BigInteger),
    Column("answered_at", Moment),
    Column("reminded_at", Moment),
    Column("variant", String(32), nullable=False, server_default=""),
    Column("compared_at", Moment),
    Column("held_out", Boolean),
    Column("holdout_share", Integer),
    UniqueConstraint("event_id", "schedule_id"),
    Index(
        "uq_candidates_occasion",
        "schedule_id",
        "customer_id",
        "occasion",
        unique=True,
        sqlite_where=text("event_id IS NULL"),
        postgresql_where=text("event_id IS NULL"),
    ),
    Index(
        "ix_candidates_planned",
        "schedule_id",
        "look_at",
        "id",
        sqlite_where=text("look_at IS NOT NULL AND asked_at IS NULL"),
        postgresql_where=text("look_at IS NOT NULL AND asked_at IS NULL"),
    ),
    Index(
        "ix_candidates_look_at",
        "look_at",
        sqlite_where=text("look_at IS NOT NULL"),
        postgresql_where=text("look_at IS NOT NULL"),
    ),
    Index(
        "ix_candidates_delivered",
        "schedule_id",
        "delivered_at",
        sqlite_where=text("delivered_at IS NOT NULL"),
        postgresql_where=text("delivered_at IS NOT NULL"),
    ),
    Index(
        "ix_candidates_compared",
        "schedule_id",
        "compared_at",
        sqlite_where=text("compared_at IS NOT NULL"),
        postgresql_where=text("compared_at IS NOT NULL"),
    ),
    Index(
        "ix_candidates_asked",
        "asked_at",
        sqlite_where=text("asked_at IS NOT NULL"),
        postgresql_where=text("asked_at IS NOT NULL"),
    ),
)

uploads = Table(
    "uploads",
    metadata,
    id_column(),
    Column("chat_id", BigInteger, nullable=False),
    Column("file_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("message_id", BigInteger),
    Column("row", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("counts", Json, nullable=False),
    Column("tries", Integer, nullable=False),
)

upload_faults = Table(
    "upload_faults",
    metadata,
    Column("upload_id", ForeignKey("uploads.id"), type_=BigInteger, primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
)
