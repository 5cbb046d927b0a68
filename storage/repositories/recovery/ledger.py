"""The ledger: lines that only grow, the sums beside them, and codes that are drawn once."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime

from sqlalchemy import case, func, select, update

from flows.entities import (
    CustomerId,
    Dimension,
    Fund,
    LedgerLine,
    LedgerSum,
    LineKind,
    RemedyId,
)
from flows.recovery.ledger import SumKey, added, key_of, sums_of
from storage.concerned import among
from storage.records import RECORDS
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import codes, ledger, ledger_sums

_PAGE = 2000


class Ledger(Repository):
    """What was granted and taken back."""

    async def locked_sums(self, keys: Collection[SumKey]) -> dict[SumKey, LedgerSum]:
        """The sums by key, which nobody else changes until this unit ends; of nothing, zero.

        A sum that is not there yet is made, so that two who begin it wait for each other.
        """
        unknown = [key for key in dict.fromkeys(keys) if not self._unit.knows(LedgerSum, _of(key))]
        if unknown:
            rows = [_row(key) for key in unknown]
            statement = self._unit.insert(ledger_sums).values(rows)
            await self._unit.run(statement.on_conflict_do_nothing())
            columns = tuple(ledger_sums.primary_key.columns)
            query = all_of(LedgerSum).where(among(columns, [_of(key) for key in unknown]))
            # In one order: two processes that lock the same sums do not wait in a circle.
            await self._unit.find(LedgerSum, query.order_by(*columns), lock=True)
        found = {key: await self._unit.get(LedgerSum, *_of(key)) for key in keys}
        return {key: each for key, each in found.items() if each is not None}

    async def write(self, line: LedgerLine) -> None:
        """Add a line, and add it to the sums for which it counts."""
        self._unit.add(line)
        keys = list(sums_of(line))
        for total in (await self.locked_sums(keys)).values():
            self._unit.put(added(total, line))

    async def grant_of(self, remedy_id: RemedyId) -> LedgerLine | None:
        """The line by which a remedy was granted."""
        query = all_of(LedgerLine).where(ledger.c.key == key_of(LineKind.GRANT, remedy_id))
        found = await self._unit.find(LedgerLine, query)
        return found[0] if found else None

    async def given_to(self, customer_id: CustomerId, since: str, fund: Fund, currency: str) -> int:
        """What a customer was granted from a day on, less what was taken back, in minor units."""
        query = select(func.coalesce(func.sum(ledger.c.amount), 0)).where(
            ledger.c.customer_id == customer_id,
            ledger.c.day >= since,
            ledger.c.fund == fund.value,
            ledger.c.currency == currency,
        )
        return int((await self._unit.run(query)).scalar_one())

    async def times_given(self, customer_id: CustomerId, since: str, guarantee: str) -> int:
        """How often a customer was granted a guarantee from a day on, less what was taken back."""
        times = case((ledger.c.kind == LineKind.GRANT.value, 1), else_=-1)
        query = select(func.coalesce(func.sum(times), 0)).where(
            ledger.c.customer_id == customer_id,
            ledger.c.day >= since,
            ledger.c.guarantee == guarantee,
        )
        return int((await self._unit.run(query)).scalar_one())

    async def sums(self, dimension: Dimension, who: Sequence[str], limit: int) -> list[LedgerSum]:
        """The sums of these people, teams or places, the newest periods first."""
        query = all_of(LedgerSum).where(
            ledger_sums.c.dimension == dimension.value, ledger_sums.c.who.in_(who)
        )
        query = query.order_by(
            ledger_sums.c.period.desc(), ledger_sums.c.fund, ledger_sums.c.currency
        )
        # Not kept in the unit: whoever grants reads them anew, and locks them.
        return RECORDS[LedgerSum].from_rows(await self._unit.run(query.limit(limit)))

    async def lines(self, teams: Collection[str], most: int) -> AsyncIterator[LedgerLine]:
        """The lines of some teams, the newest first, at most so many."""
        before: int | None = None
        while most > 0:
            query = all_of(LedgerLine).where(ledger.c.team_id.in_(list(teams)))
            if before is not None:
                query = query.where(ledger.c.id < before)
            query = query.order_by(ledger.c.id.desc()).limit(min(_PAGE, most))
            found = await self._unit.find(LedgerLine, query)
            for line in found:
                yield line
            if len(found) < _PAGE:
                return
            most, before = most - len(found), found[-1].id

    # -- codes -----------------------------------------------------------------------------

    async def draw(self, pool: str, remedy_id: RemedyId, now: datetime) -> str | None:
        """Draw the next code of a pool for a remedy; None: there is none left.

        One statement takes it, so no two units get the same one.
        """
        free = (
            select(codes.c.id)
            .where(codes.c.pool == pool, codes.c.remedy_id.is_(None))
            .order_by(codes.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        statement = (
            update(codes)
            .where(codes.c.id == free, codes.c.remedy_id.is_(None))
            .values(remedy_id=remedy_id, drawn_at=now)
            .returning(codes.c.code)
        )
        code: str | None = (await self._unit.run(statement)).scalar_one_or_none()
        if code is not None:
            self._unit.wrote()
        return code

    async def left(self, pool: str, most: int) -> int:
        """How many codes a pool has left, counted no further than `most`."""
        some = select(codes.c.id).where(codes.c.pool == pool, codes.c.remedy_id.is_(None))
        query = select(func.count()).select_from(some.limit(most).subquery())
        return int((await self._unit.run(query)).scalar_one())

    async def add_codes(self, pool: str, new: Sequence[str], now: datetime) -> set[str]:
        """Add codes to a pool; gives those that were not there before."""
        found: set[str] = set()
        for part in chunks(new):
            rows = [
                {"id": self._unit.new_id(), "pool": pool, "code": code, "added_at": now}
                for code in part
            ]
            statement = self._unit.insert(codes).values(rows).on_conflict_do_nothing()
            found.update((await self._unit.run(statement.returning(codes.c.code))).scalars())
        return found


def _of(key: SumKey) -> tuple[str, ...]:
    return key.dimension.value, key.who, key.period, key.fund.value, key.currency


def _row(key: SumKey) -> dict[str, object]:
    named = zip(RECORDS[LedgerSum].key, _of(key), strict=True)
    return {**dict(named), "amount": 0, "grants": 0}
