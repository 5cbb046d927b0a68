"""Walking a database from one revision to another, with Alembic."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.errors import DatabaseTooNew

_FOLDER = Path(__file__).parent / "migrations"


def walk(connection: Connection, current: str | None, target: str) -> None:
    """Walk from `current` (None: an empty database) to `target`, in the connection's transaction.

    Raises DatabaseTooNew when `current` is no revision that this Verso knows.
    """
    config = _config()
    script = ScriptDirectory.from_config(config)
    known: set[Any] = {revision.revision for revision in script.walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseTooNew(
            f"The database is at revision {current}, which this Verso does not know: a newer "
            "Verso has written it. Run that version, or restore a backup made before the upgrade."
        )
    config.attributes["connection"] = connection
    down = target == "base" or (current is not None and _is_before(script, target, current))
    (command.downgrade if down else command.upgrade)(config, target)


def newest() -> str | None:
    """The newest revision that there is a script for."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return config


def _is_before(script: ScriptDirectory, target: str, current: str) -> bool:
    if target == "head":
        return False
    below = {revision.revision for revision in script.iterate_revisions(current, "base")}
    return target in below
