"""The bots beside Verso do the whole mix, by the calls that Verso makes."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from storage.database import Database
from tests.bench import contest
from tests.bench.lean import served
from tests.bench.mixed import Mixed
from tests.bench.mixture import UPDATES
from tests.bench.peers import bare, ptb
from tests.bench.peers.reactions import Complaint, filled, kept, react
from tests.bot.runtime.played import played
from tests.mix import FIRST_ID, Player

Running = Callable[[str, Path], AbstractAsyncContextManager[Any]]


def _reacted() -> tuple[Player, Counter[str]]:
    """Play the mix of one customer by the reactions alone."""
    player = Player(1, lambda: 1000)
    known, calls, waiting, number = Complaint(FIRST_ID), Counter[str](), list(player.begin()), 0
    while waiting:
        known, made = react(known, waiting.pop(0), 1)
        for call in made:
            number += 1
            calls[call.method] += 1
            params = filled(call.params, known)
            waiting += player.heard(call.method, params, params.get("message_id", number))
            if call.keeps:
                known = kept(known, call.keeps, {"message_thread_id": 77, "message_id": number})
    return player, calls


async def test_they_make_the_calls_that_verso_makes(tmp_path: Path, sqlite_template: Path) -> None:
    file = shutil.copy(sqlite_template, tmp_path / "verso.db")
    database = await Database.open(f"sqlite+aiosqlite:///{file}")
    try:
        async with played(database, tmp_path, 1) as p:
            while await p.round():
                pass
            verso = p.request.calls
            # A press is answered beside the outbox, and not by what is played here.
            verso["answerCallbackQuery"] = p.player.presses + 1
            del verso["getChatMember"]  # asked once for each of staff, whatever is complained of
    finally:
        await database.close()
    player, calls = _reacted()
    assert player.done == 1
    assert calls == verso


@pytest.mark.parametrize("running", [bare.running, ptb.running])
async def test_they_do_the_whole_mix(tmp_path: Path, running: Running) -> None:
    server = Mixed(3, 2, with_staff=True)
    async with served(server) as port, running(f"http://127.0.0.1:{port}", tmp_path / "kept"):
        server.begin()
        async with asyncio.timeout(30), server.heard:
            await server.heard.wait_for(lambda: server.player.done == 3)
    assert len(server.replies) == len(list(server.all_waits())) == 3 * UPDATES
    assert server.calls["createForumTopic"] == 3
    assert len(server.player.topics) == 3


def test_an_echo_that_nobody_installed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(contest.GRAMMY, raising=False)
    monkeypatch.setenv(contest.AIOGRAM, "/opt/python")
    assert contest.echo_command("grammy") is None
    assert contest.echo_command("aiogram") == (
        "/opt/python",
        str(contest.PEERS / "aiogram_echo.py"),
    )
