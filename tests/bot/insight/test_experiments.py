"""What a schedule is good for: variants and the holdout, counted, compared and put into words."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.core.admin_view import AdminView
from bot.core.work import Work
from bot.insight.experiments import Report, ReportOfAll, Split, compare, compare_all
from bot.insight.views.comparison import comparison, comparison_of_all
from flows.entities import (
    Account,
    Candidate,
    CandidateId,
    Customer,
    CustomerId,
    Event,
    EventId,
    Ticket,
    TicketId,
)
from flows.insight.measures import VariantCounts
from flows.languages import SHIPPED
from flows.time.durations import Share
from storage.database import Database
from tests.bot.asks.making import NOON, SHOP, World, shop
from tests.bot.asks.test_texts import VARIANTS, config
from tests.databases import on_both

HALF = shop(SHOP.replace("holdout: 0%", "holdout: 50%", 1))
LATER = NOON + timedelta(days=90)
"""When the sixty days after NOON are over."""


@pytest.fixture
async def world(database: Database) -> World:
    made = World(database)
    made.services.config = HALF
    return made


async def split_of(world: World) -> Split:
    found = (await reported(world)).split
    assert found is not None
    return found


async def reported(world: World) -> Report:
    schedule = world.services.config.schedules[0]
    found: Report = await world.do(lambda work: compare(work, schedule))
    return found


async def people(
    world: World, number: int, *, held_out: bool, share: int = 5000, at: datetime = NOON,
    **more: Any,
) -> list[Candidate]:  # fmt: skip
    """Customers who reached the holdout at a moment, as the planner records them."""
    made = []
    for _ in range(number):
        key = world.number()
        person = Customer(CustomerId(key), f"H-{key}", at)
        facts: dict[str, Any] = {
            "outcome": "held_out" if held_out else "send",
            "compared_at": at, "held_out": held_out, "holdout_share": share,
        }  # fmt: skip
        if not held_out:
            facts |= {"asked_at": at, "delivered_at": at}
        candidate = Candidate(
            CandidateId(key), "silent-trial", person.id, None, at, at, occasion=str(key),
            **(facts | more),
        )  # fmt: skip
        made.append(candidate)
        await world.add(person, candidate)
    return made


async def crowd(world: World, number: int, **more: Any) -> list[Candidate]:
    """The same, many at once."""
    made: list[Candidate] = []

    async def add(work: Work) -> None:
        one = world.numbers
        for key in range(one + 1, one + 1 + number):
            person = Customer(CustomerId(key), f"H-{key}", NOON)
            facts = {"compared_at": NOON, "held_out": False, "holdout_share": 5000} | more
            candidate = Candidate(
                CandidateId(key), "silent-trial", person.id, None, NOON, NOON,
                occasion=str(key), **facts,
            )  # fmt: skip
            work.unit.add(person)
            work.unit.add(candidate)
            made.append(candidate)
        world.numbers += number

    await world.do(add)
    return made


async def complain(world: World, *candidates: Candidate, days: float = 1) -> None:
    for each in candidates:
        number = world.number()
        at = NOON + timedelta(days=days)
        await world.add(
            Ticket(TicketId(number), number, each.customer_id, 1, "open", at, "",
                   candidate_id=None if each.held_out else each.id)
        )  # fmt: skip


async def happened(
    world: World, name: str, *candidates: Candidate, days: float = 1, **more: Any
) -> None:
    for each in candidates:
        number = world.number()
        at = NOON + timedelta(days=days)
        await world.add(
            Event(EventId(number), f"x-{number}", each.customer_id, name, at, at, "", "", **more)
        )


def words(world: World, report: Report, language: str = "en") -> str:
    view = AdminView(world.services, language, world.now)
    return comparison(view, report, world.services.config).text


# -- who is compared ------------------------------------------------------------------------------


async def test_the_groups_are_those_who_reached_the_holdout_whatever_came_of_the_ask(
    world: World,
) -> None:
    candidates = []
    for number in range(8):
        person = await world.customer(f"C-{number}")
        await world.tell(person)
        candidates.append(person)
    await world.tell(await world.customer("S", stopped=("*",)))
    rows = await world.tick()
    found = [await world.candidate(person) for person in candidates]
    held = [each for each in found if each.outcome == "held_out"]
    assert 0 < len(held) < 8
    assert all(each.compared_at == NOON and each.holdout_share == 5000 for each in found)
    assert {each.held_out for each in held} == {True}
    split = await split_of(world)
    assert (split.asked, split.held) == (8 - len(held), len(held))
    # What comes of an ask afterwards changes no group: this one is taken back and never sent.
    person = next(each for each in candidates if each.id == rows[0].customer_id)
    await world.tell(person, "support_contacted", days_ago=0)
    assert await world.deliver(rows[0]) is None
    await world.tick()
    back = await world.candidate(person)
    assert (back.outcome, back.asked_at, back.compared_at) == ("unless_event", None, NOON)
    assert await split_of(world) == split


async def test_a_changed_share_begins_a_new_comparison(world: World) -> None:
    await people(world, 2, held_out=False, share=0)
    await people(world, 1, held_out=False)
    await people(world, 3, held_out=True)
    split = await split_of(world)
    assert (split.asked, split.held, split.probability) == (1, 3, None)


async def test_a_person_counts_once_and_from_the_first_moment_on(world: World) -> None:
    [first] = await people(world, 1, held_out=True)
    again = replace(
        first, id=CandidateId(900), occasion="again", compared_at=NOON + timedelta(days=50)
    )
    await world.add(again)
    await complain(world, first, days=70)
    world.clock.moment = LATER
    report = await reported(world)
    assert (await split_of(world)).held == 1
    [complaints, *_] = report.lifts
    assert (complaints.other_hits, complaints.other_cases) == (0, 1)


# -- lift -----------------------------------------------------------------------------------------


async def test_complaints_and_events_count_within_their_time_for_both_groups(world: World) -> None:
    asked = await people(world, 4, held_out=False)
    held = await people(world, 3, held_out=True)
    await complain(world, asked[0], asked[0], held[0])
    await complain(world, asked[1], held[1], days=61)
    await complain(world, asked[2], days=-1)
    await happened(world, "converted", asked[0], asked[0], asked[1], held[2], days=60)
    await happened(world, "converted", asked[2], days=-1)
    await happened(world, "churned", held[0], held[1])
    await happened(world, "churned", asked[3], withdrawn_at=NOON)
    await happened(world, "opened_app", asked[0])
    assert {each.cases for each in (await reported(world)).lifts} == {0}
    world.clock.moment = LATER
    found = {
        each.key: (each.hits, each.cases, each.other_hits, each.other_cases)
        for each in (await reported(world)).lifts
    }
    assert found == {
        "complaints": (1, 4, 1, 3),
        "converted": (2, 4, 1, 3),
        "renewed": (0, 4, 0, 3),
        "churned": (0, 4, 2, 3),
    }


@on_both
async def test_only_those_whose_time_is_over_are_compared(world: World) -> None:
    await people(world, 2, held_out=False)
    await people(world, 1, held_out=False, at=NOON + timedelta(days=40))
    await people(world, 1, held_out=True)
    world.clock.moment = LATER
    report = await reported(world)
    assert (await split_of(world)).asked == 3
    assert {(each.cases, each.other_cases) for each in report.lifts} == {(2, 1)}


async def test_little_is_said_to_be_little(world: World) -> None:
    await people(world, 3, held_out=False)
    await people(world, 2, held_out=True)
    world.clock.moment = LATER
    for language in SHIPPED:
        text = words(world, await reported(world), language)
        assert world.services.words.say(language, "compare.split_unknown") in text
        assert text.count("0 / 2") == 4
        assert "{" not in text


async def test_an_effect_is_told_with_its_interval_once_there_is_enough(world: World) -> None:
    asked = await crowd(world, 200)
    held = await crowd(world, 200, held_out=True, outcome="held_out")
    await complain(world, *asked[:30], *held[:5])
    await happened(world, "renewed", *asked[:60], *held[:55])
    world.clock.moment = LATER
    text = words(world, await reported(world))
    assert "200 of 400 customers left unasked; 50% were meant to be." in text
    assert "The split is as chance would have it (p = 1.00)." in text
    # By hand: 15 % and 2.5 %; Newcombe's with the normal point of that variance.
    assert (
        "Raised a complaint: 30 / 200 asked, 5 / 200 left unasked; "
        "+12.5 points against those left unasked, between +3.2 and +22.6" in text
    )
    assert "60 / 200 asked, 55 / 200 left unasked; no clear difference" in text
    assert "+2.5 points" in text


@on_both
async def test_between_a_hundred_and_a_hundred_and_fifty_nothing_is_concluded(
    world: World,
) -> None:
    asked = await crowd(world, 120)
    await crowd(world, 120, held_out=True)
    await complain(world, *asked[:30])
    world.clock.moment = LATER
    text = words(world, await reported(world))
    assert "+25 points against those left unasked so far" in text
    # The first were asked ninety days ago, and for sixty days nothing was over: 120 in thirty.
    assert "too early until there are 150 on each side, by about 10 August" in text


async def test_a_split_that_is_off_is_told_and_nothing_is_compared(world: World) -> None:
    await crowd(world, 220)
    await crowd(world, 120, held_out=True)
    world.clock.moment = LATER
    report = await reported(world)
    assert (await split_of(world)).is_off
    assert report.lifts == ()
    for language in SHIPPED:
        text = words(world, report, language)
        assert world.services.words.say(language, "compare.split_off") in text
        assert "churned" not in text


async def test_without_a_holdout_it_says_that_nobody_can_tell(world: World) -> None:
    world.services.config = shop()
    await people(world, 3, held_out=False, share=0)
    assert "so nobody can tell what asking is good for" in words(world, await reported(world))


# -- variants -------------------------------------------------------------------------------------


@on_both
async def test_each_variant_is_counted_since_all_of_them_are_there(world: World) -> None:
    world.services.config = config(VARIANTS)
    day = NOON + timedelta(days=10)
    await people(world, 5, held_out=False, variant="short", at=NOON)
    short = await people(world, 4, held_out=False, variant="short", at=day, answered_at=day)
    news = await people(world, 3, held_out=False, variant="news", at=day)
    await people(world, 1, held_out=False, variant="news", at=day, delivered_at=None,
                 asked_at=None, outcome="failed")  # fmt: skip
    await people(world, 2, held_out=False, variant="gone", at=day)
    await people(world, 2, held_out=True, at=day)
    await complain(world, news[0], news[0], days=11)
    await world.add(Account(77, news[1].customer_id, NOON, blocked_at=day + timedelta(days=2)))
    person = Customer(news[2].customer_id, "stops", NOON)
    await world.put(replace(person, stopped_at=day + timedelta(days=1), stopped=("*",)))
    report = await reported(world)
    assert report.since == day
    assert {each.name: each.counts for each in report.variants} == {
        "short": VariantCounts(4, 4, 4, 0, 0),
        "news": VariantCounts(4, 3, 0, 1, 2),
    }
    assert len(short) == 4


async def test_variants_are_compared_with_the_first_once_there_is_enough(world: World) -> None:
    world.services.config = config(VARIANTS)
    await crowd(world, 200, variant="short", delivered_at=NOON)
    news = await crowd(world, 200, variant="news", delivered_at=NOON, answered_at=NOON)
    await complain(world, *news[:4])
    text = words(world, await reported(world))
    assert "Text “short”\nDelivered / asked: 100 % (200 of 200)" in text
    assert (
        "Answered / delivered: 100 % (200 of 200), between 95.9 and 100 %; "
        "+100 points against “short”, between +93.4 and +100" in text
    )
    assert "no clear difference to “short” (+2 points" in text


async def test_one_text_is_counted_without_a_comparison(world: World) -> None:
    await people(world, 2, held_out=False)
    for language in SHIPPED:
        text = words(world, await reported(world), language)
        assert world.services.words.say(language, "compare.answered") in text
        assert "“" not in text.partition(world.services.words.say(language, "compare.lift"))[0]


async def test_before_anybody_is_asked(world: World) -> None:
    report = await reported(world)
    assert report.since is None
    assert "Nobody has been asked yet." in words(world, report)
    assert Share(5000) == report.schedule.holdout


# -- no schedule at all ---------------------------------------------------------------------------


@on_both
async def test_whom_no_schedule_asks_is_compared_with_all_others(world: World) -> None:
    half = world.services.config.lift.model_copy(update={"holdout": Share(5000)})
    world.services.config = world.services.config.model_copy(update={"lift": half})
    config = world.services.config

    def said(report: ReportOfAll) -> str:
        view = AdminView(world.services, "en", world.now)
        return comparison_of_all(view, report, config).text

    assert "Nothing to compare yet; 50% will be left unasked." in said(await world.do(compare_all))
    persons = [await world.customer(f"A-{number}") for number in range(12)]
    for person in persons:
        await world.tell(person)
    await world.tick()
    rows = [await world.candidate(person) for person in persons]
    of_all = [row for row in rows if row.reason["reason"]["key"] == "held_out_of_all"]
    assert 0 < len(of_all) < 12
    assert {row.holdout_share for row in of_all} == {-5000}
    one = (await reported(world)).split
    assert one is not None
    assert one.asked + one.held == 12 - len(of_all)
    split = (await world.do(compare_all)).split
    assert (split.held, split.asked) == (len(of_all), 12 - len(of_all))

    held = await crowd(world, 160, held_out=True, holdout_share=-5000)
    asked = await crowd(world, 160)
    await happened(world, "renewed", *held[:20], *asked[:90], days=2)
    world.clock.moment = LATER
    report = await world.do(compare_all)
    renewed = next(each for each in report.lifts if each.key == "renewed")
    assert renewed.hits == 90
    assert renewed.other_hits == 20
    assert "no clear difference" in said(report)  # of what came to nobody
    assert "points against those left unasked, between" in said(report)
