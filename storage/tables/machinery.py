"""What Verso runs on: intake, outbox, timers, journal, small facts."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from storage.tables.base import Json, Moment, customer_column, id_column, metadata

timers = Table(
    "timers",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("subject", String(100), primary_key=True),
    Column("due_at", Moment, nullable=False, index=True),
    Column("data", Json, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    id_column(),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("subject", String(100), nullable=False, index=True),
    Column("data", Json, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column(
        "id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    ),
    Column("update_id", BigInteger, nullable=False, unique=True),
    Column("lane", BigInteger, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(8), nullable=False),
    Column("error", Text, nullable=False),
    CheckConstraint("state IN ('new', 'done', 'parked')", name="state"),
    Index(
        "ix_inbox_new",
        "id",
        sqlite_where=text("state = 'new'"),
        postgresql_where=text("state = 'new'"),
    ),
    Index(
        "ix_inbox_parked",
        "id",
        sqlite_where=text("state = 'parked'"),
        postgresql_where=text("state = 'parked'"),
    ),
)

outbox = Table(
    "outbox",
    metadata,
    id_column(),
    Column("lane", String(64), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("method", String(64), nullable=False),
    Column("params", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("not_before", Moment),
    customer_column(nullable=True),
    Column("ticket_id", BigInteger, index=True),
    Column("subject", String(100), nullable=False),
    Column("dedupe", String(100), unique=True),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("message_id", BigInteger),
    Column("sent_at", Moment),
    Column("error", Text, nullable=False),
    Column("maybe_repeated", Boolean, nullable=False),
    Column("token", String(32)),
    Column("claimed_at", Moment),
    CheckConstraint("(token IS NULL) = (claimed_at IS NULL)", name="whole_claim"),
    CheckConstraint("state IN ('waiting', 'sent', 'failed', 'doubt', 'cancelled')", name="state"),
    Index(
        "ix_outbox_waiting",
        "priority",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_outbox_unclaimed",
        "lane",
        sqlite_where=text("state = 'waiting' AND token IS NULL"),
        postgresql_where=text("state = 'waiting' AND token IS NULL"),
    ),
    Index(
        "ix_outbox_message",
        "chat_id",
        "message_id",
        sqlite_where=text("message_id IS NOT NULL"),
        postgresql_where=text("message_id IS NOT NULL"),
    ),
)
