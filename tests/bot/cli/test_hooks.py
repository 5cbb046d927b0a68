"""`verso hooks try`: the door is tried from outside, and nothing is stored by it."""

import asyncio

import pytest

from bot.cli import hooks
from bot.http.hooks import SOURCES
from storage.database import Database
from tests.bot.cli.conftest import Verso
from tests.bot.data.hooks.calling import OTHER, SECRET, calling
from tests.bot.making import NOW, StillClock
from tests.proxies import tiny_proxy

BECOMES = {
    "shopify": "order_placed, purchase of shopify:17",
    "woocommerce": "order_placed, purchase of woo:17",
    "stripe": "trial_started of stripe:cus_17",
    "github": "acme/tea#12 is done",
}


async def test_every_door_is_tried_and_nothing_is_stored(
    run: Verso, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "SystemClock", lambda: StillClock(NOW))
    async with calling(database, github_secret=SECRET) as caller:
        monkeypatch.setenv("VERSO_HTTP_LISTEN", f"0.0.0.0:{caller.client.port}")
        for source in SOURCES:
            monkeypatch.setenv(f"VERSO_{source.name.upper()}_SECRET", SECRET)
            code, out, _ = await asyncio.to_thread(run, "hooks", "try", source.name)
            assert (code, "took a signed message" in out) == (0, True)
            assert BECOMES[source.name] in out
            assert SECRET not in out
        monkeypatch.setenv("VERSO_SHOPIFY_SECRET", f"{SECRET},{OTHER}")
        code, out, err = await asyncio.to_thread(run, "hooks", "try", "shopify")
        assert (code, "secret 1 of 2" in out, "start it again" in err) == (1, True, True)
        assert await caller.count() == 0
        monkeypatch.setenv("VERSO_PUBLIC_URL", f"http://127.0.0.1:{caller.client.port}/elsewhere")
        monkeypatch.setenv("VERSO_SHOPIFY_SECRET", SECRET)
        code, _, err = await asyncio.to_thread(run, "hooks", "try", "shopify", "--public")
        assert (code, "answered 404" in err) == (1, True)
        async with tiny_proxy("http", leads_to=("127.0.0.1", caller.client.port)) as proxy:
            monkeypatch.setenv("VERSO_PROXY", proxy.address())
            monkeypatch.setenv("VERSO_PUBLIC_URL", "http://verso.example")
            code, out, _ = await asyncio.to_thread(run, "hooks", "try", "shopify", "--public")
            assert (code, "http://verso.example/hooks/shopify took" in out) == (0, True)
            assert proxy.places == [("verso.example", 80)]
    code, _, err = await asyncio.to_thread(run, "hooks", "try", "shopify")
    assert (code, "Nobody answers" in err) == (1, True)
    monkeypatch.delenv("VERSO_SHOPIFY_SECRET")
    code, _, err = await asyncio.to_thread(run, "hooks", "try", "shopify")
    assert (code, "VERSO_SHOPIFY_SECRET is not set" in err) == (2, True)
