"""The engine runs as it does: what goes on at the same time is what is tested here."""

import pytest


@pytest.fixture
def threads_of_sqlite() -> None:
    """They stay."""
