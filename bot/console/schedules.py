"""What admins do with schedules in Telegram: tune, switch, duplicate, put away, take back.

Each change goes through `bot.configuration.changes` and counts at once, for plans already made
too. A screen may be old: two admins may press at once, or one of them after a file was applied.
What somebody else has changed since the screen was shown is not overwritten but shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.asks.guardrail import resume
from bot.configuration import changes
from bot.configuration.changes import Unchanged
from bot.core.work import Work
from flows.asks.templates import Template, schedule_from, templates
from flows.asks.tuning import (
    Setting,
    choices_of,
    free_id,
    numbered,
    read_value,
    settings_of,
    toggled,
    value_at,
    with_value,
)
from flows.config import Config, ConfigError, Schedule
from flows.entities import Configuration

LONGEST_TYPED = 500
"""Characters of a typed value; texts of asks have a limit of their own."""
HISTORY_PAGE = 6


@dataclass(frozen=True, slots=True)
class Tuned:
    """A schedule before and after a change, and the version that it made."""

    before: Schedule | None
    after: Schedule
    version: Configuration


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was changed.

    `gone`: there is no such schedule or setting any more; `changed`: somebody else has changed it
    since the screen was shown; `made`: a press before this one has made the schedule (`detail` is
    its id); `same`: it is so already; `wrong`: the value cannot be read (`detail` is the kind of
    what is expected); `choice`: only the choices of the `setting` will do; `invalid`: the whole
    would not pass the checks (`detail` says why).
    """

    reason: str
    detail: str = ""
    setting: Setting | None = None


def actor(admin: int) -> str:
    """Who an admin is in the history of the configuration."""
    return f"admin:{admin}"


# -- one setting --------------------------------------------------------------------------------


async def set_value(
    work: Work,
    schedule_id: str,
    name: str,
    text: str,
    shown: int,
    admin: int,
    *,
    typed: bool = False,
) -> Tuned | Refusal:
    """Set one setting to a value as it was typed or stands on a button.

    `shown` is the version on which the screen stands. On a button `#N` adds or leaves out the
    N-th of the choices that the screen offered.
    """
    found = await find(work, schedule_id, name)
    if isinstance(found, Refusal):
        return found
    config, schedule, setting = found
    then = await _shown(work, shown, config)
    if then is None or _differs(then.schedule(schedule_id), schedule, setting.path):
        return Refusal("changed")
    try:
        value = _read(schedule, setting, text, then, typed=typed)
        new = with_value(schedule, setting.path, value)
    except ValueError:
        return Refusal("wrong", setting.kind)
    done = await put(work, config, schedule, new, admin)
    if isinstance(done, Refusal) and done.reason == "invalid" and setting.choices:
        return Refusal("choice", setting=setting)
    return done


async def find(
    work: Work, schedule_id: str, name: str
) -> tuple[Config, Schedule, Setting] | Refusal:
    """Find a setting of a schedule in the stored configuration."""
    config = await changes.stored(work)
    schedule = config.schedule(schedule_id)
    setting = settings_of(schedule).get(name) if schedule is not None else None
    return (config, schedule, setting) if schedule and setting else Refusal("gone")


async def unchanged_since(
    work: Work, shown: int, config: Config, schedule: Schedule, path: Sequence[str]
) -> bool:
    """Tell whether a value of a schedule is still as it was on an admin's screen."""
    then = await _shown(work, shown, config)
    return then is not None and not _differs(then.schedule(schedule.id), schedule, path)


async def _shown(work: Work, shown: int, config: Config) -> Config | None:
    """The configuration that an admin's screen stood on; None when that is not known."""
    current = await changes.current_version(work)
    if shown == current:
        return config
    return await changes.as_it_was(work, shown) if 0 <= shown < current else None


def _differs(then: Schedule | None, now: Schedule, path: Sequence[str]) -> bool:
    return then is None or value_at(then, path) != value_at(now, path)


def _read(schedule: Schedule, setting: Setting, text: str, then: Config, *, typed: bool) -> Any:
    if text.startswith("#") and not typed:
        choices, position = choices_of(setting, then), text[1:]
        if not (position.isascii() and position.isdecimal() and int(position) < len(choices)):
            raise ValueError(text)
        return toggled(schedule, setting, choices[int(position)])
    if len(text) > LONGEST_TYPED:
        raise ValueError("too long")
    return read_value(setting, text, then)


async def put(
    work: Work, config: Config, before: Schedule | None, after: Schedule, admin: int
) -> Tuned | Refusal:
    """Put a schedule in force in place of its namesake, or as a new one."""
    try:
        made = await changes.change(work, changes.with_schedule(config, after), actor(admin))
    except Unchanged:
        return Refusal("same")
    except ConfigError as error:
        return Refusal("invalid", error.problems[0].expected)
    return Tuned(before, after, made)


# -- the whole schedule -------------------------------------------------------------------------


async def switch(work: Work, schedule_id: str, on: bool, admin: int) -> Tuned | Refusal:
    """Switch a schedule on or off. Switching on also ends a pause of the guardrail's."""
    config = await changes.stored(work)
    schedule = config.schedule(schedule_id)
    if schedule is None or schedule.archived:
        return Refusal("gone")
    if on:
        await resume(work, schedule, actor(admin))
    return await put(work, config, schedule, schedule.model_copy(update={"enabled": on}), admin)


async def put_away(work: Work, schedule_id: str, admin: int) -> Tuned | Refusal:
    """Archive a schedule: it asks nobody and leaves the list; its history stays."""
    config = await changes.stored(work)
    schedule = config.schedule(schedule_id)
    if schedule is None:
        return Refusal("gone")
    return await put(work, config, schedule, changes.archived(schedule), admin)


async def bring_back(work: Work, schedule_id: str, admin: int) -> Tuned | Refusal:
    """Put an archived schedule back into the list, switched off."""
    config = await changes.stored(work)
    schedule = config.schedule(schedule_id)
    if schedule is None:
        return Refusal("gone")
    back = schedule.model_copy(update={"archived": False})
    return await put(work, config, schedule, back, admin)


async def duplicate(work: Work, schedule_id: str, shown: int, admin: int) -> Tuned | Refusal:
    """Make a second schedule like this one, switched off, with an id that is not taken.

    A second press on the same screen makes no second copy: that is `made`.
    """
    config = await changes.stored(work)
    schedule = config.schedule(schedule_id)
    if schedule is None:
        return Refusal("gone")
    made = await _made_since(work, schedule_id, shown, config)
    if made:
        return Refusal("made", made)
    copy_id = free_id(schedule_id, config)
    title = numbered(schedule.title, copy_id.rpartition("-")[2])
    own = {"id": copy_id, "title": title or None, "enabled": False, "archived": False}
    return await put(work, config, None, schedule.model_copy(update=own), admin)


async def _made_since(work: Work, wanted: str, shown: int, config: Config) -> str:
    """The id of the schedule that was promised on a screen, if it has been made since; or empty."""
    then = await _shown(work, shown, config)
    promised = free_id(wanted, then) if then is not None else ""
    return promised if promised and config.schedule(promised) is not None else ""


async def create(
    work: Work, template: str, product: str, delay: str, shown: int, admin: int
) -> Tuned | Refusal:
    """Make a schedule of a template, switched off. `product` and `delay` may be empty.

    A second press on the same screen makes no second one: that is `made`.
    """
    config = await changes.stored(work)
    made = await _made_since(work, template, shown, config)
    if made:
        return Refusal("made", made)
    drafted = await draft(work, template, product, delay)
    return (
        drafted if isinstance(drafted, Refusal) else await put(work, config, None, drafted, admin)
    )


def delay_of(template: Template, text: str, config: Config) -> str | None:
    """Read a typed delay of a template's schedule; None when it is none."""
    plan = schedule_from(template, config)
    try:
        delay = str(read_value(settings_of(plan)["moment"], text[:LONGEST_TYPED], config))
        schedule_from(template, config, delay=delay)
    except ValueError:
        return None
    return delay


async def draft(work: Work, template: str, product: str, delay: str) -> Schedule | Refusal:
    """The schedule that a template would make; nothing is kept."""
    found = templates().get(template)
    if found is None:
        return Refusal("gone")
    config = await changes.stored(work)
    moment = settings_of(schedule_from(found, config)).get("moment")
    try:
        wait = read_value(moment, delay, config) if delay and moment is not None else ""
        return schedule_from(found, config, product, str(wait))
    except ValueError:
        return Refusal("wrong", "after" if moment is None else moment.kind)


# -- history ------------------------------------------------------------------------------------


async def history(
    work: Work, schedule_id: str = "", before: int | None = None
) -> Sequence[Configuration]:
    """Versions that changed a schedule, or any, the newest first: one more than a page."""
    if not schedule_id:
        found = await work.unit.configurations.history(HISTORY_PAGE + 2, before=before)
        return [version for version in found if version.changes][: HISTORY_PAGE + 1]
    names = (f"schedules[{schedule_id}]",)
    found = await work.unit.configurations.history(
        HISTORY_PAGE + 1, containing=names, before=before
    )
    return [each for each in found if any(line.startswith(names) for line in each.changes)]


async def undo(work: Work, version: int, admin: int) -> Configuration | Refusal:
    """Take a version back as a new one, unless what it changed was changed again since."""
    if not 0 < version <= await changes.current_version(work):
        return Refusal("gone")
    try:
        made = await changes.undo(work, version, actor(admin))
    except Unchanged:
        return Refusal("same")
    except ConfigError as error:
        return Refusal("invalid", error.problems[0].expected)
    return made or Refusal("changed")
