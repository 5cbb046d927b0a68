"""`verso codes`: filling the pools from which codes are drawn."""

from collections.abc import Sequence
from pathlib import Path

import click

from bot.cli.failures import PROBLEM, NotDone, WrongUse
from bot.cli.opened import complete, opened, patiently, services_for, settings_for
from bot.data.transfer.encodings import encoding_of
from bot.recovery import pools
from bot.settings import Settings
from flows.recovery.pools import Codes, CodesError, is_pool, read_codes

_LINES_NAMED = 20


@click.group()
def codes() -> None:
    """Codes that customers are given, such as vouchers."""


@codes.command("import")
@click.argument("pool")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_codes(pool: str, file: Path) -> int:
    """Add the codes of FILE to POOL: one on each line, or the column `code` of a table.

    Codes that are there already are named by their lines and stay as they are. No code is printed.
    """
    if not is_pool(pool):
        raise WrongUse(
            f"{pool[:40]!r} is no name of a pool: 1 to 32 small letters, digits, - and _, as under "
            "remedies in the configuration."
        )
    try:
        encoding = encoding_of(lambda: file.open("rb"))
        found = read_codes(file.read_text(encoding, errors="replace"))
    except CodesError as error:
        raise NotDone(str(error)) from None
    return complete(_import(settings_for(), pool, found))


async def _import(settings: Settings, pool: str, found: Codes) -> int:
    async with opened(settings) as database:
        services = await services_for(database, settings)

        async def work() -> set[str]:
            async with database.unit() as unit:
                now = services.clock.now()
                added = await pools.fill(unit, pool, list(found.lines), now)
                await unit.commit()
            return added

        added = await patiently(database, work)
    known = sorted([line for code, line in found.lines.items() if code not in added])
    count = f"{len(added)} code" if len(added) == 1 else f"{len(added)} codes"
    click.echo(f"{count} added to {pool}.")
    _name("There already", known)
    _name("Twice in the file", found.again)
    if all(each.pool != pool for each in services.config.remedies):
        click.echo("No remedy of the configuration draws from this pool yet.")
    return PROBLEM if known or found.again else 0


def _name(what: str, lines: Sequence[int]) -> None:
    if lines:
        more = ", …" if len(lines) > _LINES_NAMED else ""
        click.echo(f"{what}: line {', '.join(map(str, lines[:_LINES_NAMED]))}{more}")
