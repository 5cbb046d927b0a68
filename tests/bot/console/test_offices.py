"""Who looks after the bot: listed, invited, added and removed, and never nobody."""

from datetime import timedelta

import pytest

from bot import wiring
from bot.core.work import Work
from bot.desk import groups
from bot.identity.offices import appoint
from flows.entities import Admin, Group
from flows.entities.kinds import Role
from storage.database import Database
from tests.bot.stage import NOON, Somebody, Stage, buttons, make_stage


@pytest.fixture
async def stage(database: Database) -> Stage:
    made = await make_stage(database, wiring.handlers())

    async def claimed(work: Work) -> None:
        await appoint(work, 900, "Ada", Role.OWNER, "admin:900")

    await made.use(claimed)
    return made


@pytest.fixture
def owner(stage: Stage) -> Somebody:
    return Somebody(stage, 900, "Ada")


@pytest.fixture
def boris(stage: Stage) -> Somebody:
    return Somebody(stage, 902, "Boris")


async def test_the_list_says_who_and_what(stage: Stage, owner: Somebody) -> None:
    [listed] = await owner.says("/admins")
    assert "• Ada · 900 · owner" in listed.params["text"]
    assert list(buttons(listed)) == ["Remove Ada", "Invite an admin"]


async def test_an_invitation_makes_one_admin_once(
    stage: Stage, owner: Somebody, boris: Somebody
) -> None:
    [listed] = await owner.says("/admins")
    [shown] = await owner.chooses(listed, "Invite an admin")
    token = shown.params["text"].partition("?start=")[2].split()[0]
    told = await boris.says(f"/start {token}")
    assert "You look after this bot now" in boris.told(told)[0]
    assert owner.told(told) == ["Boris looks after this bot now."]
    again = await Somebody(stage, 903, "Mallory").says(f"/start {token}")
    assert "no longer valid" in again[0].params["text"]
    assert {each.telegram_id: each.role for each in await stage.all(Admin)} == {
        900: "owner",
        902: "admin",
    }


async def test_an_invitation_ends_after_a_day_and_with_its_owner(
    stage: Stage, owner: Somebody, boris: Somebody
) -> None:
    [listed] = await owner.says("/admins")
    [shown] = await owner.chooses(listed, "Invite an admin")
    token = shown.params["text"].partition("?start=")[2].split()[0]
    stage.clock.moment = NOON + timedelta(days=1, minutes=1)
    await boris.says(f"/start {token}")
    assert 902 not in stage.services.admins
    for wrong in ("admin-", "admin-nothing", "admin-x:y"):
        await boris.says(f"/start {wrong}")
    assert 902 not in stage.services.admins


async def test_an_admin_appoints_nobody_and_reads_who_does(
    stage: Stage, owner: Somebody, boris: Somebody
) -> None:
    await owner.says("/admins add 902")
    assert 902 in stage.services.admins
    for command in ("/admins add 903", "/admins remove 900"):
        [refused] = await boris.says(command)
        assert refused.params["text"] == (
            "Choose admins: that is for the owner of this bot. Ask Ada."
        )
    for data in ("o:remove:p0", "o:invite:0", "o:ask:p0"):
        assert await boris.presses(data) == []
        assert "owner of this bot" in list(stage.answers.values())[-1]["text"]
    assert {each.telegram_id for each in await stage.all(Admin)} == {900, 902}


async def test_who_is_removed_can_do_nothing_any_more(
    stage: Stage, owner: Somebody, boris: Somebody
) -> None:
    await owner.says("/admins add 902")
    [listed] = await owner.says("/admins")
    [sure] = await owner.chooses(listed, "Remove 902")
    assert 902 in stage.services.admins
    await owner.chooses(sure, "Yes, remove 902")
    assert 902 not in stage.services.admins
    [refused] = await boris.says("/why C-1")
    assert "people who look after this bot" in refused.params["text"]
    assert {each.telegram_id for each in await stage.all(Admin)} == {900}


async def test_the_private_desk_of_who_is_removed_is_closed(
    stage: Stage, owner: Somebody, boris: Somebody
) -> None:
    await owner.says("/admins add 902")
    await stage.use(lambda work: groups.bind_privately(work, 902))
    assert 902 in stage.services.groups
    await owner.says("/admins remove 902")
    assert 902 not in stage.services.groups
    assert await stage.all(Group) == []


@pytest.mark.parametrize("way", ["/admins remove 900", "o:remove:p0"])
async def test_the_last_owner_stays(stage: Stage, owner: Somebody, way: str) -> None:
    await owner.says("/admins add 902")
    [told] = await (owner.says(way) if way.startswith("/") else owner.presses(way))
    assert "the last person who decides about admins" in told.params["text"]
    assert stage.services.owners == {900}


async def test_who_is_named_elsewhere_is_taken_out_there(stage: Stage, owner: Somebody) -> None:
    roles = stage.services.config.roles.model_copy(update={"admin": (904,)})
    stage.services.config = stage.services.config.model_copy(update={"roles": roles})
    stage.services.settings = stage.services.settings.model_copy(update={"owner_ids": (905,)})
    stage.services.admins |= {904, 905}
    [listed] = await owner.says("/admins")
    assert "904 · admin (in the configuration)" in listed.params["text"]
    assert "905 · owner (in VERSO_OWNER_IDS)" in listed.params["text"]
    assert "Remove 904" not in buttons(listed)
    assert "roles.admin" in (await owner.says("/admins remove 904"))[0].params["text"]
    assert "VERSO_OWNER_IDS" in (await owner.says("/admins remove 905"))[0].params["text"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/admins add", "Type /admins,"),
        ("/admins promote 7", "Type /admins,"),
        ("/admins add @nobody", "I do not know @⁠nobody"),
        ("/admins add 0", "I do not know 0"),
        ("/admins add 99999999999999999999", "I do not know 9"),
        ("/admins add 900", "They already are."),
        ("/admins remove 777", "They are not an admin."),
    ],
)
async def test_bad_input_is_answered(stage: Stage, owner: Somebody, typed: str, said: str) -> None:
    assert said in (await owner.says(typed))[0].params["text"]
    assert len(await stage.all(Admin)) == 1
