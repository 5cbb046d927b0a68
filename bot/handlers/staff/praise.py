"""What staff write and press about praise."""

from telegram import Chat, Update

from bot.core.callbacks import number, unpack
from bot.core.context import VersoContext
from bot.core.journal import note
from bot.core.names import display_safe
from bot.core.work import Work
from bot.handlers.staff import buttons
from bot.handlers.staff.parsing import command_at, person_of, reply
from bot.praise import passing, reading
from flows.desk.rights import Deed
from flows.entities import PRAISE_READ, Praise, PraiseId
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind


async def command(update: Update, context: VersoContext) -> None:
    """`/praise`: what customers have praised lately."""
    at = await command_at(context.work, update, Deed.READ)
    if at is not None:
        text, keyboard = await reading.latest(at.work, at.group)
        reply(at.work, at.message, text, keyboard=keyboard, subject=PRAISE_READ)


async def pressed(update: Update, context: VersoContext) -> None:
    """Say thank you for praise, or how much of it was for whoever presses."""
    query, work = update.callback_query, context.work
    if query is None:
        return
    parts = unpack(query.data) or ["e", ""]
    message = query.message
    private = message is not None and message.chat.type == Chat.PRIVATE
    if message is not None and private and work.services.group_at(message.chat.id) is None:
        await _thanked_in_private(work, update, parts)
        return
    press = await buttons.press_of(work, update)
    if press is None:
        return
    deed = Deed.READ if parts[1] == "pm" else Deed.ANSWER
    if not await buttons.may(press, deed):
        return
    if parts[1] == "pm":
        text = await reading.mine(work, press.group, query.from_user.id)
        work.answer(query.id, text, alert=True)
        return
    praise = await _praise(work, parts)
    elsewhere = praise is not None and praise.group_chat_id != press.group.chat_id
    if elsewhere:
        parts = ["e", "pt"]
    await _thank(work, query.id, parts, press.by, work.services.language_at(press.group))


async def _thanked_in_private(work: Work, update: Update, parts: list[str]) -> None:
    """Whoever was meant says thank you in their own chat; nobody else has this button."""
    query = update.callback_query
    if query is None:
        return
    by = person_of(work, query.from_user)
    account, customer = work.people.get(query.from_user.id, (None, None))
    language = work.services.language(customer, account)
    praise = await _praise(work, parts)
    if praise is not None and praise.staff_id != query.from_user.id:
        parts = ["e", "pt"]
    await _thank(work, query.id, parts, by, language)


async def _praise(work: Work, parts: list[str]) -> Praise | None:
    praise_id = number(parts[2]) if len(parts) > 2 else None
    return await work.unit.get(Praise, PraiseId(praise_id)) if praise_id is not None else None


async def _thank(work: Work, query_id: str, parts: list[str], by: Person, language: str) -> None:
    praise = await _praise(work, parts)
    known = praise.thanked_by if praise is not None else ""
    outcome: Praise | Refusal = Refusal("gone")
    if praise is not None and parts[1] == "pt":
        outcome = await passing.say_thanks(work, praise.id, by)
        if not isinstance(outcome, Refusal):
            note(work, f"staff:{by.id}", "praise_thanked", Ref(RefKind.PRAISE, praise.id))
    key = f"refused_{outcome.reason}" if isinstance(outcome, Refusal) else "ok_thanked"
    views = passing.views_in(work, language)
    work.answer(query_id, views.say(key, name=display_safe(known)), alert=key != "ok_thanked")
