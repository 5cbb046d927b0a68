"""A whole schedule: copied, archived, made of a template, given words, tried before it is on."""

from tests.bot.asks.making import World
from tests.bot.console.pressing import ON_SQLITE, answered, go, silent_trial, stored, text, versions
from tests.bot.stage import Somebody, Stage, buttons


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
    [asking] = await admin.chooses(done, "Change: Russian")
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


async def test_preview_sample_and_a_test_message(
    stage: Stage, world: World, admin: Somebody
) -> None:
    anna = await world.customer()
    await world.tell(anna, days_ago=6)
    opened = await go(admin, "silent-trial")
    [preview] = await admin.chooses(opened, "Next 7 days")
    assert "Audience who can be reached: 1" in text(preview)
    [sample] = await admin.chooses(opened, "Sample")
    assert "C-1" in text(sample)
    assert "[ All fine ]" in text(sample)
    [russian] = await admin.chooses(sample, "Russian")
    assert "[ Всё хорошо ]" in text(russian)
    [test] = await admin.chooses(opened, "Send it to me")
    assert text(test).startswith("Test: ")
    await admin.chooses(test, "All fine")
    assert "This is a test" in answered(stage)
