"""Whom schedules ask, and which schedules have paused themselves."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from storage.tables.base import Json, Moment, customer_column, id_column, metadata
from storage.tables.personal import NOTHING_PERSONAL, WITH_ROW

candidates = Table(
    "candidates",
    metadata,
    id_column(WITH_ROW),
    Column("schedule_id", String(100), nullable=False, info=WITH_ROW),
    customer_column(WITH_ROW),
    Column("event_id", ForeignKey("events.id"), type_=BigInteger, info=WITH_ROW),
    Column("occasion", String(40), nullable=False, server_default="", info=WITH_ROW),
    Column("created_at", Moment, nullable=False, info=WITH_ROW),
    Column("due_at", Moment, nullable=False, info=WITH_ROW),
    Column("look_at", Moment, info=WITH_ROW),
    Column("outcome", String(32), nullable=False, info=WITH_ROW),
    Column("reason", Json, nullable=False, info=WITH_ROW),
    Column("decided_at", Moment, info=WITH_ROW),
    Column("asked_at", Moment, info=WITH_ROW),
    Column("delivered_at", Moment, info=WITH_ROW),
    Column("conversation_id", BigInteger, info=WITH_ROW),
    Column("answered_at", Moment, info=WITH_ROW),
    Column("reminded_at", Moment, info=WITH_ROW),
    Column("variant", String(32), nullable=False, server_default="", info=WITH_ROW),
    Column("compared_at", Moment, info=WITH_ROW),
    Column("held_out", Boolean, info=WITH_ROW),
    Column("holdout_share", Integer, info=WITH_ROW),
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

schedule_pauses = Table(
    "schedule_pauses",
    metadata,
    Column("schedule_id", String(100), primary_key=True, info=NOTHING_PERSONAL),
    Column("since", Moment, nullable=False, info=NOTHING_PERSONAL),
    Column("sent", Integer, nullable=False, info=NOTHING_PERSONAL),
    Column("lost", Integer, nullable=False, info=NOTHING_PERSONAL),
    Column("resumed_at", Moment, info=NOTHING_PERSONAL),
)
