"""The one door through which the configuration changes, and the way back.

Whoever changes it (an admin in Telegram, `verso apply`, /setup in a group): the whole is checked
like a file, a version is written with who changed what, and every process takes it over. Planning
notices by the version and gives everybody who waits a new moment. The file at the start comes
through `bot.configuration.current`, on which this stands.
"""

from dataclasses import dataclass

from bot.configuration.current import keep_version, readable
from bot.core.work import Work
from flows.config import Config, Schedule, diff_config, dump_config, load_config, take_back
from flows.entities import Configuration
from flows.entities.facts import CONFIG, VERSION


class Unchanged(Exception):
    """There is nothing to change: the configuration says so already."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """What taking a version back would do now."""

    version: Configuration
    config: Config
    """The configuration as it would be."""
    changes: tuple[str, ...]
    """What differs from now, one line each; empty: nothing of it is left to take back."""
    conflicts: tuple[str, ...]
    """Keys that were changed again since; as long as there are any it is not undone."""


async def stored(work: Work) -> Config:
    """The configuration as it is stored now, which may be newer than the one in force.

    The one in force is given when nothing is stored, or when what is stored cannot be read.
    """
    found = readable(await work.unit.facts.get(CONFIG), flow_names(work))
    return found if found is not None else work.services.config


async def current_version(work: Work) -> int:
    """The number of the version that is stored now; 0: nothing was ever changed."""
    return int(await work.unit.facts.get(VERSION) or 0)


async def change(work: Work, new: Config, actor: str) -> Configuration:
    """Put a configuration in force; give the version that it is.

    `actor` is `admin:ID`, `cli:NAME` or `group:ID`. Raises Unchanged when nothing would change,
    ConfigError when the whole does not pass the checks that a file has to pass.
    """
    made = await keep_version(
        work.unit,
        new,
        actor=actor,
        now=work.now,
        flows=flow_names(work),
        old=work.services.config,
    )
    if made is None:
        raise Unchanged
    work.config_changed = True
    return made


async def as_it_was(work: Work, version: int) -> Config | None:
    """The configuration of a version; None when it is not kept or cannot be read."""
    found = await work.unit.configurations.at(version)
    return readable(found.source if found else None, flow_names(work))


async def undoing(work: Work, version: int) -> Undoing | None:
    """Tell what taking a version back would do; None when it or the one before is not kept.

    A schedule that the version brought is archived and not removed: its history stays.
    """
    made = await work.unit.configurations.at(version)
    before, after = await as_it_was(work, version - 1), await as_it_was(work, version)
    if made is None or before is None or after is None or not made.changes:
        return None
    now = await stored(work)
    back = take_back(before, after, now)
    # Who may do what is given and taken by files alone, or undoing would be a way to take it.
    config = _keeping_schedules(now, back.config).model_copy(update={"roles": now.roles})
    return Undoing(made, config, tuple(diff_config(now, config)), back.conflicts)


def _keeping_schedules(now: Config, back: Config) -> Config:
    kept = [*back.schedules]
    for schedule in now.schedules:
        if back.schedule(schedule.id) is None:
            kept.append(archived(schedule))
    return back.model_copy(update={"schedules": tuple(kept)})


async def undo(work: Work, version: int, actor: str) -> Configuration | None:
    """Take a version back, as a new version.

    None: it cannot be, as it is not kept or was changed again since. Raises Unchanged when
    nothing of it is left, ConfigError when the result would not pass the checks.
    """
    found = await undoing(work, version)
    if found is None or found.conflicts:
        return None
    return await change(work, found.config, actor)


async def name_chat(
    work: Work,
    actor: str,
    chat: int | None,
    *,
    team: str | None = None,
    instead_of: int | None = None,
) -> None:
    """Have the configuration name this chat for a team, or for the team that had another one.

    Nothing happens when no team is meant, or when it is named so already.
    """
    config = await stored(work)
    teams = tuple(
        each.model_copy(update={"chat": chat})
        if each.id == team or (instead_of is not None and each.chat == instead_of)
        else each
        for each in config.teams
    )
    if teams != config.teams:
        await change(work, config.model_copy(update={"teams": teams}), actor)


def archived(schedule: Schedule) -> Schedule:
    """A schedule put away: off, out of the list, its history kept."""
    return schedule.model_copy(update={"archived": True, "enabled": False})


def with_schedule(config: Config, changed: Schedule) -> Config:
    """The configuration with a schedule in place of its namesake, or at the end."""
    if config.schedule(changed.id) is None:
        return config.model_copy(update={"schedules": (*config.schedules, changed)})
    schedules = tuple(changed if each.id == changed.id else each for each in config.schedules)
    return config.model_copy(update={"schedules": schedules})


def checked(work: Work, config: Config) -> Config:
    """The configuration as its dump is read. Raises ConfigError when that does not pass."""
    as_before = config.phrases == work.services.config.phrases
    names = flow_names(work)
    return load_config(dump_config(config), "the new configuration", flows=names, kept=as_before)


def flow_names(work: Work) -> frozenset[str]:
    """The flows that schedules can begin."""
    return work.services.flows.for_schedules()
