"""The desk's world with places to which customers come."""

import pytest

from flows.config import load_config
from storage.database import Database
from tests.bot.desk.world import CONFIG, World, make_world

PLACES = """
places:
  - id: centre
    title: {en: Workshop Centre, ru: Мастерская в центре, zh: 市中心工坊}
    address: Lange Str. 5
    slots: {days: mon-fri, from: "10:00", to: "12:00", length: PT1H, capacity: 1}
    ahead: P7D
  - id: north
    title: {en: Depot North, ru: Северный склад, zh: 北仓库}
    time_zone: Asia/Shanghai
    slots: {days: tue, from: "10:00", to: "11:00", capacity: 2}
    ahead: P7D
remedies:
  - id: pickup
    title: {en: Pick up a new lamp, ru: Забрать новую лампу, zh: 自取新灯}
    kind: pick_up
    places: [centre, north]
  - id: repair
    title: {en: Repair, ru: Ремонт, zh: 维修}
    kind: repair
    places: north
"""


@pytest.fixture
async def world(database: Database) -> World:
    """A desk whose customers may come somewhere."""
    made = await make_world(database)
    made.services.config = load_config(CONFIG + PLACES)
    return made
