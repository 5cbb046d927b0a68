"""A client of the HTTP API that has a key."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from storage.database import Database
from tests.bot.serving import AUTH, serving


@pytest.fixture
async def client(database: Database) -> AsyncIterator[TestClient[Any, Any]]:
    async with serving(database) as opened:
        opened.session.headers.update(AUTH)
        yield opened
