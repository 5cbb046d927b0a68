"""What staff have to do about recalls: who comes today, what is to be made ready or given back."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.core.events import MorningBegan
from bot.core.rich import Rich
from bot.core.screens import show
from bot.core.work import Keyboard, Work
from bot.recalls import coming
from bot.recalls.group_views import GroupViews
from bot.slots import keeping
from flows.entities import Group, Recall, Slot
from flows.entities.kinds import Purpose
from flows.entities.refs import Ref, RefKind

RECALLS_LOOKED_AT = 50
PEOPLE = 300
SHOWN = 30
"""People in a list; that there are more is said."""


async def of_group(work: Work, group: Group) -> list[Recall]:
    """The recalls that a group sees to and that were begun, the newest first."""
    states = ("running", "paused", "ended")
    found = await work.unit.recalls.latest(RECALLS_LOOKED_AT, states)
    return [each for each in found if work.services.group_of(each.team_id) == group]


async def post(work: Work, group: Group, *, over: int | None = None) -> None:
    """Post what is to be done, or bring the list of a message up to date."""
    views = GroupViews(work.services, work.services.language_at(group))
    text, keyboard = await to_do(work, views, await of_group(work, group))
    show(work, group.chat_id, text, keyboard, over=over, purpose=Purpose.NOTE)


async def to_do(work: Work, views: GroupViews, recalls: Sequence[Recall]) -> tuple[Rich, Keyboard]:
    """What is to be done for these recalls, those who come today first, each with a button."""
    people = await work.unit.recalls.at_work([each.id for each in recalls], PEOPLE)
    today = await _today(work, recalls)
    people.sort(key=lambda each: (each.participant_id not in today, each.since))
    return views.to_do(recalls, people[:SHOWN], today, more=len(people) > SHOWN)


async def _today(work: Work, recalls: Sequence[Recall]) -> dict[int, Slot]:
    """Who comes today, by the number of whoever it is."""
    zone = ZoneInfo(work.services.config.brand.time_zone)
    day = work.now.astimezone(zone).date()
    found: dict[int, Slot] = {}
    for recall in filter(coming.has_slots, recalls):
        for each in await keeping.bookings_of_day(work, day, coming.owner_of(recall)):
            for booking in each.bookings:
                ref = Ref.parse(booking.purpose)
                if ref is not None and ref.kind in (RefKind.PARTICIPANT, RefKind.FETCHING):
                    found[int(ref.id)] = each.slot
    return found


async def morning(work: Work, began: MorningBegan) -> None:
    """Post in the morning what is to be done today, if anything is."""
    recalls = await of_group(work, began.group)
    if recalls and await work.unit.recalls.at_work([each.id for each in recalls], 1):
        await post(work, began.group)
