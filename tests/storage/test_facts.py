"""Facts are kept under the names of families, and under no others."""

import pytest

from flows.entities.facts import MOVED, PROBE
from storage.database import Database


async def test_facts_are_kept_and_found_by_family(database: Database) -> None:
    async with database.unit() as unit:
        await unit.facts.set(PROBE, "1")
        await unit.facts.set(MOVED.of(-1), "-2")
        await unit.commit()
    async with database.reading() as unit:
        assert await unit.facts.get(PROBE) == await unit.facts.get("probe") == "1"
        assert await unit.facts.beginning(MOVED) == {"-1": "-2"}


async def test_a_fact_of_no_family_cannot_be_kept(database: Database) -> None:
    async with database.unit() as unit:
        for name in ("language:551234567", "probe:1", MOVED):
            with pytest.raises(LookupError):
                await unit.facts.set(name, "")
            with pytest.raises(LookupError):
                await unit.facts.locked(name, "")
