"""`verso imports`: what was taken in by whom and when; and how `verso import` notes it."""

import getpass
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import click

from bot.cli.failures import NotDone
from bot.cli.opened import complete, opened, patiently, services_for, settings_for
from bot.core.ports import Database
from bot.core.services import Services
from bot.core.work import Work
from bot.data import history
from bot.data.registration import EventResult
from bot.data.transfer.importing import KINDS, Outcome, Summary
from bot.data.transfer.table import ERASED, counted
from bot.data.uploads import put_items
from bot.identity.offices import admin_names
from bot.settings import Settings
from flows.entities import Import


def why(_: object, each: EventResult) -> str:
    """Why an item was rejected: on the command line in English."""
    return each.reason


class Stopped(Exception):
    """Somebody has asked that an import stops."""


class Noted:
    """Takes in batches, and notes with each how far the import has come."""

    def __init__(
        self, database: Database, services: Services, name: str, *, again: bool = False
    ) -> None:
        """`again`: whoever was erased is taken in all the same."""
        self._database, self._services, self._name = database, services, name
        self._again = again
        self._id: int | None = None
        self.counts: Counter[str] = Counter()

    async def __call__(self, items: Sequence[Any]) -> list[Outcome]:
        """Take in a batch. Raises Stopped when it is not to be taken in any more."""
        kind = next(each.name for each in KINDS.values() if isinstance(items[0], each.model))

        async def work() -> tuple[int, list[Outcome]]:
            async with self._database.unit() as unit:
                now = self._services.clock.now()
                noted = unit.new_id() if self._id is None else self._id
                if self._id is None:
                    begun = Work(unit, now, self._services)
                    history.begin(begun, noted, self._name, actor(), kind, 0)
                outcomes = await put_items(unit, self._services, items, why, again=self._again)
                counts = counted(outcomes)
                if not await history.goes_on(unit, noted, now, counts, row=len(items), kind=kind):
                    raise Stopped
                await unit.commit()
            return noted, outcomes

        self._id, outcomes = await patiently(self._database, work)
        self.counts.update(counted(outcomes))
        return outcomes

    async def end(self, state: str, summary: Summary | None = None) -> None:
        """Note how it ended, with all that became of the rows."""
        if self._id is None:
            return
        counts = None
        if summary is not None:
            aside = {
                "rejected": summary.rejected,
                "incomplete": summary.incomplete,
                ERASED: summary.erased,
            }
            counts = {**summary.counts, **aside}
        async with self._database.unit() as unit:
            await history.end(unit, self._id, self._services.clock.now(), state, counts)
            await unit.commit()


def in_figures(counts: Mapping[str, int]) -> str:
    """What became of rows, in words: `3 created, 1 erased before`."""
    return ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in sorted(counts.items()))


def actor() -> str:
    """Whoever gives the command, as in the journal."""
    return f"cli:{getpass.getuser()}"


@click.command()
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--stop", "stopped", type=int, metavar="ID", help="Stop one that is going on.")
def imports(last: int, stopped: int | None) -> None:
    """List what was taken in, by whom and when, the newest first."""
    if stopped is not None:
        complete(_stop(settings_for(), stopped))
    else:
        complete(_list(settings_for(), last))


async def _list(settings: Settings, last: int) -> None:
    async with opened(settings) as database:
        services = await services_for(database, settings)
        now = services.clock.now()
        async with database.reading() as unit:
            found = await history.latest(unit, now, last)
            names = await admin_names(Work(unit, now, services))
    if not found:
        click.echo("Nothing was imported yet.")
    for each in found:
        click.echo(_line(each, names))


def _line(each: Import, names: dict[int, str]) -> str:
    office, _, who = each.actor.partition(":")
    name = names.get(int(who), who) if office == "admin" and who.isdecimal() else who
    counts = in_figures(each.counts)
    state = "stopping" if each.state == history.GOING and each.stopped_by else each.state
    if state != history.DONE:
        state += f" at row {each.row}" + (f" of {each.rows}" if each.rows else "")
    when = each.began_at.strftime("%Y-%m-%d %H:%M")
    return f"{each.id}  {when} UTC  {name}  {each.name}  {state}: {counts or 'nothing'}"


async def _stop(settings: Settings, import_id: int) -> None:
    async with opened(settings) as database:
        services = await services_for(database, settings)
        async with database.unit() as unit:
            work = Work(unit, services.clock.now(), services)
            if await history.stop(work, import_id, actor()) is None:
                raise NotDone(f"{import_id} is no import that is going on. See verso imports.")
            await unit.commit()
    click.echo("It stops after the rows in hand. What is in stays in.")
