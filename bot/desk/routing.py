"""To which team a complaint goes, and who has it from the beginning."""

from collections.abc import Sequence
from dataclasses import replace

import orjson

from bot.core.names import display_safe
from bot.core.rich import plain
from bot.core.work import Work
from bot.desk import came_in, cards, members, membership
from bot.desk.speaking import group_of, record, staff_words, to_ticket
from bot.identity.offices import admin_names
from bot.identity.time_zones import whereabouts
from flows.asks.audience import Traits, outside
from flows.desk.rights import Doubt
from flows.desk.routing import Complaint, Routed, asks_about_events, route
from flows.desk.tickets import act
from flows.entities import Customer, Event, Ticket
from flows.entities.facts import STAFF
from flows.entities.kinds import EntryKind
from flows.entities.lifecycle import Person, Refusal


async def routed(
    work: Work, customer: Customer, chat_id: int, ticket: Ticket, earlier: Sequence[Ticket]
) -> Routed:
    """Where a ticket goes that is about to be opened; `earlier` are the customer's others."""
    config = work.services.config
    account = await work.unit.customers.account(chat_id) if config.routes else None
    language = work.services.language(customer, account)
    about = Complaint(
        category=ticket.category,
        stage=ticket.stage or customer.stage,
        severity=ticket.severity,
        language=language,
        tags=frozenset(customer.tags),
        value=customer.value,
        entrance=config.entrance(ticket.entrance) if ticket.entrance else None,
    )
    if not config.routes:
        return route(config, about)
    events: Sequence[Event] = ()
    products_matter = any(each.product for each in config.segments)
    if products_matter or asks_about_events(config.routes):
        found = await work.unit.schedules.events_of([customer.id])
        events = [each for each in found.get(customer.id, []) if each.withdrawn_at is None]
    products = frozenset(each.product for each in events if each.product)
    if about.entrance is not None and about.entrance.product:
        products |= {about.entrance.product}
    data: dict[str, object] = {}
    for event in events:
        data |= event.data
    segments = segments_of(work, customer, language, [ticket, *earlier], events)
    return route(config, replace(about, products=products, data=data, segments=segments))


def segments_of(
    work: Work,
    customer: Customer,
    language: str,
    tickets: Sequence[Ticket],
    events: Sequence[Event],
) -> frozenset[str]:
    """The ids of the segments that a customer belongs to; `events` without withdrawn ones."""
    traits = Traits(
        tags=frozenset(customer.tags),
        language=language,
        stage=customer.stage,
        zone=str(whereabouts(work.services, customer, work.now).zone),
        value=customer.value,
        complaints=tuple(each.opened_at for each in tickets),
        products=frozenset(each.product for each in events if each.product),
    )
    segments = work.services.config.segments
    return frozenset(each.id for each in segments if outside(each, traits, work.now) is None)


def owner_of(work: Work, ticket: Ticket) -> int | str | None:
    """Who has a ticket that had to wait for a group, by its routes or its entrance.

    None: nobody, or it is taken.
    """
    if ticket.owner_name:
        return None
    config = work.services.config
    ids = ticket.route.split(", ") if ticket.route else []
    routes = [each for each in config.routes if each.id in ids]
    entrance = config.entrance(ticket.entrance) if ticket.entrance else None
    desk = entrance.person if entrance is not None else None
    return next((each.owner for each in routes if each.owner is not None), desk)


async def give_to_owner(work: Work, ticket: Ticket, owner: int | str) -> Ticket:
    """Let a ticket be somebody's from the beginning; they are named, so that it rings.

    Nobody gets it whom the bot does not know in the ticket's group, or who has left it: the ticket
    says so, and is anybody's.
    """
    person = await person_known(work, ticket, owner)
    because = _because(work, ticket, owner)
    given = act(ticket, "assign", work.now, by=person) if person is not None else None
    if person is None or given is None or isinstance(given, Refusal):
        who = display_safe(str(owner))
        text = staff_words(work, ticket, f"{because}_nobody", **_decided(work, ticket), who=who)
        to_ticket(work, ticket, plain(text))
        return ticket
    work.unit.put(given)
    record(work, given, EntryKind.ASSIGNED, text=given.owner_name)
    rings = f"@{person.username}" if person.username else display_safe(person.name)
    text = staff_words(work, given, f"{because}_given", **_decided(work, ticket), name=rings)
    to_ticket(work, given, plain(text))
    await cards.update_card(work, given)
    return given


def _because(work: Work, ticket: Ticket, owner: int | str) -> str:
    """What gives a ticket to somebody, as its sentences begin: a route, else its entrance."""
    ids = (ticket.route or "").split(", ")
    routes = (each for each in work.services.config.routes if each.id in ids)
    return "desk.route" if any(each.owner == owner for each in routes) else "entrances.desk"


def _decided(work: Work, ticket: Ticket) -> dict[str, str]:
    """The names of what may have given a ticket to somebody."""
    return {"route": ticket.route or "", "entrance": came_in.where(work, ticket)}


async def person_known(work: Work, ticket: Ticket, owner: int | str) -> Person | None:
    """Somebody by Telegram id or user name, if the bot knows them to be in a ticket's group."""
    group = group_of(work, ticket)
    if group is None:
        return None
    if isinstance(owner, str):
        person = await members.by_handle(work, group, owner)
    else:
        person = await _by_id(work, group.chat_id, owner)
    if person is None or person.id is None:
        return None
    standing = membership.standing_of(work, group, person.id, person.username)
    return None if standing.doubt is Doubt.GONE else person


async def _by_id(work: Work, chat_id: int, number: int) -> Person | None:
    met = await work.unit.facts.get(STAFF.of(chat_id, number))
    if met is not None:
        read = orjson.loads(met)
        return Person(number, read["name"], read.get("username", ""))
    name = (await admin_names(work)).get(number)
    return Person(number, name) if name else None
