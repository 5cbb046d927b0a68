"""How fast messages may leave: over all chats, in one chat, in one group.

Telegram's documented budgets (Bots FAQ, "My bot is hitting limits"): about 30 messages a second
over all chats, about one a second in a private chat with short bursts allowed, 20 a minute in a
group. They are soft; `retry_after` is obeyed whatever was counted here. All moments are seconds of
the monotonic clock.
"""

from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass

GROUP_WINDOW = 60.5
"""Seconds over which a group's messages are counted: a minute, and a little for the way there."""

SECOND = 1.001
"""Seconds over which all messages are counted: one, and a little for the timer's grain."""
RECENT = 64
"""So many answers tell how fast the way to Telegram and back is at present."""
WAY_SHARE = 0.75
"""Of the quickest answer lately, so much is taken to be the shortest way there and back: the one
message may have had the shortest way there and another the shortest way back."""
CATCH_UP = 6
"""So many messages in no hurry may follow one another at once after the process was held up."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """What may be spent. A chat rate of 0 lifts the limit of private chats (benchmarks only)."""

    per_second: int = 30
    group_per_minute: int = 20
    chat_per_second: float = 1.0
    chat_burst: int = 4
    group_reserve: int = 1
    """Of a group's minute, what is kept for the digest of tickets that wait."""


class Bucket:
    """A token bucket: `burst` at once, then `rate` a second."""

    __slots__ = ("_at", "_burst", "_rate", "_tokens")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._tokens, self._at = burst, 0.0

    def ready_at(self, now: float) -> float:
        """The first moment from `now` on at which one may be spent."""
        self._fill(now)
        return now if self._tokens >= 1 else now + (1 - self._tokens) / self._rate

    def spend(self, now: float) -> None:
        """Spend one."""
        self._fill(now)
        self._tokens -= 1

    def full(self, now: float) -> bool:
        """Tell whether nothing is missing, so that the bucket may be forgotten."""
        self._fill(now)
        return self._tokens >= self._burst

    def _fill(self, now: float) -> None:
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._at) * self._rate)
        self._at = max(now, self._at)


class Window:
    """At most `most` in any stretch of `length` seconds."""

    __slots__ = ("_length", "_most", "_sent")

    def __init__(self, most: int, length: float) -> None:
        self._most, self._length = most, length
        self._sent: list[float] = []
        """Moments, the earliest first."""

    def ready_at(self, now: float, kept_back: int = 0) -> float:
        """The first moment at which one more may be sent, leaving `kept_back` unspent."""
        if self._sent and self._sent[0] <= now - self._length:
            del self._sent[: bisect_left(self._sent, now - self._length) or 1]
        over = len(self._sent) - max(1, self._most - kept_back)
        return now if over < 0 else self._sent[over] + self._length

    def spend(self, now: float) -> None:
        """Count one."""
        insort(self._sent, now)

    def correct(self, spent_at: float, counted_at: float) -> None:
        """Count one that was spent at a moment as of another; one that is over already stays so."""
        place = bisect_left(self._sent, spent_at)
        if place < len(self._sent) and self._sent[place] == spent_at:
            del self._sent[place]
            insort(self._sent, counted_at)


@dataclass(slots=True)
class _Answer:
    """When a message was spent, how long its answer took, and when it is counted to have come."""

    spent_at: float
    took: float
    counted_at: float


class Pacing:
    """Keeps the budgets of one bot."""

    def __init__(self, budgets: Budgets) -> None:
        self.budgets = budgets
        self._all = Window(budgets.per_second, SECOND)
        self._chats: dict[int, Bucket] = {}
        self._groups: dict[int, Window] = {}
        self._halted: dict[int, float] = {}
        self._halted_all = 0.0
        self._step = SECOND / budgets.per_second
        self._even = 0.0
        """From when on the next message in no hurry may leave."""
        self._took: deque[float] = deque(maxlen=RECENT)
        self._way = 0.0
        """Seconds that the way to Telegram and back takes at least."""
        self._answers: deque[_Answer] = deque()
        """Those of the last second."""

    def all_ready_at(self, now: float) -> float:
        """The first moment at which any chat may be sent to."""
        return max(self._all.ready_at(now), self._halted_all)

    def chat_ready_at(self, chat_id: int, now: float, *, digest: bool = False) -> float:
        """The first moment at which this chat may be sent to, apart from all others."""
        halted = max(self._halted.get(chat_id, 0.0), now)
        if chat_id < 0:
            kept_back = 0 if digest else self.budgets.group_reserve
            return max(self._group(chat_id).ready_at(now, kept_back), halted)
        bucket = self._chats.get(chat_id)
        return max(bucket.ready_at(now), halted) if bucket else halted

    def even_at(self, now: float) -> float:
        """The first moment at which a message in no hurry may leave.

        Such messages flow evenly: if they spent a second's budget at once, the next reply would
        have to wait for a second.
        """
        return max(self.all_ready_at(now), self._even)

    def spend(self, chat_id: int, now: float) -> None:
        """Count a message to a chat."""
        self._even = max(self._even, now - CATCH_UP * self._step) + self._step
        self._all.spend(now)
        if chat_id < 0:
            self._group(chat_id).spend(now)
        elif self.budgets.chat_per_second:
            bucket = self._chats.get(chat_id)
            if bucket is None:
                bucket = Bucket(self.budgets.chat_per_second, self.budgets.chat_burst)
                self._chats[chat_id] = bucket
            bucket.spend(now)

    def answered(self, spent_at: float, now: float) -> None:
        """Learn that Telegram has answered what was spent at a moment.

        Telegram counts a message when it arrives. One whose answer took longer than others lately
        may have arrived later by all of that, held up here or on the way, and its second begins
        then: so none that follows comes too early, however uneven the ways are. Until enough
        answers are known, a message may have arrived when its answer left: the first ones may all
        be slow, with connections that are new and a program that is cold.
        """
        took = now - spent_at
        self._took.append(took)
        known = self._way
        self._way = WAY_SHARE * min(self._took) if len(self._took) == RECENT else 0.0
        while self._answers and self._answers[0].counted_at <= now - SECOND:
            self._answers.popleft()
        answer = _Answer(spent_at, took, spent_at)
        self._answers.append(answer)
        # A way that is shorter than was thought makes those late that did not seem to be.
        for each in self._answers if self._way < known else (answer,):
            self._count_late(each)

    def _count_late(self, answer: _Answer) -> None:
        latest = answer.spent_at + answer.took - self._way
        if latest > answer.counted_at:
            self._all.correct(answer.counted_at, latest)
            answer.counted_at = latest

    def remember_group(self, chat_id: int, sent_at: float) -> None:
        """Count a message that was sent to a group before this process began."""
        self._group(chat_id).spend(sent_at)

    def halt(self, chat_id: int, until: float, now: float) -> None:
        """Obey a `retry_after` that came for a chat.

        Telegram does not say whether it meant the chat or the whole bot. When a second chat is
        told to wait while the first still waits, it meant the bot.
        """
        others = [moment for chat, moment in self._halted.items() if chat != chat_id]
        if any(moment > now for moment in others):
            self._halted_all = max(self._halted_all, until)
        self._halted[chat_id] = max(self._halted.get(chat_id, 0.0), until)

    def halt_all(self, until: float) -> None:
        """Send nothing at all before this moment."""
        self._halted_all = max(self._halted_all, until)

    def tidy(self, now: float) -> None:
        """Forget chats that have their whole budget again."""
        self._chats = {chat: b for chat, b in self._chats.items() if not b.full(now)}
        self._halted = {chat: moment for chat, moment in self._halted.items() if moment > now}

    def _group(self, chat_id: int) -> Window:
        window = self._groups.get(chat_id)
        if window is None:
            window = self._groups[chat_id] = Window(self.budgets.group_per_minute, GROUP_WINDOW)
        return window
