"""Whatever is sent, the sandbox answers as Telegram would: with a result or a refusal."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.api.dispatch import answer, refusal
from bot.sandbox.api.params import Upload, typed
from bot.sandbox.api.spec import METHODS
from bot.sandbox.control.readings import ControlRoom
from bot.sandbox.errors import ApiError
from bot.sandbox.world.model import BotAccount
from bot.sandbox.world.pacing import Budgets
from bot.sandbox.world.state import World
from tests.sandbox.conftest import Stage

SIMPLE: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, -1, 2, 3, 7_000_001, 100_001, -1_000_001_000_001, 2**63, 0.5, -1e308]),
    st.sampled_from(
        [
            "",
            "x",
            "100001",
            "-1000001000001",
            "9" * 30,
            "nan",
            "@desk",
            "attach://f",
            "[",
            "{}",
            "1",
        ]
    ),
    st.sampled_from(
        ["typing", "photo", "<b>x", "*x", "HTML", "MarkdownV2", "bold", "emoji", "👍", "chat"]
    ),
    st.sampled_from(["document", "text_link", "text_mention", "hello", "web_app"]),
)
NAMES = (
    "type text offset length url user id message_id chat_id quote inline_keyboard keyboard media "
    "callback_data command description emoji remove_keyboard quote_parse_mode "
    "caption parse_mode caption_entities duration width thumbnail"
)
KEYS = st.sampled_from(NAMES.split())
HOSTILE: st.SearchStrategy[Any] = st.recursive(
    SIMPLE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def peopled() -> tuple[World, BotAccount]:
    """A world with a bot, a person who started it, a forum and a message in each."""
    world = World(Budgets.unlimited())
    room = ControlRoom(world)
    bot_id = room.create_bot()["id"]
    anna = room.create_user()["id"]
    room.start(anna, bot_id)
    group = room.create_group(creator=anna, members=[bot_id], forum=True)["id"]
    room.promote(group, bot_id)
    room.say(anna, group, "hello")
    return world, world.bots[bot_id]


@settings(max_examples=25, deadline=None)
@pytest.mark.parametrize("method", [m for m in METHODS if m != "getUpdates"])
@given(data=st.data())
async def test_any_parameters_get_a_result_or_a_refusal(method: str, data: st.DataObject) -> None:
    world, bot = peopled()
    names = sorted(METHODS[method])
    raw = {name: data.draw(HOSTILE, name) for name in names}
    if "chat_id" in raw and data.draw(st.booleans()):
        raw["chat_id"] = data.draw(st.sampled_from([100_001, -1_000_001_000_001]))
    try:
        body = await answer(world, bot, method, typed(method, raw, {"f": Upload(b"x", "f", "")}))
    except ApiError as refused:
        body = refusal(refused)
    assert body.startswith((b'{"ok":true', b'{"ok":false'))


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"\xff\xfe"),
        ("application/json", b'"text"'),
        ("multipart/form-data; boundary=x", b"--y\r\nnonsense"),
        ("multipart/form-data", b"no boundary"),
        ("application/x-www-form-urlencoded", b"chat_id=\xff&text=%zz"),
        ("application/x-www-form-urlencoded", b"chat_id=1&chat_id=2&text=" + b"a" * 100_000),
        ("text/plain", b"\x00"),
    ],
)
async def test_bodies_that_cannot_be_read(stage: Stage, content_type: str, body: bytes) -> None:
    url = f"{stage.sandbox.bot_url}{stage.account.token}/sendMessage"
    headers = {"Content-Type": content_type}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=headers) as got,
    ):
        assert got.status == 400
        assert (await got.json())["description"].startswith("Bad Request: ")


@pytest.mark.parametrize("body", [b"[", b"[]", b"{}", b'{"user": "x", "chat": {}, "text": 1}'])
async def test_nonsense_on_the_control_side(stage: Stage, body: bytes) -> None:
    url = f"{stage.sandbox.url}/control/say"
    async with aiohttp.ClientSession() as session, session.post(url, data=body) as got:
        assert got.status == 400
        assert (await got.json())["error"]


@pytest.mark.parametrize("kind", [[], {}, 5, None])
async def test_albums_of_no_kind(stage: Stage, kind: Any) -> None:
    url = f"{stage.sandbox.bot_url}{stage.account.token}/sendMediaGroup"
    body = {"chat_id": stage.anna.id, "media": [{"type": kind, "media": "x"}] * 2}
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as got:
        assert "can't parse InputMedia" in (await got.json())["description"]
