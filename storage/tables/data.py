"""What the business tells of its customers, and the files in which it does."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

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
