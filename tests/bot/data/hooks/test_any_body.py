"""A thousand signed bodies for each hook, whatever is in them: never a 5xx.

A source that is answered with 5xx sends again for days, and turns the webhook off in the end.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Iterator
from copy import deepcopy
from itertools import islice
from typing import Any

import pytest
from hypothesis import settings

from bot.data.hooks import github, shopify, stripe, woocommerce
from bot.data.hooks.content import NotUnderstood
from bot.http import hooks
from storage.database import Database
from tests.bot.data.hooks.calling import (
    FIXTURES,
    NOW,
    SECRET,
    Caller,
    calling,
    fixture,
    headers,
    topic_of,
)
from tests.bot.data.hooks.test_github import closed, released

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BODIES = 1000
SENT = 200 if settings.default.max_examples < BODIES else BODIES
"""For each hook: so many are read, and so many of them sent to the server, which stores them (all
of them with `--hypothesis-profile=thorough`)."""
AT_A_TIME = 16
SOURCES = {each.name: each for each in hooks.SOURCES}
TOPICS = {
    "stripe": stripe.TOPICS,
    "shopify": shopify.TOPICS,
    "woocommerce": woocommerce.TOPICS,
    "github": github.TOPICS,
}
ODD: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 2**53, 2**63, 2**64 - 1, -(2**63), 1e308),
    *("", " ", "0", "x" * 5000, "\x00", "\u202e", "é", "1e999", "nan", "-0", "٣", "2026-02-30"),
    *("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "stripe:", "a/b c", "{}"),
    *([], {}, [None], [[]], [{}], {"id": {}}, {"id": []}, {"data": None}, [1, "x", {"id": 1}]),
]


@pytest.fixture
async def caller(database: Database) -> AsyncIterator[Caller]:
    async with calling(database, github_secret=SECRET) as opened:
        yield opened


def places(value: Any) -> list[tuple[Any, Any]]:
    """Everything that can be replaced: each container with the key of something in it."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    found = [(value, key) for key in keys]
    for key in keys:
        if isinstance(value[key], dict | list):
            found += places(value[key])
    return found


def spoiled(chance: random.Random, told: Any) -> Any:
    """A real message in which a few things are of another kind, gone or deeper."""
    for _ in range(chance.randint(1, 4)):
        found = places(told)
        if not found:
            break
        holder, key = chance.choice(found)
        odd = chance.choice([*ODD, told, [holder[key]] * 3])
        holder[key] = deepcopy(odd)
    return told


def examples(source: str) -> list[tuple[str, Any]]:
    """Real messages of a source, with their topics."""
    if source == "github":
        return [("issues", closed()), ("release", released())]
    names = sorted(path.stem for path in (FIXTURES / source).glob("*.json"))
    return [(topic_of(source, name), fixture(source, name)) for name in names]


def messages(source: str) -> Iterator[tuple[Any, str]]:
    """A thousand messages of a source, each with its topic."""
    chance, real = random.Random(source), examples(source)
    for _ in range(BODIES):
        topic, told = chance.choice(real)
        topic = chance.choice([topic, *TOPICS[source]])
        told = deepcopy(chance.choice(ODD) if chance.random() < 0.05 else told)
        told = spoiled(chance, told) if isinstance(told, dict) else told
        if source == "stripe" and isinstance(told, dict) and chance.random() < 0.9:
            told |= {"type": topic, "created": int(NOW.timestamp()) - chance.randint(0, 9**6)}
        yield told, topic


@pytest.mark.parametrize("source", TOPICS)
def test_any_body_is_read_or_not_understood(source: str, database_url: str) -> None:
    for told, topic in messages(source):
        with contextlib.suppress(NotUnderstood):
            SOURCES[source].read(headers(source, b"", topic), told, NOW)


def test_a_global_id_is_the_number_that_is_in_it(database_url: str) -> None:
    topic, told = next(each for each in examples("shopify") if each[0] == "orders/paid")

    def read(customer: object) -> Any:
        order = {**told, "customer": {**told["customer"], "id": customer}}
        return SOURCES["shopify"].read(headers("shopify", b"", topic), order, NOW)

    assert read("gid://shopify/Customer/77") == read(77)


@pytest.mark.parametrize("source", TOPICS)
async def test_no_signed_body_makes_the_server_fail(caller: Caller, source: str) -> None:
    failed: list[tuple[int, object]] = []

    async def send(told: Any, topic: str) -> None:
        answer = await caller.send(source, told, topic)
        pending = answer.status == 503 and "order-unknown" in await answer.text()
        if answer.status >= 500 and not pending:
            failed.append((answer.status, told))

    sent = list(islice(messages(source), SENT))
    for begin in range(0, SENT, AT_A_TIME):
        await asyncio.gather(*(send(*each) for each in sent[begin : begin + AT_A_TIME]))
    assert failed == []
