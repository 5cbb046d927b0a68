"""So many requests at a time and no more, so that what waits does not eat the memory."""

from collections import Counter

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.http.problems import no_room

AT_A_TIME = 100
"""Requests of one door under way or waiting for their turn: the API, each hook, Telegram."""
DOOR = 2
"""Parts of a path that name a door, such as `/hooks/stripe`."""


def crowd_middleware() -> Middleware:
    """Refuse what comes while a door is crowded; each has room of its own."""
    under_way: Counter[str] = Counter()

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        if resource is None:
            return await handler(request)
        door = "/".join(resource.canonical.split("/")[: DOOR + 1])
        if under_way[door] >= AT_A_TIME:
            raise no_room("Many requests are under way. Send it again in a moment.")
        under_way[door] += 1
        try:
            return await handler(request)
        finally:
            under_way[door] -= 1

    return check
