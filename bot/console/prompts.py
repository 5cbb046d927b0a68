"""What an admin was asked to type: kept in the database, so that a restart loses nothing.

One per admin. It ends with a value that fits, with Cancel, with any other button of the
schedules, or after a while.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta

from bot.core.admin_notices import reader_language
from bot.core.subject import TimerAction
from bot.core.work import Work
from flows.entities import Timer
from flows.entities.kinds import Purpose, TimerKind

PATIENCE = timedelta(minutes=30)
"""So long the next message of the admin is taken for the value."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """What the next message of an admin is taken for."""

    what: str
    """`setting`, `text` (the words of an ask) or `delay` (of a template)."""
    subject: str
    """The schedule's id, or the template's."""
    name: str = ""
    """The setting; for a text: its variant; for a template: the product's position."""
    shown: int = 0
    """The version that the admin's screen stands on."""
    message_id: int = 0
    """The message that asks for it, or 0."""
    language: str = ""
    """Of a text: which language is asked for."""
    collected: Mapping[str, str] = field(default_factory=dict)
    """Texts that were typed so far, by language."""


def on_message(awaited: Awaited, message_id: int) -> Awaited:
    """The same, asked for by this message."""
    return replace(awaited, message_id=message_id)


async def wait_for(work: Work, admin: int, awaited: Awaited) -> None:
    """Take the admin's next message for this, in place of what was waited for before."""
    await work.unit.get(Timer, TimerKind.TYPING, str(admin))
    work.unit.set_timer(Timer(TimerKind.TYPING, str(admin), work.now + PATIENCE, asdict(awaited)))


async def awaited_from(work: Work, admin: int) -> Awaited | None:
    """What the admin's next message is taken for."""
    timer = await work.unit.get(Timer, TimerKind.TYPING, str(admin))
    return None if timer is None or timer.due_at <= work.now else Awaited(**timer.data)


async def stop_waiting(work: Work, admin: int) -> None:
    """Take the admin's next message for what it is."""
    timer = await work.unit.get(Timer, TimerKind.TYPING, str(admin))
    if timer is not None:
        work.unit.delete(timer)


async def give_up(work: Work, timer: Timer) -> None:
    """Say that a value is not waited for any more; nothing was changed."""
    admin = int(timer.subject)
    if admin in work.services.admins:
        language = await reader_language(work, admin)
        text = work.services.words.say(language, "tuning.waited_enough")
        work.say(admin, text, purpose=Purpose.ADMIN)


TIMERS: dict[str, TimerAction] = {TimerKind.TYPING: give_up}
