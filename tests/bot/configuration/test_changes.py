"""The one door through which the configuration changes."""

import asyncio
from typing import Any

import pytest

from bot import wiring
from bot.configuration import changes
from bot.configuration.changes import Unchanged
from bot.configuration.current import FILE, load_services
from bot.core.work import Work
from bot.desk import groups
from flows.config import Config, ConfigError, load_config
from flows.entities import Configuration, Group, JournalLine
from flows.entities.lifecycle import Person
from storage.database import Database
from tests.bot.asks.making import SHOP
from tests.bot.stage import Stage, make_stage
from tests.databases import on_both

ACTOR = "admin:900"
MIRA = Person(800, "Mira")
LIMITED = load_config(SHOP + "limits: {asks: 5}\n")
COOLER = load_config(SHOP + "limits: {asks: 5, cooldown: P9D}\n")


@pytest.fixture
async def stage(database: Database) -> Stage:
    made = await make_stage(database, wiring.handlers())
    made.services.config = load_config(SHOP)
    return made


async def change(stage: Stage, config: Config, actor: str = ACTOR) -> Configuration:
    async def act(work: Work) -> Configuration:
        made = await changes.change(work, config, actor)
        assert work.config_changed
        return made

    made = await stage.use(act)
    assert isinstance(made, Configuration)
    return made


async def test_every_change_is_a_version_with_who_and_what(stage: Stage) -> None:
    first, second = await change(stage, LIMITED), await change(stage, COOLER, "cli:olga")
    assert (first.version, first.changes) == (1, ("limits.asks: 2 → 5",))
    assert (second.version, second.actor) == (2, "cli:olga")
    assert load_config(second.source) == COOLER == await stage.use(changes.stored)
    lines = [(each.actor, each.subject, each.data) for each in await stage.all(JournalLine)]
    assert lines[1] == ("cli:olga", "config", {"version": 2, "changed": ["limits.cooldown"]})


async def test_what_is_so_already_makes_no_version(stage: Stage) -> None:
    await change(stage, LIMITED)
    with pytest.raises(Unchanged):
        await change(stage, LIMITED)
    assert await stage.use(changes.current_version) == 1


async def test_what_a_file_could_not_say_is_refused_whole(stage: Stage) -> None:
    one = LIMITED.schedules[0]
    lost = one.model_copy(update={"flow": "no_such_flow"})
    wrong = LIMITED.model_copy(update={"schedules": (lost,)})
    with pytest.raises(ConfigError, match="no_such_flow"):
        await change(stage, wrong)
    assert await stage.use(changes.current_version) == 0
    assert await stage.all(Configuration) == []


@on_both
async def test_two_changes_at_once_are_two_versions(stage: Stage) -> None:
    def with_name(name: str) -> Config:
        brand = LIMITED.brand.model_copy(update={"name": name})
        return LIMITED.model_copy(update={"brand": brand})

    made = await asyncio.gather(
        *(change(stage, with_name(name)) for name in ("A", "B", "C")), return_exceptions=True
    )
    assert sorted(each.version for each in made) == [1, 2, 3]  # type: ignore[union-attr]


async def test_an_undo_is_a_version_and_can_be_undone(stage: Stage) -> None:
    await change(stage, LIMITED)
    await change(stage, COOLER)

    async def undo(work: Work, version: int) -> Any:
        return await changes.undo(work, version, ACTOR)

    made = await stage.use(lambda work: undo(work, 1))
    assert made.changes == ("limits.asks: 5 → 2",)
    await stage.use(lambda work: undo(work, made.version))
    assert await stage.use(changes.stored) == COOLER
    assert await stage.use(lambda work: undo(work, 99)) is None


async def test_a_file_makes_versions_and_says_what_it_replaces(stage: Stage, tmp_path: Any) -> None:
    file = tmp_path / "verso.yaml"
    settings = stage.services.settings.model_copy(update={"owner_ids": (900,)})

    async def start(text: str) -> list[str]:
        file.write_text(text, "utf-8")
        before = {row.id for row in await stage.rows()}
        await load_services(stage.database, settings, stage.clock, file)
        return [row.params["text"] for row in await stage.rows() if row.id not in before]

    assert await start(SHOP) == []
    await change(stage, LIMITED)
    assert await start(SHOP) == []
    assert await stage.use(changes.stored) == LIMITED
    [told] = await start(SHOP + "guardrail: {share: 5%}\n")
    assert "verso.yaml" in told
    assert "limits.asks: 5 → 2" in told
    assert "guardrail" not in told
    actors = [each.actor for each in await stage.all(Configuration) if each.changes]
    assert actors == [FILE, ACTOR, FILE]
    assert await start(SHOP + "guardrail: {share: 6%}\n") == []


async def test_setup_names_the_chat_and_freeing_the_group_forgets_it(stage: Stage) -> None:
    team = {"id": "support", "categories": ["*"]}
    stage.services.config = Config.model_validate({"teams": [team]})
    stage.services.groups = {}

    async def chat() -> int | None:
        config = await stage.use(changes.stored)
        found: int | None = config.teams[0].chat
        return found

    async def bind(work: Work) -> None:
        group = await groups.bind(work, MIRA, -1005, "Staff", forum=True, team="")
        assert isinstance(group, Group)
        work.services.groups[group.chat_id] = group

    await stage.use(bind)
    await stage.use(bind)
    assert await chat() == -1005
    await stage.use(lambda work: groups.group_moved(work, -1005, -1006))
    assert await chat() == -1006
    await stage.use(lambda work: groups.unbind(work, -1006))
    assert await chat() is None
    actors = [each.actor for each in await stage.all(Configuration) if each.changes]
    assert actors == ["group:-1005", "group:-1006", "group:-1006"]
