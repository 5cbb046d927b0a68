"""`verso recall`: making a recall from a file, telling it, and who was not reached."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import yaml

from bot.cli.failures import NotDone, WrongUse
from bot.cli.imports import actor
from bot.cli.opened import complete, opened, patiently, services_for, settings_for
from bot.core.services import Services
from bot.core.work import Work
from bot.data.transfer.encodings import encoding_of
from bot.recalls import campaigns, coming, unreached
from bot.recalls.campaigns import Actor, Strangers, Unwritten
from bot.recalls.staff_views import StaffViews
from bot.settings import Settings
from bot.slots.views import SlotViews
from flows import yaml_faults
from flows.entities import Recall
from flows.entities.lifecycle import Person, Refusal
from flows.languages import ENGLISH, codes
from flows.recalls import files, whom
from flows.recalls.files import Plan, PlanError
from flows.slots.lists import SlotsError

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
Done = Recall | Refusal | Strangers | Unwritten
Step = Callable[[Work, Actor], Awaitable[Done]]


@click.group()
def recall() -> None:
    """Tell everybody of a known defect, and see how far that is."""


@recall.command()
@click.argument("file", type=_FILE)
def new(file: Path) -> None:
    """Make a draft of FILE (YAML): whom it concerns, and what they read. Nobody is told yet."""
    complete(_new(settings_for(), file))


@recall.command("list")
def list_() -> None:
    """List recalls, the newest first."""
    complete(_list(settings_for()))


@recall.command()
@click.argument("number")
def show(number: str) -> None:
    """Show how recall NUMBER (RC1) stands."""
    complete(_show(settings_for(), _number(number)))


@recall.command()
@click.argument("number")
def start(number: str) -> None:
    """Have everybody told whom recall NUMBER concerns, if there is a text for each of them."""
    _do(number, campaigns.start, "Everybody is told from now on, if Verso runs.")


@recall.command()
@click.argument("number")
def pause(number: str) -> None:
    """Have nobody told of recall NUMBER until it is resumed."""
    _do(number, campaigns.pause, "Nobody is told until it is resumed.")


@recall.command()
@click.argument("number")
def resume(number: str) -> None:
    """Go on with recall NUMBER."""
    _do(number, campaigns.resume, "It goes on, if Verso runs.")


@recall.command()
@click.argument("number")
def end(number: str) -> None:
    """End recall NUMBER; whoever has chosen a time keeps it."""
    _do(number, campaigns.end, "It has ended.")


@recall.command()
@click.argument("number")
@click.argument("file", type=_FILE)
def correct(number: str, file: Path) -> None:
    """Have the `texts` of FILE told to those who were told of recall NUMBER, once."""
    written = _read(file)
    if not isinstance(written, dict):
        raise WrongUse(f"{file}: expected texts, by language.")

    async def step(work: Work, found: Recall, by: Actor) -> Done:
        try:
            texts = files.texts(written.get("texts"), codes())
        except PlanError as error:
            raise WrongUse(f"{file}: {error}.") from None
        for language, parts in texts.items():
            changed = campaigns.write(work, found, language, parts, by)
            if isinstance(changed, Refusal):
                return changed
            found = changed
        return await campaigns.correct(work, found, by)

    _do(number, step, "The correction is told from now on, if Verso runs.")


@recall.command("unreached")
@click.argument("number")
@click.option("--to", "target", metavar="FILE.csv", type=click.Path(dir_okay=False, path_type=Path))
def unreached_(number: str, target: Path | None) -> None:
    """Print who was not reached by recall NUMBER as CSV, or write it into a file."""
    text, people = complete(_unreached(settings_for(), _number(number)))
    if target is None:
        click.echo(text, nl=False)
        return
    target.write_bytes(text.encode("utf-8-sig"))
    click.echo(f"{people} people in {target}.", err=True)


def _number(text: str) -> int:
    digits = text.upper().removeprefix("RC")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        raise WrongUse(f"{text[:40]} is no recall: its number is like RC1. See verso recall list.")
    return int(digits)


# -- making one ---------------------------------------------------------------------------------


def _read(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text("utf-8"))
    except UnicodeDecodeError:
        raise WrongUse(f"{file}: this is no text in UTF-8.") from None
    except yaml.YAMLError as error:
        (line, column), why = yaml_faults.place(error), yaml_faults.fault(error)
        raise WrongUse(f"{file}, line {line}, column {column}: {why}.") from None


async def _new(settings: Settings, file: Path) -> None:
    written = _read(file)

    async def step(work: Work, by: Actor) -> Done:
        config = work.services.config
        try:
            teams, places = ([each.id for each in some] for some in (config.teams, config.places))
            plan = files.plan(written, codes(), teams, places)
        except PlanError as error:
            raise WrongUse(f"{file}: {error}.") from None
        made = await _made(work, plan, file.parent, by)
        if not isinstance(made, Recall):
            return made
        for language, parts in plan.texts.items():
            changed = campaigns.write(work, made, language, parts, by)
            made = changed if isinstance(changed, Recall) else made
        return await _with_times(work, plan, file.parent, made)

    services, done = await _in_a_unit(settings, step)
    views = StaffViews(services, ENGLISH)
    click.echo(f"{views.name(done)}: a draft. {views.whom(done)}.")
    click.echo(f"Nobody has been told yet: verso recall start RC{done.number}")


async def _made(work: Work, plan: Plan, folder: Path, by: Actor) -> Done:
    if plan.kind == whom.SEGMENT:
        return await campaigns.of_a_segment(work, plan.name, by, plan.team)
    if plan.kind == whom.PRODUCT:
        zone = ZoneInfo(work.services.config.brand.time_zone)
        days = plan.days or whom.ever(work.now.astimezone(zone).date())
        return await campaigns.of_buyers(work, plan.name, days, by, plan.team)
    refs = whom.refs_in(_text_of(folder / plan.name, "whom"))
    return await campaigns.of_list(work, refs, by, plan.team)


async def _with_times(work: Work, plan: Plan, folder: Path, made: Recall) -> Done:
    """Let people choose among the places and times of a file."""
    for place in plan.places:
        changed = campaigns.with_place(work, made, place)
        made = changed if isinstance(changed, Recall) else made
    if not plan.slots:
        return made
    try:
        found = await coming.put_up(work, made, _text_of(folder / plan.slots, "slots"))
    except SlotsError as error:
        zone = work.services.config.brand.time_zone
        faults = SlotViews(work.services, ENGLISH, zone, work.now).faults(error.faults)
        raise WrongUse(f"{folder / plan.slots}: {faults}") from None
    if isinstance(found, Refusal):
        return found
    return await work.unit.get(Recall, made.id) or made


def _text_of(path: Path, key: str) -> str:
    if not path.is_file():
        raise WrongUse(f"{key}: there is no file {path}.")
    return path.read_text(encoding_of(lambda: path.open("rb")), errors="replace")


# -- doing --------------------------------------------------------------------------------------


def _do(number: str, act: Callable[[Work, Recall, Actor], Awaitable[Done]], said: str) -> None:
    wanted = _number(number)

    async def step(work: Work, by: Actor) -> Done:
        found = await work.unit.recalls.by_number(wanted)
        if found is None:
            raise NotDone(f"There is no recall RC{wanted}. See verso recall list.")
        return await act(work, found, by)

    _, done = complete(_in_a_unit(settings_for(), step))
    click.echo(f"RC{done.number}: {said}")


async def _in_a_unit(settings: Settings, step: Step) -> tuple[Services, Recall]:
    """Do something in a unit of its own. Raises NotDone with why it was not done."""
    by = Actor(actor(), Person(None, actor()))
    async with opened(settings) as database:
        services = await services_for(database, settings)

        async def work() -> Done:
            async with database.unit() as unit:
                done = await step(Work(unit, services.clock.now(), services), by)
                if isinstance(done, Recall):
                    await unit.commit()
            return done

        done = await patiently(database, work)
    if not isinstance(done, Recall):
        raise NotDone(_why_not(services, done))
    return services, done


def _why_not(services: Services, done: Refusal | Strangers | Unwritten) -> str:
    views = StaffViews(services, ENGLISH)
    if isinstance(done, Strangers):
        return views.strangers(done.refs)
    if isinstance(done, Unwritten):
        return views.unwritten(done.readers)
    return views.say(f"refused_{done.reason}")


# -- looking ------------------------------------------------------------------------------------


async def _list(settings: Settings) -> None:
    async with opened(settings) as database:
        services = await services_for(database, settings)
        async with database.reading() as unit:
            found = await unit.recalls.latest(100)
    views = StaffViews(services, ENGLISH)
    for each in found:
        click.echo(f"{views.name(each)}: {each.state}")
    if not found:
        click.echo("There is none.")


async def _show(settings: Settings, number: int) -> None:
    async with opened(settings) as database:
        services = await services_for(database, settings)
        async with database.reading() as unit:
            found = await unit.recalls.by_number(number)
            counts = await unit.recalls.counts(found) if found is not None else None
    if found is None or counts is None:
        raise NotDone(f"There is no recall RC{number}. See verso recall list.")
    views = StaffViews(services, ENGLISH)
    click.echo(f"{views.name(found)}: {found.state}\n{views.whom(found)}")
    click.echo(views.figures(found, counts))


async def _unreached(settings: Settings, number: int) -> tuple[str, int]:
    """The table, and how many people are in it."""
    async with opened(settings) as database, database.reading() as unit:
        found = await unit.recalls.by_number(number)
        if found is None:
            raise NotDone(f"There is no recall RC{number}. See verso recall list.")
        people = [each async for each in unreached.of(unit, found.id)]
    return unreached.table(people), len(people)
