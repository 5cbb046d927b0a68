"""`verso link`: the doors for customers, one or all of them."""

import getpass
from pathlib import Path
from typing import NamedTuple

import click

from bot.cli.client import BotClient, Unreachable
from bot.cli.failures import NotDone
from bot.cli.opened import complete, opened, services_for, settings_for
from bot.core.qr import qr_image
from bot.core.work import Work
from bot.data.items import CustomerItem, read_item
from bot.data.registration import deep_link, put_customers
from bot.data.transfer.errors import TransferError
from bot.data.transfer.links import KINDS, write_beside, write_links
from bot.identity import links
from bot.settings import Settings
from flows import system_faults

_FILE = click.Path(dir_okay=False, path_type=Path)


class Wish(NamedTuple):
    """What is to be done with one customer's link."""

    ref: str
    new: bool
    revoke: bool
    disconnect: bool
    target: Path | None


@click.command()
@click.argument("ref", required=False)
@click.option(
    "--qr", "target", metavar="FILE", type=_FILE, help="Also draw the QR code: FILE.png, FILE.svg."
)
@click.option("--new", is_flag=True, help="Give a new link; earlier ones are shut.")
@click.option("--revoke", is_flag=True, help="Shut the link. Connected accounts stay so.")
@click.option(
    "--disconnect", is_flag=True, help="Also take every Telegram account off the customer."
)
@click.option("--all", "everybody", is_flag=True, help="Everybody's link, into --out.")
@click.option(
    "--out", metavar="FILE", type=_FILE, help="FILE.csv for a mailing, FILE.html to print."
)
@click.option(
    "--beside",
    "source",
    metavar="LIST.csv",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --all: each link beside its customer's row of a list that was exported.",
)
@click.option("--unlinked", is_flag=True, help="With --all: only who has not come yet.")
@click.option(
    "--bot", "username", metavar="NAME", help="The bot's username, else Telegram is asked."
)
def link(
    ref: str | None,
    target: Path | None,
    new: bool,
    revoke: bool,
    disconnect: bool,
    everybody: bool,
    out: Path | None,
    source: Path | None,
    unlinked: bool,
    username: str | None,
) -> None:
    """Print the personal deep link of the customer REF, or write those of all.

    With --disconnect and without --revoke the customer gets a new link.
    """
    if target is not None and target.suffix.lower() not in {".png", ".svg"}:
        raise click.BadParameter("expected a name that ends in .png or .svg", param_hint="--qr")
    if everybody:
        if ref is not None or target or new or revoke or disconnect:
            raise click.UsageError("--all goes with --out, --beside, --unlinked and --bot alone.")
        if out is None or out.suffix.lower() not in KINDS:
            raise click.BadParameter(
                "expected a name that ends in .csv or .html", param_hint="--out"
            )
        settings = settings_for(token_needed=username is None)
        if source is None:
            complete(_all(settings, out, username, unlinked))
        elif unlinked or out.suffix.lower() != ".csv":
            raise click.UsageError("--beside goes with --all and --out FILE.csv.")
        else:
            complete(_beside(settings, source, out, username))
        return
    if ref is None or out is not None or unlinked or source is not None:
        raise click.UsageError("Name one customer: verso link REF; or all: --all --out FILE.")
    if revoke and (new or target):
        raise click.UsageError("--revoke leaves no link to print; leave out --new and --qr.")
    wish = Wish(ref, new or disconnect, revoke, disconnect, target)
    complete(_one(settings_for(token_needed=not (revoke or username)), wish, username))


# -- one ------------------------------------------------------------------------------------------


async def _one(settings: Settings, wish: Wish, username: str | None) -> None:
    name = "" if wish.revoke else await bot_name(settings, username)
    token = await _token(settings, wish)
    if wish.revoke:
        return
    address = deep_link(name, token)
    click.echo(address)
    if wish.target is not None:
        _draw(address, wish.target)


async def _token(settings: Settings, wish: Wish) -> str:
    """Do what is wished; give the token to print, or nothing when the link was shut."""
    async with opened(settings) as database:
        services = await services_for(database, settings)
        async with database.unit() as unit:
            customer = await unit.customers.by_ref(wish.ref)
            if customer is None:
                raise NotDone(
                    f"Nobody has the ref {wish.ref!r}. Register customers with `verso import "
                    "customers` or over HTTP."
                )
            now, actor = services.clock.now(), f"command line ({getpass.getuser()})"
            if wish.disconnect:
                gone = await links.disconnect(Work(unit, now, services), customer)
                click.echo(f"{gone} Telegram accounts taken off.", err=True)
            if wish.revoke:
                shut = await links.revoke(unit, customer, now, actor)
                click.echo("The link is shut." if shut else "No link was open.", err=True)
                token = ""
            elif wish.new:
                token = (await links.renew(unit, customer, now, actor)).token
            else:
                item = read_item(CustomerItem, {"ref": wish.ref})
                [result] = await put_customers(unit, services, [item], now)
                token = result.token
            await unit.commit()
            return token


async def bot_name(settings: Settings, username: str | None) -> str:
    """The bot's username as it was given, else as Telegram tells it. Raises NotDone."""
    return (username or await _username(settings)).removeprefix("@")


async def _username(settings: Settings) -> str:
    async with BotClient(settings) as client:
        try:
            answer = await client.call("getMe")
        except Unreachable as error:
            raise NotDone(f"{error} Or name the bot: --bot NAME.") from None
    if answer.code in {401, 404}:
        raise NotDone(
            "Telegram does not know the bot's token: check VERSO_BOT_TOKEN. Or name the bot: "
            "--bot NAME."
        )
    if not answer.ok:
        raise NotDone(f"Telegram answers with error {answer.code}. Or name the bot: --bot NAME.")
    return str(answer.result["username"])


def _draw(address: str, target: Path) -> None:
    try:
        target.write_bytes(qr_image(address, target.suffix[1:].lower()))
    except OSError as error:
        raise TransferError(
            f"{target} cannot be written ({system_faults.of_a_file(error)})."
        ) from None
    click.echo(f"The QR code is in {target}.", err=True)


# -- all ------------------------------------------------------------------------------------------


async def _all(settings: Settings, out: Path, username: str | None, unlinked: bool) -> None:
    name = await bot_name(settings, username)
    async with opened(settings) as database:
        services = await services_for(database, settings)
        async with database.reading() as unit:
            total = await unit.customers.count_doors(unlinked=unlinked)
        with click.progressbar(length=total, label="Writing links") as bar:
            done = 0

            def progress(position: int) -> None:
                nonlocal done
                bar.update(position - done)
                done = position

            count = await write_links(
                database, services, name, out, unlinked=unlinked, progress=progress
            )
    _say(out, f"{count}")


async def _beside(settings: Settings, source: Path, out: Path, username: str | None) -> None:
    name = await bot_name(settings, username)
    async with opened(settings) as database:
        services = await services_for(database, settings)
        rows, found = await write_beside(database, services, name, source, out)
    _say(out, f"{found}, of {rows} rows")


def _say(out: Path, count: str) -> None:
    click.echo(f"Links in {out}: {count}. Whoever has the file can come in by them: guard it.")
