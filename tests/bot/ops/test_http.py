"""The HTTP API: what the business's systems tell it, and what it says to what makes no sense."""

import asyncio
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy.exc import OperationalError

from bot.http import health
from bot.http.health import CHECK_SECONDS
from bot.http.openapi import openapi
from bot.http.probes import Check, Figures, Status
from bot.http.problems import TITLES
from bot.http.server import create_http_app
from bot.services import Services
from flows.entities import Account
from storage.database import Database
from tests.bot.ops.making import KEY, NOW, services

AUTH = {"Authorization": f"Bearer {KEY}"}
EVENT = {"id": "e-1", "customer": "c-1", "type": "purchase", "at": NOW.isoformat()}


class StubProbes:
    """A process whose parts can be made to fail."""

    def __init__(self) -> None:
        self.found: dict[str, Check] = {"poller": self.fine}

    async def fine(self) -> Status:
        return Status(ok=True, detail="polled 1 second ago")

    def checks(self) -> Mapping[str, Check]:
        return self.found

    def figures(self) -> Figures:
        return Figures({"handled": 7}, {"sent": 5}, too_many=2, tick_age=1.5)


@asynccontextmanager
async def serving(
    database: Database, given: Services | None = None, probes: StubProbes | None = None
) -> AsyncIterator[TestClient[Any, Any]]:
    app = create_http_app(database, given or services(), probes or StubProbes())
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
async def client(database: Database) -> AsyncIterator[TestClient[Any, Any]]:
    async with serving(database) as opened:
        opened.session.headers.update(AUTH)
        yield opened


async def problem(response: ClientResponse, status: int, kind: str) -> dict[str, Any]:
    assert response.status == status
    assert response.content_type == "application/problem+json"
    body: dict[str, Any] = await response.json(content_type=None)
    assert body["type"] == f"urn:verso:problem:{kind}"
    assert (body["title"], body["status"]) == (TITLES[kind], status)
    assert body["detail"]
    return body


async def test_a_customer_is_registered_and_changed(
    client: TestClient[Any, Any], database: Database
) -> None:
    told = {"name": "Anna", "language": "ru", "tags": ["eu"], "stage": "use", "value": 120}
    first = await client.put("/api/v1/customers/c-1", json=told)
    assert first.status == 201
    body = await first.json()
    assert body == {"ref": "c-1", "link": body["link"], "linked": False}
    assert body["link"].startswith("https://t.me/verso_bot?start=")
    again = await client.put("/api/v1/customers/c-1", json={"phone": "+49301234567"})
    assert (again.status, await again.json()) == (200, body)
    known = await (await client.get("/api/v1/customers/c-1")).json()
    assert known == body | told | {
        "phone": "+49301234567",
        "time_zone": "",
        "consent": "unasked",
        "stopped": [],
    }
    async with database.unit() as unit:
        customer = await unit.customers.by_ref("c-1")
        assert customer is not None
        unit.add(Account(5, customer.id, NOW))
        await unit.commit()
    assert (await (await client.get("/api/v1/customers/c-1")).json())["linked"] is True


@pytest.mark.parametrize("ref", ["a%2Fb", "%D0%90%D0%BD%D0%BD%D0%B0", "a%20b", "100%25", "a+b"])
async def test_any_printable_ref_fits_the_address(client: TestClient[Any, Any], ref: str) -> None:
    from yarl import URL

    address = URL(client.make_url("/") / "x").with_path("/", encoded=True)
    target = URL(f"{str(address).rstrip('/')}/api/v1/customers/{ref}", encoded=True)
    async with ClientSession(headers=AUTH) as session:
        put = await session.put(target, json={})
        assert put.status == 201
        got = await session.get(target)
        assert got.status == 200
        from urllib.parse import unquote

        assert (await got.json())["ref"] == unquote(ref)


async def test_the_link_as_an_image(client: TestClient[Any, Any]) -> None:
    await client.put("/api/v1/customers/c-1", json={})
    png = await client.get("/api/v1/customers/c-1/link.png")
    assert png.content_type == "image/png"
    assert (await png.read()).startswith(b"\x89PNG")
    svg = await client.get("/api/v1/customers/c-1/link.svg")
    assert svg.content_type == "image/svg+xml"
    assert b"<svg" in await svg.read()
    for address in ("", "/link.png", "/link.svg"):
        missing = await client.get(f"/api/v1/customers/nobody{address}")
        await problem(missing, 404, "unknown-customer")


async def test_a_link_is_renewed_and_shut(client: TestClient[Any, Any]) -> None:
    put = await client.put("/api/v1/customers/c-1", json={})
    first = (await put.json())["link"]
    renewed = await client.post("/api/v1/customers/c-1/link")
    assert renewed.status == 201
    second = (await renewed.json())["link"]
    assert second != first
    assert (await (await client.get("/api/v1/customers/c-1")).json())["link"] == second
    for _ in range(2):
        shut = await client.delete("/api/v1/customers/c-1/link")
        assert (shut.status, (await shut.json())["link"]) == (200, None)
    for image in ("png", "svg"):
        await problem(await client.get(f"/api/v1/customers/c-1/link.{image}"), 404, "link-shut")
    third = (await (await client.put("/api/v1/customers/c-1", json={})).json())["link"]
    assert third not in (first, second)
    for send in (client.post, client.delete):
        await problem(await send("/api/v1/customers/nobody/link"), 404, "unknown-customer")


async def test_without_the_bot_s_name_there_is_no_link(database: Database) -> None:
    unnamed = services()
    unnamed.bot_username = ""
    async with serving(database, unnamed) as client:
        put = await client.put("/api/v1/customers/c-1", json={}, headers=AUTH)
        assert (await put.json())["link"] is None
        image = await client.get("/api/v1/customers/c-1/link.png", headers=AUTH)
        await problem(image, 503, "no-link")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {KEY}x",
        f"Basic {KEY}",
        KEY,
        "Bearer \u00fc",
        f"Bearer {KEY[:-1]}",
    ],
)
async def test_only_a_key_opens_the_api(database: Database, header: str) -> None:
    async with serving(database) as client:
        headers = {"Authorization": header} if header else {}
        for call in (
            client.put("/api/v1/customers/c-1", json={}, headers=headers),
            client.post("/api/v1/events", json=[], headers=headers),
            client.get("/api/v1/nothing", headers=headers),
        ):
            response = await call
            body = await problem(response, 401, "unauthorized")
            assert response.headers["WWW-Authenticate"].startswith("Bearer")
            assert KEY not in str(body)


async def test_any_of_several_keys_opens_and_none_closes(database: Database) -> None:
    other = "another-key-of-the-crm"
    async with serving(database, services(api_keys=f"{KEY},{other}")) as client:
        for key in (KEY, other):
            headers = {"Authorization": f"bearer {key}"}
            response = await client.post("/api/v1/events", json=[], headers=headers)
            assert response.status == 200
    async with serving(database, services(api_keys="")) as client:
        response = await client.post("/api/v1/events", json=[], headers=AUTH)
        assert "VERSO_API_KEYS" in (await problem(response, 503, "no-keys"))["detail"]


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"", 400, "malformed"),
        (b"{", 400, "malformed"),
        (b'{"name": NaN}', 400, "malformed"),
        (b'{"name": "\xff"}', 400, "malformed"),
        (b'{"name": "\\ud800"}', 400, "malformed"),
        (b"[" * 5000, 400, "malformed"),
        (b"[]", 422, "invalid"),
        (b"null", 422, "invalid"),
        (b'{"ref": "other"}', 422, "invalid"),
        (b'{"name": 1}', 422, "invalid"),
        (b'{"name": "\\u0000"}', 422, "invalid"),
        (b'{"nmae": "x"}', 422, "invalid"),
        (b'"' + b"x" * (1024 * 1024) + b'"', 413, "too-large"),
    ],
)
async def test_a_hostile_body_is_refused_and_changes_nothing(
    client: TestClient[Any, Any], database: Database, body: bytes, status: int, kind: str
) -> None:
    headers = {"Content-Type": "application/json"}
    response = await client.put("/api/v1/customers/c-1", data=io.BytesIO(body), headers=headers)
    await problem(response, status, kind)
    async with database.reading() as unit:
        assert await unit.customers.count() == 0


async def test_every_wrong_field_is_pointed_at(client: TestClient[Any, Any]) -> None:
    told = {"name": 1, "tags": ["ok", 2], "a/b": 1}
    body = await problem(await client.put("/api/v1/customers/c-1", json=told), 422, "invalid")
    assert {error["pointer"] for error in body["errors"]} == {"#/name", "#/tags/1", "#/a~1b"}


async def test_wrong_addresses_methods_and_types(client: TestClient[Any, Any]) -> None:
    await problem(await client.get("/api/v1/nothing"), 404, "not-found")
    wrong = await client.delete("/api/v1/customers/c-1")
    await problem(wrong, 405, "method")
    assert "PUT" in wrong.headers["Allow"]
    form = await client.put("/api/v1/customers/c-1", data={"name": "Anna"})
    await problem(form, 415, "media-type")
    await problem(await client.put(f"/api/v1/customers/{'x' * 201}", json={}), 422, "invalid")
    await problem(await client.get("/api/v1/customers/a%00b"), 404, "unknown-customer")


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


async def test_a_thousand_events_and_not_one_more(client: TestClient[Any, Any]) -> None:
    await client.put("/api/v1/customers/c-1", json={})
    told = [EVENT | {"id": f"e-{number}"} for number in range(1001)]
    await problem(await client.post("/api/v1/events", json=told), 422, "invalid")
    body = await (await client.post("/api/v1/events", json=told[:1000])).json()
    assert {each["status"] for each in body["results"]} == {"accepted"}


async def test_a_busy_database_is_not_half_done(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(*given: object) -> None:
        raise OperationalError("", {}, Exception("database is locked"))

    async with serving(database) as client:
        monkeypatch.setattr("storage.unit.Unit.commit", locked)
        response = await client.put("/api/v1/customers/c-1", json={}, headers=AUTH)
        await problem(response, 503, "busy")
        assert int(response.headers["Retry-After"]) > 0
    async with database.reading() as unit:
        assert await unit.customers.count() == 0


async def test_what_goes_wrong_inside_is_not_told_outside(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*given: object) -> None:
        raise RuntimeError("the words of a customer")

    async with serving(database) as client:
        monkeypatch.setattr("storage.unit.Unit.commit", broken)
        response = await client.put("/api/v1/customers/c-1", json={}, headers=AUTH)
        assert "words" not in str(await problem(response, 500, "internal"))


async def test_many_at_once_are_all_answered(client: TestClient[Any, Any]) -> None:
    calls = [client.put(f"/api/v1/customers/c-{n % 5}", json={"name": str(n)}) for n in range(40)]
    answers = await asyncio.gather(*calls)
    assert sorted(answer.status for answer in answers) == [200] * 35 + [201] * 5


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


async def test_the_documentation_loads_nothing_from_outside(database: Database) -> None:
    async with serving(database) as client:
        page = await client.get("/api/docs")
        text = await page.text()
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert not any(word in text for word in ("<script", "<img", "<link", "http://", "https://"))
        document = await (await client.get("/api/openapi.json")).json()
    assert document == openapi()
    for path in document["paths"]:
        assert path in text
    for name in ("EventItem", "CustomerFields"):
        for field in document["components"]["schemas"][name]["properties"]:
            assert f"<code>{field}</code>" in text


async def test_every_address_of_the_api_is_described(database: Database) -> None:
    app = create_http_app(database, services(), StubProbes())
    served = {
        (route.method.lower(), route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None
        and route.resource.canonical.startswith(("/api/v1/", "/hooks/"))
    }
    described = {
        (method, path)
        for path, methods in openapi()["paths"].items()
        for method in methods
        if method != "parameters"
    }
    assert {pair for pair in served if pair[0] != "head"} == described


def test_every_reference_in_the_description_leads_somewhere() -> None:
    document = openapi()
    known = document["components"]["schemas"]

    def references(value: object) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [found for each in value.values() for found in references(each)]
        if isinstance(value, list | tuple):
            return [found for each in value for found in references(each)]
        return []

    found = references(document)
    assert found
    assert all(each.removeprefix("#/components/schemas/") in known for each in found)


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
