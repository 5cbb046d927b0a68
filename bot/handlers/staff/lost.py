"""What staff write and press about things that customers asked for and that were not there."""

from collections.abc import Awaitable, Callable

from telegram import Message, Update

from bot.core.callbacks import number, pack
from bot.core.context import VersoContext
from bot.core.journal import note
from bot.core.names import display_safe, name_of
from bot.core.rich import Rich, plain
from bot.core.work import Keyboard, inline
from bot.desk.speaking import NO_PREVIEW, staff_words
from bot.handlers.staff import buttons
from bot.handlers.staff.buttons import Press
from bot.handlers.staff.parsing import (
    Heard,
    beside,
    command_at,
    leading_number,
    may,
    reply,
    say,
    ticket_here,
    ticket_numbered,
)
from bot.identity.erasure import LIST
from bot.lost import noting, showing, telling
from bot.lost.noting import Noted, Whom
from flows.desk.rights import Deed
from flows.entities import Account, MissedItem
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Refusal
from flows.entities.refs import Ref, RefKind
from flows.lost.naming import LONGEST

LONGEST_REF = 200


async def command(update: Update, context: VersoContext) -> None:
    """`/lost WHAT`: note what was asked for and not there; alone: list the most missed."""
    at = await command_at(context.work, update, Deed.READ)
    if at is None:
        return
    if not at.text.strip():
        text, keyboard = await showing.listing(at.work, at.group)
        reply(at.work, at.message, text, keyboard=keyboard, subject=LIST)
        return
    if not await may(at, Deed.WORK):
        return
    found = await _whom(at)
    if found is None:
        return
    whom, what = found
    outcome = await noting.note(at.work, what, whom, at.by)
    if isinstance(outcome, Refusal):
        say(at.work, at.message, f"lost.refused_{outcome.reason}", most=LONGEST)
        return
    if not outcome.again:
        about = Ref(RefKind.LOST_SALE, outcome.sale.id)
        note(at.work, f"staff:{at.by.id}", "lost_noted", about)
    await _say_noted(at, whom, outcome)


async def _whom(at: Heard) -> tuple[Whom, str] | None:
    """Who asked, and for what: by a ticket's number, by where it was typed, by a customer's ref.

    None: there is no such ticket, which is said.
    """
    typed, rest = leading_number(at.text, bare=False)
    ticket = await (ticket_here(at) if typed is None else ticket_numbered(at, typed))
    if ticket is not None:
        return await noting.whom_of_ticket(at.work, ticket), rest
    if typed is not None:
        say(at.work, at.message, "desk.no_such", number=typed)
        return None
    ref, _, words = rest.strip().partition(" ")
    customer = await at.work.unit.customers.by_ref(ref[:LONGEST_REF]) if words.strip() else None
    if customer is None:
        return Whom(), rest
    return await noting.whom_of_customer(at.work, customer), words


async def _say_noted(at: Heard, whom: Whom, noted: Noted) -> None:
    """Say what was noted, who will be told, and how many miss it; with a way back."""
    sale, customer = noted.sale, whom.customer
    people = (await at.work.unit.lost.figures(sale.item_id)).people
    account = await at.work.unit.get(Account, whom.chat_id) if whom.chat_id else None
    key = "counted"
    if noted.again:
        key = "again"
    elif customer is not None:
        key = "noted" if whom.chat_id else "noted_unreachable"
    text = staff_words(
        at.work,
        at.group,
        f"lost.{key}",
        what=display_safe(sale.what, LONGEST),
        name=name_of(customer, account) if customer is not None else "",
    )
    text += " " + staff_words(at.work, at.group, "lost.miss_it", n=people)
    undo = (staff_words(at.work, at.group, "lost.b_undo"), pack("e", "undo", sale.id))
    shown = (staff_words(at.work, at.group, "lost.b_show"), pack("e", "item", sale.item_id))
    chat_id, place = beside(at.work, at.message)
    keyboard = [[shown] if noted.again else [undo, shown]]
    params = {**plain(text).params(), **NO_PREVIEW, **place, "reply_markup": inline(keyboard)}
    # It names a customer, and is deleted with all that does when they are erased.
    whose = customer.id if customer is not None else None
    at.work.call(chat_id, "sendMessage", params, purpose=Purpose.LOST, customer_id=whose)


async def pressed(update: Update, context: VersoContext) -> None:
    """Do what a button says about what was not there."""
    press = await buttons.press_of(context.work, update)
    if press is None:
        return
    action, *rest = press.arguments
    deed, act = _ACTIONS.get(action, (Deed.READ, None))
    if not await buttons.may(press, deed):
        return
    about = number(rest[0]) if rest else None
    if action == "list":
        await _put(press, *await showing.listing(press.work, press.group))
        press.work.answer(press.query.id)
        return
    if action == "undo":
        await _undo(press, about)
        return
    item = await noting.standing(press.work, about)
    if act is None or item is None:
        press.answer("desk.unclear" if act is None else "desk.forged", alert=True)
        return
    await act(press, item)


async def _undo(press: Press, sale_id: int | None) -> None:
    outcome = await noting.undo(press.work, sale_id) if sale_id is not None else Refusal("gone")
    if isinstance(outcome, Refusal):
        press.answer(f"lost.refused_undo_{outcome.reason}", alert=True)
        return
    about = Ref(RefKind.LOST_SALE, outcome.id)
    note(press.work, f"staff:{press.query.from_user.id}", "lost_undone", about)
    what = display_safe(outcome.what, LONGEST)
    await _put(press, Rich() + staff_words(press.work, press.group, "lost.undone", what=what), ())
    press.answer("lost.ok_undone")


async def _show(press: Press, item: MissedItem) -> None:
    await _put(press, *await showing.item(press.work, press.group, item))
    press.work.answer(press.query.id)


async def _confirm(press: Press, item: MissedItem) -> None:
    """Show whom it would tell; somebody else may have told them meanwhile."""
    facts = await showing.facts_of(press.work, item)
    if item.held or item.here_at is not None or not facts.to_tell:
        await _refuse(press, item, Refusal(_why(item)))
        return
    await _put(press, *await showing.confirm(press.work, press.group, item))
    press.work.answer(press.query.id)


def _why(item: MissedItem) -> str:
    if item.here_at is not None:
        return "told"
    return "held" if item.held else "nobody"


async def _tell(press: Press, item: MissedItem) -> None:
    outcome = await telling.hold(press.work, item, press.by, press.group.chat_id)
    if isinstance(outcome, Refusal):
        await _refuse(press, item, outcome)
        return
    _note(press, "lost_told", outcome)
    await _put(press, *await showing.item(press.work, press.group, outcome))
    press.answer("notices.holding", n=outcome.held["people"])


async def _call_off(press: Press, item: MissedItem) -> None:
    outcome = await telling.call_off(press.work, item, press.by, press.standing.role)
    if isinstance(outcome, Refusal):
        await _refuse(press, item, outcome)
        return
    _note(press, "lost_called_off", outcome)
    await _put(press, *await showing.item(press.work, press.group, outcome))
    press.answer("notices.called_off")


async def _same(press: Press, item: MissedItem) -> None:
    await _put(press, *await showing.same(press.work, press.group, item))
    press.work.answer(press.query.id)


async def _join(press: Press, item: MissedItem) -> None:
    other = number(press.arguments[2]) if len(press.arguments) > 2 else None
    into = await noting.standing(press.work, other)
    if into is None:
        press.answer("desk.forged", alert=True)
        return
    outcome = await noting.join(press.work, item, into)
    if isinstance(outcome, Refusal):
        await _refuse(press, item, outcome)
        return
    _note(press, "lost_joined", outcome)
    await _put(press, *await showing.item(press.work, press.group, outcome))
    press.answer("lost.ok_joined")


async def _refuse(press: Press, item: MissedItem, why: Refusal) -> None:
    """Say why not, and show how it stands now: the button has outlived what it offers."""
    press.answer(f"lost.refused_{why.reason}", alert=True)
    await _put(press, *await showing.item(press.work, press.group, item))


def _note(press: Press, kind: str, item: MissedItem) -> None:
    about = Ref(RefKind.MISSED, item.id)
    note(press.work, f"staff:{press.query.from_user.id}", kind, about)


async def _put(press: Press, text: Rich, keyboard: Keyboard) -> None:
    """Show a screen in the place of the one on which a button was pressed."""
    shown = press.query.message
    pages = text.pages()
    if isinstance(shown, Message) and (shown.chat.id != press.group.chat_id or len(pages) > 1):
        reply(press.work, shown, text, keyboard=keyboard, subject=LIST)
    elif shown is not None:
        params = {**text.params(), **NO_PREVIEW, "message_id": shown.message_id}
        press.work.call(
            press.group.chat_id,
            "editMessageText",
            {**params, "reply_markup": inline(keyboard)},
            purpose=Purpose.NOTE,
        )


_ACTIONS: dict[str, tuple[Deed, Callable[[Press, MissedItem], Awaitable[None]] | None]] = {
    "list": (Deed.READ, None),
    "item": (Deed.READ, _show),
    "undo": (Deed.WORK, None),
    "here": (Deed.SHIP, _confirm),
    "yes": (Deed.SHIP, _tell),
    "off": (Deed.SHIP, _call_off),
    "same": (Deed.WORK, _same),
    "join": (Deed.WORK, _join),
}
"""What each button needs and does; those without a step name no thing."""
