"""Whom an audience holds, counted and sampled by the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, array

from flows.config import Audience
from flows.entities import CandidateId, Customer, CustomerId, Event, EventId
from storage.repositories.base import Repository, all_of
from storage.tables import accounts, candidates, customers, events, tickets

PREFIX = 5
"""Characters of a phone number that tell its country and mostly its area: + and four digits."""


@dataclass(frozen=True, slots=True)
class Somewhere:
    """Customers who are in one place as far as the records tell."""

    time_zone: str
    phone: str
    """The number of one of them; the others' begin alike."""
    count: int


class Audiences(Repository):
    """Counts and even samples, none of which reads more rows than they concern."""

    async def sizes(
        self, audience: Audience, languages: Iterable[str], default_language: str, since: datetime
    ) -> list[Somewhere]:
        """Count linked customers who meet an audience's conditions, by place.

        Places are told apart only where the audience asks for time zones, which the caller then
        compares; products, which are the events', do not count. `languages` are those spoken;
        complaints count from `since` on.
        """
        by_place = bool(audience.time_zone)
        zone = customers.c.time_zone if by_place else literal("")
        phone = customers.c.phone if by_place else literal("")
        query = (
            select(zone, func.min(phone), func.count(accounts.c.customer_id.distinct()))
            .select_from(customers.join(accounts, accounts.c.customer_id == customers.c.id))
            .where(self._fits(audience, languages, default_language, since))
        )
        if by_place:
            query = query.group_by(zone, func.substr(phone, 1, PREFIX))
        rows = await self._unit.run(query)
        return [Somewhere(row[0] or "", row[1] or "", row[2]) for row in rows]

    async def members(
        self,
        audience: Audience,
        languages: Iterable[str],
        default_language: str,
        since: datetime,
        limit: int,
    ) -> list[Customer]:
        """Give some linked customers who meet the same conditions, time zones aside."""
        query = all_of(Customer).join(accounts, accounts.c.customer_id == customers.c.id)
        fits = self._fits(audience, languages, default_language, since)
        return await self._unit.find(Customer, query.where(fits).limit(limit))

    def _fits(
        self, audience: Audience, languages: Iterable[str], default: str, since: datetime
    ) -> ColumnElement[bool]:
        value, complaints = audience.value, audience.complaints
        made = (
            select(func.count())
            .where(tickets.c.customer_id == customers.c.id, tickets.c.opened_at >= since)
            .scalar_subquery()
        )
        conditions: list[ColumnElement[bool]] = [accounts.c.gone_at.is_(None)]
        if audience.tags:
            conditions.append(self._tagged(audience.tags))
        if audience.without_tags:
            conditions.append(~self._tagged(audience.without_tags))
        if audience.language:
            conditions.append(_spoken(languages, default).in_(audience.language))
        if audience.stage:
            conditions.append(customers.c.stage.in_(audience.stage))
        if value is not None:
            conditions.append(_between(customers.c.value, value.least, value.most))
        if complaints is not None:
            conditions.append(_between(made, complaints.least, complaints.most))
        return and_(*conditions)

    def _tagged(self, tags: Iterable[str]) -> ColumnElement[bool]:
        """Whether a customer has one of these tags."""
        if self._unit.is_postgres:
            held: Any = cast(customers.c.tags, JSONB)
            found: ColumnElement[bool] = held.has_any(array(list(tags)))
            return found
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
        """Give every `step`-th of a schedule's candidates in the order of their moments."""
        place = func.row_number().over(order_by=(candidates.c.look_at, candidates.c.id))
        query = select(candidates.c.id.label("id"), place.label("place")).where(
            candidates.c.schedule_id == schedule_id, *_planned_before(until)
        )
        return [CandidateId(row[0]) for row in await self._unit.run(_every(query, step))]

    async def newest_events(self, name: str, limit: int) -> list[Event]:
        """Give the newest events of a type."""
        query = all_of(Event).where(events.c.type == name)
        return await self._unit.find(Event, query.order_by(events.c.at.desc()).limit(limit))

    async def count_events(self, name: str, since: datetime, until: datetime) -> int:
        """Count events of a type that happened in a time."""
        query = select(func.count()).where(events.c.type == name, events.c.at.between(since, until))
        return int((await self._unit.run(query)).scalar_one())

    async def sample_events(
        self, name: str, since: datetime, until: datetime, step: int
    ) -> list[EventId]:
        """Give the ids of every `step`-th of those events in the order in which they happened."""
        place = func.row_number().over(order_by=(events.c.at, events.c.id))
        query = select(events.c.id.label("id"), place.label("place")).where(
            events.c.type == name, events.c.at.between(since, until)
        )
        return [EventId(row[0]) for row in await self._unit.run(_every(query, step))]

    async def count_linked(self) -> int:
        """Count the Telegram accounts that are linked."""
        return int((await self._unit.run(select(func.count()).select_from(accounts))).scalar_one())

    async def sample_linked(self, step: int) -> list[CustomerId]:
        """Give the customer of every `step`-th linked account."""
        place = func.row_number().over(order_by=accounts.c.customer_id)
        query = select(accounts.c.customer_id.label("id"), place.label("place"))
        return [CustomerId(row[0]) for row in await self._unit.run(_every(query, step))]


def _planned_before(until: datetime) -> tuple[ColumnElement[bool], ...]:
    look_at, asked_at = candidates.c.look_at, candidates.c.asked_at
    return look_at.is_not(None), asked_at.is_(None), look_at < until


def _every(query: Select[Any], step: int) -> Select[Any]:
    rows = query.subquery()
    return select(rows.c.id).where((rows.c.place - 1) % step == 0)


def _between(
    column: ColumnElement[Any], least: int | None, most: int | None
) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [true()]
    if least is not None:
        conditions.append(column >= least)
    if most is not None:
        conditions.append(column <= most)
    return and_(*conditions)


def _spoken(languages: Iterable[str], default: str) -> ColumnElement[str]:
    """The language in which a customer is spoken to, as `bot.words.language_of` chooses it."""
    wishes = [
        (_is(column, language), literal(language))
        for column in (customers.c.language, accounts.c.language_code)
        for language in languages
    ]
    return case(*wishes, else_=literal(default))


def _is(column: ColumnElement[str], language: str) -> ColumnElement[bool]:
    tag = func.replace(func.lower(column), "_", "-")
    return or_(tag == language, tag.like(f"{language}-%"))
