"""What there is before: a shop, its places, everybody with a kettle, and a recall under way."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.entities import (
    Account,
    Customer,
    CustomerId,
    Participant,
    ParticipantId,
    Recall,
    RecallId,
    Timer,
)
from flows.entities.kinds import TimerKind
from flows.recalls.whom import Period, of_product
from flows.recalls.wording import parsed
from storage.database import Database
from storage.unit import Unit
from tests.chaos.recalling.plan import LANGUAGES, TEXTS, Cast, Owner

RECALL = RecallId(7)
ZONE = "Europe/Berlin"
BEGINS_AT = 17
"""The hour in Berlin at which it begins: in Shanghai it is night, in New York it is not."""
LOT = 1000
"""Owners who are written down in one transaction."""


def config_text(places: int) -> str:
    """The configuration: a kettle, and so many places to choose from."""
    listed = "\n".join(
        f"  - {{id: p{n}, title: {{en: Workshop {n}, ru: Мастерская {n}, zh: 工坊{n}}}, "
        'slots: {days: mon-sat, from: "10:00", to: "18:00", length: PT1H, capacity: 3}, ahead: P9D}'
        for n in range(places)
    )
    return f"""
brand: {{name: Lumen Tea, languages: [en, ru, zh], default_language: en, time_zone: {ZONE}}}
products: [{{id: kettle, title: {{en: The kettle, ru: Чайник, zh: 水壶}}}}]
places:
{listed}
"""


def until_it_begins(now: datetime) -> timedelta:
    """How far from now the first such hour is, by the clock in Berlin."""
    there = now.astimezone(ZoneInfo(ZONE))
    begins = there.replace(hour=BEGINS_AT, minute=0, second=0, microsecond=0)
    return (begins if begins > there else begins + timedelta(days=1)) - there


async def fill(url: str, cast: Cast, now: datetime) -> None:
    """Write it all down: a recall that begins now, and everybody who has a kettle by now."""
    database = await Database.open(url)
    days = Period(now.date() - timedelta(days=90), now.date() + timedelta(days=90))
    texts = {language: parsed(TEXTS[1][language]) for language in LANGUAGES}
    places = tuple(f"p{number}" for number in range(cast.plan.places))
    async with database.unit() as unit:
        whom = of_product("kettle", days)
        unit.add(
            Recall(RECALL, 1, now, "running", whom, texts=texts, places=places, started_at=now)
        )
        for kind in (TimerKind.RECALL, TimerKind.RECALL_LOOK):
            unit.set_timer(Timer(kind, str(RECALL), now))
        await unit.reserve("participant", len(cast.owners))  # their numbers are taken
        await unit.commit()
    for first in range(0, len(cast.owners), LOT):
        async with database.unit() as unit:
            for owner in cast.owners[first : first + LOT]:
                _write(unit, owner, now)
            await unit.commit()
    await database.close()


def _write(unit: Unit, owner: Owner, now: datetime) -> None:
    customer = CustomerId(owner.number)
    unit.add(Customer(customer, f"C-{owner.number}", now, time_zone=owner.zone))
    for position, chat in enumerate(owner.chats):
        linked = now + timedelta(seconds=position)
        unit.add(Account(chat, customer, linked, language_code=owner.language))
    if owner.kind != "late":
        unit.add(Participant(ParticipantId(owner.number), RECALL, customer))
