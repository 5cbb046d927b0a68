"""Parts of counting queries: how often something holds, and what counts as soon after an ask."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    type_coerce,
    union_all,
)

from flows.asks.campaigns import PREFIX
from flows.entities.states import UNRESOLVED
from storage.tables import accounts, candidates, customers, tickets


def count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """In how many rows something holds."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def belongs(customer_id: ColumnElement[Any], whom: Select[tuple[int]]) -> ColumnElement[bool]:
    """Whether a row's customer is one of a selection of customers, which a query gives.

    Each is looked up: a list of all of them would be made anew for each question.
    """
    mine = whom.subquery()
    return exists().where(mine.c[0] == customer_id)


def later(column: ColumnElement[Any], microseconds: int) -> ColumnElement[int]:
    """A stored moment moved on; moments are stored as microseconds."""
    return type_coerce(column, BigInteger) + microseconds


def lost(since: datetime, within: int) -> tuple[ColumnElement[bool], ...]:
    """What holds of asks followed by a block or a stop within so many microseconds.

    Of asks delivered since a moment. Who left at all since then is looked up once: they are few,
    and only their asks are looked at closely.
    """
    asked, customer_id = candidates.c.delivered_at, candidates.c.customer_id
    until = later(asked, within)
    gone = union_all(
        select(accounts.c.customer_id).where(accounts.c.blocked_at >= since),
        select(customers.c.id).where(customers.c.stopped_at >= since),
    )
    blocked = exists().where(
        accounts.c.customer_id == customer_id, accounts.c.blocked_at.between(asked, until)
    )
    stopped = exists().where(
        customers.c.id == customer_id, customers.c.stopped_at.between(asked, until)
    )
    return customer_id.in_(gone), or_(blocked, stopped)


def waits_for_answer() -> ColumnElement[bool]:
    """What holds of complaints that no person has answered, and that were not served at once.

    Who got at once what they chose, or what a guarantee promises, waits for no word.
    """
    served = tickets.c.watch["served"].as_boolean()
    return and_(
        tickets.c.state.in_(UNRESOLVED),
        tickets.c.first_response_at.is_(None),
        served.is_not(True),
    )


def asks_something() -> ColumnElement[bool]:
    """What holds of candidates who are to be asked; those who are told something are not."""
    column = candidates.c
    return and_(~column.informs, ~column.schedule_id.startswith(PREFIX, autoescape=True))


def complained_about() -> Select[tuple[Any]]:
    """The candidates whose asks led to a complaint."""
    return select(tickets.c.candidate_id).where(tickets.c.candidate_id.is_not(None))
