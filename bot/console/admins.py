"""What admins do: switch schedules, look after updates that were set aside, claim the bot."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.work import Work
from flows.config import Config, Schedule
from flows.entities import Admin, Incoming, JournalLine, Pause
from flows.entities.facts import ADMIN_NAME, CLAIM_TOKEN
from flows.entities.kinds import Role
from flows.entities.refs import Ref, RefKind
from flows.time.days import day_began
from flows.time.opening import zone_for

PARKED_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """A schedule with what it did today, by the brand's clock."""

    schedule: Schedule
    pause: Pause | None
    """When and why it has paused itself, if it has."""
    waiting: int
    today: Mapping[str, int]
    """`asked`, `delivered`, `answered`, and `outcome:NAME` for what was decided."""

    @property
    def paused(self) -> bool:
        """Whether the guardrail has paused it."""
        return self.pause is not None


@dataclass(frozen=True, slots=True)
class Parked:
    """Updates that were set aside, the newest first, and how many there are in all."""

    rows: Sequence[Incoming]
    count: int


def is_admin(work: Work, telegram_id: int) -> bool:
    """Tell whether somebody may tune schedules and see what is parked."""
    return telegram_id in work.services.admins


async def remember_name(work: Work, telegram_id: int, name: str) -> None:
    """Keep how an admin is called, so that others can read in the history who changed what."""
    key = ADMIN_NAME.of(telegram_id)
    if name and await work.unit.facts.get(key) != name:
        await work.unit.facts.set(key, name)


async def claim(work: Work, telegram_id: int, name: str, token: str) -> bool:
    """Make the first person who shows the claim token an owner; tell whether the token fits.

    It fits once. The comparison takes as long for a wrong token as for the right one.
    """
    known = await work.unit.facts.get(CLAIM_TOKEN)
    if not known or not hmac.compare_digest(known.encode(), token.encode()):
        return False
    await work.unit.facts.drop(CLAIM_TOKEN)
    if await work.unit.get(Admin, telegram_id) is None:
        work.unit.add(Admin(telegram_id, name, work.now, Role.OWNER))
    _journal(work, telegram_id, "admin_claimed", str(Ref(RefKind.ADMIN, telegram_id)))
    work.config_changed = True
    return True


async def schedule_states(work: Work, config: Config) -> list[ScheduleState]:
    """Every schedule of a configuration with what it did today."""
    zone = zone_for(None, work.services.config.brand.time_zone)
    today = await work.unit.schedules.count_since(day_began(work.now, zone))
    waiting = await work.unit.schedules.count_waiting()
    paused = await work.unit.pauses.going_on()
    return [
        ScheduleState(
            each,
            paused.get(each.id),
            waiting.get(each.id, 0),
            today.get(each.id, {}),
        )
        for each in config.schedules
    ]


async def parked(work: Work) -> Parked:
    """The updates that were set aside last."""
    counts = await work.unit.inbox.counts()
    return Parked(await work.unit.inbox.parked(PARKED_SHOWN), counts["parked"])


async def try_again(work: Work, row_id: int, telegram_id: int) -> bool:
    """Put a parked update back in the line; tell whether it was parked."""
    done = await work.unit.inbox.retry(row_id)
    if done:
        _journal(work, telegram_id, "update_retried", str(Ref(RefKind.UPDATE, row_id)))
    return done


async def dismiss(work: Work, row_id: int, telegram_id: int) -> bool:
    """A parked update up and forget its content; tell whether it was parked."""
    done = await work.unit.inbox.dismiss(row_id)
    if done:
        _journal(work, telegram_id, "update_dismissed", str(Ref(RefKind.UPDATE, row_id)))
    return done


def _journal(
    work: Work,
    telegram_id: int,
    kind: str,
    subject: str,
    data: Mapping[str, object] | None = None,
) -> None:
    actor = f"admin:{telegram_id}"
    line = JournalLine(work.unit.new_id(), work.now, actor, kind, subject, dict(data or {}))
    work.unit.add(line)


__all__ = [
    "Parked",
    "ScheduleState",
    "claim",
    "dismiss",
    "is_admin",
    "parked",
    "schedule_states",
    "try_again",
]
