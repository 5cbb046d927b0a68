"""Customers and their ways in."""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text, false

from flows.entities import Consent
from storage.tables.base import Json, Moment, customer_column, id_column, metadata
from storage.tables.personal import BY_CODE, FIGURE, OF_STAFF, WITH_ROW, Finds, blanked, finding

customers = Table(
    "customers",
    metadata,
    id_column(finding(Finds.CUSTOMER, FIGURE)),
    Column("ref", String(200), nullable=False, unique=True, info=BY_CODE),
    Column("created_at", Moment, nullable=False, info=FIGURE),
    Column("name", Text, nullable=False, info=blanked("")),
    Column("language", String(16), nullable=False, info=blanked("")),
    Column("time_zone", String(64), nullable=False, info=blanked("")),
    Column("phone", String(40), nullable=False, index=True, info=blanked("")),
    Column("tags", Json, nullable=False, info=blanked([])),
    Column("stage", String(32), nullable=False, server_default="", info=blanked("")),
    Column("value", BigInteger, info=blanked(None)),
    Column("consent", String(16), nullable=False, info=blanked(Consent.REFUSED.value)),
    Column("consent_at", Moment, info=blanked(None)),
    Column("stopped_at", Moment, info=blanked(None)),
    Column("stopped", Json, nullable=False, info=blanked(["*"])),
    Column("draw", String(200), nullable=False, server_default="", info=blanked("")),
)

accounts = Table(
    "accounts",
    metadata,
    Column("telegram_id", BigInteger, primary_key=True, autoincrement=False, info=WITH_ROW),
    customer_column(WITH_ROW, index=False),
    Column("linked_at", Moment, nullable=False, info=WITH_ROW),
    Column("language_code", String(16), nullable=False, info=WITH_ROW),
    Column("first_name", Text, nullable=False, info=WITH_ROW),
    Column("username", Text, nullable=False, info=WITH_ROW),
    Column("blocked_at", Moment, info=WITH_ROW),
    Column("gone_at", Moment, info=WITH_ROW),
    Column("back_at", Moment, info=WITH_ROW),
    Column("open_question", String(64), nullable=False, server_default="", info=WITH_ROW),
    Column("barred_at", Moment, info=WITH_ROW),
    Column("barred_by", Text, nullable=False, server_default="", info=OF_STAFF),
    Column("barred_why", Text, nullable=False, server_default="", info=WITH_ROW),
    Index("ix_accounts_of_customer", "customer_id", "linked_at"),
)

links = Table(
    "links",
    metadata,
    Column("token", String(64), primary_key=True, info=WITH_ROW),
    customer_column(WITH_ROW),
    Column("created_at", Moment, nullable=False, info=WITH_ROW),
    Column("revoked_at", Moment, info=WITH_ROW),
    Column("opened_at", Moment, info=WITH_ROW),
)

aliases = Table(
    "aliases",
    metadata,
    Column("name", String(200), primary_key=True, info=WITH_ROW),
    customer_column(WITH_ROW),
    Column("since", Moment, nullable=False, info=WITH_ROW),
    Column("tenant", String(200), nullable=False, server_default="", info=WITH_ROW),
    Column("claimed", Boolean, nullable=False, server_default=false(), info=WITH_ROW),
    Column("told", Json, nullable=False, server_default="{}", info=WITH_ROW),
    Column("brought", Json, nullable=False, server_default="{}", info=WITH_ROW),
)
