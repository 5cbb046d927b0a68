"""The desk before very many tickets: lists, searches, clocks, and words that go both ways."""

import asyncio
import random
import statistics
from dataclasses import dataclass
from pathlib import Path

from storage.database import Database
from tests.bench import databases, desk_seeding
from tests.bench.contest import SETTLE_SECONDS
from tests.bench.crowd import percentile, served, verso
from tests.bench.desk_seeding import Desk
from tests.bench.desk_server import ANSWER, RELAY, searches
from tests.bench.plan import Plan
from tests.bench.processes import child
from tests.bench.report import Goal, Report

DESK, TICK = "The desk", "The desk's clocks"
ROUNDS, LOOKS = 5, 20
SECONDS = 300.0
_OF_BOTH = "SQLite", "PostgreSQL"


@dataclass(frozen=True, slots=True)
class Place:
    """A database that was filled, and the configuration of its desk."""

    url: str
    config: Path


async def _place(folder: Path, url: str, desk: Desk) -> Place:
    config = folder / "desk.yaml"
    config.write_text(desk_seeding.config_text(), "utf-8")
    database = await Database.open(url)
    try:
        await desk_seeding.seed(database, desk)
    finally:
        await database.close()
    return Place(url, config)


async def _at_work(folder: Path, place: Place, desk: Desk) -> dict[str, list[float]]:
    """Give the seconds of everything that staff and customers waited for, by what it was."""
    words = "tests.bench.desk_server", desk.tickets, desk.open_each, desk.staff, LOOKS
    kinds = len(list(searches(random.Random(0))))
    async with (
        served(folder, *words) as server,
        verso(folder, server.url, place.url, place.config),
    ):
        await asyncio.sleep(SETTLE_SECONDS)
        await server.begin()
        async with asyncio.timeout(SECONDS):
            await server.until(replies=LOOKS * kinds + 2 * desk.open_each)
            found = await server.quiet()
    return {kind: sorted(seconds) for kind, seconds in found["seconds"].items()}


async def run_desk(folder: Path, plan: Plan) -> Report:
    """Measure what staff and customers wait for, on both databases."""
    desk = Desk(plan.tickets, plan.open_each, plan.staff)
    found = {}
    with databases.postgres_server(folder) as host:
        for name in _OF_BOTH:
            url = databases.sqlite(folder) if name == "SQLite" else await databases.postgres(host)
            found[name] = await _at_work(folder, await _place(folder, url, desk), desk)
    kinds = list(found["SQLite"])
    looks = [kind for kind in kinds if kind not in (RELAY, ANSWER)]
    slowest = {
        name: max(1000 * statistics.median(each[kind]) for kind in looks)
        for name, each in found.items()
    }
    return Report(
        DESK,
        f"{plan.tickets:,} tickets of {desk_seeding.GROUPS} groups, {plan.open_each:,} of each "
        f"open, {plan.staff} members of staff, a forum. From the command or the words until what "
        "they lead to has reached whoever waits for it, with everything that is between: the "
        "update is fetched, stored, handled, committed, and the answer sent. Lists and searches "
        f"one after the other, {LOOKS} of each; then the customers of all open tickets of one "
        f"group write, {plan.staff} at once, and each is answered. Limits are lifted.",
        ("", *(f"{name}, {what}" for name in _OF_BOTH for what in ("p50 ms", "p99 ms"))),
        [
            (kind, *(_ms(found[name][kind], share) for name in _OF_BOTH for share in (0.5, 0.99)))
            for kind in kinds
        ],
        [
            Goal(f"{name}: every list and search under 50 ms", f"{most:.0f} ms", most < 50)
            for name, most in slowest.items()
        ],
    )


def _ms(seconds: list[float], share: float) -> str:
    return f"{1000 * percentile(seconds, share):.0f}"


async def run_tick(folder: Path, plan: Plan) -> Report:
    """Measure ticks over clocks, on both databases."""
    desk = Desk(plan.tickets, plan.open_each, plan.staff)
    found = {}
    with databases.postgres_server(folder) as host:
        for name in _OF_BOTH:
            url = databases.sqlite(folder) if name == "SQLite" else await databases.postgres(host)
            place = await _place(folder, url, desk)
            words = "tests.bench.desk_ticker", place.url, place.config, plan.clocks_due, ROUNDS
            async with child(folder, *words) as ticker:
                found[name] = await ticker.tells("ticks", SECONDS)
    medians = {
        name: tuple(1000 * statistics.median(each[what]) for what in ("due", "idle"))
        for name, each in found.items()
    }
    due, idle = (max(each[place] for each in medians.values()) for place in (0, 1))
    return Report(
        TICK,
        f"What happens every second, over {plan.tickets:,} tickets of which "
        f"{plan.open_each * desk_seeding.GROUPS:,} are open: with the half-way reminders of "
        f"{plan.clocks_due:,} of them due, each of which tells the group, and with none. Medians "
        f"of {ROUNDS} and of 20 ticks.",
        ("", f"{plan.clocks_due:,} due, ms", "none due, ms"),
        [(name, f"{each[0]:.0f}", f"{each[1]:.1f}") for name, each in medians.items()],
        [
            Goal(f"{plan.clocks_due:,} due: under 100 ms", f"{due:.0f} ms at most", due < 100),
            Goal("nothing due: under 5 ms", f"{idle:.1f} ms at most", idle < 5),
        ],
    )
