"""Which keys open the API."""

import hmac
from collections.abc import Callable, Sequence

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import SecretStr

from bot.http.problems import ProblemError

PREFIX = "/api/v1/"


def key_middleware(keys: Callable[[], Sequence[SecretStr]]) -> Middleware:
    """Ask for `Authorization: Bearer KEY` on every path of the API."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(PREFIX):
            _check(request.headers.get("Authorization", ""), keys())
        return await handler(request)

    return check


def _check(header: str, keys: Sequence[SecretStr]) -> None:
    if not keys:
        raise ProblemError(
            503, "no-keys", "No key is set. Set VERSO_API_KEYS on the server and start it again."
        )
    scheme, _, given = header.partition(" ")
    if scheme.lower() != "bearer" or not _known(given.strip(), keys):
        raise ProblemError(
            401,
            "unauthorized",
            "Send the header Authorization: Bearer KEY with one of the keys in VERSO_API_KEYS.",
            headers={"WWW-Authenticate": 'Bearer realm="verso"'},
        )


def _known(given: str, keys: Sequence[SecretStr]) -> bool:
    """Compare with every key, each in constant time, so that the time tells nothing."""
    attempt = given.encode(errors="surrogateescape")
    matches = [hmac.compare_digest(attempt, key.get_secret_value().encode()) for key in keys]
    return any(matches)
