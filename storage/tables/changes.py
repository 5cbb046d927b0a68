"""What was done so that it does not happen again, and who was told of it."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.base import Moment, customer_column, id_column, metadata

changes = Table(
    "changes",
    metadata,
    id_column(),
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
    id_column(),
    Column("change_id", ForeignKey("changes.id"), type_=BigInteger, nullable=False),
    Column("ticket_id", ForeignKey("tickets.id"), type_=BigInteger, nullable=False, index=True),
    customer_column(),
    Column("chat_id", BigInteger, nullable=False),
    Column("queued_at", Moment, nullable=False),
    Column("delivered_at", Moment),
    Column("verdict", String(16), nullable=False),
    Column("answered_at", Moment),
    UniqueConstraint("change_id", "ticket_id"),
)
