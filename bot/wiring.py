"""Which module serves what: the handlers, composers, reporters and timers of all subjects."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TypeVar

from bot.context import Handler
from bot.handlers import admin, customer, frequent, schedules, staff, uploads
from bot.sending import digest
from bot.sending.calls import Composer, InWords, NotNow, Preparation, Reporter
from bot.sending.together import Many
from bot.usecases import (
    answering,
    asking,
    awaiting,
    changing,
    joining,
    planning,
    receiving,
    relaying,
    telling,
    ticketing,
)
from bot.work import Work
from bot.worker import Read
from flows.entities import Timer

T = TypeVar("T")
TimerAction = Callable[[Work, Timer], Awaitable[None]]


def handlers() -> list[Handler]:
    """Give all handlers; the first that fits an update takes it."""
    return [
        *schedules.frequent_handlers(),
        *customer.frequent_handlers(),
        *staff.handlers(),
        *schedules.handlers(),
        *admin.handlers(),
        *uploads.handlers(),
        *customer.handlers(),
    ]


def read() -> Read:
    """Give what reads the most frequent updates without python-telegram-bot's types."""
    return frequent.read


def composers() -> Mapping[str, Composer]:
    """Give the composers by the names of the rows that they compose."""
    answers = answering.composer({**admin.QUESTIONS, **schedules.QUESTIONS})
    return _apart(
        digest.COMPOSERS,
        ticketing.COMPOSERS,
        changing.COMPOSERS,
        planning.COMPOSERS,
        {answering.METHOD: answers},
    )


def one_by_one() -> Collection[str]:
    """Give the rows that take long to compose: no two of them are composed at a time."""
    return (answering.METHOD,)


def reporters() -> Mapping[str, Reporter]:
    """Give the reporters by the purpose of the rows that they hear of."""
    return _apart(ticketing.REPORTERS, changing.REPORTERS, planning.REPORTERS, answering.REPORTERS)


def before_reports() -> Mapping[str, Preparation]:
    """Give what to do before many rows of one purpose are reported."""
    return asking.BEFORE_REPORTS


def together() -> Mapping[str, Many]:
    """Give the composers of rows of which many are composed at a time."""
    return {asking.ASK: asking.compose_many}


def not_now() -> NotNow:
    """Give the rule by which notices wait for their reader's quiet hours to end."""
    return telling.not_now


def in_words() -> InWords:
    """Give the rule by which a message of staff that is gone reaches its customer all the same."""
    return relaying.in_words


def timers() -> Mapping[str, TimerAction]:
    """Give what to do when a timer is due, by its kind."""
    return _apart(
        ticketing.TIMERS, changing.TIMERS, joining.TIMERS, receiving.TIMERS, awaiting.TIMERS
    )


def admin_commands() -> tuple[str, ...]:
    """Give the commands to publish in an admin's private chat."""
    return tuple(dict.fromkeys((*admin.COMMANDS, *customer.COMMANDS)))


def commands() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Give the commands to publish, by Telegram's scope, with the area of texts about them."""
    return {
        "all_private_chats": ("commands", customer.COMMANDS),
        "all_group_chats": ("staff_commands", staff.COMMANDS),
    }


def _apart(*parts: Mapping[str, T]) -> Mapping[str, T]:
    """Join what several subjects offer. Raises ValueError when two claim the same name."""
    joined: dict[str, T] = {}
    for part in parts:
        if twice := joined.keys() & part.keys():
            raise ValueError(f"claimed by two subjects: {', '.join(sorted(twice))}")
        joined |= part
    return joined
