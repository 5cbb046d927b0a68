"""Where exactly a message goes: chat, topic or reply thread, and what if that is gone."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.core.delivery import ON_A_MESSAGE, Call, Failure, FailureKind
from bot.core.work import OF_A_TICKET, Work, lane_of, replying
from flows.entities import Group, Outgoing, Ticket
from flows.entities.kinds import Purpose
from flows.entities.replaced import replaced

_COUNTED = ("@", "send", "copy", "forward", "edit", "createForumTopic")
_THREADED = ("send", "copy", "forward")


def is_counted(method: str) -> bool:
    """Tell whether a call counts against Telegram's budgets of messages."""
    return method.startswith(_COUNTED) and method != "sendChatAction"


def needs_ticket(row: Outgoing) -> bool:
    """Tell whether a row goes into a ticket's topic or reply thread."""
    at_desk = row.chat_id < 0 or row.lane.startswith(OF_A_TICKET)
    return row.ticket_id is not None and at_desk


async def has_no_place(work: Work, row: Outgoing) -> bool:
    """Tell whether a ticket's row must not go to its group any more.

    Its customer was erased and has no chat, or the ticket has left the group, which was freed or
    has thrown the bot out: the ticket's next card says everything.
    """
    if not needs_ticket(row):
        return False
    ticket = await work.unit.get(Ticket, row.ticket_id)
    group = await work.unit.get(Group, row.chat_id)
    is_lost = group is not None and group.left_at is not None
    if ticket is None:
        return False
    return not ticket.chat_id or is_lost or ticket.group_chat_id != row.chat_id


def rank(row: Outgoing) -> int:
    """Order a ticket's lane when its topic is missing: topic, card, everything else."""
    return {"@topic": 0, "@card": 1}.get(row.method, 2)


def rank_to_open(row: Outgoing) -> int:
    """Order a ticket's lane when its topic is closed: what opens it first, the rest as it is."""
    return 0 if row.method == "@reopen_topic" else 1


async def addressed(work: Work, row: Outgoing, call: Call) -> Call | Failure:
    """Add chat and topic to a call; a Failure when the ticket's topic has to be made first."""
    if not needs_ticket(row) or row.ticket_id is None:
        return replaced(call, params={"chat_id": row.chat_id, **call.params})
    ticket = await work.unit.get(Ticket, row.ticket_id)
    params: dict[str, Any] = {"chat_id": row.chat_id, **call.params}
    if ticket is None or not call.method.startswith(_THREADED):
        return Call(call.method, params)
    group = work.services.groups.get(row.chat_id)
    if group is not None and group.forum:
        if ticket.topic_id is None:
            return Failure(FailureKind.TOPIC_MISSING, "the ticket's topic is not there yet")
        params["message_thread_id"] = ticket.topic_id
    elif ticket.card_message_id is not None and call.method != "copyMessages":
        params.setdefault("reply_parameters", replying(ticket.card_message_id))
    return Call(call.method, params)


async def make_topic_again(work: Work, row: Outgoing, waiting: Sequence[Outgoing]) -> None:
    """See to it that a ticket whose topic is missing gets a new one, with its card."""
    if row.ticket_id is None or row.method == "@topic":
        return
    ticket = await work.unit.get(Ticket, row.ticket_id)
    if ticket is None or ticket.group_chat_id != row.chat_id:
        return
    work.unit.put(replaced(ticket, topic_id=None, card_message_id=None))
    lane = lane_of(row.chat_id, ticket)
    if any(other.lane == lane and other.method == "@topic" for other in waiting):
        return
    for method, purpose in (("@topic", Purpose.TOPIC), ("@card", Purpose.CARD)):
        if method != row.method:
            work.call(row.chat_id, method, {}, purpose=purpose, ticket=ticket)


def instead(call: Call) -> Call | None:
    """What to do when the message of a call is gone: a text to be edited is sent anew.

    The replacement has to be addressed again: an edit names no topic, a new message does.
    """
    if call.method == "editMessageText" and call.anew:
        left_out = ("message_id", "chat_id")
        params = {name: value for name, value in call.params.items() if name not in left_out}
        return Call("sendMessage", params)
    return None


def without_quotation(call: Call) -> Call | None:
    """A call that quotes words which the message does not say any more, as a plain reply.

    None: it quotes nothing.
    """
    reply = call.params.get("reply_parameters") or {}
    if "quote" not in reply:
        return None
    kept = {name: value for name, value in reply.items() if not name.startswith("quote")}
    return replaced(call, params={**call.params, "reply_parameters": kept})


def moved(row: Outgoing, old: int, new: int) -> Outgoing:
    """Readdress a row of a group that became another one.

    The new group numbers its messages anew: nothing may refer to one of the old group. What is
    about such a message keeps its address, where Telegram refuses it.
    """
    if row.chat_id != old or row.method in ON_A_MESSAGE:
        return row
    params = {name: value for name, value in row.params.items() if name != "reply_parameters"}
    return replaced(row, chat_id=new, params=params)


def anew(row: Outgoing, chat_id: int, now: datetime) -> Outgoing:
    """A row whose group takes messages again: its day of tries begins now."""
    if row.chat_id != chat_id or (row.not_before or row.created_at) >= now:
        return row
    return replaced(row, not_before=now)


def as_message(result: Any, call: Call) -> Mapping[str, Any]:
    """A call's result as a mapping; of several copied messages the first has the name.

    With several, `copied` says of which messages they are the copies. Raises SenselessError when
    the result does not name what the call has made.
    """
    needed = _named_by(call.method)
    if isinstance(result, list) and needed:
        ids = [_number(message, needed) for message in result]
        if not ids:
            raise SenselessError(f"the answer to {call.method} names nothing")
        copied = call.params.get("message_ids", ())
        return {"message_id": ids[0], "message_ids": ids, "copied": copied}
    if needed:
        _number(result, needed)
    if not isinstance(result, dict):
        return {}
    if "message_id" in result:
        _number(result, "message_id")
    return result


class SenselessError(Exception):
    """Telegram says "done", and its answer does not say what was done."""


_NAMED = (
    ("sendChatAction", ""),
    ("createForumTopic", "message_thread_id"),
    ("send", "message_id"),
    ("copy", "message_id"),
    ("forward", "message_id"),
)
"""What the answer to a call names, by the beginning of its method."""


def _named_by(method: str) -> str:
    return next((name for beginning, name in _NAMED if method.startswith(beginning)), "")


def _number(found: Any, name: str) -> int:
    number = found.get(name) if isinstance(found, dict) else None
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 2**53:
        raise SenselessError(f"the answer has no {name}")
    return number


def already_edited(call: Call) -> Mapping[str, Any] | None:
    """The message of an edit that Telegram had made at an earlier try; None: it is none."""
    if call.method.startswith("edit") and "message_id" in call.params:
        return {"message_id": call.params["message_id"]}
    return None


def before(now: datetime, seconds: float) -> datetime:
    """The moment so many seconds before `now`."""
    return now - timedelta(seconds=seconds)
