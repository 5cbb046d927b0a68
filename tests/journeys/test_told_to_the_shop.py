"""A complaint reaches the shop: Verso tells the receiver of the documentation, run as it says."""

import base64
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from aiohttp import ClientSession

from bot.data.receivers.signing import headers_of
from tests.bot.making import NOW
from tests.journeys.test_desk import complain
from tests.journeys.world import CONFIG, World, until, world

pytestmark = pytest.mark.journey

EXAMPLE = Path(__file__).parents[2] / "docs/examples/webhook_receiver.py"
KEY = b"32 bytes that the shop knows too"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@dataclass
class Shop:
    """The example receiver as a process."""

    port: int
    database: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/verso"

    def has(self) -> list[tuple[str, dict[str, object]]]:
        with sqlite3.connect(self.database) as database:
            rows = database.execute("SELECT id, body FROM webhooks ORDER BY rowid").fetchall()
        database.close()
        return [(name, orjson.loads(body)) for name, body in rows]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    database = tmp_path / "shop.db"
    command = [sys.executable, "-W", "error", str(EXAMPLE), "--port", "0", "--database"]
    environment = {**os.environ, "SHOP_WEBHOOK_SECRET": SECRET}
    with subprocess.Popen(
        [*command, str(database)], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(" ")[2])
        yield Shop(port, database)
        process.kill()


@pytest.fixture
async def told(
    sqlite_url: str, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    monkeypatch.setenv("SHOP_WEBHOOK_SECRET", SECRET)
    config = CONFIG + (
        f'webhooks: [{{{{id: shop, url: "{shop.url}", secret: SHOP_WEBHOOK_SECRET, '
        "allow_private: true}}]\n"
    )
    async with world(sqlite_url, config=config) as made:
        yield made


async def test_the_shop_is_told_once_what_was_signed(told: World, shop: Shop) -> None:
    await complain(told)

    async def arrived() -> bool:
        return bool(shop.has())

    await until(arrived)
    ((name, event),) = shop.has()
    assert event["type"] == "ticket.opened"
    assert event["data"]["ticket"] == 1  # type: ignore[index]
    async with told.app.database.reading() as unit:
        [row] = await unit.webhooks.log(receiver="shop", state="", since=None, limit=10)
    assert row.name == name
    body = orjson.dumps(event)
    now = told.now()
    async with ClientSession() as http:
        for change, status in (
            ({}, 204),
            ({"webhook-signature": "v1,aGVsbG8="}, 401),
            ({"webhook-id": "msg_other"}, 401),
            (headers_of(name, body, [KEY], NOW), 401),
        ):
            headers = headers_of(name, body, [KEY], now) | change
            async with http.post(shop.url, data=body, headers=headers) as answer:
                assert answer.status == status
    assert len(shop.has()) == 1, "what is sent again is taken once"
