"""A customer who writes more than a group can read: what is too much comes together, in one card.

A group takes 20 messages a minute (Bots FAQ, "My bot is hitting limits"); without a limit one
person would keep everybody else's words out of it for hours. Nothing is lost: every message is an
entry of the ticket at once, and only showing it waits.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.delivery import Call, Composer, File
from bot.core.names import display_safe, moment
from bot.core.rich import TEXT_LIMIT, plain
from bot.core.work import Work
from bot.desk import cards
from bot.desk.speaking import (
    customer_name,
    into_ticket,
    record,
    staff_words,
    ticket_of,
    to_customer,
    to_ticket,
    who,
)
from bot.identity.time_zones import whereabouts
from flows.entities import Entry, Outgoing, Side, Ticket, TicketId, Timer
from flows.entities.kinds import EntryKind, Purpose, TimerKind
from flows.entities.lifecycle import Person
from flows.utf16 import utf16_length

SHOWN_AT_MOST = 30
"""Messages of one ticket that are shown one by one within a window."""
WINDOW = timedelta(minutes=10)
MEDIA_SHOWN = 10
"""Photos and the like of a window that are copied; the rest are named and stay in the ticket."""
METHOD = "@held"
_ROOM = 600
"""UTF-16 units that the heading of a card may take."""
_WORDS = frozenset({EntryKind.TEXT, EntryKind.EDITED})


async def holds(work: Work, ticket: Ticket, entry: Entry) -> bool:
    """Count a customer's message, and tell whether it waits to be shown with others."""
    name = str(ticket.id)
    known = await work.unit.timers.pending(TimerKind.FLOOD, name)
    if known is not None and known.due_at <= work.now and known.data.get("first") is None:
        known = None  # its window is over, and nothing was held in it
    count = int(known.data["count"]) + 1 if known is not None else 1
    first = known.data.get("first") if known is not None else None
    held = count > SHOWN_AT_MOST
    muted = bool(known is not None and known.data.get("muted"))
    if held and first is None:
        first = entry.id
    if first == entry.id and not muted:
        name_ = await customer_name(work, ticket)
        minutes = int(WINDOW.total_seconds() // 60)
        text = staff_words(work, ticket, "desk.flood", name=name_, minutes=minutes)
        to_ticket(work, ticket, text, dedupe=f"flood:{entry.id}")
    due = known.due_at if known is not None else work.now + WINDOW
    data = {"count": count, "first": first, "muted": muted}
    work.unit.set_timer(Timer(TimerKind.FLOOD, name, due, data))
    return held


async def mute(work: Work, ticket: Ticket, by: Person, until: datetime) -> None:
    """Hold back what a customer writes about their open complaints until a moment; they are told.

    It is kept, and shown together then.
    """
    zone, language = cards.staff_zone(work, ticket), work.services.language_at(ticket)
    name = await customer_name(work, ticket)
    for each in await _open_ones(work, ticket):
        known = await work.unit.timers.pending(TimerKind.FLOOD, str(each.id))
        first = known.data.get("first") if known is not None else None
        data = {"count": SHOWN_AT_MOST, "first": first, "muted": True}
        work.unit.set_timer(Timer(TimerKind.FLOOD, str(each.id), until, data))
        record(work, each, EntryKind.MUTED, by=by)
    text = staff_words(
        work,
        ticket,
        "desk.muted",
        by=display_safe(by.name),
        name=name,
        when=moment(until, zone, language),
    )
    to_ticket(work, ticket, text)
    customer, account = await who(work, ticket)
    reader = work.services.language(customer, account)
    theirs = str(whereabouts(work.services, customer, work.now).zone) if customer else zone
    told = work.services.words.say(
        reader, "desk.told_muted", when=moment(until, theirs, reader), number=ticket.number
    )
    await to_customer(work, ticket, plain(told), quiet=True)


async def unmute(work: Work, ticket: Ticket, by: Person) -> bool:
    """Show at once what was held back, and everything from now on; False: nothing was."""
    found = False
    for each in await _open_ones(work, ticket):
        known = await work.unit.timers.pending(TimerKind.FLOOD, str(each.id))
        if known is not None and known.data.get("muted"):
            found = True
            work.unit.set_timer(replace(known, due_at=work.now))
    if found:
        text = staff_words(work, ticket, "desk.unmuted", by=display_safe(by.name))
        to_ticket(work, ticket, text)
    return found


async def _open_ones(work: Work, ticket: Ticket) -> list[Ticket]:
    """The unresolved tickets of a ticket's customer in its group, and the ticket itself."""
    others = (await work.unit.tickets.open_of([ticket.customer_id])).get(ticket.customer_id, [])
    here = [each for each in others if each.group_chat_id == ticket.group_chat_id]
    return here if any(each.id == ticket.id for each in here) else [ticket, *here]


async def due(work: Work, timer: Timer) -> None:
    """Show together what was held; as long as there is any, the next window begins with none left.

    Whoever goes on fills one card in each window.
    """
    ticket = await ticket_of(work, TicketId(int(timer.subject)))
    first = timer.data.get("first")
    if ticket is None or first is None:
        return
    entries = await _held(work, ticket, int(first))
    if not entries:
        return
    params = {"first": entries[0].id, "last": entries[-1].id}
    into_ticket(work, ticket, METHOD, params, purpose=Purpose.RELAY)
    media = [entry for entry in entries if entry.kind not in _WORDS]
    if media:
        await cards.show_media(work, ticket, media[-MEDIA_SHOWN:])
    if timer.data.get("muted"):
        return
    again = {"count": SHOWN_AT_MOST, "first": None}
    work.unit.set_timer(Timer(timer.kind, timer.subject, work.now + WINDOW, again))


async def _held(work: Work, ticket: Ticket, first: int, last: int | None = None) -> list[Entry]:
    entries = await work.unit.tickets.entries(ticket.id)
    return sorted(
        (
            entry
            for entry in entries
            if entry.side is Side.CUSTOMER
            and entry.id >= first
            and (last is None or entry.id <= last)
        ),
        key=lambda entry: entry.id,
    )


async def compose(work: Work, row: Outgoing) -> Call | None:
    """One message with all the words; a document, when they do not fit into one."""
    ticket = await ticket_of(work, row.ticket_id)
    if ticket is None:
        return None
    entries = await _held(work, ticket, int(row.params["first"]), int(row.params["last"]))
    if not entries:
        return None
    heading = await _heading(work, ticket, entries)
    words = "\n".join(entry.text for entry in entries if entry.text)
    if utf16_length(words) <= TEXT_LIMIT - _ROOM:
        return Call("sendMessage", cards.said(heading, words).pages()[0].params())
    name, content = f"{ticket.number}.txt", words.encode("utf-8-sig")
    file = File("document", name, content, "text/plain")
    return Call("sendDocument", {"caption": heading}, file=file)


async def _heading(work: Work, ticket: Ticket, entries: Sequence[Entry]) -> str:
    name = display_safe(await customer_name(work, ticket))
    heading = staff_words(work, ticket, "desk.flood_card", name=name, n=len(entries))
    media = sum(1 for entry in entries if entry.kind not in _WORDS)
    if not media:
        return heading
    return f"{heading}\n{staff_words(work, ticket, 'desk.flood_media', n=media)}"


COMPOSERS: dict[str, Composer] = {METHOD: compose}
TIMERS: dict[str, Callable[[Work, Timer], Awaitable[None]]] = {TimerKind.FLOOD: due}
