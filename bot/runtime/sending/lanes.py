"""Messages that wait, in lanes: one lane keeps its order, no lane waits for another.

A lane is a chat or a ticket at one priority. Lanes that may not send yet (their chat's budget is
spent, or a try failed) sleep until a moment; of those awake, the most urgent priority goes first
and lanes of one priority take turns. Of those that wait for the same moment, such as the tickets of
a group whose minute is spent, the ones with the lowest haste go first.
"""

import heapq
from collections import deque
from collections.abc import Callable
from itertools import count

from flows.entities import OutboxId, Outgoing, Priority

LaneKey = tuple[Priority, str]


class Lanes:
    """The waiting room of the sender. Not thread-safe; moments are monotonic seconds."""

    def __init__(self, haste: Callable[[Outgoing], int] = lambda row: 0) -> None:
        self._haste = haste
        self._rows: dict[LaneKey, deque[Outgoing]] = {}
        self._awake: dict[Priority, deque[LaneKey]] = {priority: deque() for priority in Priority}
        self._asleep: list[tuple[float, int, int, LaneKey]] = []
        self._busy: set[LaneKey] = set()
        self._ids: set[OutboxId] = set()
        self._order = count()

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, outbox_id: object) -> bool:
        return outbox_id in self._ids

    def count(self, priority: Priority) -> int:
        """Count the rows of one priority, with those that are being sent."""
        return sum(len(rows) for key, rows in self._rows.items() if key[0] is priority)

    def ids(self) -> set[OutboxId]:
        """The ids of all rows that are here, also of those that are being sent."""
        return set(self._ids)

    def add(self, row: Outgoing) -> None:
        """Put a row into its lane, behind all that were written before it.

        A row that is here already is left where it is. What an earlier process has left may come
        later than what this one has written: it goes before that.
        """
        if row.id in self._ids:
            return
        key = (row.priority, row.lane)
        self._ids.add(row.id)
        rows = self._rows.get(key)
        if rows is None:
            self._rows[key] = deque((row,))
            self._awake[row.priority].append(key)
            return
        first = 1 if key in self._busy else 0
        place = len(rows)
        while place > first and rows[place - 1].id > row.id:
            place -= 1
        rows.insert(place, row)

    def wake(self, now: float) -> None:
        """Wake the lanes whose moment has come."""
        while self._asleep and self._asleep[0][0] <= now:
            *_, key = heapq.heappop(self._asleep)
            self._awake[key[0]].append(key)

    def next_moment(self) -> float | None:
        """The moment at which the next lane wakes."""
        return self._asleep[0][0] if self._asleep else None

    def take(
        self,
        ready_at: Callable[[Outgoing], float],
        now: float,
        last: Priority = Priority.ASK,
    ) -> Outgoing | None:
        """Take the next row that may be sent now; its lane is busy until `finish` or `put_back`.

        `ready_at` says from when on a row may be sent; lanes that may not yet are put to sleep.
        Rows less urgent than `last` are left alone.
        """
        for priority in Priority:
            if priority > last:
                break
            awake = self._awake[priority]
            while awake:
                key = awake.popleft()
                row = self._rows[key][0]
                moment = ready_at(row)
                if moment <= now:
                    self._busy.add(key)
                    return row
                self._sleep(key, moment)
        return None

    def is_busy(self, row: Outgoing) -> bool:
        """Whether a row was taken, and neither finished nor put back."""
        key = (row.priority, row.lane)
        return key in self._busy and self._rows[key][0].id == row.id

    def finish(self, row: Outgoing) -> None:
        """Remove a row that was taken; the next of its lane may go."""
        key = (row.priority, row.lane)
        self._busy.discard(key)
        rows = self._rows[key]
        rows.popleft()
        self._ids.discard(row.id)
        if rows:
            self._awake[row.priority].append(key)
        else:
            del self._rows[key]

    def put_back(self, row: Outgoing, until: float, new: Outgoing | None = None) -> None:
        """Leave a row that was taken at the head of its lane, and let the lane sleep."""
        key = (row.priority, row.lane)
        self._busy.discard(key)
        if new is not None:
            self._rows[key][0] = new
        self._sleep(key, until)

    def bring_forward(self, row: Outgoing, rank: Callable[[Outgoing], int], until: float) -> None:
        """Order a lane by `rank`, so that a row that was taken waits for what it needs.

        `row` is its form by now.
        """
        key = (row.priority, row.lane)
        rows = self._rows[key]
        rows[0] = row
        self._rows[key] = deque(sorted(rows, key=rank))
        self._busy.discard(key)
        self._sleep(key, until)

    def rouse(self, chat_id: int) -> None:
        """Wake the lanes whose next row goes to a chat, before the moment that was set."""
        kept: list[tuple[float, int, int, LaneKey]] = []
        for entry in self._asleep:
            key = entry[3]
            if self._rows[key][0].chat_id == chat_id:
                self._awake[key[0]].append(key)
            else:
                kept.append(entry)
        heapq.heapify(kept)
        self._asleep = kept

    def rows(self) -> list[Outgoing]:
        """All rows that wait, lane by lane."""
        return [row for rows in self._rows.values() for row in rows]

    def readdress(self, change: Callable[[Outgoing], Outgoing]) -> None:
        """Replace waiting rows, such as those of a group that has a new id."""
        for rows in self._rows.values():
            for position, row in enumerate(rows):
                rows[position] = change(row)

    def drop(self, doomed: Callable[[Outgoing], bool]) -> list[Outgoing]:
        """Remove the rows for which `doomed` holds, apart from those that are being sent."""
        dropped: list[Outgoing] = []
        for key, rows in list(self._rows.items()):
            kept = deque(
                row
                for position, row in enumerate(rows)
                if (position == 0 and key in self._busy) or not doomed(row)
            )
            dropped += [row for row in rows if row not in kept]
            if kept:
                self._rows[key] = kept
            else:
                self._forget(key)
        self._ids -= {row.id for row in dropped}
        return dropped

    def _forget(self, key: LaneKey) -> None:
        del self._rows[key]
        awake = self._awake[key[0]]
        if key in awake:
            awake.remove(key)
        self._asleep = [entry for entry in self._asleep if entry[3] != key]
        heapq.heapify(self._asleep)

    def _sleep(self, key: LaneKey, until: float) -> None:
        haste = self._haste(self._rows[key][0])
        heapq.heappush(self._asleep, (until, haste, next(self._order), key))
