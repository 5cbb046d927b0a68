"""The configuration as it was at every time."""

from sqlalchemy import Column, Integer, Table, Text

from storage.tables.base import Json, Moment, metadata

configurations = Table(
    "configurations",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("changes", Json, nullable=False),
)
