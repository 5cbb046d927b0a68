"""Groups that take no messages for a while: one is tried now and then, the others wait for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.delivery import ON_A_MESSAGE, FailureKind, failure_in
from bot.runtime.sending.verdicts import Verdict
from flows.entities import OutboxId, Outgoing, SendState

FIRST_PAUSE, LONGEST_PAUSE = 10.0, 60.0
"""Seconds between two tries: they double from the first to the longest."""
FIRST_OF_A_TOPIC = 1.0
"""Seconds before a closed topic is tried again: opening it, which comes first, may help at once."""

_PASS_BY = (
    *ON_A_MESSAGE,
    "deleteForumTopic",
    "@reopen_topic",
    "@close_topic",
    "@topic_name",
    "getChat",
    "getChatMember",
)
"""Calls that a group takes also from those who may not write there."""
_TELL_NOTHING = ("@topic", "copyMessage", "copyMessages", "@album_to_staff")
"""Calls that need other rights than texts: that they pass does not say that texts do."""


@dataclass(slots=True)
class _Refusal:
    pause: float
    next_at: float
    trying: OutboxId | None = None
    """The row that is being tried, or was tried last."""


class Refusals:
    """Which chats and lanes are held. Not thread-safe; moments are monotonic seconds.

    It is in memory alone: whoever sends next learns it from the errors of the rows that wait, and
    from its first try.
    """

    def __init__(self) -> None:
        self._chats: dict[int, _Refusal] = {}
        self._lanes: dict[str, _Refusal] = {}

    def holds(self, row: Outgoing) -> bool:
        """Tell whether a row waits because its group, or its topic, refuses messages."""
        return row.chat_id in self._chats or row.lane in self._lanes

    def begin(self, rows: Iterable[Outgoing], now: float) -> None:
        """Begin with what rows tell that were refused before: each chat and lane may be tried."""
        self._chats, self._lanes = {}, {}
        for row in rows:
            failure = failure_in(row.error)
            if failure is not None and failure.kind is FailureKind.CANNOT_WRITE:
                self._chats[row.chat_id] = _Refusal(FIRST_PAUSE, now)
            elif failure is not None and failure.kind is FailureKind.TOPIC_CLOSED:
                self._lanes[row.lane] = _Refusal(FIRST_OF_A_TOPIC, now)

    def ready_at(self, row: Outgoing, now: float) -> float:
        """From when on a row may be tried."""
        refusal = self._chats.get(row.chat_id) if self._chats else None
        if refusal is None or _passes_by(row):
            return now
        return max(refusal.next_at, now)

    def taken(self, row: Outgoing, now: float) -> None:
        """Note that a row is tried: until more is known, no other one of its chat is."""
        refusal = self._chats.get(row.chat_id) if self._chats else None
        if refusal is not None and not _passes_by(row):
            refusal.trying, refusal.next_at = row.id, now + LONGEST_PAUSE

    def knows(self, row: Outgoing, kind: FailureKind) -> bool:
        """Tell whether a refusal is one of those that are known already."""
        if kind is FailureKind.CANNOT_WRITE:
            return row.chat_id in self._chats
        return row.lane in self._lanes

    def refused(self, row: Outgoing, kind: FailureKind, now: float) -> float:
        """Hold what a refusal is about: the whole group, or one topic. Gives the next moment.

        Of several tries that were under way together only one counts.
        """
        if kind is FailureKind.CANNOT_WRITE:
            found = self._chats.setdefault(row.chat_id, _Refusal(FIRST_PAUSE, now, row.id))
        else:
            found = self._lanes.setdefault(row.lane, _Refusal(FIRST_OF_A_TOPIC, now, row.id))
            found.trying = row.id
        if found.trying == row.id or found.next_at <= now:
            found.trying, found.next_at = None, now + found.pause
            found.pause = min(found.pause * 2, LONGEST_PAUSE)
        return max(found.next_at, now)

    def frees(self, row: Outgoing, verdict: Verdict) -> bool:
        """Tell whether what became of a row shows that its group, or topic, takes messages."""
        if verdict.state is not SendState.SENT:
            return False
        return self._frees_chat(row) or self._frees_lane(row)

    def free(self, row: Outgoing) -> None:
        """Hold a row's group, and its topic, no longer, as far as its passing shows it."""
        if self._frees_lane(row):
            del self._lanes[row.lane]
        if self._frees_chat(row):
            del self._chats[row.chat_id]

    def _frees_chat(self, row: Outgoing) -> bool:
        tells = not _passes_by(row) and row.method not in _TELL_NOTHING
        return tells and row.chat_id in self._chats

    def _frees_lane(self, row: Outgoing) -> bool:
        tells = not _passes_by(row) and row.method != "@topic"
        return tells and row.lane in self._lanes

    def ended(self, row: Outgoing, wait: float, now: float) -> bool:
        """Note that a try told nothing of the group; gives whether another may be tried.

        `wait` is for how long the row itself is to wait; 0: it waits no longer.
        """
        refusal = self._chats.get(row.chat_id)
        if refusal is None or refusal.trying != row.id:
            return False
        refusal.trying, refusal.next_at = None, now + wait
        return True


def _passes_by(row: Outgoing) -> bool:
    # A card that is only edited is there already; if it is not, it is tried like a new one.
    return row.method in _PASS_BY or bool(row.method == "@card" and row.params.get("edit"))
