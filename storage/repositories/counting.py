"""Parts of counting queries: how often something holds, and what counts as soon after an ask."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, exists, func, or_, type_coerce

from storage.tables import accounts, candidates, customers


def count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """In how many rows something holds."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def later(column: ColumnElement[Any], microseconds: int) -> ColumnElement[int]:
    """A stored moment moved on; moments are stored as microseconds."""
    return type_coerce(column, BigInteger) + microseconds


def lost_after(within: int) -> ColumnElement[bool]:
    """Whether a delivered ask was followed by a block or a stop within so many microseconds.

    For queries over `candidates` joined with their `customers`.
    """
    asked = candidates.c.delivered_at
    blocked = exists().where(
        accounts.c.customer_id == candidates.c.customer_id,
        accounts.c.blocked_at.between(asked, later(asked, within)),
    )
    return or_(blocked, customers.c.stopped_at.between(asked, later(asked, within)))
