"""Tuning by people who press twice, type names instead of ids, and read other languages."""

import pytest

from bot.configuration import changes
from bot.console.views.schedules import ScheduleView, Standing
from flows.config import Config
from flows.entities.kinds import Address
from tests.bot.asks.making import World
from tests.bot.console.pressing import answered, go, silent_trial, stored, text, versions
from tests.bot.stage import Somebody, Stage, buttons


@pytest.fixture
def chinese(stage: Stage) -> Somebody:
    return Somebody(stage, 903, "小薇", "zh")


async def ids(stage: Stage) -> list[str]:
    config: Config = await stage.use(changes.stored)
    return [each.id for each in config.schedules]


# -- twice --------------------------------------------------------------------------------------


async def test_creating_twice_makes_one_schedule(stage: Stage, admin: Somebody) -> None:
    proposed = await go(admin, "New schedule", "Low rating", "1 day")
    for _ in range(2):
        [made] = await admin.chooses(proposed, "Create, switched off")
        assert "Low rating · off" in text(made)
    assert (await ids(stage)).count("low-rating") == 1
    assert "low-rating-2" not in await ids(stage)
    # A later one is another one, and can be told apart from the first.
    again = await go(admin, "New schedule", "Low rating", "1 day")
    [made] = await admin.chooses(again, "Create, switched off")
    assert "Low rating 2 · off" in text(made)


async def test_duplicating_twice_makes_one_copy(stage: Stage, admin: Somebody) -> None:
    opened = await go(admin, "silent-trial")
    for _ in range(2):
        [copy] = await admin.chooses(opened, "Duplicate")
        assert "silent-trial-2 · off" in text(copy)
    assert "silent-trial-3" not in await ids(stage)
    [copy] = await admin.chooses(copy, "Duplicate")
    assert "silent-trial-2-2" in await ids(stage)


# -- names that people know -----------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["Monthly box", "monthly box", "Набор", "pro"])
async def test_a_product_is_typed_by_its_title(stage: Stage, admin: Somebody, typed: str) -> None:
    await go(admin, "silent-trial", "Audience", "Products", "Type a value")
    [row] = await admin.says(typed)
    assert "Monthly box" in text(row)
    assert (await silent_trial(stage)).audience.product == ("pro",)


async def test_an_unknown_product_is_answered_with_the_titles(
    stage: Stage, admin: Somebody
) -> None:
    row = await go(admin, "silent-trial", "Audience", "Products", "Type a value")
    assert "Monthly box" in text(row)
    [row] = await admin.says("tea")
    assert "One of these is expected: " in text(row)
    assert "Monthly box" in text(row).partition("\n")[0]


async def test_contact_is_added_to_what_calls_an_ask_off(stage: Stage, admin: Somebody) -> None:
    row = await go(admin, "silent-trial", "Trigger", "Unless")
    before = (await silent_trial(stage)).unless
    assert before
    await admin.chooses(row, "A message to this bot")
    assert set((await silent_trial(stage)).unless) == {*before, "contact"}


async def test_no_cooldown_is_called_none(stage: Stage, admin: Somebody) -> None:
    await go(admin, "silent-trial", "Limits", "Cooldown", "Type a value")
    [row] = await admin.says("none")
    assert "30 days → none of its own" in text(row)
    opened = text(await go(admin, "silent-trial"))
    assert "Nobody twice" not in opened


# -- other languages ------------------------------------------------------------------------------


async def test_lists_are_punctuated_in_chinese(stage: Stage, chinese: Somebody) -> None:
    await chinese.presses("s:t:silent-trial:tags:0")
    [row] = await chinese.says("eu, vip")
    assert "eu、vip" in text(row)
    [row] = await chinese.presses("s:g:silent-trial:aud")
    assert "带标签：eu、vip" in text(row)
    [row] = await chinese.presses("s:h:silent-trial:0")
    assert "带标签：" in text(row)
    assert "eu、vip" in text(row)


async def test_the_history_tells_a_name_and_a_cap_as_their_screens_do(
    stage: Stage, admin: Somebody
) -> None:
    await admin.presses("s:v:silent-trial:cap:2/P90D:0")
    await admin.presses("s:t:silent-trial:name:1")
    await admin.says("Quiet ones")
    shown = text(await go(admin, "Quiet ones", "History"))
    assert "Cap: now at most 2 asks in 90 days" in shown
    assert "Name: now Quiet ones\n" in shown
    assert len(await versions(stage)) == 2


async def test_the_conversation_s_own_words_are_shown_until_there_are_others(
    stage: Stage, admin: Somebody
) -> None:
    shown = text(await go(admin, "silent-trial", "Words"))
    assert "Hello {first_name}, this is {brand}. You have been trying our {product}" in shown
    assert "Russian\nЗдравствуйте, {first_name}. Это {brand}." in shown
    assert "你试用“{product}”有一段时间了" in shown
    row = await go(admin, "silent-trial", "Words", "Write words of its own")
    assert "Now:\nHello {first_name}, this is {brand}." in text(row)
    [row] = await admin.says("Hi {first_name}")
    assert "Now:\nЗдравствуйте, {first_name}. Это {brand}." in text(row)


@pytest.mark.parametrize(("address", "said"), [("informal", "你好"), ("formal", "您好")])
async def test_they_are_shown_as_the_brand_addresses_people(
    stage: Stage, admin: Somebody, address: str, said: str
) -> None:
    config = await stored(stage)
    brand = config.brand.model_copy(update={"address": Address(address)})
    schedule = config.schedule("silent-trial")
    assert schedule is not None
    standing = Standing(config.model_copy(update={"brand": brand}), 1)
    view = ScheduleView(stage.services, "en", stage.clock.now(), standing)
    assert f"{{first_name}}，{said}" in view.texts(schedule)[0].text


async def test_words_that_are_changed_are_shown_while_they_are(
    stage: Stage, admin: Somebody
) -> None:
    row = await go(admin, "silent-trial", "Words", "Write words of its own")
    assert "nothing counts before all are there" in text(row)
    for said in ("One", "Раз", "一"):
        [row] = await admin.says(said)
    [row] = await admin.chooses(row, "Change: English")
    assert "Now:\nOne" in text(row)
    assert "Cancel" in buttons(row)
    assert answered(stage) == ""
    assert (await stored(stage)).schedule("silent-trial") is not None


async def test_the_number_of_the_audience_follows_its_products(
    stage: Stage, admin: Somebody, world: World
) -> None:
    await world.tell(await world.customer(), "order_placed", product="pro")
    await world.customer("C-2")
    assert "can be reached: 2" in text(await go(admin, "silent-trial", "Audience"))
    row = await go(admin, "silent-trial", "Audience", "Products")
    [row] = await admin.chooses(row, "Monthly box")
    assert "can be reached: 1" in text(row)


UNHEARD = "Take care: no event “trail_started” has come so far."


async def test_a_type_of_which_no_event_has_come_is_said_where_it_is_set(
    stage: Stage, admin: Somebody, world: World
) -> None:
    await admin.presses("s:t:silent-trial:event:0")
    assert "Take care" not in text((await admin.says("trail_started"))[0])  # nothing has come yet
    somebody = await world.customer()
    for name in ("refund", "trial_started", "order_placed", "a", "b", "c"):
        await world.tell(somebody, name)
    row = await go(admin, "silent-trial", "Trigger", "Event")
    assert (
        f"{UNHEARD} These have: Trial started (trial_started), Order placed (order_placed), "
        in text(row)
    )
    assert text(row).count("refund") + text(row).count("c.") <= 2
    await admin.presses("s:t:silent-trial:event:1")
    assert "Take care" not in text((await admin.says("trial_started"))[0])
    await admin.presses("s:t:silent-trial:unless:2")
    [row] = await admin.says("contact, refund, trail_started")
    assert text(row).count("Take care") == 1
    assert UNHEARD in text(row)


async def test_a_holdout_of_everybody_is_said(stage: Stage, admin: Somebody) -> None:
    await admin.presses("s:t:silent-trial:hold:0")
    [row] = await admin.says("100%")
    assert "With a holdout of 100% nobody is asked." in text(row)
    await admin.presses("s:t:silent-trial:hold:1")
    [row] = await admin.says("99.99%")
    assert "nobody is asked" not in text(row)


async def test_types_are_gone_through_one_after_the_other(world: World) -> None:
    somebody = await world.customer()
    for name in ("b", "a", "c", "b"):
        await world.tell(somebody, name)
    async with world.database.reading() as unit:
        assert await unit.audiences.event_types(9) == ["a", "b", "c"]
        assert await unit.audiences.event_types(2) == ["a", "b"]
