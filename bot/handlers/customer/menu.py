"""Customers' commands and the buttons under what they show."""

from collections.abc import Mapping
from dataclasses import replace

from telegram import Chat, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.book import pages, stories
from bot.core.callbacks import number, unpack
from bot.core.context import Handler, VersoContext
from bot.core.words import language_of
from bot.core.work import Work
from bot.dialogue import inbound, menu, menu_actions, understanding
from bot.dialogue.menu_actions import Action, Press
from bot.handlers import command_names
from bot.handlers.customer.pieces import piece_of
from bot.handlers.customer.visitors import private_visitor, visitor_of
from bot.identity.accounts import Visitor
from bot.identity.views import CustomerViews
from bot.lost import telling as lost
from bot.praise import saying as praise
from bot.recovery import choosing

COMMANDS = command_names.CUSTOMERS


def handlers() -> list[Handler]:
    """The handlers of the menu."""
    commands = {
        "complain": complain,
        "my": my,
        "book": book,
        "language": language,
        "stop": stop,
        "privacy": privacy,
        "my_data": my_data,
        "forget_me": forget_me,
        "help": show_help,
    }
    private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    return [
        *(CommandHandler(name, act, filters=private) for name, act in commands.items()),
        CallbackQueryHandler(pressed, pattern=r"^u:"),
    ]


async def complain(update: Update, context: VersoContext) -> None:
    """`/complain`, perhaps with the words right behind it."""
    visitor, message = private_visitor(update), update.effective_message
    if visitor is None or message is None:
        return
    _, _, words = (message.text or "").partition(" ")
    piece = replace(piece_of(message, context.work.now), text=words.strip(), entities=())
    await inbound.complain(context.work, visitor, [piece] if piece.text else [])


async def my(update: Update, context: VersoContext) -> None:
    """`/my`: the customer's own pages."""
    if (visitor := private_visitor(update)) is not None:
        await pages.contents(context.work, visitor)


async def book(update: Update, context: VersoContext) -> None:
    """`/book`: what changed lately."""
    if (visitor := private_visitor(update)) is not None:
        await pages.book(context.work, visitor)


async def language(update: Update, context: VersoContext) -> None:
    """`/language`: which language to speak."""
    if (visitor := private_visitor(update)) is not None:
        await menu.ask_language(context.work, visitor)


async def stop(update: Update, context: VersoContext) -> None:
    """`/stop`: no more questions."""
    if (visitor := private_visitor(update)) is not None:
        await menu.say_stop(context.work, visitor)


async def privacy(update: Update, context: VersoContext) -> None:
    """`/privacy`: what is kept, and why."""
    if (visitor := private_visitor(update)) is not None:
        await menu.tell_privacy(context.work, visitor)


async def my_data(update: Update, context: VersoContext) -> None:
    """`/my_data`: everything that is kept of whoever asks, as a file."""
    if (visitor := private_visitor(update)) is not None:
        await menu.send_data(context.work, visitor)


async def forget_me(update: Update, context: VersoContext) -> None:
    """`/forget_me`: what is erased, before anything is."""
    if (visitor := private_visitor(update)) is not None:
        await menu.ask_forget(context.work, visitor)


async def show_help(update: Update, context: VersoContext) -> None:
    """`/help`: what can be done here."""
    if (visitor := private_visitor(update)) is not None:
        await menu.tell_help(context.work, visitor)


# -- buttons --------------------------------------------------------------------------------------


async def pressed(update: Update, context: VersoContext) -> None:
    """A button of the menu: done, or answered kindly when it no longer means anything."""
    query, work = update.callback_query, context.work
    if query is None:
        return
    visitor, message, parts = visitor_of(query.from_user), query.message, unpack(query.data)
    private = message is not None and message.chat.type == Chat.PRIVATE
    act = _ACTIONS.get(parts[1]) if parts else None
    done = False
    if private and message is not None and act is not None and parts is not None:
        done = await act(Press(work, visitor, message.message_id, parts[2:]))
    work.answer(query.id, "" if done else sentence(work, visitor, "unclear"))


def sentence(work: Work, visitor: Visitor, key: str) -> str:
    """Say a sentence to whoever pressed, also to somebody unknown."""
    _, customer = work.people.get(visitor.telegram_id, (None, None))
    default = work.services.config.brand.default_language
    chosen = customer.language if customer else ""
    language = language_of(chosen, visitor.language_code, default=default)
    return CustomerViews(work.services.words, language).say(key)


async def _page(press: Press) -> bool:
    if press.number is None:
        return False
    return await pages.page(press.work, press.visitor, press.number, press.message_id)


async def _contents(press: Press) -> bool:
    if press.number is None:
        return False
    part, of = (*press.arguments[1:], "", "")[:2]
    await pages.contents(press.work, press.visitor, press.number, press.message_id, part, of)
    return True


async def _book(press: Press) -> bool:
    if len(press.arguments) != 3 or (offset := number(press.arguments[2])) is None:
        return False
    part, of = press.arguments[:2]
    offset = min(offset, pages.PAGES_KEPT)
    return await pages.book(press.work, press.visitor, part, of, offset, press.message_id)


async def _new(press: Press) -> bool:
    if press.number is None:
        return False
    return await inbound.something_new(press.work, press.visitor, press.number, press.message_id)


async def _meant(press: Press) -> bool:
    if press.number is None or len(press.arguments) != 2:
        return False
    return await understanding.meant(
        press.work, press.visitor, press.number, press.arguments[1], press.message_id
    )


async def _story(press: Press) -> bool:
    if press.number is None or not 2 <= len(press.arguments) <= 3:
        return False
    choice, seen = (*press.arguments[1:], "")[:2]
    return await stories.decide(
        press.work, press.visitor, press.number, choice, seen, press.message_id
    )


async def _remedy(press: Press) -> bool:
    if press.number is None or len(press.arguments) != 2:
        return False
    work, visitor = press.work, press.visitor
    return await choosing.choose(work, visitor, press.number, press.arguments[1], press.message_id)


async def _lost(press: Press) -> bool:
    if press.number is None or len(press.arguments) != 1:
        return False
    return await lost.unwanted(press.work, press.visitor, press.number, press.message_id)


async def _praise(press: Press) -> bool:
    if press.number is None or not 2 <= len(press.arguments) <= 3:
        return False
    work, visitor, choice = press.work, press.visitor, press.arguments[1:]
    return await praise.choose(work, visitor, press.number, choice, press.message_id)


_ACTIONS: Mapping[str, Action] = {
    **menu_actions.ACTIONS,
    "page": _page,
    "my": _contents,
    "book": _book,
    "new": _new,
    "meant": _meant,
    "story": _story,
    "remedy": _remedy,
    "lost": _lost,
    "praise": _praise,
}
