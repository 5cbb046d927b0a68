"""A fixed time, days away by the sandbox's clock, asks a customer in Telegram, once."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.journeys.world import CONFIG, until, until_noon, world

pytestmark = pytest.mark.journey

WEEKLY = """
  - id: weekly
    when: {{cron: "0 11 * * mon,thu"}}
    unless: [contact]
    flow: trial_check_in
    holdout: 0%
"""


async def test_a_clock_moved_by_days_brings_the_fixed_time(database_url: str) -> None:
    async with world(database_url, config=CONFIG + WEEKLY, start_at=until_noon()) as w:
        anna = await w.customer()
        link = (await w.put("C-1", name="Anna"))["link"]
        await anna.start(w.bot, link.rpartition("=")[2])
        await anna.press(await w.told(anna, "May we also ask"), data="u:agree")
        await w.app.settle()
        seen = len([m for m in await anna.messages(w.bot) if m.from_bot])
        await w.advance(days=1)
        assert len([m for m in await anna.messages(w.bot) if m.from_bot]) == seen
        await w.advance(days=1)  # Thursday noon
        await w.advance(hours=1)

        async def asked() -> bool:
            messages = [m for m in await anna.messages(w.bot) if m.from_bot]
            return len(messages) == seen + 1

        await until(asked)
        async with w.app.database.reading() as unit:
            customer = await unit.customers.by_ref("C-1")
            assert customer is not None
            [candidate] = (await unit.schedules.candidates_of([customer.id]))[customer.id]
        at = datetime.fromisoformat(candidate.occasion).astimezone(ZoneInfo("Europe/Berlin"))
        assert (candidate.schedule_id, f"{at:%a %H:%M}") == ("weekly", "Thu 11:00")
