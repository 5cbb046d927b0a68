"""`verso import`, `verso export`, `verso backup`: files in and out."""

from collections.abc import Sequence
from pathlib import Path

import click

from bot.cli.failures import PROBLEM
from bot.cli.opened import complete, opened, patiently, services_for, settings_for
from bot.core.ports import Database
from bot.core.services import Services
from bot.data.items import CustomerItem, EventItem
from bot.data.registration import Taken, put_customers, put_events
from bot.data.transfer.backup import back_up
from bot.data.transfer.exporting import export as export_all
from bot.data.transfer.importing import CUSTOMERS, EVENTS, Kind, Outcome, Summary, Take, import_file
from bot.settings import Settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("import")
def import_() -> None:
    """Take in customers or events from a CSV file (UTF-8, header row).

    Rows that cannot be taken go into FILE.rejected.csv with line and reason. Importing the same
    file again changes nothing.
    """


@import_.command()
@click.argument("file", type=_FILE)
def customers(file: Path) -> int:
    """Take in customers: ref,name,language,time_zone,phone,tags,stage,value."""
    return complete(_import(settings_for(), file, CUSTOMERS))


@import_.command()
@click.argument("file", type=_FILE)
def events(file: Path) -> int:
    """Take in events of known customers: id,customer,type,at,period,product."""
    return complete(_import(settings_for(), file, EVENTS))


async def _import(settings: Settings, file: Path, kind: Kind) -> int:
    async with opened(settings, create=True) as database:
        services = await services_for(database, settings)
        take = {CUSTOMERS.name: _customers, EVENTS.name: _events}[kind.name](database, services)
        size = file.stat().st_size  # noqa: ASYNC240  one look, in a command
        with click.progressbar(length=size, label=f"Importing {kind.name}") as bar:
            done = 0

            def progress(position: int) -> None:
                nonlocal done
                bar.update(position - done)
                done = position

            summary = await import_file(
                file, kind, take, warn=lambda text: click.echo(text, err=True), progress=progress
            )
            progress(size)
    _say(summary)
    return PROBLEM if summary.rejected else 0


def _say(summary: Summary) -> None:
    counts = [f"{count} {status}" for status, count in sorted(summary.counts.items())]
    click.echo(", ".join([*counts, f"{summary.rejected} rejected"]) + ".")
    if summary.rejects is not None:
        click.echo(f"The rejected rows, with the reasons, are in {summary.rejects}.", err=True)


def _customers(database: Database, services: Services) -> Take:
    async def take(items: Sequence[CustomerItem]) -> list[Outcome]:
        async def work() -> list[Outcome]:
            async with database.unit() as unit:
                results = await put_customers(unit, services, items, services.clock.now())
                await unit.commit()
            return [Outcome(result.status) for result in results]

        return await patiently(database, work)

    return take


def _events(database: Database, services: Services) -> Take:
    async def take(items: Sequence[EventItem]) -> list[Outcome]:
        async def work() -> list[Outcome]:
            async with database.unit() as unit:
                results = await put_events(unit, services, items, services.clock.now())
                await unit.commit()
            rejected = Taken.REJECTED
            return [Outcome(r.status, r.reason if r.status is rejected else "") for r in results]

        return await patiently(database, work)

    return take


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write everything that Verso remembers into DIR as CSV, one file per table."""
    complete(_export(settings_for(), folder))


async def _export(settings: Settings, folder: Path) -> None:
    async with opened(settings) as database:
        await export_all(database, folder, lambda name, rows: click.echo(f"{rows:>10}  {name}.csv"))


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy the SQLite database to FILE while Verso runs, and check the copy.

    For PostgreSQL it prints the pg_dump command to use.
    """
    complete(_backup(settings_for(), file))


async def _backup(settings: Settings, file: Path) -> None:
    """Copy the database as it is: before an upgrade, the copy must fit the older Verso."""
    async with opened(settings, migrate=False) as database:
        size = back_up(database, file)
    click.echo(
        f"{file}: {size / 1_000_000:.1f} MB, checked. It holds what customers wrote: guard it."
    )
