"""Telling people of a change who did not complain: those who have its products, once.

    timer "campaign" ──(a minute)──▶ 1,000 candidates ──▶ 1,000 candidates ──▶ … ──▶ nobody is left

They are asked nothing, and are considered as if they were: by the same checks, limits and hours,
with people left out for comparison (`bot.asks.evaluation`). The next ones are planned when few
wait, so that a million cost nothing at once. Functions that may refuse return a `Refusal`.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.asks.evaluation import first_due, new_candidate
from bot.changes.campaign_views import CampaignViews
from bot.core.services import Services
from bot.core.work import Work
from bot.identity.time_zones import zone_name
from flows.asks.campaigns import HOLDOUT, as_schedule, schedule_id
from flows.asks.triggers import occasion
from flows.changes.telling import HELD_BACK, may_call_off
from flows.changes.wording import wordings
from flows.config import Schedule
from flows.entities import (
    Campaign,
    CampaignId,
    Change,
    CustomerId,
    Timer,
)
from flows.entities.kinds import Role, TimerKind
from flows.entities.lifecycle import Person, Refusal
from flows.entities.states import CHANGE_WORKS

BATCH = 1000
"""Customers who are looked at in one transaction."""
ENOUGH = 1000
"""While so many wait to be considered, no more are planned."""
LATER = timedelta(seconds=20)
"""When to plan on then."""


# -- beginning ----------------------------------------------------------------------------------


async def going_on(work: Work, change: Change) -> Campaign | None:
    """The campaign by which others are told of a change, or were; None: there is none."""
    found = await work.unit.telling.campaigns_of(change.id)
    return next((each for each in found if each.called_off_at is None), None)


async def objection(work: Work, change: Change) -> Refusal | None:
    """Why others cannot be told of a change."""
    if change.state not in CHANGE_WORKS:
        return Refusal("not_working")
    if await going_on(work, change) is not None:
        return Refusal("others_told")
    return None if await _products(work, change) else Refusal("no_product")


async def hold(work: Work, change: Change, by: Person) -> Campaign | Refusal:
    """Have others told of a change, from in a minute on."""
    refusal = await objection(work, change)
    if refusal is not None:
        return refusal
    campaign = replace(
        await imagined(work, change),
        id=CampaignId(work.unit.new_id()),
        author_id=by.id,
        author_name=by.name,
    )
    work.unit.add(campaign)
    begins = campaign.begins_at or work.now
    work.unit.set_timer(Timer(TimerKind.CAMPAIGN, str(campaign.id), begins, {"after": 0}))
    return campaign


async def imagined(work: Work, change: Change) -> Campaign:
    """The campaign that would tell others of a change, if it were begun now."""
    return Campaign(
        id=CampaignId(0),
        change_id=change.id,
        created_at=work.now,
        products=await _products(work, change),
        holdout=HOLDOUT.hundredths,
        begins_at=work.now + HELD_BACK,
    )


async def _products(work: Work, change: Change) -> tuple[str, ...]:
    """The products that the people behind a change were asked about, by their ids."""
    config = work.services.config
    told = await work.unit.changes.products_of(change.id)
    return tuple(sorted({config.product_called(name) or name for name in told}))


async def call_off(
    work: Work, campaign: Campaign, by: Person, role: Role | None
) -> Campaign | Refusal:
    """Have nobody told, if nobody has been considered yet."""
    timer = await work.unit.timers.pending(TimerKind.CAMPAIGN, str(campaign.id))
    begun = campaign.begins_at is not None and campaign.begins_at <= work.now
    if campaign.called_off_at is not None:
        return Refusal("not_held")
    if timer is None or begun:
        return Refusal("too_late")
    if not may_call_off(campaign.author_id, by.id, role):
        return Refusal("not_yours")
    work.unit.delete(timer)
    gone = replace(campaign, called_off_at=work.now)
    work.unit.put(gone)
    return gone


# -- planning -----------------------------------------------------------------------------------


async def plan(work: Work, timer: Timer) -> None:
    """Make candidates of those who have the products, some at a time."""
    campaign = await work.unit.get(Campaign, CampaignId(int(timer.subject)))
    change = await work.unit.get(Change, campaign.change_id) if campaign is not None else None
    if campaign is None or change is None or campaign.called_off_at is not None:
        return
    if await work.unit.schedules.count_due_of_campaigns(work.now, ENOUGH) == ENOUGH:
        work.unit.set_timer(replace(timer, due_at=work.now + LATER))
        return
    schedule = schedule_for(work.services, change, campaign)
    ids = await work.unit.customers.linked_after(timer.data["after"], BATCH)
    await _plan_some(work, change, schedule, campaign, ids)
    if len(ids) == BATCH:
        work.unit.set_timer(replace(timer, due_at=work.now, data={"after": ids[-1]}))
    else:
        work.unit.put(replace(campaign, planned_at=work.now))


async def _plan_some(
    work: Work,
    change: Change,
    schedule: Schedule,
    campaign: Campaign,
    ids: Sequence[CustomerId],
) -> None:
    audience = work.services.config.called_by_events(schedule.audience)
    fitting = await work.unit.audiences.fitting(audience, ids)
    at = campaign.begins_at or campaign.created_at
    moment = at.isoformat()
    behind = await work.unit.telling.behind(change.id, fitting)
    known = await work.unit.schedules.of_occasion(schedule.id, moment, fitting)
    people = await work.unit.customers.by_ids(set(fitting) - known - behind)
    for customer in people.values():
        zone = zone_name(work.services, customer, work.now)
        look = first_due(schedule, occasion(at), work.now, work.services, zone)
        work.unit.add(new_candidate(work.unit, schedule, customer, look, work.now, occasion=moment))


def schedule_for(services: Services, change: Change, campaign: Campaign) -> Schedule:
    """A campaign as a schedule; it means readers of the languages that the change is written in."""
    return as_schedule(change, campaign, list(wordings(change, services.staff_language)))


# -- how far it is ------------------------------------------------------------------------------


async def line(work: Work, change: Change) -> str:
    """What is said of telling others on a change's card; empty: nobody was to be told."""
    campaign = await going_on(work, change)
    if campaign is None:
        return ""
    counts = await work.unit.telling.outcomes(schedule_id(change, campaign))
    views = CampaignViews(work.services.words, work.services.language_at(change.group_chat_id))
    return views.line(campaign, counts, work.services.config.brand.time_zone, work.now)


TIMERS: dict[str, Callable[[Work, Timer], Awaitable[None]]] = {TimerKind.CAMPAIGN: plan}
"""What to do when a timer of this kind fires, by kind."""
