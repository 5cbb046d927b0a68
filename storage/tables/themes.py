"""Complaints that belong together, and what is kept to find out which do."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from storage.tables.base import Moment, id_column, metadata
from storage.tables.personal import NOTHING_PERSONAL, OF_STAFF, WITH_ROW, Finds, finding

themes = Table(
    "themes",
    metadata,
    id_column(NOTHING_PERSONAL),
    Column("number", Integer, nullable=False, unique=True, info=NOTHING_PERSONAL),
    Column("name", Text, nullable=False, info=NOTHING_PERSONAL),
    Column("created_at", Moment, nullable=False, info=NOTHING_PERSONAL),
    Column("group_chat_id", BigInteger, nullable=False, index=True, info=NOTHING_PERSONAL),
    Column("suggested", Boolean, nullable=False, info=NOTHING_PERSONAL),
    Column("owner_id", BigInteger, info=OF_STAFF),
    Column("owner_name", Text, nullable=False, info=OF_STAFF),
    Column("into_id", ForeignKey("themes.id"), type_=BigInteger, info=NOTHING_PERSONAL),
)

vectors = Table(
    "vectors",
    metadata,
    Column(
        "ticket_id",
        ForeignKey("tickets.id"),
        type_=BigInteger,
        primary_key=True,
        autoincrement=False,
        info=finding(Finds.TICKET, WITH_ROW),
    ),
    Column("model", String(40), nullable=False, info=WITH_ROW),
    Column("vector", LargeBinary, nullable=False, info=WITH_ROW),
)
