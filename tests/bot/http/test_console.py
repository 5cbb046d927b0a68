"""The console on the web, over HTTP: who comes in, what needs them, why somebody was asked."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from bot import wiring
from bot.configuration.telegram_setup import Setup
from bot.core.work import Work
from bot.http.console import A_MINUTE, COOKIE
from bot.http.server import create_http_app
from bot.settings import Settings
from flows.entities import ConsolePass, Pause, Ticket
from storage.database import Database
from tests.bot.serving import StubProbes
from tests.bot.stage import TOKEN, Somebody, Stage, complaint_of, make_stage
from tests.databases import on_both
from tests.flows.console.test_signed import signed

HOSTILE = '</blockquote><script>alert("1")</script> {{ 7*7 }} &lt;b onload=x>'
Reader = TestClient[Any, Any]


@pytest.fixture
async def stage(database: Database) -> Stage:
    made = await make_stage(database, wiring.handlers())
    made.services.settings = Settings(_env_file=None, bot_token=TOKEN, owner_ids="900")
    made.services.admins = {900}
    return made


@pytest.fixture
def admin(stage: Stage) -> Somebody:
    return Somebody(stage, 900, "Ada")


@pytest.fixture
async def reader(stage: Stage) -> AsyncIterator[Reader]:
    app = create_http_app(
        stage.database,
        stage.services,
        StubProbes(),
        lambda unit: stage.sent.extend(unit.committed),
    )
    async with TestClient(TestServer(app)) as client:
        yield client


async def read(reader: Reader, path: str, status: int = 200) -> str:
    return await _text(await reader.get(path), status)


async def send(reader: Reader, path: str, status: int = 200, **form: str) -> str:
    return await _text(await reader.post(path, data=form), status)


async def _text(response: ClientResponse, status: int) -> str:
    page = await response.text()
    assert response.status == status, page
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert response.headers["Cache-Control"] == "no-store"
    return unescape(page)


async def come_in(reader: Reader, admin: Somebody) -> str:
    """Come in by a link of the bot's; give the token that forms carry."""
    [text] = admin.told(await admin.says("/console"))
    page = await send(reader, "/console/enter", key=text.partition("#key=")[2])
    return re.findall(r'name="token" value="(\w+)"', page)[0]


@on_both
async def test_from_the_link_to_what_was_taken_over_and_why(
    stage: Stage, reader: Reader, admin: Somebody, anna: Somebody
) -> None:
    assert "Open the console from the bot" in await read(reader, "/console", 401)
    [text] = admin.told(await admin.says("/console"))
    key = text.partition("#key=")[2]
    response = await reader.post("/console/enter", data={"key": key}, allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, "/console?entered")
    cookie = response.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/console")
    kept = {(each.kind, each.telegram_id) for each in await stage.all(ConsolePass)}
    assert kept == {("session", 900)}
    assert cookie.value not in str(await stage.all(ConsolePass))
    assert "used already" in await send(reader, "/console/enter", 403, key=key)
    assert "Nothing needs you now" in await read(reader, "/console")

    ticket = await hostile_complaint(stage, anna)
    free = await read(reader, "/console")
    assert "One thing needs you" in free
    assert "nobody has it" in free
    assert f'<blockquote class="words">{HOSTILE}' in free  # unescaped by the test alone
    stage.clock.moment += timedelta(hours=1, minutes=50)
    page = await read(reader, "/console")
    token = re.findall(r'name="token" value="(\w+)"', page)[0]
    deed = {"deed": "take", "about": str(ticket.id)}
    assert "nothing was done" in await send(reader, "/console/do", 403, **deed)
    assert "You have #1 now" in await send(reader, "/console/do", token=token, **deed)
    assert (await stage.one(Ticket)).owner_name == "Ada"
    assert any(row.method == "editMessageText" or "Ada" in str(row.params) for row in stage.sent)
    assert "You have #1 already" in await send(reader, "/console/do", token=token, **deed)

    board = await read(reader, "/console/board")
    assert "1 complaint is open" in board
    assert "Take it" not in board

    await stage.use(lambda work: _helped(work, ticket))
    assert "Begin its page: #1" in await read(reader, "/console/book")
    deed = {"token": token, "deed": "story", "about": str(ticket.id), "back": "book"}
    draft = await send(reader, "/console/do", **deed)
    assert "page of #1 is begun" in draft
    assert "Padded boxes" in draft
    about = re.findall(r'name="about" value="(\d+/\w+)"', draft)[0]
    deed |= {"deed": "story_ask", "about": f"{about}0"}
    assert "Nobody was asked" in await send(reader, "/console/do", **deed)
    deed["about"] = about
    assert "author of #1 is asked" in await send(reader, "/console/do", **deed)
    assert "has been asked already" in await send(reader, "/console/do", **deed)
    [asked] = [row for row in stage.sent if (row.dedupe or "").startswith("story:")]
    assert asked.chat_id == anna.id

    ref = (await stage.customer_of(anna)).ref
    line = await read(reader, f"/console/why?ref={ref}")
    assert "Complained, #1" in line
    assert "What would be decided now" in line
    assert "Nobody is registered as C-7" in await read(reader, "/console/why?ref=C-7")
    assert "Nobody is registered" in await read(reader, "/console/why?ref=%00%ff%0a")
    assert "Whom do you mean" in await read(reader, "/console/why")
    assert "opened the console" in admin.told(await admin.says("/audit"))[0]

    assert "signed out" in await send(reader, "/console/out", token=token)
    assert await stage.all(ConsolePass) == []
    await read(reader, "/console", 401)


async def hostile_complaint(stage: Stage, person: Somebody) -> Ticket:
    """A complaint whose words would do something to a page that took them for markup."""
    ticket = await complaint_of(stage, person)

    async def say(work: Work) -> None:
        known = await work.unit.get(Ticket, ticket.id)
        assert known is not None
        work.unit.put(replace(known, words=HOSTILE))

    await stage.use(say)
    return ticket


async def _helped(work: Work, ticket: Ticket) -> None:
    """Have a complaint ended, and its customer say that it helped."""
    known = await work.unit.get(Ticket, ticket.id)
    assert known is not None
    ended = {"resolved_at": work.now, "verified_at": work.now, "resolution": "Padded boxes."}
    work.unit.put(replace(known, state="verified", due_at=None, look_at=None, **ended))


async def test_only_whom_telegram_signs_and_who_looks_after_the_bot_comes_in(
    stage: Stage, reader: Reader, admin: Somebody
) -> None:
    now = stage.clock.now()
    old = signed(at=now - timedelta(days=2))
    assert "has not signed" in await send(reader, "/console/enter", 403, signed="user=x&hash=y")
    assert "too old" in await send(reader, "/console/enter", 403, signed=old)
    response = await reader.post(
        "/console/enter", data={"signed": signed()}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert "another page" in await _text(response, 403)
    assert "Сейчас ничего не ждёт" in await send(reader, "/console/enter", signed=signed())
    stage.services.admins.clear()
    assert "Open the console" in await read(reader, "/console", 401)
    assert "look after the bot" in await send(reader, "/console/enter", 403, signed=signed())
    russian = await reader.get("/console", headers={"Accept-Language": "ru"})
    assert "Откройте пульт из бота" in await _text(russian, 401)
    for _ in range(20):
        await reader.post("/console/enter", data={"key": "x"})
    assert "wait a minute" in await send(reader, "/console/enter", 429, key="x")
    stage.services.admins.add(900)
    await send(reader, "/console/enter", signed=signed())  # whoever is right is never locked out
    stage.clock.moment += timedelta(hours=2)
    await read(reader, "/console", 401)


async def counted(reader: Reader, path: str) -> str:
    """A page when what is worked out beside it is there."""
    page = await read(reader, path)
    while "Being counted" in page:
        beside = [each for each in asyncio.all_tasks() if each.get_name().startswith("beside:")]
        await asyncio.gather(*beside)
        page = await read(reader, path)
    return page


async def test_schedules_that_paused_themselves_and_what_was_set_aside(
    stage: Stage, reader: Reader, admin: Somebody
) -> None:
    token, now = await come_in(reader, admin), stage.clock.now()
    schedule = next(each for each in stage.services.config.schedules if each.enabled)

    async def pause(work: Any) -> None:
        await work.unit.pauses.begin(Pause(schedule.id, now, 20, 5, None))

    await stage.use(pause)
    assert "5 of its last 20" in await read(reader, "/console")
    deed = {"token": token, "deed": "go_on", "about": schedule.id}
    assert "It goes on" in await send(reader, "/console/do", **deed)
    assert "not paused any more" in await send(reader, "/console/do", **deed)
    assert "Choose a schedule" in await read(reader, "/console/asks")
    deed = {"token": token, "deed": "off", "about": schedule.id, "back": "asks", "of": schedule.id}
    assert "asks nobody any more" in await send(reader, "/console/do", **deed)
    off = await counted(reader, f"/console/asks?of={schedule.id}")
    assert "switched off: this is what would be" in off
    assert "Ada" in off
    version = re.findall(r'value="undo">\s*<input type="hidden" name="about" value="(\d+)"', off)[0]
    deed |= {"deed": "undo", "about": version}
    assert "Taken back" in await send(reader, "/console/do", **deed)
    assert "Nothing was changed" in await send(reader, "/console/do", **deed)
    deed |= {"deed": "send_me", "about": schedule.id}
    assert "marked as a test" in await send(reader, "/console/do", **deed)
    assert stage.sent[-1].chat_id == 900
    for what, about in (("retry", "1"), ("retry", "x"), ("take", "9" * 19), ("take", "9" * 40)):
        page = await send(reader, "/console/do", token=token, deed=what, about=about)
        assert 'class="notice no"' in page
    await send(reader, "/console/do", token=token, deed="no", about="")
    assert '<p class="notice' not in await read(reader, "/console?said=<script>&n=x")
    for _ in range(A_MINUTE):
        response = await reader.get("/console/why")
    assert response.status == 429


async def test_the_way_in_where_telegram_opens_it(stage: Stage, admin: Somebody) -> None:
    stage.services.settings = Settings(
        _env_file=None, bot_token=TOKEN, public_url="https://verso.example"
    )
    [row] = await admin.says("/console")
    [[app], [link]] = row.params["reply_markup"]["inline_keyboard"]
    assert app["web_app"] == {"url": "https://verso.example/console"}
    assert link["url"].startswith("https://verso.example/console#key=")
    stranger = Somebody(stage, 901)
    assert "look after this bot" in stranger.told(await stranger.says("/console"))[0]

    called: list[tuple[Any, ...]] = []

    async def call(method: str, params: Any) -> bool:
        if method == "setChatMenuButton":
            called.append((params["chat_id"], params["menu_button"]["type"]))
        return True

    setup = Setup(stage.database, stage.services, call, wiring.published())
    await setup.catch_up()
    stage.services.admins = set()
    await setup.catch_up()
    assert called == [(900, "web_app"), (900, "default")]
