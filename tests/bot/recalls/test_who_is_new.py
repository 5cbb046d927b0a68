"""Who gets a product later, who is reached by another account, whose report was lost; and what a
look at those who wait costs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.event import listen, remove

from bot.core.delivery import Failure, FailureKind
from bot.core.work import Work
from bot.identity import reachability
from bot.recalls import telling
from flows.entities import (
    Account,
    Customer,
    CustomerId,
    Event,
    EventId,
    Participant,
    ParticipantId,
    Recall,
    RecallId,
    Timer,
)
from flows.entities.kinds import TimerKind
from storage.ids import new_id
from tests.bot.desk.world import ADMIN, ANNA, CLARA, FORUM, NOW
from tests.bot.recalls.conftest import LUCIA, MING, OLEG, Recalling
from tests.databases import on_both

OTHER_PHONE = 601
"""Another account of Anna's, which she linked last."""
BLOCKED = Failure(FailureKind.BLOCKED, "Forbidden: bot was blocked by the user")


@on_both
async def test_late_buyers_other_accounts_and_lost_reports(recalling: Recalling) -> None:
    world = recalling.world

    async def another_phone(work: Work) -> None:
        anna = await work.unit.customers.by_ref(f"C-{ANNA}")
        assert anna is not None
        work.unit.add(Account(OTHER_PHONE, anna.id, work.now + timedelta(1), language_code="en"))

    await world.do(another_phone)
    await recalling.begun()
    world.failing[OTHER_PHONE] = BLOCKED

    async def blocked(work: Work) -> None:
        await reachability.chat_gone(work, OTHER_PHONE, "blocked")

    await world.fire()
    await world.do(blocked)  # another message told so while this one was on its way
    await world.deliver()
    assert world.texts(ANNA) == []
    await recalling.told()
    assert "The lid can come off" in world.texts(ANNA)[-1]

    # A report that was lost is found by the message's key; nothing is sent again for it.
    async def lose(work: Work) -> None:
        for each in await _people(work):
            if each.told_at is not None:
                lost = replace(each, state="sent", told_at=None, told_round=0)
                work.unit.put(lost)

    await world.do(lose)
    assert "Told: 0 of 3" in await recalling.presses(ADMIN, "Refresh")
    await _buys(recalling, LUCIA)
    seen = len(world.texts(ANNA)), len(world.texts(OLEG))
    await world.later(hours=1)
    await recalling.told()
    assert (len(world.texts(ANNA)), len(world.texts(OLEG))) == seen
    [late] = world.texts(LUCIA)
    assert "英文" in late.splitlines()[1]
    figures = await recalling.presses(ADMIN, "Refresh")
    assert "Told: 3 of 4" in figures
    assert "known only later, is added within the hour" in figures
    assert "Nobody is new." in await recalling.presses(ADMIN, "Add those who are new")

    # By buttons alone: all recalls, one of them, what is to be done, who was not reached.
    assert "Nothing at present." in await recalling.presses(ADMIN, "To do today")
    assert "Told: 3 of 4" in await recalling.presses(ADMIN, "Back")
    assert "RC1" in await recalling.presses(ADMIN, "All recalls")
    await recalling.says(ADMIN, "/recalls")
    for label in ("New recall", "A segment", "Kettle owners"):
        await recalling.presses(ADMIN, label)
    await recalling.presses(ADMIN, "✍ Text: English")
    await recalling.says(ADMIN, "A\n\nB.\n\nC.")
    for label in ("✍ Text: Russian", "✍ Text: Chinese"):
        await recalling.presses(ADMIN, label)
        await recalling.says(ADMIN, "A\n\nB.\n\nC.")
    await recalling.presses(ADMIN, "Tell them…")
    assert "added by the button below" in await recalling.presses(ADMIN, "Yes, tell them")
    await world.write("/recalls", by=CLARA)
    await world.deliver()
    assert [each.splitlines()[0] for each in world.texts(FORUM)[-1:]] == ["Recalls"]
    one = next(label for label in recalling.buttons(FORUM) if label.startswith("RC1 "))
    assert "Told: 3 of 4" in await recalling.presses(CLARA, one, FORUM)
    assert "The table comes below." in await recalling.presses(
        CLARA, "Those not reached, as a table", FORUM
    )
    assert world.sent[-1].file is not None
    assert f"C-{MING}" in world.sent[-1].file.content.decode("utf-8-sig")
    assert "Recalls" in await recalling.presses(CLARA, "All recalls", FORUM)


async def _people(work: Work) -> list[Participant]:
    found = await work.unit.recalls.latest(1)
    numbers = [ParticipantId(number) for number in range(1, 20)]
    people = await work.unit.get_all(Participant, numbers)
    return [each for each in people.values() if each.recall_id == found[0].id]


async def _buys(recalling: Recalling, chat: int) -> None:
    async def buy(work: Work) -> None:
        customer = await work.unit.customers.by_ref(f"C-{chat}")
        assert customer is not None
        number = new_id()
        work.unit.add(
            Event(
                EventId(number), f"late-{chat}", customer.id, "purchase", work.now, work.now,
                product="kettle",
            )
        )  # fmt: skip

    await recalling.world.do(buy)


# -- what it costs --------------------------------------------------------------------------------

PARTS = {"title": "The lid", "wrong": "It can come off.", "doing": "We put on another one."}


async def _statements(recalling: Recalling, number: int, told: int, waiting: int) -> list[str]:
    """What is asked of the database to tell those who wait, beside those who were told."""
    world, recall = recalling.world, RecallId(number)
    first = number * 10_000

    async def fill(work: Work) -> None:
        whom = {"kind": "list", "count": told + waiting}
        work.unit.add(Recall(recall, number, NOW, "running", whom, texts={"en": PARTS}))
        for n in range(first, first + told + waiting):
            work.unit.add(Customer(CustomerId(n), f"N-{n}", NOW))
            work.unit.add(Account(n, CustomerId(n), NOW, language_code="en"))
            state = "told" if n < first + told else "waiting"
            work.unit.add(Participant(ParticipantId(n), recall, CustomerId(n), state))

    async def tell(work: Work) -> None:
        await telling.due(work, Timer(TimerKind.RECALL, str(recall), NOW))

    await world.do(fill)
    executed: list[tuple[str, Any]] = []

    def note(_1: object, _2: object, statement: str, parameters: Any, *_: object) -> None:
        executed.append((statement, parameters))

    engine = world.database.writer.sync_engine
    listen(engine, "before_cursor_execute", note)
    try:
        await world.do(tell)
    finally:
        remove(engine, "before_cursor_execute", note)
    return [statement for statement, _ in executed]


@on_both
async def test_telling_costs_what_those_who_wait_cost(recalling: Recalling) -> None:
    few = await _statements(recalling, 11, told=5, waiting=3)
    beside_many = await _statements(recalling, 12, told=600, waiting=3)
    many = await _statements(recalling, 13, told=5, waiting=150)
    assert len(beside_many) == len(few)
    assert len(many) <= len(few) + 2, "each is not asked for by themselves"
    [looked] = [each for each in many if "FROM participants" in each]
    if recalling.world.database.writer.dialect.name == "sqlite":
        plan = await _plan(recalling, looked)
        assert any("ix_participants_waiting" in line for line in plan), plan
        assert not any(line.startswith("SCAN") for line in plan), plan


async def _plan(recalling: Recalling, statement: str) -> Sequence[str]:
    """How SQLite goes about a question."""
    values = {f"p{n}": 1 for n in range(statement.count("?"))}
    for name in values:
        statement = statement.replace("?", f":{name}", 1)
    async with recalling.world.database.reading() as unit:
        rows = await unit.run(text(f"EXPLAIN QUERY PLAN {statement}"), values)
    return [str(row[3]) for row in rows]
