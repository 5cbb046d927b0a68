"""Five hundred tickets at once before a group that takes twenty messages a minute."""

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
A_MINUTE = 20
"""Messages that a group takes."""
LATER = 40
"""Of them come when staff were told of the others."""
MINUTE = 0.1
"""Seconds in which a group's minute passes here; what fits into it stays the same."""
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
    monkeypatch.setattr(pacing, "GROUP_WINDOW", MINUTE)
    monkeypatch.setattr(digest, "SOON", 0.0)
    monkeypatch.setattr(digest, "EVERY", timedelta(seconds=MINUTE))
    monkeypatch.setattr("bot.runtime.sending.sender.LOOK_SECONDS", MINUTE / 4)
    async with harness(database) as h:
        staff = await h.sandbox.create_user(first_name="Staff")
        group = await h.sandbox.create_group(staff, h.bot, title="Support", kind="group")
        rows = await _tickets(h, group)
        h.start_sender(
            budgets=Budgets(per_second=1000, chat_per_second=0),
            composers={"@card": _card, **digest.COMPOSERS},
            reporters={"card": _posted},
        )
        first = await h.write(*rows[:-LATER])
        await staff.wait_for(group, "places here")
        later = await h.write(*rows[-LATER:])
        for row in (*first[-A_MINUTE:], *later):
            await h.row_in(row.id, SendState.SENT)
        said = [m.text for m in await staff.messages(group) if m.from_bot]
    cards = [int(text.removeprefix("card ")) for text in said if text.startswith("card ")]
    assert sorted(cards) == list(range(1, COMPLAINTS + 1)), "each came, once"
    late = [number for number in BAD if cards.index(number) > A_MINUTE + COMPLAINTS // 20]
    assert set(late) <= set(range(COMPLAINTS - LATER, COMPLAINTS)), "the worst waited"
    ordinary = [number for number in cards[A_MINUTE:] if number not in BAD]
    moved = [abs(at - ordinary.index(each)) for at, each in enumerate(sorted(ordinary))]
    assert max(moved) < A_MINUTE, "the others came in their order, as far as calls do"
    one, two = [text for text in said if "places here" in text]
    assert max(map(utf16_length, (one, two))) <= TEXT_LIMIT
    assert re.search(r"^Waiting longest: #\d+, Anna, since ", one, re.MULTILINE)
    marks = [bool(mark) for _, mark in re.findall(r"^#(\d+)( ‼️)?", one, re.MULTILINE)]
    assert len(marks) == digest.LISTED
    assert marks == sorted(marks, reverse=True), "the worst are named first"
    assert f"–#{COMPLAINTS - LATER}" in one, "the rest by their numbers"
    named = {int(number) for number in re.findall(r"#(\d+)", two.partition("\n")[2])}
    assert COMPLAINTS in named
    assert len(named & set(range(20, COMPLAINTS - LATER + 1))) <= 1, "each is named once"
