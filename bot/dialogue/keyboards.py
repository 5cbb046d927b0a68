"""Taking away keyboards that have no use any more.

A row `@retire` is written in the transaction that ends the use of a keyboard. When it leaves it
finds the message that still shows the buttons: which one that is, Telegram said meanwhile.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.callbacks import number
from bot.core.delivery import BatchComposer, Call
from bot.core.work import Work
from flows.entities import Conversation, OutboxId, Outgoing, Priority, RemedyId, Shown
from flows.entities.kinds import Purpose
from flows.entities.refs import Ref, RefKind

RETIRE = "@retire"
LOOKED_THROUGH = 30
"""Newest messages of a chat in which the buttons are looked for."""
MENU = "u"
"""The area of buttons outside of flows (`bot.core.callbacks`)."""
ASKING = frozenset({"agree", "stop", "forget", "join", "lang"})
"""What the first button does under a question outside of flows."""
REMEDY = "remedy"
"""What the buttons do by which a customer chooses what makes a complaint right."""


def retire(
    work: Work,
    conversation: Conversation,
    *,
    keep_turn: int | None = None,
    but: int | None = None,
) -> None:
    """Take away a conversation's buttons, except for those of the turn that is on the screen.

    `but` is the message in which that turn takes the place of another one.
    """
    params: dict[str, Any] = {"conversation": conversation.id, "keep": keep_turn}
    if but is not None:
        params["but"] = but
    if conversation.candidate_id is not None:
        params["ask"] = f"candidate:{conversation.candidate_id}"
    _write(work, conversation.chat_id, params)


def retire_older(work: Work, conversation: Conversation) -> None:
    """Take away the buttons of the copy before the one that has just been written."""
    params: dict[str, Any] = {"conversation": conversation.id, "older": True}
    if conversation.candidate_id is not None:
        params["ask"] = f"candidate:{conversation.candidate_id}"
    _write(work, conversation.chat_id, params, lane="")


def retire_menu(work: Work, chat_id: int) -> None:
    """Take away the buttons of a question outside of flows that was answered in words."""
    _write(work, chat_id, {"menu": True})


def retire_remedy(work: Work, chat_id: int, remedy: RemedyId) -> None:
    """Take away the buttons by which a remedy could be chosen, which is settled otherwise."""
    _write(work, chat_id, {REMEDY: remedy})


def _write(
    work: Work, chat_id: int, params: Mapping[str, Any], lane: str = "mark:{chat_id}"
) -> None:
    """A lane of its own, so that no answer waits for it; what must follow keeps the chat's."""
    work.call(
        chat_id,
        RETIRE,
        params,
        purpose=Purpose.MARK,
        priority=Priority.RELAY,
        lane=lane.format(chat_id=chat_id),
    )


async def compose_retire(work: Work, rows: Sequence[Outgoing]) -> Mapping[OutboxId, Call | None]:
    """Find the newest message that still shows the buttons; None: there is none any more.

    What was written after a row shows buttons that are in use.
    """
    shown = await work.unit.outbox.shown_in({row.chat_id for row in rows}, LOOKED_THROUGH)
    return {row.id: _retired(row, shown[row.chat_id]) for row in rows}


def _retired(row: Outgoing, shown: Sequence[Shown]) -> Call | None:
    newest: dict[int, Shown] = {}
    for each in shown:
        newest.setdefault(each.message_id, each)
    newest.pop(row.params.get("but", 0), None)
    found = [
        each.message_id
        for each in newest.values()
        if each.id < row.id and _has_old_buttons(each.subject, row.params)
    ]
    if row.params.get("older"):
        found = found[1:]
    return Call("editMessageReplyMarkup", {"message_id": found[0]}) if found else None


def _has_old_buttons(subject: str, wanted: Mapping[str, Any]) -> bool:
    if subject and subject == wanted.get("ask"):
        return True
    shown = Ref.parse(subject)
    parts = str(shown.id).split(":") if shown and shown.kind is RefKind.BUTTONS else []
    if wanted.get("menu"):
        return parts[:1] == [MENU] and parts[1] in ASKING
    if wanted.get(REMEDY):
        which = parts[2] if parts[:2] == [MENU, REMEDY] and len(parts) > 2 else ""
        return bool(number(which) == wanted[REMEDY])
    if parts[:2] != ["c", "a"] or len(parts) < 4:
        return False
    same = number(parts[2]) == wanted.get("conversation")
    return same and number(parts[3]) != wanted.get("keep")


BATCH_COMPOSERS: dict[str, BatchComposer] = {RETIRE: compose_retire}
