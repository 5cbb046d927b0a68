"""Each setting of a schedule: pressed, typed, refused where it was typed."""

import pytest

from bot import wiring
from bot.core.callbacks import pack
from flows.asks.tuning import value_at
from flows.entities import Ticket, Timer
from tests.bot.console.pressing import ON_SQLITE, go, silent_trial, text, versions
from tests.bot.stage import Somebody, Stage, buttons


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
    await stage.use(lambda work: wiring.engine().timers[timer.kind](work, timer))
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
    rows = await admin.says("The tin was broken")
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


@ON_SQLITE
async def test_what_a_chinese_keyboard_gives_is_read(stage: Stage, admin: Somebody) -> None:
    for version, (name, typed) in enumerate((("hold", "１０％"), ("window", "10：00～20：00"))):
        await admin.presses(pack("s", "t", "silent-trial", name, version))
        assert "→" in text((await admin.says(typed))[0])
    found = await silent_trial(stage)
    assert str(found.holdout) == "10%"
    assert found.window is not None
    assert str(found.window.opens) == "10:00"


@ON_SQLITE
@pytest.mark.parametrize(
    ("language", "name", "path"),
    [
        ("en", "name", "title"), ("ru", "name", "title"), ("zh", "name", "title"),
        ("en", "cap", "cap"), ("ru", "cap", "cap"), ("zh", "cap", "cap"),
        ("ru", "tags", "audience"), ("en", "window", "window"),
    ],
)  # fmt: skip
async def test_what_is_shown_for_nothing_clears_a_setting(
    stage: Stage, admin: Somebody, language: str, name: str, path: str
) -> None:
    values = {"name": "Silent", "cap": "2 per 90 days", "tags": "eu", "window": "9-18"}
    nothing = stage.services.words.say(language, f"tuning.empty_{name}")
    before = value_at(await silent_trial(stage), [path])
    admin.user["language_code"] = language
    await admin.presses(pack("s", "t", "silent-trial", name, 0))
    await admin.says(values[name])
    assert value_at(await silent_trial(stage), [path]) != before
    await admin.presses(pack("s", "t", "silent-trial", name, 1))
    [cleared] = await admin.says(nothing.upper())
    assert f"→ {nothing}" in text(cleared)
    assert value_at(await silent_trial(stage), [path]) == before


@ON_SQLITE
async def test_a_button_clears_the_name(stage: Stage, admin: Somebody) -> None:
    await admin.presses(pack("s", "t", "silent-trial", "name", 0))
    [named] = await admin.says("Silent")
    [cleared] = await admin.chooses(named, "none")
    assert "Silent → none" in text(cleared)
    assert (await silent_trial(stage)).title is None


@ON_SQLITE
async def test_no_cooldown_is_called_the_same_everywhere(stage: Stage, admin: Somebody) -> None:
    await admin.presses(pack("s", "t", "silent-trial", "cool", 0))
    [tuned] = await admin.says("none")
    assert "30 days → none of its own" in text(tuned)
    history = await go(admin, "silent-trial", "History")
    assert "Cooldown: 30 days → none of its own" in text(history)
