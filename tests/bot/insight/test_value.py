"""What listening is worth: answers by month, the cost of a fix, what people did afterwards."""

from datetime import timedelta

import pytest

from bot.core.work import Work
from bot.insight.value import measure
from bot.insight.views.value import ValueView
from flows.entities import (
    Customer,
    CustomerId,
    Event,
    EventId,
    Fund,
    JournalLine,
    LedgerLine,
    LineKind,
    Notice,
    NoticeId,
    RemedyId,
    Ticket,
    TicketId,
)
from flows.entities.refs import Ref, RefKind
from storage.database import Database
from storage.ids import new_id
from tests.bot.asks.making import World
from tests.databases import on_both

BEFORE, AFTER = timedelta(days=100), timedelta(days=10)


@pytest.fixture
async def world(database: Database) -> World:
    return World(database)


@on_both
async def test_each_figure_counts_what_it_says(world: World) -> None:
    def person(work: Work, *, complains: bool, helped: bool, buys: bool) -> Customer:
        key = new_id()
        at = work.now - BEFORE
        made = Customer(CustomerId(key), f"V-{key}", at - timedelta(days=30))
        work.unit.add(made)
        number = world.number()
        if complains:
            work.unit.add(Ticket(TicketId(key), number, made.id, 1, "verified", at, ""))
            told = (NoticeId(key), None, TicketId(key), made.id, 1, at, at)
            work.unit.add(Notice(*told, verdict="yes" if helped else "no", asked_at=at))
        if buys:
            bought = work.now - AFTER
            work.unit.add(Event(EventId(key), f"v-{key}", made.id, "purchase", bought, bought))
        return made

    def granted(work: Work, whom: Customer, kind: LineKind, fund: Fund, amount: int) -> None:
        at, key = work.now - BEFORE, new_id()
        line = (RemedyId(1), TicketId(1), whom.id, at, "2026-01-01", fund, amount, "EUR", "", "r")
        work.unit.add(LedgerLine(key, f"k-{key}", kind, *line))

    async def all_of_it(work: Work) -> None:
        for number in range(6):
            person(work, complains=False, helped=False, buys=number < 2)
        for number in range(4):
            made = person(work, complains=True, helped=number < 3, buys=number < 2)
            await work.unit.flush()
            granted(work, made, LineKind.GRANT, Fund.COMPENSATION, 500)
            granted(work, made, LineKind.GRANT, Fund.THANKS, 100)
            subject = str(Ref(RefKind.CUSTOMER, made.id))
            said = {"readiness": "ready" if number else "not_ready"}
            at = work.now - timedelta(days=31 if number == 3 else 0)
            work.unit.add(JournalLine(new_id(), at, "customer", "readiness", subject, said))
        granted(work, made, LineKind.REVERSAL, Fund.COMPENSATION, -500)

    await world.do(all_of_it)
    found = await world.do(measure)
    assert [dict(given) for _, given in found.readiness] == [
        {"ready": 1},
        {"not_ready": 1, "ready": 2},
    ]
    assert [str(each) for each in found.granted] == ["15.00 EUR"]
    assert found.helped == 3
    bought = {name: (each.people, each.events["purchase"]) for name, each in found.groups.items()}
    assert bought == {"no_trouble": (6, 2), "recovered": (3, 2), "not_recovered": (1, 0)}

    def said(language: str) -> str:
        return ValueView(world.services, language, world.now).value(found).text

    assert "Granted for harm in 365 days, less what was taken back: €15.00" in said("en")
    assert "For each of them: €5.00" in said("en")
    assert "Complained, and it helped: 2 of 3" in said("en")
    assert "Жаловались, и помогло: 2 из 3" in said("ru")
    assert "投诉过，有帮助" in said("zh")

    async def of_nobody(work: Work) -> None:
        nobody = work.unit.worth.of(work.unit.recalls.having(["x"], work.now, work.now))
        assert await nobody.granted(work.now - BEFORE * 2) == {}
        assert await nobody.readiness([work.now - BEFORE, work.now]) == {}
        assert await nobody.helped(work.now - BEFORE * 2) == 0

    await world.do(of_nobody)
