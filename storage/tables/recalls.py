"""Recalls, and the customers whom each concerns."""

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
)

from storage.tables.base import Json, Moment, customer_column, id_column, metadata
from storage.tables.personal import NOTHING_PERSONAL, OF_STAFF, WITH_ROW

recalls = Table(
    "recalls",
    metadata,
    id_column(NOTHING_PERSONAL),
    Column("number", Integer, nullable=False, unique=True, info=NOTHING_PERSONAL),
    Column("created_at", Moment, nullable=False, info=NOTHING_PERSONAL),
    Column("state", String(16), nullable=False, info=NOTHING_PERSONAL),
    Column("whom", Json, nullable=False, info=NOTHING_PERSONAL),
    Column("team_id", String(100), nullable=False, info=NOTHING_PERSONAL),
    Column("places", Json, nullable=False, info=NOTHING_PERSONAL),
    Column("own_slots", Boolean, nullable=False, info=NOTHING_PERSONAL),
    Column("texts", Json, nullable=False, info=NOTHING_PERSONAL),
    Column("pending", Json, nullable=False, info=NOTHING_PERSONAL),
    Column("round", Integer, nullable=False, info=NOTHING_PERSONAL),
    Column("author_id", BigInteger, info=OF_STAFF),
    Column("author_name", Text, nullable=False, info=OF_STAFF),
    Column("started_at", Moment, info=NOTHING_PERSONAL),
    Column("ended_at", Moment, info=NOTHING_PERSONAL),
)

participants = Table(
    "participants",
    metadata,
    # Counted, not made as other ids: one statement adds all of a recall.
    id_column(WITH_ROW),
    Column(
        "recall_id",
        ForeignKey("recalls.id"),
        type_=BigInteger,
        nullable=False,
        info=WITH_ROW,
    ),
    customer_column(WITH_ROW),
    Column("state", String(16), nullable=False, info=WITH_ROW),
    Column("told_at", Moment, info=WITH_ROW),
    Column("told_round", Integer, nullable=False, info=WITH_ROW),
    Column("language", String(16), nullable=False, info=WITH_ROW),
    Column("step", String(16), nullable=False, info=WITH_ROW),
    Column("step_at", Moment, info=WITH_ROW),
    Column("ready_at", Moment, info=WITH_ROW),
    Column("verdict", String(16), nullable=False, info=WITH_ROW),
    Column("ticket_id", BigInteger, info=WITH_ROW),
    Column("row_key", String(100), nullable=False, server_default="", info=WITH_ROW),
    UniqueConstraint("recall_id", "customer_id"),
    Index("ix_participants_waiting", "recall_id", "state", "id"),
)
