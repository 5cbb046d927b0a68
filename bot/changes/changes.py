"""Changes: what was done so that it does not happen again, from its title to its shipping.

Functions that may refuse return a `Refusal`; nothing is written then.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.changes import campaigns, drafts, notices, setback
from bot.changes.recurrence import measure
from bot.changes.views import ChangeFacts, ChangeViews
from bot.core.delivery import Call, Composer, Failure, Reporter
from bot.core.events import GroupMoved
from bot.core.rich import Rich, bold
from bot.core.words import language_of
from bot.core.work import Keyboard, Work, inline
from bot.desk import cards, endings
from bot.desk.speaking import (
    NO_PREVIEW,
    customer_names,
    record,
    to_ticket,
)
from flows.changes.changes import TOLD, act
from flows.changes.wording import as_title, guessed, split_title, wordings
from flows.changes.wording import language_of as first_language
from flows.entities import (
    Change,
    ChangeId,
    Group,
    Outgoing,
    Priority,
    SendResult,
    Ticket,
    TicketId,
)
from flows.entities.kinds import EntryKind, Purpose
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind
from flows.entities.states import UNRESOLVED
from flows.formatted import Entity, Formatted
from flows.languages import codes
from flows.themes.likeness import by_likeness

OFFERED = 40
"""Tickets offered to be added to a change."""
AT_ONCE = 10
"""Tickets that are ended while nothing else is done."""
SHOWN = 40
"""Tickets that are read for a card, of which there may be many more."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Tickets that were named by their numbers for a change."""

    free: Sequence[Ticket]
    """Those that belong to no change yet."""
    unknown: Sequence[int]
    """Numbers of tickets that are not in this group."""
    elsewhere: Sequence[Ticket]
    """Those that belong to another change."""
    there: Sequence[Ticket] = ()
    """Those that belong to this one already."""
    nobodys: Sequence[Ticket] = ()
    """Those whose customer was erased: there is nobody who could be told."""


async def start_change(work: Work, group: Group, by: Person, title: str = "") -> Change:
    """Begin a change in a group. Customers read the title: it must not come from a complaint."""
    change = Change(
        id=ChangeId(work.unit.new_id()),
        number=await work.unit.next_number("change"),
        title=as_title(title),
        created_at=work.now,
        state="proposed",
        author_id=by.id,
        author_name=by.name,
        group_chat_id=group.chat_id,
    )
    work.unit.add(change)
    return change


async def wanted(
    work: Work, group_chat_id: int, numbers: Sequence[int], change: Change | None = None
) -> Wanted:
    """Find tickets for a change, which may be still to be made."""
    found = await work.unit.tickets.by_numbers(numbers)
    here = {number: t for number, t in found.items() if t.group_chat_id == group_chat_id}
    named = list(dict.fromkeys(numbers))
    tickets = [here[number] for number in named if number in here]
    own = change.id if change is not None else None
    return Wanted(
        free=[each for each in tickets if each.change_id is None and each.chat_id],
        unknown=[number for number in named if number not in here],
        elsewhere=[ticket for ticket in tickets if ticket.change_id not in (None, own)],
        there=[each for each in tickets if own is not None and each.change_id == own],
        nobodys=[each for each in tickets if each.change_id is None and not each.chat_id],
    )


async def link(work: Work, change: Change, numbers: Sequence[int]) -> Wanted:
    """Add tickets by their numbers to a change that nobody has been told of."""
    found = await wanted(work, change.group_chat_id or 0, numbers, change)
    for ticket in found.free:
        await link_ticket(work, change, ticket)
    return found


async def link_ticket(work: Work, change: Change, ticket: Ticket, *, tell: bool = True) -> Ticket:
    """Add a ticket that has no change yet, and whose customer was not erased.

    Nothing is added while what is to be told is held back. Of a change that was told its customer
    is told at once, unless it is only to be counted (`tell`): it happened again although the change
    works, as far as is known.
    """
    is_free = ticket.change_id is None and bool(ticket.chat_id) and not change.held
    if not is_free or ticket.group_chat_id != change.group_chat_id:
        return ticket
    linked = replace(ticket, change_id=change.id, compared_at=None)
    work.unit.put(linked)
    record(work, linked, EntryKind.CHANGE, text=_views(work, change).name(change))
    await cards.update_card(work, linked)
    if tell and tells_late(change):
        await notices.tell(work, change, [linked])
        await end(work, change, [linked])
    return linked


def tells_late(change: Change) -> bool:
    """Whether a ticket that is added to a change now has its customer told at once."""
    return change.state in TOLD and change.state != "not_helped"


async def unlink_ticket(work: Work, change: Change, ticket: Ticket) -> Refusal | None:
    """Take a ticket out of a change that nobody has been told of."""
    moved = act(change, "unlink", work.now)
    if isinstance(moved, Refusal) or ticket.change_id != change.id:
        return moved if isinstance(moved, Refusal) else None
    free = replace(ticket, change_id=None, compared_at=None)
    work.unit.put(free)
    await cards.update_card(work, free)
    return None


async def entitle(work: Work, change: Change, title: str) -> Change | Refusal:
    """Put a title on a change, or another one; customers read it in the book and in asks."""
    named = act(change, "name", work.now, text=title)
    if isinstance(named, Refusal):
        return named
    work.unit.put(named)
    for ticket in await work.unit.tickets.of_change(change.id):
        if ticket.state in UNRESOLVED:
            await cards.update_card(work, ticket)
    return named


async def describe(
    work: Work, change: Change, text: str, entities: Sequence[Entity] = ()
) -> Change | Refusal:
    """Write down what we did, as customers will read it."""
    language = language_guessed(work, change, text)
    described = act(change, "describe", work.now, text=text, entities=entities, language=language)
    if not isinstance(described, Refusal):
        work.unit.put(described)
    return described


def language_guessed(work: Work, change: Change, text: str) -> str:
    """The language of a text that staff wrote for a change."""
    staff = work.services.language_at(change.group_chat_id)
    return guessed(text, change.language, staff, codes())


async def translate(
    work: Work, change: Change, language: str, text: str, entities: Sequence[Entity] = ()
) -> Change | Refusal:
    """Write a change in a language, its title in the first line if it has one.

    In its first language this is what `describe` and `entitle` do. Whoever was told before is not
    told again.
    """
    if language != first_language(change, work.services.staff_language):
        written = act(
            change, "translate", work.now, text=text, entities=entities, language=language
        )
        if not isinstance(written, Refusal):
            work.unit.put(written)
        return written
    title, said = split_title(Formatted(text, tuple(entities)), titled=bool(change.title))
    described = act(
        change, "describe", work.now, text=said.text, entities=said.entities, language=language
    )
    if isinstance(described, Refusal):
        return described
    work.unit.put(described)
    return await entitle(work, described, title) if title else described


def is_written_in(work: Work, change: Change, language: str) -> Change | Refusal:
    """Take note in which language the first text of a change is."""
    if language in wordings(change, work.services.staff_language):
        return Refusal("there")
    said = replace(change, language=language)
    work.unit.put(said)
    return said


async def end(work: Work, change: Change, tickets: Sequence[Ticket]) -> None:
    """Resolve what is still open with the change's text; the notice tells the customer."""
    by = Person(change.author_id, change.author_name)
    for position, ticket in enumerate(tickets):
        if position % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
        if ticket.state in UNRESOLVED:
            await endings.resolve(
                work, ticket, by, change.text, entities=change.entities, tell=False
            )
        else:
            to_ticket(work, ticket, bold(_views(work, change).name(change)))
            await cards.update_card(work, ticket)


# -- its card in the group --------------------------------------------------------------------


def show(
    work: Work,
    change: Change,
    view: str = "main",
    page: int = 0,
    *,
    new: bool = False,
    ticket: Ticket | None = None,
    by: Person | None = None,
) -> None:
    """Have the change's card posted (`new`, in a ticket's thread if one is given) or edited.

    `by`: in whose name drafts are shown.
    """
    if change.group_chat_id is None:
        return
    shown: dict[str, Any] = {"view": view, "page": page, "new": new}
    work.call(
        change.group_chat_id,
        "@change",
        shown | ({"by": [by.id, by.name]} if by else {}),
        purpose=Purpose.CHANGE,
        priority=Priority.RELAY,
        ticket=ticket,
        lane="" if ticket else f"change:{change.id}",
        subject=str(Ref(RefKind.CHANGE, change.id)),
    )


async def follow_group(work: Work, moved: GroupMoved) -> None:
    """Post the cards of changes that are still open once more, in the group that theirs became."""
    for change in await work.unit.changes.in_group(moved.old):
        followed = replace(change, group_chat_id=moved.new, card_message_id=None)
        work.unit.put(followed)
        if change.state not in TOLD:
            show(work, followed, new=True)


async def compose_change(work: Work, row: Outgoing) -> Call | None:
    """Show a change as it is now."""
    change = await change_of(work, row.subject)
    if change is None:
        return None
    text, keyboard = await _screen(work, change, row.params)
    params: dict[str, Any] = {**text.params(), **NO_PREVIEW, "reply_markup": inline(keyboard)}
    if row.params.get("new") or change.card_message_id is None:
        return Call("sendMessage", params)
    return Call("editMessageText", {**params, "message_id": change.card_message_id})


async def _screen(work: Work, change: Change, shown: Mapping[str, Any]) -> tuple[Rich, Keyboard]:
    view, page = str(shown.get("view", "main")), int(shown.get("page") or 0)
    if view == "drafts" and change.state not in TOLD and not change.held:
        by = Person(*shown.get("by", (change.owner_id, change.owner_name)))
        found = await drafts.screen(work, change, page, by)
        if found is not None:
            return found
    return _views(work, change).screen(await change_facts(work, change, view), view, page)


def _views(work: Work, change: Change) -> ChangeViews:
    return ChangeViews(work.services.words, work.services.language_at(change.group_chat_id))


async def change_of(work: Work, subject: str) -> Change | None:
    """The change that a row's subject names."""
    number = Ref.number(subject, RefKind.CHANGE)
    return None if number is None else await work.unit.get(Change, ChangeId(number))


async def change_facts(work: Work, change: Change, view: str = "main") -> ChangeFacts:
    """Gather what one of a change's screens shows.

    All of its tickets are read only to choose among them: there may be very many.
    """
    others: list[Ticket] = []
    if view == "tickets" and change.state not in TOLD:
        tickets = await work.unit.tickets.of_change(change.id)
        open_here = await work.unit.tickets.unresolved(change.group_chat_id, limit=500)
        free = [ticket for ticket in open_here if ticket.change_id is None]
        others = by_likeness(free, tickets, change.id)[:OFFERED]
    else:
        tickets = await work.unit.telling.first_tickets(change.id, SHOWN)
    size = await work.unit.telling.size(change.id)
    left_out = await notices.left_out(work, change)
    return ChangeFacts(
        change=change,
        tickets=tickets,
        others=others,
        # Whoever was erased has no chat any more, and no name.
        names=await customer_names(work, [each for each in (*tickets, *others) if each.chat_id]),
        count=await notices.count(work, change),
        zone=work.services.config.brand.time_zone,
        staff=work.services.staff_language,
        readers=await readers_of(work, change),
        languages=codes(),
        measured=await measure(work, change),
        setback=await setback.preview(work, change),
        complaints=(await work.unit.changes.count_tickets([change.id])).get(change.id, 0),
        people=size.people,
        left_out=len(left_out),
        campaign=await campaigns.line(work, change),
    )


async def readers_of(work: Work, change: Change) -> dict[str, int]:
    """How many of the people behind a change read which language, most people first."""
    default = work.services.config.brand.default_language
    counts: dict[str, int] = {}
    for own, code, people in await work.unit.telling.spoken(change.id):
        language = language_of(own, code, default=default)
        counts[language] = counts.get(language, 0) + people
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


async def report_change(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Remember which message a change's card is; the one before it loses its buttons.

    One that reached the group just before it became another one stayed behind.
    """
    change = await change_of(work, row.subject)
    if change is None or result.message_id is None:
        return
    if change.group_chat_id == row.chat_id:
        work.unit.put(replace(change, card_message_id=result.message_id))
        if change.card_message_id not in (None, result.message_id):
            work.call(
                row.chat_id,
                "editMessageReplyMarkup",
                {"message_id": change.card_message_id},
                purpose=Purpose.MARK,
                priority=Priority.RELAY,
                lane=row.lane,
            )
    elif change.card_message_id is None:
        show(work, change, new=True)


async def linked_ticket(work: Work, change: Change, ticket_id: int) -> Ticket | None:
    """A ticket of the change's group by its id."""
    ticket = await work.unit.get(Ticket, TicketId(ticket_id))
    same = ticket is not None and ticket.group_chat_id == change.group_chat_id
    return ticket if same else None


COMPOSERS: dict[str, Composer] = {"@change": compose_change}
REPORTERS: dict[str, Reporter] = {Purpose.CHANGE: report_change}
