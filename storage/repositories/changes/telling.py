"""Whom a change is told, some people at a time, and how far that is, counted by the database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, case, cast, distinct, func, literal, select

from flows.entities import (
    Campaign,
    CampaignId,
    Change,
    ChangeId,
    CustomerId,
    Draft,
    Ticket,
)
from flows.entities.kinds import Purpose
from flows.entities.refs import RefKind
from storage.known import shelf
from storage.repositories.base import Repository, all_of, chunks
from storage.tables import (
    accounts,
    campaigns,
    candidates,
    customers,
    events,
    notices,
    outbox,
    tickets,
)

DRAFTS = shelf(Draft, "change_id", parent=Change)


@dataclass(frozen=True, slots=True)
class Size:
    """How many complaints led to a change, of how many people who could be told."""

    tickets: int
    people: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How many people are told of one round of a change, and what became of it."""

    people: int = 0
    told: int = 0
    blocked: int = 0
    failed: int = 0
    doubt: int = 0
    waiting: int = 0
    """Those whose notice has not left yet."""
    later: int = 0
    """Those of them who wait for a moment at which they like to be written to."""
    helped: int = 0
    not_helped: int = 0
    silent: int = 0
    """Those who were asked whether it helped, and have not answered."""
    corrected: int = 0
    """Those who were told afterwards that it has not helped."""
    languages: Mapping[str, int] = field(default_factory=dict)
    """In which languages how many were told, most people first."""


class Telling(Repository):
    """People behind a change and the notices to them."""

    # -- whom it concerns ----------------------------------------------------------------------

    async def size(self, change_id: ChangeId) -> Size:
        """Count the complaints of those who were not erased, and their people."""
        query = select(func.count(), func.count(distinct(tickets.c.customer_id)))
        found = (await self._unit.run(query.where(*_alive(change_id)))).one()
        return Size(found[0], found[1])

    async def people(self, change_id: ChangeId, after: int, limit: int) -> list[CustomerId]:
        """Some of the people behind a change: those with the least ids above `after`."""
        query = (
            select(tickets.c.customer_id)
            .where(*_alive(change_id), tickets.c.customer_id > after)
            .distinct()
            .order_by(tickets.c.customer_id)
            .limit(limit)
        )
        return [CustomerId(row[0]) for row in await self._unit.run(query)]

    async def person_at(self, change_id: ChangeId, position: int) -> CustomerId | None:
        """The person at this position (from 0) among those behind a change, the oldest first."""
        first = func.min(tickets.c.number)
        query = select(tickets.c.customer_id).where(*_alive(change_id))
        query = query.group_by(tickets.c.customer_id).order_by(first).offset(position).limit(1)
        found = (await self._unit.run(query)).first()
        return None if found is None else CustomerId(found[0])

    async def position_of(self, change_id: ChangeId, customer_id: CustomerId) -> int:
        """At which position somebody stands (`person_at`)."""
        own = select(func.min(tickets.c.number)).where(
            *_alive(change_id), tickets.c.customer_id == customer_id
        )
        before = select(func.count(distinct(tickets.c.customer_id))).where(
            *_alive(change_id), tickets.c.number < own.scalar_subquery()
        )
        return int((await self._unit.run(before)).scalar_one())

    async def tickets_of(self, change_id: ChangeId, ids: Collection[CustomerId]) -> list[Ticket]:
        """The complaints of these people that led to a change, the oldest first."""
        found: list[Ticket] = []
        for part in chunks(ids):
            query = all_of(Ticket).where(*_alive(change_id), tickets.c.customer_id.in_(part))
            found += await self._unit.find(Ticket, query.order_by(tickets.c.number), lock=True)
        return found

    async def spoken(self, change_id: ChangeId) -> list[tuple[str, str, int]]:
        """Count the people behind a change by the language of their own and by Telegram's."""
        own, code = customers.c.language, func.coalesce(accounts.c.language_code, "")
        query = (
            select(own, code, func.count(distinct(customers.c.id)))
            .select_from(tickets)
            .join(customers, customers.c.id == tickets.c.customer_id)
            .outerjoin(accounts, accounts.c.telegram_id == tickets.c.chat_id)
            .where(*_alive(change_id))
            .group_by(own, code)
        )
        return [(row[0], row[1], row[2]) for row in await self._unit.run(query)]

    async def first_tickets(self, change_id: ChangeId, limit: int) -> list[Ticket]:
        """The oldest complaints that led to a change."""
        query = all_of(Ticket).where(tickets.c.change_id == change_id)
        return await self._unit.find(Ticket, query.order_by(tickets.c.number).limit(limit))

    async def behind(self, change_id: ChangeId, ids: Collection[CustomerId]) -> set[CustomerId]:
        """Those of these people whose complaints led to a change, or who were told of it."""
        found: set[CustomerId] = set()
        for part in chunks(ids):
            for table in (tickets, notices):
                query = select(table.c.customer_id).where(
                    table.c.change_id == change_id, table.c.customer_id.in_(part)
                )
                found |= {CustomerId(row[0]) for row in await self._unit.run(query)}
        return found

    # -- drafts ----------------------------------------------------------------------------------

    async def drafts(self, change_id: ChangeId, round_: int) -> dict[CustomerId, Draft]:
        """What differs for single people in a round of a change."""
        found = (await self._unit.on_shelf(DRAFTS, [change_id]))[change_id]
        in_order = sorted(found, key=lambda draft: draft.id)
        return {draft.customer_id: draft for draft in in_order if draft.round == round_}

    # -- how far it is ---------------------------------------------------------------------------

    async def progress(self, change_id: ChangeId, round_: int, now: datetime) -> Progress:
        """Count by person what became of the notices of a round."""
        of_round = notices.c.change_id == change_id, notices.c.round == round_
        person, verdict = notices.c.customer_id, notices.c.verdict
        asked = notices.c.asked_at.is_not(None)
        query = select(
            func.count(distinct(person)),
            _people(notices.c.delivered_at.is_not(None)),
            _people(verdict == "yes"),
            _people(verdict.in_(("no", "partly"))),
            _people(asked),
            _people(and_(asked, verdict != "")),
            _people(notices.c.setback_at.is_not(None)),
        ).where(*of_round)
        found = (await self._unit.run(query)).one()
        people, told, helped, not_helped, asked_people, answered, corrected = found
        undelivered = await self._undelivered(*of_round, now=now)
        return Progress(
            people,
            told,
            helped=helped,
            not_helped=not_helped,
            silent=asked_people - answered,
            corrected=corrected,
            languages=await self._languages(*of_round),
            **undelivered,
        )

    async def _languages(self, *of_round: ColumnElement[bool]) -> dict[str, int]:
        people = func.count(distinct(notices.c.customer_id))
        query = select(notices.c.language, people).where(
            *of_round, notices.c.delivered_at.is_not(None), notices.c.language != ""
        )
        query = query.group_by(notices.c.language).order_by(people.desc(), notices.c.language)
        return {row[0]: row[1] for row in await self._unit.run(query)}

    async def _undelivered(self, *of_round: ColumnElement[bool], now: datetime) -> dict[str, int]:
        """Count those who were not told, by what became of the message to them."""
        blocked = accounts.c.blocked_at.is_not(None).label("blocked")
        later = func.coalesce(outbox.c.not_before > now, False).label("later")
        about = literal(f"{RefKind.NOTICE.value}:") + cast(notices.c.id, String)
        query = (
            select(outbox.c.state, blocked, later, func.count(distinct(notices.c.customer_id)))
            .select_from(notices)
            .join(
                outbox,
                and_(
                    outbox.c.ticket_id == notices.c.ticket_id,
                    outbox.c.purpose == Purpose.CLOSURE,
                    outbox.c.subject == about,
                ),
            )
            .outerjoin(accounts, accounts.c.telegram_id == outbox.c.chat_id)
            .where(*of_round, notices.c.delivered_at.is_(None), outbox.c.state != "sent")
            .group_by(outbox.c.state, blocked, later)
        )
        counts = dict.fromkeys(("blocked", "failed", "doubt", "waiting", "later"), 0)
        for state, is_blocked, is_later, number in await self._unit.run(query):
            if state == "waiting":
                counts["waiting"] += number
                counts["later"] += number if is_later else 0
            elif is_blocked:
                counts["blocked"] += number
            else:
                counts["doubt" if state == "doubt" else "failed"] += number
        return counts

    # -- telling others --------------------------------------------------------------------------

    async def campaigns(self, ids: Collection[CampaignId]) -> dict[CampaignId, Campaign]:
        """Campaigns by id."""
        return await self._unit.get_all(Campaign, ids, lock=False)

    async def campaigns_of(self, change_id: ChangeId) -> list[Campaign]:
        """The campaigns by which others were told of a change, the oldest first."""
        query = all_of(Campaign).where(campaigns.c.change_id == change_id)
        return await self._unit.find(Campaign, query.order_by(campaigns.c.id))

    async def having(self, products: Collection[str], most: int) -> tuple[int, list[CustomerId]]:
        """Count the linked customers who have one of these products, with `most` or so of them.

        Those are taken by the remainder of their ids, so that every one is as likely.
        """
        owners = select(events.c.customer_id).where(
            events.c.product.in_(products), events.c.withdrawn_at.is_(None)
        )
        linked = accounts.c.customer_id.in_(owners)
        counted = select(func.count(distinct(accounts.c.customer_id))).where(linked)
        total = int((await self._unit.run(counted)).scalar_one())
        step = -(-total // most) | 1
        query = select(accounts.c.customer_id).where(linked, accounts.c.customer_id % step == 0)
        found = await self._unit.run(query.distinct().order_by(accounts.c.customer_id))
        return total, [CustomerId(row[0]) for row in found]

    async def outcomes(self, schedule_id: str) -> dict[str, int]:
        """Count those whom a campaign considers by what became of them; `delivered` too."""
        delivered = func.count(candidates.c.delivered_at)
        query = select(candidates.c.outcome, func.count(), delivered)
        query = query.where(candidates.c.schedule_id == schedule_id)
        found: dict[str, int] = {"delivered": 0}
        for outcome, number, arrived in await self._unit.run(query.group_by(candidates.c.outcome)):
            found["delivered"] += arrived
            found[outcome] = number
        return found


def _alive(change_id: ChangeId) -> tuple[ColumnElement[bool], ...]:
    """The complaints of a change whose people were not erased."""
    return tickets.c.change_id == change_id, tickets.c.chat_id != 0


def _people(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many people have a notice of which this is so."""
    return func.count(distinct(case((condition, notices.c.customer_id))))
