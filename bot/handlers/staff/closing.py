"""What staff write and press to link complaints in bulk, and how changes come along."""

import re

from telegram import Message, Update

from bot.changes import changes, linking, progress, setback
from bot.changes.changes import Wanted
from bot.core.callbacks import number
from bot.core.context import VersoContext
from bot.core.journal import note
from bot.core.names import display_safe
from bot.core.work import Work, inline
from bot.desk import search
from bot.desk.speaking import NO_PREVIEW, staff_words
from bot.handlers.staff import telling as told
from bot.handlers.staff.buttons import Press, may
from bot.handlers.staff.owners import read_until
from bot.handlers.staff.parsing import Heard, command_at, mention, prompt, reply, say
from bot.identity.erasure import LIST
from flows.desk.rights import Deed
from flows.entities import Change, CustomerId, Priority
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Refusal
from flows.entities.refs import Ref, RefKind
from flows.entities.states import CHANGE_OPEN

LONGEST_SEARCH = 200
FOUND_MOST = 20
NAMED_MOST = 200
"""Complaints that one command may name."""
_CHANGE = re.compile(r"[CcСс](\d{1,9})(?:\s+|$)")
"""Latin and Cyrillic letters look alike, and staff type either."""
_NAMED = re.compile(r"(?:#|[TtТт]-?)?(\d{1,9})")
_SEPARATORS = re.compile(r"[\s,;]+")
_DASHES = frozenset("-–—")

MOVES = frozenset({"accept", "start", "own"})
"""Buttons that do what they say at once."""
ASKING = {"verify": RefKind.CAUSE, "place": RefKind.PLACE, "plan": RefKind.PLAN}
"""Buttons that ask for something first."""


# -- /link and /changes -------------------------------------------------------------------------


async def link(update: Update, context: VersoContext) -> None:
    """Show which complaints would be added to a change: by their numbers, or with some words."""
    at = await command_at(context.work, update, Deed.WORK)
    if at is None:
        return
    named = _CHANGE.match(at.text)
    rest = at.text[named.end() :].strip() if named else ""
    if named is None or not rest:
        say(at.work, at.message, "closing.link_usage")
        return
    change = await at.work.unit.changes.by_number(int(named[1]))
    if change is None or change.group_chat_id != at.group.chat_id:
        say(at.work, at.message, "changes.no_such", number=int(named[1]))
        return
    numbers = _numbers(rest) or await _found(at, rest)
    if numbers:
        wanted = await changes.wanted(at.work, at.group.chat_id, numbers[:NAMED_MOST], change)
        await propose(at, change, wanted)
    else:
        text = display_safe(rest[:LONGEST_SEARCH])
        say(at.work, at.message, "closing.link_nothing_found", text=text)


def _numbers(text: str) -> list[int]:
    """The numbers that a text consists of (`#12 T-15, 16`); none when it is words."""
    found = [_NAMED.fullmatch(part) for part in _SEPARATORS.split(text) if part]
    return [int(each[1]) for each in found if each] if all(found) else []


async def _found(at: Heard, words: str) -> list[int]:
    """The complaints in which something was said, apart from those of other changes."""
    found = await search.find(at.work, at.group, words[:LONGEST_SEARCH], FOUND_MOST)
    return [ticket.number for ticket in found]


async def propose(at: Heard, change: Change, wanted: Wanted) -> None:
    """Show what would be added, with a button that does it."""
    text, keyboard = await linking.propose(at.work, change, wanted)
    reply(at.work, at.message, text, keyboard=keyboard, subject=LIST)


async def list_(update: Update, context: VersoContext) -> None:
    """List the changes of the group, with how far each is and whether it helped."""
    at = await command_at(context.work, update, Deed.READ)
    if at is not None:
        text, keyboard = await progress.listing(at.work, at.group.chat_id, 0)
        reply(at.work, at.message, text, keyboard=keyboard)


# -- texts that were asked for ------------------------------------------------------------------


async def prompted(at: Heard, wanted: Ref, change: Change, text: str) -> Change | Refusal | None:
    """Take a root cause, a place or a day; None: it was no day, and they have read so."""
    if wanted.kind is RefKind.CAUSE:
        verified = await progress.verify(at.work, change, at.by, text)
        if not isinstance(verified, Refusal):
            note(at.work, f"staff:{at.by.id}", "change_verified", Ref(RefKind.CHANGE, change.id))
        return verified
    if wanted.kind is RefKind.PLACE:
        return await progress.move(at.work, change, "place", at.by, text=text)
    zone = at.work.services.config.brand.time_zone
    until = read_until(text, at.work.now, zone)
    if until is None and text.strip() not in _DASHES:
        say(at.work, at.message, "closing.no_day")
        return None
    return await progress.move(at.work, change, "plan", at.by, until=until)


# -- buttons ----------------------------------------------------------------------------------

DEEDS = {
    "accept": Deed.WORK,
    "start": Deed.WORK,
    "own": Deed.WORK,
    "place": Deed.WORK,
    "plan": Deed.WORK,
    "verify": Deed.SHIP,
    "fail": Deed.SHIP,
    "leave": Deed.SHIP,
    "setback": Deed.SHIP,
}
"""What the buttons do, as far as rights go."""


async def listed(press: Press, action: str, rest: list[str]) -> None:
    """Do what a button below a list or a proposal says: turn the page, or add what is shown."""
    if action == "list":
        await _turn(press, number(rest[0]) if rest else None)
        return
    if action == "lateoff":
        if await may(press, Deed.SHIP):
            await told.call_late_off(press, rest)
        return
    proposal = (number(rest[0]) if rest else None) or 0
    found = await linking.proposed(press.work, proposal)
    if found is None:
        press.answer("closing.link_old", alert=True)
        return
    change, _ = found
    if change.group_chat_id != press.group.chat_id:
        press.answer("desk.forged", alert=True)
        return
    tell = rest[1:] == ["tell"]
    tells = tell and changes.tells_late(change)
    if not await may(press, Deed.SHIP if tells else Deed.WORK):
        return
    if change.held:
        press.answer("changes.refused_held", alert=True)
        return
    if tells:
        await told.hold_late(press, change, proposal)
        return
    # A change that was told meanwhile tells nobody whom the proposal did not name.
    added = await linking.add(press.work, proposal, tell=False)
    if added is None:
        press.answer("closing.link_old", alert=True)
        return
    press.answer("closing.linked", n=added.tickets)


async def _turn(press: Press, page: int | None) -> None:
    text, keyboard = await progress.listing(press.work, press.group.chat_id, max(0, page or 0))
    shown = press.query.message
    if shown is not None and shown.chat.id == press.group.chat_id:
        params = {**text.params(), **NO_PREVIEW, "reply_markup": inline(keyboard)}
        press.work.call(
            press.group.chat_id,
            "editMessageText",
            {**params, "message_id": shown.message_id},
            purpose=Purpose.NOTE,
            priority=Priority.REPLY,
        )
    press.work.answer(press.query.id)


async def pressed(press: Press, found: Change, action: str, rest: list[str]) -> None:
    """Do what a button of a change's card says about how it comes along."""
    if action in MOVES:
        moved = await progress.move(press.work, found, action, press.by)
        _answer(press, moved, f"ok_{action}")
    elif action in ASKING:
        await _ask(press, found, action)
    elif action == "fail":
        failed = await progress.fail(press.work, found, press.by)
        if not isinstance(failed, Refusal):
            _note(press, "change_failed", found)
        _answer(press, failed, "ok_fail")
    elif action == "leave":
        await _leave(press, found, rest)
    else:
        await _tell(press, found)


def _answer(press: Press, outcome: Change | Refusal, key: str) -> None:
    if isinstance(outcome, Refusal):
        press.answer(f"changes.refused_{outcome.reason}", alert=True)
        return
    press.answer(f"closing.{key}")
    changes.show(press.work, outcome)


async def _ask(press: Press, found: Change, action: str) -> None:
    """Ask for a root cause, a place or a day, unless it could not be taken anyway."""
    refused = ""
    if action == "plan" and found.state not in CHANGE_OPEN:
        refused = f"already_{found.state}"
    if action == "verify":
        refused = await _why_not_verified(press.work, found)
    if refused:
        press.answer(f"changes.refused_{refused}", alert=True)
        return
    say_it, message = f"closing.{action}_prompt", press.query.message
    prompt(
        press.work,
        press.group.chat_id,
        staff_words(press.work, press.group, say_it, mention=mention(press.by)),
        staff_words(press.work, press.group, "closing.placeholder"),
        Ref(ASKING[action], found.id),
        ticket=None,
        by=press.by,
        reply_to=message if isinstance(message, Message) else None,
    )
    press.answer("changes.ok_prompt")


async def _why_not_verified(work: Work, found: Change) -> str:
    if found.state in CHANGE_OPEN:
        return "not_shipped"
    if found.state != "shipped":
        return f"already_{found.state}"
    return "" if await progress.confirmations(work, found) else "unconfirmed"


async def _leave(press: Press, found: Change, rest: list[str]) -> None:
    customer_id = number(rest[0]) if rest else None
    page = (number(rest[1]) if len(rest) > 1 else 0) or 0
    known = customer_id is not None and await setback.leave_out(
        press.work, found, CustomerId(customer_id)
    )
    if not known:
        press.answer("closing.link_old", alert=True)
        return
    changes.show(press.work, found, "setback", min(max(0, page), 1000))
    press.work.answer(press.query.id)


async def _tell(press: Press, found: Change) -> None:
    told = await setback.tell(press.work, found)
    if isinstance(told, Refusal):
        press.answer(f"changes.refused_{told.reason}", alert=True)
        return
    _note(press, "setback_told", found)
    press.answer("closing.ok_setback", n=told)
    changes.show(press.work, found)


def _note(press: Press, kind: str, found: Change) -> None:
    note(press.work, f"staff:{press.query.from_user.id}", kind, Ref(RefKind.CHANGE, found.id))
