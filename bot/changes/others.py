"""What becomes of those who did not complain: each is told of a change, waits, or is not told.

By the checks, limits and hours of asks (`bot.asks.evaluation`); before that, staff see how many.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.asks import delivery
from bot.asks.evaluation import Background, load_background, services_with
from bot.asks.rows import asked_once_more, still_waiting, write_row
from bot.changes.campaign_views import CampaignViews, Prospect
from bot.changes.campaigns import imagined, objection, schedule_for
from bot.changes.notices import COUNT_EVERY
from bot.core.delivery import BatchComposer, Call
from bot.core.subject import Job
from bot.core.titles import product_title
from bot.core.work import Work, inline
from bot.desk.speaking import NO_PREVIEW
from bot.identity.time_zones import zone_name
from flows.asks.campaigns import campaign_of
from flows.asks.decisions import Outcome
from flows.asks.pacing import UNLIMITED
from flows.config import Schedule
from flows.entities import (
    Candidate,
    CandidateId,
    Change,
    OutboxId,
    Outgoing,
    Timer,
)
from flows.entities.kinds import DueRows, TimerKind
from flows.entities.refs import Ref, RefKind
from flows.entities.replaced import replaced

NEWS, PREVIEW = "@news", "@others"
"""The composed rows that tell somebody, and that show staff whom it would tell."""
SAMPLE = 500
"""People by whom it is estimated how many would be told."""
AT_ONCE = 100
"""Candidates in one transaction."""

# -- deciding -----------------------------------------------------------------------------------


async def consider(work: Work, candidates: Sequence[Candidate]) -> None:
    """Look at these candidates: each is told, waits until a named moment, or is done with."""
    known = await _known(work, candidates)
    fresh: list[Candidate] = []
    for each in candidates:
        if each.schedule_id not in known:
            work.unit.put(replaced(each, look_at=None))
    for change in {change.id: change for change, _ in known.values()}.values():
        mine = [each for each in candidates if _change_of(known, each) == change.id]
        behind = await work.unit.telling.behind(change.id, {each.customer_id for each in mine})
        for each in mine:
            if each.asked_at is not None or each.customer_id in behind:
                work.unit.put(_done_with(work, each))
            else:
                fresh.append(each)
        work.unit.set_timer(Timer(TimerKind.COUNT, str(change.id), work.now + COUNT_EVERY))
    await delivery.consider(_as_if_scheduled(work, known), fresh, _tell)


def _change_of(known: Mapping[str, tuple[Change, Schedule]], candidate: Candidate) -> int | None:
    found = known.get(candidate.schedule_id)
    return found[0].id if found is not None else None


def _done_with(work: Work, candidate: Candidate) -> Candidate:
    """A candidate who has read it, or reads it as somebody who complained."""
    if candidate.asked_at is not None:
        return replaced(candidate, look_at=None)
    reason = {"key": "told_already", "args": {}}
    record = {"reason": reason, "zone": "UTC", "at": work.now.isoformat()}
    return replaced(
        candidate,
        outcome=Outcome.NOT_IN_AUDIENCE,
        reason=record,
        look_at=None,
        decided_at=work.now,
    )


async def _known(work: Work, candidates: Sequence[Candidate]) -> dict[str, tuple[Change, Schedule]]:
    """The changes that these candidates are to be told of, with the campaigns as schedules."""
    named = {each.schedule_id: campaign_of(each.schedule_id) for each in candidates}
    campaigns = await work.unit.telling.campaigns([each for each in named.values() if each])
    changes = await work.unit.get_all(Change, {each.change_id for each in campaigns.values()})
    found: dict[str, tuple[Change, Schedule]] = {}
    for campaign in campaigns.values():
        change = changes[campaign.change_id]
        schedule = schedule_for(work.services, change, campaign)
        found[schedule.id] = change, schedule
    return found


def _as_if_scheduled(work: Work, known: Mapping[str, tuple[Change, Schedule]]) -> Work:
    """The same unit of work with these campaigns among the schedules."""
    schedules = [schedule for _, schedule in known.values()]
    return Work(work.unit, work.now, services_with(work.services, schedules))


async def _tell(work: Work, background: Background, candidate: Candidate) -> Candidate:
    """Write the row that tells somebody; give the candidate as it is then."""
    account = background.account(candidate.customer_id)
    if account is None:
        raise LookupError("only a linked customer is told")
    asked = asked_once_more(candidate, work.now)
    write_row(work, asked, account.telegram_id, NEWS)
    return asked


# -- what they read -----------------------------------------------------------------------------


async def compose_many(work: Work, rows: Sequence[Outgoing]) -> dict[OutboxId, Call | None]:
    """What others read, as it is to be sent now; None when something has come between."""
    waiting = await still_waiting(work, rows)
    calls: dict[OutboxId, Call | None] = dict.fromkeys(row.id for row in rows)
    known = await _known(work, list(waiting.values()))
    scheduled = _as_if_scheduled(work, known)
    background = await load_background(
        work.unit, scheduled.services, list(waiting.values()), work.now
    )
    people = await work.unit.changes.count_people({change.id for change, _ in known.values()})
    for row_id, candidate in waiting.items():
        if candidate.schedule_id not in known:
            continue
        change, schedule = known[candidate.schedule_id]
        if background.look(candidate).outcome == Outcome.SEND:
            text = _text(background, candidate, change, schedule, people.get(change.id, 0))
            calls[row_id] = Call("sendMessage", text)
    return calls


def _text(
    background: Background, candidate: Candidate, change: Change, schedule: Schedule, people: int
) -> dict[str, Any]:
    services = background.services
    customer = background.customers[candidate.customer_id]
    language = services.language(customer, background.account(customer.id))
    views = CampaignViews(services.words, language)
    zone = zone_name(services, customer, background.now)
    owned = background.products.get(customer.id, frozenset())
    product = next((each for each in schedule.audience.product if each in owned), "")
    title = product_title(services.config, language, product)
    rich, keyboard = views.news(change, services.staff_language, title, people, zone)
    return {**rich.params(), **NO_PREVIEW, "reply_markup": inline(keyboard)}


# -- what staff see -----------------------------------------------------------------------------


async def compose_preview(work: Work, row: Outgoing) -> Call | None:
    """Whom telling others would reach, and why not the rest; worked out where nobody waits."""
    number = Ref.number(row.subject, RefKind.CHANGE)
    change = await work.unit.get(Change, number) if number is not None else None
    if change is None:
        return None
    views = CampaignViews(work.services.words, work.services.language_at(change.group_chat_id))
    refusal = await objection(work, change)
    if refusal is not None:
        return Call("sendMessage", {**views.refused(refusal.reason).params(), **row.params})
    rich, keyboard = views.preview(change, await prospect(work, change))
    markup = {"reply_markup": inline(keyboard)} if keyboard else {}
    return Call("sendMessage", {**rich.params(), **NO_PREVIEW, **row.params, **markup})


async def prospect(work: Work, change: Change) -> Prospect:
    """How many others would be told of a change, and why the rest would not be.

    Estimated by a sample where there are many; by the rules that decide in the end.
    """
    campaign = await imagined(work, change)
    schedule = schedule_for(work.services, change, campaign)
    names = work.services.config.product_names(campaign.products)
    total, ids = await work.unit.telling.having(names, SAMPLE)
    behind = await work.unit.telling.behind(change.id, ids)
    services = services_with(work.services, [schedule])
    candidates = [
        Candidate(
            CandidateId(0),
            schedule.id,
            customer_id,
            None,
            work.now,
            work.now,
            occasion=work.now.isoformat(),
        )
        for customer_id in ids
        if customer_id not in behind
    ]
    background = await load_background(work.unit, services, candidates, work.now)
    background.restraint.pace = UNLIMITED
    reasons: dict[str, int] = {"told_already": len(behind)} if behind else {}
    told = 0
    for candidate in candidates:
        decision = background.weigh(candidate, schedule).foreseen
        outcome = decision.outcome if decision is not None else Outcome.PAUSED
        if outcome is Outcome.SEND:
            told += 1
        elif outcome is Outcome.NOT_IN_AUDIENCE and decision is not None:
            _add(reasons, decision.reason.key)
        else:
            _add(reasons, outcome.value)
    return Prospect(total, len(ids), told, reasons)


def _add(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1


JOB: Job[Candidate] = Job(
    rows=DueRows.CAMPAIGNS,
    batch=AT_ONCE,
    due=lambda unit, now, limit: unit.schedules.due_of_campaigns(now, limit),
    again=lambda unit, row: unit.get(Candidate, row.id),
    handle=consider,
    put_off=lambda unit, row, later: unit.put(replace(row, look_at=later)),
    asks=True,
)
BATCH_COMPOSERS: Mapping[str, BatchComposer] = {NEWS: compose_many}
COMPOSERS = {PREVIEW: compose_preview}
