"""A ticket from its opening to its end: what customers and staff do to it.

Functions that may refuse return the ticket's new form or a `Refusal`; nothing is written then.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.core.admin_notices import reader_language
from bot.core.delivery import Composer, Reporter
from bot.core.events import TicketOpened, TicketReopened, WordsAdded
from bot.core.names import display_safe, moment, staff_name
from bot.core.rich import bold, plain
from bot.core.work import Work
from bot.desk import (
    added,
    cards,
    clocks,
    edits,
    merging,
    owners,
    private_desk,
    relay,
    renames,
    routing,
    search,
    staying,
    topics,
)
from bot.desk.speaking import (
    customer_words,
    group_of,
    record,
    staff_words,
    to_customer,
    to_ticket,
)
from flows.conversations import Piece
from flows.desk.tickets import failed_before
from flows.entities import (
    CandidateId,
    ConversationId,
    Customer,
    Entry,
    Group,
    Ticket,
    TicketId,
    Timer,
)
from flows.entities.kinds import EntryKind, Purpose, TimerKind
from flows.entities.lifecycle import Person, Refusal
from flows.entities.replaced import replaced
from flows.entities.states import ENDED, UNRESOLVED
from flows.formatted import Entity

TEAMS_NAMED = 10
UNROUTED_AFTER = timedelta(minutes=1)
"""How long a complaint may wait for a group before admins are told."""
DELIVERED_AT_ONCE = 200
"""Tickets delivered in one transaction when a group is bound; the rest follow."""


ROUTE_LENGTH = 100
"""Characters of the ids of the routes that a ticket came by."""


# -- opening ----------------------------------------------------------------------------------


async def open_ticket(
    work: Work,
    *,
    customer: Customer,
    chat_id: int,
    words: str,
    pieces: Sequence[Piece],
    stage: str,
    category: str,
    severity: int,
    wish: str,
    partial: bool = False,
    conversation_id: ConversationId | None = None,
    candidate_id: CandidateId | None = None,
    urgent: bool = False,
    entrance: str | None = None,
    formatting: Mapping[str, Sequence[Entity]] | None = None,
    tags: tuple[str, ...] = (),
    taken: Sequence[Entry] = (),
) -> Ticket:
    """Make a ticket of a complaint and hand it to the right staff.

    `taken` is what the customer said in another ticket, and is part of this one from now on.
    A customer whose complaint of the same category was resolved within 90 days is a second
    failure: the ticket is urgent. Without a group it waits, and admins are told. `entrance` is the
    id of that at which it began.
    """
    earlier = await work.unit.tickets.of_customer(customer.id)
    again = bool(failed_before(earlier, category, work.now))
    ticket = Ticket(
        id=TicketId(work.unit.new_id()),
        number=await work.unit.next_number("ticket"),
        customer_id=customer.id,
        chat_id=chat_id,
        state="open",
        opened_at=work.now,
        team_id="",
        words=words,
        stage=stage,
        category=category,
        severity=severity,
        wish=wish,
        partial=partial,
        urgent=urgent or again,
        failed_again=again,
        conversation_id=conversation_id,
        candidate_id=candidate_id,
        entrance=entrance,
        formatting=formatting or {},
        tags=tags,
    )
    whereto = await routing.routed(work, customer, chat_id, ticket, earlier)
    because = ", ".join(whereto.because)[:ROUTE_LENGTH] or None
    ticket = await staying.noted(work, replaced(ticket, team_id=whereto.team, route=because))
    ticket = clocks.start(work, ticket)
    work.unit.add(ticket)
    record(work, ticket, EntryKind.OPENED)
    await search.index_opened(work, ticket, customer)
    for piece in pieces:
        added.keep(work, ticket, piece)
    merging.move(work, ticket, taken)
    placed = await _place(work, ticket)
    if whereto.owner is not None and placed.group_chat_id is not None:
        placed = await routing.give_to_owner(work, placed, whereto.owner)
    await staying.tell_house(work, placed)
    await work.emit(TicketOpened(placed))
    # Whoever heard of it may have given it to somebody, or granted something.
    return await work.unit.get(Ticket, placed.id) or placed


async def _place(work: Work, ticket: Ticket) -> Ticket:
    group = work.services.group_of(ticket.team_id) or await private_desk.open_for_owner(work)
    if group is not None:
        return await cards.deliver(work, ticket, group)
    await watch_unrouted(work, "all")
    return ticket


async def watch_unrouted(work: Work, why: str) -> None:
    """Have admins told soon of complaints that no group is found for.

    `why` is the group that was lost, or `all`; each is told of once a day.
    """
    if await work.unit.timers.pending(TimerKind.UNROUTED, why) is None:
        work.unit.set_timer(Timer(TimerKind.UNROUTED, why, work.now + UNROUTED_AFTER))


async def _rerouted(work: Work, ticket: Ticket) -> Ticket:
    """Find a ticket a place where staff see it, when the group that it was done in is gone."""
    if ticket.group_chat_id is None or group_of(work, ticket) is not None:
        return ticket
    unrouted = replaced(ticket, group_chat_id=None, topic_id=None, card_message_id=None)
    work.unit.put(unrouted)
    placed = await _place(work, unrouted)
    await relay.tell_failures(work, placed)
    return placed


async def deliver_unrouted(work: Work, group: Group) -> int:
    """Deliver the tickets that waited for this group; give how many were."""
    services = work.services
    found = await work.unit.tickets.unrouted(DELIVERED_AT_ONCE)
    mine = []
    for ticket in found:
        team = next((team for team in services.config.teams if team.id == ticket.team_id), None)
        team = team or services.config.team_for(ticket.category)
        team_id = team.id if team else ""
        served = services.group_of(team_id)
        if served is not None and served.chat_id == group.chat_id:
            mine.append(replaced(ticket, team_id=team_id))
    for ticket in mine:
        work.unit.put(ticket)
        delivered = await cards.deliver(work, ticket, group)
        owner = routing.owner_of(work, delivered)
        if owner is not None:
            delivered = await routing.give_to_owner(work, delivered, owner)
        await relay.tell_failures(work, delivered)
    if mine and len(found) == DELIVERED_AT_ONCE:
        work.unit.set_timer(
            Timer(TimerKind.DELIVER_UNROUTED, str(group.chat_id), work.now + UNROUTED_AFTER)
        )
    return len(mine)


# -- what staff do ----------------------------------------------------------------------------


async def take(work: Work, ticket: Ticket, by: Person, *, over: bool = True) -> Ticket | Refusal:
    """Have somebody take a ticket, `over` from a colleague too; the customer learns who reads.

    Of two who press at once the second is told who has it.
    """
    theirs = ticket.owner_id not in (None, by.id) and ticket.state in UNRESOLVED
    if theirs and (not over or owners.has_just_acted(work, ticket)):
        return Refusal("taken_by")
    taken = clocks.do(work, ticket, "take", by=by)
    if isinstance(taken, Refusal):
        return taken
    before = ticket.owner_name
    text = staff_words(work, ticket, "desk.taken", name=display_safe(by.name))
    if before:
        text = staff_words(
            work, ticket, "desk.taken_over", name=display_safe(by.name), before=display_safe(before)
        )
    await _changed(work, taken, EntryKind.TAKEN, by, text)
    await _tell_who_reads(work, taken, by)
    return taken


async def assign(work: Work, ticket: Ticket, by: Person, to: Person) -> Ticket | Refusal:
    """Assign a ticket to somebody."""
    given = clocks.do(work, ticket, "assign", by=to)
    if isinstance(given, Refusal):
        return given
    text = staff_words(
        work, ticket, "desk.assigned", by=display_safe(by.name), name=display_safe(to.name)
    )
    await _changed(work, given, EntryKind.ASSIGNED, by, text)
    return given


async def snooze(work: Work, ticket: Ticket, by: Person, until: datetime) -> Ticket | Refusal:
    """Have a ticket's clocks stand still until a day on which something can be done."""
    snoozed = clocks.do(work, ticket, "snooze", by=by, until=until)
    if isinstance(snoozed, Refusal):
        return snoozed
    when = moment(until, cards.staff_zone(work, ticket), work.services.language_at(ticket))
    text = staff_words(work, ticket, "desk.snoozed", name=display_safe(by.name), when=when)
    await _changed(work, snoozed, EntryKind.SNOOZED, by, text)
    return snoozed


async def wait(work: Work, ticket: Ticket, by: Person) -> Ticket | Refusal:
    """Note that the next word is the customer's."""
    waiting = clocks.do(work, ticket, "wait", by=by)
    if isinstance(waiting, Refusal):
        return waiting
    text = staff_words(work, ticket, "desk.waiting", name=display_safe(by.name))
    await _changed(work, waiting, EntryKind.WAITING, by, text)
    return waiting


async def reopen(work: Work, ticket: Ticket, by: Person) -> Ticket | Refusal:
    """Open a ticket again because staff see that it was not done."""
    again = clocks.do(work, await staying.noted(work, ticket), "reopen", by=by)
    if isinstance(again, Refusal):
        return again
    topics.open_again(work, again)
    await _changed(
        work,
        again,
        EntryKind.REOPENED,
        by,
        staff_words(work, ticket, "desk.reopened", name=display_safe(by.name)),
    )
    await work.emit(TicketReopened(again, "staff"))
    return again


async def _changed(work: Work, ticket: Ticket, kind: EntryKind, by: Person, text: str) -> None:
    work.unit.put(ticket)
    record(work, ticket, kind, by=by, text=ticket.owner_name)
    to_ticket(work, ticket, plain(text))
    await cards.update_card(work, ticket)


async def _tell_who_reads(work: Work, ticket: Ticket, by: Person) -> None:
    name = staff_name(by.name, by.id)
    text = await customer_words(work, ticket, "desk.told_reading", name=name, number=ticket.number)
    await to_customer(work, ticket, plain(text), quiet=True)


# -- what the customer does -------------------------------------------------------------------


async def add_words(
    work: Work,
    ticket: Ticket,
    pieces: Sequence[Piece],
    edited: bool = False,
    *,
    owed: bool = True,
) -> Ticket:
    """Keep what a customer adds, or has changed, and show it to staff.

    Not `owed`: thanks, or what was answered already; nobody has to answer it.
    A customer who writes to a ticket that was done opens it again; who mends a word does not. What
    Telegram calls changed, and says what it said before, is nothing.
    """
    ticket = await merging.standing(work, ticket)
    if edited:
        pieces = [piece for piece in pieces if await added.is_changed(work, piece)]
        if not pieces:
            return ticket
    if edited and ticket.state in ENDED:
        await added.show(work, ticket, pieces, edited=True)
        return ticket
    trigger = "hear" if owed or ticket.state in ENDED else "nod"
    heard = clocks.do(work, await staying.noted(work, ticket), trigger)
    assert not isinstance(heard, Refusal), "a customer's word is heard in every state"  # noqa: S101
    work.unit.put(heard)
    heard = await _rerouted(work, heard)
    came_back = heard.reopened != ticket.reopened
    if came_back:
        topics.open_again(work, heard)
    await added.show(work, heard, pieces, edited=edited)
    if came_back:
        record(work, heard, EntryKind.REOPENED)
        to_ticket(work, heard, plain(staff_words(work, ticket, "desk.came_back")))
    if clocks.shows(ticket, heard):
        await cards.update_card(work, heard)
    if came_back:
        await work.emit(TicketReopened(heard, "customer"))
    await work.emit(WordsAdded(heard, [piece.kind for piece in pieces]))
    return heard


async def show_thanks(work: Work, ticket: Ticket, piece: Piece) -> None:
    """Keep and show what opens nothing again: thanks after the end."""
    await added.show(work, await merging.standing(work, ticket), [piece])


async def helped(work: Work, ticket: Ticket) -> Ticket | Refusal:
    """Note that the customer says that it helped."""
    verified = clocks.do(work, ticket, "verify")
    if isinstance(verified, Refusal):
        return verified
    work.unit.put(verified)
    record(work, verified, EntryKind.VERIFIED)
    to_ticket(work, verified, plain(staff_words(work, ticket, "desk.helped")))
    await cards.update_card(work, verified)
    return verified


async def did_not_help(work: Work, ticket: Ticket, verdict: str, pieces: Sequence[Piece]) -> Ticket:
    """Open a ticket again, urgently, because the customer says that it did not help."""
    ticket = await merging.standing(work, ticket)
    failed = clocks.do(work, await staying.noted(work, ticket), "fail", text=verdict)
    assert not isinstance(failed, Refusal), "a failed fix is possible in every state"  # noqa: S101
    work.unit.put(failed)
    failed = await _rerouted(work, failed)
    if failed.reopened != ticket.reopened:
        topics.open_again(work, failed)
    record(work, failed, EntryKind.REOPENED, text=verdict)
    said = staff_words(work, ticket, f"desk.verdict_{verdict}")
    to_ticket(work, failed, bold(staff_words(work, ticket, "desk.did_not_help", verdict=said)))
    await added.show(work, failed, pieces)
    await cards.update_card(work, failed)
    await work.emit(TicketReopened(failed, "did_not_help"))
    return failed


# -- moments that come by themselves ------------------------------------------------------------


async def unrouted_due(work: Work, timer: Timer) -> None:
    """Tell admins of complaints that wait because no group is bound for their team.

    A business that never had a group answers them in its owner's chat.
    """
    if await work.unit.tickets.unrouted(1) and await private_desk.open_for_owner(work):
        return
    waiting = [
        ticket
        for ticket in await work.unit.tickets.unrouted(DELIVERED_AT_ONCE)
        if work.services.group_of(ticket.team_id) is None
    ]
    if not waiting:
        return
    teams = sorted({ticket.team_id for ticket in waiting if ticket.team_id})
    for admin in sorted(work.services.admins):
        language = await reader_language(work, admin)
        text = work.services.words.say(language, "desk.unrouted", n=len(waiting))
        typed = [f"/setup {team}" for team in teams[:TEAMS_NAMED]]
        # Each team that has none is told of on its own: one that was lacking yesterday hides none.
        key = f"unrouted:{timer.subject}:{','.join(teams)[:40]}:{admin}:{work.now:%Y-%m-%d}"
        work.say(admin, "\n".join([text, *typed]), purpose=Purpose.NOTE, dedupe=key)


async def deliver_unrouted_due(work: Work, timer: Timer) -> None:
    """Go on delivering what waited for a group."""
    group = work.services.group_at(int(timer.subject))
    if group is not None:
        await deliver_unrouted(work, group)


COMPOSERS: dict[str, Composer] = {
    **cards.COMPOSERS,
    **relay.COMPOSERS,
    **edits.COMPOSERS,
    **renames.COMPOSERS,
    **staying.COMPOSERS,
    **merging.COMPOSERS,
}
REPORTERS: dict[str, Reporter] = {**cards.REPORTERS, **relay.REPORTERS, **edits.REPORTERS}
TIMERS: dict[str, Callable[[Work, Timer], Awaitable[None]]] = {
    TimerKind.UNROUTED: unrouted_due,
    TimerKind.DELIVER_UNROUTED: deliver_unrouted_due,
}
"""What to do when a timer of this kind fires, by kind."""
