"""What the HTTP API says to strangers, to what makes no sense, and when it fails inside."""

import io
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from sqlalchemy.exc import OperationalError

from storage.database import Database
from tests.bot.making import KEY, services
from tests.bot.serving import AUTH, problem, serving
from tests.databases import on_both


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


@on_both
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


async def test_a_list_is_sent_without_anything_around_it(client: TestClient[Any, Any]) -> None:
    for what in ("customers", "events"):
        answer = await client.post(f"/api/v1/{what}", json={what: [{}]})
        assert "the list" in (await problem(answer, 422, "invalid"))["detail"]


async def test_wrong_addresses_methods_and_types(client: TestClient[Any, Any]) -> None:
    await problem(await client.get("/api/v1/nothing"), 404, "not-found")
    wrong = await client.delete("/api/v1/customers/c-1")
    await problem(wrong, 405, "method")
    assert "PUT" in wrong.headers["Allow"]
    form = await client.put("/api/v1/customers/c-1", data={"name": "Anna"})
    await problem(form, 415, "media-type")
    await problem(await client.put(f"/api/v1/customers/{'x' * 201}", json={}), 422, "invalid")
    await problem(await client.get("/api/v1/customers/a%00b"), 404, "unknown-customer")


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
