"""Who hears that a promise is about to be broken, or is: its owner first, then ever more people.

Staff read it in the ticket, where a mention rings whoever is meant; admins in their private chats;
the customer hears of a new time before the old one has passed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.admin_notices import notify_admins
from bot.core.names import display_safe, moment, staff_name
from bot.core.rich import Rich, bold, italic, marked, plain, quote
from bot.core.work import Work
from bot.desk import members, rights
from bot.desk.cards import staff_zone
from bot.desk.speaking import customer_name, customer_words, group_of, staff_words, to_ticket
from bot.desk.telling import on_their_clock, send_later
from bot.desk.tongues import foreign_line, note_other_language
from flows.desk.clocks import Clock
from flows.desk.telling import While
from flows.desk.watch import RESPONSES, read, with_reason
from flows.entities import ClockKind, Group, Ticket
from flows.entities.kinds import Tell
from flows.entities.lifecycle import Person
from flows.languages import tongue
from flows.time.durations import Progress
from flows.utf16 import utf16_length

LATER = Progress(150)
"""The time that a customer is told instead of one that will be missed: half as long again."""
AT_LEAST = Progress(50)
"""From now on it is at least so much of the promised time."""
_WHO = "\0"
"""Stands in a sentence where the person is named."""


async def tell(work: Work, ticket: Ticket, clock: Clock, whom: Tell) -> Ticket:
    """Tell somebody of a clock; give the ticket as it is afterwards.

    What is to be said in a ticket that has no place is said to admins.
    """
    if whom is Tell.CUSTOMER:
        return await _tell_customer(work, ticket, clock)
    if whom is Tell.ADMINS or group_of(work, ticket) is None:
        if whom in (Tell.ADMINS, Tell.GROUP):
            await _tell_admins(work, ticket, clock)
        return ticket
    people = await _people(work, ticket, whom)
    said = await _sentence(work, ticket, clock)
    if people:
        called = staff_words(work, ticket, f"desk.call_{whom.value}", who=_WHO, what=said)
        text = _calling(called, people, work.services.language_at(ticket))
    else:
        text = bold(said) if clock.breached else plain(said)
    to_ticket(work, ticket, text)
    return ticket


async def calling_another(work: Work, ticket: Ticket, apart_from: int | None, said: str) -> Rich:
    """A sentence that calls somebody else of a ticket's group, if anybody else is there."""
    group = group_of(work, ticket)
    people = await _another(work, ticket, group, apart_from) if group is not None else ()
    if not people:
        return bold(said)
    text = staff_words(work, ticket, "desk.call_second", who=_WHO, what=said)
    return _calling(text, people, work.services.language_at(ticket))


async def _another(
    work: Work, ticket: Ticket, group: Group, apart_from: int | None
) -> Sequence[Person]:
    others = await members.others(work, group, apart_from)
    return others[ticket.number % len(others) :][:1] if others else ()


async def _people(work: Work, ticket: Ticket, whom: Tell) -> Sequence[Person]:
    """Who is meant, of those who are there; nobody: the whole group."""
    group = group_of(work, ticket)
    if group is None:
        return ()
    if whom is Tell.OWNER:
        return () if ticket.owner_id is None else (Person(ticket.owner_id, ticket.owner_name),)
    if whom is Tell.SECOND:
        return await _another(work, ticket, group, ticket.owner_id)
    return await rights.seniors(work, group) if whom is Tell.SENIORS else ()


async def _sentence(work: Work, ticket: Ticket, clock: Clock) -> str:
    name = await customer_name(work, ticket)
    key = f"desk.{'over' if clock.breached else 'remind'}_{clock.kind.value}"
    due_at = clock.due_at or work.now
    when = moment(due_at, staff_zone(work, ticket), work.services.language_at(ticket))
    return staff_words(work, ticket, key, name=name, when=when)


def _calling(text: str, people: Sequence[Person], language: str) -> Rich:
    """A sentence in which people are named so that it rings them."""
    before, _, after = text.partition(_WHO)
    rich = plain(before)
    for position, person in enumerate(people):
        rich = rich + (tongue(language).marks.comma if position else "") + mention(person)
    return rich + after


def calling(
    work: Work, ticket: Ticket, key: str, people: Sequence[Person], **values: object
) -> Rich:
    """A sentence of the desk about `who`, in which these people are named so that it rings them."""
    text = staff_words(work, ticket, f"desk.{key}", who=_WHO, **values)
    return _calling(text, people, work.services.language_at(ticket))


def mention(person: Person) -> Rich:
    """A person's name that rings them; who writes as a group is only named."""
    name = display_safe(person.name)
    if person.id is None or person.id < 0:
        return plain(name)
    user = {"id": person.id, "is_bot": False, "first_name": name}
    entity = {"type": "text_mention", "offset": 0, "length": utf16_length(name), "user": user}
    return marked(name, [entity])


async def to_owner(work: Work, ticket: Ticket, key: str) -> Rich:
    """A sentence of the desk that begins with whoever has the ticket, if anybody has."""
    name = await customer_name(work, ticket)
    said = staff_words(work, ticket, f"desk.{key}", name=name)
    people = await _people(work, ticket, Tell.OWNER)
    if not people:
        return plain(said)
    text = staff_words(work, ticket, "desk.call_owner", who=_WHO, what=said)
    return _calling(text, people, work.services.language_at(ticket))


async def _tell_admins(work: Work, ticket: Ticket, clock: Clock) -> None:
    group = group_of(work, ticket)
    name, zone = await customer_name(work, ticket), staff_zone(work, ticket)
    say = work.services.words.say

    def text(language: str) -> str:
        when = moment(clock.due_at or work.now, zone, language)
        place = display_safe(group.title) if group is not None and group.title else ""
        values = {"number": ticket.number, "name": name, "when": when, "group": place}
        owner = display_safe(ticket.owner_name)
        lines = [
            say(language, "desk.admin_over" if place else "desk.admin_over_nowhere", **values),
            say(language, f"desk.over_{clock.kind.value}", **values),
            say(language, f"desk.state_{'taken' if owner else 'open'}", owner=owner),
        ]
        return "\n".join(lines)

    await notify_admins(work, text)


# -- the customer --------------------------------------------------------------------------------


async def _tell_customer(work: Work, ticket: Ticket, clock: Clock) -> Ticket:
    """Tell a customer of a new time before the one that they were told has passed."""
    later = _later(clock, work.now)
    if clock.kind not in RESPONSES or later is None:
        return ticket
    stay = read(ticket.watch).stay
    if stay is not None and work.now < stay.ends:
        later = min(later, stay.ends)  # a time after they have left promises nothing
    first = clock.kind is ClockKind.FIRST_RESPONSE
    if first and ticket.response_due_at is not None and ticket.response_due_at >= later:
        return ticket  # they were told a later time at the start, by what is real
    when = await on_their_clock(work, ticket, later)
    told = first and clock.round == 1  # when it was opened again nobody told them a time
    kind = clock.kind if told else ClockKind.NEXT_RESPONSE
    key = f"desk.told_later_{kind.value}"
    said = await customer_words(work, ticket, key, number=ticket.number, when=when)
    await send_later(work, ticket, await _with_reason(work, ticket, said), While.OWED)
    name = await customer_name(work, ticket)
    staff_when = moment(later, staff_zone(work, ticket), work.services.language_at(ticket))
    to_ticket(work, ticket, staff_words(work, ticket, "desk.later", name=name, when=staff_when))
    if first:
        ticket = replace(ticket, response_due_at=later)
        work.unit.put(ticket)
    return ticket


def _later(clock: Clock, now: datetime) -> datetime | None:
    """The time to tell instead of one that will be missed: never one that is over itself, though
    Verso may have been away for long; None: the clock is paused."""
    later = clock.reaches(LATER)
    if later is None:
        return None
    return max(later, clock.calendar.add(now, AT_LEAST.of(clock.target)))


async def _with_reason(work: Work, ticket: Ticket, said: str) -> Rich:
    """What a customer is told, with the reason that a person wrote or a line that says nothing
    but that they are not forgotten."""
    reason = read(ticket.watch).reason
    if not reason:
        return plain(f"{said}\n{await customer_words(work, ticket, 'desk.told_not_forgotten')}")
    return await _because(work, ticket, said, reason)


async def _because(work: Work, ticket: Ticket, said: str, reason: str) -> Rich:
    line = await foreign_line(work, ticket, reason)
    return plain(said) + "\n" + (italic(line) + "\n" if line else "") + quote(reason)


async def tell_where_it_is(work: Work, ticket: Ticket) -> Ticket:
    """Say where a ticket is that has been open for long: to its customer, unless they wait for an
    answer and should hear a person, and to whoever has it."""
    if read(ticket.watch).clock(*RESPONSES) is not None:
        to_ticket(work, ticket, await to_owner(work, ticket, "news_owed"))
        return ticket
    owner = staff_name(ticket.owner_name, ticket.owner_id) if ticket.owner_name else ""
    key = "desk.told_where" if owner else "desk.told_where_nobody"
    said = await customer_words(work, ticket, key, number=ticket.number, name=owner)
    await send_later(work, ticket, await _with_reason(work, ticket, said), While.OPEN)
    to_ticket(work, ticket, await to_owner(work, ticket, "news"))
    return ticket


async def explain(work: Work, ticket: Ticket, reason: str) -> None:
    """Keep why a ticket takes longer, for what its customer is told when a time is missed.

    Who has been told of a new time already reads it at once.
    """
    work.unit.put(with_reason(ticket, reason))
    await note_other_language(work, ticket, reason, key="reason")
    if Tell.CUSTOMER in read(ticket.watch).raised:
        said = await customer_words(work, ticket, "desk.told_why", number=ticket.number)
        await send_later(work, ticket, await _because(work, ticket, said, reason), While.OPEN)
