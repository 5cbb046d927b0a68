"""What the commands share: settings, the database, waiting for a busy one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from bot.configuration.current import load_services
from bot.core.clock import SystemClock
from bot.core.services import Services
from bot.data.transfer.errors import TransferError
from bot.runtime.logs import secrets_of, set_up_logging
from bot.settings import Settings, load_settings
from storage.database import Database

T = TypeVar("T")
BUSY_TRIES = 5
BUSY_PAUSE = 1.0
"""Seconds before a busy database is tried again, times the number of the try."""


def settings_for(*, token_needed: bool = False) -> Settings:
    """Load the settings and set up logging; only commands that need the token demand it."""
    settings = load_settings(token_needed=token_needed)
    set_up_logging(settings.log_level, settings.log_format, secrets_of(settings))
    return settings


@contextlib.asynccontextmanager
async def opened(
    settings: Settings, *, create: bool = False, migrate: bool = True
) -> AsyncIterator[Database]:
    """Open the database that the settings name, brought up to date unless told otherwise.

    Without `create` a SQLite file that is not there raises TransferError instead of being made.
    """
    file = settings.sqlite_file
    if not create and file is not None and not await asyncio.to_thread(file.exists):
        raise TransferError(
            f"There is no database at {file}. Check VERSO_DATABASE_URL, and the folder in which "
            "you call verso."
        )
    database = await Database.open(settings.database_url, migrate=migrate)
    try:
        yield database
    finally:
        await database.close()


async def services_for(
    database: Database, settings: Settings, *, reacting: bool = True
) -> Services:
    """Load what use cases need, without Telegram and without the configuration file.

    Nobody reacts to what happens unless `reacting`: who does is spread over all of Verso, which
    takes longer to import than a small file.
    """
    services = await load_services(database, settings, SystemClock(), None)
    if reacting:
        from bot import wiring  # noqa: PLC0415  see above

        services.subscribers = wiring.subscribers()
    return services


async def patiently(database: Database, work: Callable[[], Awaitable[T]]) -> T:
    """Do a unit of work, again when the database was busy."""
    for attempt in range(1, BUSY_TRIES):
        try:
            return await work()
        except Exception as error:
            if not database.is_busy(error):  # only the database knows which of its errors pass
                raise
            await asyncio.sleep(BUSY_PAUSE * attempt)
    return await work()


def complete(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine to its end."""
    return asyncio.run(work)
