"""The tables, one definition for SQLite and PostgreSQL.

Moments are stored as whole microseconds since 1970 in UTC: the same order, precision and
meaning on both databases, and no time zone to lose.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware moment as microseconds since 1970; a naive one is refused with ValueError."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Give the number to store."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return (value - EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Give the moment that was stored, in UTC."""
        return None if value is None else EPOCH + timedelta(microseconds=int(value))


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Json = JSON().with_variant(JSONB(), "postgresql")


def _id() -> Column[int]:
    return Column("id", BigInteger, primary_key=True, autoincrement=False)


def _customer(*, nullable: bool = False) -> Column[int]:
    return Column(
        "customer_id", ForeignKey("customers.id"), type_=BigInteger, nullable=nullable, index=True
    )


customers = Table(
    "customers",
    metadata,
    _id(),
    Column("ref", String(200), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", String(16), nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("phone", String(40), nullable=False, index=True),
    Column("tags", Json, nullable=False),
    Column("stage", String(32), nullable=False, server_default=""),
    Column("value", BigInteger),
    Column("consent", String(16), nullable=False),
    Column("consent_at", Moment),
    Column("stopped_at", Moment),
    Column("stopped", Json, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("telegram_id", BigInteger, primary_key=True, autoincrement=False),
    _customer(),
    Column("linked_at", Moment, nullable=False),
    Column("language_code", String(16), nullable=False),
    Column("first_name", Text, nullable=False),
    Column("username", Text, nullable=False),
    Column("blocked_at", Moment),
    Column("gone_at", Moment),
)

links = Table(
    "links",
    metadata,
    Column("token", String(64), primary_key=True),
    _customer(),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("opened_at", Moment),
)

aliases = Table(
    "aliases",
    metadata,
    Column("name", String(200), primary_key=True),
    _customer(),
    Column("since", Moment, nullable=False),
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("as_of", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False, index=True),
)

events = Table(
    "events",
    metadata,
    _id(),
    Column("external_id", String(200), nullable=False, unique=True),
    _customer(),
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

candidates = Table(
    "candidates",
    metadata,
    _id(),
    Column("schedule_id", String(100), nullable=False),
    _customer(),
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

conversations = Table(
    "conversations",
    metadata,
    _id(),
    _customer(),
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

flow_definitions = Table(
    "flow_definitions",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    _id(),
    Column("number", Integer, nullable=False, unique=True),
    _customer(),
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
    _id(),
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

changes = Table(
    "changes",
    metadata,
    _id(),
    Column("number", Integer, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("author_id", BigInteger),
    Column("author_name", Text, nullable=False),
    Column("shipped_at", Moment),
    Column("group_chat_id", BigInteger),
    Column("card_message_id", BigInteger),
)

notices = Table(
    "notices",
    metadata,
    _id(),
    Column("change_id", ForeignKey("changes.id"), type_=BigInteger, nullable=False),
    Column("ticket_id", ForeignKey("tickets.id"), type_=BigInteger, nullable=False, index=True),
    _customer(),
    Column("chat_id", BigInteger, nullable=False),
    Column("queued_at", Moment, nullable=False),
    Column("delivered_at", Moment),
    Column("verdict", String(16), nullable=False),
    Column("answered_at", Moment),
    UniqueConstraint("change_id", "ticket_id"),
)

timers = Table(
    "timers",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("subject", String(100), primary_key=True),
    Column("due_at", Moment, nullable=False, index=True),
    Column("data", Json, nullable=False),
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

journal = Table(
    "journal",
    metadata,
    _id(),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("subject", String(100), nullable=False, index=True),
    Column("data", Json, nullable=False),
)

uploads = Table(
    "uploads",
    metadata,
    _id(),
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

configurations = Table(
    "configurations",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("changes", Json, nullable=False),
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
    _id(),
    Column("lane", String(64), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("method", String(64), nullable=False),
    Column("params", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("not_before", Moment),
    _customer(nullable=True),
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
        "ix_outbox_message",
        "chat_id",
        "message_id",
        sqlite_where=text("message_id IS NOT NULL"),
        postgresql_where=text("message_id IS NOT NULL"),
    ),
)
