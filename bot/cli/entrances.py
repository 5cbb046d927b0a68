"""`verso entrances`: their links, as a list, as QR codes and on sheets to print."""

from collections.abc import Sequence
from pathlib import Path

import click

from bot.cli.failures import NotDone
from bot.cli.links import bot_name
from bot.cli.opened import complete, opened, services_for, settings_for
from bot.core import printing
from bot.core.qr import qr_image
from bot.core.services import Services
from bot.data.transfer.errors import TransferError
from bot.entrances import sheets
from bot.settings import Settings
from flows import system_faults
from flows.config import Entrance
from flows.entrances.links import deep_link


@click.command()
@click.option(
    "--qr",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also draw the QR code of each into DIR, as ID.png.",
)
@click.option(
    "--sheet",
    "target",
    metavar="FILE.pdf",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also make sheets to print; needs the extra `paper`.",
)
@click.option(
    "--size",
    type=click.Choice(sheets.SIZES),
    default=sheets.SIZES[0],
    show_default=True,
    help="a6: one to a page; a4: four to be cut apart.",
)
@click.option(
    "--only", "wanted", metavar="ID", multiple=True, help="This entrance alone; may be repeated."
)
@click.option(
    "--bot", "username", metavar="NAME", help="The bot's username, else Telegram is asked."
)
def entrances(
    folder: Path | None,
    target: Path | None,
    size: str,
    wanted: tuple[str, ...],
    username: str | None,
) -> None:
    """List the entrances of the configuration in force, with their links."""
    if target is not None and target.suffix.lower() != ".pdf":
        raise click.BadParameter("expected a name that ends in .pdf", param_hint="--sheet")
    if target is not None and not printing.is_installed():
        raise NotDone(f"Drawing sheets needs the extra `paper`: {printing.how_to_add()}")
    settings = settings_for(token_needed=username is None)
    services, name = complete(_known(settings, username))
    found, default = _chosen(services, wanted), services.config.brand.default_language
    for each in found:
        title = each.in_language(default, default)
        what = each.kind if each.guarantee is not None else each.opens
        click.echo(f"{each.id}\t{title}\t{what}\t{deep_link(name, each.id)}")
    try:
        if folder is not None:
            _draw(found, name, folder)
        if target is not None:
            target.write_bytes(sheets.drawn(services, found, name, size))
            click.echo(f"The sheets are in {target}.", err=True)
    except OSError as error:
        where = error.filename or target or folder
        raise TransferError(
            f"{where} cannot be written ({system_faults.of_a_file(error)})."
        ) from None


async def _known(settings: Settings, username: str | None) -> tuple[Services, str]:
    """The configuration in force, and the bot's name."""
    async with opened(settings) as database:
        services = await services_for(database, settings)
    if not services.config.entrances:
        raise NotDone("There are no entrances: add `entrances` to the configuration.")
    return services, await bot_name(settings, username)


def _chosen(services: Services, wanted: Sequence[str]) -> list[Entrance]:
    known = {each.id: each for each in services.config.entrances}
    for name in wanted:
        if name not in known:
            raise NotDone(f"No entrance is called {name!r}. There are: {', '.join(known)}.")
    return [each for each in known.values() if not wanted or each.id in wanted]


def _draw(found: Sequence[Entrance], name: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for each in found:
        (folder / f"{each.id}.png").write_bytes(qr_image(deep_link(name, each.id), "png"))
    click.echo(f"{len(found)} QR codes in {folder}.", err=True)
