"""What staff write and press about remedies: granting, deciding, done, taken back."""

from collections.abc import Awaitable, Callable

from telegram import Message, Update

from bot.core.callbacks import number
from bot.core.context import VersoContext
from bot.core.names import display_safe
from bot.core.work import Work
from bot.desk import merging, rights
from bot.handlers.staff import buttons
from bot.handlers.staff.buttons import Press
from bot.handlers.staff.parsing import (
    Heard,
    command_at,
    leading_number,
    may,
    mention,
    prompt,
    reply,
    say,
    ticket_meant,
)
from bot.identity.erasure import LIST
from bot.recovery import afterwards, granting, saying
from bot.recovery.granting import Above, Choice
from flows.config import RemedyOption
from flows.desk.rights import Deed
from flows.entities import Group, Remedy, Ticket, TicketId
from flows.entities.kinds import Role
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind
from flows.money import Fault, Money, leading
from flows.recovery.remedies import STANDS, needs_amount

LONGEST_REASON = 500
Outcome = Remedy | Refusal | Above


# -- commands ---------------------------------------------------------------------------------


async def command(update: Update, context: VersoContext) -> None:
    """`/remedy`: show what may be granted; with its id, an amount and a reason, grant it."""
    at = await command_at(context.work, update, Deed.GRANT)
    if at is None:
        return
    wanted, text = leading_number(at.text, bare=True)
    ticket = await ticket_meant(at, wanted, "remedy")
    if ticket is None:
        return
    ticket = await merging.standing(at.work, ticket)
    remedy = await granting.offer(at.work, ticket)
    if isinstance(remedy, Refusal):
        _say_refusal(at, remedy, None)
        return
    name, _, rest = text.strip().partition(" ")
    if not name:
        await _show_menu(at.work, at.message, ticket, remedy)
        return
    options = await granting.options(at.work, ticket)
    option = next((each for each in options if each.id == name.lower()), None)
    if option is None:
        say(at.work, at.message, "remedies.unknown", name=display_safe(name))
        await _show_menu(at.work, at.message, ticket, remedy)
        return
    await _give_typed(at, remedy, ticket, option, rest)


async def _show_menu(work: Work, message: Message, ticket: Ticket, remedy: Remedy) -> None:
    views = saying.views_at(work, ticket)
    known = await work.unit.remedies.of_ticket(ticket.id)
    options = await granting.options(work, ticket)
    text, keyboard = views.menu(ticket.number, remedy, known, options)
    reply(work, message, text, keyboard=keyboard, subject=LIST)


async def _give_typed(
    at: Heard, remedy: Remedy, ticket: Ticket, option: RemedyOption, text: str
) -> None:
    """Grant what was typed: an amount where one is needed, and why."""
    amount: Money | None = None
    if needs_amount(option):
        read, text = leading(text, at.work.services.config.grants.usual_currency)
        if isinstance(read, Fault):
            say(at.work, at.message, f"remedies.amount_{read}")
            return
        amount = read
    await _give(at, remedy, ticket, option, amount, text)


async def _give(
    at: Heard,
    remedy: Remedy,
    ticket: Ticket,
    option: RemedyOption,
    amount: Money | None,
    reason: str,
) -> None:
    reason = reason.strip()[:LONGEST_REASON]
    choice = Choice(option, amount, reason, at.by, at.standing.role)
    outcome = await granting.give(at.work, remedy, ticket, choice)
    if isinstance(outcome, Above):
        _prompt_why(at.work, at.group, at.by, remedy, ticket, choice, outcome, at.message)
    elif isinstance(outcome, Refusal):
        _say_refusal(at, outcome, remedy)


def _say_refusal(at: Heard, refusal: Refusal, remedy: Remedy | None) -> None:
    say(at.work, at.message, f"remedies.refused_{refusal.reason}", name=_whose(at.work, remedy))


def _whose(work: Work, remedy: Remedy | None) -> str:
    """Who did what stands already."""
    if remedy is None:
        return ""
    decided = remedy.decided_by_name or remedy.asked_by_name
    return display_safe(decided) or work.services.config.brand.name


# -- prompts ----------------------------------------------------------------------------------


def _prompt_amount(press: Press, remedy: Remedy, ticket: Ticket, option: RemedyOption) -> None:
    work = press.work
    views = saying.views_at(work, ticket)
    text = views.say("prompt_amount", mention=mention(press.by), remedy=views.option(option))
    placeholder = views.say("placeholder_amount")
    about = Ref(RefKind.REMEDY_AMOUNT, f"{remedy.id}/{option.id}")
    _prompt(work, press.group, press.by, text, placeholder, about, _message_of(press))


def _prompt_why(
    work: Work,
    group: Group,
    by: Person,
    remedy: Remedy,
    ticket: Ticket,
    choice: Choice,
    above: Above,
    message: Message | None,
) -> None:
    views = saying.views_at(work, ticket)
    text = views.say(
        f"prompt_why_{above.role}",
        mention=mention(by),
        remedy=views.option(choice.option, choice.amount),
        over=views.over(above.over),
    )
    about = Ref(RefKind.REMEDY_WHY, f"{remedy.id}/{choice.option.id}/{choice.amount or ''}")
    _prompt(work, group, by, text, views.say("placeholder_why"), about, message)


def _prompt(
    work: Work,
    group: Group,
    by: Person,
    text: str,
    placeholder: str,
    about: Ref,
    message: Message | None,
) -> None:
    prompt(work, group.chat_id, text, placeholder, about, ticket=None, by=by, reply_to=message)


def _message_of(press: Press) -> Message | None:
    message = press.query.message
    return message if isinstance(message, Message) else None


async def prompted(at: Heard, wanted: Ref) -> None:
    """Take the amount, the reason or the word that a prompt asked for."""
    parts = [*str(wanted.id).split("/"), "", ""][:3]
    found = await _of_group(at.work, at.group, _decimal(parts[0]))
    text = at.message.text or at.message.caption or ""
    if found is None:
        return
    remedy, ticket = found
    if wanted.kind in _WHY:
        action, do = _WHY[wanted.kind]
        if await may(at, _deed_at(action, remedy)):
            outcome = await do(at.work, remedy, ticket, at.by, text.strip()[:LONGEST_REASON])
            if isinstance(outcome, Refusal):
                _say_refusal(at, outcome, remedy)
        return
    if not await may(at, Deed.GRANT):
        return
    if remedy.state not in granting.OPEN:
        _say_refusal(at, Refusal(f"is_{remedy.state}"), remedy)
        return
    option = await _option(at.work, ticket, parts[1])
    if option is None:
        say(at.work, at.message, "remedies.gone")
    elif wanted.kind is RefKind.REMEDY_AMOUNT:
        await _give_typed(at, remedy, ticket, option, text)
    elif not text.strip():
        say(at.work, at.message, "remedies.refused_needs_reason")
    else:
        amount = Money.parse(parts[2]) if parts[2] else None
        await _give(at, remedy, ticket, option, amount, text)


def _decimal(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 19 else None


async def _option(work: Work, ticket: Ticket, name: str) -> RemedyOption | None:
    options = await granting.options(work, ticket)
    return next((each for each in options if each.id == name), None)


async def _of_group(
    work: Work, group: Group, remedy_id: int | None
) -> tuple[Remedy, Ticket] | None:
    """A remedy and the complaint that it is for now, if that is one of this group's."""
    remedy = await work.unit.remedies.by_id(remedy_id) if remedy_id is not None else None
    ticket = await granting.place_of(work, remedy) if remedy is not None else None
    if remedy is None or ticket is None or ticket.group_chat_id != group.chat_id:
        return None
    return remedy, ticket


# -- buttons ----------------------------------------------------------------------------------


async def _show(press: Press, ticket_id: int | None) -> None:
    """Show what may be granted, because the button *Remedy* of a card was pressed."""
    unit = press.work.unit
    ticket = await unit.get(Ticket, TicketId(ticket_id)) if ticket_id is not None else None
    if ticket is None or ticket.group_chat_id != press.group.chat_id:
        press.answer("desk.forged", alert=True)
        return
    ticket = await merging.standing(press.work, ticket)
    remedy = await granting.offer(press.work, ticket)
    message = _message_of(press)
    if isinstance(remedy, Refusal):
        press.answer(f"remedies.refused_{remedy.reason}", alert=True, name="")
    elif message is not None:
        await _show_menu(press.work, message, ticket, remedy)
        press.answer("remedies.ok_shown")


async def pressed(update: Update, context: VersoContext) -> None:
    """Do what a button of a remedy says."""
    press = await buttons.press_of(context.work, update)
    if press is None:
        return
    action, *rest = press.arguments
    if action == "of":
        if await buttons.may(press, Deed.GRANT):
            await _show(press, number(rest[0]) if rest else None)
        return
    do = _ACTIONS[action][1] if action in _ACTIONS else None
    found = await _of_group(press.work, press.group, number(rest[0]) if rest else None)
    if not await buttons.may(press, _deed_at(action, found[0] if found else None)):
        return
    if do is None or found is None:
        press.answer("desk.unclear" if do is None else "desk.forged", alert=True)
        return
    await do(press, *found)


def _deed_at(action: str, remedy: Remedy | None) -> Deed:
    """What a button takes. Claims of guarantees are everybody's to judge: they are at the till."""
    if remedy is not None and remedy.guarantee and action in ("allow", "refuse", "void", "fail"):
        return Deed.GRANT
    return _ACTIONS[action][0] if action in _ACTIONS else Deed.READ


async def _give_pressed(press: Press, remedy: Remedy, ticket: Ticket) -> None:
    work = press.work
    option = await _option(work, ticket, press.arguments[2] if len(press.arguments) > 2 else "")
    if remedy.state not in granting.OPEN:
        _refuse(press, Refusal(f"is_{remedy.state}"), remedy)
    elif option is None:
        press.answer("remedies.gone", alert=True)
    elif needs_amount(option):
        _prompt_amount(press, remedy, ticket, option)
        press.answer("remedies.ok_prompt")
    else:
        choice = Choice(option, by=press.by, role=press.standing.role)
        outcome = await granting.give(work, remedy, ticket, choice)
        if isinstance(outcome, Above):
            message = _message_of(press)
            _prompt_why(work, press.group, press.by, remedy, ticket, choice, outcome, message)
            press.answer("remedies.ok_prompt")
        else:
            _tell(press, outcome, remedy, "remedies.ok_granted")


async def _allow(press: Press, remedy: Remedy, ticket: Ticket) -> None:
    role = press.standing.role or Role.STAFF
    outcome = await granting.allow(press.work, remedy, ticket, press.by, role)
    if not isinstance(outcome, Above):
        _tell(press, outcome, remedy, "remedies.ok_granted")
        return
    names = await rights.holders(press.work, press.group, outcome.role)
    views = saying.views_at(press.work, ticket)
    text = views.say("needs_more", names=", ".join(names) or "?")
    press.work.answer(press.query.id, text, alert=True)


async def _refuse_pressed(press: Press, remedy: Remedy, ticket: Ticket) -> None:
    outcome = await granting.refuse(press.work, remedy, ticket, press.by)
    _tell(press, outcome, remedy, "remedies.ok_refused")


async def _done(press: Press, remedy: Remedy, ticket: Ticket) -> None:
    outcome = await afterwards.finish(press.work, remedy, ticket, press.by)
    _tell(press, outcome, remedy, "remedies.ok_done")


async def _void(press: Press, remedy: Remedy, ticket: Ticket) -> None:
    key = "prompt_void_claim" if remedy.guarantee else "prompt_void"
    _ask_why(press, remedy, ticket, key, RefKind.REMEDY_VOID)


async def _fail(press: Press, remedy: Remedy, ticket: Ticket) -> None:
    _ask_why(press, remedy, ticket, "prompt_fail", RefKind.REMEDY_FAIL)


def _ask_why(press: Press, remedy: Remedy, ticket: Ticket, key: str, kind: RefKind) -> None:
    """Ask why what was granted is not to be; where that is too late, say so."""
    if remedy.state not in STANDS:
        _refuse(press, Refusal(f"is_{remedy.state}"), remedy)
        return
    if remedy.guarantee and remedy.state == "done":
        _refuse(press, Refusal("is_redeemed"), remedy)
        return
    views = saying.views_at(press.work, ticket)
    text = views.say(key, mention=mention(press.by), remedy=views.name(remedy))
    about = Ref(kind, remedy.id)
    placeholder = views.say("placeholder_why")
    _prompt(press.work, press.group, press.by, text, placeholder, about, _message_of(press))
    press.answer("remedies.ok_prompt")


def _tell(press: Press, outcome: Remedy | Refusal, before: Remedy, key: str) -> None:
    if isinstance(outcome, Refusal):
        _refuse(press, outcome, before)
    else:
        press.answer(key)


def _refuse(press: Press, refusal: Refusal, remedy: Remedy) -> None:
    name = _whose(press.work, remedy)
    press.answer(f"remedies.refused_{refusal.reason}", alert=True, name=name)


_ACTIONS: dict[str, tuple[Deed, Callable[[Press, Remedy, Ticket], Awaitable[None]]]] = {
    "give": (Deed.GRANT, _give_pressed),
    "allow": (Deed.ALLOW, _allow),
    "refuse": (Deed.ALLOW, _refuse_pressed),
    "done": (Deed.WORK, _done),
    "void": (Deed.ALLOW, _void),
    "fail": (Deed.ALLOW, _fail),
}
_WHY = {
    RefKind.REMEDY_VOID: ("void", afterwards.take_back),
    RefKind.REMEDY_FAIL: ("fail", afterwards.fail),
}
"""What is done with the word that a prompt asked for, and the button that it takes."""
