"""What asking adds to the engine."""

from dataclasses import replace

from bot.asks import capacity, delivery, greeting, guardrail, informing, loading, planning
from bot.asks.rows import ASK, INFORM
from bot.core.subject import Job, Subject
from flows.entities import Candidate
from flows.entities.kinds import DueRows

AT_ONCE = 100
"""In one transaction; others are let in between a few of them (`delivery.AT_ONCE`)."""

CANDIDATES: Job[Candidate] = Job(
    rows=DueRows.CANDIDATES,
    batch=AT_ONCE,
    due=lambda unit, now, limit: unit.schedules.due(now, limit),
    again=lambda unit, row: unit.get(Candidate, row.id),
    handle=delivery.consider,
    put_off=lambda unit, row, later: unit.put(replace(row, look_at=later)),
    asks=True,
)
ASKS = Subject(
    "asks",
    loaders=(loading.load,),
    composers=delivery.COMPOSERS,
    batch_composers={ASK: delivery.compose_many, INFORM: informing.compose_many},
    reporters=delivery.REPORTERS,
    before_reports=delivery.BEFORE_REPORTS,
    timers=planning.TIMERS,
    jobs=(CANDIDATES,),
    every_minute=(guardrail.guard, capacity.watch_backlog, delivery.reconcile),
    in_each_process=(greeting.refresh,),
    on_new_configuration=(planning.catch_up,),
)
