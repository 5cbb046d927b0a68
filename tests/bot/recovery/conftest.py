"""The desk's world with remedies and limits, in which things are granted."""

import pytest

from flows.config import load_config
from storage.database import Database
from tests.bot.desk.world import CONFIG, World, make_world

REMEDIES = """
remedies:
  - id: tin
    title: {en: A new tin, ru: Новая банка, zh: 新罐}
    kind: replacement
    category: delivery
    value: 9.00 EUR
    promise: PT8H
    team: tasting
    trusted: {severity: 3}
  - {id: refund, title: {en: Money back, ru: Возврат, zh: 退款}, kind: refund}
  - {id: code, title: {en: A code, ru: Код, zh: 优惠码}, kind: code, pool: sorry, value: 5.00 EUR}
  - {id: call, title: {en: A call, ru: Звонок, zh: 电话}, kind: call_back}
grants:
  per_grant: 20.00 EUR
  senior_per_grant: 100.00 EUR
  per_person: 50.00 EUR
  per_customer: 40.00 EUR
"""


@pytest.fixture
async def world(database: Database) -> World:
    """A desk whose staff may make things right."""
    made = await make_world(database)
    made.services.config = load_config(CONFIG + REMEDIES)
    return made
