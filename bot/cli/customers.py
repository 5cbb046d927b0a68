"""`verso customers`: two records of one person made one, and parted again."""

import getpass
from collections.abc import Mapping
from typing import Any

import click

from bot.cli.failures import NotDone
from bot.cli.opened import complete, opened, patiently, services_for, settings_for
from bot.core.ports import Unit
from bot.core.services import Services
from bot.core.work import Work
from bot.identity import records
from bot.identity.records import Impossible, Preview
from bot.settings import Settings
from flows.entities import Customer

_WHY = {
    "same": "Both names are one customer already.",
    "own": "The second is somebody who came by themselves; let the business's own record stay.",
    "no_name": "This is no other name of any customer.",
    "only_name": "This is the ref of a record, and no other name of one: there is nothing to part.",
}
_SHOWN = 5


@click.group()
def customers() -> None:
    """Make one of two records of a person, or two of one."""


@customers.command()
@click.argument("ref")
@click.argument("into")
@click.option("--yes", is_flag=True, help="Do it without asking.")
def merge(ref: str, into: str, yes: bool) -> None:
    """Merge the customer REF into INTO: they are one person.

    INTO stays, with all that REF had; REF is another name of it from then on. What INTO lacks is
    filled in; stops of both count.
    """
    complete(_merge(settings_for(), ref, into, yes=yes))


@customers.command()
@click.argument("ref")
@click.option("--yes", is_flag=True, help="Do it without asking.")
def part(ref: str, yes: bool) -> None:
    """Part REF, another name of a customer, from them: they are two people.

    What was told under REF goes with it, and so do Telegram accounts that came with it.
    """
    complete(_part(settings_for(), ref, yes=yes))


async def _merge(settings: Settings, ref: str, into: str, *, yes: bool) -> None:
    async with opened(settings) as database:
        services = await services_for(database, settings)
        async with database.reading() as unit:
            gone, stays = await _both(unit, ref, into)
            try:
                found = await records.preview_merge(_work(unit, services), gone, stays)
            except Impossible as error:
                raise NotDone(f"{_WHY[error.why]} Nothing was changed.") from None
        click.echo(f"{gone.ref} becomes a part of {stays.ref}.")
        _show(found, "Goes over", "Changes there")
        _sure(yes, "Merge them?")

        async def work() -> None:
            async with database.unit() as unit:
                gone, stays = await _both(unit, ref, into)
                await records.merge(_work(unit, services), gone, stays, _actor())
                await unit.commit()

        await patiently(database, work)
    click.echo(f"Merged: {ref} is another name of {into}. verso customers part {ref} parts them.")


async def _part(settings: Settings, ref: str, *, yes: bool) -> None:
    async with opened(settings) as database:
        services = await services_for(database, settings)
        async with database.reading() as unit:
            try:
                whole, found = await records.preview_part(_work(unit, services), ref)
            except Impossible as error:
                raise NotDone(f"{_WHY[error.why]} Nothing was changed.") from None
        click.echo(f"{ref} is parted from {whole.ref}.")
        _show(found, "Goes along", "Is known of it")
        _sure(yes, "Part them?")

        async def work() -> None:
            async with database.unit() as unit:
                await records.part(_work(unit, services), ref, _actor())
                await unit.commit()

        await patiently(database, work)
    click.echo(f"Parted: {ref} and {whole.ref} are two customers.")


async def _both(unit: Unit, ref: str, into: str) -> tuple[Customer, Customer]:
    found = [await unit.customers.by_ref(name) for name in (ref, into)]
    for name, customer in zip((ref, into), found, strict=True):
        if customer is None:
            raise NotDone(f"Nobody has the ref {name!r}. Nothing was changed.")
    one, other = found
    if one is None or other is None:
        raise LookupError("both were found above")
    return one, other


def _work(unit: Unit, services: Services) -> Work:
    return Work(unit, services.clock.now(), services)


def _actor() -> str:
    return f"command line ({getpass.getuser()})"


def _show(found: Preview, over: str, there: str) -> None:
    moves = [f"{count} {name}" for name, count in sorted(found.moves.items())]
    names = [*found.names[:_SHOWN], *(["…"] if len(found.names) > _SHOWN else [])]
    click.echo(f"{over}: {', '.join(moves) or 'nothing but the name'}. Names: {', '.join(names)}.")
    if found.fills:
        click.echo(f"{there}: {', '.join(_fields(found.fills))}.")


def _fields(values: Mapping[str, Any]) -> list[str]:
    return [f"{name} = {value!s}" for name, value in sorted(values.items())]


def _sure(yes: bool, question: str) -> None:
    if not yes and not click.confirm(question):
        raise NotDone("Nothing was changed.")
