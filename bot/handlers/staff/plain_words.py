"""What staff type without aiming at a customer, and the buttons with which they say what it is."""

from telegram import Message, Update

from bot.core.callbacks import number
from bot.core.context import VersoContext
from bot.core.names import first_word, staff_name
from bot.core.rich import plain
from bot.core.work import inline
from bot.desk import plain_words, relay
from bot.desk.speaking import NO_PREVIEW, customer_name, staff_words
from bot.handlers.staff.buttons import Press, press_of
from bot.handlers.staff.buttons import may as may_press
from bot.handlers.staff.parsing import (
    Heard,
    away_from,
    below,
    may,
    person_of,
    reply,
    say,
    to_pass_on,
)
from flows.desk.plain_words import Below, Treatment, treat
from flows.desk.rights import Deed, Doubt, why_not
from flows.entities import Priority, Ticket, TicketId
from flows.entities.kinds import Plain, Purpose
from flows.entities.lifecycle import Person


async def said(at: Heard) -> None:
    """Send it, ask about it, or leave it among staff, whichever is meant."""
    where, ticket = await below(at)
    if ticket is None:
        if where is Below.NOTE:
            say(at.work, at.message, "desk.not_passed_on")
        return
    wanted = await plain_words.wanted(at.work, at.group, at.by)
    match treat(where, wanted):
        case Treatment.SEND if await may(at, Deed.ANSWER):
            await relay.answer(at.work, ticket, at.by, to_pass_on(at.message))
        case Treatment.ASK if at.standing.doubt is Doubt.CHANNEL:
            await may(at, Deed.ANSWER)
        case Treatment.ASK if why_not(Deed.ANSWER, at.standing) is None:
            await _ask(at, ticket, where, wanted)
        case _:
            return  # it stays among staff, as whoever wrote it knows


async def _ask(at: Heard, ticket: Ticket, where: Below, wanted: Plain) -> None:
    """Say that only staff read it, and offer to send it; of an album once."""
    message = to_pass_on(at.message)
    if message.album:
        await plain_words.remember_part(at.work, message)
    text = staff_words(at.work, at.group, "desk.only_you")
    keyboard = await plain_words.buttons(
        at.work,
        ticket,
        numbered=where is Below.AWAY or not at.group.forum,
        choices=wanted is Plain.ASK and where is not Below.AWAY and _is_person(at.by),
    )
    key = f"only_you:{message.chat_id}:{message.album or message.message_id}"
    reply(at.work, at.message, text, keyboard=keyboard, quiet=True, dedupe=key)


async def offer(at: Heard, text: str) -> None:
    """Say something of words that reached nobody, and offer to send them if a ticket is meant."""
    _, ticket = await below(at)
    keyboard = []
    if ticket is not None:
        numbered = away_from(at) or not at.group.forum
        keyboard = await plain_words.buttons(at.work, ticket, numbered=numbered, choices=False)
    reply(at.work, at.message, text, keyboard=keyboard)


def _is_person(by: Person) -> bool:
    """Tell whether it is somebody of whom a choice can be remembered; not the group itself."""
    return by.id is not None and by.id > 0


async def command(at: Heard) -> None:
    """`/plain`, alone or with the choice that is made."""
    if not await may(at, Deed.ANSWER):
        return
    if not _is_person(at.by):
        say(at.work, at.message, "desk.plain_nobody")
        return
    choice = at.text.strip().lower()
    if choice in list(Plain):
        await plain_words.choose(at.work, at.group, at.by, Plain(choice))
        say(at.work, at.message, f"desk.plain_{choice}", name=_name(at.by))
        return
    now = await plain_words.wanted(at.work, at.group, at.by)
    text = staff_words(at.work, at.group, f"desk.plain_{now}", name=_name(at.by))
    reply(at.work, at.message, text, keyboard=plain_words.all_choices(at.work, at.group))


def _name(by: Person) -> str:
    return staff_name(by.name, by.id)


# -- buttons ----------------------------------------------------------------------------------


async def pressed(update: Update, context: VersoContext) -> None:
    """Send what somebody typed, or remember what they want from now on."""
    press = await press_of(context.work, update)
    if press is None or not await may_press(press, Deed.ANSWER):
        return
    action, *rest = press.arguments
    if action == "send":
        await _send(press, rest)
    elif action == "set" and rest[:1] and rest[0] in list(Plain):
        await _choose(press, Plain(rest[0]))
    else:
        press.answer("desk.unclear", alert=True)


async def _send(press: Press, rest: list[str]) -> None:
    ticket_id = number(rest[0]) if rest else None
    found = await press.work.unit.get(Ticket, TicketId(ticket_id)) if ticket_id else None
    if found is None or found.group_chat_id != press.group.chat_id:
        press.answer("desk.forged", alert=True)
        return
    message = _asked_about(press)
    if message is None:
        press.answer("desk.plain_gone", alert=True)
        return
    by = person_of(press.work, message.from_user, message.sender_chat)
    name = first_word(await customer_name(press.work, found))
    if not await plain_words.send(press.work, found, by, to_pass_on(message)):
        press.answer("desk.plain_sent_already", alert=True, name=name)
        return
    press.answer("desk.ok_sent", name=name)
    _say_instead(
        press,
        staff_words(press.work, press.group, "desk.plain_sent", name=name, by=_name(press.by)),
    )


async def _choose(press: Press, choice: Plain) -> None:
    """Remember a choice; the message that was asked about is sent with *always send*."""
    asked = _asked_about(press)
    author = asked.from_user.id if asked is not None and asked.from_user is not None else None
    if author is not None and author != press.by.id:
        press.answer("desk.plain_not_yours", alert=True)
        return
    await plain_words.choose(press.work, press.group, press.by, choice)
    text = staff_words(press.work, press.group, f"desk.plain_{choice}", name=_name(press.by))
    ticket = await _ticket_offered(press)
    if choice is Plain.SEND and asked is not None and ticket is not None:
        await plain_words.send(press.work, ticket, press.by, to_pass_on(asked))
    press.answer("desk.ok_waiting")
    _say_instead(press, text)


async def _ticket_offered(press: Press) -> Ticket | None:
    """The ticket that the message with this button offers to send something to."""
    shown = press.query.message
    markup = shown.reply_markup if isinstance(shown, Message) else None
    for button in (each for row in markup.inline_keyboard for each in row) if markup else ():
        data = button.callback_data if isinstance(button.callback_data, str) else ""
        if data.startswith("p:send:") and (found := number(data.removeprefix("p:send:"))):
            ticket = await press.work.unit.get(Ticket, TicketId(found))
            here = ticket is not None and ticket.group_chat_id == press.group.chat_id
            return ticket if here else None
    return None


def _asked_about(press: Press) -> Message | None:
    """The message below which the bot asked, as it reads now; None when it is gone.

    Telegram gives it with the press (Client.cpp, `getRepliedMessage` of callback queries).
    """
    shown = press.query.message
    asked = shown.reply_to_message if isinstance(shown, Message) else None
    if asked is None or asked.chat.id != press.group.chat_id:
        return None
    is_ours = asked.from_user is not None and asked.from_user.id == press.work.services.bot_id
    return None if is_ours else asked


def _say_instead(press: Press, text: str) -> None:
    """Put a sentence in the place of the question, whose buttons have no use any more."""
    if press.query.message is None:
        return
    params = {**plain(text).params(), **NO_PREVIEW, "reply_markup": inline([])}
    press.work.call(
        press.group.chat_id,
        "editMessageText",
        {**params, "message_id": press.query.message.message_id},
        purpose=Purpose.NOTE,
        priority=Priority.REPLY,
    )
