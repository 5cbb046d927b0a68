"""The guardrail: a schedule that drives people away pauses itself, and admins are told once."""

from datetime import datetime, timedelta

from bot.asks.views.settings import called
from bot.core.admin_notices import notify_admins
from bot.core.work import Work
from flows.asks.candidates import STOP_ALL
from flows.asks.explanations import format_period
from flows.asks.restraint import Verdict, guardrail, lost_within
from flows.config import Guardrail, Schedule
from flows.entities import JournalLine, Pause
from flows.entities.refs import Ref, RefKind
from flows.insight.measures import OptOut

LOOKS_BACK = timedelta(days=30)
"""Asks older than this say nothing about a schedule as it is now."""


async def guard(work: Work) -> None:
    """Pause every schedule of whose asks too many ended in a block or a stop."""
    pauses = await work.unit.pauses.all()
    for schedule in work.services.config.schedules:
        last = pauses.get(schedule.id)
        resumed_at = last.resumed_at if last is not None else None
        if schedule.enabled and (last is None or resumed_at is not None):
            verdict = await judge(work, schedule, resumed_at)
            if verdict.tripped:
                await _pause(work, schedule, verdict)


async def judge(work: Work, schedule: Schedule, resumed_at: datetime | None) -> Verdict:
    """Judge a schedule by its asks of the last days, since it was last resumed."""
    rule = work.services.config.guardrail
    since = work.now - LOOKS_BACK
    if resumed_at is not None:
        since = max(since, resumed_at)
    sent = await work.unit.schedules.count_delivered(schedule.id, since)
    if sent < rule.at_least:
        return guardrail(sent, 0, rule)
    leavers = await work.unit.schedules.leavers(schedule.id, since)
    return guardrail(sent, sum(_lost(leaver, schedule, rule) for leaver in leavers), rule)


def _lost(leaver: OptOut, schedule: Schedule, rule: Guardrail) -> bool:
    """Whether the customer left because of this ask, as far as one can tell: soon after it."""
    stopped = {STOP_ALL, schedule.id, schedule.stopped_as} & set(leaver.stopped)
    moments = (leaver.blocked_at, leaver.stopped_at if stopped else None)
    return any(lost_within(leaver.delivered_at, moment, rule) for moment in moments)


async def _pause(work: Work, schedule: Schedule, verdict: Verdict) -> None:
    figures = {"sent": verdict.sent, "lost": verdict.lost}
    await work.unit.pauses.begin(Pause(schedule.id, work.now, verdict.sent, verdict.lost))
    _journal(work, "verso", "schedule_paused", schedule, figures)
    await notify_admins(work, lambda language: _told(work, schedule, verdict, language))


def _told(work: Work, schedule: Schedule, verdict: Verdict, language: str) -> str:
    rule = work.services.config.guardrail
    return work.services.words.say(
        language,
        "admin.guardrail_tripped",
        schedule=called(work.services.config, schedule.id, language),
        sent=verdict.sent,
        lost=verdict.lost,
        share=str(rule.share),
        within=format_period(rule.within, language),
    )


async def resume(work: Work, schedule: Schedule, actor: str) -> bool:
    """Let a schedule that paused itself go on; its asks count from now. Tells whether it was."""
    if not await work.unit.pauses.end(schedule.id, work.now):
        return False
    await work.unit.schedules.look_again([schedule.id], work.now)
    _journal(work, actor, "schedule_resumed", schedule, {})
    return True


def _journal(work: Work, actor: str, kind: str, schedule: Schedule, data: dict[str, int]) -> None:
    subject = str(Ref(RefKind.SCHEDULE, schedule.id))
    work.unit.add(JournalLine(work.unit.new_id(), work.now, actor, kind, subject, data))
