"""What SQLAlchemy has worked out for one database of a process serves all its later ones, too.

Every test opens databases of its own, and would compile the same statements anew in each. So
would every walk through the migrations read all their files.
"""

from functools import cache
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

from storage import database

STATEMENTS = 5_000
"""More than there are in Verso and in what tests ask."""

_known: dict[str, tuple[Any, LRUCache[Any, Any]]] = {}
"""By its name, the dialect of the first database that was reached, and what is compiled for it."""


def share_compiled() -> None:
    """Have all databases that this process opens from now on share it."""
    database.create_async_engine = _sharing  # type: ignore[attr-defined]
    read = cache(ScriptDirectory)

    def read_once(config: Config) -> ScriptDirectory:
        return read(config.get_main_option("script_location"))

    ScriptDirectory.from_config = read_once  # type: ignore[method-assign]


def _sharing(*given: Any, **more: Any) -> AsyncEngine:
    made = create_async_engine(*given, **more)
    engine = made.sync_engine
    if engine.dialect.name in _known:
        # Of its own one nobody asks anything, so it need not ask the server either.
        engine.dialect.initialize = lambda _: None
        engine.dialect, engine._compiled_cache = _known[engine.dialect.name]
    else:
        # A dialect is complete when it has talked with a server of its kind.
        event.listen(engine, "connect", lambda *_: _keep(engine), once=True)
    return made


def _keep(engine: Any) -> None:
    _known.setdefault(engine.dialect.name, (engine.dialect, LRUCache(STATEMENTS)))
