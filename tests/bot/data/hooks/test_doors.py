"""Who is let in: signatures as documented, nothing twice, nothing old, nothing broken."""

import base64
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from bot.data.hooks import shopify, stripe, woocommerce
from storage.database import Database
from tests.bot.data.hooks.calling import (
    NOW,
    OTHER,
    SECRET,
    Caller,
    calling,
    digest,
    fixture,
    headers,
    stripe_header,
)
from tests.bot.serving import problem

SOURCES = ("stripe", "shopify", "woocommerce")
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is decided at the door is decided without the database."""
NAMES = {"stripe": "customer_created", "shopify": "orders_paid", "woocommerce": "order_created"}


@pytest.fixture
async def caller(database: Database) -> AsyncIterator[Caller]:
    async with calling(database) as opened:
        yield opened


async def post(caller: Caller, source: str, body: bytes, given: dict[str, str]) -> Any:
    sent = {"Content-Type": "application/json"} | given
    return await caller.client.post(f"/hooks/{source}", data=body, headers=sent)


@pytest.mark.parametrize("source", SOURCES)
async def test_without_a_secret_there_is_no_such_address(
    database: Database, source: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with calling(database, **{f"{source}_secret": ""}) as caller:
        await problem(await caller.post(source, NAMES[source]), 404, "not-found")


@pytest.mark.parametrize("source", SOURCES)
async def test_a_body_that_was_touched_is_refused(caller: Caller, source: str) -> None:
    body = orjson.dumps(fixture(source, NAMES[source]))
    good = headers(source, body, "orders/paid")
    await problem(await post(caller, source, body + b" ", good), 401, "signature")
    await problem(await post(caller, source, body, {}), 401, "signature")
    for name, value in good.items():
        if "Topic" not in name:
            await problem(await post(caller, source, body, {name: value[:30]}), 401, "signature")
            await problem(await post(caller, source, body, {name: "é" * 30}), 401, "signature")
    assert await caller.count() == 0


async def test_stripe_signs_with_several_secrets_while_one_is_replaced(database: Database) -> None:
    body = orjson.dumps(fixture("stripe", "customer_created"))
    async with calling(database, stripe_secret=f"{OTHER}, {SECRET}") as caller:
        for secrets in ((SECRET,), (OTHER,), ("whsec_nobody-knows-this", OTHER)):
            given = {"Stripe-Signature": stripe_header(body, NOW, *secrets)}
            assert (await post(caller, "stripe", body, given)).status == 200
        given = {"Stripe-Signature": stripe_header(body, NOW, "whsec_nobody-knows-this")}
        await problem(await post(caller, "stripe", body, given), 401, "signature")


@pytest.mark.parametrize("seconds", [-301, 301])
async def test_a_recorded_message_of_stripe_is_refused(caller: Caller, seconds: int) -> None:
    body = orjson.dumps(fixture("stripe", "customer_created"))
    given = {"Stripe-Signature": stripe_header(body, NOW + timedelta(seconds=seconds))}
    await problem(await post(caller, "stripe", body, given), 401, "signature")
    given = {"Stripe-Signature": stripe_header(body, NOW + timedelta(seconds=seconds // 302 * 9))}
    assert (await post(caller, "stripe", body, given)).status == 200


@pytest.mark.parametrize(
    "header", ["", "t=", "v1=aa", "t=1,t=2,v1=a", "t=²,v1=a", f"t={'9' * 400}"]
)
async def test_a_strange_header_of_stripe_is_refused(caller: Caller, header: str) -> None:
    response = await post(caller, "stripe", b"{}", {"Stripe-Signature": header})
    await problem(response, 401, "signature")


async def test_woocommerce_pings_when_a_webhook_is_made(caller: Caller) -> None:
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    response = await post(caller, "woocommerce", b"webhook_id=7", sent)
    assert (response.status, await response.json()) == (200, {"status": "pong"})
    await problem(await post(caller, "shopify", b"webhook_id=7", sent), 401, "signature")


@pytest.mark.parametrize("source", SOURCES)
async def test_what_nobody_needs_is_welcome_and_ignored(caller: Caller, source: str) -> None:
    told = {"type": "price.created", "created": 1, "data": {"object": {}}}
    response = await caller.send(source, told, "products/create")
    assert (response.status, await response.json()) == (200, {"status": "ignored"})


@pytest.mark.parametrize("told", [None, [], 7, "x", {}, {"id": None}, {"id": {"id": []}}])
async def test_what_cannot_be_understood_is_not_asked_for_again(
    caller: Caller, told: object
) -> None:
    for topic in shopify.TOPICS[:9]:
        assert (await caller.send("shopify", told, topic)).status == 200
    for topic in woocommerce.TOPICS:
        assert (await caller.send("woocommerce", told, topic)).status == 200
    for topic in stripe.TOPICS:
        event = {"type": topic, "created": 1777885200, "data": {"object": told}}
        assert (await caller.send("stripe", event)).status == 200
    assert await caller.count() == 0


async def test_what_is_no_json_is_refused(caller: Caller) -> None:
    body = b"{"
    given = {"X-Shopify-Hmac-Sha256": base64.b64encode(digest(SECRET, body)).decode()}
    await problem(await post(caller, "shopify", body, given), 400, "malformed")


async def test_a_body_that_is_too_large_is_refused(caller: Caller) -> None:
    body = b" " * (1024 * 1024 + 1)
    given = headers("shopify", body, "orders/create")
    response = await caller.client.post("/hooks/shopify", data=io.BytesIO(body), headers=given)
    await problem(response, 413, "too-large")
