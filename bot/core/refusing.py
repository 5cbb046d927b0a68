"""Which groups refuse messages at present, as far as the outbox tells."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.delivery import GROUP_REFUSES, ON_A_MESSAGE, FailureKind
from bot.core.ports import Unit


@dataclass(frozen=True, slots=True)
class Refusing:
    """A group that refuses messages, or topics of which do."""

    chat_id: int
    reasons: Collection[str]
    """Of `GROUP_REFUSES`."""
    tickets: Sequence[int]
    """The tickets whose topics are closed."""
    waiting: int
    """Messages that wait for the group, those behind what was refused included."""


async def groups_that_refuse(
    unit: Unit, now: datetime, chat_id: int | None = None
) -> list[Refusing]:
    """The groups, or the one asked for, in which something that was refused waits."""
    refused = await unit.refusals.of(GROUP_REFUSES, chat_id)
    chats = dict.fromkeys(each.chat_id for each in refused)
    waiting = await unit.refusals.waiting(chats, now, apart_from=ON_A_MESSAGE) if chats else {}
    found = []
    for chat in chats:
        here = [each for each in refused if each.chat_id == chat]
        closed = [each.ticket_id for each in here if each.reason == FailureKind.TOPIC_CLOSED]
        tickets = dict.fromkeys(each for each in closed if each is not None)
        reasons = sorted({each.reason for each in here})
        found.append(Refusing(chat, reasons, list(tickets), waiting.get(chat, 0)))
    return found
