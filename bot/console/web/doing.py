"""What is pressed in the console: the same use cases, rights and audit as in the chat."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.console import admins, schedules
from bot.core.work import Work
from bot.desk import tickets
from flows.desk.rights import Deed, Known, standing, why_not
from flows.entities import ConsolePass, Ticket, TicketId
from flows.entities.lifecycle import Person, Refusal

_LARGEST = 1 << 63


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: a key for words, and the number that they name."""

    said: str
    number: int = 0
    ok: bool = True


Doing = Callable[[Work, ConsolePass, str], Awaitable[Done]]


async def do(work: Work, who: ConsolePass, name: str, about: str) -> Done:
    """Do what a form says. What does not exist, or is not theirs to do, is said and not done."""
    doing = DEEDS.get(name)
    return await doing(work, who, about) if doing is not None else _unknown()


async def _take(work: Work, who: ConsolePass, about: str) -> Done:
    return await _taken(work, who, about, over=False)


async def _over(work: Work, who: ConsolePass, about: str) -> Done:
    return await _taken(work, who, about, over=True)


async def _taken(work: Work, who: ConsolePass, about: str, *, over: bool) -> Done:
    """Take a complaint; without `over` not from a colleague who was quicker."""
    number = _number(about)
    ticket = await work.unit.get(Ticket, TicketId(number)) if number is not None else None
    if ticket is None:
        return _unknown()
    office = Known(admin=who.telegram_id in work.services.admins)
    standing_here = standing(office, work.now, work.services.config.roles.newcomer)
    if why_not(Deed.WORK, standing_here) is not None:
        return Done("not_allowed", ok=False)
    by = Person(who.telegram_id, who.name)
    taken = await tickets.take(work, ticket, by, over=over)
    if isinstance(taken, Refusal):
        return Done(f"refused_{taken.reason}", ticket.number, ok=False)
    return Done("taken", ticket.number)


async def _go_on(work: Work, who: ConsolePass, about: str) -> Done:
    """Let a schedule go on that has paused itself."""
    if about not in await work.unit.pauses.going_on():
        return Done("not_paused", ok=False)
    outcome = await schedules.switch(work, about, True, who.telegram_id)
    refused = isinstance(outcome, schedules.Refusal) and outcome.reason != "same"
    return _unknown() if refused else Done("goes_on")


async def _retry(work: Work, who: ConsolePass, about: str) -> Done:
    """Handle an update again that was set aside."""
    number = _number(about)
    done = number is not None and await admins.try_again(work, number, who.telegram_id)
    return Done("retried") if done else Done("not_parked", ok=False)


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        return None
    return int(text) if int(text) < _LARGEST else None


def _unknown() -> Done:
    return Done("gone", ok=False)


DEEDS: Mapping[str, Doing] = {"take": _take, "over": _over, "go_on": _go_on, "retry": _retry}
"""By the names that forms send."""

SAID = frozenset(
    {
        *("taken", "goes_on", "retried", "gone", "not_allowed", "not_paused", "not_parked"),
        *("refused_taken_by", "refused_already_yours", "refused_not_open", "signed_out"),
    }
)
"""All that may be said of it."""
