"""An ask is judged once, and anew where anything that it depends on is not as it was."""

from dataclasses import replace
from typing import Any

import pytest

from bot.asks import delivery, evaluation
from bot.core.judged import MOST, Judged
from bot.core.work import Work
from flows.entities import Account, Consent, Outgoing, Pause
from storage.database import Database
from tests.bot.asks.making import World

CHANGES = ("stop", "refuse", "ticket", "leave", "bar", "turn to us", "nothing")


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Customers whom the rules were asked about, in order."""
    found: list[str] = []
    decide = evaluation.decide

    def noted(candidate: Any, *rest: Any) -> Any:
        found.append(candidate.customer.ref)
        return decide(candidate, *rest)

    monkeypatch.setattr(evaluation, "decide", noted)
    return found


async def _change(world: World, ref: str, row: Outgoing) -> None:
    customer = await world.do(lambda work: work.unit.customers.by_ref(ref))
    account = await world.do(lambda work: work.unit.get(Account, row.chat_id))
    match ref:
        case "stop":
            await world.put(replace(customer, stopped=("*",)))
        case "refuse":
            await world.put(replace(customer, consent=Consent.REFUSED))
        case "ticket":
            await world.ticket(customer)
        case "leave":
            await world.put(replace(account, blocked_at=world.now))
        case "bar":
            await world.put(replace(account, barred_at=world.now))
        case "turn to us":
            await world.tell(customer, "support_contacted", days_ago=0)


async def test_only_what_has_changed_is_judged_anew(database: Database, judged: list[str]) -> None:
    world = World(database)
    for ref in CHANGES:
        await world.tell(await world.customer(ref))
    rows = dict(zip(CHANGES, await world.tick(), strict=True))
    assert judged == list(CHANGES)
    judged.clear()
    for ref, row in rows.items():
        await _change(world, ref, row)

    async def sent() -> set[str]:
        async with database.reading() as unit:
            work = Work(unit, world.now, world.services)
            calls = await delivery.compose_many(work, list(rows.values()))
        return {ref for ref, row in rows.items() if calls[row.id] is not None}

    assert await sent() == {"nothing"}
    assert judged == list(CHANGES[:-1])
    # A second try comes later and is judged like any other.
    judged.clear()
    assert await sent() == {"nothing"}
    assert "nothing" in judged


@pytest.mark.parametrize("what", ["time", "configuration", "pause"])
async def test_what_concerns_all_is_no_less_looked_at(
    database: Database, judged: list[str], what: str
) -> None:
    world = World(database)
    await world.tell(await world.customer("C-1"))
    [row] = await world.tick()
    judged.clear()
    if what == "time":
        world.clock.move(hours=8)
    elif what == "configuration":
        world.services.config = world.config.model_copy(update={"schedules": ()})
    else:
        await world.do(
            lambda work: work.unit.pauses.begin(Pause("silent-trial", work.now, 100, 50))
        )
    assert await world.compose(row) is None
    assert len(judged) == (what != "configuration")


def test_a_note_is_good_once_and_only_the_last_ones_are_kept() -> None:
    notes = Judged()
    notes.note("a", ("tea", 1))
    assert not notes.holds("b", ("tea", 1))
    assert notes.holds("a", ("tea", 1))
    assert not notes.holds("a", ("tea", 1))
    notes.note("a", ("tea", 1))
    assert not notes.holds("a", ("tea", 2))
    for number in range(MOST + 1):
        notes.note(str(number), number)
    assert [notes.holds(str(number), number) for number in (0, 1, MOST)] == [False, True, True]
