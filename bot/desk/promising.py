"""The time in which first answers really come, by team: what customers are told at the start.

It is worked out once an hour and when a configuration is taken over, and known to the process:
opening a ticket asks the database nothing for it.
"""

from collections.abc import Mapping
from datetime import timedelta

from bot.core.services import Services
from bot.core.work import Work
from flows.desk.promising import ENOUGH, SHARE, told_time
from flows.desk.terms import NOBODYS
from flows.insight.waiting import time_by_which

LATELY = timedelta(days=90)
"""Tickets of this time are looked at."""
MOST = 2000
"""Of all teams together, the newest."""


async def refresh(work: Work) -> None:
    """Work out anew which time customers of each team are told."""
    cases = await work.unit.figures.first_answers(work.now - LATELY, MOST)
    config = work.services.config
    teams = {team.id: team for team in config.teams}
    finished: dict[str, list[timedelta]] = {}
    running: dict[str, list[timedelta]] = {}
    for team_id, opened_at, answered_at in cases:
        calendar = config.calendar_of(teams.get(team_id, NOBODYS))
        found = running if answered_at is None else finished
        passed = calendar.elapsed(opened_at, answered_at or work.now)
        found.setdefault(team_id, []).append(passed)
    told: dict[str, timedelta] = {}
    for team_id, times in finished.items():
        real = time_by_which(times, running.get(team_id, ()), SHARE)
        if len(times) >= ENOUGH and real is not None:
            told[team_id] = told_time(real)
    work.after_commit(lambda services: _know(services, told))


def _know(services: Services, told: Mapping[str, timedelta]) -> None:
    services.told_times = told
