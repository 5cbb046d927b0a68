"""Who is in the console on the web."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from storage.tables.base import Moment, metadata
from storage.tables.personal import NOTHING_PERSONAL, OF_STAFF

console_passes = Table(
    "console_passes",
    metadata,
    Column("digest", String(64), primary_key=True, info=NOTHING_PERSONAL),
    Column("kind", String(16), nullable=False, info=NOTHING_PERSONAL),
    Column("telegram_id", BigInteger, nullable=False, info=OF_STAFF),
    Column("name", Text, nullable=False, info=OF_STAFF),
    Column("language_code", String(35), nullable=False, info=OF_STAFF),
    Column("expires_at", Moment, nullable=False, info=NOTHING_PERSONAL),
    Index("ix_console_passes_expires", "expires_at"),
)
