"""The same experience from another process: client, events, clock, launching."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Person, Sandbox, SandboxBot, SandboxError, Seen, running_sandbox
from bot.sandbox.client import SandboxClient
from bot.sandbox.clock import FollowingClock
from bot.sandbox.control.readings import OPERATIONS
from bot.sandbox.index import limits_lines
from tests.sandbox.conftest import PNG, Stage, ptb

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "sandbox.md"


@pytest.fixture(params=["in process", "over HTTP"])
async def both(request: pytest.FixtureRequest, stage: Stage) -> AsyncIterator[Sandbox]:
    if request.param == "in process":
        yield stage.sandbox
        return
    async with SandboxClient(stage.sandbox.url + "/") as client:
        yield client


async def started(sandbox: Sandbox) -> tuple[SandboxBot, Person]:
    account = await sandbox.create_bot(username="second_bot")
    ben = await sandbox.create_user(first_name="Ben", language_code="en")
    return account, ben


async def test_a_conversation_looks_the_same_from_both_sides(both: Sandbox) -> None:
    account, ben = await started(both)
    await ben.start(account, "token_1")
    async with ptb(both, account) as bot:
        (update,) = await bot.get_updates()
        assert update.message
        assert update.message.text == "/start token_1"
        await bot.send_photo(ben.id, (await both.read_file(await a_photo(ben, account))))
    shown = await ben.wait_for(account, where=lambda m: m.kind == "photo" and m.from_bot)
    assert (await both.read_file(shown.view["media"]["file_id"])).startswith(b"\x89PNG")


async def a_photo(ben: Person, account: SandboxBot) -> str:
    sent = await ben.send(account, "photo", PNG, caption="look")
    return str(sent.view["media"]["file_id"])


async def test_waiting_sees_edits_and_only_what_comes_after(both: Sandbox) -> None:
    account, ben = await started(both)
    said = await ben.say(account, "hi")
    async with ptb(both, account) as bot:
        first = await bot.send_message(ben.id, "thanks")
        seen = await ben.wait_for(account, "thanks", after=said)
        waiting = asyncio.create_task(ben.wait_for(account, "thank", after=seen))
        await bot.edit_message_text("thank you", ben.id, first.message_id)
        edited = await waiting
    assert (edited.id, edited.text) == (seen.id, "thank you")
    with pytest.raises(TimeoutError, match="No message with 'never'"):
        await ben.wait_for(account, "never", timeout=0.01)


async def test_requests_are_logged_without_the_token(both: Sandbox) -> None:
    account, ben = await started(both)
    await ben.say(account, "hi")
    waiting = asyncio.create_task(both.wait_for_request("sendMessage", text="hello"))
    async with ptb(both, account) as bot:
        await bot.send_message(ben.id, "hello")
    call = await waiting
    assert (call["method"], call["status"], call["params"]["chat_id"]) == (
        "sendMessage",
        200,
        ben.id,
    )
    assert account.token not in str(await both.requests())
    assert (await both.request_counts())["sendMessage"] == {"200": 1}


async def test_mistakes_are_told_in_plain_words(both: Sandbox) -> None:
    account, ben = await started(both)
    with pytest.raises(SandboxError, match=r"no button 'Yes'; there are: none"):
        await ben.press(await ben.say(account, "hi"), "Yes")
    with pytest.raises(LookupError, match="There is no message 99"):
        await ben.message(account, 99)
    with pytest.raises(SandboxError, match="at most 64"):
        await ben.start(account, "not allowed!")
    with pytest.raises(SandboxError, match="only moves forward"):
        await both.advance(timedelta(seconds=-1))
    with pytest.raises(SandboxError, match="There is no operation"):
        await both.link.call("juggle")
    with pytest.raises(SandboxError, match="digits before the colon"):
        await both.create_bot(token="nonsense")


async def test_everything_can_be_forgotten(both: Sandbox) -> None:
    await started(both)
    await both.reset()
    overview = await both.overview()
    assert (overview["users"], overview["bots"], overview["chats"]) == ([], [], [])


async def test_long_texts_are_split_as_apps_do(both: Sandbox) -> None:
    account, ben = await started(both)
    await ben.say(account, "a" * 5000)
    assert [len(m.text) for m in await ben.messages(account)] == [4096, 904]


async def test_events_tell_of_every_change(stage: Stage) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{stage.sandbox.url}/control/events") as socket,
    ):
        assert (await socket.receive_json())["event"] == "hello"
        await stage.bot.send_chat_action(stage.anna.id, "typing")
        message = await stage.bot.send_message(stage.anna.id, "hi")
        await stage.bot.edit_message_text("hello", stage.anna.id, message.message_id)
        await stage.bot.delete_message(stage.anna.id, message.message_id)
        await stage.sandbox.advance(timedelta(hours=1))
        events: list[dict[str, Any]] = [await socket.receive_json() for _ in range(5)]
    assert [e["event"] for e in events] == [
        "chat_action",
        "message",
        "message_edited",
        "message_deleted",
        "clock",
    ]
    assert events[1]["message"]["text"] == "hi"
    assert Seen(events[2]["message"]).text == "hello"
    numbers = [e["seq"] for e in events]
    assert numbers == sorted(numbers)


async def test_files_can_be_shown_on_a_page(stage: Stage) -> None:
    sent = await stage.anna.send(stage.account, "document", b"<script>", mime_type="text/html")
    url = f"{stage.sandbox.url}/control/files/{sent.view['media']['file_id']}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert await answer.read() == b"<script>"
        assert answer.headers["Content-Security-Policy"] == "sandbox"


async def test_a_bots_clock_follows_every_jump(stage: Stage) -> None:
    clock = FollowingClock(stage.sandbox.url)
    jumped: asyncio.Queue[None] = asyncio.Queue()

    async def on_jump() -> None:
        jumped.put_nowait(None)

    following = asyncio.create_task(clock.follow(on_jump))
    before = clock.now()
    await stage.sandbox.advance(timedelta(days=3))
    await jumped.get()
    assert timedelta(days=3) <= clock.now() - before < timedelta(days=3, hours=1)
    assert abs(clock.now() - await stage.sandbox.now()) < timedelta(minutes=1)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await clock.aclose()


async def test_a_clock_with_nobody_to_follow_says_so() -> None:
    clock = FollowingClock("http://127.0.0.1:9")
    with pytest.raises(SandboxError, match="No sandbox answers at"):
        await clock.refresh()
    await clock.aclose()


async def test_a_taken_port_is_told_clearly(stage: Stage) -> None:
    with pytest.raises(SandboxError, match=r"Port \d+ on 127.0.0.1 is taken"):
        async with running_sandbox(port=stage.sandbox.server.port):
            pytest.fail("two servers on one port")


async def test_a_page_lists_what_is_not_imitated(stage: Stage) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{stage.sandbox.url}/about") as answer,
    ):
        page = await answer.text()
    assert "Not imitated:" in page
    assert "without `business_connection_id`" in page


def test_the_documentation_lists_the_same_limits_and_all_operations() -> None:
    text = DOCS.read_text()
    for line in limits_lines():
        assert line in text, line
    for operation in OPERATIONS:
        assert f"`{operation}`" in text, operation


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM")
async def test_it_runs_as_a_process_of_its_own() -> None:
    code = "from bot.sandbox import run; run(port=0, say=lambda text: print(text, flush=True))"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, cwd=ROOT, env=dict(os.environ)
    )
    assert process.stdout
    said = (await process.stdout.readline()).decode()
    ready = (await process.stdout.readline()).decode()
    token = ready.rpartition(" ")[2].strip()
    async with SandboxClient(said.split()[1]) as client:
        overview = await client.overview()
        assert [str(b["id"]) for b in overview["bots"]] == [token.partition(":")[0]]
    process.send_signal(signal.SIGTERM)
    await process.communicate()
    assert process.returncode == 0
