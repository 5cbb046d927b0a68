"""Themes are called by what their customers say, until somebody calls them otherwise."""

from collections.abc import Collection
from dataclasses import replace

from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.themes.likeness import Likeness
from flows.entities import CustomerId, Theme, ThemeId
from flows.languages import in_use
from flows.themes.naming import shared_words, suggested

LOOKED_AT = 200
"""Complaints of a theme, the newest, that its name is made of."""


async def rename(
    database: Database, services: Services, likeness: Likeness, ids: Collection[ThemeId]
) -> None:
    """Bring the suggested names of themes up to date. No unit is open while words are weighed."""
    names: dict[ThemeId, str] = {}
    async with database.reading() as unit:
        shared = {
            theme.id: await _shared(unit, services, theme)
            for theme in (await unit.themes.by_ids(ids)).values()
            if theme.suggested
        }
    for theme_id, words in shared.items():
        names[theme_id] = suggested(words, await likeness.rarity(sorted(words)))
    if not any(names.values()):
        return
    async with database.unit() as unit:
        for theme in (await unit.get_all(Theme, sorted(names))).values():
            if theme.suggested and names[theme.id]:
                unit.put(replace(theme, name=names[theme.id]))
        await unit.commit()


async def _shared(unit: Unit, services: Services, theme: Theme) -> dict[str, int]:
    said: dict[CustomerId, list[str]] = {}
    for ticket in await unit.themes.tickets_of(theme.id, LOOKED_AT):
        if ticket.words:
            said.setdefault(ticket.customer_id, []).append(ticket.words)
    people = (await unit.customers.by_ids(said)).values()
    language = in_use().known[services.language_at(theme.group_chat_id)]
    return shared_words(said, language.name, [customer.name for customer in people])
