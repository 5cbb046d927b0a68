"""python-telegram-bot as it comes: the mix by a ConversationHandler with PicklePersistence.

    python -m tests.bench.peers.ptb URL FILE

The calls for each update are those of `reactions`, made through its Bot in the handler's own
coroutine, as its examples do. What it knows is kept in memory and pickled once a minute.
"""

import asyncio
import contextlib
import signal
import sys
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReactionTypeEmoji, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)
from telegram.warnings import PTBUserWarning

from tests.bench.lean import TOKEN
from tests.bench.peers import reactions
from tests.bench.peers.reactions import Call, Complaint
from tests.mix import GROUP_ID

GREETED, AGREED, ASKED, LOOKING, FILED = range(5)
METHODS = {
    "sendMessage": Bot.send_message,
    "editMessageText": Bot.edit_message_text,
    "answerCallbackQuery": Bot.answer_callback_query,
    "setMessageReaction": Bot.set_message_reaction,
    "createForumTopic": Bot.create_forum_topic,
    "editForumTopic": Bot.edit_forum_topic,
    "closeForumTopic": Bot.close_forum_topic,
}


async def _made(bot: Bot, known: Complaint, calls: list[Call]) -> Complaint:
    """Make the calls one after the other."""
    for call in calls:
        params = reactions.filled(call.params, known)
        if "reply_markup" in params:
            params["reply_markup"] = _markup(params["reply_markup"])
        if "reaction" in params:
            params["reaction"] = [ReactionTypeEmoji(each["emoji"]) for each in params["reaction"]]
        result: Any = await METHODS[call.method](bot, **params)  # type: ignore[operator]
        if call.keeps:
            known = reactions.kept(known, call.keeps, result.to_dict())
    return known


def _markup(raw: dict[str, Any]) -> InlineKeyboardMarkup:
    rows = [[InlineKeyboardButton(**each) for each in row] for row in raw["inline_keyboard"]]
    return InlineKeyboardMarkup(rows)


async def _reacted(update: Update, context: Any, known: Complaint) -> Complaint:
    """Do what the update means for this complaint."""
    number = len(context.bot_data.setdefault("topics", {})) + 1
    changed, calls = reactions.react(known, update.to_dict(), number)
    return await _made(context.bot, changed, calls)


def _customer(following: Any) -> Any:
    """Make a handler that reacts, remembers in the user's data, and gives the next state."""

    async def handle(update: Update, context: Any) -> int:
        assert update.effective_chat is not None
        known = context.user_data.get("complaint") or Complaint(update.effective_chat.id)
        known = await _reacted(update, context, known)
        context.user_data["complaint"] = known
        if known.topic:
            context.bot_data["topics"][known.topic] = known.chat_id
        return int(following(known) if callable(following) else following)

    return handle


async def _staff(update: Update, context: Any) -> None:
    """What staff write in a topic is about its customer."""
    assert update.effective_message is not None
    chat_id = context.bot_data["topics"][update.effective_message.message_thread_id]
    data = context.application.user_data[chat_id]
    data["complaint"] = await _reacted(update, context, data["complaint"])


def _conversation() -> Any:
    def chosen(known: Complaint) -> int:
        return LOOKING if known.step == "looking" else ASKED

    words = filters.TEXT & filters.ChatType.PRIVATE & ~filters.COMMAND
    return ConversationHandler(
        entry_points=[CommandHandler("start", _customer(GREETED), filters.ChatType.PRIVATE)],
        states={
            GREETED: [CallbackQueryHandler(_customer(AGREED))],
            AGREED: [MessageHandler(words, _customer(ASKED))],
            ASKED: [CallbackQueryHandler(_customer(chosen))],
            LOOKING: [CallbackQueryHandler(_customer(FILED))],
            FILED: [MessageHandler(words, _customer(FILED))],
        },
        fallbacks=[],
        name="complaint",
        persistent=True,
    )


@contextlib.asynccontextmanager
async def running(url: str, file: Path) -> AsyncIterator[None]:
    """Run it for as long as the block runs."""
    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot")
    application = builder.persistence(PicklePersistence(file)).build()
    with warnings.catch_warnings():
        # It advises per_message, which its own examples with buttons do without.
        warnings.simplefilter("ignore", PTBUserWarning)
        application.add_handler(_conversation())
    application.add_handler(MessageHandler(filters.Chat(GROUP_ID), _staff))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling()
        try:
            yield
        finally:
            await application.updater.stop()
            await application.stop()


async def main(url: str, file: str) -> None:
    """Run until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with running(url, Path(file)):
        print("ready", flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
