"""The configuration as it was at every time."""

from sqlalchemy import Column, Integer, Table, Text

from storage.tables.base import Json, Moment, metadata
from storage.tables.personal import NOTHING_PERSONAL, OF_STAFF

configurations = Table(
    "configurations",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False, info=NOTHING_PERSONAL),
    Column("at", Moment, nullable=False, info=NOTHING_PERSONAL),
    Column("actor", Text, nullable=False, info=OF_STAFF),
    Column("source", Text, nullable=False, info=NOTHING_PERSONAL),
    Column("changes", Json, nullable=False, info=NOTHING_PERSONAL),
)
