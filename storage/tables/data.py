"""What the business tells of its customers, and the files in which it does."""

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
)

from storage.tables.base import Json, Moment, customer_column, id_column, metadata
from storage.tables.personal import NOTHING_PERSONAL, OF_STAFF, WITH_ROW

events = Table(
    "events",
    metadata,
    id_column(WITH_ROW),
    Column("external_id", String(200), nullable=False, unique=True, info=WITH_ROW),
    customer_column(WITH_ROW, index=False),
    Column("type", String(100), nullable=False, info=WITH_ROW),
    Column("at", Moment, nullable=False, info=WITH_ROW),
    Column("received_at", Moment, nullable=False, info=WITH_ROW),
    Column("period", String(40), nullable=False, info=WITH_ROW),
    Column("product", String(200), nullable=False, info=WITH_ROW),
    Column("data", Json, nullable=False, info=WITH_ROW),
    Column("withdrawn_at", Moment, info=WITH_ROW),
    Column("told_as", String(200), nullable=False, server_default="", info=WITH_ROW),
    Index("ix_events_type", "type", "id"),
    Index("ix_events_at", "type", "at", "id"),
    Index("ix_events_of_customer", "customer_id", "type", "at"),
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(64), primary_key=True, info=NOTHING_PERSONAL),
    Column("as_of", Moment, nullable=False, info=NOTHING_PERSONAL),
    Column("seen_at", Moment, nullable=False, index=True, info=NOTHING_PERSONAL),
    Column("lasting", Boolean, nullable=False, server_default=false(), info=NOTHING_PERSONAL),
)

uploads = Table(
    "uploads",
    metadata,
    id_column(OF_STAFF),
    Column("chat_id", BigInteger, nullable=False, info=OF_STAFF),
    Column("file_id", Text, nullable=False, info=OF_STAFF),
    Column("name", Text, nullable=False, info=OF_STAFF),
    Column("language", String(16), nullable=False, info=OF_STAFF),
    Column("created_at", Moment, nullable=False, info=OF_STAFF),
    Column("kind", String(16), nullable=False, info=OF_STAFF),
    Column("state", String(16), nullable=False, index=True, info=OF_STAFF),
    Column("message_id", BigInteger, info=OF_STAFF),
    Column("row", Integer, nullable=False, info=OF_STAFF),
    Column("rows", Integer, nullable=False, info=OF_STAFF),
    Column("counts", Json, nullable=False, info=OF_STAFF),
    Column("tries", Integer, nullable=False, info=OF_STAFF),
    Column("mapped", Json, nullable=False, server_default="{}", info=OF_STAFF),
)

imports = Table(
    "imports",
    metadata,
    id_column(OF_STAFF),
    Column("name", Text, nullable=False, info=OF_STAFF),
    Column("actor", String(100), nullable=False, info=OF_STAFF),
    Column("began_at", Moment, nullable=False, index=True, info=OF_STAFF),
    Column("seen_at", Moment, nullable=False, info=OF_STAFF),
    Column("kind", String(16), nullable=False, info=OF_STAFF),
    Column("state", String(16), nullable=False, info=OF_STAFF),
    Column("stopped_by", String(100), nullable=False, info=OF_STAFF),
    Column("row", Integer, nullable=False, info=OF_STAFF),
    Column("rows", Integer, nullable=False, info=OF_STAFF),
    Column("counts", Json, nullable=False, info=OF_STAFF),
)

upload_faults = Table(
    "upload_faults",
    metadata,
    Column(
        "upload_id",
        ForeignKey("uploads.id"),
        type_=BigInteger,
        primary_key=True,
        info=OF_STAFF,
    ),
    Column("line", Integer, primary_key=True, autoincrement=False, info=OF_STAFF),
    Column("reason", Text, nullable=False, info=OF_STAFF),
)

webhooks = Table(
    "webhooks",
    metadata,
    id_column(WITH_ROW),
    Column("receiver", String(32), nullable=False, info=WITH_ROW),
    Column("type", String(64), nullable=False, info=WITH_ROW),
    customer_column(WITH_ROW, nullable=True),
    Column("at", Moment, nullable=False, index=True, info=WITH_ROW),
    Column("data", Json, nullable=False, info=WITH_ROW),
    Column("next_at", Moment, nullable=False, info=WITH_ROW),
    Column("state", String(16), nullable=False, info=WITH_ROW),
    Column("tries", Integer, nullable=False, info=WITH_ROW),
    Column("failed_at", Moment, info=WITH_ROW),
    Column("tried_at", Moment, info=WITH_ROW),
    Column("status", Integer, info=WITH_ROW),
    Column("error", String(32), nullable=False, info=WITH_ROW),
    Index("ix_webhooks_due", "state", "receiver", "next_at", "id"),
)
