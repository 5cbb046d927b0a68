"""Everybody of the mix in a database: customers with their links, and the group of staff."""

from pathlib import Path

from bot.core.clock import SystemClock
from flows.entities import Customer, CustomerId, Group, Link
from storage.database import Database
from tests.mix import CONFIG, GROUP_ID, token_of

UPDATES, UPDATES_ALONE = 10, 8
"""Of each complaint with staff who answer and resolve, and without."""
AT_ONCE = 1_000
"""Customers written in one commit."""


def config_of(folder: Path, *, staff: bool) -> Path:
    """Write the configuration of the mix, with a group of staff or without."""
    file = folder / ("staff.yaml" if staff else "alone.yaml")
    file.write_text(CONFIG if staff else CONFIG.replace(f"chat: {GROUP_ID}, ", ""), "utf-8")
    return file


async def seed_mix(url: str, complaints: int, *, staff: bool) -> None:
    """Put the customers of so many complaints into a database, and bind the group."""
    database, now = await Database.open(url), SystemClock().now()
    try:
        for first in range(0, complaints, AT_ONCE):
            async with database.unit() as unit:
                for number in range(first, min(first + AT_ONCE, complaints)):
                    customer = CustomerId(unit.new_id())
                    unit.add(Customer(customer, f"M-{number}", now, name=f"C{number}"))
                    unit.add(Link(token_of(number), customer, now))
                await unit.commit()
        if staff:
            async with database.unit() as unit:
                unit.add(Group(GROUP_ID, "support", "Support", forum=True, bound_at=now))
                await unit.commit()
    finally:
        await database.close()
