"""Customers who are with the business now: the whole house hears of their complaints, once.

A guest who leaves in the morning cannot wait for an answer in the afternoon, and whoever meets
them at breakfast has to know.
"""

from zoneinfo import ZoneInfo

from bot.core.callbacks import pack
from bot.core.delivery import Call, Composer
from bot.core.names import display_safe, moment
from bot.core.rich import Rich, bold, clipped, plain
from bot.core.work import Work, inline, lane_beside, lane_of
from bot.desk import cards, clocks
from bot.desk.speaking import (
    NO_PREVIEW,
    customer_name,
    record,
    staff_words,
    ticket_of,
    to_ticket,
)
from flows.desk.stays import Stay, stay_at
from flows.desk.watch import RESPONSES, read, with_stay
from flows.entities import CustomerId, Group, Outgoing, Priority, Ticket, TicketId
from flows.entities.kinds import EntryKind, Purpose
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind

METHOD = "@guest"
WORDS = 60
"""Characters of the complaint that other teams read."""
_SUPERGROUP = "-100"
"""How the ids of groups begin whose messages have addresses (Bot API: t.me/c links)."""


async def stay_of(work: Work, customer_id: CustomerId) -> Stay | None:
    """The period that a customer is inside of now. Asks for nothing where none is configured."""
    config = work.services.config
    if not config.periods:
        return None
    events = (await work.unit.schedules.events_of([customer_id])).get(customer_id, [])
    happened = [each for each in events if each.withdrawn_at is None]
    return stay_at(config.periods, happened, work.now, ZoneInfo(config.brand.time_zone))


async def noted(work: Work, ticket: Ticket) -> Ticket:
    """A ticket that knows until when its customer is here: what begins to run ends before."""
    if not work.services.config.periods:
        return ticket
    return with_stay(ticket, await stay_of(work, ticket.customer_id))


async def tell_house(work: Work, ticket: Ticket) -> None:
    """Have every other team read, in one line, that somebody who is here has a complaint."""
    if read(ticket.watch).stay is None:
        return
    for group in _others(work, ticket):
        work.call(
            group.chat_id,
            METHOD,
            {},
            purpose=Purpose.GUEST,
            priority=Priority.RELAY,
            customer_id=ticket.customer_id,
            subject=str(Ref(RefKind.GUEST, ticket.id)),
            lane=lane_beside(lane_of(group.chat_id, None), "guests"),
            # The card is there by then, so that its address is known.
            not_before=work.now + cards.EDIT_DELAY * 3,
        )


def _others(work: Work, ticket: Ticket) -> list[Group]:
    return [each for each in work.services.groups.values() if each.chat_id != ticket.group_chat_id]


async def compose_notice(work: Work, row: Outgoing) -> Call | None:
    """What another team reads; nothing of what ended or was erased meanwhile."""
    number = Ref.number(row.subject, RefKind.GUEST)
    ticket = await ticket_of(work, TicketId(number)) if number is not None else None
    stay = read(ticket.watch).stay if ticket is not None else None
    if ticket is None or stay is None or not ticket.chat_id or work.now >= stay.ends:
        return None
    now = await stay_of(work, ticket.customer_id) or stay
    name = await customer_name(work, ticket)
    said = staff_words(work, row.chat_id, "guests.notice", number=ticket.number, name=name)
    until = until_when(work, now, work.services.language_at(row.chat_id))
    words = display_safe(clipped(ticket.words, WORDS), WORDS)
    line = bold(("‼ " if ticket.urgent else "") + said) + " · " + until
    line = line + (f" · {words}" if words else "")
    keyboard = [[(staff_words(work, row.chat_id, "guests.b_met"), pack("t", "met", ticket.id))]]
    address = _address(ticket)
    if address:
        label = staff_words(work, row.chat_id, "guests.b_ticket", number=ticket.number)
        keyboard[0].append((label, address))
    return Call("sendMessage", {**line.params(), **NO_PREVIEW, "reply_markup": inline(keyboard)})


def until_when(work: Work, stay: Stay, language: str) -> str:
    """Until when somebody is here, and where, in words."""
    when = moment(stay.ends, work.services.config.brand.time_zone, language)
    key = "guests.here_at" if stay.where else "guests.here"
    return work.services.words.say(language, key, when=when, where=display_safe(stay.where))


def _address(ticket: Ticket) -> str:
    """Where a ticket's card is read; empty: it has none, or its group's messages have none."""
    chat = str(ticket.group_chat_id or "")
    if ticket.card_message_id is None or not chat.startswith(_SUPERGROUP):
        return ""
    topic = f"{ticket.topic_id}/" if ticket.topic_id is not None else ""
    return f"https://t.me/c/{chat.removeprefix(_SUPERGROUP)}/{topic}{ticket.card_message_id}"


# -- somebody has met them ----------------------------------------------------------------------


async def met(work: Work, ticket: Ticket, by: Person, place: Group) -> Ticket | Refusal:
    """Note that somebody, of whichever team, has spoken with the customer about a ticket.

    A person has listened to them, so no answer is owed any more; the complaint goes on. Everybody
    who read of it reads who it was. Saying it twice changes nothing.
    """
    entries = await work.unit.tickets.entries(ticket.id)
    last = next((each for each in reversed(entries) if each.kind == EntryKind.MET), None)
    owed = read(ticket.watch).clock(*RESPONSES) is not None
    if last is not None and last.author_id == by.id and not owed:
        return Refusal("met_already")
    done = clocks.do(work, ticket, "meet", by=by)
    if isinstance(done, Refusal):
        return done
    work.unit.put(done)
    record(work, done, EntryKind.MET, by=by, text=place.title)
    to_ticket(work, done, plain(await _said(work, done, by, place, done)))
    for group in _others(work, done):
        text = Rich() + await _said(work, done, by, place, group)
        work.say(
            group.chat_id,
            text,
            purpose=Purpose.GUEST,
            priority=Priority.RELAY,
            customer_id=done.customer_id,
        )
    await cards.update_card(work, done)
    return done


async def _said(work: Work, ticket: Ticket, by: Person, place: Group, at: Ticket | Group) -> str:
    name, who = await customer_name(work, ticket), display_safe(by.name)
    own = place.chat_id == (at.group_chat_id if isinstance(at, Ticket) else at.chat_id)
    key = "guests.met" if own or not place.title else "guests.met_by_team"
    values = {"number": ticket.number, "name": name, "by": who, "team": display_safe(place.title)}
    return staff_words(work, at, key, **values)


COMPOSERS: dict[str, Composer] = {METHOD: compose_notice}
