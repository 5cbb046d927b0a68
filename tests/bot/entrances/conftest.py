"""What is said and noted at entrances, once; figures and erasing run on both databases."""

import pytest


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: nothing here asks a database what others do not, and those run on both."""
    return sqlite_url
