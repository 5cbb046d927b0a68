"""Recalls in a group of staff: how they stand, today's list, ready and handed back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from telegram import Update

from bot.core.callbacks import number
from bot.core.context import VersoContext
from bot.core.names import display_safe
from bot.core.rich import Rich
from bot.core.screens import show
from bot.core.work import Keyboard, Work
from bot.desk.speaking import staff_words
from bot.handlers.staff import buttons
from bot.handlers.staff.buttons import Press
from bot.handlers.staff.parsing import Heard, command_at, may, reply
from bot.recalls import campaigns, lists, picture, returns, unreached
from bot.recalls.campaigns import Actor
from bot.recalls.group_views import GroupViews
from bot.recalls.staff_views import StaffViews
from bot.recalls.views import AREA
from flows.desk.rights import Deed
from flows.entities import Participant, ParticipantId, Recall
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Person, Refusal

SHOWN = 20
"""Recalls in the list of a group, the newest."""
TODAY, READY, BACK = "today", "ready", "back"


def _actor(by: Person) -> Actor:
    return Actor(f"staff:{by.id}", by)


# -- the command --------------------------------------------------------------------------------


async def command(update: Update, context: VersoContext) -> None:
    """`/recalls`, `/recalls today`, `/recalls ready REF`, `/recalls back REF`."""
    at = await command_at(context.work, update, Deed.READ)
    if at is None:
        return
    word, _, ref = at.text.strip().partition(" ")
    if not word:
        await _show_all(at)
    elif word.lower() == TODAY:
        await lists.post(at.work, at.group)
    elif word.lower() in (READY, BACK) and ref.strip():
        await _mark(at, word.lower(), ref.strip())
    else:
        reply(at.work, at.message, staff_words(at.work, at.group, "recalls.usage"))


async def _show_all(at: Heard) -> None:
    """Show the recalls of the group, or the only one."""
    views = GroupViews(at.work.services, at.work.services.language_at(at.group))
    found = await lists.of_group(at.work, at.group)
    if not found:
        reply(at.work, at.message, views.say("none_here"))
        return
    text, keyboard = await _shown(at.work, views, found)
    reply(at.work, at.message, text, keyboard=keyboard)


async def _shown(work: Work, views: GroupViews, found: Sequence[Recall]) -> tuple[Rich, Keyboard]:
    if len(found) > 1:
        return views.listing_here(found[:SHOWN])
    counts = await work.unit.recalls.counts(found[0])
    return views.standing(found[0], counts, others=False)


async def _mark(at: Heard, word: str, ref: str) -> None:
    """Note that a customer's thing is ready, or that they have it again."""
    if not await may(at, Deed.WORK):
        return
    customer = await at.work.unit.customers.by_ref(ref)
    recalls = await lists.of_group(at.work, at.group)
    mine = await at.work.unit.recalls.of_customer(customer.id) if customer is not None else []
    found = [(each, recall) for each in mine for recall in recalls if recall.id == each.recall_id]
    views = StaffViews(at.work.services, at.work.services.language_at(at.group))
    if not found:
        reply(at.work, at.message, views.say("not_in_it", ref=display_safe(ref)))
        return
    participant, recall = found[-1]
    done = await _DO[word](at.work, recall, participant, _actor(at.by))
    key = f"not_{done.reason}" if isinstance(done, Refusal) else f"ok_{word}"
    reply(at.work, at.message, views.say(key, ref=display_safe(ref)))


_DO = {READY: returns.ready, BACK: returns.handed_back}


# -- buttons ------------------------------------------------------------------------------------


async def pressed(update: Update, context: VersoContext) -> None:
    """Do what a button in a group says."""
    press = await buttons.press_of(context.work, update)
    if press is None:
        return
    action, *rest = press.arguments
    deed, do = _ACTIONS[action]
    wanted = number(rest[0]) if len(rest) == 1 else None
    if not await buttons.may(press, deed):
        return
    if wanted is None:
        press.answer("desk.unclear", alert=True)
        return
    await do(press, wanted)


async def _recall(press: Press, wanted: int) -> Recall | None:
    """The recall of a button, which has to be this group's."""
    found = await press.work.unit.recalls.by_number(wanted) if 0 < wanted < 1 << 31 else None
    mine = await lists.of_group(press.work, press.group)
    if found is None or found.id not in {each.id for each in mine}:
        press.answer("recalls.gone", alert=True)
        return None
    return found


async def _today(press: Press, wanted: int) -> None:
    await lists.post(press.work, press.group)
    press.answer("recalls.ok_list")


async def _here(press: Press, wanted: int) -> None:
    """Show the recalls of the group in the place of one of them."""
    views = GroupViews(press.work.services, press.work.services.language_at(press.group))
    found = await lists.of_group(press.work, press.group)
    if found:
        _instead(press, *await _shown(press.work, views, found))
    else:
        press.answer("recalls.none_here", alert=True)


async def _one(press: Press, wanted: int) -> None:
    """Show one recall in the place of the list."""
    recall = await _recall(press, wanted)
    if recall is not None:
        views = GroupViews(press.work.services, press.work.services.language_at(press.group))
        counts = await press.work.unit.recalls.counts(recall)
        _instead(press, *views.standing(recall, counts, others=True))


def _instead(press: Press, text: Rich, keyboard: Keyboard) -> None:
    message = press.query.message
    over = message.message_id if message is not None else None
    show(press.work, press.group.chat_id, text, keyboard, over=over, purpose=Purpose.NOTE)
    press.work.answer(press.query.id)


async def _missed(press: Press, wanted: int) -> None:
    """Send the table of those who were not reached."""
    recall = await _recall(press, wanted)
    if recall is not None:
        language = press.work.services.language_at(press.group)
        unreached.send(press.work, recall, press.group.chat_id, language)
        press.answer("recalls.writing_table")


async def _picture(press: Press, wanted: int) -> None:
    recall = await _recall(press, wanted)
    if recall is not None:
        language = press.work.services.language_at(press.group)
        picture.send(press.work, recall, press.group.chat_id, language)
        press.answer("recalls.drawing")


async def _halt(press: Press, wanted: int) -> None:
    await _move(press, wanted, campaigns.pause, "ok_paused")


async def _resume(press: Press, wanted: int) -> None:
    await _move(press, wanted, campaigns.resume, "ok_resumed")


async def _move(
    press: Press,
    wanted: int,
    move: Callable[..., Awaitable[Recall | Refusal]],
    done: str,
) -> None:
    recall = await _recall(press, wanted)
    if recall is None:
        return
    moved = await move(press.work, recall, _actor(press.by))
    if isinstance(moved, Refusal):
        press.answer(f"recalls.refused_{moved.reason}", alert=True)
    else:
        press.answer(f"recalls.{done}", alert=True)


async def _ready(press: Press, wanted: int) -> None:
    await _mark_pressed(press, wanted, READY)


async def _back(press: Press, wanted: int) -> None:
    await _mark_pressed(press, wanted, BACK)


async def _mark_pressed(press: Press, wanted: int, word: str) -> None:
    participant = await press.work.unit.get(Participant, ParticipantId(wanted))
    recall = None
    if participant is not None:
        mine = await lists.of_group(press.work, press.group)
        recall = next((each for each in mine if each.id == participant.recall_id), None)
    if participant is None or recall is None:
        press.answer("recalls.gone", alert=True)
        return
    done = await _DO[word](press.work, recall, participant, _actor(press.by))
    if isinstance(done, Refusal):
        press.answer(f"recalls.not_{done.reason}", alert=True)
        return
    press.answer(f"recalls.ok_{word}", ref="")
    message = press.query.message
    if message is not None:
        await lists.post(press.work, press.group, over=message.message_id)


_ACTIONS: Mapping[str, tuple[Deed, Callable[[Press, int], Awaitable[None]]]] = {
    "here": (Deed.READ, _here),
    "one": (Deed.READ, _one),
    "missed": (Deed.HALT, _missed),
    "today": (Deed.READ, _today),
    "view": (Deed.READ, _picture),
    "halt": (Deed.HALT, _halt),
    "goon": (Deed.HALT, _resume),
    "ready": (Deed.WORK, _ready),
    "back": (Deed.WORK, _back),
}
PATTERN = rf"^{AREA}:({'|'.join(_ACTIONS)}):"
"""The buttons of staff."""
