"""Events and customers by HTTP, many in one call, each with an answer of its own."""

import asyncio
from typing import Any

from aiohttp.test_utils import TestClient

from storage.database import Database
from tests.bot.serving import EVENT, problem
from tests.databases import on_both


async def test_events_are_answered_one_by_one(client: TestClient[Any, Any]) -> None:
    await client.put("/api/v1/customers/c-1", json={})
    told = [
        EVENT,
        EVENT,
        EVENT | {"id": "e-2", "customer": "nobody"},
        EVENT | {"id": "e-3", "at": "yesterday"},
        {"type": "purchase"},
        "x",
    ]
    body = await (await client.post("/api/v1/events", json=told)).json()
    results = body["results"]
    assert [(each["id"], each["status"]) for each in results] == [
        ("e-1", "accepted"),
        ("e-1", "duplicate"),
        ("e-2", "rejected"),
        ("e-3", "rejected"),
        (None, "rejected"),
        (None, "rejected"),
    ]
    assert results[0]["reason"] is None
    assert "ISO 8601" in results[3]["reason"]
    single = await (await client.post("/api/v1/events", json=EVENT)).json()
    assert [each["status"] for each in single["results"]] == ["duplicate"]


async def test_events_are_corrected_and_withdrawn(client: TestClient[Any, Any]) -> None:
    await client.put("/api/v1/customers/c-1", json={})
    told = [
        EVENT,
        EVENT | {"period": "P30D"},
        EVENT | {"period": "P30D"},
        EVENT | {"withdrawn": True},
        EVENT | {"withdrawn": True},
        EVENT | {"withdrawn": False},
        EVENT | {"withdrawn": "perhaps"},
        EVENT | {"id": "e-9", "withdrawn": True},
    ]
    body = await (await client.post("/api/v1/events", json=told)).json()
    statuses = [each["status"] for each in body["results"]]
    # A field that is left out stays as it is: the withdrawal names no period.
    assert statuses[:3] == ["accepted", "corrected", "duplicate"]
    assert statuses[3:] == ["withdrawn", "duplicate", "corrected", "rejected", "withdrawn"]
    assert "expected true or false" in body["results"][6]["reason"]


@on_both
async def test_a_thousand_events_and_not_one_more(client: TestClient[Any, Any]) -> None:
    await client.put("/api/v1/customers/c-1", json={})
    told = [EVENT | {"id": f"e-{number}"} for number in range(1001)]
    await problem(await client.post("/api/v1/events", json=told), 422, "invalid")
    body = await (await client.post("/api/v1/events", json=told[:1000])).json()
    assert {each["status"] for each in body["results"]} == {"accepted"}


async def test_customers_in_one_batch(client: TestClient[Any, Any], database: Database) -> None:
    await client.put("/api/v1/customers/c-1", json={"name": "Anna"})
    told = [{"ref": "c-1", "name": "Anna"}, {"ref": "c-2", "phone": "1"}, 7, {"ref": "c-3"}]
    response = await client.post("/api/v1/customers", json=told)
    assert response.status == 200
    results = (await response.json())["results"]
    assert [each["status"] for each in results] == ["unchanged", "rejected", "rejected", "created"]
    assert [each["ref"] for each in results] == ["c-1", "c-2", None, "c-3"]
    assert "international number" in results[1]["reason"]
    assert results[3]["link"].startswith("https://t.me/verso_bot?start=")
    too_many = await client.post("/api/v1/customers", json=[{"ref": "c"}] * 1001)
    assert "1001" in (await problem(too_many, 422, "invalid"))["detail"]


@on_both
async def test_many_at_once_are_all_answered(client: TestClient[Any, Any]) -> None:
    calls = [client.put(f"/api/v1/customers/c-{n % 5}", json={"name": str(n)}) for n in range(40)]
    answers = await asyncio.gather(*calls)
    assert sorted(answer.status for answer in answers) == [200] * 35 + [201] * 5
