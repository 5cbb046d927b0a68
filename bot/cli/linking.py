"""`verso link`: the door for one customer."""

from pathlib import Path

import click

from bot.cli.client import BotClient, Unreachable
from bot.cli.failing import NotDone
from bot.cli.opening import complete, opened, services_for, settings_for
from bot.http.qr import qr_image
from bot.settings import Settings
from bot.transfer.errors import TransferError
from bot.usecases.items import CustomerItem, read_item
from bot.usecases.registering import deep_link, put_customers


@click.command()
@click.argument("ref")
@click.option(
    "--qr",
    "target",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also draw the QR code into FILE.png or FILE.svg.",
)
@click.option(
    "--bot", "username", metavar="NAME", help="The bot's username, else Telegram is asked."
)
def link(ref: str, target: Path | None, username: str | None) -> None:
    """Print the personal deep link of the customer REF."""
    if target is not None and target.suffix.lower() not in {".png", ".svg"}:
        raise click.BadParameter("expected a name that ends in .png or .svg", param_hint="--qr")
    complete(_link(settings_for(token_needed=username is None), ref, target, username))


async def _link(settings: Settings, ref: str, target: Path | None, username: str | None) -> None:
    token = await _token(settings, ref)
    name = (username or await _username(settings)).removeprefix("@")
    address = deep_link(name, token)
    click.echo(address)
    if target is not None:
        _draw(address, target)


async def _token(settings: Settings, ref: str) -> str:
    async with opened(settings) as database:
        services = await services_for(database, settings)
        async with database.unit() as unit:
            if await unit.customers.by_ref(ref) is None:
                raise NotDone(
                    f"Nobody has the ref {ref!r}. Register customers with `verso import "
                    "customers` or over HTTP."
                )
            item = read_item(CustomerItem, {"ref": ref})
            [result] = await put_customers(unit, services, [item], services.clock.now())
            await unit.commit()
            return result.token


async def _username(settings: Settings) -> str:
    async with BotClient(settings) as client:
        try:
            answer = await client.call("getMe")
        except Unreachable as error:
            raise NotDone(f"{error} Or name the bot: --bot NAME.") from None
    if not answer.ok:
        raise NotDone(f"Telegram refused the token ({answer.description}). Or use --bot NAME.")
    return str(answer.result["username"])


def _draw(address: str, target: Path) -> None:
    try:
        target.write_bytes(qr_image(address, target.suffix[1:].lower()))
    except OSError as error:
        raise TransferError(f"{target} cannot be written ({error.strerror}).") from None
    click.echo(f"The QR code is in {target}.", err=True)
