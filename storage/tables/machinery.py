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
from storage.tables.personal import BY_CODE, FIGURE, NOTHING_PERSONAL, WITH_ROW, Finds, finding

timers = Table(
    "timers",
    metadata,
    Column("kind", String(32), primary_key=True, info=WITH_ROW),
    Column("subject", String(100), primary_key=True, info=finding(Finds.TIMER, WITH_ROW)),
    Column("due_at", Moment, nullable=False, index=True, info=WITH_ROW),
    Column("data", Json, nullable=False, info=WITH_ROW),
)

journal = Table(
    "journal",
    metadata,
    id_column(FIGURE),
    Column("at", Moment, nullable=False, info=FIGURE),
    Column("actor", Text, nullable=False, index=True, info=BY_CODE),
    Column("kind", String(64), nullable=False, info=FIGURE),
    Column("subject", String(100), nullable=False, index=True, info=BY_CODE),
    Column("data", Json, nullable=False, info=BY_CODE),
)

facts = Table(
    "facts",
    metadata,
    Column("name", String(64), primary_key=True, info=BY_CODE),
    Column("value", Text, nullable=False, info=BY_CODE),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(64), primary_key=True, info=NOTHING_PERSONAL),
    Column("value", BigInteger, nullable=False, info=NOTHING_PERSONAL),
)

inbox = Table(
    "inbox",
    metadata,
    Column(
        "id",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
        info=FIGURE,
    ),
    Column("update_id", BigInteger, nullable=False, unique=True, info=FIGURE),
    Column("lane", BigInteger, nullable=False, info=BY_CODE),
    Column("received_at", Moment, nullable=False, info=FIGURE),
    Column("payload", Text, nullable=False, info=BY_CODE),
    Column("state", String(8), nullable=False, info=BY_CODE),
    Column("error", Text, nullable=False, info=BY_CODE),
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
    id_column(WITH_ROW),
    Column("lane", String(64), nullable=False, info=WITH_ROW),
    Column("chat_id", BigInteger, nullable=False, info=finding(Finds.CHAT, WITH_ROW)),
    Column("priority", Integer, nullable=False, info=WITH_ROW),
    Column("purpose", String(32), nullable=False, info=WITH_ROW),
    Column("method", String(64), nullable=False, info=WITH_ROW),
    Column("params", Json, nullable=False, info=WITH_ROW),
    Column("created_at", Moment, nullable=False, info=WITH_ROW),
    Column("not_before", Moment, info=WITH_ROW),
    customer_column(WITH_ROW, nullable=True),
    Column("ticket_id", BigInteger, index=True, info=finding(Finds.TICKET, WITH_ROW)),
    Column("subject", String(100), nullable=False, info=finding(Finds.SUBJECT, WITH_ROW)),
    Column("dedupe", String(100), unique=True, info=WITH_ROW),
    Column("state", String(16), nullable=False, info=WITH_ROW),
    Column("attempts", Integer, nullable=False, info=WITH_ROW),
    Column("message_id", BigInteger, info=WITH_ROW),
    Column("sent_at", Moment, info=WITH_ROW),
    Column("error", Text, nullable=False, info=WITH_ROW),
    Column("maybe_repeated", Boolean, nullable=False, info=WITH_ROW),
    Column("token", String(32), info=WITH_ROW),
    Column("claimed_at", Moment, info=WITH_ROW),
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
