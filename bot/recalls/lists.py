"""What staff have to do about recalls: who is ready to fetch, who comes today."""

from bot.core.screens import show
from bot.core.work import Work
from bot.recalls.staff_views import StaffViews
from flows.entities import Group, Recall
from flows.entities.kinds import Purpose

RECALLS_LOOKED_AT = 50
SHOWN = 30
"""People in a list; of more there are it says how many."""


async def of_group(work: Work, group: Group) -> list[Recall]:
    """The recalls that a group sees to and that were begun, the newest first."""
    states = ("running", "paused", "ended")
    found = await work.unit.recalls.latest(RECALLS_LOOKED_AT, states)
    return [each for each in found if work.services.group_of(each.team_id) == group]


async def post(work: Work, group: Group, *, over: int | None = None) -> None:
    """Post what is to be done, or bring the list of a message up to date."""
    views = StaffViews(work.services, work.services.language_at(group))
    recalls = await of_group(work, group)
    people = await work.unit.recalls.at_work([each.id for each in recalls], SHOWN + 1)
    text, keyboard = views.to_do(recalls, people[:SHOWN], more=len(people) > SHOWN)
    show(work, group.chat_id, text, keyboard, over=over, purpose=Purpose.NOTE)
