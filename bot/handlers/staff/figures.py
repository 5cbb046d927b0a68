"""`/letter` and `/map`, typed in groups of staff."""

from telegram import Update

from bot.core.context import VersoContext
from bot.handlers.staff.parsing import beside, command_at, reply
from bot.insight import asked
from flows.desk.rights import Deed


async def letter(update: Update, context: VersoContext) -> None:
    """`/letter`: the last seven days in two minutes."""
    at = await command_at(context.work, update, Deed.READ)
    if at is not None:
        chat_id, place = beside(at.work, at.message)
        asked.letter(at.work, chat_id, at.work.services.language_at(at.group), place)


async def map_(update: Update, context: VersoContext) -> None:
    """`/map`, `/map SEGMENT`, `/map SEGMENT, SEGMENT`: where it hurts."""
    at = await command_at(context.work, update, Deed.READ)
    if at is None:
        return
    chat_id, place = beside(at.work, at.message)
    language = at.work.services.language_at(at.group)
    if refusal := asked.map_(at.work, chat_id, language, at.text, place):
        reply(at.work, at.message, refusal)
