"""Wrong keys and secrets are noticed and told to wait; a right one opens whatever came before."""

from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.core.brakes import ADDRESSES, TRIES, WINDOW, Brake, address_of
from storage.database import Database
from tests.bot.data.hooks.calling import calling
from tests.bot.serving import AUTH, problem, serving

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is decided at the door is decided without the database."""


@pytest.fixture
def said() -> Iterator[list[Any]]:
    with capture_logs() as lines:
        yield lines


async def test_wrong_keys_are_logged_twice_and_then_told_to_wait(
    database: Database, said: list[Any]
) -> None:
    wrong = {"Authorization": "Bearer a-key-that-nobody-has"}
    async with serving(database) as client:
        for _ in range(TRIES):
            answer = await client.get("/api/v1/customers/c", headers=wrong)
            await problem(answer, 401, "unauthorized")
        for _ in range(5):
            answer = await client.get("/api/v1/customers/c", headers=wrong)
            await problem(answer, 429, "too-many-tries")
            assert 0 < int(answer.headers["Retry-After"]) <= WINDOW
        assert (await client.put("/api/v1/customers/c", json={}, headers=AUTH)).status == 201
    lines = [line for line in said if line["event"] == "api_key_refused"]
    assert [line["tries"] for line in lines] == [1, TRIES + 1]
    assert {line["address"] for line in lines} == {"127.0.0.1"}
    assert "a-key-that-nobody-has" not in str(said)


async def test_wrong_signatures_are_counted_at_their_own_door(
    database: Database, said: list[Any]
) -> None:
    async with calling(database) as caller:
        answers = [
            await caller.client.post("/hooks/shopify", json={}, headers={"X-Forwarded-For": who})
            for who in ["192.0.2.7"] * (TRIES + 1) + ["10.0.0.1, 198.51.100.9"]
        ]
        assert [answer.status for answer in answers] == [401] * TRIES + [429, 401]
        assert (await caller.client.post("/hooks/stripe", json={})).status == 401
        assert (await caller.post("shopify", "orders_paid")).status == 200
    lines = [line for line in said if line["event"] == "hook_refused"]
    assert [(line["address"], line["source"]) for line in lines] == [
        ("192.0.2.7", "shopify"),
        ("192.0.2.7", "shopify"),
        ("198.51.100.9", "shopify"),
        ("127.0.0.1", "stripe"),
    ]


def test_who_calls_is_told_by_the_proxy_of_this_machine_alone(database_url: str) -> None:
    told = {"X-Forwarded-For": "evil, 203.0.113.5"}
    assert address_of("127.0.0.1", told) == "203.0.113.5"
    assert address_of("198.51.100.2", told) == "198.51.100.2"
    assert address_of("::1", {"X-Forwarded-For": "made up"}) == "::1"
    assert address_of("127.0.0.1", {}) == "127.0.0.1"
    assert address_of(None, told) == "unknown"


def test_a_window_ends_and_a_whole_network_is_one_caller(database_url: str) -> None:
    now = [0.0]
    brake = Brake(lambda: now[0])
    found = [brake.missed(f"2001:db8::{n}") for n in range(TRIES + 1)]
    assert [miss.wait for miss in found] == [0.0] * TRIES + [WINDOW]
    assert brake.missed("2001:db8:0:1::1").tries == 1
    now[0] = WINDOW
    assert brake.missed("2001:db8::1").tries == 1
    for number in range(ADDRESSES):
        brake.missed(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert brake.missed("2001:db8::1").tries == 1, "as many as there are addresses are not kept"
