"""What an update costs the database with a bound forum; counts do not depend on the machine."""

from pathlib import Path

from storage.database import Database
from tests.bot.runtime.played import Played, played

PEOPLE = 100
STATEMENTS, HOPS = 0.4, 0.6
"""For each update, with everything that is sent because of it; without looks made by time."""


async def _play(p: Played) -> None:
    while await p.round():
        pass


async def test_an_update_costs_few_statements_and_hops(database: Database, tmp_path: Path) -> None:
    async with played(database, tmp_path, PEOPLE) as p:
        await _play(p)
        assert p.player.done == PEOPLE
        assert p.player.presses == 4 * PEOPLE
        assert p.updates == 10 * PEOPLE
        statements = p.counts.statements.total()
        assert statements <= STATEMENTS * p.updates, p.counts.statements.most_common(10)
        assert p.counts.hops <= HOPS * p.updates
