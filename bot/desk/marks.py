"""The sign on an answer of staff's that it has reached its customer.

Groups choose which reactions they allow. Where the usual one is refused another is tried, and then
words; what works is remembered, and the usual one is tried again on the next day.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from bot.core.admin_notices import notify_admins
from bot.core.delivery import Failure, FailureKind, Reporter
from bot.core.names import display_safe
from bot.core.rich import plain
from bot.core.work import Work, replying
from bot.desk.speaking import (
    NO_PREVIEW,
    QUIET,
    customer_name,
    into_ticket,
    staff_words,
    ticket_of,
)
from flows.entities import Entry, Outgoing, Priority, SendResult, SendState, Ticket
from flows.entities.facts import SIGN
from flows.entities.kinds import Purpose
from flows.entities.refs import Ref, RefKind

DELIVERED, SECOND = "👌", "👍"
"""The reactions on a message that Telegram has delivered (those that bots may use)."""
WORDS = ""
"""What is remembered of a group that allows neither."""
_WORDS_INSTEAD = frozenset(
    {
        FailureKind.REACTION_REFUSED,
        FailureKind.CANNOT_WRITE,
        FailureKind.TOPIC_CLOSED,
        FailureKind.NO_RIGHTS,
        FailureKind.REFUSED,
    }
)
"""Failures of a reaction after which words say it: the message is there, and somebody waits."""


async def mark_delivered(work: Work, entry: Entry) -> None:
    """Mark an answer of staff's as delivered, in the way that its group allows."""
    if entry.chat_id is not None and entry.message_id is not None:
        await _mark(work, entry, await _sign(work, entry.chat_id))


async def _sign(work: Work, chat_id: int) -> str:
    """The sign to use: what worked last today, else the usual one."""
    told = await work.unit.facts.get(SIGN.of(chat_id))
    known = orjson.loads(told) if told else {}
    return str(known["sign"]) if known.get("day") == _day(work) else DELIVERED


def _day(work: Work) -> str:
    return f"{work.now:%Y-%m-%d}"


async def _mark(work: Work, entry: Entry, sign: str) -> None:
    if sign == WORDS:
        await _say_so(work, entry)
        return
    work.call(
        entry.chat_id or 0,
        "setMessageReaction",
        {"message_id": entry.message_id, "reaction": [{"type": "emoji", "emoji": sign}]},
        purpose=Purpose.DELIVERED,
        priority=Priority.RELAY,
        lane=f"mark:{entry.ticket_id}",
        subject=str(Ref(RefKind.ENTRY, entry.id)),
    )


async def _say_so(work: Work, entry: Entry) -> None:
    """Say quietly, below an answer, that it has arrived."""
    ticket = await ticket_of(work, entry.ticket_id)
    if ticket is None or ticket.group_chat_id != entry.chat_id or entry.message_id is None:
        return
    await _below(work, ticket, entry.message_id)


async def _below(work: Work, ticket: Ticket, message_id: int) -> None:
    text = staff_words(work, ticket, "desk.delivered_to", name=await customer_name(work, ticket))
    params = {**plain(text).params(), **NO_PREVIEW, **QUIET}
    params["reply_parameters"] = replying(message_id)
    into_ticket(work, ticket, "sendMessage", params, purpose=Purpose.NOTE)


async def report_mark(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Remember which sign a group takes; mark in another way what could not be marked so."""
    sign = row.params["reaction"][0]["emoji"]
    if result.state is SendState.SENT:
        if sign == DELIVERED and await work.unit.facts.get(SIGN.of(row.chat_id)) is not None:
            await work.unit.facts.drop(SIGN.of(row.chat_id))
        return
    if failure is None or failure.kind not in _WORDS_INSTEAD:
        return
    number = Ref.number(row.subject, RefKind.ENTRY)
    entry = await work.unit.get(Entry, number) if number is not None else None
    following = WORDS
    if failure.kind is FailureKind.REACTION_REFUSED:
        following = await _after(work, row.chat_id, sign)
    if entry is not None:
        await _mark(work, entry, following)


async def _after(work: Work, chat_id: int, sign: str) -> str:
    """The sign to use in place of one that a group has just refused; remembered for today.

    Admins are told when it is the first time that the group refuses.
    """
    fact = SIGN.of(chat_id)
    told = await work.unit.facts.get(fact)
    known = orjson.loads(told) if told else {}
    today = known.get("day") == _day(work)
    following = SECOND if sign == DELIVERED else WORDS
    if today and known["sign"] == WORDS:
        following = WORDS  # several were under way when the first of them was refused
    value = orjson.dumps({"sign": following, "day": _day(work)}).decode()
    if value != told:
        await work.unit.facts.set(fact, value)
    if not known:
        await _tell_admins(work, chat_id)
    return following


async def _tell_admins(work: Work, chat_id: int) -> None:
    group = work.services.group_at(chat_id)
    if group is None:
        return
    title, say = display_safe(group.title), work.services.words.say
    await notify_admins(
        work,
        lambda language: say(
            language, "refused.reactions", title=title, sign=DELIVERED, second=SECOND
        ),
    )


REPORTERS: dict[str, Reporter] = {Purpose.DELIVERED: report_mark}
