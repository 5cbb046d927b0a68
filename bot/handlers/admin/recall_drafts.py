"""Recalls that admins make in their private chat: whom it concerns, and what is typed for one."""

from collections.abc import Awaitable, Callable, Mapping
from zoneinfo import ZoneInfo

from bot.console import prompts
from bot.console.prompts import Awaited
from bot.core.rich import Rich
from bot.core.words import named_within
from bot.core.work import Keyboard, Work
from bot.handlers.admin.screen import Answer, Desk
from bot.recalls import campaigns, coming
from bot.recalls.campaigns import Actor, Strangers
from bot.recalls.staff_views import StaffViews
from bot.slots.views import SlotViews
from flows.entities import Recall
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Person, Refusal
from flows.recalls import whom as rules
from flows.recalls import wording
from flows.recalls.whom import WhomError
from flows.recalls.wording import WordingError
from flows.slots.lists import SlotsError

AWAITED = "recall"
"""What a typed text is for (`Awaited.what`); `Awaited.name` says what of it."""
LIST, DAYS, TEXT, SLOTS = "list", "days", "text", "slots"

Shown = tuple[Rich, Keyboard]
Done = tuple[str, Shown | None]
"""What a press leads to: a word over the chat, and the screen from now on."""


class At:
    """An admin at work on recalls."""

    def __init__(self, work: Work, views: StaffViews, by: Actor, message_id: int = 0) -> None:
        self.work, self.views, self.by, self.message_id = work, views, by, message_id

    @property
    def chat(self) -> int:
        """The admin's private chat."""
        return self.by.person.id or 0


async def opened(at: At, recall: Recall, note: str = "") -> Shown:
    """One recall as it is now, below a sentence."""
    counts = await at.work.unit.recalls.counts(recall)
    return at.views.opened(recall, counts, await campaigns.readers(at.work, recall), note)


async def by_number(work: Work, wanted: int) -> Recall | None:
    """The recall with this number, which came from outside."""
    return await work.unit.recalls.by_number(wanted) if 0 < wanted < 1 << 31 else None


# -- making one ---------------------------------------------------------------------------------


async def _new(at: At, _: str) -> Done:
    return "", at.views.which()


async def _products(at: At, _: str) -> Done:
    return "", at.views.products()


async def _segments(at: At, _: str) -> Done:
    return "", at.views.segments()


async def _product(at: At, product: str) -> Done:
    await wait(at, DAYS, product)
    return "", at.views.days(product)


async def _ever(at: At, product: str) -> Done:
    zone = ZoneInfo(at.work.services.config.brand.time_zone)
    days = rules.ever(at.work.now.astimezone(zone).date())
    return await _made(at, await campaigns.of_buyers(at.work, product, days, at.by))


async def _segment(at: At, segment: str) -> Done:
    return await _made(at, await campaigns.of_a_segment(at.work, segment, at.by))


async def _list(at: At, _: str) -> Done:
    await wait(at, LIST, "")
    at.work.say(at.chat, at.views.say("type_list"), purpose=Purpose.ADMIN)
    return "", None


async def _made(at: At, made: Recall | Refusal | Strangers) -> Done:
    if isinstance(made, Strangers):
        return at.views.strangers(made.refs), None
    if isinstance(made, Refusal):
        return at.views.say(f"refused_{made.reason}"), None
    return "", await opened(at, made)


async def wait(at: At, name: str, subject: str, language: str = "") -> None:
    """Take what the admin types next for this."""
    awaited = Awaited(AWAITED, subject, name, message_id=0, language=language)
    await prompts.wait_for(at.work, at.chat, awaited)


# -- what is typed ------------------------------------------------------------------------------


async def take(desk: Desk, awaited: Awaited, text: str) -> Answer:
    """Take a list of references, days, or a text in a language."""
    views = StaffViews(desk.work.services, desk.language)
    by = Actor(f"admin:{desk.admin}", Person(desk.admin, desk.name))
    at = At(desk.work, views, by)
    try:
        notice, shown = await _TAKEN[awaited.name](at, awaited, text)
    except WhomError as error:
        notice, shown = views.say(f"wrong_{error}"), None
    except WordingError as error:
        limit = {"limit": wording.LIMIT, "title": wording.TITLE_LIMIT}
        notice, shown = views.say(f"wrong_text_{error}", **limit), None
    if shown is not None:
        await prompts.stop_waiting(desk.work, desk.admin)
    return Answer(shown, notice)


async def _take_list(at: At, awaited: Awaited, text: str) -> Done:
    return await _made(at, await campaigns.of_list(at.work, rules.refs_in(text), at.by))


async def _take_days(at: At, awaited: Awaited, text: str) -> Done:
    days = rules.period(text)
    return await _made(at, await campaigns.of_buyers(at.work, awaited.subject, days, at.by))


async def _take_text(at: At, awaited: Awaited, text: str) -> Done:
    recall = await by_number(at.work, int(awaited.subject))
    if recall is None:
        return at.views.say("gone"), None
    parts = wording.parsed(text)
    written = campaigns.write(at.work, recall, awaited.language, parts, at.by)
    if isinstance(written, Refusal):
        return at.views.say(f"refused_{written.reason}"), None
    tongue = named_within(awaited.language, at.views.language)
    return "", await opened(at, written, at.views.say("written", tongue=tongue))


async def _take_slots(at: At, awaited: Awaited, text: str) -> Done:
    recall = await by_number(at.work, int(awaited.subject))
    if recall is None:
        return at.views.say("gone"), None
    try:
        found = await coming.put_up(at.work, recall, text)
    except SlotsError as error:
        zone = at.work.services.config.brand.time_zone
        views = SlotViews(at.work.services, at.views.language, zone, at.work.now)
        return views.faults(error.faults), None
    if isinstance(found, Refusal):
        return at.views.say(f"slots_{found.reason}"), None
    changed = await at.work.unit.get(Recall, recall.id) or recall
    return "", at.views.places(changed, at.views.say("slots_taken", n=len(found)))


_TAKEN: Mapping[str, Callable[[At, Awaited, str], Awaitable[Done]]] = {
    LIST: _take_list,
    DAYS: _take_days,
    TEXT: _take_text,
    SLOTS: _take_slots,
}


Making = Callable[[At, str], Awaitable[Done]]
MAKING: Mapping[str, Making] = {
    "new": _new,
    "products": _products,
    "product": _product,
    "ever": _ever,
    "segments": _segments,
    "segment": _segment,
    "list": _list,
}
