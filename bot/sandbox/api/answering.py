"""reply_parameters: what a message answers, in the same topic, in another, in another chat.

Follows check_reply_parameters of Telegram's server (Client.cpp:8464).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox.api.jsonfields import flag, number, text_field
from bot.sandbox.api.params import checked_chat_id
from bot.sandbox.api.registry import Call
from bot.sandbox.errors import bad_request
from bot.sandbox.markup.entities import utf16_length
from bot.sandbox.markup.formatted import Formatted, formatted
from bot.sandbox.world.model import JSON, Chat, Message
from bot.sandbox.world.replies import QUOTE_LIMIT, answerable_elsewhere, quoted


@dataclass(frozen=True, slots=True)
class Answered:
    """What a message answers: a message here (`here`) or of elsewhere, and what it quotes."""

    here: Message | None = None
    elsewhere: Message | None = None
    quote: JSON | None = None


@dataclass(frozen=True, slots=True)
class _Wanted:
    message_id: int
    chat_id: str = ""
    otherwise_alone: bool = False
    quote: Formatted | None = None
    position: int | None = None


def answered(call: Call, chat: Chat, thread: int | None) -> Answered:
    """The message that a call answers; raises ApiError 400."""
    wanted = _wanted(call)
    if wanted.message_id <= 0:
        return Answered()
    source = chat
    if wanted.chat_id not in {"", str(call.params.get("chat_id"))}:
        named = call.world.chat_for(call.bot, checked_chat_id(wanted.chat_id))
        source = call.world.readable(call.bot, named)
    message = call.world.message(source, wanted.message_id)
    if message is None:
        if wanted.otherwise_alone:
            return Answered()
        raise bad_request("message to be replied not found")
    if source is chat and (not chat.is_forum or thread in {None, message.thread_id}):
        return Answered(here=message, quote=_quote(wanted, message))
    if not answerable_elsewhere(message):
        return Answered()
    return Answered(elsewhere=message, quote=_quote(wanted, message))


def _wanted(call: Call) -> _Wanted:
    raw: Any = call.params.get("reply_parameters")
    if raw is None:
        # The names of before Bot API 7.0 count while reply_parameters is absent
        # (Client.cpp:9388).
        alone = call.params.get("allow_sending_without_reply", False)
        return _Wanted(call.params.get("reply_to_message_id") or 0, otherwise_alone=alone)
    if not isinstance(raw, dict):
        raise bad_request("object expected as reply parameters")
    if not raw:
        return _Wanted(0)
    chat_id = text_field(raw, "chat_id") or ""
    message_id = number(raw, "message_id")
    alone = flag(raw, "allow_sending_without_reply")
    quote = text_field(raw, "quote") or ""
    mode = text_field(raw, "quote_parse_mode")
    text = formatted(quote, mode, raw.get("quote_entities")) if quote else None
    position = number(raw, "quote_position", 0)
    return _Wanted(message_id, chat_id, alone, text, position)


def _quote(wanted: _Wanted, message: Message) -> JSON | None:
    """The part that is quoted, entities and all (Bot API, ReplyParameters)."""
    if wanted.quote is None or not wanted.quote.text:
        return None
    text = wanted.quote
    found = None
    if utf16_length(text.text) <= QUOTE_LIMIT:
        found = quoted(message.body, text.text, entities=text.entities, position=wanted.position)
    if found is None:
        raise bad_request("QUOTE_TEXT_INVALID")
    return found
