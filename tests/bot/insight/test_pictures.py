"""Figures as pictures: what is counted, what stands in them, who is shown them."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import wiring
from bot.core.delivery import Call, Failure, FailureKind
from bot.core.rich import CAPTION_LIMIT
from bot.core.work import Work
from bot.insight.pictures import barriers, funnel, goals, promises, showing, weekly, weeks
from bot.insight.pictures.making import drawn, make
from bot.insight.pictures.picture import Artist
from flows.config import ConfigError, load_config
from flows.config.goals import Goal, PictureName
from flows.entities import (
    Change,
    ChangeId,
    ClockEvent,
    ClockKind,
    ClockLine,
    Group,
    Notice,
    NoticeId,
    Outgoing,
    SendResult,
    SendState,
    Ticket,
)
from flows.insight.overviews import Funnel, Month, Step
from flows.time.days import beginning_of
from flows.utf16 import utf16_length
from storage.database import Database
from tests.bot.asks.making import ADMIN, NOON, SHOP, World
from tests.bot.insight import samples
from tests.bot.stage import STAFF_CHAT, Somebody, Stage, buttons, make_stage
from tests.databases import on_both

PLACES = """
stages:
  - {id: waiting, title: {en: Waiting, ru: Ожидание, zh: 等待}}
  - {id: later, title: {en: Later, ru: Потом, zh: 之后}}
  - {id: never, title: {en: Never, ru: Никогда, zh: 从不}}
categories:
  - {id: packaging, title: {en: Packaging, ru: Упаковка, zh: 包装}}
  - {id: taste, title: {en: Taste, ru: Вкус, zh: 口味}}
goals:
  - {id: asked, count: asked, people: 3, by: 2026-05-31}
  - {id: told, count: told, people: 4, since: 2026-04-01, by: 2026-06-30}
  - {id: helped, count: helped, people: 1, by: 2026-05-31}
  - {id: heard, count: heard, people: 9, by: 2026-05-31}
  - {id: printed, count: printed, people: 1, by: 2026-05-31}
"""
MAY = Month.of(NOON, "Europe/Berlin")
DAY = timedelta(days=1)


# -- what is counted ------------------------------------------------------------------------------


async def filled(world: World) -> None:
    """May: three were asked, two complained, one was told and says that it helped; and April."""
    world.services.config = load_config(SHOP + PLACES)
    people = [await world.customer(f"C-{n}", stage="later") for n in range(3)]
    for each in people:
        await world.tell(each)
    for row in await world.tick():
        await world.deliver(row)
    anna, boris, _ = people
    asked = await world.candidate(anna)
    await world.put(replace(asked, answered_at=world.now))
    shipped = world.now - DAY
    change = Change(
        ChangeId(3), 3, "padded box", world.now - 9 * DAY, "shipped", shipped_at=shipped
    )
    await world.add(change)
    where = {"stage": "waiting", "category": "packaging"}
    first = await world.ticket(
        anna, candidate_id=asked.id, change_id=change.id, words="It came dented", **where,
        first_response_at=world.now,
    )  # fmt: skip
    await world.ticket(boris, words="A dented tin", **where)
    await world.ticket(boris, "merged", words="A dented tin", **where)
    await world.ticket(boris, "declined")
    april = await world.ticket(anna, stage="later", category="taste")
    await world.put(replace(april, opened_at=world.now - 20 * DAY))
    await world.add(
        Notice(NoticeId(5), change.id, first.id, anna.id, 1, shipped, world.now,
               "yes", world.now, asked_at=world.now),
        *_lines(first, world),
    )  # fmt: skip


def _lines(ticket: Ticket, world: World) -> list[ClockLine]:
    def line(clock: ClockKind, event: ClockEvent, number: int = 1) -> ClockLine:
        at = world.now
        return ClockLine(ticket.id, clock, number, event, at, at + timedelta(hours=1), 4 * 3600)

    return [
        line(ClockKind.FIRST_RESPONSE, ClockEvent.MET),
        line(ClockKind.NEXT_RESPONSE, ClockEvent.BREACHED),
        line(ClockKind.NEXT_RESPONSE, ClockEvent.SETTLED_LATE),
        line(ClockKind.NEXT_RESPONSE, ClockEvent.MET, 2),
    ]


@on_both
async def test_every_picture_is_counted_from_what_happened(database: Database) -> None:
    world = World(database)
    await filled(world)

    async def count(work: Work) -> dict[str, Any]:
        return {
            "funnel": await funnel.count(work, MAY),
            "map": await barriers.count(work, "en", MAY),
            "weeks": await weeks.count(work),
            "promises": await promises.count(work, MAY),
            "goals": await goals.count(work),
            "texts": [(await make(work, name, "en", MAY)).text.text for name in PictureName],
        }

    found = await world.do(count)
    may, april = found["funnel"]
    assert may == Funnel(
        dict(zip(Step, (3, 1, 2, 1, 1, 1, 1), strict=True)), unasked=1, unanswered=1, declined=1
    )
    assert april.at(Step.COMPLAINED) == 1
    assert found["map"] == barriers.Barriers(
        {("waiting", "packaging"): 2}, {"later": 3}, {("waiting", "packaging"): ["dented"]},
        {"": 1}, 3,
    )  # fmt: skip
    assert found["weeks"].totals[-4:] == [1, 0, 0, 3]
    assert found["weeks"].mine[-1] == 1
    assert found["weeks"].change.number == 3
    kept = {each.counts.clock: (each.counts.kept, each.counts.broken) for each in found["promises"]}
    assert kept == {"first_response": (1, 0), "next_response": (1, 1), "resolution": (0, 0)}
    late = found["promises"][1].dots
    assert (sum(late.kept.values()), sum(late.late.values())) == (1, 1)
    reached = {each.goal.id: each.tally.reached for each in found["goals"]}
    assert reached == {"asked": 3, "told": 1, "helped": 1, "heard": 2, "printed": 0}
    shown = "\n".join(found["texts"])
    for sentence in (
        "2 people told us what went wrong. 1 knows what changed.",
        "Waiting, Packaging: 2 (“dented”)",
        "Later: 3 asked, none complained",
        "Never: nobody is asked here",
        "Shipped on 3 May: padded box",
        "First answer: 1 of 1 kept",
        "people say that it helped: 1 of 1, by 31 May 2026",
    ):
        assert sentence in shown, sentence


# -- what stands in them --------------------------------------------------------------------------


def test_every_figure_stands_in_the_words_too_in_every_language() -> None:
    for kind, language, picture, services in samples.samples():
        artist, said = Artist(services, language, samples.NOW), picture.text.text
        caption = picture.caption(artist.tell("more_as_text")).text
        assert utf16_length(caption) <= CAPTION_LIMIT
        assert "{" not in said
        assert json.loads(json.dumps(picture.data)) == picture.data
        for figure in _figures(picture.name, picture.data):
            assert artist.number(figure) in said, (kind, picture.name, figure)
        if kind in ("much", "little"):
            assert caption == said, "a usual caption has all of it"


def test_a_map_does_not_say_that_nobody_complained_when_none_can_be_placed() -> None:
    services = samples.made(samples.CONFIG)
    artist, found = Artist(services, "en", samples.NOW), barriers.Barriers(loose={"": 2}, total=2)
    said = barriers.picture(artist, services.config, MAY, found).text.text
    assert "No complaint names both a stage and a kind" in said
    assert "obody has complained" not in said


def _figures(name: str, data: Any) -> list[int]:
    """Whole numbers that are drawn."""
    match name:
        case PictureName.FUNNEL:
            return [row["people"] for row in data["rows"]]
        case PictureName.BARRIERS:
            return [cell["n"] for row in data["rows"] for cell in row["cells"] if cell["n"]]
        case PictureName.WEEKS:
            return [week["n"] for week in data["weeks"]]
    return []


async def test_they_are_drawn_with_the_longest_names_and_nothing_is_markup() -> None:
    found = [each for each in samples.samples() if each[0] == "long" and each[1] == "ru"]
    assert len(found) == len(PictureName)
    for _, language, picture, services in found:
        hostile = replace(picture, title=['#panic("x") *a* ]', '#read("/etc/passwd") $x$ \0'])
        png = await drawn(services, language, hostile)
        assert png.startswith(b"\x89PNG")
        assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (1000, 1250)


def test_below_a_hundred_people_a_change_has_counts_and_no_rate() -> None:
    texts = {
        kind: picture.text.text
        for kind, language, picture, _ in samples.samples()
        if language == "en" and picture.name == PictureName.WEEKS
    }
    assert "Complaints in 31 days: 4 before, 1 since" in texts["little"]
    assert "Fewer than 100 customers: counts, no rate. Too early to say." in texts["little"]
    assert "per 1000 customers in 30 days: 35.8 before, 7.8 since" in texts["much"]
    assert "Since then between 8 and 61 % of what it was." in texts["much"]
    assert "No change was shipped." in texts["none"]


# -- who is shown them ----------------------------------------------------------------------------


@pytest.fixture
async def stage(database: Database) -> Stage:
    made = await make_stage(database, wiring.handlers())
    made.clock.moment = NOON
    made.services.admins = {ADMIN}
    made.services.config = load_config(SHOP + PLACES)
    return made


async def composed(stage: Stage, row: Outgoing) -> Call | None:
    assert row.method == showing.METHOD
    async with stage.database.reading() as unit:
        work = Work(unit, stage.clock.now(), stage.services)
        call = await wiring.engine().composers[row.method](work, row)
    assert call is None or isinstance(call, Call)
    return call


async def test_an_admin_gets_a_picture_with_its_text_and_the_month_before(stage: Stage) -> None:
    admin = Somebody(stage, ADMIN, "Ada", "ru")
    [figures] = await admin.says("/stats")
    [row] = await admin.chooses(figures, "📊 От вопроса до «помогло»")
    assert list(stage.answers.values())[-1]["text"] == "Считаю…"
    call = await composed(stage, row)
    assert call is not None
    assert call.method == "sendPhoto"
    assert call.file is not None
    assert call.file.content.startswith(b"\x89PNG")
    assert call.params["caption"].startswith("май 2026")
    photo = replace(row, params=call.params)
    [text] = await admin.chooses(photo, "Текстом")
    said = await composed(stage, text)
    assert said is not None
    assert said.params["text"] == call.params["caption"]
    label = next(each for each in buttons(photo) if each.startswith("‹ апрель"))
    [before] = await admin.chooses(photo, label)
    assert before.params["month"] == MAY.before.number
    [again] = await admin.chooses(replace(before, params=said.params), label)
    assert again.params["text"] is True
    # What nobody can draw is said.
    stage.services.config = load_config(SHOP)
    [row] = await admin.presses("q:p:barriers:0")
    call = await composed(stage, row)
    assert call is not None
    assert "stages" in call.params["text"]


async def test_a_picture_that_a_chat_refuses_comes_as_text(stage: Stage) -> None:
    admin = Somebody(stage, ADMIN, "Ada")
    [row] = await admin.presses("q:p:funnel:0")
    for wanted, kind, follows in (
        (row, FailureKind.MEDIA_REFUSED, showing.METHOD),
        (replace(row, params={**row.params, "text": True}), FailureKind.REFUSED, "sendMessage"),
    ):
        failed = SendResult(row.id, SendState.FAILED, NOON, 1, error=str(kind))

        async def report(
            work: Work, about: Outgoing = wanted, why: FailureKind = kind, told: Any = failed
        ) -> None:
            reporter = wiring.engine().reporters[about.purpose]
            await reporter(work, about, told, None, Failure(why))

        before = len(stage.sent)
        await stage.use(report)
        [said] = stage.sent[before:]
        assert said.method == follows
        assert follows != showing.METHOD or said.params["text"] is True


async def test_nobody_else_is_shown_figures_and_forged_buttons_show_nothing(stage: Stage) -> None:
    stranger, admin = Somebody(stage, 901, "Eve"), Somebody(stage, ADMIN, "Ada")
    assert await stranger.presses("q:p:funnel:0") == []
    late = showing.month_now(await _work(stage)).number + 1
    for forged in ("q:p:funnel", "q:p:secrets:0", "q:x:funnel:0", "q:p:funnel:-1", "q:p:funnel:zzz",
                   f"q:t:funnel:{late}", "q:p:funnel:0:1"):  # fmt: skip
        assert await admin.presses(forged) == [], forged
        assert "out of date" in list(stage.answers.values())[-1]["text"]
    [row] = await admin.presses("q:p:funnel:0")
    stage.services.admins = set()
    assert await composed(stage, row) is None, "who is no admin any more is shown nothing"


async def _work(stage: Stage) -> Work:
    async with stage.database.reading() as unit:
        return Work(unit, stage.clock.now(), stage.services)


async def test_groups_are_shown_what_the_configuration_names_once_on_its_day(stage: Stage) -> None:
    quiet = Group(STAFF_CHAT - 1, "support", "Left", forum=False, bound_at=NOON, left_at=NOON)
    stage.services.groups[quiet.chat_id] = quiet
    stage.services.groups[STAFF_CHAT] = replace(
        stage.services.groups[STAFF_CHAT], bound_at=NOON - DAY
    )

    async def shown(days: float = 0, hours: float = 0) -> list[tuple[int, str, int]]:
        stage.clock.moment = NOON + timedelta(days=days, hours=hours)
        before = len(stage.sent)
        await stage.use(weekly.show_groups)
        rows = stage.sent[before:]
        return [(row.chat_id, row.params["name"], row.params["month"]) for row in rows]

    assert await shown() == [], "nothing is shown that nobody asked for"
    words = "pictures: {show: [funnel, goals], days: mon, at: '13:30'}\n"
    stage.services.config = load_config(SHOP + PLACES + words)
    # Monday, 14:00 in Berlin, the fourth: of May there is little to see.
    first = [(STAFF_CHAT, "funnel", MAY.before.number), (STAFF_CHAT, "goals", MAY.number)]
    assert await shown() == first
    assert await shown() == []
    assert await shown(days=1) == []
    assert await shown(days=7, hours=4) == [], "its hour is over"
    assert [month for *_, month in await shown(days=7)] == [MAY.number, MAY.number]
    row = next(each for each in stage.sent if each.method == showing.METHOD)
    call = await composed(stage, row)
    assert call is not None
    assert call.method == "sendPhoto"
    assert "As text" in buttons(replace(row, params=call.params))


# -- goals ----------------------------------------------------------------------------------------


def test_a_goal_is_so_many_people_by_a_day() -> None:
    goal = Goal(id="told", count="told", people=25, by=date(2026, 12, 31))
    assert goal.begins == date(2026, 12, 1)
    for wrong, expected in (
        ("{id: a, count: told, people: 0, by: 2026-12-31}", "a whole number from 1 to"),
        ("{id: a, count: sold, people: 3, by: 2026-12-31}", "one of asked, heard, answered"),
        ("{id: a, count: told, people: 3, since: 2027-01-01, by: 2026-12-31}", "not after"),
        ("{id: a, count: told, people: 3, by: soon}", "a date such as"),
    ):
        with pytest.raises(ConfigError, match=expected):
            load_config(f"goals: [{wrong}]")
    six = ", ".join(f"{{id: g{n}, count: told, people: 3, by: 2026-12-31}}" for n in range(6))
    with pytest.raises(ConfigError, match="at most 5 entries"):
        load_config(f"goals: [{six}]")
    with pytest.raises(ConfigError, match="one of funnel, barriers"):
        load_config("pictures: {show: [cake]}")


def test_weeks_begin_on_mondays_also_after_clocks_were_changed() -> None:
    place = ZoneInfo("Europe/Berlin")
    found = weeks.Weeks(beginning_of(date(2026, 10, 12), place), [0] * weeks.WEEKS)
    days = [found.day(week, place) for week in range(4)]
    assert [f"{day:%a %d %b}" for day in days] == [
        "Mon 12 Oct", "Mon 19 Oct", "Mon 26 Oct", "Mon 02 Nov",
    ]  # fmt: skip
