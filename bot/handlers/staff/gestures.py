"""What staff press and write about second failures: the two boxes, the gesture."""

from collections.abc import Awaitable, Callable

from telegram import Update

from bot.core.context import VersoContext
from bot.desk import merging, rights
from bot.desk.speaking import staff_words
from bot.handlers.staff import buttons
from bot.handlers.staff.buttons import Press
from bot.handlers.staff.parsing import Heard, may, mention, prompt, say
from bot.recovery import second
from bot.recovery.granting import Above
from flows.desk.rights import Deed
from flows.entities import Remedy, Ticket, TicketId
from flows.entities.lifecycle import Refusal
from flows.entities.refs import Ref, RefKind
from flows.recovery.second import Box, wants_gesture

LONGEST = 1000
"""Characters of a gesture in somebody's own words, or of why there is none."""


async def pressed(update: Update, context: VersoContext) -> None:
    """Do what a button of a second failure says."""
    press = await buttons.press_of(context.work, update)
    if press is None:
        return
    action, *rest = press.arguments
    deed, do = _ACTIONS.get(action, (Deed.READ, None))
    if not await buttons.may(press, deed):
        return
    ticket = await buttons.ticket_of_press(press, rest)
    if do is None or ticket is None:
        press.answer("desk.unclear" if do is None else "desk.forged", alert=True)
        return
    await do(press, await merging.standing(press.work, ticket), rest[1:])


async def _box(press: Press, ticket: Ticket, rest: list[str]) -> None:
    known = {each.value: each for each in Box}
    if len(rest) != 2 or rest[0] not in known or rest[1] not in ("0", "1"):
        press.answer("desk.unclear", alert=True)
        return
    ticked = rest[1] == "1"
    done = await second.set_box(press.work, ticket, known[rest[0]], press.by, ticked=ticked)
    if isinstance(done, Refusal):
        press.answer(f"second.refused_{done.reason}", alert=True)
    else:
        press.answer(f"second.ok_{'ticked' if ticked else 'cleared'}")


async def _show(press: Press, ticket: Ticket, rest: list[str]) -> None:
    if await second.show_choices(press.work, ticket):
        press.answer("remedies.ok_shown")
    else:
        press.answer("second.refused_decided", alert=True)


async def _give(press: Press, ticket: Ticket, rest: list[str]) -> None:
    option = rest[0] if rest else ""
    outcome = await second.give(press.work, ticket, option, press.by, press.standing.role)
    if isinstance(outcome, Above):
        names = ", ".join(await rights.holders(press.work, press.group, outcome.role)) or "?"
        press.answer("remedies.needs_more", alert=True, names=names)
    elif isinstance(outcome, Refusal):
        press.answer(_refused(outcome), alert=True, name="")
    else:
        press.answer(_granted(outcome))


async def _ask_own(press: Press, ticket: Ticket, rest: list[str]) -> None:
    _ask(press, ticket, RefKind.GESTURE_OWN, "own")


async def _ask_not(press: Press, ticket: Ticket, rest: list[str]) -> None:
    _ask(press, ticket, RefKind.GESTURE_NOT, "not")


def _ask(press: Press, ticket: Ticket, kind: RefKind, key: str) -> None:
    if not wants_gesture(ticket):
        press.answer("second.refused_decided", alert=True)
        return
    work, group = press.work, press.group
    values = {"mention": mention(press.by), "number": ticket.number}
    text = staff_words(work, group, f"second.prompt_{key}", **values)
    placeholder = staff_words(work, group, "remedies.placeholder_why")
    about = Ref(kind, ticket.id)
    prompt(work, group.chat_id, text, placeholder, about, ticket=ticket, by=press.by)
    press.answer("remedies.ok_prompt")


async def prompted(at: Heard, wanted: Ref) -> None:
    """Take the gesture, or the word why there is none, that a prompt asked for."""
    ticket = await at.work.unit.get(Ticket, TicketId(int(wanted.id)))
    if ticket is None or ticket.group_chat_id != at.group.chat_id:
        return
    if not await may(at, Deed.ALLOW):
        return
    text = (at.message.text or at.message.caption or "")[:LONGEST]
    if wanted.kind is RefKind.GESTURE_NOT:
        declined = await second.decline(at.work, ticket, at.by, text)
        if isinstance(declined, Refusal):
            say(at.work, at.message, _refused(declined), name="")
        return
    outcome = await second.give_own(at.work, ticket, text, at.by, at.standing.role)
    if isinstance(outcome, Refusal):
        say(at.work, at.message, _refused(outcome), name="")


def _granted(remedy: Remedy) -> str:
    return "second.ok_waits" if remedy.state == "awaiting" else "remedies.ok_granted"


def _refused(refusal: Refusal) -> str:
    own = refusal.reason in ("decided", "needs_word", "gone", "waits")
    return f"{'second' if own else 'remedies'}.refused_{refusal.reason}"


_ACTIONS: dict[str, tuple[Deed, Callable[[Press, Ticket, list[str]], Awaitable[None]]]] = {
    "box": (Deed.WORK, _box),
    "show": (Deed.ALLOW, _show),
    "give": (Deed.ALLOW, _give),
    "own": (Deed.ALLOW, _ask_own),
    "not": (Deed.ALLOW, _ask_not),
}
