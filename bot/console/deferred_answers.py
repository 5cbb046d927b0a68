"""Questions of admins that may take seconds: taken note of by the worker, answered outside of it.

An answer is a composed row of the outbox. So it survives a kill, is worked out by the sender in a
unit that only reads, where it keeps no writer waiting, and leaves in the order of its chat. The
sender works out one at a time (`bot.wiring.one_by_one`): a hundred impatient presses take one
connection of the database, and the last of them is answered.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.console.admins import is_admin
from bot.console.views.schedules import Shown
from bot.core.delivery import Call, Composer, Failure, FailureKind, Reporter
from bot.core.work import Work, inline
from flows.entities import OutboxId, Outgoing, SendResult, SendState
from flows.entities.kinds import Purpose

METHOD = "@answer"
TYPING = "sendChatAction"
_NO_PREVIEW: dict[str, Any] = {"link_preview_options": {"is_disabled": True}}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an admin wants to know."""

    question: str
    admin: int
    """Their Telegram id, which is their private chat's too."""
    language: str
    arguments: Sequence[str] = ()
    over: int = 0
    """The message whose place the answer takes; 0: it is a message of its own."""


Question = Callable[[Work, Asked], Awaitable[Shown]]
"""Works out an answer; it may only read."""


def ask(work: Work, asked: Asked) -> None:
    """Have a question answered as soon as this unit is committed.

    Where no screen waits for it, Telegram shows meanwhile that the bot is writing.
    """
    if not asked.over:
        typing = {"action": "typing"}
        work.call(
            asked.admin, TYPING, typing, purpose=Purpose.FIGURES, lane=f"typing:{asked.admin}"
        )
    params = {
        "question": asked.question,
        "language": asked.language,
        "arguments": list(asked.arguments),
        "message_id": asked.over,
    }
    work.call(asked.admin, METHOD, params, purpose=Purpose.FIGURES)


def composer(questions: Mapping[str, Question]) -> Composer:
    """The composer of answers to these questions, by name."""

    async def compose(work: Work, row: Outgoing) -> Call | None:
        asked = _asked(row)
        answer = questions.get(asked.question)
        if answer is None or not is_admin(work, asked.admin) or await _moved_on(work, row):
            return None
        return _shown(row, asked, await answer(work, asked))

    return compose


def _asked(row: Outgoing) -> Asked:
    params = row.params
    return Asked(
        params["question"],
        row.chat_id,
        params["language"],
        tuple(params["arguments"]),
        params["message_id"],
    )


async def _moved_on(work: Work, row: Outgoing) -> bool:
    """Whether something that waits behind it shows another screen there, or answers the same."""
    over = row.params["message_id"]
    return any(
        later.params.get("message_id") == over
        if over
        else later.method == METHOD and later.params == row.params
        for later in await work.unit.outbox.waiting_behind(row)
    )


def _shown(row: Outgoing, asked: Asked, shown: Shown) -> Call:
    """Show an answer in the place of a message; a long one, or without such, as new ones."""
    text, keyboard = shown
    pages = [page.params() | _NO_PREVIEW for page in text.pages()]
    if keyboard or asked.over:
        pages[-1]["reply_markup"] = inline(keyboard)
    if asked.over and len(pages) == 1:
        return Call("editMessageText", pages[0] | {"message_id": asked.over})
    plain = replace(row, id=OutboxId(0), method="sendMessage")
    return Call("sendMessage", pages[0], tuple(replace(plain, params=page) for page in pages[1:]))


async def _report(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Say that a question could not be answered, rather than leave an admin waiting."""
    failed = result.state is SendState.FAILED and row.method == METHOD
    if failed and failure is not None and failure.kind is FailureKind.REFUSED:
        words = work.services.words.say(row.params["language"], "admin.not_answered")
        work.say(row.chat_id, words, purpose=Purpose.FIGURES)


REPORTERS: dict[str, Reporter] = {Purpose.FIGURES: _report}
