"""Who came in by which entrance, and what they tapped there."""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, UniqueConstraint

from storage.tables.base import Moment, customer_column, id_column, metadata
from storage.tables.personal import WITH_ROW

visits = Table(
    "visits",
    metadata,
    id_column(WITH_ROW),
    customer_column(WITH_ROW),
    Column("chat_id", BigInteger, nullable=False, info=WITH_ROW),
    Column("entrance", String(32), nullable=False, info=WITH_ROW),
    Column("day", String(10), nullable=False, info=WITH_ROW),
    Column("at", Moment, nullable=False, info=WITH_ROW),
    Column("began_at", Moment, info=WITH_ROW),
    Column("right_first", Boolean, info=WITH_ROW),
    Column("as_promised", Boolean, info=WITH_ROW),
    Column("come_back", Boolean, info=WITH_ROW),
    UniqueConstraint("chat_id", "day", "entrance"),
    Index("ix_visits_at", "at"),
)
