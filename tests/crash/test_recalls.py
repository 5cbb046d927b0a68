"""A recall in short, under a kill and refusals; in full: `python -m tests.chaos.recalling`."""

from pathlib import Path

import pytest

from tests.chaos.recalling.plan import Plan
from tests.chaos.recalling.run import recalled

pytestmark = [pytest.mark.crash, pytest.mark.timeout(240), pytest.mark.xdist_group("killed")]


async def test_each_is_told_of_a_recall_once_and_keeps_their_time(
    sqlite_url: str, tmp_path: Path
) -> None:
    plan = Plan(owners=60, kills=1, rate=400, lot=12)
    report = await recalled(plan, sqlite_url, tmp_path)
    assert not report.broken, "\n".join(report.lines())
    assert report.counts["kills"] == plan.kills
    assert report.counts["in the recall"] == plan.owners
    assert report.counts["told by a second account"]
    assert report.counts["told who bought it later"]
    assert report.counts["bookings kept"]
