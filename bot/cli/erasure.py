"""`verso forget`: erase one person."""

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
        "Backups and exports made before still hold this person."
    )
