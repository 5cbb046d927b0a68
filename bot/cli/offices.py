"""`verso admins`: who looks after the bot."""

import getpass

import click

from bot.cli.failures import NotDone, WrongUse
from bot.cli.opened import complete, opened, patiently, services_for, settings_for
from bot.core.work import Work
from bot.identity import offices
from bot.identity.offices import Office
from bot.settings import Settings
from flows.entities.kinds import Role

_WHY = {
    offices.NotDone.ALREADY: "{who} is that already. Nothing was changed.",
    offices.NotDone.NOBODY: "{who} is no admin. Nothing was changed.",
    offices.NotDone.LAST: (
        "{who} is the last who decides about admins, and stays. Make somebody else an owner first: "
        "verso admins add ID --owner"
    ),
    offices.NotDone.SETTINGS: (
        "{who} is named in VERSO_OWNER_IDS. Take the id out there and restart Verso."
    ),
    offices.NotDone.CONFIGURATION: (
        "{who} is named in the configuration, under roles.admin. Take the id out and apply it."
    ),
}


@click.group(invoke_without_command=True)
@click.pass_context
def admins(context: click.Context) -> None:
    """List, add and remove the people who look after the bot.

    A running Verso takes it over within seconds.
    """
    if context.invoked_subcommand is None:
        complete(_list(settings_for()))


@admins.command()
@click.argument("telegram_id", type=click.IntRange(min=1))
@click.option("--name", default="", help="What they are called in lists.")
@click.option("--owner", is_flag=True, help="They also decide who is an admin.")
def add(telegram_id: int, name: str, owner: bool) -> None:
    """Make the person with TELEGRAM_ID an admin."""
    complete(_add(settings_for(), telegram_id, name, Role.OWNER if owner else Role.ADMIN))


@admins.command()
@click.argument("telegram_id", type=click.IntRange(min=1))
def remove(telegram_id: int) -> None:
    """Have the person with TELEGRAM_ID look after the bot no longer."""
    complete(_remove(settings_for(), telegram_id))


async def _list(settings: Settings) -> None:
    async with opened(settings) as database:
        services = await services_for(database, settings)
        async with database.reading() as unit:
            found = await offices.offices(Work(unit, services.clock.now(), services))
    if not found:
        click.echo("Nobody looks after the bot yet. The link to claim it is printed by verso run.")
    for each in found:
        where = {"here": "", "settings": "VERSO_OWNER_IDS", "configuration": "roles.admin"}
        click.echo("\t".join([str(each.telegram_id), each.role, each.name, where[each.source]]))


async def _add(settings: Settings, telegram_id: int, name: str, role: Role) -> None:
    async with opened(settings) as database:
        services = await services_for(database, settings)

        async def work() -> Office | offices.NotDone:
            async with database.unit() as unit:
                at = Work(unit, services.clock.now(), services)
                done = await offices.appoint(at, telegram_id, name, role, _actor())
                await unit.commit()
            return done

        done = await patiently(database, work)
    _say(done, telegram_id, f"{telegram_id} is {_called(role)} now.")


async def _remove(settings: Settings, telegram_id: int) -> None:
    async with opened(settings) as database:
        services = await services_for(database, settings)

        async def work() -> Office | offices.NotDone:
            async with database.unit() as unit:
                at = Work(unit, services.clock.now(), services)
                done = await offices.remove(at, telegram_id, _actor())
                await unit.commit()
            return done

        done = await patiently(database, work)
    _say(done, telegram_id, f"{telegram_id} is no admin any more.")


def _say(done: Office | offices.NotDone, telegram_id: int, sentence: str) -> None:
    if isinstance(done, offices.NotDone):
        wrong = NotDone if done is offices.NotDone.ALREADY else WrongUse
        raise wrong(_WHY[done].format(who=telegram_id))
    click.echo(sentence)


def _called(role: Role) -> str:
    return "an owner" if role is Role.OWNER else "an admin"


def _actor() -> str:
    return f"cli:{getpass.getuser()}"
