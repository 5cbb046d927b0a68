"""Calling the hooks as the other systems do: their bodies, their headers, their signatures."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from bot.core.services import Services
from bot.core.words import Words
from bot.http.server import create_http_app
from flows.entities import Customer, Event
from storage.database import Database
from tests.bot.making import KEY, NOW, services
from tests.bot.serving import StubProbes

SECRET = "whsec_a-secret-of-the-tests"
OTHER = "whsec_the-secret-that-came-before"
FIXTURES = Path(__file__).parent / "fixtures"
AUTH = {"Authorization": f"Bearer {KEY}"}
TOPICS = {
    "orders_refunded": "orders/updated",
    "order_completed": "order.updated",
    "order_refunded": "order.updated",
    "order_pending": "order.created",
}


def fixture(source: str, name: str) -> Any:
    return orjson.loads((FIXTURES / source / f"{name}.json").read_bytes())


def topic_of(source: str, name: str) -> str:
    sign = "/" if source == "shopify" else "."
    return TOPICS.get(name) or name.replace("_", sign, 1)


def digest(secret: str, signed: bytes) -> bytes:
    return hmac.new(secret.encode(), signed, hashlib.sha256).digest()


def stripe_header(body: bytes, at: datetime = NOW, *secrets: str) -> str:
    stamp = str(int(at.timestamp()))
    made = [digest(secret, f"{stamp}.".encode() + body).hex() for secret in secrets or (SECRET,)]
    return ",".join([f"t={stamp}", *(f"v1={each}" for each in made), "v0=ignored"])


SHOP, SITE = "tea.example", "https://shop.example/"


def headers(source: str, body: bytes, topic: str, shop: str = "") -> dict[str, str]:
    signature = base64.b64encode(digest(SECRET, body)).decode()
    if source == "stripe":
        return {"Stripe-Signature": stripe_header(body)}
    if source == "shopify":
        sent = {"X-Shopify-Hmac-Sha256": signature, "X-Shopify-Topic": topic}
        return sent | {"X-Shopify-Shop-Domain": shop or SHOP}
    if source == "github":
        signed = f"sha256={digest(SECRET, body).hex()}"
        return {"X-Hub-Signature-256": signed, "X-GitHub-Event": topic}
    sent = {"X-WC-Webhook-Signature": signature, "X-WC-Webhook-Topic": topic}
    return sent | {"X-WC-Webhook-Source": shop or SITE}


@dataclass
class Caller:
    """The other systems, and a look at what became of what they told."""

    client: TestClient[Any, Any]
    database: Database
    services: Services

    async def post(self, source: str, name: str, **changed: Any) -> ClientResponse:
        told = fixture(source, name)
        (told["data"]["object"] if source == "stripe" else told).update(changed)
        return await self.send(source, told, topic_of(source, name))

    async def send(
        self, source: str, told: object, topic: str = "", shop: str = ""
    ) -> ClientResponse:
        body = orjson.dumps(told)
        sent = headers(source, body, topic, shop) | {"Content-Type": "application/json"}
        return await self.client.post(f"/hooks/{source}", data=body, headers=sent)

    async def told(self, source: str, *names: str) -> list[str]:
        """What was answered to each of these."""
        found = []
        for name in names:
            response = await self.post(source, name)
            assert response.status == 200, await response.text()
            found.append((await response.json())["status"])
        return found

    async def register(self, ref: str, **known: Any) -> None:
        response = await self.client.put(f"/api/v1/customers/{ref}", json=known, headers=AUTH)
        assert response.status == 201

    async def customer(self, ref: str) -> Customer | None:
        async with self.database.reading() as unit:
            return await unit.customers.by_ref(ref)

    async def count(self) -> int:
        async with self.database.reading() as unit:
            return await unit.customers.count()

    async def events(self, ref: str) -> dict[str, Event]:
        """What has happened to a customer, by type; what was taken back is left out."""
        async with self.database.reading() as unit:
            customer = await unit.customers.by_ref(ref)
            assert customer is not None
            known = (await unit.schedules.events_of([customer.id])).get(customer.id, [])
        return {event.type: event for event in known if event.withdrawn_at is None}


@asynccontextmanager
async def calling(database: Database, **settings: Any) -> AsyncIterator[Caller]:
    secrets = {f"{name}_secret": SECRET for name in ("stripe", "shopify", "woocommerce")}
    given = services(**(secrets | settings))
    given.words = Words.shipped()
    app = create_http_app(database, given, StubProbes())
    async with TestClient(TestServer(app)) as client:
        yield Caller(client, database, given)
