"""The machinery behind: updates, faults, budgets, clock."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from bot.sandbox.control.common import Desk
from bot.sandbox.errors import SandboxError
from bot.sandbox.world.faults import Fault
from bot.sandbox.world.model import JSON
from bot.sandbox.world.pacing import Budgets

WAIT_LIMIT = 60.0
"""Seconds of one long poll on the control side."""


class Machinery(Desk):
    """Operations on what people do not see."""

    # Updates

    def inject_update(self, bot: int, update: JSON) -> int:
        """Queue any object as an update, even one that no library can parse; its update_id."""
        self._bot(bot)
        return self._world.queues[bot].add_raw(update, "injected")

    def pending_updates(self, bot: int) -> list[JSON]:
        """What the bot has not confirmed, in order."""
        queue = self._world.queues[self._bot(bot).id]
        queue.expire()
        return [orjson.loads(update.raw) for update in queue.pending.values()]

    def duplicate_update(self, bot: int, update_id: int) -> None:
        """Deliver an update again under the same id, confirmed or not."""
        try:
            self._world.queues[self._bot(bot).id].duplicate(update_id)
        except KeyError:
            raise SandboxError(f"Update {update_id} is unknown or long gone.") from None

    def reorder_updates(self, bot: int, update_ids: list[int]) -> None:
        """Deliver these pending updates first, in this order."""
        self._world.queues[self._bot(bot).id].reorder(update_ids)

    # Faults and budgets

    def add_fault(self, **rule: Any) -> int:
        """Let calls fail; see `Fault` for the fields. The rule's number, for `lift_fault`."""
        try:
            return self._world.faults.add(Fault(**rule))
        except TypeError:
            known = ", ".join(name for name in _FAULT_FIELDS)
            raise SandboxError(f"A fault has these fields: {known}.") from None

    def lift_fault(self, number: int) -> None:
        """Take one rule away."""
        if not self._world.faults.lift(number):
            raise SandboxError(f"There is no rule {number} in force.")

    def faults(self) -> list[JSON]:
        """The rules in force, each with how many calls it met."""
        return [
            {name: getattr(rule, name) for name in ("number", *_FAULT_FIELDS, "met")}
            for rule in self._world.faults.rules
        ]

    def clear_faults(self) -> None:
        """Everything works again."""
        self._world.faults.rules.clear()
        self._world.down_until = 0.0
        for queue in self._world.queues.values():
            queue.arrived.set()

    def down(self, *, until: str | None = None, seconds: float = 3600.0, how: str = "502") -> None:
        """Telegram is down until an ISO time (or for so many virtual seconds): 502 or "cut"."""
        if how not in {"502", "cut"}:
            raise SandboxError('Down is "502" or "cut".')
        self._world.down_how = how
        self._world.down_until = self._world.clock.timestamp() + seconds
        if until is not None:
            self._world.down_until = _aware(until).timestamp()

    def set_budgets(self, **changes: Any) -> JSON:
        """Change budgets (see `Budgets`); what was spent is forgotten."""
        try:
            self._world.set_budgets(replace(self._world.budgets, **changes))
        except TypeError:
            names = ", ".join(Budgets.__dataclass_fields__)
            raise SandboxError(f"Budgets are: {names}.") from None
        return asdict(self._world.budgets)

    # Clock

    def clock(self) -> JSON:
        """{now: ISO, offset: seconds ahead of the system clock}."""
        clock = self._world.clock
        return {"now": clock.now().isoformat(), "offset": clock.offset}

    def advance(self, seconds: float) -> JSON:
        """Move the clock forward: expiries, budgets and dates follow."""
        self._world.clock.advance(timedelta(seconds=seconds))
        clock = self.clock()
        self._world.hub.publish("clock", lambda: clock)
        for queue in self._world.queues.values():
            queue.arrived.set()
        return clock

    async def wait_clock(self, offset: float, seconds: float = 30.0) -> JSON:
        """Return the clock once its offset is no longer `offset`, or after `seconds`."""
        loop = asyncio.get_running_loop()
        end = loop.time() + min(seconds, WAIT_LIMIT)
        while self._world.clock.offset == offset and loop.time() < end:
            await self._world.hub.wait_after(self._world.hub.seq, end - loop.time())
        return self.clock()

    def reset(self) -> None:
        """Forget everybody and everything; the clock stays where it is."""
        for queue in self._world.queues.values():
            if queue.poll is not None:
                queue.poll.terminated = True
            queue.webhook = None
            queue.arrived.set()
        self._world.reset()
        self._world.hub.publish("reset", dict)


_COUNTED = frozenset({"met", "number", "_chance"})
_FAULT_FIELDS = tuple(name for name in Fault.__dataclass_fields__ if name not in _COUNTED)


def _aware(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SandboxError(f"{text!r} is no ISO time.") from None
    if moment.tzinfo is None:
        raise SandboxError("The time needs a zone, e.g. 2026-01-01T00:00:00+00:00.")
    return moment
