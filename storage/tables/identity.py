"""Customers and their ways in."""

from sqlalchemy import BigInteger, Column, String, Table, Text

from storage.tables.base import Json, Moment, customer_column, id_column, metadata

customers = Table(
    "customers",
    metadata,
    id_column(),
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
    customer_column(),
    Column("linked_at", Moment, nullable=False),
    Column("language_code", String(16), nullable=False),
    Column("first_name", Text, nullable=False),
    Column("username", Text, nullable=False),
    Column("blocked_at", Moment),
    Column("gone_at", Moment),
    Column("back_at", Moment),
    Column("open_question", String(64), nullable=False, server_default=""),
)

links = Table(
    "links",
    metadata,
    Column("token", String(64), primary_key=True),
    customer_column(),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("opened_at", Moment),
)

aliases = Table(
    "aliases",
    metadata,
    Column("name", String(200), primary_key=True),
    customer_column(),
    Column("since", Moment, nullable=False),
)
