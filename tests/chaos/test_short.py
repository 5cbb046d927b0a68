"""Chaos in short: a few people, a few kills, everything else that goes wrong."""

from pathlib import Path

import pytest

from tests.chaos.plan import Plan
from tests.chaos.run import chaos

pytestmark = [pytest.mark.crash, pytest.mark.timeout(240), pytest.mark.xdist_group("chaos")]


@pytest.mark.parametrize(
    ("database_url", "mode", "processes"),
    [("sqlite", "polling", 1), ("postgres", "webhook", 1), ("postgres", "polling", 2)],
    indirect=["database_url"],
)
async def test_what_people_saw_is_what_they_did(
    database_url: str, mode: str, processes: int, tmp_path: Path
) -> None:
    plan = Plan(seed=1, seconds=5, customers=7, kills=2, mode=mode, processes=processes)
    report = await chaos(plan, database_url, tmp_path)
    assert not report.broken, "\n".join(report.lines())
    assert report.counts["kill"] == plan.kills
    assert report.counts["tickets"] >= plan.customers
