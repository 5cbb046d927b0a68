"""What happens to staff's groups: too many complaints at once, a group that becomes another."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.runtime.sending import pacing
from bot.runtime.sending.pacing import Budgets
from bot.sandbox import Budgets as SandboxBudgets
from flows.entities import RawUpdate
from tests.journeys.world import World, until, world

COMPLAINTS = 30
MINUTE = 20
"""What Telegram takes in a group in a minute."""
FEW = 3
HASTE = 60
"""How much faster than real time Telegram's minutes pass."""


@pytest.fixture
async def busy(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Verso whose group has the documented budget, in minutes that pass quickly."""
    monkeypatch.setattr(pacing, "GROUP_WINDOW", 61 / HASTE + 1.0)
    telegram = SandboxBudgets(overall=1000, chat_burst=1000, chat_rate=1000, group=MINUTE)
    ours = Budgets(per_second=1000, group_per_minute=MINUTE, chat_per_second=0)
    async with world(sqlite_url, sandbox_budgets=telegram, budgets=ours) as w:
        hurry = asyncio.create_task(_hurry(w))
        yield w
        hurry.cancel()
        await asyncio.gather(hurry, return_exceptions=True)


async def _hurry(w: World) -> None:
    step = 0.05
    while True:
        await asyncio.sleep(step)
        await w.sandbox.advance(timedelta(seconds=step * (HASTE - 1)))


async def test_thirty_complaints_at_once(busy: World) -> None:
    """All reach staff, the budget is kept, customers do not wait for it."""

    async def complain(number: int) -> Any:
        person = await busy.customer(f"P{number}")
        await person.say(busy.bot, f"complaint number {number}: <torn>")
        await busy.finish_complaint(person)
        return await person.wait_for(busy.bot, "has the number")

    told = await asyncio.gather(*(complain(number) for number in range(COMPLAINTS)))
    digest = await busy.staff.wait_for(busy.group, "20 messages a minute")
    cards = [
        await busy.staff.wait_for(
            busy.group, f"complaint number {n}: <torn>", where=lambda m: m.labels != []
        )
        for n in range(COMPLAINTS)
    ]
    assert len({card.topic for card in cards}) == COMPLAINTS
    last = max(message.seq for message in told)
    assert sum(card.seq < last for card in cards) < MINUTE, "customers waited for the group"
    assert digest.seq < max(card.seq for card in cards)
    counts = await busy.sandbox.request_counts()
    refused = sum(calls.get("429", 0) for calls in counts.values())
    assert refused <= FEW  # none, unless this machine is so slow that calls arrive much later


@pytest.fixture
async def basic(database_url: str) -> AsyncIterator[World]:
    """Verso with a basic group, without topics."""
    async with world(database_url, forum=False, kind="group") as w:
        yield w


async def _complain(w: World) -> Any:
    anna = await w.customer()
    await anna.say(w.bot, "it leaks")
    await w.finish_complaint(anna)
    await w.staff.wait_for(w.group, "it leaks")
    return anna


async def test_a_group_turned_supergroup(basic: World) -> None:
    """Its open tickets come along, and staff answer in the new group at once."""
    anna = await _complain(basic)
    new = await basic.group.migrate()
    card = await basic.staff.wait_for(new, "it leaks", where=lambda m: m.labels != [])
    await basic.recorded(card)
    await basic.staff.say(new, "A new lid today.", reply_to=card.id)
    await basic.told(anna, "A new lid today.")
    await anna.say(basic.bot, "Thank you")
    relayed = await basic.recorded(await basic.staff.wait_for(new, "Thank you"))
    await basic.staff.say(new, "Good.", reply_to=relayed.id)
    await basic.told(anna, "Good.")
    cards = [m for m in await basic.staff.messages(new) if m.labels]
    assert len(cards) == 1


async def test_what_waits_for_a_group_that_moves_arrives_in_the_new_one(basic: World) -> None:
    anna = await _complain(basic)
    await basic.sandbox.add_fault("429", chat=basic.group.id, retry_after=2, count=1)
    said = ["one", "two", "three"]
    for text in said:
        await anna.say(basic.bot, text)
    await basic.told(anna, "Added to #1")
    new = await basic.group.migrate()
    await basic.staff.wait_for(new, "three")
    texts = [m.text for m in await basic.staff.messages(new) if m.from_bot]
    shown = [text for message in texts for text in said if f"\n{text}" in message]
    assert shown == said


async def test_an_answer_written_just_before_the_group_moves(basic: World) -> None:
    """It reaches its customer and nobody else; no sign lands on another message of that number."""
    anna = await _complain(basic)
    card = await basic.recorded(await basic.staff.wait_for(basic.group, "it leaks"))
    await basic.staff.say(basic.group, "I am sorry.", reply_to=card.id)
    await basic.told(anna, "I am sorry.")
    await basic.sandbox.add_fault("429", chat=anna.id, method="copyMessage", retry_after=2)
    await basic.staff.say(basic.group, "A new lid today.", reply_to=card.id)
    await basic.sandbox.wait_for_request("copyMessage")
    new = await basic.group.migrate()
    await basic.told(anna, "A new lid today.")
    await basic.staff.wait_for(new, "it leaks")

    async def nothing_waits() -> bool:
        async with basic.app.database.reading() as unit:
            return (await unit.outbox.counts()).get("waiting", 0) == 0

    await until(nothing_waits)
    messages = await basic.staff.messages(new)
    assert not any("A new lid today." in message.text for message in messages)
    assert not any(message.reactions for message in messages)


async def test_a_card_that_waits_while_its_group_moves(basic: World) -> None:
    """Composed after the move was heard of, and before it met the old group, it is not lost."""
    anna = await basic.customer()
    await basic.sandbox.add_fault("429", chat=basic.group.id, method="sendMessage", retry_after=3)
    await anna.say(basic.bot, "it leaks")
    await basic.finish_complaint(anna)
    await basic.sandbox.wait_for_request("sendMessage", chat_id=basic.group.id)
    new = await basic.group.migrate()
    card = await basic.staff.wait_for(new, "it leaks", where=lambda m: m.labels != [])
    await basic.recorded(card)
    await basic.staff.say(new, "A new lid today.", reply_to=card.id)
    await basic.told(anna, "A new lid today.")


async def test_what_staff_wrote_before_a_move_that_is_heard_of_first(basic: World) -> None:
    """A refused call tells of the move while what they wrote still waits at Telegram."""
    anna = await _complain(basic)
    card = await basic.recorded(await basic.staff.wait_for(basic.group, "it leaks"))
    await basic.sandbox.add_fault("429", chat=basic.group.id, retry_after=2, count=1)
    await basic.sandbox.add_fault("5xx", method="getUpdates", count=1_000)
    await anna.say(basic.bot, "and it smells")
    await basic.told(anna, "Added to #1")
    await basic.staff.say(basic.group, "A new lid today.", reply_to=card.id)
    await basic.staff.say(basic.group, "/resolve #1 A new lid is on its way.")
    new = await basic.group.migrate()
    await basic.staff.wait_for(new, "and it smells")
    assert len(await basic.bot.pending()) >= 2
    await basic.sandbox.clear_faults()
    await basic.told(anna, "A new lid today.")
    await basic.told(anna, "A new lid is on its way.")
    await basic.staff.wait_for(new, "A new lid is on its way.")


async def test_a_move_of_which_only_another_process_has_heard(basic: World) -> None:
    """What this process knows of groups is a moment old, in both ways: it looks again."""
    anna = await _complain(basic)
    card = await basic.recorded(await basic.staff.wait_for(basic.group, "it leaks"))
    bound = basic.app.services.groups[basic.group.id]
    new = await basic.group.migrate()
    await basic.staff.wait_for(new, "it leaks", where=lambda m: m.labels != [])
    basic.app.services.groups, basic.app.services.moved = {bound.chat_id: bound}, {}
    person = {"id": basic.staff.id, "is_bot": False, "first_name": "Mira"}
    bot = {"id": basic.bot.id, "is_bot": True, "first_name": "Lumen Tea"}
    chat = {"id": basic.group.id, "type": "group", "title": "Support"}
    message = {"message_id": 900, "date": 1, "chat": chat, "from": person, "text": "A new lid."}
    message["reply_to_message"] = {"message_id": card.id, "date": 1, "chat": chat, "from": bot}
    body = json.dumps({"update_id": 1, "message": message})
    async with basic.app.database.unit() as unit:
        await unit.inbox.store([RawUpdate(1, basic.group.id, body)], basic.now())
        await unit.commit()
    basic.app.worker.wake()
    await basic.told(anna, "A new lid.")
