"""What customers asked for and the business did not have, and who asked."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text, text

from storage.tables.base import Json, Moment, customer_column, id_column, metadata
from storage.tables.personal import NOTHING_PERSONAL, OF_STAFF, WITH_ROW

missed_items = Table(
    "missed_items",
    metadata,
    id_column(NOTHING_PERSONAL),
    Column("created_at", Moment, nullable=False, info=NOTHING_PERSONAL),
    Column("into_id", ForeignKey("missed_items.id"), type_=BigInteger, info=NOTHING_PERSONAL),
    Column("back_at", Moment, info=NOTHING_PERSONAL),
    Column("group_chat_id", BigInteger, info=NOTHING_PERSONAL),
    Column("held", Json, nullable=False, info=OF_STAFF),
    Column("here_at", Moment, info=NOTHING_PERSONAL),
    Column("here_by", BigInteger, info=OF_STAFF),
    Column("here_by_name", Text, nullable=False, info=OF_STAFF),
)

lost_sales = Table(
    "lost_sales",
    metadata,
    id_column(WITH_ROW),
    Column(
        "item_id",
        ForeignKey("missed_items.id"),
        type_=BigInteger,
        nullable=False,
        info=WITH_ROW,
    ),
    Column("at", Moment, nullable=False, info=WITH_ROW),
    Column("what", Text, nullable=False, info=WITH_ROW),
    Column("key", String(200), nullable=False, info=WITH_ROW),
    # Nobody's: somebody at the till whom nobody knows.
    customer_column(WITH_ROW, nullable=True),
    Column("chat_id", BigInteger, nullable=False, info=WITH_ROW),
    Column("ticket_id", BigInteger, info=WITH_ROW),
    Column("said", Text, nullable=False, info=WITH_ROW),
    Column("by_id", BigInteger, info=OF_STAFF),
    Column("by_name", Text, nullable=False, info=OF_STAFF),
    Column("queued_at", Moment, info=WITH_ROW),
    Column("told_at", Moment, info=WITH_ROW),
    Column("unreached_at", Moment, info=WITH_ROW),
    Column("unwanted_at", Moment, info=WITH_ROW),
    Index("ix_lost_sales_of_item", "item_id", "customer_id"),
    Index("ix_lost_sales_at", "at"),
    Index(
        "ix_lost_sales_waiting",
        "key",
        sqlite_where=text("queued_at IS NULL"),
        postgresql_where=text("queued_at IS NULL"),
    ),
)
