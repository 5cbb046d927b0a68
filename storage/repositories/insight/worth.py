"""What listening is worth: who would tell, what mending cost, what people did afterwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, literal, select

from flows.entities import Fund
from flows.entities.refs import RefKind
from flows.insight.measures import AfterwardsCounts
from storage.repositories.asks.audiences import Whom
from storage.repositories.base import Repository
from storage.repositories.insight.counting import belongs, count_if
from storage.tables import customers, events, journal, ledger, notices, tickets

if TYPE_CHECKING:
    from storage.unit import Unit


class Worth(Repository):
    """Counts of all customers, or of some."""

    def __init__(self, unit: "Unit", whom: Whom | None = None) -> None:
        super().__init__(unit)
        self._whom = whom

    def of(self, whom: Whom) -> "Worth":
        """The same questions about these customers alone, whose ids a query gives."""
        return Worth(self._unit, whom)

    def _theirs(self, customer_id: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        return [] if self._whom is None else [belongs(customer_id, self._whom)]

    async def readiness(self, begins: Sequence[datetime]) -> Mapping[int, Mapping[str, int]]:
        """Count answers to "would you tell us?" by the time in which they were given.

        Times begin at these moments, the earliest first, and are named by their place among them.
        """
        line = journal.c
        later = list(enumerate(begins))[1:]
        place = case(
            *((line.at < moment, number - 1) for number, moment in later), else_=len(later)
        )
        answer = line.data["readiness"].as_string()
        rows = select(place.label("place"), answer.label("answer")).where(
            line.kind == "readiness", line.at >= begins[0]
        )
        if self._whom is not None:
            mine = self._whom.subquery()
            named = literal(f"{RefKind.CUSTOMER.value}:") + cast(mine.c[0], String)
            rows = rows.where(line.subject.in_(select(named)))
        given = rows.subquery()
        query = select(given.c.place, given.c.answer, func.count())
        found: dict[int, dict[str, int]] = {}
        for number, name, count in await self._unit.run(
            query.group_by(given.c.place, given.c.answer)
        ):
            found.setdefault(int(number), {})[name] = int(count)
        return found

    async def granted(self, since: datetime) -> Mapping[str, int]:
        """Add up what was granted for harm since, less what was taken back, by currency.

        In the smallest unit of each currency.
        """
        line = ledger.c
        query = (
            select(line.currency, func.sum(line.amount))
            .where(
                line.at >= since,
                line.fund == Fund.COMPENSATION.value,
                line.currency != "",
                *self._theirs(line.customer_id),
            )
            .group_by(line.currency)
        )
        return {row[0]: int(row[1]) for row in await self._unit.run(query)}

    async def helped(self, since: datetime) -> int:
        """Count the endings about which people who were asked since said that it helped."""
        query = select(func.count()).where(
            notices.c.asked_at >= since,
            notices.c.verdict == "yes",
            *self._theirs(notices.c.customer_id),
        )
        return int((await self._unit.run(query)).scalar_one())

    async def afterwards(
        self,
        since: datetime,
        middle: datetime,
        until: datetime,
        types: Sequence[str],
        apart_from_refs: str,
    ) -> Mapping[str, AfterwardsCounts]:
        """Count people by what they went through between two moments, and what they did then.

        Of those who were customers at the second moment: `no_trouble` (no complaint),
        `recovered` (somebody said by then that it helped) or `not_recovered`; to how many of them
        an event of each type came from then on until the last moment.
        """
        person = customers.c
        complained = exists().where(
            tickets.c.customer_id == person.id,
            tickets.c.opened_at >= since,
            tickets.c.opened_at < middle,
        )
        recovered = exists().where(
            notices.c.customer_id == person.id,
            notices.c.verdict == "yes",
            notices.c.asked_at >= since,
            notices.c.asked_at < middle,
        )
        group = case(
            (and_(complained, recovered), "recovered"),
            (complained, "not_recovered"),
            else_="no_trouble",
        )
        bare = person.ref.startswith(apart_from_refs, autoescape=True)
        people = (
            select(person.id, group.label("group"))
            .where(person.created_at < middle, ~bare, *self._theirs(person.id))
            .subquery()
        )

        def did(type_: str) -> ColumnElement[bool]:
            return exists().where(
                events.c.customer_id == people.c.id,
                events.c.type == type_,
                events.c.withdrawn_at.is_(None),
                events.c.at >= middle,
                events.c.at < until,
            )

        columns = [count_if(did(each)) for each in types]
        query = select(people.c.group, func.count(), *columns).group_by(people.c.group)
        return {
            row[0]: AfterwardsCounts(int(row[1]), dict(zip(types, map(int, row[2:]), strict=True)))
            for row in await self._unit.run(query)
        }
