"""Themes: complaints that describe the same, put together by staff.

A complaint belongs to at most one. Functions that may refuse return a `Refusal`; nothing is
written then.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.events import GroupMoved, ThemeLinked, ThemeMerged, ThemeUnlinked
from bot.core.journal import note
from bot.core.work import Work
from bot.desk import cards
from flows.entities import Group, Theme, ThemeId, Ticket, TicketId
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind
from flows.entities.states import UNRESOLVED
from flows.themes.naming import entitled

SPLIT_WITH = 10
"""Complaints of a theme that may leave it together with one that they are like."""


def _note(work: Work, by: Person, kind: str, theme: Theme, to: str = "") -> None:
    named = to or f"T{theme.number}"
    note(work, f"staff:{by.id}", kind, Ref(RefKind.THEME, theme.id), to=named)


async def begin(
    work: Work, group: Group, by: Person, tickets: Sequence[Ticket], name: str = ""
) -> Theme:
    """Begin a theme with complaints of a group; without a name it is called by what they say."""
    theme = Theme(
        id=ThemeId(work.unit.new_id()),
        number=await work.unit.next_number("theme"),
        name=entitled(name),
        created_at=work.now,
        group_chat_id=group.chat_id,
        suggested=not entitled(name),
    )
    work.unit.add(theme)
    _note(work, by, "theme_begun", theme)
    for ticket in tickets:
        await link(work, theme, ticket)
    return theme


async def link(work: Work, theme: Theme, ticket: Ticket) -> Ticket | Refusal:
    """Have a complaint belong to a theme, and to no other one any more."""
    if ticket.group_chat_id != theme.group_chat_id:
        return Refusal("other_group")
    if theme.into_id is not None:
        return Refusal("merged")
    if ticket.theme_id == theme.id:
        return ticket
    linked = replace(ticket, theme_id=theme.id, compared_at=None)
    work.unit.put(linked)
    await _show(work, linked)
    await work.emit(ThemeLinked(linked, theme, ticket.theme_id))
    return linked


async def _show(work: Work, ticket: Ticket) -> None:
    """Bring a complaint's card up to date; of one that is done it is left as it is."""
    if ticket.state in UNRESOLVED:
        await cards.update_card(work, ticket)


async def unlink(work: Work, ticket: Ticket) -> Ticket:
    """Have a complaint belong to no theme."""
    if ticket.theme_id is None:
        return ticket
    free = replace(ticket, theme_id=None, compared_at=None)
    work.unit.put(free)
    await _show(work, free)
    await work.emit(ThemeUnlinked(free, ticket.theme_id))
    return free


async def together(
    work: Work, group: Group, by: Person, ticket: Ticket, other: Ticket
) -> Theme | Refusal:
    """Put two complaints into one theme: the other one's, else this one's, else a new one."""
    if {ticket.group_chat_id, other.group_chat_id} != {group.chat_id}:
        return Refusal("other_group")
    theme_id = other.theme_id or ticket.theme_id
    theme = await current(work, theme_id) if theme_id is not None else None
    if theme is None:
        return await begin(work, group, by, [other, ticket])
    for each in (other, ticket):
        await link(work, theme, each)
    return theme


async def current(work: Work, theme_id: ThemeId) -> Theme | None:
    """A theme, or the one that it was merged into."""
    theme = await work.unit.get(Theme, theme_id)
    while theme is not None and theme.into_id is not None:
        theme = await work.unit.get(Theme, theme.into_id)
    return theme


async def rename(work: Work, theme: Theme, by: Person, name: str) -> Theme | Refusal:
    """Call a theme otherwise; from now on the name follows nothing."""
    called = entitled(name)
    if not called:
        return Refusal("empty_name")
    renamed = replace(theme, name=called, suggested=False)
    work.unit.put(renamed)
    _note(work, by, "theme_named", theme, called)
    for ticket in await work.unit.themes.tickets_of(theme.id):
        await _show(work, ticket)
    return renamed


def look_after(work: Work, theme: Theme, by: Person | None) -> Theme:
    """Have somebody look after a theme; None: nobody."""
    owned = replace(theme, owner_id=by.id if by else None, owner_name=by.name if by else "")
    work.unit.put(owned)
    return owned


async def merge(work: Work, theme: Theme, into: Theme, by: Person) -> Theme | Refusal:
    """Have all complaints of a theme belong to another one of its group."""
    if theme.id == into.id:
        return Refusal("itself")
    if theme.group_chat_id != into.group_chat_id:
        return Refusal("other_group")
    if theme.into_id is not None or into.into_id is not None:
        return Refusal("merged")
    for ticket in await work.unit.themes.tickets_of(theme.id):
        await link(work, into, ticket)
    ended = replace(theme, into_id=into.id)
    work.unit.put(ended)
    _note(work, by, "theme_merged", theme, f"T{into.number}")
    await work.emit(ThemeMerged(ended, into))
    return into


async def split(
    work: Work, group: Group, theme: Theme, by: Person, ticket: Ticket
) -> Theme | Refusal:
    """Make a theme of its own of a complaint and of those of its theme that are most like it."""
    if ticket.theme_id != theme.id:
        return Refusal("not_in_it")
    mine = await work.unit.themes.tickets_of(theme.id)
    like = set(ticket.alike.get("tickets", ()))
    near = [each for each in mine if each.id in like or ticket.id in each.alike.get("tickets", ())]
    leaving = [ticket, *(each for each in near if each.id != ticket.id)][: SPLIT_WITH + 1]
    if len(leaving) == len(mine):
        leaving = [ticket]  # the others stay, or nothing would be split
    if len(mine) == 1:
        return Refusal("only_one")
    return await begin(work, group, by, leaving)


async def follow_group(work: Work, moved: GroupMoved) -> None:
    """Have the themes of a group that became another one belong to that one."""
    for theme in await work.unit.themes.in_group(moved.old):
        work.unit.put(replace(theme, group_chat_id=moved.new))


async def of_group(work: Work, group: Group, theme_id: int | None) -> Theme | None:
    """The theme of a group with this id, or the one that it was merged into."""
    theme = await current(work, ThemeId(theme_id)) if theme_id is not None else None
    return theme if theme is not None and theme.group_chat_id == group.chat_id else None


async def ticket_of_group(work: Work, group: Group, ticket_id: int | None) -> Ticket | None:
    """The ticket of a group with this id."""
    ticket = await work.unit.get(Ticket, TicketId(ticket_id)) if ticket_id is not None else None
    return ticket if ticket is not None and ticket.group_chat_id == group.chat_id else None
