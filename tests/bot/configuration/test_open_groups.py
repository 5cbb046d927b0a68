"""A group that the configuration names and others read: admins are told, once there are any."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.configuration.current import load_services
from bot.configuration.telegram_setup import Published, Setup
from flows.entities.kinds import Purpose
from storage.database import Database
from tests.bot.console.pressing import ON_SQLITE
from tests.bot.making import NOW, settings
from tests.clocks import StillClock

CONFIG = """
brand: {name: Lumen Tea}
teams: [{id: support, chat: -1001}, {id: tea, chat: -1002, categories: [tea]}]
categories: [{id: tea, title: {en: Tea, ru: Чай, zh: 茶}}]
"""
CHATS: Mapping[int, Mapping[str, Any]] = {
    -1001: {"title": "Support", "username": "lumen", "is_forum": True},
    -1002: {"title": "Tea"},
}


@ON_SQLITE
async def test_admins_are_told_of_a_public_group_that_was_bound(
    tmp_path: Path, database: Database
) -> None:
    asked: list[str] = []

    async def call(method: str, params: Mapping[str, Any]) -> object:
        asked.append(method)
        if method == "getForumTopicIconStickers":
            return [{"emoji": "‼️", "custom_emoji_id": "7"}, {"emoji": "✅"}, None]
        return dict(CHATS[params["chat_id"]]) if method == "getChat" else True

    (tmp_path / "verso.yaml").write_text(CONFIG, encoding="utf-8")
    services = await load_services(database, settings(), StillClock(NOW), tmp_path / "verso.yaml")
    setup = Setup(database, services, call, Published({}, (), "/telegram", ()))
    await setup.catch_up()
    assert services.topic_icons == {"‼": "7"}
    assert len(services.groups) == 2

    async def told() -> list[tuple[int, str]]:
        async with database.reading() as unit:
            rows = await unit.outbox.recent(10)
        return [(row.chat_id, row.params["text"]) for row in rows if row.purpose == Purpose.ADMIN]

    assert await told() == [], "there is nobody to tell"
    services.admins = {7000}
    await setup.catch_up()
    await setup.catch_up()
    ((chat, text),) = await told()
    assert chat == 7000
    assert text.startswith(
        "Support answers complaints now, as the configuration says, and it is public"
    )
    assert asked.count("getForumTopicIconStickers") == 1
