"""Customers' private chats: what they write, press and send."""

from dataclasses import replace

from telegram import Chat, ChatMember, ChatMemberUpdated, Message, MessageEntity, Update
from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.book import channel
from bot.console.admins import is_admin
from bot.core.callbacks import number, unpack
from bot.core.context import Handler, VersoContext
from bot.core.rich import clipped
from bot.core.work import Work
from bot.desk import groups, topics
from bot.dialogue import conversations, inbound, old_buttons, onboarding, understanding
from bot.dialogue.inbound import Replied
from bot.entrances import arriving
from bot.handlers import command_names
from bot.handlers.customer import menu, recalls, slots
from bot.handlers.customer.pieces import CARRIED, NOTE, is_service, piece_of
from bot.handlers.customer.visitors import private_visitor, visitor_of
from bot.identity import accounts, turned_away
from bot.identity.accounts import views_for
from flows.conversations import Piece, Pressed
from flows.entities.kinds import Purpose

COMMANDS = menu.COMMANDS
PRIVATE = filters.ChatType.PRIVATE
_LARGEST_TURN = 1 << 31
LONGEST_SHOWN = 40
"""Characters of an unknown command that are repeated."""


def frequent_handlers() -> list[Handler]:
    """The handlers of what nearly every update is: an answer to a question.

    They come before all others, which would each look at it first.
    """
    return [CallbackQueryHandler(pressed, pattern=r"^c:"), MessageHandler(_Written(), said)]


class _Written(filters.UpdateFilter):
    """A new text in a private chat that is no command; found out in one look, not in seven."""

    def filter(self, update: Update) -> bool:
        """Tell whether it is one."""
        message = update.message
        if message is None or not message.text or message.chat.type != Chat.PRIVATE:
            return False
        first = message.entities[0] if message.entities else None
        return first is None or first.type != MessageEntity.BOT_COMMAND or first.offset != 0


def handlers() -> list[Handler]:
    """The handlers of everything else that customers do; the last take what is left."""
    return [
        CommandHandler(
            "start", start, filters=filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
        ),
        *menu.handlers(),
        CallbackQueryHandler(slots.pressed, pattern=r"^d:"),
        CallbackQueryHandler(recalls.pressed, pattern=r"^v:"),
        ChatMemberHandler(membership, ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(PRIVATE & filters.CONTACT & filters.UpdateType.MESSAGE, contact),
        MessageHandler(PRIVATE & filters.UpdateType.MESSAGE, said),
        MessageHandler(PRIVATE & filters.UpdateType.EDITED_MESSAGE, edited),
        CommandHandler(
            ["start", *(name for name in COMMANDS if name != "help")],
            in_group,
            filters=filters.ChatType.GROUPS & filters.UpdateType.MESSAGE,
        ),
        CallbackQueryHandler(unclear),
    ]


async def start(update: Update, context: VersoContext) -> None:
    """`/start`, with the token of a personal link, with an entrance's, or without."""
    visitor = private_visitor(update)
    if visitor is not None:
        token = context.args[0] if context.args else ""
        if not await arriving.arrive(context.work, visitor, token):
            await inbound.arrive(context.work, visitor, token)


async def said(update: Update, context: VersoContext) -> None:
    """Whatever a customer writes or sends."""
    visitor, message = private_visitor(update), update.effective_message
    if visitor is None or message is None or is_service(update):
        return
    await _take_in(context.work, visitor, message)


async def _take_in(work: Work, visitor: accounts.Visitor, message: Message) -> None:
    """Take in a message; of what cannot be carried over its sender reads what staff get instead."""
    if await turned_away.is_turned_away(work, visitor):
        return
    piece = piece_of(message, work.now)
    await hear(work, visitor, piece, reply_to=_replied(work, message))
    kind = piece.file.get(NOTE)
    if kind is not None and kind not in CARRIED:
        account, customer = await accounts.met(work, visitor)
        language, say = work.services.language(customer, account), work.services.words.say
        what = say(language, f"carried.kind_{kind}")
        told = say(language, "carried.told_instead", kind=what, text=piece.text)
        work.say(visitor.telegram_id, told, purpose=Purpose.REPLY, customer_id=customer.id)


def _replied(work: Work, message: Message) -> Replied | None:
    """The message that another one replies to, with its words if they are the bot's own."""
    replied = message.reply_to_message
    if replied is None:
        return None
    by_bot = replied.from_user is not None and replied.from_user.id == work.services.bot_id
    return Replied(replied.message_id, replied.text or replied.caption or "" if by_bot else "")


async def hear(
    work: Work, visitor: accounts.Visitor, piece: Piece, *, reply_to: Replied | None = None
) -> None:
    """Take in what a customer said; what looks like a command and is none begins nothing."""
    command = command_names.typed(piece.text) if piece.kind == "text" else None
    if command is None:
        await inbound.listen(work, visitor, piece, reply_to=reply_to)
    elif understanding.is_plain_wish(work, command.in_words):
        said_so = replace(piece, text=command.in_words, entities=())
        await inbound.listen(work, visitor, said_so, reply_to=reply_to)
    else:
        await _hint(work, visitor, command.name)


async def _hint(work: Work, visitor: accounts.Visitor, name: str) -> None:
    """Name the command that was meant. Nothing is kept of what was typed."""
    account, customer = await accounts.met(work, visitor)
    more = command_names.ADMINS if is_admin(work, visitor.telegram_id) else ()
    near = command_names.nearest(name, dict.fromkeys(("start", *COMMANDS, *more)))
    hint = views_for(work, customer, account).say(
        "unknown_command_near" if near else "unknown_command",
        command=f"/{clipped(name, LONGEST_SHOWN)}",
        near=f"/{near}",
    )
    work.say(visitor.telegram_id, hint, purpose=Purpose.REPLY, customer_id=customer.id)


async def edited(update: Update, context: VersoContext) -> None:
    """A customer changed a message."""
    visitor, message = private_visitor(update), update.effective_message
    if visitor is not None and message is not None:
        await inbound.edited(context.work, visitor, piece_of(message, context.work.now))


async def contact(update: Update, context: VersoContext) -> None:
    """A contact was shared: the customer's own phone number, or somebody else's.

    Somebody else's is for staff when there is anything that it can belong to.
    """
    visitor, message = private_visitor(update), update.effective_message
    if visitor is not None and message is not None and message.contact is not None:
        shared, work = message.contact, context.work
        if await turned_away.is_turned_away(work, visitor):
            return
        foreign = shared.user_id != visitor.telegram_id
        if foreign and await inbound.is_expected(work, visitor, _replied(work, message)):
            await _take_in(work, visitor, message)
            return
        await onboarding.share_phone(context.work, visitor, shared.phone_number, shared.user_id)


async def pressed(update: Update, context: VersoContext) -> None:
    """A button of a conversation."""
    query = update.callback_query
    if query is None:
        return
    message = query.message
    private = message is not None and message.chat.type == Chat.PRIVATE
    place = (message.chat.id, message.message_id) if message is not None and private else None
    await press(context.work, query.id, visitor_of(query.from_user), place, query.data or "")


async def press(
    work: Work,
    query_id: str,
    visitor: accounts.Visitor,
    place: tuple[int, int] | None,
    data: str,
) -> None:
    """Do what a button of a conversation says.

    `place` is the private chat and the message that it stands under; None: it stands elsewhere.
    """
    if await turned_away.is_turned_away(work, visitor):
        work.answer(query_id)
        return
    where = _button(unpack(data))
    if place is None or where is None:
        _unclear(work, query_id, visitor)
        return
    conversation_id, turn, action = where
    conversation = await conversations.in_chat(work, place[0], conversation_id)
    if conversation is None:
        _unclear(work, query_id, visitor)
        return
    heard = Pressed(turn, action)
    result = await conversations.hear(work, conversation, heard, pressed_message_id=place[1])
    if result.refusal is None:
        work.answer(query_id)
        return
    told = await old_buttons.pressed(work, visitor, conversation, heard, result.refusal, place[1])
    work.answer(query_id, told)


def _button(parts: list[str] | None) -> tuple[int, int, str] | None:
    """Read `c:a:<conversation>:<turn>:<action>`."""
    if parts is None or len(parts) < 5 or parts[1] != "a":
        return None
    conversation_id, turn = number(parts[2]), number(parts[3])
    if conversation_id is None or turn is None or not 0 <= turn < _LARGEST_TURN:
        return None
    return conversation_id, turn, ":".join(parts[4:])


async def unclear(update: Update, context: VersoContext) -> None:
    """A button that nobody knows."""
    if update.callback_query is not None:
        query = update.callback_query
        _unclear(context.work, query.id, visitor_of(query.from_user))


def _unclear(work: Work, query_id: str, visitor: accounts.Visitor) -> None:
    work.answer(query_id, menu.sentence(work, visitor, "unclear"))


async def membership(update: Update, context: VersoContext) -> None:
    """Somebody blocked or unblocked the bot, or a group or channel took it in or threw it out."""
    change, work = update.my_chat_member, context.work
    if change is None:
        return
    if change.chat.type == Chat.CHANNEL:
        await _in_channel(work, change)
        return
    gone = change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
    if change.chat.type == Chat.PRIVATE:
        act = accounts.left if gone else accounts.came_back
        await act(work, change.chat.id)
    elif gone:
        await groups.group_lost(work, change.chat.id)
    else:
        if change.old_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT):
            _say_setup(work, change.chat)
        if change.chat.is_forum and getattr(change.new_chat_member, "can_manage_topics", False):
            await topics.allowed(work, change.chat.id)


async def _in_channel(work: Work, change: ChatMemberUpdated) -> None:
    """The bot was made an administrator of a channel, has other rights there, or is out of it."""
    now, chat = change.new_chat_member, change.chat
    is_there = now.status not in (ChatMember.BANNED, ChatMember.LEFT)
    may_post = is_there and bool(getattr(now, "can_post_messages", False))
    found = channel.Channel(chat.id, chat.title or "", chat.username or "", may_post)
    await channel.standing(work, found, change.from_user.id, is_there=is_there)


def _say_setup(work: Work, chat: Chat) -> None:
    if chat.type in (Chat.GROUP, Chat.SUPERGROUP) and work.services.group_at(chat.id) is None:
        text = work.services.words.say(work.services.staff_language, "customer.group_added")
        work.say(chat.id, text, purpose=Purpose.HINT)


async def in_group(update: Update, context: VersoContext) -> None:
    """A customer's command in a group: said once an hour that this goes in private."""
    message: Message | None = update.effective_message
    work = context.work
    if message is None or work.services.group_at(message.chat.id) is not None:
        return
    link = f"https://t.me/{work.services.bot_username}"
    text = work.services.words.say(work.services.staff_language, "customer.group_hint", link=link)
    hour = f"{work.now:%Y%m%d%H}"
    work.say(message.chat.id, text, purpose=Purpose.HINT, dedupe=f"hint:{message.chat.id}:{hour}")
