"""What staff write and press about themes, and about what a complaint belongs to."""

import re
from collections.abc import Sequence

from telegram import Message, Update

from bot.changes import changes
from bot.core.callbacks import number
from bot.core.context import VersoContext
from bot.core.rich import Rich
from bot.core.work import Keyboard, Work, inline
from bot.desk import cards
from bot.desk.speaking import NO_PREVIEW, staff_words
from bot.handlers.staff import buttons
from bot.handlers.staff.buttons import Press
from bot.handlers.staff.parsing import (
    Heard,
    command_at,
    hash_numbers,
    may,
    mention,
    prompt,
    reply,
    say,
    ticket_here,
)
from bot.identity.erasure import LIST
from bot.themes import showing
from bot.themes import themes as use
from bot.themes.views import ALL, FILTERS, MAIN, TICKETS, VIEWS
from flows.desk.rights import Deed
from flows.entities import Change, ChangeId, Group, Theme, Ticket
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Refusal
from flows.entities.refs import Ref, RefKind

_THEME = re.compile(r"[TtТт](\d{1,9})(?:\s+|$)")
"""Latin and Cyrillic letters look alike, and staff type either."""
LINKED_AT_ONCE = 200
"""Complaints of a theme that one press puts into a change."""


# -- commands ---------------------------------------------------------------------------------


async def themes(update: Update, context: VersoContext) -> None:
    """List the group's themes."""
    at = await command_at(context.work, update, Deed.READ)
    if at is not None:
        text, keyboard = await showing.listing(at.work, at.group, ALL, 0)
        reply(at.work, at.message, text, keyboard=keyboard, subject=LIST)


async def theme(update: Update, context: VersoContext) -> None:
    """Show a theme, or begin one; call it otherwise, put complaints in, take them out, merge it."""
    at = await command_at(context.work, update, Deed.READ)
    if at is None or (at.text.strip() and not await may(at, Deed.WORK)):
        return
    named = _THEME.match(at.text)
    if named is not None:
        await _existing(at, int(named[1]), at.text[named.end() :])
        return
    numbers, _, name = hash_numbers(at.text)
    here = await ticket_here(at)
    if not at.text.strip():
        await _of_ticket(at, here)
        return
    found = await _numbered(at, [*([here.number] if here is not None else []), *numbers])
    if not found:
        say(at.work, at.message, "themes.needs_ticket")
        return
    await _show(at, await use.begin(at.work, at.group, at.by, found, name))


async def _of_ticket(at: Heard, here: Ticket | None) -> None:
    """Show the theme of the ticket in whose topic this is, or say how the command goes."""
    if here is not None and here.theme_id is not None:
        found = await use.of_group(at.work, at.group, here.theme_id)
        if found is not None:
            await _show(at, found)
            return
    say(at.work, at.message, "themes.usage")


async def _existing(at: Heard, theme_number: int, rest: str) -> None:
    found = await showing.by_number(at.work, at.group, theme_number)
    if found is None:
        say(at.work, at.message, "themes.no_such", number=theme_number)
        return
    other = _THEME.fullmatch(rest.strip())
    if other is not None:
        await _merge(at, found, int(other[1]))
        return
    wanted, unwanted, name = hash_numbers(rest)
    for ticket in await _numbered(at, wanted):
        await use.link(at.work, found, ticket)
    for ticket in await _numbered(at, unwanted):
        if ticket.theme_id == found.id:
            await use.unlink(at.work, ticket)
    if name:
        renamed = await use.rename(at.work, found, at.by, name)
        found = found if isinstance(renamed, Refusal) else renamed
    await _show(at, found)


async def _merge(at: Heard, found: Theme, other_number: int) -> None:
    """`/theme T5 T3`: the complaints of T3 belong to T5 from now on."""
    other = await showing.by_number(at.work, at.group, other_number)
    if other is None:
        say(at.work, at.message, "themes.no_such", number=other_number)
        return
    merged = await use.merge(at.work, other, found, at.by)
    if isinstance(merged, Refusal):
        say(at.work, at.message, f"themes.refused_{merged.reason}")
        return
    await _show(at, merged)


async def _numbered(at: Heard, numbers: Sequence[int]) -> list[Ticket]:
    """The tickets of this group with these numbers; of others it is said that they are not."""
    known = await at.work.unit.tickets.by_numbers(list(dict.fromkeys(numbers)))
    here = {n: t for n, t in known.items() if t.group_chat_id == at.group.chat_id}
    missing = [each for each in dict.fromkeys(numbers) if each not in here]
    if missing:
        text = ", ".join(f"#{each}" for each in missing[:20])
        say(at.work, at.message, "changes.no_tickets_here", numbers=text)
    return [here[each] for each in dict.fromkeys(numbers) if each in here]


async def _show(at: Heard, found: Theme) -> None:
    """Post a theme's card where it was asked for."""
    facts = await showing.facts_of(at.work, found)
    text, keyboard = showing.views_of(at.work, at.group).screen(facts, MAIN, 0)
    reply(at.work, at.message, text, keyboard=keyboard, subject=LIST)


async def prompted(at: Heard, wanted: Ref) -> None:
    """Take the name of a theme that a prompt asked for."""
    found = await use.of_group(at.work, at.group, int(wanted.id))
    if found is None or not await may(at, Deed.WORK):
        return
    renamed = await use.rename(at.work, found, at.by, at.message.text or at.message.caption or "")
    if isinstance(renamed, Refusal):
        say(at.work, at.message, f"themes.refused_{renamed.reason}")
        return
    await _show(at, renamed)


# -- buttons of a ticket's card -------------------------------------------------------------------


async def pressed(update: Update, context: VersoContext) -> None:
    """Do what a button says about themes, or about what a complaint belongs to."""
    press = await buttons.press_of(context.work, update)
    if press is None:
        return
    action, *rest = press.arguments
    reads = action in ("show", "list", "open", "sure")
    if not await buttons.may(press, Deed.READ if reads else Deed.WORK):
        return
    ids = [number(each) for each in rest[:2]]
    if action == "list":
        which = rest[0] if rest and rest[0] in FILTERS else ALL
        screen = await showing.listing(press.work, press.group, which, _page(rest[1:]))
        await _put(press, *screen)
        press.work.answer(press.query.id)
    elif action in ("join", "with", "leave", "link", "unlink"):
        await _belong(press, action, *[*ids, None, None][:2])
    else:
        await _of_theme(press, action, rest)


def _page(rest: Sequence[str]) -> int:
    page = number(rest[0]) if rest else 0
    return min(max(0, page or 0), 1_000)


async def _belong(press: Press, action: str, ticket_id: int | None, other_id: int | None) -> None:
    """Put a complaint where its card says that it seems to belong, or take it out again."""
    work, group = press.work, press.group
    ticket = await use.ticket_of_group(work, group, ticket_id)
    done: object = None
    if ticket is not None and action == "with":
        other = await use.ticket_of_group(work, group, other_id)
        done = other and await use.together(work, group, press.by, ticket, other)
    elif ticket is not None and action == "join":
        theme = await use.of_group(work, group, other_id)
        done = theme and await use.link(work, theme, ticket)
    elif ticket is not None and action == "leave":
        done = await use.unlink(work, ticket)
    elif ticket is not None:
        done = await _change(work, group, action, ticket, other_id)
    if ticket is None or done is None:
        press.answer("desk.forged", alert=True)
    elif isinstance(done, Refusal):
        press.answer(f"themes.refused_{done.reason}", alert=True)
        await cards.update_card(work, ticket)  # the button has outlived what it offers
    else:
        press.answer("themes.ok_out" if action in ("leave", "unlink") else "themes.ok_in")


async def _change(
    work: Work, group: Group, action: str, ticket: Ticket, change_id: int | None
) -> Ticket | Refusal | None:
    """Add a complaint to a change that nobody was told of, or take it out."""
    change = await work.unit.get(Change, ChangeId(change_id)) if change_id is not None else None
    if change is None or change.group_chat_id != group.chat_id:
        return None
    if (
        change.held
        or change.shipped_at is not None
        or (action == "link" and ticket.change_id is not None)
    ):
        return Refusal("changed_meanwhile")
    if action == "link":
        return await changes.link_ticket(work, change, ticket)
    return await changes.unlink_ticket(work, change, ticket) or ticket


# -- buttons of themes ----------------------------------------------------------------------------


async def _of_theme(press: Press, action: str, rest: Sequence[str]) -> None:
    found = await use.of_group(press.work, press.group, number(rest[0]) if rest else None)
    if found is None:
        press.answer("desk.forged", alert=True)
        return
    match action:
        case "show" | "open":
            view = rest[1] if len(rest) > 1 and rest[1] in VIEWS else MAIN
            await _screen(press, found, view, _page(rest[2:]), new=action == "open")
            press.work.answer(press.query.id)
        case "own" | "free":
            owned = use.look_after(press.work, found, press.by if action == "own" else None)
            await _screen(press, owned)
            press.answer("themes.ok_own" if action == "own" else "themes.ok_free")
        case "name":
            _ask_name(press, found)
        case "change":
            await _begin_change(press, found)
        case "sure" | "merge":
            await _merge_pressed(press, found, action, number(rest[1]) if len(rest) > 1 else None)
        case "add" | "out" | "split":
            await _moved(press, found, action, rest[1:])
        case _:
            press.answer("desk.unclear", alert=True)


async def _screen(
    press: Press, found: Theme, view: str = MAIN, page: int = 0, *, new: bool = False
) -> None:
    facts = await showing.facts_of(press.work, found)
    text, keyboard = showing.views_of(press.work, press.group).screen(facts, view, page)
    await _put(press, text, keyboard, new=new)


async def _put(press: Press, text: Rich, keyboard: Keyboard, *, new: bool = False) -> None:
    """Show a screen in the place of the one on which a button was pressed, or below it (`new`)."""
    shown = press.query.message
    if isinstance(shown, Message) and (new or shown.chat.id != press.group.chat_id):
        reply(press.work, shown, text, keyboard=keyboard, subject=LIST)
    elif shown is not None:
        params = {**text.params(), **NO_PREVIEW, "message_id": shown.message_id}
        press.work.call(
            press.group.chat_id,
            "editMessageText",
            {**params, "reply_markup": inline(keyboard)},
            purpose=Purpose.NOTE,
        )


def _ask_name(press: Press, found: Theme) -> None:
    work, group, message = press.work, press.group, press.query.message
    prompt(
        work,
        group.chat_id,
        staff_words(work, group, "themes.name_prompt", mention=mention(press.by)),
        staff_words(work, group, "themes.name_placeholder"),
        Ref(RefKind.NAME, found.id),
        ticket=None,
        by=press.by,
        reply_to=message if isinstance(message, Message) else None,
    )
    press.answer("changes.ok_prompt")


async def _begin_change(press: Press, found: Theme) -> None:
    """Begin a change with all complaints of a theme that belong to none yet."""
    tickets = await press.work.unit.themes.tickets_of(found.id, LINKED_AT_ONCE)
    free = [ticket for ticket in tickets if ticket.change_id is None]
    if not free:
        press.answer("themes.refused_nothing_free", alert=True)
        return
    change = await changes.start_change(press.work, press.group, press.by)
    for ticket in reversed(free):
        await changes.link_ticket(press.work, change, ticket)
    changes.show(press.work, change, new=True)
    press.answer("changes.ok_shown")


async def _merge_pressed(press: Press, found: Theme, action: str, other_id: int | None) -> None:
    into = await use.of_group(press.work, press.group, other_id)
    if into is None:
        press.answer("desk.forged", alert=True)
        return
    if action == "sure":
        facts = await showing.facts_of(press.work, found)
        await _put(press, *showing.views_of(press.work, press.group).sure(facts, into))
        press.work.answer(press.query.id)
        return
    merged = await use.merge(press.work, found, into, press.by)
    if isinstance(merged, Refusal):
        press.answer(f"themes.refused_{merged.reason}", alert=True)
        return
    await _screen(press, merged)
    press.answer("themes.ok_merged")


async def _moved(press: Press, found: Theme, action: str, rest: Sequence[str]) -> None:
    """Put a complaint into a theme, take it out, or make a theme of its own of it."""
    ticket = await use.ticket_of_group(press.work, press.group, number(rest[0]) if rest else None)
    if ticket is None:
        press.answer("desk.forged", alert=True)
        return
    if action == "split":
        made = await use.split(press.work, press.group, found, press.by, ticket)
        if isinstance(made, Refusal):
            press.answer(f"themes.refused_{made.reason}", alert=True)
            return
        await _screen(press, made, new=True)
        press.answer("themes.ok_split", number=made.number)
    else:
        inside = ticket.theme_id == found.id
        if action == "add":
            await use.link(press.work, found, ticket)
        elif inside:
            await use.unlink(press.work, ticket)
        press.answer("themes.ok_in" if action == "add" else "themes.ok_out")
    await _screen(press, found, TICKETS, _page(rest[1:]))
