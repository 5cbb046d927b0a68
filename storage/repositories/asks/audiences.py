"""Whom an audience holds, counted and sampled by the database.

Samples are taken by the remainder of ids when divided by an odd number: ids grow with the time
and by one within a millisecond (`storage.ids`), so every remainder is as frequent as another.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB, array

from flows.config import Audience
from flows.config.conditions import CustomerConditions
from flows.entities import CandidateId, Customer, CustomerId, Event, EventId
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import accounts, assignments, candidates, customers, events, hypotheses, tickets

PREFIX = 5
"""Characters of a phone number that tell its country and mostly its area: + and four digits."""


_PLAIN = re.compile(r"[\w .:/+-]+")
"""Tags that look in JSON as they are, and cannot begin in one tag and end in another."""


@dataclass(frozen=True, slots=True)
class Place:
    """Customers who are in one place, as far as the records tell."""

    count: int
    time_zone: str = ""
    phone: str = ""
    """The number of one of them; the others' begin alike."""


Whom = Select[tuple[int]]
"""The ids of some customers, which other questions are narrowed to."""
Speaks = Callable[[str, str], bool]
"""Whether customers with this language of their own and this one of Telegram's are meant."""


class Audiences(Repository):
    """Counts and even samples, none of which reads more rows than they concern."""

    async def sizes(self, audience: Audience, speaks: Speaks, since: datetime) -> list[Place]:
        """Count customers who can be reached and meet an audience's conditions.

        Time zones are left aside.

        Where the audience asks for those, customers are told apart by them, and the caller
        compares. Products are those of events that were not withdrawn. Complaints count from
        `since` on.
        """
        query = select(func.count().label("count")).select_from(customers)
        query = query.where(await self._fits(audience, speaks, since))
        if audience.time_zone:
            zone, phone = customers.c.time_zone, customers.c.phone
            query = query.add_columns(zone.label("time_zone"), func.min(phone).label("phone"))
            query = query.group_by(zone, func.substr(phone, 1, PREFIX))
        return [Place(**row._mapping) for row in await self._unit.run(query)]

    async def members(
        self,
        audience: Audience,
        speaks: Speaks,
        since: datetime,
        limit: int,
        *,
        apart_from: Collection[int] = (),
        apart_from_refs: str = "",
    ) -> list[Customer]:
        """Some customers who can be reached and meet the same conditions.

        Those with one of the accounts `apart_from` are left out, and those whose ref begins with
        `apart_from_refs`.
        """
        query = all_of(Customer).where(await self._fits(audience, speaks, since))
        if apart_from:
            theirs = select(accounts.c.customer_id).where(accounts.c.telegram_id.in_(apart_from))
            query = query.where(customers.c.id.not_in(theirs))
        if apart_from_refs:
            query = query.where(~customers.c.ref.startswith(apart_from_refs, autoescape=True))
        return await self._unit.find(Customer, query.limit(limit))

    async def fitting(self, audience: Audience, ids: Collection[CustomerId]) -> list[CustomerId]:
        """Those of these customers who meet what the database can tell as the rules do.

        Language, time zone and complaints are left to the rules, which compare more than rows.
        """
        conditions = list(self._told(audience))
        if not conditions and not audience.product:
            return list(ids)
        found: list[CustomerId] = []
        for part in chunks(ids):
            query = select(customers.c.id).where(customers.c.id.in_(part), *conditions)
            if audience.product:
                query = query.where(customers.c.id.in_(_having(audience.product, part)))
            found += [CustomerId(row[0]) for row in await self._unit.run(query)]
        return found

    async def everybody(
        self,
        conditions: CustomerConditions,
        speaks: Speaks,
        since: datetime,
        is_there: Callable[[str, str], bool],
    ) -> Whom:
        """All customers who meet conditions, whether they can be reached or not, to count by.

        `is_there` tells of a time zone and a phone number whether whoever has them is meant.
        """
        fits = await self._fits(conditions, speaks, since, reached=False)
        query = select(customers.c.id).where(fits)
        if not conditions.time_zone:
            return query
        zone, begins = customers.c.time_zone, func.substr(customers.c.phone, 1, PREFIX)
        places = select(zone, begins, func.min(customers.c.phone)).group_by(zone, begins)
        meant = [
            (row[0], row[1]) for row in await self._unit.run(places) if is_there(row[0], row[2])
        ]
        return query.where(tuple_(zone, begins).in_(meant) if meant else false())

    async def _fits(
        self,
        audience: CustomerConditions,
        speaks: Speaks,
        since: datetime,
        *,
        reached: bool = True,
    ) -> ColumnElement[bool]:
        complaints = audience.complaints
        made = (
            select(func.count())
            .where(tickets.c.customer_id == customers.c.id, tickets.c.opened_at >= since)
            .scalar_subquery()
        )
        linked = [accounts.c.customer_id == customers.c.id]
        if reached:
            linked += [accounts.c.gone_at.is_(None), accounts.c.blocked_at.is_(None)]
        if audience.language:
            linked.append(await self._spoken(speaks))
        conditions = list(self._told(audience))
        if reached or audience.language:
            conditions.append(exists(select(literal(1)).where(*linked).correlate(customers)))
        if audience.product:
            conditions.append(customers.c.id.in_(_having(audience.product)))
        if isinstance(audience, Audience) and audience.hypothesis is not None:
            conditions.append(_gets_the_change_of(audience.hypothesis))
        if complaints is not None:
            conditions.append(_between(made, complaints.least, complaints.most))
        return and_(true(), *conditions)

    def _told(self, audience: CustomerConditions) -> Iterator[ColumnElement[bool]]:
        """The conditions on a customer's own row, the same as the rules'."""
        if audience.tags:
            yield self._tagged(audience.tags)
        if audience.without_tags:
            yield ~self._tagged(audience.without_tags)
        if audience.stage:
            yield customers.c.stage.in_(audience.stage)
        if audience.value is not None:
            yield _between(customers.c.value, audience.value.least, audience.value.most)

    async def _spoken(self, speaks: Speaks) -> ColumnElement[bool]:
        """Compare each pair of languages that occurs once, not for each customer."""
        own = await self._different(customers.c.language)
        codes = await self._different(accounts.c.language_code)
        pairs: dict[frozenset[str], list[str]] = {}
        for language in own:
            meant = frozenset(code for code in codes if speaks(language, code))
            pairs.setdefault(meant, []).append(language)
        return or_(
            false(),
            *(
                and_(customers.c.language.in_(languages), accounts.c.language_code.in_(meant))
                for meant, languages in pairs.items()
                if meant
            ),
        )

    async def _different(self, column: ColumnElement[str]) -> list[str]:
        return [row[0] for row in await self._unit.run(select(column).distinct())]

    def _tagged(self, tags: Sequence[str]) -> ColumnElement[bool]:
        """Whether a customer has one of these tags."""
        if self._unit.is_postgres:
            held: Any = cast(customers.c.tags, JSONB)
            found: ColumnElement[bool] = held.has_any(array(list(tags)))
            return found
        if all(_PLAIN.fullmatch(tag) for tag in tags):
            # Several times as fast as taking each customer's list apart.
            return or_(*(func.instr(customers.c.tags, f'"{tag}"') > 0 for tag in tags))
        each = func.json_each(customers.c.tags).table_valued("value")
        return exists(select(literal(1)).select_from(each).where(each.c.value.in_(list(tags))))

    # -- what is planned, and what would be ------------------------------------------------------

    async def count_planned(self, schedule_ids: Iterable[str], until: datetime) -> int:
        """Count these schedules' candidates that are to be looked at before a moment."""
        query = select(func.count()).where(
            candidates.c.schedule_id.in_(list(schedule_ids)), *_planned_before(until)
        )
        return int((await self._unit.run(query)).scalar_one())

    async def sample_planned(
        self, schedule_id: str, until: datetime, step: int
    ) -> list[CandidateId]:
        """About every `step`-th (an odd number, see above) of a schedule's candidates."""
        query = select(candidates.c.id).where(
            candidates.c.schedule_id == schedule_id,
            *_planned_before(until),
            candidates.c.id % step == 0,
        )
        return [CandidateId(row[0]) for row in await self._unit.run(query)]

    async def newest_events(self, name: str, limit: int) -> list[Event]:
        """The newest events of a type."""
        query = all_of(Event).where(events.c.type == name)
        return await self._unit.find(Event, query.order_by(events.c.at.desc()).limit(limit))

    async def event_types(self, limit: int) -> list[str]:
        """The types of which events have come, by name.

        From one type to the next by the index, so that it does not matter how many events there
        are.
        """
        found: list[str] = []
        while len(found) < limit:
            query = select(func.min(events.c.type))
            if found:
                query = query.where(events.c.type > found[-1])
            following = (await self._unit.run(query)).scalar_one()
            if following is None:
                break
            found.append(following)
        return found

    async def has_come(self, name: str) -> bool:
        """Tell whether any event of a type has come."""
        query = select(literal(1)).where(events.c.type == name).limit(1)
        return (await self._unit.run(query)).first() is not None

    async def count_events(self, name: str, since: datetime, until: datetime) -> int:
        """Count events of a type that happened in a time."""
        query = select(func.count()).where(events.c.type == name, events.c.at.between(since, until))
        return int((await self._unit.run(query)).scalar_one())

    async def sample_events(
        self, name: str, since: datetime, until: datetime, step: int
    ) -> list[EventId]:
        """The ids of about every `step`-th (an odd number) of those events."""
        query = select(events.c.id).where(
            events.c.type == name, events.c.at.between(since, until), events.c.id % step == 0
        )
        return [EventId(row[0]) for row in await self._unit.run(query)]

    async def count_linked(self) -> int:
        """Count the Telegram accounts that are linked."""
        return int((await self._unit.run(select(func.count()).select_from(accounts))).scalar_one())

    async def sample_linked(self, step: int) -> list[CustomerId]:
        """About every `step`-th (an odd number) of the customers who are linked."""
        query = select(accounts.c.customer_id).where(accounts.c.customer_id % step == 0)
        return [CustomerId(row[0]) for row in await self._unit.run(query)]


def _having(products: Sequence[str], ids: Sequence[CustomerId] | None = None) -> Select[Any]:
    """Customers, all or some, with one of these products in an event that was not withdrawn.

    As a set of its own: going through the events once is several times as fast as looking for
    each customer's.
    """
    query = select(events.c.customer_id).where(
        events.c.product.in_(products), events.c.withdrawn_at.is_(None)
    )
    return query if ids is None else query.where(events.c.customer_id.in_(ids))


def _gets_the_change_of(hypothesis: str) -> ColumnElement[bool]:
    return exists().where(
        assignments.c.customer_id == customers.c.id,
        assignments.c.treated.is_(True),
        assignments.c.hypothesis_id == hypotheses.c.id,
        hypotheses.c.name == hypothesis,
        hypotheses.c.state == "running",
    )


def _planned_before(until: datetime) -> tuple[ColumnElement[bool], ...]:
    look_at, asked_at = candidates.c.look_at, candidates.c.asked_at
    return look_at.is_not(None), asked_at.is_(None), look_at < until


def _between(
    column: ColumnElement[Any], least: int | None, most: int | None
) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [true()]
    if least is not None:
        conditions.append(column >= least)
    if most is not None:
        conditions.append(column <= most)
    return and_(*conditions)
