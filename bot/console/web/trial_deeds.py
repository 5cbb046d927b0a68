"""What is pressed about hypotheses: the use cases of the chat, in the chat's words."""

from collections.abc import Awaitable, Callable, Mapping

from bot.console.web.said import Done
from bot.core.admin_notices import admin_language
from bot.core.work import Work
from bot.hypotheses import ledger, running
from flows.entities import ConsolePass, Hypothesis
from flows.entities.lifecycle import Person, Refusal

END = "trial_end"
"""The deed that takes what was learned."""


async def end(work: Work, who: ConsolePass, name: str, learned: str) -> Done:
    """End a hypothesis with what was learned."""
    words = learned.replace("\r\n", "\n")
    return _of(await running.end(work, name, words, _person(who)), "ends")


async def _begin(work: Work, who: ConsolePass, name: str) -> Done:
    return _of(await running.begin(work, name, _person(who)), "begins")


async def _stop(work: Work, who: ConsolePass, name: str) -> Done:
    return _of(await running.stop(work, name, _person(who)), "stops")


async def _drop(work: Work, who: ConsolePass, name: str) -> Done:
    return _of(await running.drop(work, name, who.telegram_id), "dropped")


async def _table(work: Work, who: ConsolePass, _: str) -> Done:
    """Have the bot send the table of all hypotheses."""
    language = await admin_language(work, who.telegram_id, who.language_code)
    ledger.send(work, who.telegram_id, language)
    return Done("trial_table")


def _of(outcome: Hypothesis | Refusal | None, done: str) -> Done:
    if isinstance(outcome, Refusal):
        return Done(f"trial_{outcome.reason}", ok=False)
    return Done(f"trial_{done}")


def _person(who: ConsolePass) -> Person:
    return Person(who.telegram_id, who.name)


TRIALS: Mapping[str, Callable[[Work, ConsolePass, str], Awaitable[Done]]] = {
    "trial_begin": _begin,
    "trial_stop": _stop,
    "trial_drop": _drop,
    "trial_table": _table,
}
"""By the names that forms send."""
