"""Hypotheses that have begun, and the customers who are assigned to each."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.base import Json, Moment, customer_column, id_column, metadata
from storage.tables.personal import NOTHING_PERSONAL, OF_STAFF, WITH_ROW

hypotheses = Table(
    "hypotheses",
    metadata,
    id_column(NOTHING_PERSONAL),
    Column("name", String(32), nullable=False, unique=True, info=NOTHING_PERSONAL),
    Column("began_at", Moment, nullable=False, info=NOTHING_PERSONAL),
    Column("state", String(16), nullable=False, info=NOTHING_PERSONAL),
    Column("plan", Json, nullable=False, info=NOTHING_PERSONAL),
    Column("whom", Json, nullable=False, info=NOTHING_PERSONAL),
    Column("author_id", BigInteger, info=OF_STAFF),
    Column("author_name", Text, nullable=False, info=OF_STAFF),
    Column("stopped_at", Moment, info=NOTHING_PERSONAL),
    Column("stopped_why", String(16), nullable=False, info=NOTHING_PERSONAL),
    Column("ended_at", Moment, info=NOTHING_PERSONAL),
    Column("learned", Text, nullable=False, info=OF_STAFF),
)

assignments = Table(
    "assignments",
    metadata,
    id_column(WITH_ROW),
    Column(
        "hypothesis_id",
        ForeignKey("hypotheses.id"),
        type_=BigInteger,
        nullable=False,
        info=WITH_ROW,
    ),
    customer_column(WITH_ROW),
    Column("treated", Boolean, nullable=False, info=WITH_ROW),
    Column("at", Moment, nullable=False, info=WITH_ROW),
    UniqueConstraint("hypothesis_id", "customer_id"),
)
