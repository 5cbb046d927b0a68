"""`verso report`: the figures as pictures and as text, into a folder."""

import re
from pathlib import Path

import click

from bot.cli.failures import NotDone
from bot.cli.opened import complete, opened, services_for, settings_for
from bot.core import printing
from bot.core.work import Work
from bot.data.transfer.errors import TransferError
from bot.insight.pictures.making import drawn, make
from bot.insight.pictures.showing import month_now
from bot.insight.table import table
from bot.settings import Settings
from flows import system_faults
from flows.config.goals import PictureName
from flows.insight.overviews import MONTHS, Month
from flows.languages import in_use

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--month", "wanted", metavar="YYYY-MM", help="The month; left out: this one.")
@click.option("--language", metavar="CODE", help="The language; left out: the brand's.")
@click.option(
    "--only",
    "names",
    multiple=True,
    type=click.Choice([each.value for each in PictureName]),
    help="This picture alone; may be repeated.",
)
@click.option("--csv", "as_table", is_flag=True, help="No pictures: all figures in figures.csv.")
def report(
    folder: Path,
    wanted: str | None,
    language: str | None,
    names: tuple[str, ...],
    *,
    as_table: bool,
) -> None:
    """Draw the figures into DIR: NAME.png, and NAME.txt with the same in words."""
    month = _month(wanted)
    if as_table and (names or language is not None):
        sentence = "--csv has all figures, in no language: leave --only and --language out."
        raise click.UsageError(sentence)
    if not (as_table or printing.is_installed()):
        raise NotDone(f"Drawing pictures needs the extra `paper`: {printing.how_to_add()}")
    settings = settings_for()
    if language is not None and language not in in_use().codes:
        known = ", ".join(in_use().codes)
        raise click.BadParameter(f"expected one of {known}", param_hint="--language")
    chosen = [PictureName(name) for name in dict.fromkeys(names)] or list(PictureName)
    making = _tables(settings, month) if as_table else _made(settings, chosen, language, month)
    files = complete(making)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        where = error.filename or folder
        raise TransferError(
            f"{where} cannot be written ({system_faults.of_a_file(error)})."
        ) from None
    for name in files:
        click.echo(folder / name)


def _month(text: str | None) -> Month | None:
    if text is None:
        return None
    found = _MONTH.fullmatch(text)
    if found is None or int(found[1]) < 1970:
        raise click.BadParameter("expected a month such as 2026-11", param_hint="--month")
    return Month(int(found[1]) * MONTHS + int(found[2]) - 1)


async def _tables(settings: Settings, month: Month | None) -> dict[str, bytes]:
    """All figures as one file."""
    async with opened(settings) as database:
        services = await services_for(database, settings)
        async with database.reading() as unit:
            work = Work(unit, services.clock.now(), services)
            text = await table(work, month or month_now(work))
    return {"figures.csv": text.encode("utf-8-sig")}


async def _made(
    settings: Settings, names: list[PictureName], language: str | None, month: Month | None
) -> dict[str, bytes]:
    """The files by name."""
    files: dict[str, bytes] = {}
    async with opened(settings) as database:
        services = await services_for(database, settings)
        spoken = language or services.staff_language
        for name in names:
            async with database.reading() as unit:
                work = Work(unit, services.clock.now(), services)
                picture = await make(work, name, spoken, month or month_now(work))
            files[f"{name}.txt"] = f"{picture.text.text}\n".encode()
            if picture.data:
                files[f"{name}.png"] = await drawn(services, spoken, picture)
    return files
