"""A client of the HTTP API that has a key."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import uvloop
from aiohttp.test_utils import TestClient

from storage.database import Database
from tests.bot.serving import AUTH, serving


@pytest.fixture
async def client(database: Database) -> AsyncIterator[TestClient[Any, Any]]:
    async with serving(database) as opened:
        opened.session.headers.update(AUTH)
        yield opened


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Give the loop of each test: connections are tried on that of `verso run`."""
    if item.path.stem == "test_connections":
        return {"uvloop": uvloop.new_event_loop}
    return {"asyncio": asyncio.new_event_loop}
