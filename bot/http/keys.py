"""Which keys open the API."""

import hmac
import math
from collections.abc import Callable, Mapping, Sequence

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import SecretStr

from bot.core.brakes import Brake, Miss, address_of
from bot.http.problems import ProblemError

log = structlog.get_logger(__name__)

PREFIX = "/api/v1/"


def key_middleware(keys: Callable[[], Sequence[SecretStr]], brake: Brake) -> Middleware:
    """Ask for `Authorization: Bearer KEY` on every path of the API."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(PREFIX) and not _opens(request, keys()):
            miss = brake.missed(address_of(request.remote, request.headers))
            if miss.is_news:
                log.warning("api_key_refused", address=miss.address, tries=miss.tries)
            raise refused(
                miss,
                "unauthorized",
                "Send the header Authorization: Bearer KEY with one of the keys in VERSO_API_KEYS.",
                headers={"WWW-Authenticate": 'Bearer realm="verso"'},
            )
        return await handler(request)

    return check


def refused(
    miss: Miss, kind: str, detail: str, headers: Mapping[str, str] | None = None
) -> ProblemError:
    """What to answer to a wrong key or signature: that it is wrong, or to wait."""
    if not miss.wait:
        return ProblemError(401, kind, detail, headers=headers)
    seconds = math.ceil(miss.wait)
    return ProblemError(
        429,
        "too-many-tries",
        f"{miss.tries} wrong tries came from your address. {detail}",
        headers={"Retry-After": str(seconds)},
    )


def _opens(request: web.Request, keys: Sequence[SecretStr]) -> bool:
    if not keys:
        raise ProblemError(
            503, "no-keys", "No key is set. Set VERSO_API_KEYS on the server and start it again."
        )
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and _known(given.strip(), keys)


def _known(given: str, keys: Sequence[SecretStr]) -> bool:
    """Compare with every key, each in constant time, so that the time tells nothing."""
    attempt = given.encode(errors="surrogateescape")
    matches = [hmac.compare_digest(attempt, key.get_secret_value().encode()) for key in keys]
    return any(matches)
