"""Languages, once: they are the same whatever remembers what is said."""

import pytest


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: nothing here asks a database what others do not, and those run on both."""
    return sqlite_url
