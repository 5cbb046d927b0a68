"""The doctor over the sandbox: what is wrong is found, named, and comes with a remedy."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.cli.client import Answer, BotClient
from bot.cli.doctor.examination import examine
from bot.cli.doctor.groups import check_groups
from bot.cli.doctor.missing import check_names
from bot.cli.doctor.report import Line
from bot.cli.doctor.telegram import check_clock
from bot.sandbox import Group, RunningSandbox, SandboxBot, running_sandbox
from bot.settings import Settings
from flows.config import dump_config, load_config
from flows.entities import Customer, CustomerId, Event, EventId
from flows.entities import Group as Bound
from flows.entities.facts import CONFIG
from storage.database import Database
from tests.bot.making import NOW, settings
from tests.databases import on_both
from tests.proxies import tiny_proxy


@dataclass
class Place:
    """An installation on a sandbox, its settings easily changed."""

    sandbox: RunningSandbox
    bot: SandboxBot
    group: Group
    database_url: str
    folder: Path

    def settings(self, **given: object) -> Settings:
        made = {
            "bot_token": self.bot.token,
            "bot_api_url": self.sandbox.url,
            "database_url": self.database_url,
            "config": self.folder / "verso.yaml",
        }
        return settings(**made | given)

    async def lines(self, **given: object) -> dict[str, Line]:
        found = await examine(self.settings(**given))
        assert all(line.remedy for line in found if not line.ok)
        assert self.bot.token not in str(found)
        return {line.name: line for line in found}

    async def bind(self, chat_id: int) -> None:
        database = await Database.open(self.database_url)
        async with database.unit() as unit:
            unit.add(Bound(chat_id, "support", "Staff", True, NOW))
            await unit.commit()
        await database.close()


@pytest.fixture
async def place(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    for name in [each for each in os.environ if each.startswith("VERSO_")]:
        monkeypatch.delenv(name)  # of whoever runs the tests
    async with running_sandbox() as sandbox:
        bot = await sandbox.create_bot(username="tea_bot")
        anna = await sandbox.create_user(first_name="Anna")
        group = await sandbox.create_group(
            anna, bot, title="Staff", forum=True, admins={bot.id: None}
        )
        yield Place(sandbox, bot, group, database_url, tmp_path)


async def test_a_whole_installation_is_whole(place: Place) -> None:
    await place.bind(place.group.id)
    (place.folder / "verso.yaml").write_text("limits: {asks: 3}\n", "utf-8")
    lines = await place.lines()
    assert [line for line in lines.values() if not line.ok] == []
    assert "@tea_bot" in lines["token"].finding
    assert "one topic per ticket" in lines["group of support"].finding
    names = {"token", "mode", "database", "privacy mode", "clock", "links", "flows"}
    assert names <= set(lines)


async def test_a_token_that_telegram_does_not_know(place: Place) -> None:
    wrong = "111111111:AAEwrongwrongwrongwrongwrongwrongwrong"
    lines = await place.lines(bot_token=wrong)
    assert not lines["token"].ok
    assert wrong not in str(lines)


async def test_a_server_that_is_not_there(place: Place) -> None:
    await place.bind(place.group.id)
    lines = await place.lines(bot_api_url="http://127.0.0.1:9")
    assert "VERSO_BOT_API_URL" in lines["telegram"].remedy
    assert lines["database"].ok


async def test_the_way_through_a_proxy(place: Place) -> None:
    async with tiny_proxy("http", asks=True) as proxy:
        lines = await place.lines(proxy=proxy.address("anna:p%40ss%25word"))
        assert f"through {proxy.address()} (VERSO_PROXY), connected in" in lines["telegram"].finding
        assert lines["token"].ok
        lines = await place.lines(proxy=proxy.address("anna:wr0ng-one"))
        assert "does not take the name" in lines["telegram"].finding
        assert "@ as %40" in lines["telegram"].remedy
        assert "token" not in lines
        assert "wr0ng" not in str(lines)
    async with tiny_proxy("socks5", babbles=b"SSH-2.0-OpenSSH_9.2\r\n") as other:
        lines = await place.lines(proxy=other.address())
        assert "Check the scheme in VERSO_PROXY" in lines["telegram"].remedy
    assert (await place.lines())["telegram"].finding.startswith("directly, connected in")


async def test_groups_that_do_not_work(place: Place) -> None:
    lines = await place.lines()
    assert "/setup" in lines["groups"].remedy
    await place.bind(-100999999)
    assert "cannot be reached" in (await place.lines())["group of support"].finding


async def test_a_group_in_which_topics_may_not_be_made(place: Place) -> None:
    anna = await place.sandbox.create_user(first_name="Boris")
    weak = await place.sandbox.create_group(anna, place.bot, title="Weak", forum=True)
    await place.bind(weak.id)
    lines = await place.lines()
    assert "manage topics" in lines["group of support"].remedy
    assert "/setprivacy" in lines["privacy mode"].remedy


@pytest.mark.parametrize(
    ("chat", "member", "name", "remedy"),
    [
        ({}, {"status": "administrator", "can_manage_topics": True}, "", ""),
        (
            {"permissions": {"can_send_messages": False}},
            {"status": "member"},
            "writing to support",
            "let its members send messages",
        ),
        (
            {},
            {"status": "restricted", "is_member": True, "can_send_messages": True},
            "writing to support",
            "let its members send photos",
        ),
        (
            {"available_reactions": [{"type": "emoji", "emoji": "👍"}]},
            {"status": "administrator", "can_manage_topics": True},
            "marks for support",
            "Allow 👌",
        ),
    ],
)
async def test_what_a_group_does_not_let_the_bot_do(
    chat: dict[str, object], member: dict[str, object], name: str, remedy: str
) -> None:
    class Telegram(BotClient):
        async def call(self, method: str, **_params: object) -> Answer:
            told = {"title": "Staff", **chat} if method == "getChat" else member
            return Answer(ok=True, code=200, description="", result=told, server_time=None)

    found = await check_groups(Telegram(settings()), 1, [(-100, "support")])
    wrong = {line.name: line.remedy for line in found.lines if not line.ok}
    assert list(wrong) == ([name] if name else [])
    assert remedy in wrong.get(name, "")


async def test_who_else_may_read_a_group() -> None:
    class Telegram(BotClient):
        async def call(self, method: str, **_params: object) -> Answer:
            told: object = {"status": "administrator", "can_manage_topics": True}
            if method == "getChat":
                told = {"title": "Staff", "username": "tea_lovers", "linked_chat_id": -100999}
            if method == "getChatAdministrators":
                told = [{"status": "creator", "is_anonymous": True}, {"status": "administrator"}]
            return Answer(ok=True, code=200, description="", result=told, server_time=None)

    found = await check_groups(Telegram(settings()), 1, [(-100, "support")])
    wrong = {line.name: line.finding for line in found.lines if not line.ok}
    assert "@tea_lovers is public" in wrong["readers of support"]
    assert "belongs to a channel" in wrong["channel of support"]
    [anonymous] = [line for line in found.lines if line.name == "anonymous in support"]
    assert anonymous.finding.startswith("1 of its administrators write as the group")


def test_names_that_nothing_reads() -> None:
    config = load_config(
        "webhooks: [{id: shop, url: 'https://shop.example/', secret: VERSO_SHOP, events: ['*']}]\n"
    )
    assert check_names({"VERSO_CONFIG": "", "PATH": "", "VERSO_SHOP": ""}, config).ok
    line = check_names({"VERSO_OWNER_ID": "1", "VERSO_SHOP": ""}, config)
    assert (line.ok, line.finding) == (False, "nothing reads VERSO_OWNER_ID")
    assert "Did you mean VERSO_OWNER_IDS?" in line.remedy
    assert "Did you mean" not in check_names({"VERSO_XYZZY": ""}, config).remedy


async def test_a_named_file_that_is_not_there_and_an_event_that_never_comes(place: Place) -> None:
    config = load_config(
        "schedules:\n"
        "  - {id: trial, when: {event: trail_started}, flow: check_in}\n"
        "  - {id: off, when: {event: never_told}, flow: check_in, enabled: false}\n"
        "  - {id: bought, when: {event: purchase}, flow: check_in}\n"
    )
    database = await Database.open(place.database_url)
    async with database.unit() as unit:
        unit.add(Customer(CustomerId(1), "ann-17", NOW))
        for number, kind in enumerate(("purchase", "trial_started")):
            unit.add(Event(EventId(number), kind, CustomerId(1), kind, NOW, NOW))
        await unit.facts.set(CONFIG, dump_config(config))
        await unit.commit()
    await database.close()
    lines = await place.lines(config=place.folder / "nope.yaml")
    assert "nope.yaml, which is named, is not there" in lines["configuration"].finding
    assert "trial_started" in lines["schedule trial"].finding
    assert not {"schedule off", "schedule bought"} & set(lines)


async def test_a_team_that_no_group_answers_for(place: Place) -> None:
    config = (
        "teams: [{id: support}, {id: tasting, categories: [taste]}]\n"
        "categories: [{id: taste, title: {en: Taste, ru: Вкус, zh: 口味}}]\n"
    )
    database = await Database.open(place.database_url)
    async with database.unit() as unit:
        await unit.facts.set(CONFIG, dump_config(load_config(config)))
        await unit.commit()
    await database.close()
    await place.bind(place.group.id)
    lines = await place.lines()
    assert "/setup tasting" in lines["team tasting"].remedy
    assert "team support" not in lines


@on_both
async def test_another_program_that_reads_the_updates(place: Place) -> None:
    url = f"{place.sandbox.bot_url}{place.bot.token}/getUpdates"
    started = asyncio.Event()

    async def other() -> None:
        offset = 0
        async with ClientSession() as session:
            while True:
                asked = {"timeout": 30, "offset": offset}
                async with session.post(url, json=asked) as response:
                    answer = await response.json()
                    offset = max([offset, *(u["update_id"] + 1 for u in answer.get("result", []))])
                    started.set()

    task = asyncio.create_task(other())
    await started.wait()
    try:
        lines = await place.lines()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert "409" in lines["reader"].finding


async def test_a_webhook_that_is_in_the_way(place: Place) -> None:
    url = f"{place.sandbox.bot_url}{place.bot.token}/setWebhook"
    async with ClientSession() as session:
        await session.post(url, json={"url": "http://127.0.0.1:9/elsewhere"})
    assert "a webhook is set" in (await place.lines())["mode"].finding
    given = {
        "mode": "webhook",
        "public_url": "https://verso.example",
        "webhook_secret": "secret-1",
    }
    lines = await place.lines(**given)
    assert "https://verso.example/telegram/webhook" in lines["mode"].remedy


async def test_a_running_verso_is_not_disturbed(place: Place) -> None:
    running = await Database.open(place.database_url)
    running.take_file()
    await running.try_to_lead()
    lines = await place.lines()
    await running.close()
    assert "Verso is running" in lines["reader"].finding


async def test_a_wrong_configuration_file(place: Place) -> None:
    (place.folder / "verso.yaml").write_text("limits: {cooldown: soon}\n", "utf-8")
    line = (await place.lines())["configuration"]
    assert not line.ok
    assert "line 1" in line.finding


async def test_a_database_that_cannot_be_opened(place: Place) -> None:
    url = f"sqlite+aiosqlite:///{place.folder}/no/such/folder/verso.db"
    lines = await place.lines(database_url=url)
    assert not lines["database"].ok
    assert "VERSO_DATABASE_URL" in lines["database"].remedy
    assert not place.folder.joinpath("no").exists()


async def test_looking_makes_nothing_and_upgrades_nothing(
    place: Place, empty_database_url: str
) -> None:
    file = place.folder / "new.db"
    lines = await place.lines(database_url=f"sqlite+aiosqlite:///{file}")
    assert "at the first start" in lines["database"].finding
    assert not file.exists()
    database = await Database.open(empty_database_url, migrate=False)
    await database.close()
    old = (await place.lines(database_url=empty_database_url))["database"]
    assert (old.ok, "not up to date" in old.finding) == (False, True)
    await (await Database.open(empty_database_url)).close()
    assert (await place.lines(database_url=empty_database_url))["database"].ok


@pytest.mark.parametrize(("seconds", "ok"), [(0, True), (9, True), (-60, False), (3600, False)])
def test_a_clock_that_is_wrong(seconds: int, ok: bool) -> None:
    me = Answer(ok=True, code=200, description="", result={}, server_time=NOW)
    line = check_clock(me, NOW + timedelta(seconds=seconds))
    assert line.ok is ok
    assert ok or ("ahead of" if seconds > 0 else "behind") in line.finding
