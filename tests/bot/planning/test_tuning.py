"""Admins tune schedules: every button and typed value, through the handlers, as updates come in."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import wiring
from bot.callbacks import pack
from bot.usecases import previewing, reconfiguring
from bot.views.schedules import GROUPS
from flows.config import Config, Schedule, load_config
from flows.entities import Configuration, JournalLine, Outgoing, Ticket, Timer
from flows.templates import templates
from storage.database import Database
from tests.bot.customers.stage import Somebody, Stage, buttons, make_stage
from tests.bot.planning.making import NOON, SHOP, World

LONG = "a" * 32
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what asks nothing new of the database."""


@pytest.fixture
async def stage(database: Database) -> Stage:
    made = await make_stage(database, wiring.handlers())
    made.clock.moment = NOON
    made.services.admins = {900, 902}
    made.services.config = load_config(SHOP)
    return made


@pytest.fixture
def admin(stage: Stage) -> Somebody:
    return Somebody(stage, 900, "Ada")


@pytest.fixture
def other(stage: Stage) -> Somebody:
    return Somebody(stage, 902, "Boris", "ru")


@pytest.fixture
def world(stage: Stage) -> World:
    made = World(stage.database, stage.services.config)
    made.services = stage.services
    made.clock = stage.clock  # type: ignore[assignment]
    return made


async def stored(stage: Stage) -> Config:
    found = await stage.use(reconfiguring.stored)
    assert isinstance(found, Config)
    return found


async def silent_trial(stage: Stage) -> Schedule:
    found = (await stored(stage)).schedule("silent-trial")
    assert found is not None
    return found


async def versions(stage: Stage) -> list[Configuration]:
    return [each for each in await stage.all(Configuration) if each.changes]


def text(row: Outgoing) -> str:
    return str(row.params["text"])


def answered(stage: Stage) -> str:
    return str(list(stage.answers.values())[-1].get("text", ""))


async def go(admin: Somebody, *labels: str) -> Outgoing:
    """Open /schedules and press one button after the other; give the last screen."""
    [row] = await admin.says("/schedules")
    for label in labels:
        [row] = await admin.chooses(row, label)
    return row


# -- who may ------------------------------------------------------------------------------------


@ON_SQLITE
async def test_nobody_else_sees_or_changes_anything(stage: Stage) -> None:
    stranger = Somebody(stage, 901)
    refusal = stage.services.words.say("en", "admin.only_admins")
    assert [text(row) for row in await stranger.says("/schedules")] == [refusal]
    for data in ("s:off:silent-trial", "s:v:silent-trial:cool:P60D:0", "s:a:silent-trial"):
        assert await stranger.presses(data) == []
        assert answered(stage) == refusal
    assert await versions(stage) == []


@ON_SQLITE
@given(data=st.text(max_size=50).map(lambda text: f"s:{text}"))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_data_of_a_button_is_survived(admin: Somebody, data: str) -> None:
    await admin.presses(data)


ACTIONS = {
    "l": 1, "la": 1, "o": 1, "on": 1, "off": 1, "a": 1, "r": 1, "d": 2, "g": 2, "e": 2, "v": 4,
    "t": 3, "p": 1, "sm": 2, "me": 1, "h": 2, "ha": 1, "u": 1, "uy": 2, "x": 1, "xt": 4, "xd": 3,
    "xf": 2, "n": 0, "np": 1, "nd": 3, "nt": 3, "nc": 4, "ny": 4,
}  # fmt: skip
PARTS = ["", "silent-trial", "zz", "-1", "#9", "+", "cool", "zzzzzzzzzzzz", "P3D", "win-back", "en"]


@ON_SQLITE
async def test_every_action_survives_wrong_arguments(stage: Stage, admin: Somebody) -> None:
    for action, count in ACTIONS.items():
        for turn in range(0, len(PARTS), 3):
            arguments = [PARTS[(turn + 3 * n) % len(PARTS)] for n in range(count)]
            await admin.presses(":".join(["s", action, *arguments]))


# -- the list, on and off -----------------------------------------------------------------------


async def test_the_list_opens_a_rule_in_words_and_switches_it(
    stage: Stage, admin: Somebody
) -> None:
    opened = await go(admin, "silent-trial")
    assert "Asks when 50% of the period of “trial_started” has passed." in text(opened)
    assert "support_contacted" in text(opened)
    [switched] = await admin.chooses(opened, "Switch off")
    assert "silent-trial · off" in text(switched)
    assert not (await silent_trial(stage)).enabled
    [version] = await versions(stage)
    assert (version.version, version.actor) == (1, "admin:900")
    assert version.changes == ("schedules[silent-trial].enabled: true → false",)
    [line] = await stage.all(JournalLine)
    assert (line.actor, line.kind) == ("admin:900", "config_changed")
    assert line.subject == "schedule:silent-trial"
    [back] = await admin.chooses(switched, "Switch on")
    assert "silent-trial · on" in text(back)


@ON_SQLITE
async def test_pressing_twice_changes_it_once(stage: Stage, admin: Somebody) -> None:
    await admin.presses("s:off:silent-trial")
    await admin.presses("s:off:silent-trial")
    assert len(await versions(stage)) == 1


@ON_SQLITE
async def test_a_schedule_that_is_gone_is_answered_kindly(stage: Stage, admin: Somebody) -> None:
    for data in ("s:o:gone", "s:on:gone", "s:a:gone", "s:v:gone:cool:P3D:0", "s:p:gone"):
        assert await admin.presses(data) == []
        assert answered(stage) == "This schedule is not in the configuration any more."


async def test_todays_numbers_are_in_the_list(world: World, admin: Somebody) -> None:
    for each in (await world.customer(), await world.customer("C-2", stopped=("*",))):
        await world.tell(each)
    for row in await world.tick():
        await world.deliver(row)
    listed = text(await go(admin))
    assert "asked 1 · delivered 1" in listed
    assert "held back 1" in listed


@ON_SQLITE
async def test_many_schedules_come_in_pages(stage: Stage, admin: Somebody) -> None:
    one = stage.services.config.schedules[0]
    many = tuple(one.model_copy(update={"id": f"s-{n:02}"}) for n in range(20))
    stage.services.config = stage.services.config.model_copy(update={"schedules": many})
    first = await go(admin)
    assert "s-07" in buttons(first)
    assert "s-08" not in buttons(first)
    last = await go(admin, "More", "More")
    assert "s-19" in buttons(last)
    assert "More" not in buttons(last)


# -- settings -----------------------------------------------------------------------------------


async def test_a_usual_value_is_set_shown_as_a_difference_and_taken_back(
    stage: Stage, admin: Somebody
) -> None:
    screen = await go(admin, "silent-trial", "Limits", "Cooldown")
    assert "Now: 30 days" in text(screen)
    assert "• 30 days" in buttons(screen)
    [tuned] = await admin.chooses(screen, "60 days")
    assert "30 days → 60 days" in text(tuned)
    assert str((await silent_trial(stage)).cooldown) == "P60D"
    [asked] = await admin.chooses(tuned, "Undo")
    assert "Cooldown: 60 days → 30 days" in text(asked)
    assert str((await silent_trial(stage)).cooldown) == "P60D"
    [undone] = await admin.chooses(asked, "Undo")
    assert "Taken back" in text(undone)
    assert str((await silent_trial(stage)).cooldown) == "P30D"
    assert len(await versions(stage)) == 2


async def test_a_typed_value_is_asked_for_again_until_it_fits(
    stage: Stage, admin: Somebody
) -> None:
    screen = await go(admin, "silent-trial", "Trigger", "Delay")
    [asking] = await admin.chooses(screen, "Type a value")
    assert "Such as “3 days”" in text(asking)
    [again] = await admin.says("three bananas")
    assert "could not read that" in text(again)
    assert await versions(stage) == []
    [tuned] = await admin.says("5 дней")
    assert "50% → 5 days" in text(tuned)
    assert str((await silent_trial(stage)).when.after) == "P5D"
    assert await stage.all(Timer) == []


@ON_SQLITE
async def test_what_is_typed_later_is_a_customers_word_again(stage: Stage, admin: Somebody) -> None:
    await go(admin, "silent-trial", "Trigger", "Delay", "Type a value", "Cancel")
    await admin.says("5 days")
    assert await versions(stage) == []
    assert len(await stage.all(Timer)) == 0
    await go(admin, "silent-trial", "Trigger", "Delay", "Type a value")
    assert "Cancelled" in text((await admin.says("/cancel"))[0])
    await go(admin, "silent-trial", "Trigger", "Delay", "Type a value")
    stage.clock.move(minutes=31)
    await admin.says("6 days")
    assert await versions(stage) == []


@ON_SQLITE
async def test_after_a_while_it_is_said_that_nothing_is_waited_for(
    stage: Stage, admin: Somebody
) -> None:
    await go(admin, "silent-trial", "Trigger", "Delay", "Type a value")
    [timer] = await stage.all(Timer)
    before = len(stage.sent)
    await stage.use(lambda work: wiring.timers()[timer.kind](work, timer))
    [row] = stage.sent[before:]
    assert "no longer wait" in text(row)


@ON_SQLITE
async def test_a_reply_elsewhere_is_no_value(stage: Stage, admin: Somebody) -> None:
    await go(admin, "silent-trial", "Trigger", "Delay", "Type a value")
    elsewhere = {"message_id": 3, "date": 1, "chat": admin.chat, "text": "?"}
    await admin.says("5 days", reply_to_message=elsewhere)
    assert await versions(stage) == []
    here = elsewhere | {"message_id": 7000}
    await admin.says("5 days", reply_to_message=here)
    assert len(await versions(stage)) == 1


@ON_SQLITE
async def test_an_admin_whom_nothing_is_asked_complains_like_anybody(
    stage: Stage, admin: Somebody
) -> None:
    rows = await admin.says("The tin was open")
    assert rows
    assert await stage.all(Ticket) == []


TYPED = [
    ("window", "9-18", "window", "09:00"),
    ("hold", "2.5%", "holdout", "2.5%"),
    ("cap", "2 per 90 days", "cap", "P90D"),
    ("prio", "70", "priority", "70"),
    ("tags", "eu, vip", "audience", "vip"),
    ("value", "100-500", "audience", "500"),
    ("compl", "1-3 / 30 days", "audience", "P30D"),
    ("zones", "Europe/*", "audience", "Europe/*"),
    ("unless", "support_contacted, contact", "unless", "contact"),
    ("name", "Silent", "title", "Silent"),
    ("event", "trial_begun", "when", "trial_begun"),
]


@ON_SQLITE
async def test_each_setting_takes_a_typed_value(stage: Stage, admin: Somebody) -> None:
    for version, (name, typed, path, value) in enumerate(TYPED):
        await admin.presses(pack("s", "t", "silent-trial", name, version))
        [tuned] = await admin.says(typed)
        assert "→" in text(tuned)
        found = (await silent_trial(stage)).model_dump(mode="json", by_alias=True)
        assert value in str(found[path])


WRONG = [
    ("prod", "nothing-we-sell"), ("lang", "pt"), ("zones", "Mars/*"),
    ("hold", "200%"), ("window", "20-10"), ("prio", "101"), ("value", "500-100"),
    ("event", "Ä!"), ("name", "x" * 65), ("tags", "y" * 5000), ("cap", "0 per 3 days"),
]  # fmt: skip


@ON_SQLITE
async def test_what_does_not_fit_is_said_where_it_was_typed(stage: Stage, admin: Somebody) -> None:
    for name, typed in WRONG:
        await admin.presses(f"s:t:silent-trial:{name}:0")
        [again] = await admin.says(typed)
        assert "Cancel" in buttons(again)
        assert await versions(stage) == []
        assert len(await stage.all(Timer)) == 1


@ON_SQLITE
async def test_choices_are_added_and_left_out(stage: Stage, admin: Somebody) -> None:
    screen = await go(admin, "silent-trial", "Audience", "Products")
    [chosen] = await admin.chooses(screen, "Monthly box")
    assert "all → Monthly box" in text(chosen)
    assert (await silent_trial(stage)).audience.product == ("pro",)
    [left] = await admin.chooses(chosen, "✓ Monthly box")
    assert (await silent_trial(stage)).audience.product == ()
    assert "Monthly box" in buttons(left)


# -- two admins ---------------------------------------------------------------------------------


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


# -- history ------------------------------------------------------------------------------------


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
    assert "open link: 1" in text(row)
    [row] = await admin.chooses(row, "Value")
    [row] = await admin.chooses(row, "100 or more")
    assert "Nobody who has opened their link is in this audience" in text(row)
    row = await go(admin, "History")
    assert "silent-trial · Value: now 100 or more" in text(row)

    config = await stored(stage)
    found = await stage.use(lambda work: previewing.meaning_nobody(work, config))
    assert [each.id for each in found] == ["silent-trial"]
    assert await stage.use(lambda work: previewing.meaning_nobody(work, load_config(SHOP))) == []


async def test_history_comes_in_pages(admin: Somebody) -> None:
    for version in range(9):
        value = ("P7D", "P14D")[version % 2]
        await admin.presses(f"s:v:silent-trial:cool:{value}:{version}")
    first = await go(admin, "silent-trial", "History")
    assert sum(label.startswith("Undo") for label in buttons(first)) == 6
    [older] = await admin.chooses(first, "Older")
    assert "Undo 1" in buttons(older)
    assert "Older" not in buttons(older)


# -- the whole schedule -------------------------------------------------------------------------


async def test_a_copy_is_off_and_has_an_id_of_its_own(stage: Stage, admin: Somebody) -> None:
    copy = await go(admin, "silent-trial", "Duplicate")
    assert "silent-trial-2 · off" in text(copy)
    made = (await stored(stage)).schedule("silent-trial-2")
    assert made is not None
    assert not made.enabled


async def test_an_archived_schedule_leaves_the_list_and_comes_back(
    stage: Stage, admin: Somebody
) -> None:
    await go(admin, "silent-trial", "Archive")
    assert not (await silent_trial(stage)).enabled
    listed = await go(admin)
    assert "silent-trial" not in buttons(listed)
    [back] = await admin.chooses(await go(admin, "Archived", "silent-trial"), "Bring back")
    assert "silent-trial · off" in text(back)
    assert "Switch on" in buttons(back)


# -- new ones -----------------------------------------------------------------------------------


async def test_a_schedule_is_made_of_a_template(stage: Stage, admin: Somebody) -> None:
    proposed = await go(admin, "New schedule", "After delivery", "Monthly box", "5 days")
    assert "after-delivery-2" in text(proposed)
    assert await versions(stage) == []
    [made] = await admin.chooses(proposed, "Create, switched off")
    assert "After delivery 2 · off" in text(made)
    found = (await stored(stage)).schedule("after-delivery-2")
    assert found is not None
    assert (str(found.when.after), found.audience.product) == ("P5D", ("pro",))
    [on] = await admin.chooses(made, "Switch on")
    assert "After delivery 2 · on" in text(on)


@ON_SQLITE
async def test_a_delay_is_typed_for_a_new_schedule(stage: Stage, admin: Somebody) -> None:
    await go(admin, "New schedule", "Low rating", "Type a value")
    assert "could not read" in text((await admin.says("later"))[0])
    [proposed] = await admin.says("2 hours")
    await admin.chooses(proposed, "Create, switched off")
    found = (await stored(stage)).schedule("low-rating")
    assert found is not None
    assert str(found.when.after) == "PT2H"
    [undo] = await admin.presses("s:u:1")
    await admin.chooses(undo, "Undo")
    found = (await stored(stage)).schedule("low-rating")
    assert found is not None
    assert found.archived


# -- words --------------------------------------------------------------------------------------


@ON_SQLITE
async def test_words_are_typed_language_by_language(stage: Stage, admin: Somebody) -> None:
    await go(admin, "silent-trial", "Words", "Write words of its own")
    [wrong] = await admin.says("Hello {nmae}")
    assert "Cancel" in buttons(wrong)
    [ru] = await admin.says("Hello {name}")
    assert "The words in Russian" in text(ru)
    await admin.says("Привет, {name}")
    [done] = await admin.says("你好 {name}")
    assert "Hello {name}" in text(done)
    assert (await silent_trial(stage)).text == {
        "en": "Hello {name}", "ru": "Привет, {name}", "zh": "你好 {name}"
    }  # fmt: skip
    [asking] = await admin.chooses(done, "Change RU")
    assert "Привет, {name}" in text(asking)
    await admin.says("Здравствуйте, {name}")
    assert (await silent_trial(stage)).text["ru"] == "Здравствуйте, {name}"  # type: ignore[index]


@ON_SQLITE
async def test_a_second_wording_makes_variants_and_leaving_one_out_a_single_text(
    stage: Stage, admin: Somebody
) -> None:
    await go(admin, "silent-trial", "Words", "Write words of its own")
    for said in ("One", "Раз", "一"):
        await admin.says(said)
    await go(admin, "silent-trial", "Words", "Try another wording beside it")
    for said in ("Two", "Два", "二"):
        [row] = await admin.says(said)
    assert [each.id for each in (await silent_trial(stage)).variants] == ["a", "b"]
    [row] = await admin.chooses(row, "Leave out a")
    assert (await silent_trial(stage)).text["en"] == "Two"  # type: ignore[index]
    [row] = await admin.chooses(row, "Use the conversation's own words")
    assert (await silent_trial(stage)).text is None


# -- before it is on ----------------------------------------------------------------------------


async def test_preview_sample_and_a_test_message(
    stage: Stage, world: World, admin: Somebody
) -> None:
    anna = await world.customer()
    await world.tell(anna, days_ago=6)
    opened = await go(admin, "silent-trial")
    [preview] = await admin.chooses(opened, "Next 7 days")
    assert "Audience with an open link: 1" in text(preview)
    [sample] = await admin.chooses(opened, "Sample")
    assert "C-1" in text(sample)
    assert "[ All fine ]" in text(sample)
    [russian] = await admin.chooses(sample, "RU")
    assert "[ Всё хорошо ]" in text(russian)
    [test] = await admin.chooses(opened, "Send it to me")
    assert text(test).startswith("Test: ")
    await admin.chooses(test, "All fine")
    assert "This is a test" in answered(stage)


# -- every screen -------------------------------------------------------------------------------


@ON_SQLITE
@pytest.mark.parametrize("language", ["en", "ru", "zh"])
async def test_every_screen_fits_a_phone_in_every_language(stage: Stage, language: str) -> None:
    admin = Somebody(stage, 900, "Ada", language)
    one = stage.services.config.schedules[0].model_copy(update={"id": LONG})
    stage.services.config = stage.services.config.model_copy(update={"schedules": (one,)})
    rows: list[Outgoing] = [*await admin.says("/schedules")]
    await admin.presses(f"s:v:{LONG}:cool:P14D:0")
    presses = ["l:0", "la:0", "ha:0", "n", "u:1", f"x:{LONG}", f"p:{LONG}", f"h:{LONG}:0"]
    presses += [f"sm:{LONG}:{language}", f"o:{LONG}"]
    presses += [f"g:{LONG}:{group}" for group in GROUPS]
    names = [name for group in GROUPS.values() for name in group] + ["window", "hold", "name"]
    presses += [f"e:{LONG}:{name}" for name in names]
    presses += [f"t:{LONG}:{name}:1" for name in names]
    presses += [f"np:{key}" for key in templates()]
    for data in presses:
        rows += await admin.presses(f"s:{data}")
    assert len(rows) == len(presses) + 1
    for row in rows:
        assert "{" not in text(row).replace("{name}", "").replace("{product}", "")
        assert len(text(row)) < 2500
        for data in buttons(row).values():
            assert len(data.encode()) <= 64
