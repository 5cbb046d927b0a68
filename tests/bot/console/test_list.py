"""/schedules: who may see it, what it shows, on and off."""

from flows.entities import JournalLine
from tests.bot.asks.making import World
from tests.bot.console.pressing import ON_SQLITE, answered, go, silent_trial, text, versions
from tests.bot.stage import Somebody, Stage, buttons


@ON_SQLITE
async def test_nobody_else_sees_or_changes_anything(stage: Stage) -> None:
    stranger = Somebody(stage, 901)
    refusal = stage.services.words.say("en", "admin.only_admins")
    assert [text(row) for row in await stranger.says("/schedules")] == [refusal]
    for data in ("s:off:silent-trial", "s:v:silent-trial:cool:P60D:0", "s:a:silent-trial"):
        assert await stranger.presses(data) == []
        assert answered(stage) == refusal
    assert await versions(stage) == []


async def test_the_list_opens_a_rule_in_words_and_switches_it(
    stage: Stage, admin: Somebody
) -> None:
    opened = await go(admin, "silent-trial")
    assert "Asks when 50% of the period of “Trial started” has passed." in text(opened)
    assert "Support contacted" in text(opened)
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
