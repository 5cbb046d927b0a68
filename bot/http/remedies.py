"""Where the business's systems say what became of what was granted: done, or it failed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.core.work import Work
from bot.data.items import Faulty, RemedyFailure, read_item
from bot.http.bodies import Bodies
from bot.http.problems import ProblemError, faults, json_response
from bot.recovery import afterwards, granting
from flows.entities import Remedy, Ticket
from flows.entities.lifecycle import Refusal

_Do = Callable[[Work, Remedy, Ticket], Awaitable[Remedy | Refusal]]
_LONGEST_ID = 19
AT_ONCE = 2
"""Requests that use the database at a time."""


class Remedies:
    """The addresses at which it is said that remedies are done, or failed."""

    def __init__(
        self, database: Database, services: Services, committed: Callable[[Unit], object]
    ) -> None:
        self._database, self._services, self._committed = database, services, committed
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._bodies = Bodies()

    def routes(self) -> list[web.RouteDef]:
        """The routes of remedies."""
        return [
            web.post("/api/v1/remedies/{id}/done", self.done),
            web.post("/api/v1/remedies/{id}/failed", self.failed),
        ]

    async def done(self, request: web.Request) -> web.Response:
        """Note that a remedy has happened; the customer hears of it once, however often."""

        async def finish(work: Work, remedy: Remedy, ticket: Ticket) -> Remedy | Refusal:
            return await afterwards.finish(work, remedy, ticket, None)

        return await self._become(request, "done", finish)

    async def failed(self, request: web.Request) -> web.Response:
        """Note that a remedy could not be done; staff read why, once, however often."""
        why = _why(await self._bodies.json(request))

        async def fail(work: Work, remedy: Remedy, ticket: Ticket) -> Remedy | Refusal:
            return await afterwards.fail(work, remedy, ticket, None, why)

        return await self._become(request, "failed", fail)

    async def _become(self, request: web.Request, state: str, do: _Do) -> web.Response:
        """Have a remedy become something, once: whoever says it again reads that it is so."""
        wanted = request.match_info["id"]
        if not (wanted.isascii() and wanted.isdecimal() and len(wanted) <= _LONGEST_ID):
            raise _unknown()
        async with self._turn, self._database.unit() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            remedy = await _now(work, int(wanted), state, do)
            await unit.commit()
        self._committed(unit)
        return json_response(_told(remedy))


async def _now(work: Work, remedy_id: int, state: str, do: _Do) -> Remedy:
    remedy = await work.unit.remedies.by_id(remedy_id) if remedy_id < 1 << 63 else None
    ticket = await granting.place_of(work, remedy) if remedy is not None else None
    if remedy is None or ticket is None:
        raise _unknown()
    if remedy.state == state:
        return remedy
    became = await do(work, remedy, ticket)
    if isinstance(became, Refusal):
        redeemed = " A guarantee that is redeemed cannot fail." if remedy.guarantee else ""
        detail = f"This remedy is {remedy.state}, so it cannot become {state}.{redeemed}"
        raise ProblemError(409, "remedy-state", detail)
    return became


def _why(body: object) -> str:
    try:
        return read_item(RemedyFailure, body).why
    except Faulty as error:
        detail = f"Nothing was changed: {error}."
        raise ProblemError(422, "invalid", detail, errors=faults(error.faults)) from None


def _unknown() -> ProblemError:
    detail = "No remedy has this id. It is the id that the event remedy.granted names."
    return ProblemError(404, "unknown-remedy", detail)


def _told(remedy: Remedy) -> dict[str, Any]:
    done_at = remedy.done_at.isoformat() if remedy.done_at is not None else None
    return {"id": str(remedy.id), "state": remedy.state, "done_at": done_at}
