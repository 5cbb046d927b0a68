"""Counting what a picture shows, and drawing it by typst, beside the event loop."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import orjson

from bot.core import printing
from bot.core.services import Services
from bot.core.work import Work
from bot.insight.pictures import barriers, funnel, goals, promises, weeks
from bot.insight.pictures.picture import Artist, Picture, shortened
from flows.config.goals import PictureName
from flows.insight.overviews import Month

_TEMPLATES = Path(__file__).parent
_BRAND = 34
"""Columns of the brand's name."""
_PPI = 144
"""A page of 500 points is 1,000 wide."""


async def _funnel(work: Work, artist: Artist, month: Month) -> Picture:
    return funnel.picture(artist, month, *await funnel.count(work, month))


async def _barriers(work: Work, artist: Artist, month: Month) -> Picture:
    found = await barriers.count(work, artist.language, month)
    return barriers.picture(artist, work.services.config, month, found)


async def _weeks(work: Work, artist: Artist, month: Month) -> Picture:
    return weeks.picture(artist, await weeks.count(work))


async def _promises(work: Work, artist: Artist, month: Month) -> Picture:
    found = await promises.count(work, month)
    return promises.picture(artist, work.services.config, month, found)


async def _goals(work: Work, artist: Artist, month: Month) -> Picture:
    return goals.picture(artist, await goals.count(work))


_PICTURES: Mapping[PictureName, Callable[[Work, Artist, Month], Awaitable[Picture]]] = {
    PictureName.FUNNEL: _funnel,
    PictureName.BARRIERS: _barriers,
    PictureName.WEEKS: _weeks,
    PictureName.PROMISES: _promises,
    PictureName.GOALS: _goals,
}
BY_MONTH = frozenset({PictureName.FUNNEL, PictureName.BARRIERS, PictureName.PROMISES})
"""Those that are of one month; the others are of now."""


async def make(work: Work, name: PictureName, language: str, month: Month) -> Picture:
    """Count what a picture shows; it may only read."""
    return await _PICTURES[name](work, Artist(work.services, language, work.now), month)


async def drawn(services: Services, language: str, picture: Picture) -> bytes:
    """Draw a picture (PNG); needs the extra `paper`."""
    data = {
        "language": language,
        "brand": shortened(services.config.brand.name, _BRAND),
        "period": picture.period,
        "title": list(picture.title),
        "foot": picture.foot,
        **picture.data,
    }
    inputs = {"data": orjson.dumps(data).decode()}
    template = _TEMPLATES / f"{picture.name}.typ"
    return await asyncio.to_thread(printing.drawn, template, "png", inputs, ppi=_PPI)
