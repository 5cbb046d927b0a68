"""What all tables are made of.

Moments are stored as whole microseconds since 1970 in UTC: the same order, precision and
meaning on both databases, and no time zone to lose.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Dialect,
    ForeignKey,
    MetaData,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables.personal import Finds, Info, finding

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _stored(value: datetime | None) -> int | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored")
    return (value - EPOCH) // _MICROSECOND


def _read(value: Any | None) -> datetime | None:
    return None if value is None else EPOCH + timedelta(0, 0, int(value))


class Moment(TypeDecorator[datetime]):
    """An aware moment as microseconds since 1970; a naive one is refused with ValueError."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """The number to store."""
        return _stored(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """The moment that was stored, in UTC."""
        return _read(value)

    # A row has up to ten moments, and all rows pass here: nothing is called around these two.

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """What makes the number to store."""
        return _stored

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """What makes the moment that was stored."""
        return _read


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Json = JSON().with_variant(JSONB(), "postgresql")


def id_column(info: Info) -> Column[int]:
    """The column `id`, whose values come from `storage.ids`; `info` as of any column."""
    return Column("id", BigInteger, primary_key=True, autoincrement=False, info=info)


def customer_column(info: Info, *, nullable: bool = False, index: bool = True) -> Column[int]:
    """The column that names a row's customer; their rows are found by it.

    Without `index` the table has an index of its own that begins with it.
    """
    return Column(
        "customer_id",
        ForeignKey("customers.id"),
        type_=BigInteger,
        nullable=nullable,
        index=index,
        info=finding(Finds.CUSTOMER, info),
    )
