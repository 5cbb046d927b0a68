"""A bot's queue of updates: kept until confirmed, and never longer than Telegram keeps them."""

from __future__ import annotations

import asyncio
import math
import random
from dataclasses import dataclass, field

import orjson

from bot.sandbox.timekeeping import VirtualClock
from bot.sandbox.world.model import JSON

KEEP_SECONDS = 24 * 3600
"""How long an unconfirmed update is kept (Bot API, "Getting updates")."""
KEEP_CALLBACK_SECONDS = 150
"""How long an unconfirmed callback query is kept (tdlib/telegram-bot-api, Client.cpp)."""
QUIET_WEEK_SECONDS = 7 * 24 * 3600
"""After this long without an update the next identifier is random (Bot API, Update)."""
REMEMBERED = 1_000
"""Updates that can be queued a second time, the latest ones."""
ASKED_FOR_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Update types that a bot receives only when it names them in allowed_updates."""


@dataclass(slots=True)
class PendingUpdate:
    """One update in the queue, ready to send. `lane` is the queue whose order it keeps."""

    id: int
    raw: bytes
    lane: str
    expires: float
    kind: str


@dataclass(slots=True)
class Webhook:
    """Where updates are posted, and how that went lately."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    last_error_at: int | None = None
    last_error: str | None = None


@dataclass(slots=True)
class Poll:
    """A getUpdates call under way; a newer one terminates it."""

    terminated: bool = False


@dataclass(slots=True)
class UpdateQueue:
    """Updates of one bot in the order in which they happened."""

    clock: VirtualClock
    chance: random.Random
    allowed: list[str] = field(default_factory=list)
    pending: dict[int, PendingUpdate] = field(default_factory=dict)
    webhook: Webhook | None = None
    next_id: int = 0
    last_at: float = 0.0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    poll: Poll | None = None
    _recent: dict[int, PendingUpdate] = field(default_factory=dict)
    _serial: int = 0
    _last_id: int = 0
    _first_expiry: float = math.inf
    _disordered: bool = False

    def wants(self, kind: str) -> bool:
        """Whether updates of this kind are taken in at all."""
        return kind in self.allowed if self.allowed else kind not in ASKED_FOR_ONLY

    def add(self, kind: str, content: JSON, lane: str) -> int | None:
        """Queue an update of a kind that is wanted; its id, or None."""
        if not self.wants(kind):
            return None
        update_id = self._take_id()
        self._put(update_id, orjson.dumps({"update_id": update_id, kind: content}), lane, kind)
        return update_id

    def add_raw(self, body: JSON, lane: str) -> int:
        """Queue any object as it is, with an update_id of its own unless it has one."""
        update_id = body.get("update_id")
        if not isinstance(update_id, int):
            update_id = self._take_id()
        self._put(update_id, orjson.dumps({"update_id": update_id} | body), lane, "raw")
        return update_id

    def duplicate(self, update_id: int) -> None:
        """Queue an update once more under the same id, as after a lost confirmation.

        Raises KeyError when the update is older than the last REMEMBERED ones.
        """
        self._queue(self._recent[update_id])

    def reorder(self, ids: list[int]) -> None:
        """Put these pending updates in front, in this order."""
        place = {update_id: i for i, update_id in enumerate(ids)}
        keyed = sorted(self.pending.items(), key=lambda item: place.get(item[1].id, len(place)))
        self.pending = dict(keyed)
        self._disordered = True
        self.arrived.set()

    def expire(self) -> None:
        """Forget what has been kept too long."""
        now = self.clock.timestamp()
        if now < self._first_expiry:
            return
        self.pending = {k: u for k, u in self.pending.items() if u.expires > now}
        self._first_expiry = min((u.expires for u in self.pending.values()), default=math.inf)

    def confirm_below(self, offset: int) -> None:
        """Forget every update with a lower id."""
        gone = []
        for key, update in self.pending.items():
            if update.id < offset:
                gone.append(key)
            elif not self._disordered:
                break
        for key in gone:
            del self.pending[key]

    def keep_last(self, count: int) -> None:
        """Forget all but the last `count` updates: a negative offset."""
        keys = list(self.pending)
        for key in keys[: max(0, len(keys) - count)]:
            del self.pending[key]

    def _take_id(self) -> int:
        now = self.clock.timestamp()
        if not self.next_id or now - self.last_at > QUIET_WEEK_SECONDS:
            self.next_id = self.chance.randrange(10_000_000, 999_000_000)
        self.next_id += 1
        self.last_at = now
        return self.next_id

    def _put(self, update_id: int, raw: bytes, lane: str, kind: str) -> None:
        keep = KEEP_CALLBACK_SECONDS if kind == "callback_query" else KEEP_SECONDS
        expires = self.clock.timestamp() + keep
        update = PendingUpdate(update_id, raw, lane, expires, kind)
        self._recent[update_id] = update
        if len(self._recent) > REMEMBERED:
            del self._recent[next(iter(self._recent))]
        self._queue(update)

    def _queue(self, update: PendingUpdate) -> None:
        self._serial += 1
        self._disordered = bool(self.pending) and (self._disordered or update.id <= self._last_id)
        self._last_id = update.id
        self._first_expiry = min(self._first_expiry, update.expires)
        self.pending[self._serial] = update
        self.arrived.set()
