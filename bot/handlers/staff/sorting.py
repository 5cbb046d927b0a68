"""What staff type and press to sort a ticket, to note something, and to part what it says."""

from collections.abc import Awaitable, Callable

from telegram import Message, Update

from bot.core.callbacks import number
from bot.core.context import VersoContext
from bot.core.names import display_safe
from bot.core.rich import Rich
from bot.core.work import Keyboard, inline
from bot.desk import notes, sorting, splitting
from bot.desk.sorting_views import NONE, SortingViews, titles
from bot.desk.speaking import NO_PREVIEW, staff_words, to_ticket
from bot.handlers.staff.buttons import Press, may, press_of, ticket_of_press
from bot.handlers.staff.parsing import (
    Heard,
    answer,
    command_at,
    leading_number,
    mention,
    prompt,
    reply,
    say,
    ticket_meant,
)
from bot.handlers.staff.parsing import may as may_say
from bot.identity.erasure import LIST
from flows.desk import tags
from flows.desk.rights import Deed
from flows.desk.splitting import why_not
from flows.entities import Entry, Ticket, TicketId
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Refusal
from flows.entities.refs import Ref, RefKind

MOST_CATEGORIES = 60
"""Buttons of categories; Telegram takes a hundred in one keyboard."""


def _views(at: Heard | Press) -> SortingViews:
    return SortingViews(at.work.services.words, at.work.services.language_at(at.group))


# -- what is typed -----------------------------------------------------------------------------


async def tag(update: Update, context: VersoContext) -> None:
    """Put tags on a ticket and take them off; show them, when none is typed."""
    found = await _meant(update, context, "tag")
    if found is None:
        return
    at, ticket, text = found
    wanted = tags.typed(text)
    if not (wanted.add or wanted.drop):
        offered = await sorting.in_use(at.work, at.group, ticket.tags)
        shown, keyboard = _views(at).tags(ticket, offered)
        reply(at.work, at.message, shown, keyboard=keyboard)
        return
    done = await sorting.tag(at.work, ticket, at.by, wanted.add, wanted.drop)
    if isinstance(done, Refusal):
        answer(at, done, most=tags.MOST)
    elif done.tags:
        say(at.work, at.message, "sorting.tagged", number=done.number, tags=tags.shown(done.tags))
    else:
        say(at.work, at.message, "sorting.untagged", number=done.number)


async def note(update: Update, context: VersoContext) -> None:
    """Keep a note: what is typed, or the message of a colleague that is replied to."""
    found = await _meant(update, context, "note")
    if found is None:
        return
    at, ticket, text = found
    await _note(at, ticket, text.strip() or _replied_words(at))


def _replied_words(at: Heard) -> str:
    """The words of a colleague that a message replies to."""
    replied = at.message.reply_to_message
    author = replied.from_user if replied is not None else None
    if replied is None or author is None or author.id == at.work.services.bot_id:
        return ""
    return replied.text or replied.caption or ""


async def noted(at: Heard, wanted: Ref) -> None:
    """Keep what replies to the question for a note."""
    ticket = await at.work.unit.get(Ticket, TicketId(int(wanted.id)))
    if ticket is None or ticket.group_chat_id != at.group.chat_id:
        say(at.work, at.message, "desk.forged")
    elif await may_say(at, Deed.WORK):
        await _note(at, ticket, at.message.text or at.message.caption or "")


async def _note(at: Heard, ticket: Ticket, text: str) -> None:
    place = at.message.chat.id, at.message.id
    done = await sorting.note(at.work, ticket, at.by, text, place)
    if isinstance(done, Refusal):
        answer(at, done, most=notes.LONGEST)
    else:
        say(at.work, at.message, "sorting.noted", number=done.number)


async def note_edited(at: Heard, ticket: Ticket, written: Entry, text: str) -> None:
    """Take over what a note says after its message was edited."""
    if not await may_say(at, Deed.WORK):
        return
    done = await sorting.amend_note(at.work, ticket, written, text)
    if done is not None:
        answer(at, done, most=notes.LONGEST)


async def severity(update: Update, context: VersoContext) -> None:
    """Say how bad a ticket is."""
    found = await _meant(update, context, "severity")
    if found is None:
        return
    at, ticket, text = found
    wanted = text.strip()
    if wanted in map(str, sorting.SEVERITIES):
        await sorting.rate(at.work, ticket, at.by, int(wanted))
        return
    shown, keyboard = _views(at).severities(ticket, list(sorting.SEVERITIES))
    reply(at.work, at.message, shown, keyboard=keyboard)


async def category(update: Update, context: VersoContext) -> None:
    """Say of what kind a ticket is."""
    found = await _meant(update, context, "category")
    if found is None:
        return
    at, ticket, text = found
    wanted = sorting.category_meant(at.work, text) if text.strip() else None
    if wanted is not None:
        await sorting.file(at.work, ticket, at.by, wanted)
    elif not at.work.services.config.every_category:
        say(at.work, at.message, "sorting.no_categories")
    else:
        shown, keyboard = _views(at).categories(ticket, _categories(at))
        reply(at.work, at.message, shown, keyboard=keyboard)


async def split(update: Update, context: VersoContext) -> None:
    """Offer a customer's messages, of which some go to a ticket of its own."""
    found = await _meant(update, context, "split")
    if found is None:
        return
    at, ticket, _ = found
    known = await splitting.messages(at.work, ticket)
    reason = why_not(ticket, known, [each.id for each in known[:1]])
    if reason is not None:
        answer(at, Refusal(reason))
        return
    chosen = await splitting.chosen(at.work, ticket)
    shown, keyboard = _views(at).choice(ticket, known, chosen, 0)
    reply(at.work, at.message, shown, keyboard=keyboard, subject=LIST)


async def _meant(
    update: Update, context: VersoContext, command: str
) -> tuple[Heard, Ticket, str] | None:
    """Where a command was typed, the ticket that it is about, and the rest of it."""
    at = await command_at(context.work, update, Deed.WORK)
    if at is None:
        return None
    typed, text = leading_number(at.text, bare=False)
    ticket = await ticket_meant(at, typed, command)
    return None if ticket is None else (at, ticket, text)


def _categories(at: Heard | Press) -> list[tuple[str, str]]:
    config, language = at.work.services.config, at.work.services.language_at(at.group)
    return titles(config.every_category, language, config.brand.default_language)[:MOST_CATEGORIES]


# -- what is pressed -----------------------------------------------------------------------------


async def pressed(update: Update, context: VersoContext) -> None:
    """Do what a button of a ticket's menu says."""
    press = await press_of(context.work, update)
    if press is None or not await may(press, Deed.WORK):
        return
    action, *rest = press.arguments
    ticket, do = await ticket_of_press(press, rest), _ACTIONS.get(action)
    if ticket is None or do is None:
        press.answer("desk.forged" if do is not None else "desk.unclear", alert=True)
        return
    await do(press, ticket, rest[1:])


async def _more(press: Press, ticket: Ticket, rest: list[str]) -> None:
    """Put the menu below the card."""
    shown, keyboard = _views(press).menu(ticket)
    to_ticket(press.work, ticket, shown, keyboard=keyboard)
    press.answer("sorting.ok_below")


async def _menu(press: Press, ticket: Ticket, rest: list[str]) -> None:
    _show(press, ticket, *_views(press).menu(ticket))
    press.work.answer(press.query.id)


async def _tags(press: Press, ticket: Ticket, rest: list[str]) -> None:
    offered = await sorting.in_use(press.work, press.group, ticket.tags)
    _show(press, ticket, *_views(press).tags(ticket, offered))
    press.work.answer(press.query.id)


async def _tag(press: Press, ticket: Ticket, rest: list[str]) -> None:
    """Put a tag on, or take it off."""
    tag_ = tags.cleaned(rest[0]) if rest else ""
    if not tag_:
        press.answer("desk.unclear", alert=True)
        return
    add, drop = ([], [tag_]) if tag_ in ticket.tags else ([tag_], [])
    done = await sorting.tag(press.work, ticket, press.by, add, drop)
    if isinstance(done, Refusal):
        press.answer(f"desk.refused_{done.reason}", alert=True, most=tags.MOST)
        return
    offered = await sorting.in_use(press.work, press.group, [*ticket.tags, tag_])
    _show(press, done, *_views(press).tags(done, offered))
    press.answer("desk.ok_waiting")


async def _bad(press: Press, ticket: Ticket, rest: list[str]) -> None:
    _show(press, ticket, *_views(press).severities(ticket, list(sorting.SEVERITIES)))
    press.work.answer(press.query.id)


async def _rate(press: Press, ticket: Ticket, rest: list[str]) -> None:
    wanted = number(rest[0]) if rest else None
    if wanted not in sorting.SEVERITIES:
        press.answer("desk.unclear", alert=True)
        return
    rated = await sorting.rate(press.work, ticket, press.by, wanted or 0)
    _show(press, rated, *_views(press).menu(rated))
    press.answer("desk.ok_waiting")


async def _kinds(press: Press, ticket: Ticket, rest: list[str]) -> None:
    if not press.work.services.config.every_category:
        press.answer("sorting.no_categories", alert=True)
        return
    _show(press, ticket, *_views(press).categories(ticket, _categories(press)))
    press.work.answer(press.query.id)


async def _file(press: Press, ticket: Ticket, rest: list[str]) -> None:
    if not rest or rest[0] not in {id_ for id_, _ in _categories(press)}:
        press.answer("desk.unclear", alert=True)
        return
    filed = await sorting.file(press.work, ticket, press.by, rest[0])
    _show(press, filed, *_views(press).menu(filed))
    press.answer("desk.ok_waiting")


async def _ask_note(press: Press, ticket: Ticket, rest: list[str]) -> None:
    text = staff_words(
        press.work,
        press.group,
        "sorting.note_prompt",
        mention=mention(press.by),
        number=ticket.number,
    )
    prompt(
        press.work,
        press.group.chat_id,
        text,
        staff_words(press.work, press.group, "sorting.note_placeholder"),
        Ref(RefKind.NOTE, ticket.id),
        ticket=ticket,
        by=press.by,
    )
    press.answer("desk.ok_resolve")


# -- parting ------------------------------------------------------------------------------------


async def _choose(press: Press, ticket: Ticket, rest: list[str]) -> None:
    """Show the messages, from some page on."""
    page = (number(rest[0]) if rest else 0) or 0
    known = await splitting.messages(press.work, ticket)
    reason = why_not(ticket, known, [each.id for each in known[:1]])
    if reason is not None:
        press.answer(f"desk.refused_{reason}", alert=True)
        return
    chosen = await splitting.chosen(press.work, ticket)
    _show(press, ticket, *_views(press).choice(ticket, known, chosen, page))
    press.work.answer(press.query.id)


async def _pick(press: Press, ticket: Ticket, rest: list[str]) -> None:
    message = number(rest[0]) if rest else None
    if message is None or not await splitting.choose(press.work, ticket, message):
        press.answer("sorting.split_gone", alert=True)
        return
    await _choose(press, ticket, rest[1:])


async def _part(press: Press, ticket: Ticket, rest: list[str]) -> None:
    """Ask of what kind the new ticket is."""
    known = await splitting.messages(press.work, ticket)
    chosen = await splitting.chosen(press.work, ticket)
    reason = why_not(ticket, known, chosen)
    if reason is not None:
        press.answer(f"desk.refused_{reason}", alert=True)
        return
    _show(press, ticket, *_views(press).kinds_of_new(ticket, len(chosen), _categories(press)))
    press.work.answer(press.query.id)


async def _as(press: Press, ticket: Ticket, rest: list[str]) -> None:
    """Open the new ticket."""
    kind = rest[0] if rest else NONE
    if kind != NONE and kind not in {id_ for id_, _ in _categories(press)}:
        press.answer("desk.unclear", alert=True)
        return
    chosen = await splitting.chosen(press.work, ticket)
    new = await splitting.split(press.work, ticket, press.by, chosen, "" if kind == NONE else kind)
    if isinstance(new, Refusal):
        press.answer(f"desk.refused_{new.reason}", alert=True)
        return
    name, opened = display_safe(press.by.name), f"#{new.number}"
    done = staff_words(press.work, press.group, "sorting.split", name=name, number=opened)
    _show(press, ticket, Rich() + done, [])
    press.answer("sorting.ok_split", number=opened)


def _show(press: Press, ticket: Ticket, text: Rich, keyboard: Keyboard) -> None:
    """Put this in the place of what was pressed; below the card, where that stayed behind."""
    shown = press.query.message
    if not isinstance(shown, Message) or shown.chat.id != press.group.chat_id:
        to_ticket(press.work, ticket, text, keyboard=keyboard)
        return
    params = {**text.params(), **NO_PREVIEW, "reply_markup": inline(keyboard)}
    press.work.call(
        press.group.chat_id,
        "editMessageText",
        {**params, "message_id": shown.message_id},
        purpose=Purpose.NOTE,
        ticket=ticket,
    )


_ACTIONS: dict[str, Callable[[Press, Ticket, list[str]], Awaitable[None]]] = {
    "more": _more,
    "menu": _menu,
    "tags": _tags,
    "tag": _tag,
    "bad": _bad,
    "rate": _rate,
    "kinds": _kinds,
    "file": _file,
    "note": _ask_note,
    "split": _choose,
    "pick": _pick,
    "part": _part,
    "as": _as,
}
