"""Lines of the ledger, which only grows, and the sums that are kept beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from flows.entities import (
    Dimension,
    Fund,
    LedgerLine,
    LedgerSum,
    LineKind,
    Remedy,
    RemedyId,
)
from flows.entities.lifecycle import Person
from flows.recovery.limits import period_of


@dataclass(frozen=True, slots=True)
class SumKey:
    """Which sum: of whom, in which period, what for, in which currency."""

    dimension: Dimension
    who: str
    period: str
    fund: Fund
    currency: str


def key_of(kind: LineKind, remedy_id: RemedyId) -> str:
    """What a line is of: each remedy is granted once, and taken back once."""
    return f"{kind}:{remedy_id}"


def grant_line(
    line_id: int,
    remedy: Remedy,
    now: datetime,
    day: str,
    *,
    approver: Person | None = None,
) -> LedgerLine:
    """The line of what is granted; it counts for the limits of whoever asked for it."""
    return LedgerLine(
        id=line_id,
        key=key_of(LineKind.GRANT, remedy.id),
        kind=LineKind.GRANT,
        remedy_id=remedy.id,
        ticket_id=remedy.ticket_id,
        customer_id=remedy.customer_id,
        at=now,
        day=day,
        fund=remedy.fund,
        amount=remedy.amount,
        currency=remedy.currency,
        team_id=remedy.team_id,
        option=remedy.option,
        staff_id=remedy.asked_by,
        staff_name=remedy.asked_by_name,
        granter_id=remedy.asked_by,
        approver_id=approver.id if approver else None,
        approver_name=approver.name if approver else "",
        place=remedy.place,
        guarantee=remedy.guarantee,
    )


def reversal_line(line_id: int, grant: LedgerLine, now: datetime, by: Person) -> LedgerLine:
    """The line that takes a grant back: the same less than zero, in the same periods."""
    return replace(
        grant,
        id=line_id,
        key=key_of(LineKind.REVERSAL, grant.remedy_id),
        kind=LineKind.REVERSAL,
        at=now,
        amount=-grant.amount,
        staff_id=by.id,
        staff_name=by.name,
        approver_id=None,
        approver_name="",
    )


def counted_at(guarantee: str, place: str) -> str:
    """Whose sum of a day it is: each guarantee's by itself at each place; empty: nobody's."""
    return f"{guarantee}@{place}" if guarantee and place else place


def sums_of(line: LedgerLine) -> Iterator[SumKey]:
    """The sums for which a line counts, always in the same order, in which they are locked."""
    for dimension, who in (
        (Dimension.PERSON, str(line.granter_id) if line.granter_id is not None else ""),
        (Dimension.PLACE, counted_at(line.guarantee, line.place)),
        (Dimension.TEAM, line.team_id),
    ):
        # At places it is counted how often something was granted, also what has no value in money.
        if who and (line.currency or dimension is Dimension.PLACE):
            period = period_of(dimension, line.day)
            yield SumKey(dimension, who, period, line.fund, line.currency)


def added(total: LedgerSum, line: LedgerLine) -> LedgerSum:
    """A sum with a line more."""
    count = 1 if line.kind is LineKind.GRANT else -1
    return replace(total, amount=total.amount + line.amount, grants=total.grants + count)
