"""Five hundred tickets at once before a group that takes twenty messages a minute."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.delivery import Call, Failure
from bot.core.rich import TEXT_LIMIT
from bot.core.work import Work
from bot.runtime.sending import digest, pacing
from bot.runtime.sending.pacing import Budgets
from bot.sandbox import Budgets as SandboxBudgets
from flows.desk.tickets import comes_first
from flows.entities import (
    Customer,
    CustomerId,
    Group,
    Outgoing,
    Priority,
    SendResult,
    SendState,
    Ticket,
    TicketId,
)
from flows.utf16 import utf16_length
from storage.database import Database
from tests.bot.harness import Harness, harness, text_to

COMPLAINTS = 500
HASTE = 600
"""How much faster than real time the group's minutes pass."""
STEP = 0.02
BAD = range(25, COMPLAINTS, 25)
"""Numbers of the tickets of which customers say that it is very bad."""


async def _card(work: Work, row: Outgoing) -> Call:
    ticket = await work.unit.get(Ticket, row.ticket_id)
    assert ticket is not None
    return Call("sendMessage", {"text": f"card {ticket.number}"})


async def _posted(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    ticket = await work.unit.get(Ticket, row.ticket_id)
    assert ticket is not None
    work.unit.put(replace(ticket, card_message_id=result.message_id))


async def _hurry(h: Harness) -> None:
    while True:
        await asyncio.sleep(STEP)
        await h.sandbox.advance(timedelta(seconds=STEP * (HASTE - 1)))


async def _tickets(h: Harness, group: Any) -> list[Outgoing]:
    now = h.services.clock.now()
    bound = Group(group.id, "support", "Support", forum=False, bound_at=now)
    h.services.groups[group.id] = bound
    rows = []
    async with h.database.unit() as unit:
        unit.add(bound)
        unit.add(Customer(CustomerId(1), "C-1", now, name="Anna"))
        for number in range(1, COMPLAINTS + 1):
            opened = now - timedelta(seconds=COMPLAINTS - number)
            ticket = Ticket(
                TicketId(number), number, CustomerId(1), 7, "open", opened, "support", f"W{number}"
            )
            severity = 5 if number in BAD else 2
            ticket = replace(ticket, group_chat_id=group.id, severity=severity)
            unit.add(ticket)
            rows.append(
                text_to(
                    group.id,
                    "",
                    method="@card",
                    params={"new": True} | ({"first": True} if comes_first(ticket) else {}),
                    purpose="card",
                    ticket_id=ticket.id,
                    lane=f"ticket:{number}",
                    priority=Priority.RELAY,
                    created_at=now,
                )
            )
        await unit.commit()
    return rows


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_five_hundred_tickets(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is lost, the worst are seen first, and digests say what waits, the oldest by name."""
    monkeypatch.setattr(pacing, "GROUP_WINDOW", 61 / HASTE + 2 * STEP)
    monkeypatch.setattr("bot.runtime.sending.sender.LOOK_SECONDS", STEP)
    async with harness(database, SandboxBudgets(overall=1000)) as h:
        h.services.clock = h.sandbox.server.room._world.clock
        staff = await h.sandbox.create_user(first_name="Staff")
        group = await h.sandbox.create_group(staff, h.bot, title="Support", kind="group")
        rows = await _tickets(h, group)
        h.start_sender(
            budgets=Budgets(per_second=1000, chat_per_second=0),
            composers={"@card": _card, **digest.COMPOSERS},
            reporters={"card": _posted},
        )
        hurry = asyncio.create_task(_hurry(h))
        try:
            *_, last = await h.write(*rows)
            await h.row_in(last.id, SendState.SENT)
        finally:
            hurry.cancel()
        said = [m.text for m in await staff.messages(group) if m.from_bot]
    cards = [int(text.removeprefix("card ")) for text in said if text.startswith("card ")]
    assert sorted(cards) == list(range(1, COMPLAINTS + 1)), "each came, once"
    minute = 20
    late = [number for number in BAD if cards.index(number) > minute + len(BAD)]
    assert not late, "the worst waited behind others"
    ordinary = [number for number in cards[minute:] if number not in BAD]
    assert ordinary == sorted(ordinary), "the others came in their order"
    digests = [text for text in said if "places here" in text]
    assert digests
    assert all(utf16_length(text) <= TEXT_LIMIT for text in digests)
    first = digests[0]
    assert re.search(r"Waiting longest: #(\d+), Anna, since ", first)
    named = re.findall(r"^#(\d+)( ‼️)?", first, re.MULTILINE)
    assert [bool(mark) for _, mark in named] == sorted((bool(m) for _, m in named), reverse=True)
    assert "475" not in first or "–#" in first
    assert sum("W499" in text or "–#499" in text for text in digests) <= 1, "each is named once"
