"""`verso forget`: erase one person. `verso forgotten`: who asked for it, and when."""

import click

from bot.cli.failures import NotDone
from bot.cli.opened import complete, opened, patiently, services_for, settings_for
from bot.identity.erasure import Forgotten
from bot.identity.erasure import forget as forget_person
from bot.settings import Settings


@click.command()
@click.argument("ref")
@click.option("--yes", is_flag=True, help="Erase without asking.")
def forget(ref: str, yes: bool) -> None:
    """Erase the customer REF everywhere; only figures without a name stay.

    This cannot be undone. Backups made before still hold the person.
    """
    complete(_forget(settings_for(), ref, yes=yes))


async def _forget(settings: Settings, ref: str, *, yes: bool) -> None:
    async with opened(settings) as database:
        async with database.reading() as unit:
            if await unit.customers.by_ref(ref) is None:
                raise NotDone(f"Nobody has the ref {ref!r}. Nothing was erased.")
        question = f"Erase {ref!r} with all they wrote? This cannot be undone."
        if not yes and not click.confirm(question):
            raise NotDone("Nothing was erased.")
        services = await services_for(database, settings)

        async def work() -> Forgotten | None:
            async with database.unit() as unit:
                customer = await unit.customers.by_ref(ref)
                if customer is None:
                    return None
                now = services.clock.now()
                done = await forget_person(unit, services, customer, now, by="operator")
                await unit.commit()
                return done

        done = await patiently(database, work)
        await database.truncate_wal()
    if done is None:
        raise NotDone(f"Nobody has the ref {ref!r} any more.")
    click.echo(
        f"Erased (tickets: {done.tickets}, Telegram accounts: {done.accounts}). "
        "Backups and exports made before still contain their data."
    )


_ASKED = {
    "customer": "the customer asked in the chat",
    "operator": "verso forget",
    "hook": "another system asked or deleted the customer",
}


@click.command()
def forgotten() -> None:
    """Print the register of erasures: when and by what way each was asked for, not who it was."""
    complete(_forgotten(settings_for()))


async def _forgotten(settings: Settings) -> None:
    count = 0
    async with opened(settings) as database, database.reading() as unit:
        async for at, data in unit.erasure.register():
            count += 1
            asked = _ASKED.get(str(data.get("by")), "not known by what way")
            click.echo(f"{at:%Y-%m-%d %H:%M} UTC  {asked}, tickets: {data.get('tickets', 0)}")
    click.echo(f"Erased in all: {count}." if count else "Nobody was erased.")
