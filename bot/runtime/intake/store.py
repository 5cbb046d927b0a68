"""Storing raw updates: parsed only as far as needed to know their number and their order."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from bot.core.clock import Clock
from bot.core.ports import Database, Unit
from bot.runtime.group_commit import GroupCommit
from flows.entities import RawUpdate

_CHATTED = (
    "message",
    "edited_message",
    "my_chat_member",
    "chat_member",
    "message_reaction",
    "channel_post",
    "edited_channel_post",
    "chat_join_request",
)
TOO_DEEP = "nested too deeply: "
"""Stands before an update that is stored and cannot be read: it is parked."""


class NotAnUpdate(ValueError):
    """What came is no update: not a JSON object with a number."""


class Intake:
    """Stores updates; whoever stores one may acknowledge it when `store` returns."""

    def __init__(self, database: Database, clock: Clock, wake: Any) -> None:
        self._database, self._clock, self._wake = database, clock, wake
        self.commits = GroupCommit[Sequence[RawUpdate]](
            database, self._write, after=lambda _unit: wake(), name="updates", hurry=True
        )
        self.stored = 0
        self.trouble = ""
        """Why the last updates could not be stored, by its error's name; empty when they were."""

    async def store(self, raws: Sequence[RawUpdate]) -> None:
        """Store updates and return when they are committed; raises when they are not."""
        if not raws:
            return
        try:
            await self.commits.written(raws)
        except Exception as error:
            self.trouble = type(error).__name__
            raise
        self.trouble = ""

    async def _write(self, unit: Unit, groups: Sequence[Sequence[RawUpdate]]) -> None:
        raws = [raw for group in groups for raw in group]
        await unit.inbox.store(raws, self._clock.now())
        self.stored += len(raws)


def raw_update(data: Any) -> RawUpdate:
    """The storable form of an update.

    Raises NotAnUpdate when it has no usable number. Anything else about it may be wrong: it is
    stored all the same, and parked later if it cannot be handled.
    """
    if not isinstance(data, dict):
        raise NotAnUpdate("an update is a JSON object")
    number = data.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**62:
        raise NotAnUpdate("an update has a whole number as update_id")
    return RawUpdate(number, _lane(data), _written(data))


def _written(data: Mapping[str, Any]) -> str:
    try:
        return orjson.dumps(data).decode()
    except TypeError:
        pass  # orjson reads deeper than it writes, and numbers that it does not write
    try:
        return TOO_DEEP + json.dumps(data)
    except RecursionError:
        return TOO_DEEP


def _lane(update: Mapping[str, Any]) -> int:
    """Find whose order an update keeps: its chat's, else its user's; 0 when it names neither."""
    query = update.get("callback_query")
    if isinstance(query, dict):
        message = query.get("message")
        return _id(message, "chat") or _id(query, "from")
    for kind in _CHATTED:
        if isinstance(update.get(kind), dict):
            return _id(update[kind], "chat") or _id(update[kind], "from")
    return 0


def _id(holder: Any, name: str) -> int:
    part = holder.get(name) if isinstance(holder, dict) else None
    number = part.get("id") if isinstance(part, dict) else None
    return number if isinstance(number, int) and -(2**62) < number < 2**62 else 0
