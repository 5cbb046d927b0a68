"""What staff write and press about changes."""

import re

from telegram import Message, Update

from bot.changes import changes, linking, outside, preview, telling
from bot.changes.changes import Wanted
from bot.changes.views import ChangeViews
from bot.core.callbacks import number
from bot.core.context import VersoContext
from bot.core.journal import note
from bot.core.tongues import tongue
from bot.core.work import Work
from bot.desk.speaking import staff_words
from bot.handlers.staff import buttons, closing
from bot.handlers.staff import telling as told
from bot.handlers.staff.buttons import Press
from bot.handlers.staff.parsing import (
    Heard,
    hash_numbers,
    heard,
    may,
    mention,
    prompt,
    reply,
    say,
    say_to_strangers,
    ticket_here,
    to_pass_on,
)
from bot.identity.erasure import LIST
from flows.changes.changes import TOLD
from flows.changes.outside import Outside
from flows.changes.outside import outside as outside_name
from flows.changes.wording import read_in, split_title
from flows.desk.rights import Deed
from flows.entities import Change, ChangeId, Group, Ticket
from flows.entities.lifecycle import Refusal
from flows.entities.refs import Ref, RefKind
from flows.entities.states import CHANGE_OPEN
from flows.formatted import Formatted
from flows.languages import codes

LISTED = 10
LEFT_OUT_NAMED = 20
VIEWS = ("main", "tickets", "language", "confirm", "details", "setback", "drafts")
MOST_PAGES = 10**6
_CHANGE = re.compile(r"[CcСс](\d{1,9})(?:\s+|$)")
"""Latin and Cyrillic letters look alike, and staff type either."""
_LANGUAGE = re.compile(r"([a-z]{2,3})\s+(?=\S)")


# -- /change ----------------------------------------------------------------------------------


async def change(update: Update, context: VersoContext) -> None:
    """Start a change; or show one, give it a title, and add or take out tickets."""
    at = await heard(context.work, update)
    if at is None:
        if update.effective_message is not None:
            say_to_strangers(context.work, update.effective_message, "desk.unbound")
        return
    if not await may(at, Deed.WORK if at.text.strip() else Deed.READ):
        return
    named = _CHANGE.match(at.text)
    if named is not None:
        await _existing(at, int(named[1]), at.text[named.end() :])
        return
    numbers, _, title = hash_numbers(at.text)
    ticket = await ticket_here(at)
    if title:
        await _start(at, title, numbers, ticket)
    else:
        await _explain(at)


async def _start(at: Heard, title: str, numbers: list[int], ticket: Ticket | None) -> None:
    """Begin a change, unless none of the tickets that it is meant for can belong to it."""
    if ticket is not None:
        numbers = [ticket.number, *numbers]
    wanted = await changes.wanted(at.work, at.group.chat_id, numbers)
    if numbers and not wanted.free:
        await _tell_left_out(at, wanted)
        return
    started = await changes.start_change(at.work, at.group, at.by, title)
    await _link(at, started, numbers)
    _show(at, started, ticket)


def _show(at: Heard, found: Change, ticket: Ticket | None) -> None:
    """Post a change's card where it was asked for."""
    changes.show(at.work, found, new=True, ticket=ticket)


async def _link(at: Heard, found: Change, numbers: list[int]) -> None:
    await _tell_left_out(at, await changes.link(at.work, found, numbers))


async def _tell_left_out(at: Heard, wanted: Wanted) -> None:
    """Say which tickets are not here, and to which other change each of the rest belongs."""
    if wanted.unknown:
        text = ", ".join(f"#{each}" for each in wanted.unknown[:LEFT_OUT_NAMED])
        say(at.work, at.message, "changes.no_tickets_here", numbers=text)
    parts = []
    for ticket in wanted.elsewhere[:LEFT_OUT_NAMED]:
        other = await at.work.unit.get(Change, ticket.change_id) if ticket.change_id else None
        parts.append(f"#{ticket.number} (C{other.number if other else '?'})")
    if parts:
        say(at.work, at.message, "changes.elsewhere_named", numbers=", ".join(parts))
    for key, tickets in (("link_there", wanted.there), ("link_nobodys", wanted.nobodys)):
        if tickets:
            text = ", ".join(f"#{ticket.number}" for ticket in tickets[:LEFT_OUT_NAMED])
            say(at.work, at.message, f"closing.{key}", numbers=text)


async def _existing(at: Heard, change_number: int, rest: str) -> None:
    found = await at.work.unit.changes.by_number(change_number)
    if found is None or found.group_chat_id != at.group.chat_id:
        say(at.work, at.message, "changes.no_such", number=change_number)
        return
    language = _LANGUAGE.match(rest)
    if language is not None and language[1] in codes():
        await _write(at, found, language[1], rest[language.end() :])
        return
    kept_at = outside_name(rest)
    if kept_at is not None:
        await _follow(at, found, kept_at)
        return
    wanted, unwanted, title = hash_numbers(rest)
    if title:
        named = await changes.entitle(at.work, found, title)
        found = found if isinstance(named, Refusal) else named
    if found.held and (wanted or unwanted):
        say(at.work, at.message, "changes.refused_held")
        return
    if found.state in TOLD and wanted:
        # Whom this tells is seen first.
        tickets = await changes.wanted(at.work, at.group.chat_id, wanted, found)
        await closing.propose(at, found, tickets)
        return
    await _link(at, found, wanted)
    for ticket in (await at.work.unit.tickets.by_numbers(unwanted)).values():
        refusal = await changes.unlink_ticket(at.work, found, ticket)
        if refusal is not None:
            say(at.work, at.message, f"changes.refused_{refusal.reason}")
            break
    _show(at, found, await ticket_here(at))


async def _follow(at: Heard, found: Change, kept_at: Outside) -> None:
    """Have a change wait for what its code is called at GitHub."""
    if found.state in TOLD:
        say(at.work, at.message, f"changes.refused_already_{found.state}")
        return
    is_done = await outside.follow(at.work, found, kept_at)
    key = "changes.follows_done" if is_done else "changes.follows"
    text = staff_words(
        at.work, at.group, key, what=kept_at, link=kept_at.link, change=f"C{found.number}"
    )
    reply(at.work, at.message, text)


async def _write(at: Heard, found: Change, language: str, text: str) -> None:
    """Write a change in a language: `/change C3 ru what we did`."""
    message = to_pass_on(at.message)
    said = Formatted(message.text, message.entities).ending(text)
    _show_written(
        at,
        await changes.translate(at.work, found, language, said.text, said.entities),
        await ticket_here(at),
    )


def _show_written(at: Heard, outcome: Change | Refusal, ticket: Ticket | None) -> None:
    """Show a change that a text was written for, or say why it was not taken."""
    if isinstance(outcome, Refusal):
        say(at.work, at.message, f"changes.refused_{outcome.reason}")
        return
    if outcome.state in TOLD:
        say(at.work, at.message, "readers.added_late")
    _show(at, outcome, ticket)


async def _explain(at: Heard) -> None:
    lines = [staff_words(at.work, at.group, "changes.usage")]
    open_ones = await at.work.unit.changes.in_states(CHANGE_OPEN)
    here = [each for each in open_ones if each.group_chat_id == at.group.chat_id]
    if here:
        lines += ["", staff_words(at.work, at.group, "changes.open_ones")]
        views = ChangeViews(at.work.services.words, at.work.services.language_at(at.group))
        for each in here[:LISTED]:
            tickets = await at.work.unit.tickets.of_change(each.id)
            lines.append(views.name(each, [ticket.number for ticket in tickets]))
    reply(at.work, at.message, "\n".join(lines))


# -- texts that were asked for ------------------------------------------------------------------


async def prompted(at: Heard, wanted: Ref) -> None:
    """Take the text of a change, or the reason why it will not be done."""
    change_id, language = _wanted(wanted)
    found = await _of_group(at.work, at.group, change_id)
    needed = Deed.SHIP if wanted.kind in _SHIPPING else Deed.WORK
    if found is None or not await may(at, needed):
        return
    said = to_pass_on(at.message)
    if wanted.kind is RefKind.DRAFT:
        await told.prompted(at, found, language, said.text, said.entities)
        return
    if wanted.kind is RefKind.WORDING:
        written = await changes.translate(at.work, found, language, said.text, said.entities)
        _show_written(at, written, await ticket_here(at))
        return
    outcome: Change | Refusal | None
    if wanted.kind is RefKind.TEXT:
        outcome = await changes.describe(at.work, found, said.text, said.entities)
    elif wanted.kind is RefKind.DECLINE:
        outcome = await telling.hold_to_decline(at.work, found, at.by, said.text, said.entities)
    else:
        outcome = await closing.prompted(at, wanted, found, said.text)
    if isinstance(outcome, Refusal):
        say(at.work, at.message, f"changes.refused_{outcome.reason}")
    if outcome is None or isinstance(outcome, Refusal):
        return
    if wanted.kind is RefKind.DECLINE:
        note(at.work, f"staff:{at.by.id}", "change_declined", Ref(RefKind.CHANGE, found.id))
    changes.show(at.work, outcome, new=True, ticket=await ticket_here(at))


_SHIPPING = frozenset({RefKind.DECLINE, RefKind.CAUSE, RefKind.DRAFT})
"""Prompts whose answer says to many what became of a change, or settles it."""


def _wanted(about: Ref) -> tuple[int | None, str]:
    """The id of the change that a prompt was about, and the language or the person."""
    change_id, _, language = str(about.id).partition("/")
    return (int(change_id) if change_id.isdecimal() else None), language


async def says_so(at: Heard, subject: str) -> bool:
    """Tell whether a change that a prompt was about has the text of a message that was edited."""
    about = Ref.parse(subject)
    if about is None or about.kind not in (RefKind.TEXT, RefKind.DECLINE, RefKind.WORDING):
        return False
    change_id, language = _wanted(about)
    found, said = await _of_group(at.work, at.group, change_id), to_pass_on(at.message)
    if found is None:
        return False
    now = Formatted(said.text, said.entities).stripped()
    if not language:
        return now == Formatted(found.text, tuple(found.entities))
    known = read_in(found, language, at.work.services.staff_language)
    title, text = split_title(now, titled=bool(found.title))
    return (title, text) == (known.title, Formatted(known.text, known.entities))


async def _of_group(work: Work, group: Group, change_id: int | None) -> Change | None:
    found = await work.unit.get(Change, ChangeId(change_id)) if change_id is not None else None
    return found if found and found.group_chat_id == group.chat_id else None


# -- buttons ----------------------------------------------------------------------------------


async def pressed(update: Update, context: VersoContext) -> None:
    """Do what a button of a change says."""
    press = await buttons.press_of(context.work, update)
    if press is None:
        return
    action, *rest = press.arguments
    if action in ("link", "list", "lateoff"):
        if await buttons.may(press, Deed.READ):
            await closing.listed(press, action, rest)
        return
    if not await buttons.may(press, _DEEDS.get(action, Deed.READ)):
        return
    found = await _of_group(press.work, press.group, number(rest[0]) if rest else None)
    if found is None:
        press.answer("desk.forged", alert=True)
        return
    await _act(press, found, action, rest[1:])


_DEEDS = {
    "show": Deed.READ,
    "preview": Deed.READ,
    "text": Deed.WORK,
    "write": Deed.WORK,
    "language": Deed.WORK,
    "add": Deed.WORK,
    "remove": Deed.WORK,
    "decline": Deed.SHIP,
    **told.DEEDS,
    **closing.DEEDS,
}
"""What the buttons of a change do, as far as rights go."""


async def _act(press: Press, found: Change, action: str, rest: list[str]) -> None:
    if action in closing.DEEDS:
        await closing.pressed(press, found, action, rest)
        return
    if action in told.DEEDS:
        await told.pressed(press, found, action, rest)
        return
    match action:
        case "card":
            changes.show(press.work, found, new=True)
            press.answer("changes.ok_shown")
        case "show" if rest and rest[0] in VIEWS:
            changes.show(press.work, found, rest[0], _page(rest[1:]), by=press.by)
            press.work.answer(press.query.id)
        case "text" | "decline":
            _ask(press, found, action)
        case "write" | "language" if rest and rest[0] in codes():
            (_ask_in if action == "write" else _note_language)(press, found, rest[0])
        case "add" | "remove":
            await _toggle(press, found, action, rest)
        case "preview":
            await _preview(press, found)
        case _:
            press.answer("desk.unclear", alert=True)


def _page(rest: list[str]) -> int:
    page = number(rest[0]) if rest else 0
    return min(max(0, page or 0), MOST_PAGES)


def _ask(press: Press, found: Change, action: str) -> None:
    if found.state not in CHANGE_OPEN or found.held:
        key = "changes.refused_held" if found.held else f"changes.refused_already_{found.state}"
        press.answer(key, alert=True)
        return
    text = staff_words(
        press.work, press.group, f"changes.{action}_prompt", mention=mention(press.by)
    )
    _prompt(press, text, Ref(RefKind(action), found.id))


def _ask_in(press: Press, found: Change, language: str) -> None:
    """Ask for a change's text in a language that somebody behind it reads."""
    key = "prompt_titled" if found.title else "prompt"
    key = "prompt_declined" if found.state == "declined" else key
    name = tongue(press.work.services.words, press.work.services.language_at(press.group), language)
    text = staff_words(
        press.work, press.group, f"readers.{key}", mention=mention(press.by), tongue=name
    )
    _prompt(press, text, Ref(RefKind.WORDING, f"{found.id}/{language}"))


def _note_language(press: Press, found: Change, language: str) -> None:
    """Take note in which language a change was written."""
    name = tongue(press.work.services.words, press.work.services.language_at(press.group), language)
    outcome = changes.is_written_in(press.work, found, language)
    if isinstance(outcome, Refusal):
        press.answer(f"readers.{outcome.reason}", alert=True, tongue=name)
        return
    press.answer("readers.ok_language", tongue=name)
    changes.show(press.work, outcome)


def _prompt(press: Press, text: str, about: Ref) -> None:
    """Ask for a text, as a reply to the card on which the button was pressed."""
    message = press.query.message
    prompt(
        press.work,
        press.group.chat_id,
        text,
        staff_words(press.work, press.group, "changes.placeholder"),
        about,
        ticket=None,
        by=press.by,
        reply_to=message if isinstance(message, Message) else None,
    )
    press.answer("changes.ok_prompt")


async def _toggle(press: Press, found: Change, action: str, rest: list[str]) -> None:
    ticket_id = number(rest[0]) if rest else None
    ticket = None
    if ticket_id is not None:
        ticket = await changes.linked_ticket(press.work, found, ticket_id)
    if ticket is None or found.held:
        press.answer("changes.refused_held" if ticket else "desk.forged", alert=True)
        return
    if action == "add" and found.state in TOLD:
        # The card is an old one: whom this tells is to be seen first.
        wanted = await changes.wanted(press.work, press.group.chat_id, [ticket.number], found)
        text, keyboard = await linking.propose(press.work, found, wanted)
        if isinstance(press.query.message, Message):
            reply(press.work, press.query.message, text, keyboard=keyboard, subject=LIST)
        press.answer("changes.ok_preview")
        return
    if action == "add":
        linked = await changes.link_ticket(press.work, found, ticket)
        if linked.change_id != found.id:
            press.answer("changes.elsewhere", alert=True, numbers=f"#{ticket.number}")
            return
    else:
        refusal = await changes.unlink_ticket(press.work, found, ticket)
        if refusal is not None:
            press.answer(f"changes.refused_{refusal.reason}", alert=True)
            return
    key = "changes.ok_added" if action == "add" else "changes.ok_removed"
    press.answer(key, number=ticket.number)
    changes.show(press.work, found, "tickets", _page(rest[1:]))


async def _preview(press: Press, found: Change) -> None:
    """Show what the first customers of each language would read now, and what all others may."""
    read = await preview.proof(press.work, found, press.by)
    if isinstance(read, Refusal):
        press.answer(f"changes.refused_{read.reason}", alert=True)
        return
    message = press.query.message
    if isinstance(message, Message):
        for each in read:
            reply(press.work, message, each, subject=str(Ref(RefKind.CHANGE, found.id)))
    press.answer("changes.ok_preview")
