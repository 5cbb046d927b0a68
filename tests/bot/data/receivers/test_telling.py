"""What happens is written down for receivers in the unit in which it happens, and once."""

from typing import Any

import pytest

from bot.core import events
from bot.core.delivery import Failure, FailureKind
from bot.core.work import Work
from bot.data.receivers.telling import TOLD
from bot.desk import tickets
from bot.identity import preferences
from bot.wiring import subscribers
from flows.entities import Customer, Remedy, RemedyId, Webhook
from flows.entities.kinds import WebhookType
from flows.recovery.ledger import grant_line
from tests.bot.changes.test_changes import ANNA, ship, started
from tests.bot.changes.test_changes import tickets as three_tickets
from tests.bot.data.receivers.conftest import CRM, SHOP
from tests.bot.desk.world import World, card_of, said
from tests.databases import on_both

__all__ = ["three_tickets"]
WITH_TEXTS = CRM.model_copy(update={"texts": True})


@pytest.fixture(autouse=True)
def receivers(world: World) -> None:
    named = world.services.config.model_copy(update={"webhooks": (SHOP, WITH_TEXTS)})
    world.services.config = named


async def told(world: World, receiver: str = "shop") -> list[Webhook]:
    found = await world.read(
        lambda unit: unit.webhooks.log(receiver=receiver, state="", since=None, limit=1000)
    )
    return list(reversed(found))


def test_every_name_is_of_something_that_happens() -> None:
    assert {type_ for type_, _ in TOLD.values()} == set(WebhookType)
    wired = subscribers()
    for event in TOLD:
        assert any(each.__name__ == "tell" for each in wired[event]), event


async def test_a_complaint_from_its_beginning_to_its_end(world: World) -> None:
    await world.group()
    ticket = await world.complain(await world.customer(language="ru"), "The box was late.")
    await world.write("We are on it.", to=card_of(ticket), topic=ticket.topic_id)
    await world.write(f"/resolve #{ticket.number} A new lid is on its way.")
    await world.add(ticket.number, said("No lid came.", world.now))
    types = ["ticket.opened", "ticket.answered", "ticket.resolved", "ticket.reopened"]
    mine = await told(world)
    assert [each.type for each in mine] == types
    opened = mine[0]
    assert opened.data == {
        "customer": "C-501",
        "ticket": ticket.number,
        "team": "support",
        "category": "delivery",
        "stage": "first_use",
        "products": [],
        "severity": 4,
        "language": "ru",
        "state": "open",
    }
    assert (mine[2].data["told"], mine[3].data["why"]) == (True, "customer")
    assert "lid" not in str([each.data for each in mine])
    assert "box" not in str([each.data for each in mine])
    with_texts = await told(world, "crm")
    assert [each.type for each in with_texts] == types
    assert with_texts[0].data["words"] == "The box was late."
    assert with_texts[1].data["answer"] == "We are on it."
    assert with_texts[2].data["resolution"] == "A new lid is on its way."
    assert len({each.id for each in (*mine, *with_texts)}) == 8


async def test_what_did_not_happen_is_told_to_nobody(world: World) -> None:
    await world.group()
    anna = await world.customer()

    async def failing(work: Work) -> None:
        await tickets.open_ticket(
            work,
            customer=anna,
            chat_id=ANNA,
            words="The box was late.",
            stage="first_use",
            category="delivery",
            severity=4,
            wish="",
            pieces=[],
        )
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        await world.do(failing)
    assert await told(world) == []


async def test_who_has_no_receiver_pays_nothing(world: World) -> None:
    world.services.config = world.services.config.model_copy(update={"webhooks": ()})
    await world.group()
    await world.complain(await world.customer())
    assert await told(world) == []


@on_both
async def test_a_change_is_told_with_each_notice_that_arrived_or_did_not(
    world: World, three_tickets: Any
) -> None:
    world.failing[502] = Failure(FailureKind.BLOCKED, "bot was blocked by the user")
    change = await started(world)
    await ship(world, change)
    mine = [each for each in await told(world) if not each.type.startswith("ticket.opened")]
    shipped = [each for each in mine if each.type == "change.shipped"]
    assert [each.data["change"] for each in shipped] == [change.number]
    assert shipped[0].customer_id is None
    arrived = [each.data for each in mine if each.type == "notice.delivered"]
    assert [(each["customer"], each["ticket"], each["change"]) for each in arrived] == [
        ("C-501", 1, change.number),
        ("C-501", 2, change.number),
    ]
    failed = [each.data for each in mine if each.type == "notice.undeliverable"]
    assert [(each["customer"], each["ticket"], each["why"]) for each in failed] == [
        ("C-502", 3, "blocked")
    ]


async def test_who_stops_is_told_of_with_what_they_stopped(world: World) -> None:
    anna = await world.customer()

    async def act(work: Work) -> None:
        found = await work.unit.get(Customer, anna.id)
        assert found is not None
        stopped = await preferences.stop(work, found, preferences.ALL)
        assert await preferences.stop(work, stopped, preferences.ALL) is stopped
        await preferences.stop_only(work, stopped, "readiness")

    await world.do(act)
    assert [(each.type, each.data["stopped"]) for each in await told(world)] == [
        ("customer.stopped", ["*"]),
        ("customer.stopped", ["readiness"]),
    ]


async def test_what_makes_it_right_is_told_with_its_amount_and_without_its_code(
    world: World,
) -> None:
    await world.group()
    ticket = await world.complain(await world.customer())
    remedy = Remedy(
        RemedyId(7), 1, ticket.id, ticket.customer_id, world.now, "granted", "refund", "refund",
        code="SECRET-1", amount=1250, currency="EUR", reason="A torn bag", team_id="support",
    )  # fmt: skip
    line = grant_line(1, remedy, world.now, "2026-05-04")
    await world.do(lambda work: work.emit(events.RemedyGranted(remedy, line)))
    await world.do(lambda work: work.emit(events.RemedyCancelled(remedy, line, "Paid twice")))
    _, granted, cancelled = await told(world)
    assert (granted.type, cancelled.type) == ("remedy.granted", "remedy.cancelled")
    assert granted.data == cancelled.data
    assert (granted.data["remedy"], granted.data["amount"], granted.data["currency"]) == (
        "7",
        1250,
        "EUR",
    )
    crm = await told(world, "crm")
    assert [each.data.get("reason") for each in crm[1:]] == ["A torn bag"] * 2
    assert crm[2].data["why"] == "Paid twice"
    assert "SECRET" not in str([each.data for each in (*crm, granted, cancelled)])


async def test_a_broken_promise_is_told_of(world: World) -> None:
    await world.group()
    ticket = await world.complain(await world.customer())
    await world.do(
        lambda work: work.emit(events.TicketBreached(ticket, events.ClockKind.FIRST_RESPONSE))
    )
    breached = (await told(world))[-1]
    assert (breached.type, breached.data["clock"]) == ("ticket.breached", "first_response")
