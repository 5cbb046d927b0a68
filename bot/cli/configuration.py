"""`verso apply` and `verso dump`: the configuration in and out."""

import getpass
import hashlib
from pathlib import Path

import click

from bot.asks import preview
from bot.cli.failures import NotDone
from bot.cli.opened import complete, opened, services_for, settings_for
from bot.configuration import changes as config_changes
from bot.configuration import spoken
from bot.configuration.current import note_file
from bot.console import warnings
from bot.core.ports import Database
from bot.core.services import Services
from bot.core.titles import event_title
from bot.core.work import Work
from bot.data.transfer.errors import TransferError
from bot.settings import Settings
from flows import system_faults
from flows.asks.holdout import leaves_nobody
from flows.asks.triggers import CONTACT
from flows.asks.tuning import event_types_at, settings_of
from flows.config import Config, Schedule, diff_config, dump_config, load_config, outdated


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Apply without asking.")
@click.option("--dry-run", is_flag=True, help="Check it and show what would change, no more.")
def apply(file: Path, yes: bool, dry_run: bool) -> None:
    """Apply the configuration FILE: all of it, or nothing.

    Shows what will change first. A running Verso takes it over within seconds.
    """
    complete(_apply(settings_for(), file, yes=yes, dry_run=dry_run))


@click.command()
def dump() -> None:
    """Print the configuration that is in force, as YAML."""
    complete(_dump(settings_for()))


async def _dump(settings: Settings) -> None:
    async with opened(settings) as database:
        services = await services_for(database, settings)
        click.echo(dump_config(services.config), nl=False)


async def _apply(settings: Settings, file: Path, *, yes: bool, dry_run: bool) -> None:
    source = _read(file)
    async with opened(settings, create=True) as database:
        services = await services_for(database, settings)
        new = load_config(source, str(file), flows=services.flows.for_schedules())
        changes = diff_config(services.config, new)
        for line in changes:
            click.echo(f"  {line}")
        if not changes:
            click.echo("Nothing changes.")
        cautions = await _cautions(database, services, new)
        for line in [*outdated(source), *_missing_words(), *cautions]:
            click.echo(f"Take care: {line}")
        if dry_run:
            return
        if changes and not yes and not click.confirm(f"Apply {_counted(len(changes))}?"):
            raise NotDone("Nothing was changed.")
        if changes and not await _keep(database, services, new):
            raise NotDone("The configuration was changed by somebody else meanwhile. Try again.")
        await _remember_file(database, settings, file, source)
    if changes:
        click.echo(f"Applied {_counted(len(changes))}.")


def _missing_words() -> list[str]:
    """What is said in English because an added language lacks it."""
    found = spoken.problems()
    if not found:
        return []
    return [f"{found[0]} (of {len(found)} such; verso language check FOLDER lists all)"]


def _counted(changes: int) -> str:
    return "1 change" if changes == 1 else f"{changes} changes"


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise TransferError(f"{file} cannot be read ({system_faults.of_a_file(error)}).") from None


async def _cautions(database: Database, services: Services, new: Config) -> list[str]:
    """What passes the checks and is hardly meant, in schedules that are on."""
    async with database.reading() as unit:
        work = Work(unit, services.clock.now(), services)
        lines = [
            f"schedules[{each.id}].audience matches no customer who can be reached, "
            "so it would ask nobody."
            for each in await preview.meaning_nobody(work, new)
        ]
        for schedule in new.schedules:
            if schedule.enabled and not schedule.archived:
                lines += await _about(work, schedule)
        lines += _without_titles(work, new)
    return lines


def _without_titles(work: Work, new: Config) -> list[str]:
    """What staff and admins would read an id of, for want of a title in their language."""
    named = [
        kind
        for schedule in new.schedules
        if not schedule.archived
        for setting in settings_of(schedule).values()
        for kind in event_types_at(schedule, setting)
    ]
    language = new.brand.default_language
    untitled = [
        kind
        for kind in dict.fromkeys([*named, *new.lift.events])
        if kind != CONTACT and event_title(work.services.words, new, language, kind) == kind
    ]
    lines = [
        f"The event {kind} has no title, so staff and admins read its id: give it one under events."
        for kind in untitled
    ]
    return lines + [
        f"teams[{team.id}].language is {team.language}, which is none of brand.languages: "
        "titles stand in its group in the brand's default language."
        for team in new.teams
        if team.language is not None and team.language not in new.brand.languages
    ]


async def _about(work: Work, schedule: Schedule) -> list[str]:
    settings = settings_of(schedule).values()
    types = [name for setting in settings for name in event_types_at(schedule, setting)]
    lines = [
        f"schedules[{schedule.id}] names the event {each.type}, of which none has come so far; "
        f"these have: {', '.join(each.others)}."
        for each in await warnings.unheard(work.unit, list(dict.fromkeys(types)))
    ]
    if leaves_nobody(schedule.holdout):
        lines.append(f"schedules[{schedule.id}].holdout is 100%, so it would ask nobody.")
    return lines


async def _keep(database: Database, services: Services, new: Config) -> bool:
    """Put it in force, unless what was shown as the old one is no longer in force."""
    async with database.unit() as unit:
        work = Work(unit, services.clock.now(), services)
        if await config_changes.stored(work) != services.config:
            return False
        await config_changes.change(work, new, f"cli:{getpass.getuser()}")
        await unit.commit()
    return True


async def _remember_file(database: Database, settings: Settings, file: Path, source: bytes) -> None:
    """When it is the file that is applied at start, it has been applied now."""
    if settings.config.resolve() != file.resolve():  # noqa: ASYNC240  one look, in a command
        return
    async with database.unit() as unit:
        await note_file(unit, hashlib.sha256(source).hexdigest())
        await unit.commit()
