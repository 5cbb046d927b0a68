"""Asking Telegram what a refusal means: may the bot not write at all, or only not send this?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from telegram.error import TelegramError

from bot.core.delivery import Failure, FailureKind
from bot.core.rights import may_make_topics, may_send, refused_media
from bot.core.services import Services
from bot.runtime.transport import AiohttpRequest
from flows.entities import Outgoing

_OF_MEDIA = frozenset({FailureKind.MEDIA_REFUSED, FailureKind.NOT_COPIED})
_OF_TOPICS = frozenset({FailureKind.NO_TOPIC_RIGHTS, FailureKind.NO_RIGHTS})


class Rights:
    """Looks up what the bot may do in a group, when something was refused there."""

    def __init__(self, transport: AiohttpRequest, base_url: str, services: Services) -> None:
        self._transport, self._base_url, self._services = transport, base_url, services

    async def explained(self, row: Outgoing, failure: Failure) -> Failure:
        """Say what a refusal means: CANNOT_WRITE where the bot may not even write texts.

        So it is taken also while Telegram does not say, or says that the bot has the very right
        that it is refused for: a message that waits is tried again, one that failed is not.
        """
        of_topics = row.method == "@topic" and failure.kind in _OF_TOPICS
        if row.chat_id > 0 or not (of_topics or failure.kind in _OF_MEDIA):
            return failure
        cannot_write = replace(failure, kind=FailureKind.CANNOT_WRITE)
        try:
            member = await self._ask(row, "getChatMember", user_id=self._services.bot_id)
            chat = await self._ask(row, "getChat")
        except TelegramError:
            return cannot_write
        if not may_send(member, chat) or (of_topics and may_make_topics(member, chat)):
            return cannot_write
        return _of_media(failure, refused_media(member, chat))

    async def _ask(self, row: Outgoing, method: str, **params: Any) -> Mapping[str, Any]:
        url = f"{self._base_url}/{method}"
        answer = await self._transport.call(url, {"chat_id": row.chat_id, **params})
        return answer if isinstance(answer, dict) else {}


def _of_media(failure: Failure, refused: Sequence[str]) -> Failure:
    """Say of a copy that was refused, for a reason that Telegram keeps, that it was for its kind.

    So it is taken where the bot may not send all kinds; what is refused alone is named.
    """
    if failure.kind is not FailureKind.NOT_COPIED or not refused:
        return failure
    detail = f"{failure.detail} ({refused[0]})" if len(refused) == 1 else failure.detail
    return Failure(FailureKind.MEDIA_REFUSED, detail)
