"""The engine runs as it does, on both databases: what goes on at the same time is tested here."""

import pytest

from tests.conftest import database_url

__all__ = ["database_url"]


@pytest.fixture
def threads_of_sqlite() -> None:
    """They stay."""
