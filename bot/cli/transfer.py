"""`verso import`, `verso export`, `verso backup`: files in and out."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from bot.cli.failures import PROBLEM
from bot.cli.imports import Noted, Stopped, in_figures, why
from bot.cli.opened import complete, opened, patiently, services_for, settings_for
from bot.core.ports import Database
from bot.core.services import Services
from bot.data import history
from bot.data.transfer.backup import back_up
from bot.data.transfer.cells import Reading, country_of_zone, separator_of
from bot.data.transfer.errors import TransferError
from bot.data.transfer.exporting import export as export_all
from bot.data.transfer.importing import (
    CUSTOMERS,
    EVENTS,
    ORDERS,
    Kind,
    Outcome,
    Summary,
    Take,
    import_file,
)
from bot.data.transfer.maps import remember_shape, remembered, shapes
from bot.data.uploads import as_a_whole, put_items
from bot.runtime import memory
from bot.settings import Settings
from flows.time.opening import known_zones

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class _OfAnyKind(click.Group):
    """`verso import FILE`: what is no kind of rows is a file whose kind is found out."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            return "", _whichever, args
        return super().resolve_command(ctx, args)


@click.group(
    "import", cls=_OfAnyKind, subcommand_metavar="[customers|events|orders] FILE [OPTIONS]"
)
def import_() -> None:
    """Take in customers, orders or events from a table: CSV, or a workbook (.xlsx, .xls, .ods).

    Encoding and separators are found out; exports of Shopify, WooCommerce, Stripe, HubSpot and
    Mailchimp are known by their header. Without a kind it is found out, too. Rows that cannot be
    taken go into FILE.rejected.csv with line and reason. Importing the same file again changes
    nothing.
    """


def _options(command: Callable[..., int]) -> Callable[..., int]:
    """What files of every kind can be told."""
    for option in reversed(
        (
            click.option("--dry-run", is_flag=True, help="Only show what would become of it."),
            click.option(
                "--time-zone", metavar="ZONE", help="Of moments without one, else the brand's."
            ),
            click.option(
                "--country", metavar="XX", help="Of phone numbers without one, such as DE."
            ),
            click.option(
                "--day-first/--month-first",
                default=None,
                help="Of dates such as 03/04/2026, else the file tells it.",
            ),
            click.option(
                "--sheet", metavar="NAME", help="Of a workbook, else the first one with a table."
            ),
            click.option(
                "--encoding", metavar="NAME", help="Of a text, such as koi8-r, else found out."
            ),
        )
    ):
        command = option(command)
    return command


_mapped = click.option(
    "--map",
    "chosen",
    metavar="NAME[:FIELD=COLUMN,…]",
    help="Which columns are which fields; remembered by NAME.",
)


class Wish(NamedTuple):
    """What is to be taken in, and how it is read."""

    file: Path
    kind: Kind | None
    """None: the one that fits."""
    dry_run: bool
    time_zone: str | None
    country: str | None
    day_first: bool | None
    sheet: str | None
    encoding: str | None
    chosen: str | None = None
    again: bool = False
    """Whether customers who were erased are taken in all the same."""


@import_.command()
@click.argument("file", type=_FILE)
@_mapped
@_options
@click.option("--again", is_flag=True, help="Take in who was erased, too: they have come back.")
def customers(file: Path, **told: Any) -> int:
    """Take in customers: ref,name,language,time_zone,phone,tags,stage,value."""
    return complete(_import(settings_for(), Wish(file, CUSTOMERS, **told)))


@import_.command()
@click.argument("file", type=_FILE)
@_mapped
@_options
def events(file: Path, **told: Any) -> int:
    """Take in events of known customers: id,customer,type,at,period,product."""
    return complete(_import(settings_for(), Wish(file, EVENTS, **told)))


@import_.command()
@click.argument("file", type=_FILE)
@_options
def orders(file: Path, **told: Any) -> int:
    """Take in orders of Shopify, WooCommerce or Stripe, with who has bought."""
    return complete(_import(settings_for(), Wish(file, ORDERS, **told)))


@click.command("import")
@click.argument("file", type=_FILE)
@_mapped
@_options
def _whichever(file: Path, **told: Any) -> int:
    """Take in customers, orders or events, whichever the columns are of."""
    return complete(_import(settings_for(), Wish(file, None, **told)))


_PARTS = 1000
"""Of the progress bar."""


async def _import(settings: Settings, wish: Wish) -> int:
    memory.tune_gc()
    what = wish.kind.name if wish.kind is not None else wish.file.name
    async with opened(settings, create=True) as database:
        # Items are taken in below everything that is reacted to.
        services = await services_for(database, settings, reacting=False)
        reading, chosen = _reading(services, wish), await _chosen(database, wish)
        async with database.reading() as unit:
            known = await shapes(unit)
        noted = Noted(database, services, wish.file.name, again=wish.again)
        take = _only_look(database, services, wish) if wish.dry_run else noted
        with click.progressbar(length=_PARTS, label=f"Importing {what}") as bar:
            done = 0

            def progress(share: float) -> None:
                nonlocal done
                bar.update(int(share * _PARTS) - done)
                done = int(share * _PARTS)

            try:
                summary = await import_file(
                    wish.file,
                    wish.kind,
                    take,
                    warn=lambda text: click.echo(text, err=True),
                    progress=progress,
                    reading=reading,
                    chosen=chosen,
                    shapes=known,
                    sheet=wish.sheet,
                    encoding=wish.encoding,
                    delimiter=separator_of(services.config.brand.default_language),
                )
            except Stopped:
                await noted.end(history.STOPPED)
                return _say_stopped(noted)
            progress(1.0)
        await noted.end(history.DONE, summary)
        await _remember(database, wish, summary, chosen)
    _say(summary, dry_run=wish.dry_run)
    return PROBLEM if summary.rejected or summary.incomplete else 0


def _reading(services: Services, wish: Wish) -> Reading:
    zone = wish.time_zone or services.config.brand.time_zone
    if zone not in known_zones():
        raise TransferError(f"--time-zone: {zone!r} is no IANA time zone such as Europe/Berlin.")
    country = (wish.country or country_of_zone(zone)).upper()
    if country and not (len(country) == 2 and country.isalpha() and country.isascii()):
        raise TransferError("--country: expected two letters such as DE.")
    return Reading(zone, country, wish.day_first)


async def _chosen(database: Database, wish: Wish) -> dict[str, str]:
    if wish.chosen is None:
        return {}
    if wish.kind is None:
        raise TransferError("--map: say whether it is of customers or of events: verso import …")
    async with database.unit() as unit:
        chosen = await remembered(unit, wish.chosen, wish.kind)
        await unit.commit()
        return chosen


async def _remember(
    database: Database, wish: Wish, summary: Summary, chosen: dict[str, str]
) -> None:
    """Have the next file with these columns read so without a word, in the chat too."""
    if chosen and wish.kind is not None:
        async with database.unit() as unit:
            await remember_shape(unit, summary.columns, wish.kind, chosen)
            await unit.commit()


def _say_stopped(noted: Noted) -> int:
    counts = in_figures(noted.counts)
    click.echo(f"\nSomebody has stopped it. What is in stays in: {counts or 'nothing'}.")
    click.echo("Import the file again to go on.", err=True)
    return PROBLEM


def _say(summary: Summary, *, dry_run: bool) -> None:
    counts = [f"{count} {status}" for status, count in sorted(summary.counts.items())]
    if summary.incomplete:
        counts.append(f"{summary.incomplete} of them without some cells")
    said = ", ".join([*counts, f"{summary.rejected} rejected"])
    click.echo(f"Nothing was changed. It would be: {said}." if dry_run else f"{said}.")
    if summary.erased:
        click.echo(
            f"Rejected because their customers were erased here: {summary.erased}. A list brings "
            "nobody back; if they have come back: verso import customers FILE --again.",
            err=True,
        )
    if summary.rejects is not None:
        what = "rows with mistakes" if summary.incomplete else "rejected rows"
        click.echo(f"The {what}, with the reasons, are in {summary.rejects}.", err=True)


def _only_look(database: Database, services: Services, wish: Wish) -> Take:
    """Tell what would become of items: each batch is put into a unit that is left again."""
    told = dict[str, frozenset[str]]()

    async def looked_at(items: Sequence[Any]) -> list[Outcome]:
        async def work() -> list[Outcome]:
            async with database.unit() as unit:
                return await put_items(unit, services, items, why, again=wish.again)

        return as_a_whole(items, await patiently(database, work), told)

    return looked_at


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
