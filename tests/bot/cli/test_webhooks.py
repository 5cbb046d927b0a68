"""`verso webhooks` and what the doctor says of receivers."""

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.cli.doctor.webhooks import check_webhooks
from flows.config import load_config
from flows.entities import Webhook
from flows.entities.kinds import WebhookState
from storage.database import Database
from tests.bot.cli.conftest import Verso
from tests.bot.making import NOW

SECRET = "whsec_" + "a" * 32
CONFIG = """webhooks:
  - {{id: shop, url: "http://127.0.0.1:{port}/hook", secret: SHOP_SECRET, allow_private: true}}
"""


class Shop(BaseHTTPRequestHandler):
    """Takes everything, but what it is told not to."""

    status = 204

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        assert b'"type":"webhook.test"' in body
        assert self.headers["webhook-signature"].startswith("v1,")
        self.send_response(type(self).status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


def fill(database_url: str) -> None:
    async def filled() -> None:
        database = await Database.open(database_url)
        async with database.unit() as unit:
            told = {"customer": None, "ticket": 12}
            states = (WebhookState.DELIVERED, WebhookState.WAITING, WebhookState.PARKED)
            for n, state in enumerate(states, 1):
                failed = {"failed_at": NOW, "status": 500} if n > 1 else {"status": 204}
                row = Webhook(n, "shop", "ticket.opened", None, NOW, told, NOW, state, n, **failed)
                unit.add(row)
            await unit.commit()
        await database.close()

    asyncio.run(filled())


def test_the_log_is_listed_shown_and_sent_again(
    run: Verso, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "shop.yaml").write_text(CONFIG.format(port=9), "utf-8")
    assert run("apply", "--yes", "shop.yaml")[0] == 0
    assert run("webhooks", "list")[1] == "Nothing was told that fits.\n"
    fill(database_url)
    lines = run("webhooks", "list")[1].splitlines()
    assert lines[2] == "msg_1  2026-05-04 09:30:00 UTC  shop  ticket.opened  delivered, try 1"
    assert lines[0].endswith("given up after 3 tries (HTTP 500)")
    assert "failed 2 times (HTTP 500), again at 05-04 09:30 UTC" in lines[1]
    parked = run("webhooks", "list", "--state", "parked", "--receiver", "shop")[1]
    assert parked.splitlines() == lines[:1]
    assert run("webhooks", "list", "--since", "2026-05-05")[1] == "Nothing was told that fits.\n"
    assert '"ticket": 12' in run("webhooks", "show", "msg_3")[1]
    assert run("webhooks", "show", "msg_99")[0] == 1
    assert run("webhooks", "show", "12x")[0] == 2
    assert run("webhooks", "retry")[0] == 2
    assert run("webhooks", "retry", "msg_3")[1].startswith("msg_3 is sent to shop again at once")
    assert run("webhooks", "retry", "1")[0] == 1
    again = run("webhooks", "retry", "--receiver", "shop")[1]
    assert again.startswith("1 webhooks are sent to shop again")
    code, _, err = run("webhooks", "retry", "--receiver", "stop")
    assert (code, "no receiver stop (shop)" in err) == (2, True)


def test_a_receiver_is_tried_out(
    run: Verso, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = HTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        (tmp_path / "shop.yaml").write_text(CONFIG.format(port=server.server_port), "utf-8")
        assert run("apply", "--yes", "shop.yaml")[0] == 0
        code, _, err = run("webhooks", "test", "shop")
        assert (code, "SHOP_SECRET is not set. Make a secret with" in err) == (2, True)
        (tmp_path / ".env").write_text(f"SHOP_SECRET={SECRET}\n", "utf-8")
        assert run("webhooks", "test", "shop")[1] == "shop has taken it: HTTP 204.\n"
        monkeypatch.setattr(Shop, "status", 302)
        code, _, err = run("webhooks", "test", "shop")
        assert (code, err) == (1, "shop did not take it: HTTP 302.\n")
        assert SECRET not in err
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert run("webhooks", "test", "nobody")[0] == 2


async def test_the_doctor_says_what_is_wrong_with_each(monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(
        CONFIG.format(port=9)
        + "  - {id: crm, url: https://crm.example/, secret: CRM_SECRET}\n"
        + "  - {id: odd, url: https://odd.example/, secret: SHOP_SECRET}\n"
        + "  - {id: off, url: https://off.example/, secret: SHOP_SECRET, enabled: false}\n"
    )

    async def leads(host: str, *_: object, **__: object) -> list[object]:
        if host == "odd.example":
            raise OSError("not known")
        return [(2, 1, 6, "", ("127.0.0.1", 0))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", leads)
    environment = {"SHOP_SECRET": SECRET, "CRM_SECRET": SECRET}
    lines = await check_webhooks(config, {"shop": "fails since noon"}, environment)
    assert [(line.ok, line.finding) for line in lines] == [
        (False, "fails since noon"),
        (False, "crm.example leads into a private network, and allow_private is not set"),
        (False, "the name odd.example leads nowhere"),
        (True, "switched off in the configuration"),
    ]
    assert all(line.remedy for line in lines if not line.ok)
    lines = await check_webhooks(config, {}, {})
    assert [line.ok for line in lines] == [False, False, False, True]
    assert "SHOP_SECRET is not set" in lines[0].remedy
    lines = await check_webhooks(config, {}, environment)
    assert (lines[0].ok, lines[0].finding) == (True, "127.0.0.1, 1 secret(s), *")
    assert (await check_webhooks(load_config(""), {}, {}))[0].ok
