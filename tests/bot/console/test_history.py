"""Who changed what: two admins at once, undo, the history."""

from bot.asks import preview
from flows.config import load_config
from tests.bot.asks.making import SHOP, World
from tests.bot.console.pressing import ON_SQLITE, answered, go, silent_trial, stored, text
from tests.bot.stage import Somebody, Stage, buttons


async def test_what_somebody_else_changed_is_shown_and_not_overwritten(
    stage: Stage, admin: Somebody, other: Somebody
) -> None:
    old = await go(admin, "silent-trial", "Limits", "Cooldown")
    await other.presses("s:v:silent-trial:cool:P14D:0")
    [fresh] = await admin.chooses(old, "60 days")
    assert "Now: 14 days" in text(fresh)
    assert "Somebody has changed this meanwhile" in answered(stage)
    assert str((await silent_trial(stage)).cooldown) == "P14D"
    await admin.chooses(fresh, "60 days")
    assert str((await silent_trial(stage)).cooldown) == "P60D"


@ON_SQLITE
async def test_what_somebody_else_changed_beside_it_does_not_matter(
    stage: Stage, admin: Somebody, other: Somebody
) -> None:
    old = await go(admin, "silent-trial", "Limits", "Cooldown")
    await other.presses("s:v:silent-trial:hold:20%:0")
    await admin.chooses(old, "60 days")
    tuned = await silent_trial(stage)
    assert (str(tuned.cooldown), str(tuned.holdout)) == ("P60D", "20%")


async def test_both_press_at_once(stage: Stage, admin: Somebody, other: Somebody) -> None:
    data = "s:v:silent-trial:cool:P14D:0", "s:v:silent-trial:cool:P60D:0"
    await stage.take(admin.press_of(data[0]), other.press_of(data[1]))
    assert str((await silent_trial(stage)).cooldown) == "P14D"
    assert "тем временем" in answered(stage)


async def test_undo_waits_for_what_was_changed_since(
    stage: Stage, admin: Somebody, other: Somebody
) -> None:
    await admin.presses("s:v:silent-trial:cool:P14D:0")
    await other.presses("s:v:silent-trial:cool:P60D:1")
    [refused] = await admin.presses("s:u:1")
    assert "cannot be taken back" in text(refused)
    assert "Cooldown" in text(refused)
    await admin.presses("s:uy:1:2")
    assert str((await silent_trial(stage)).cooldown) == "P60D"


async def test_history_says_who_changed_what(
    stage: Stage, admin: Somebody, other: Somebody
) -> None:
    await admin.presses("s:v:silent-trial:cool:P14D:0")
    await other.presses("s:v:after-delivery:hold:20%:1")
    await other.presses("s:v:silent-trial:hold:5%:2")
    shown = text(await go(admin, "silent-trial", "History"))
    assert "Ada" in shown
    assert "Boris" in shown
    assert "Cooldown: 30 days → 14 days" in shown
    assert "Holdout: 0% → 5%" in shown
    assert "20%" not in shown
    assert "20%" in text(await go(admin, "History"))


@ON_SQLITE
async def test_an_audience_without_anybody_is_said_where_it_is_made(
    stage: Stage, world: World, admin: Somebody
) -> None:
    await world.customer(value=10)
    row = await go(admin, "silent-trial", "Audience")
    assert "can be reached: 1" in text(row)
    [row] = await admin.chooses(row, "Value")
    [row] = await admin.chooses(row, "100 or more")
    assert "Nobody who can be reached is in this audience" in text(row)
    row = await go(admin, "History")
    assert "silent-trial · Value: now 100 or more" in text(row)

    config = await stored(stage)
    found = await stage.use(lambda work: preview.meaning_nobody(work, config))
    assert [each.id for each in found] == ["silent-trial"]
    assert await stage.use(lambda work: preview.meaning_nobody(work, load_config(SHOP))) == []


async def test_history_comes_in_pages(admin: Somebody) -> None:
    for version in range(9):
        value = ("P7D", "P14D")[version % 2]
        await admin.presses(f"s:v:silent-trial:cool:{value}:{version}")
    first = await go(admin, "silent-trial", "History")
    assert sum(label.startswith("Undo") for label in buttons(first)) == 6
    [older] = await admin.chooses(first, "Older")
    assert "Undo 1" in buttons(older)
    assert "Older" not in buttons(older)


@ON_SQLITE
async def test_events_are_known_by_their_titles_and_typed_by_either(
    stage: Stage, admin: Somebody, other: Somebody
) -> None:
    shown = await other.presses("s:g:silent-trial:when")
    assert "Начало пробного периода" in text(shown[0])
    [asked] = await other.presses("s:t:silent-trial:event:0")
    assert "Начало пробного периода (trial_started)" in text(asked)
    await other.says("заказ доставлен")
    await admin.presses("s:t:silent-trial:unless:1")
    await admin.says("Order returned, converted, A message to this bot")
    tuned = await silent_trial(stage)
    assert tuned.when.event == "order_delivered"
    assert tuned.unless == ("order_returned", "converted", "contact")
    history = text(await go(admin, "silent-trial", "History"))
    assert "Event: Trial started → Order delivered" in history
    assert "Became a paying customer" in history
    assert not any(each in history for each in ("trial_started", "order_delivered", "converted"))


@ON_SQLITE
async def test_a_language_is_known_by_its_name(stage: Stage, other: Somebody) -> None:
    await other.presses("s:t:silent-trial:lang:0")
    [set_] = await other.says("русский, zh")
    assert (await silent_trial(stage)).audience.language == ("ru", "zh")
    assert "Русский, Китайский" in text(set_)
