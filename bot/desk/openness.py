"""Who besides staff may read a group, and what the bot lacks there: looked at when it is bound.

The questions are rows of the outbox, and what Telegram answers comes as their reports.
"""

from collections.abc import Mapping
from typing import Any

from bot.core.delivery import Failure, Reporter
from bot.core.rights import may_make_topics
from bot.core.work import Work
from bot.desk.speaking import staff_words
from flows.entities import Group, Outgoing, Priority, SendResult, SendState
from flows.entities.kinds import Purpose

_ABOUT_THE_BOT = "getChatMember"


def look(work: Work, group: Group) -> None:
    """Have Telegram asked about a group, and what the bot may do in it."""
    for method, params in (("getChat", {}), (_ABOUT_THE_BOT, {"user_id": work.services.bot_id})):
        work.call(
            group.chat_id,
            method,
            params,
            purpose=Purpose.OPENNESS,
            priority=Priority.REPLY,
            lane=f"look:{group.chat_id}",
        )


async def report(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Say in the group what is to be changed there."""
    group = work.services.group_at(row.chat_id)
    if group is None or message is None or result.state is not SendState.SENT:
        return
    if row.method == _ABOUT_THE_BOT and message.get("status"):
        is_admin = message["status"] in ("administrator", "creator")
        topics = not group.forum or may_make_topics(message, {"is_forum": True})
        if not (is_admin and topics):
            _say(work, group, "desk.setup_admin_hint")
    elif message.get("linked_chat_id"):
        _say(work, group, "desk.setup_linked")


def _say(work: Work, group: Group, key: str) -> None:
    work.say(group.chat_id, staff_words(work, group, key), purpose=Purpose.NOTE)


REPORTERS: dict[str, Reporter] = {Purpose.OPENNESS: report}
