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
from bot.runtime.sending import digest
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
    Ticket,
    TicketId,
)
from flows.utf16 import utf16_length
from storage.database import Database
from tests.bot.harness import Harness, harness, text_to
from tests.clocks import Leaps
from tests.journeys.world import until

COMPLAINTS = 500
A_MINUTE = 20
"""Messages that a group takes; Verso keeps to it, and the sandbox refuses what is more."""
LATER = 40
"""Of them come when staff were told of the others."""
STEP = 15.0
"""Seconds that pass at a time."""
HOUR = 3600.0
BAD = range(25, COMPLAINTS, 25)
"""Numbers of the tickets of which customers say that it is very bad."""


async def _card(work: Work, row: Outgoing) -> Call:
    ticket = await work.unit.get(Ticket, row.ticket_id)
    assert ticket is not None
    return Call("sendMessage", {"text": f"card {ticket.number}"})


async def _texts(staff: Any, group: Any, beginning: str) -> list[str]:
    """What the bot has said in the group with these words in it."""
    return [m.text for m in await staff.messages(group) if m.from_bot and beginning in m.text]


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


async def _pass(h: Harness, leaps: Leaps) -> None:
    """Let a little time pass, and everything leave that may."""
    sender, looked = h.sender, 0
    assert sender is not None

    async def rests() -> bool:
        nonlocal looked
        looked += 1  # between the first look and the second one the sender has its turn
        return looked > 1 and sender.is_resting

    leaps.leap(STEP)
    await until(rests)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_five_hundred_tickets(database: Database) -> None:
    """None is lost, the worst are seen first, and digests say what waits, the oldest by name."""
    async with harness(database, SandboxBudgets.documented()) as h:
        leaps = Leaps(h.sandbox)
        h.services.clock = leaps
        staff = await h.sandbox.create_user(first_name="Staff")
        group = await h.sandbox.create_group(staff, h.bot, title="Support", kind="group")
        rows = await _tickets(h, group)
        sender = h.start_sender(
            budgets=Budgets(),
            composers={"@card": _card, **digest.COMPOSERS},
            reporters={"card": _posted},
        )
        began = leaps.now()
        await h.write(*rows[:-LATER])
        while not await _texts(staff, group, "places here"):
            await _pass(h, leaps)
        await h.write(*rows[-LATER:])
        while len(await _texts(staff, group, "card ")) < COMPLAINTS:
            await _pass(h, leaps)
            assert leaps.now() - began < timedelta(seconds=HOUR), "it takes less than an hour"
        assert set(sender.counts) == {"sent"}, "nothing was refused, or given up"
        said = [m.text for m in await staff.messages(group) if m.from_bot]
    cards = [int(text.removeprefix("card ")) for text in said if text.startswith("card ")]
    assert sorted(cards) == list(range(1, COMPLAINTS + 1)), "each came, once"
    late = [number for number in BAD if cards.index(number) > A_MINUTE + COMPLAINTS // 20]
    assert set(late) <= set(range(COMPLAINTS - LATER, COMPLAINTS)), "the worst waited"
    ordinary = [number for number in cards[A_MINUTE:] if number not in BAD]
    moved = [abs(at - ordinary.index(each)) for at, each in enumerate(sorted(ordinary))]
    assert max(moved) < A_MINUTE, "the others came in their order, as far as calls do"
    one, two = [text for text in said if "places here" in text]
    for told in (one, two):
        before = said[: max(0, said.index(told) - A_MINUTE)]  # what came just now is under way
        seen = {int(each[5:]) for each in before if each.startswith("card ")}
        unseen = [number for number in range(1, COMPLAINTS + 1) if number not in seen]
        named = int(re.findall(r"longest: #(\d+)", told)[0])
        assert named in unseen[:A_MINUTE], "the oldest that nobody has seen, as far as calls do"
    assert max(map(utf16_length, (one, two))) <= TEXT_LIMIT
    assert re.search(r"^Waiting longest: #\d+, Anna, since ", one, re.MULTILINE)
    marks = [bool(mark) for _, mark in re.findall(r"^#(\d+)( ‼️)?", one, re.MULTILINE)]
    assert len(marks) == digest.LISTED
    assert marks == sorted(marks, reverse=True), "the worst are named first"
    assert f"–#{COMPLAINTS - LATER}" in one, "the rest by their numbers"
    numbers = {int(number) for number in re.findall(r"#(\d+)", two.partition("\n")[2])}
    assert COMPLAINTS in numbers
    assert len(numbers & set(range(20, COMPLAINTS - LATER + 1))) <= 1, "each is named once"
