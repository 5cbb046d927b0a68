"""Where the business's systems say that something has happened that was granted."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.core.work import Work
from bot.http.problems import ProblemError, json_response
from bot.recovery import granting
from flows.entities import Remedy
from flows.entities.lifecycle import Refusal

_LONGEST_ID = 19
AT_ONCE = 2
"""Requests that use the database at a time."""


class Remedies:
    """The address at which remedies are done."""

    def __init__(
        self, database: Database, services: Services, committed: Callable[[Unit], object]
    ) -> None:
        self._database, self._services, self._committed = database, services, committed
        self._turn = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> list[web.RouteDef]:
        """The routes of remedies."""
        return [web.post("/api/v1/remedies/{id}/done", self.done)]

    async def done(self, request: web.Request) -> web.Response:
        """Note that a remedy has happened; the customer hears of it once, however often."""
        wanted = request.match_info["id"]
        if not (wanted.isascii() and wanted.isdecimal() and len(wanted) <= _LONGEST_ID):
            raise _unknown()
        async with self._turn, self._database.unit() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            remedy = await self._finished(work, int(wanted))
            await unit.commit()
        self._committed(unit)
        return json_response(_told(remedy))

    @staticmethod
    async def _finished(work: Work, remedy_id: int) -> Remedy:
        remedy = await work.unit.remedies.by_id(remedy_id) if remedy_id < 1 << 63 else None
        ticket = await granting.place_of(work, remedy) if remedy is not None else None
        if remedy is None or ticket is None:
            raise _unknown()
        if remedy.state == "done":
            return remedy
        done = await granting.finish(work, remedy, ticket, None)
        if isinstance(done, Refusal):
            detail = (
                f"This remedy is {remedy.state}, so it cannot be done. Only what is granted can."
            )
            raise ProblemError(409, "remedy-state", detail)
        return done


def _unknown() -> ProblemError:
    detail = "No remedy has this id. It is the id that the event remedy.granted names."
    return ProblemError(404, "unknown-remedy", detail)


def _told(remedy: Remedy) -> dict[str, Any]:
    done_at = remedy.done_at.isoformat() if remedy.done_at is not None else None
    return {"id": str(remedy.id), "state": remedy.state, "done_at": done_at}
