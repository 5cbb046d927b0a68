"""Priority, caps, the daily budget and the backlog: kept, explained, shown."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.asks import planning
from bot.asks.capacity import ask_capacity
from bot.asks.explanation import explain
from bot.asks.views.why import HAPPENED
from bot.console.admins import schedule_states
from bot.console.views.schedules import ScheduleView, Standing
from bot.core.work import Work
from bot.identity import erasure
from flows.asks.decisions import Outcome
from flows.entities import Candidate, Consent, Customer, JournalLine, Link, Outgoing
from storage.database import Database
from tests.bot.asks.making import SHOP, World, shop, texts
from tests.databases import on_both

BERLIN = ZoneInfo("Europe/Berlin")


def first_of(rows: list[Outgoing]) -> list[Outgoing]:
    """Asks without reminders."""
    return [row for row in rows if not row.params]


async def people(world: World, count: int, **more: object) -> list[Customer]:
    made = []
    for _ in range(count):
        customer = await world.customer(f"C-{world.number()}", **more)
        await world.tell(customer)
        made.append(customer)
    return made


async def finish(world: World, candidate: Candidate) -> None:
    """Have the customer come to the end of what they were asked."""
    async with world.database.reading() as unit:
        asked = (await unit.schedules.by_ids([candidate.id]))[candidate.id]
    conversation = await world.conversation(asked)
    assert conversation is not None
    await world.touch(conversation)
    touched = await world.conversation(asked)
    assert touched is not None
    await world.put(replace(touched, status="finished", due_at=None))
    await world.put(replace(asked, answered_at=world.now))


async def outcomes(world: World) -> Counter[str]:
    async with world.database.reading() as unit:
        return Counter(await unit.schedules.count_outcomes())


# -- priority -----------------------------------------------------------------------------------


@pytest.fixture
async def ranked(database: Database) -> World:
    return World(database, shop(SHOP + "    priority: 80\n"))


async def test_the_schedule_of_higher_priority_goes_first(ranked: World) -> None:
    anna = await ranked.customer()
    await ranked.tell(anna)  # due now
    await ranked.tell(anna, "order_delivered", days_ago=3, period="")  # due in two days
    assert await ranked.tick() == []
    trial, delivery = await ranked.candidates(anna)
    assert (trial.outcome, trial.look_at) == ("outranked", delivery.look_at)
    ranked.clock.move(days=2)
    rows = await ranked.tick()
    assert [row.subject for row in rows] == [f"candidate:{delivery.id}"]
    await ranked.deliver(rows[0])
    await finish(ranked, delivery)
    ranked.clock.move(hours=2)
    await ranked.tick()
    trial, _ = await ranked.candidates(anna)
    assert (trial.outcome, trial.look_at) == ("cooling_down", None)  # beyond its patience


async def test_why_calls_the_one_that_goes_first_by_the_name_that_admins_know(
    database: Database,
) -> None:
    title = "    title: {en: Deliveries, ru: Доставки, zh: 送达}\n    priority: 80\n"
    world = World(database, shop(SHOP + title))
    anna = await world.customer("C-1")
    await world.tell(anna)
    await world.tell(anna, "order_delivered", days_ago=3, period="")
    await world.tick()
    said = await why(world, "C-1")
    assert said.count("the schedule “Deliveries” wants this customer") == 2
    assert "after-delivery" not in said


@on_both
async def test_who_is_due_at_once_is_asked_by_the_higher_one(ranked: World) -> None:
    anna = await ranked.customer()
    await ranked.tell(anna)
    await ranked.tell(anna, "order_delivered", days_ago=5, period="")
    [row] = await ranked.tick()
    trial, delivery = await ranked.candidates(anna)
    assert row.subject == f"candidate:{delivery.id}"
    assert trial.outcome == "in_conversation"


@on_both
async def test_a_higher_one_that_will_not_ask_holds_nobody_up(ranked: World) -> None:
    stopped = await ranked.customer("C-1", stopped=("purchase_check_in",))
    contacted = await ranked.customer("C-2")
    for customer in (stopped, contacted):
        await ranked.tell(customer)
        await ranked.tell(customer, "order_delivered", days_ago=3, period="")
    await ranked.tell(contacted, "order_returned", days_ago=1, period="")
    assert [row.customer_id for row in await ranked.tick()] == [stopped.id]
    ranked.clock.move(days=2)  # the other's delivery is looked at now, and comes to nothing
    await ranked.tick()
    ranked.clock.move(minutes=10)
    rows = first_of(await ranked.tick())
    assert {row.customer_id for row in rows} <= {contacted.id}
    trial, delivery = await ranked.candidates(contacted)
    assert (delivery.outcome, trial.outcome) == ("unless_event", "send")


# -- caps ---------------------------------------------------------------------------------------


async def test_a_schedules_own_cap(database: Database) -> None:
    cap = "    cooldown: P1D\n    cap: {asks: 1, per: P60D}\nlimits: {cooldown: P1D, asks: 9}\n"
    world = World(database, shop(SHOP + cap))
    anna = await world.customer()
    await world.tell(anna, "order_delivered", days_ago=5, period="")
    [row] = await world.tick()
    await world.deliver(row)
    await finish(world, await world.candidate(anna))
    world.clock.move(days=5)
    await world.tell(anna, "order_delivered", days_ago=5, period="")
    assert first_of(await world.tick()) == []
    second = (await world.candidates(anna))[-1]
    assert (second.outcome, second.reason["reason"]["key"]) == ("capped", "schedule_capped")
    said = await world.do(lambda work: explain(work, "C-1", "en"))
    assert "Its asks in the last 60 days: 1 of 1." in said.text


# -- where customers are ------------------------------------------------------------------------


async def test_an_unknown_time_zone_is_the_phone_numbers(world: World) -> None:
    anna = await world.customer("C-1", phone="+12125550123")
    await world.tell(anna)
    assert await world.tick() == []  # eight in the morning in New York
    candidate = await world.candidate(anna)
    assert candidate.outcome == "quiet_hours"
    assert candidate.look_at is not None
    assert candidate.look_at.astimezone(ZoneInfo("America/New_York")).hour == 10
    said = await world.do(lambda work: explain(work, "C-1", "en"))
    assert "it is Mon 4 May, 08:00 (New York), by the phone number." in said.text


# -- the daily budget ---------------------------------------------------------------------------


@pytest.fixture
async def world(database: Database) -> World:
    return World(database)


async def test_the_budget_is_spread_and_everybody_gets_an_outcome(database: Database) -> None:
    world = World(database, shop(SHOP + "limits: {daily: 10}\n"))
    world.clock.move(hours=-4)  # ten in Berlin, when the window opens
    await people(world, 24)
    looked = len(await world.tick())
    assert looked == 0  # nothing has passed of the window yet
    asked: Counter[object] = Counter()
    for _ in range(2 * 24 * 2):
        world.clock.move(minutes=30)
        for row in first_of(await world.tick()):
            assert await world.deliver(row) is not None
            asked[world.now.astimezone(BERLIN).date()] += 1
            local = world.now.astimezone(BERLIN)
            part = (local.hour - 10 + local.minute / 60) / 10
            assert asked[world.now.astimezone(BERLIN).date()] <= 10 * part + 1
    assert sorted(asked.values()) == [10, 10]
    async with world.database.reading() as unit:
        assert sum((await unit.schedules.count_waiting()).values()) == 4


async def test_why_names_the_place_in_the_line_and_not_the_next_free_moment(
    database: Database,
) -> None:
    world = World(database, shop(SHOP + "limits: {daily: 10}\n"))
    *_, last = await people(world, 9)
    await world.tick()
    place = (await world.candidate(last)).look_at
    assert place is not None
    at = f"{place.astimezone(BERLIN):%a %-d %b, %H:%M}"
    told = await why(world, last.ref)
    assert told.count(f"looked at again on {at}") == 2
    assert f"The next moment at which they may be asked: {at}." in told


async def test_each_who_waits_is_looked_at_a_few_times_only(database: Database) -> None:
    world = World(database, shop(SHOP + "limits: {daily: 10}\n"))
    await people(world, 60)
    looks = 0

    async def tick(work: Work) -> int:
        nonlocal looks
        due = await work.unit.schedules.due(work.now, 200)
        looks += len(due)
        await planning.consider(work, due)
        return len(due)

    for _ in range(24 * 4):
        while await world.do(tick):
            pass
        world.clock.move(minutes=15)
    assert looks <= 60 * 2 + 20
    assert (await outcomes(world))["over_budget"] >= 40


async def test_patience_ends_for_those_whose_turn_never_comes(database: Database) -> None:
    world = World(database, shop(SHOP + "limits: {daily: 1}\n"))
    await people(world, 12)
    for _ in range(12 * 12):
        world.clock.move(hours=2)
        for row in first_of(await world.tick()):
            await world.deliver(row)
    found = await outcomes(world)
    assert found["send"] >= 7
    assert found["over_budget"] + found["too_late"] == 12 - found["send"]
    async with world.database.reading() as unit:
        assert await unit.schedules.count_waiting() == {}


def view_of(world: World) -> ScheduleView:
    return ScheduleView(world.services, "en", world.now, Standing(world.config, 1))


# -- the backlog --------------------------------------------------------------------------------


@on_both
async def test_a_backlog_slows_hunting_and_admins_hear_of_it(database: Database) -> None:
    world = World(database, shop(SHOP + "limits: {daily: 100, backlog: 2}\n"))
    complainers = [await world.customer(f"T-{number}") for number in range(4)]
    tickets = [await world.ticket(customer) for customer in complainers]
    waiting = await people(world, 3)
    await world.do(planning.watch_backlog)
    await world.do(planning.watch_backlog)
    assert await world.tick() == []
    assert (await outcomes(world))["backlog"] == 3
    assert "When they may be asked is not known" in await why(world, waiting[0].ref)
    told = texts([row for row in world.rows if row.purpose == "admin"])
    assert told == [
        "4 complaints wait for their first answer, more than the limit of 2. Until staff have "
        "caught up, fewer people are asked; at twice the limit nobody is."
    ]
    async with world.database.reading() as unit:
        seen = await ask_capacity(unit, world.config, world.now)
    assert (seen.unanswered, seen.share) == (4, 0)
    states = await world.do(lambda work: schedule_states(work, world.config))
    screen, _ = view_of(world).listed(states, seen, 0, put_away=False)
    assert "nobody is asked until staff" in screen.text
    for ticket in tickets[1:]:
        await world.put(replace(ticket, first_response_at=world.now))
    await world.do(planning.watch_backlog)
    assert "Staff have caught up" in texts([r for r in world.rows if r.purpose == "admin"])[-1]
    world.clock.move(hours=4)
    assert len(first_of(await world.tick())) == 3


async def test_half_the_pace_at_one_and_a_half_times_the_limit(database: Database) -> None:
    world = World(database, shop(SHOP + "limits: {daily: 60, backlog: 2}\n"))
    for number in range(3):
        await world.ticket(await world.customer(f"T-{number}"))
    await people(world, 30)
    asked = []
    for _ in range(40):
        asked += first_of(await world.tick())
        world.clock.move(minutes=5)
    assert 8 <= len(asked) <= 11  # one in twenty minutes, of which there are ten
    assert world.now - asked[-1].created_at < timedelta(minutes=40)


# -- the guardrail ------------------------------------------------------------------------------


async def test_schedules_show_why_one_has_paused_itself(database: Database) -> None:
    world = World(database, shop("guardrail: {share: 10%, at_least: 3, within: P7D}\n" + SHOP))
    customers = await people(world, 3)
    for row in await world.tick():
        await world.deliver(row)
    await world.put(replace(customers[0], stopped=("*",), stopped_at=world.now))
    await world.do(planning.guard)
    states = await world.do(lambda work: schedule_states(work, world.config))
    text, _ = view_of(world).opened(states[0])
    assert "1 of its last 3 asks ended in a block or a stop within 7 days" in text.text
    assert "the limit is 10%" in text.text


# -- the whole reasoning ------------------------------------------------------------------------


async def why(world: World, ref: str, language: str = "en") -> str:
    text = (await world.do(lambda work: explain(work, ref, language))).text
    assert "{" not in text
    return text


async def test_why_names_every_check_up_to_the_one_that_decides(world: World) -> None:
    anna = await world.customer("C-1", time_zone="Europe/Berlin")
    await world.tell(anna)
    await world.ticket(anna)
    await world.tick()
    said = await why(world, "C-1")
    assert "your systems told the time zone" in said
    assert "Has never been asked." in said
    assert "in time · schedule runs\n✗ not asked yet, because the customer has an open" in said
    assert "When they may be asked is not known before that has ended." in said
    for language in ("ru", "zh"):
        assert "✗" in await why(world, "C-1", language)


@on_both
async def test_why_tells_when_cooldowns_and_limits_end(world: World) -> None:
    anna = await world.customer("C-1")
    await world.tell(anna)
    [row] = await world.tick()
    await world.deliver(row)
    await finish(world, await world.candidate(anna))
    world.clock.move(days=1)
    await world.tell(anna, "order_delivered", days_ago=5, period="")
    await world.tick()
    said = await why(world, "C-1")
    assert "Last asked on Mon 4 May, 14:00 by “silent-trial”." in said
    assert "The general cooldown of 7 days ends on Mon 11 May, 14:00." in said
    assert "Asks in the last 30 days: 1 of 2." in said
    assert "Its own cooldown of 30 days ends on Wed 3 Jun, 14:00." in said
    assert "The next moment at which they may be asked: Mon 11 May, 14:00." in said


async def test_who_agrees_is_asked_some_hours_later(world: World) -> None:
    anna = await world.customer("C-1", consent_at=world.now - timedelta(hours=1))
    await world.tell(anna)
    assert await world.tick() == []
    assert (await world.candidate(anna)).outcome == Outcome.COOLING_DOWN
    said = await why(world, "C-1")
    assert "agreed 1 hour ago, and nobody is asked within 4 hours of that" in said
    assert "The next moment at which they may be asked: Mon 4 May, 17:00." in said
    world.clock.move(hours=3)
    assert len(await world.tick()) == 1


@on_both
@pytest.mark.parametrize("language", ["en", "ru", "zh"])
async def test_why_tells_the_wording_and_what_became_of_accounts(
    world: World, language: str
) -> None:
    anna = await world.customer("C-1")
    await world.tell(anna)
    [row] = await world.tick()
    await world.deliver(row)
    await world.put(replace(await world.candidate(anna), variant="short"))
    for number, kind in enumerate(sorted(HAPPENED)):
        await world.add(JournalLine(number, world.now, "customer", kind, f"customer:{anna.id}"))
    said = await why(world, "C-1", language)
    words = world.services.words
    assert all(words.say(language, f"why.{kind}") in said for kind in HAPPENED)
    assert "short" in said
    if language == "en":
        assert "asked on Mon 4 May, 14:00 in the words “short”" in said
        assert "• Mon 4 May, 14:00: a Telegram account was connected" in said


async def test_why_works_for_strangers_the_erased_and_removed_schedules(world: World) -> None:
    unlinked = await world.customer("C-1", linked=False)
    await world.tell(unlinked)
    await world.tick()
    assert "✗ not asked, because the customer is not connected by the personal link" in await why(
        world, "C-1"
    )
    await world.customer("C-2")
    assert "there has been no “Trial started”" in await why(world, "C-2")
    world.services.config = world.config.model_copy(update={"schedules": ()})
    said = await why(world, "C-1")
    assert "silent-trial\nnot in the configuration any more" in said
    erased = await world.customer("C-3")
    await world.ticket(erased)
    await world.do(lambda work: erasure.forget(work.unit, world.services, erased, work.now))
    assert "or they were erased" in await why(world, "C-3")
    async with world.database.reading() as unit:
        left = (await unit.customers.by_ids([erased.id]))[erased.id]
    assert "This person was erased." in await why(world, left.ref)


CAME = "Came to the bot by themselves, without a personal link"
LEFT = "and has since blocked the bot or left Telegram."


@pytest.mark.parametrize(
    ("ref", "opened", "link", "consent"),
    [
        ("C-1", True, "Has opened the personal link.", "Was asked for consent in the greeting"),
        ("C-1", False, "Is connected to the bot, though not by the personal link.", "Was asked"),
        ("tg:1", False, f"{CAME}.", "Has not agreed to be asked so far."),
    ],
)
async def test_how_somebody_came_is_said_as_it_was(
    database: Database, ref: str, opened: bool, link: str, consent: str
) -> None:
    world = World(database, shop(SHOP))
    made = await world.customer(ref, consent=Consent.UNASKED, consent_at=None)
    await world.add(Link("t", made.id, world.now, opened_at=world.now if opened else None))
    said = (await world.do(lambda work: explain(work, ref, "en"))).text
    assert link in said
    assert consent in said
    async with world.database.reading() as unit:
        [account] = await unit.customers.accounts_of(made.id)
    await world.put(replace(account, blocked_at=world.now))
    said = (await world.do(lambda work: explain(work, ref, "en"))).text
    assert f"{link.removesuffix('.')}, {LEFT}" in said
