"""Which tests run on both databases, and what none of them waits for."""

from typing import Any

import pytest

from storage import database

on_both = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
"""For tests of subjects that prove what a database does: all others run on SQLite alone."""


def leave_out_power_cuts() -> None:
    """Have SQLite wait for no disk in this process: what Verso is killed by leaves it as it is."""
    prepare = database._prepare_sqlite

    def prepared(connection: Any, cache_kb: int) -> None:
        prepare(connection, cache_kb)
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous = OFF")
        cursor.close()

    database._prepare_sqlite = prepared
