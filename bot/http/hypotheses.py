"""Where the business's systems ask whether somebody gets the change of a hypothesis."""

import asyncio

from aiohttp import web

from bot.core.ports import Database
from bot.data.registration import find_customer
from bot.http.problems import ProblemError, json_response
from bot.hypotheses import standing

AT_ONCE = 4
"""Requests that use the database at a time."""


class HypothesisGroups:
    """The address at which groups of hypotheses are told."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> list[web.RouteDef]:
        """The route of hypotheses."""
        return [web.get("/api/v1/hypotheses/{id}/customers/{ref}", self.group)]

    async def group(self, request: web.Request) -> web.Response:
        """Tell to which group of a hypothesis a customer belongs."""
        name, ref = request.match_info["id"], request.match_info["ref"]
        async with self._turn, self._database.reading() as unit:
            begun = await unit.hypotheses.by_name(name) if "\x00" not in name else None
            if begun is None:
                detail = "No hypothesis with this id has begun."
                raise ProblemError(404, "unknown-hypothesis", detail)
            found = await find_customer(unit, ref) if "\x00" not in ref else None
            if found is None:
                detail = "No customer has this ref. Register them with PUT first."
                raise ProblemError(404, "unknown-customer", detail)
            treated = await standing.group_of(unit, begun, found.customer)
        group = {None: None, True: "treatment", False: "control"}[treated]
        told = {"hypothesis": name, "state": begun.state}
        return json_response({**told, "customer": found.customer.ref, "group": group})
