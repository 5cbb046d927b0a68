"""Telegram's budgets for sending: over all chats, in one private chat, in one group.

The numbers are those of the Bot API FAQ ("My bot is hitting limits"); how a burst is
counted is Telegram's secret, so it is a setting here.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from bot.sandbox.errors import too_many_requests
from bot.sandbox.timekeeping import VirtualClock
from bot.sandbox.world.model import Chat


@dataclass(frozen=True, slots=True)
class Budgets:
    """How much a bot may send. `off` switches all of them off.

    overall: messages per second over all chats; paid: the same with allow_paid_broadcast;
    chat_burst and chat_rate: bucket size and refill per second of a private chat;
    group: messages per sliding minute in one group.
    """

    overall: int = 30
    paid: int = 1000
    chat_burst: int = 5
    chat_rate: float = 1.0
    group: int = 20
    off: bool = False

    @classmethod
    def documented(cls) -> Budgets:
        """Telegram's published budgets."""
        return cls()

    @classmethod
    def unlimited(cls) -> Budgets:
        """No budgets, for tests of something else."""
        return cls(off=True)


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


@dataclass(slots=True)
class Pacer:
    """One bot's spending, on the virtual clock."""

    clock: VirtualClock
    budgets: Budgets
    _overall: dict[bool, deque[float]] = field(
        default_factory=lambda: {True: deque(), False: deque()}
    )
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _groups: dict[str, deque[float]] = field(default_factory=dict)
    _blocked: dict[str, float] = field(default_factory=dict)

    def spend(self, chat: Chat, count: int = 1, *, paid: bool = False) -> None:
        """Take `count` messages from every budget that `chat` falls under, or raise 429."""
        now = self.clock.timestamp()
        self._refuse_blocked(chat.key, now)
        if self.budgets.off:
            return
        wait = self._overall_wait(now, count, paid)
        if wait > 0:
            self._refuse("", now, wait)
        wait = self._chat_wait(chat, now, count)
        if wait > 0:
            self._refuse(chat.key, now, wait)
        self._overall[paid].extend([now] * count)
        if chat.is_private:
            self._buckets[chat.key].level -= count
        else:
            self._groups[chat.key].extend([now] * count)

    def block(self, chat_key: str, seconds: float) -> None:
        """Refuse a chat ("" for all of them) for so long, as after a 429."""
        self._blocked[chat_key] = self.clock.timestamp() + seconds

    def _refuse_blocked(self, key: str, now: float) -> None:
        if not self._blocked:
            return
        for scope in ("", key):
            until = self._blocked.get(scope, 0.0)
            if until > now:
                raise too_many_requests(math.ceil(until - now))
            self._blocked.pop(scope, None)

    def _refuse(self, key: str, now: float, wait: float) -> None:
        seconds = max(1, math.ceil(wait))
        self._blocked[key] = now + seconds
        raise too_many_requests(seconds)

    def _overall_wait(self, now: float, count: int, paid: bool) -> float:
        limit = self.budgets.paid if paid else self.budgets.overall
        return _window_wait(self._overall[paid], now, 1.0, limit, count)

    def _chat_wait(self, chat: Chat, now: float, count: int) -> float:
        if not chat.is_private:
            window = self._groups.setdefault(chat.key, deque())
            return _window_wait(window, now, 60.0, self.budgets.group, count)
        size, rate = self.budgets.chat_burst, self.budgets.chat_rate
        bucket = self._buckets.setdefault(chat.key, _Bucket(size, now))
        bucket.level = min(size, bucket.level + (now - bucket.at) * rate)
        bucket.at = now
        needed = min(count, size)
        return (needed - bucket.level) / rate


def _window_wait(window: deque[float], now: float, span: float, limit: int, count: int) -> float:
    """Seconds until `count` more fit into a sliding window; more than it holds need it empty."""
    while window and window[0] <= now - span:
        window.popleft()
    excess = len(window) + min(count, limit) - limit
    return window[excess - 1] + span - now if excess > 0 else 0.0
