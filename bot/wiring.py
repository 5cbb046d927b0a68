"""Which module serves what: the handlers, composers, reporters and timers of all subjects."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TypeVar

from bot.asks import delivery, planning
from bot.changes import changes, notices
from bot.console import deferred_answers, prompts
from bot.core.context import Handler
from bot.core.delivery import Composer, InWords, NotNow, Preparation, Reporter
from bot.core.work import Work
from bot.data import webhooks
from bot.desk import relay, tickets
from bot.handlers.admin import commands as admin_handlers
from bot.handlers.admin import schedules, uploads
from bot.handlers.customer import fast_path, messages
from bot.handlers.staff import commands as staff_handlers
from bot.identity import second_accounts
from bot.runtime.sending import digest
from bot.runtime.sending.batch_composer import Many
from bot.runtime.worker import Read
from flows.entities import Timer

T = TypeVar("T")
TimerAction = Callable[[Work, Timer], Awaitable[None]]


def handlers() -> list[Handler]:
    """Give all handlers; the first that fits an update takes it."""
    return [
        *schedules.frequent_handlers(),
        *messages.frequent_handlers(),
        *staff_handlers.handlers(),
        *schedules.handlers(),
        *admin_handlers.handlers(),
        *uploads.handlers(),
        *messages.handlers(),
    ]


def read() -> Read:
    """Give what reads the most frequent updates without python-telegram-bot's types."""
    return fast_path.read


def composers() -> Mapping[str, Composer]:
    """Give the composers by the names of the rows that they compose."""
    answers = deferred_answers.composer({**admin_handlers.QUESTIONS, **schedules.QUESTIONS})
    return _apart(
        digest.COMPOSERS,
        tickets.COMPOSERS,
        changes.COMPOSERS,
        planning.COMPOSERS,
        {deferred_answers.METHOD: answers},
    )


def one_by_one() -> Collection[str]:
    """Give the rows that take long to compose: no two of them are composed at a time."""
    return (deferred_answers.METHOD,)


def reporters() -> Mapping[str, Reporter]:
    """Give the reporters by the purpose of the rows that they hear of."""
    return _apart(
        tickets.REPORTERS, changes.REPORTERS, planning.REPORTERS, deferred_answers.REPORTERS
    )


def before_reports() -> Mapping[str, Preparation]:
    """Give what to do before many rows of one purpose are reported."""
    return delivery.BEFORE_REPORTS


def together() -> Mapping[str, Many]:
    """Give the composers of rows of which many are composed at a time."""
    return {delivery.ASK: delivery.compose_many}


def not_now() -> NotNow:
    """Give the rule by which notices wait for their reader's quiet hours to end."""
    return notices.not_now


def in_words() -> InWords:
    """Give the rule by which a message of staff that is gone reaches its customer all the same."""
    return relay.in_words


def timers() -> Mapping[str, TimerAction]:
    """Give what to do when a timer is due, by its kind."""
    return _apart(
        tickets.TIMERS, changes.TIMERS, second_accounts.TIMERS, webhooks.TIMERS, prompts.TIMERS
    )


def admin_commands() -> tuple[str, ...]:
    """Give the commands to publish in an admin's private chat."""
    return tuple(dict.fromkeys((*admin_handlers.COMMANDS, *messages.COMMANDS)))


def commands() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Give the commands to publish, by Telegram's scope, with the area of texts about them."""
    return {
        "all_private_chats": ("commands", messages.COMMANDS),
        "all_group_chats": ("staff_commands", staff_handlers.COMMANDS),
    }


def _apart(*parts: Mapping[str, T]) -> Mapping[str, T]:
    """Join what several subjects offer. Raises ValueError when two claim the same name."""
    joined: dict[str, T] = {}
    for part in parts:
        if twice := joined.keys() & part.keys():
            raise ValueError(f"claimed by two subjects: {', '.join(sorted(twice))}")
        joined |= part
    return joined
