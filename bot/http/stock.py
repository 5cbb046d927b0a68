"""Where the business's systems say that a thing which people missed is in stock again."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.core.work import Work
from bot.http.bodies import Bodies
from bot.http.problems import ProblemError, json_response
from bot.lost import showing
from flows.lost.naming import LONGEST, key_of

AT_ONCE = 2
"""Requests that use the database at a time."""


class Stock:
    """The address at which a thing is said to be in stock again; staff decide who is told."""

    def __init__(
        self, database: Database, services: Services, committed: Callable[[Unit], object]
    ) -> None:
        self._database, self._services, self._committed = database, services, committed
        self._turn, self._bodies = asyncio.Semaphore(AT_ONCE), Bodies()

    def routes(self) -> list[web.RouteDef]:
        """The routes of what is in stock."""
        return [web.post("/api/v1/back_in_stock", self.back)]

    async def back(self, request: web.Request) -> web.Response:
        """Show staff that it is back, once; nobody else is told by that."""
        product = _product(await self._bodies.json(request))
        async with self._turn, self._database.unit() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            items, people = await showing.back_in_stock(work, product)
            await unit.commit()
        self._committed(unit)
        return json_response({"product": product, "missed": items, "people": people})


def _product(body: Any) -> str:
    product = body.get("product") if isinstance(body, dict) else None
    named = product.strip() if isinstance(product, str) else ""
    if not key_of(named) or len(named) > LONGEST:
        detail = (
            'Send {"product": …}: the id of a product in the configuration, or what people call '
            f"it, in at most {LONGEST} characters."
        )
        raise ProblemError(422, "invalid", detail)
    return named
