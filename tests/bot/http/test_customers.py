"""Customers and their links by HTTP: what the business's systems tell of them and are told."""

from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestClient
from yarl import URL

from flows.entities import Account
from storage.database import Database
from tests.bot.making import NOW, services
from tests.bot.serving import AUTH, problem, serving


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
    address = URL(client.make_url("/") / "x").with_path("/", encoded=True)
    target = URL(f"{str(address).rstrip('/')}/api/v1/customers/{ref}", encoded=True)
    async with ClientSession(headers=AUTH) as session:
        put = await session.put(target, json={})
        assert put.status == 201
        got = await session.get(target)
        assert got.status == 200
        from urllib.parse import unquote

        assert (await got.json())["ref"] == unquote(ref)


@pytest.mark.parametrize("place", ["", "/link", "/link.png", "/link.svg"])
async def test_a_ref_that_is_no_utf_8_is_no_other_ref(
    client: TestClient[Any, Any], place: str
) -> None:
    root = str(client.make_url("/")).rstrip("/")
    target = URL(f"{root}/api/v1/customers/%ff{place}", encoded=True)
    method = "DELETE" if place == "/link" else "GET"
    await problem(await client.session.request(method, target, headers=AUTH), 400, "malformed")
    put = await client.session.put(
        URL(f"{root}/api/v1/customers/%ff", encoded=True), json={}, headers=AUTH
    )
    assert "UTF-8" in (await problem(put, 400, "malformed"))["detail"]


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
