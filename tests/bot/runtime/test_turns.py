"""Whose turn it is while the event loop has more to do than it can."""

import asyncio
import time
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from bot.runtime.sending.pacing import Budgets, Pacing
from bot.runtime.sending.turns import FELT_SECONDS, FEW_AHEAD, LATE_SECONDS, Turns
from flows.entities import OutboxId, Outgoing, Priority

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def ask(number: int) -> Outgoing:
    lane = f"ask:{number}"
    return Outgoing(number, "@ask", {}, "ask", Priority.ASK, lane, NOON, OutboxId(number))


def hold_up_everybody() -> None:
    time.sleep(FELT_SECONDS + 2 * LATE_SECONDS)


async def test_few_asks_are_made_ready_while_others_wait_for_their_turn_in_the_loop() -> None:
    nothing: Any = SimpleNamespace(clock=None)
    woken = asyncio.Event()
    pacing = Pacing(Budgets(per_second=30))
    turns = Turns(nothing, nothing, nothing, "", pacing, left=woken.set)
    feeling = asyncio.create_task(turns.feel())
    for number in range(1, FEW_AHEAD + 1):
        assert turns.least_urgent() is Priority.ASK
        turns.taken(ask(number), 0.0)
    assert turns.least_urgent() is Priority.ASK
    await asyncio.sleep(0)
    hold_up_everybody()
    # Nothing says when it was felt: the next message that might leave asks for it.
    while turns.least_urgent() is Priority.ASK:  # noqa: ASYNC110
        await asyncio.sleep(0)
    for number in range(1, FEW_AHEAD + 1):
        turns.done(ask(number))
    assert turns.least_urgent() is Priority.ASK, "they never stop altogether"
    await woken.wait()
    feeling.cancel()
