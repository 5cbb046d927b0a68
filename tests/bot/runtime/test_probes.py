"""What health checks and metrics are told."""

import asyncio

import pytest

from bot.core.health import Status
from bot.http import health
from bot.http.health import CHECK_SECONDS
from storage.database import Database
from tests.bot.serving import AUTH, StubProbes, serving


async def test_readiness_names_what_does_not_work(database: Database) -> None:
    probes = StubProbes()
    async with serving(database, probes=probes) as client:
        ready = await client.get("/readyz")
        assert ready.status == 200
        checks = (await ready.json())["checks"]
        assert {name: check["status"] for name, check in checks.items()} == {
            "database": "ok",
            "poller": "ok",
        }

        async def stalled() -> Status:
            return Status(ok=False, detail="nothing was sent for 90 seconds")

        async def broken() -> Status:
            raise RuntimeError("secret")

        probes.found |= {"sender": stalled, "leader": broken}
        ready = await client.get("/readyz")
        assert ready.status == 503
        text = await ready.text()
        assert "90 seconds" in text
        assert "secret" not in text
        assert (await client.get("/healthz")).status == 200


async def test_a_check_that_hangs_is_a_problem(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.http.health.CHECK_SECONDS", CHECK_SECONDS / 100)
    probes = StubProbes()

    async def hangs() -> Status:
        await asyncio.Event().wait()
        raise AssertionError

    probes.found = {"poller": hangs}
    async with serving(database, probes=probes) as client:
        ready = await client.get("/readyz")
        assert (await ready.json())["checks"]["poller"]["status"] == "problem"


async def test_metrics_show_what_waits_and_what_was_counted(database: Database) -> None:
    async with serving(database) as client:
        await client.put("/api/v1/customers/c-1", json={}, headers=AUTH)
        text = await (await client.get("/metrics")).text()
    for line in (
        "verso_customers 1.0",
        'verso_inbox{state="new"} 0.0',
        'verso_outbox{state="waiting"} 0.0',
        'verso_updates_total{outcome="handled"} 7.0',
        'verso_sends_total{outcome="sent"} 5.0',
        "verso_too_many_requests_total 2.0",
        "verso_tick_age_seconds 1.5",
    ):
        assert line in text.splitlines()
    assert "verso_loop_lag_seconds" in text


async def test_metrics_count_the_database_only_now_and_then(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def customers() -> str:
        lines = (await (await client.get("/metrics")).text()).splitlines()
        assert any(line.startswith("verso_read_age_seconds ") for line in lines)
        return next(line for line in lines if line.startswith("verso_customers "))

    async with serving(database) as client:
        assert await customers() == "verso_customers 0.0"
        await client.put("/api/v1/customers/c-1", json={}, headers=AUTH)
        assert await customers() == "verso_customers 0.0"
        monkeypatch.setattr(health, "LOOK_EVERY", 0.0)
        assert await customers() == "verso_customers 1.0"
