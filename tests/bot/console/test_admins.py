"""Admins in their private chat: through the handlers, as Telegram's updates come in."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import wiring
from bot.configuration import changes
from flows.entities import Admin, RawUpdate
from storage.database import Database
from tests.bot.asks.making import NOON, SHOP, World, shop
from tests.bot.stage import Somebody, Stage, buttons, make_stage


@pytest.fixture
async def stage(database: Database) -> Stage:
    made = await make_stage(database, wiring.handlers())
    made.clock.moment = NOON
    made.services.admins = {900}
    made.services.config = shop()
    return made


@pytest.fixture
def admin(stage: Stage) -> Somebody:
    return Somebody(stage, 900, "Ada")


@pytest.fixture
def stranger(stage: Stage) -> Somebody:
    return Somebody(stage, 901, "Anna")


@pytest.fixture
def world(stage: Stage) -> World:
    made = World(stage.database, stage.services.config)
    made.services = stage.services
    made.clock = stage.clock  # type: ignore[assignment]
    return made


async def fact(stage: Stage, name: str, value: str | None = None) -> str | None:
    async with stage.database.unit() as unit:
        if value is not None:
            await unit.facts.set(name, value)
            await unit.commit()
        return await unit.facts.get(name)


# -- who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["/why C-1", "/stats", "/parked"])
async def test_nobody_else_learns_anything(stage: Stage, stranger: Somebody, command: str) -> None:
    rows = await stranger.says(command)
    assert [row.params["text"] for row in rows] == [
        stage.services.words.say("en", "admin.only_admins")
    ]


async def test_a_forged_button_changes_nothing(stage: Stage, stranger: Somebody) -> None:
    await park(stage)
    assert await stranger.presses("a:drop:1") == []
    assert (await counts(stage))["parked"] == 1
    [answer] = stage.answers.values()
    assert "look after this bot" in answer["text"]


async def test_help_is_the_admins_for_admins_alone(admin: Somebody, stranger: Somebody) -> None:
    assert "/schedules" in (await admin.says("/help"))[0].params["text"]
    assert "/schedules" not in (await stranger.says("/help"))[0].params["text"]


async def test_the_claim_link_makes_one_admin_once(
    stage: Stage, stranger: Somebody, admin: Somebody
) -> None:
    await fact(stage, "claim_token", "right")
    await stranger.says("/start claim-wrong")
    assert await stage.all(Admin) == []
    [row] = await stranger.says("/start claim-right")
    assert "You look after this bot now" in row.params["text"]
    await admin.says("/start claim-right")
    assert [each.telegram_id for each in await stage.all(Admin)] == [901]
    assert await fact(stage, "claim_token") is None


async def test_without_a_token_nobody_can_claim(stage: Stage, stranger: Somebody) -> None:
    await stranger.says("/start claim-")
    assert await stage.all(Admin) == []


# -- buttons ------------------------------------------------------------------------------------


@given(data=st.text(max_size=40).map(lambda text: f"a:{text}"))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_data_of_a_button_is_survived(admin: Somebody, data: str) -> None:
    await admin.presses(data)


# -- why ----------------------------------------------------------------------------------------


async def test_why_tells_what_was_decided_and_what_would_be(
    stage: Stage, world: World, admin: Somebody
) -> None:
    anna = await world.customer()
    await world.tell(anna)
    await world.tell(anna, "order_delivered", days_ago=1)
    for row in await world.tick():
        await world.deliver(row)
    [row] = await admin.says("/why C-1")
    text = row.params["text"]
    assert "Has agreed to be asked." in text
    assert "asked on Mon 4 May, 14:00" in text
    assert "no answer yet" in text
    assert "it is planned for Fri 8 May, 14:00\n" in text
    # The place is told once, and every time below is by its clock.
    assert text.count("(Berlin)") == 1
    boris = await world.customer("C-2")
    await world.tell(boris, "order_delivered", days_ago=1)
    [row] = await admin.says("/why C-2")
    assert "there has been no “Trial started”" in row.params["text"]


async def test_why_leaves_out_what_is_archived_and_has_decided_nothing(
    stage: Stage, world: World, admin: Somebody
) -> None:
    await world.tell(await world.customer(), "order_delivered", days_ago=1)
    await admin.presses("s:a:after-delivery")
    stage.services.config = await stage.use(changes.stored)
    [row] = await admin.says("/why C-1")
    assert "silent-trial" in row.params["text"]
    assert "after-delivery" not in row.params["text"]


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
async def test_why_has_words_for_every_outcome(stage: Stage, world: World, language: str) -> None:
    admin = Somebody(stage, 900, "Ada", language)
    cases: dict[str, dict[str, Any]] = {
        "C-10": {"linked": False},
        "C-11": {"stopped": ("silent-trial",)},
        "C-12": {},
    }
    for ref, more in cases.items():
        await world.tell(await world.customer(ref, **more))
    await world.tell(await world.customer("C-13"), period="")
    await world.tick()
    for ref in (*cases, "C-13", "nobody"):
        [row] = await admin.says(f"/why {ref}")
        assert "{" not in row.params["text"]
        assert len(row.params["text"]) > 20


async def test_why_without_a_ref_says_how_to_ask(admin: Somebody) -> None:
    assert "/why C-1042" in (await admin.says("/why"))[0].params["text"]


# -- figures ------------------------------------------------------------------------------------


async def test_stats_show_what_was_counted_and_say_when_it_is_too_little(
    stage: Stage, world: World, admin: Somebody
) -> None:
    anna = await world.customer()
    await world.tell(anna)
    for row in await world.tick():
        await world.deliver(row)
    [row] = await admin.says("/stats")
    assert "Reach (delivered / to be asked): 1 of 1" in row.params["text"]
    for argument in ("7", "0", "99999999999", "²", "all"):
        assert len(await admin.says(f"/stats {argument}")) == 1
    stage.services.config = shop(f"segments: [{{id: vip, tags: [gold]}}]\n{SHOP}")
    [row] = await admin.says("/stats")
    [pressed] = await admin.chooses(row, "👥 vip")
    [typed] = await admin.says("/stats VIP 90")
    assert pressed.params["text"] == typed.params["text"]
    assert "Nobody belongs to “vip” now" in typed.params["text"]
    assert "Reach" not in typed.params["text"]


async def test_stats_of_one_schedule_by_command_or_button(
    stage: Stage, world: World, admin: Somebody
) -> None:
    await world.tell(await world.customer())
    for row in await world.tick():
        await world.deliver(row)
    [all_of_it] = await admin.says("/stats")
    [pressed] = await admin.chooses(all_of_it, "silent-trial")
    [typed] = await admin.says("/stats silent-trial")
    assert pressed.params["text"] == typed.params["text"]
    assert "Delivered / asked: 1 of 1" in typed.params["text"]
    assert "(holdout 0%)" in typed.params["text"]
    [unknown] = await admin.says("/stats nothing-like-it")
    assert "There is no schedule or segment nothing-like-it." in unknown.params["text"]
    assert await admin.presses("a:stats:gone") == []
    assert list(stage.answers.values())[-1]["text"] == (
        "This schedule is not in the configuration any more."
    )


# -- parked updates -----------------------------------------------------------------------------


async def park(stage: Stage) -> None:
    async with stage.database.unit() as unit:
        await unit.inbox.store([RawUpdate(777, 5, '{"update_id": 777}')], NOON)
        [row] = await unit.inbox.waiting(1)
        await unit.inbox.park(row.id, "KeyError (handle:12)")
        await unit.commit()


async def counts(stage: Stage) -> dict[str, int]:
    async with stage.database.reading() as unit:
        return await unit.inbox.counts()


@pytest.mark.parametrize(("button", "waiting"), [("Try 777 again", 1), ("Dismiss 777", 0)])
async def test_a_parked_update_is_shown_and_tried_again_or_dismissed(
    stage: Stage, admin: Somebody, button: str, waiting: int
) -> None:
    await park(stage)
    [shown] = await admin.says("/parked")
    assert "KeyError (handle:12)" in shown.params["text"]
    [after] = await admin.chooses(shown, button)
    assert "Nothing is parked" in after.params["text"]
    assert await counts(stage) == {"new": waiting, "parked": 0}
    await stage.worker.handle_batch(10)
    await admin.presses(buttons(shown)[button])
    assert list(stage.answers.values())[-1]["text"] == "It is not parked any more."


async def test_a_dismissed_update_leaves_no_words_behind(stage: Stage, admin: Somebody) -> None:
    await park(stage)
    [shown] = await admin.says("/parked")
    await admin.chooses(shown, "Dismiss 777")
    async with stage.database.reading() as unit:
        rows = [row async for row in unit.copying.rows("inbox")]
    assert all("777}" not in str(row) for row in rows)
