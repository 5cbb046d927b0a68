"""Praise, and whom it is for."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text, text

from storage.tables.base import Moment, customer_column, id_column, metadata
from storage.tables.personal import OF_STAFF, WITH_ROW

praises = Table(
    "praises",
    metadata,
    id_column(WITH_ROW),
    customer_column(WITH_ROW),
    Column("chat_id", BigInteger, nullable=False, info=WITH_ROW),
    Column("at", Moment, nullable=False, info=WITH_ROW),
    Column("text", Text, nullable=False, info=WITH_ROW),
    Column("remark_id", BigInteger, nullable=False, unique=True, info=WITH_ROW),
    Column("team_id", String(100), nullable=False, info=WITH_ROW),
    Column("whom", String(16), nullable=False, info=WITH_ROW),
    Column("staff_id", BigInteger, info=OF_STAFF),
    Column("staff_name", Text, nullable=False, info=OF_STAFF),
    Column("group_chat_id", BigInteger, info=WITH_ROW),
    Column("shown_at", Moment, info=WITH_ROW),
    Column("message_id", BigInteger, info=WITH_ROW),
    Column("thanked_at", Moment, info=WITH_ROW),
    Column("thanked_by", Text, nullable=False, info=OF_STAFF),
    Index("ix_praises_staff", "staff_id", "at"),
    Index("ix_praises_group", "group_chat_id", "at"),
    Index(
        "ix_praises_unshown",
        "group_chat_id",
        sqlite_where=text("shown_at IS NULL"),
        postgresql_where=text("shown_at IS NULL"),
    ),
)
