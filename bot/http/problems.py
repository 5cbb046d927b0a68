"""Errors as RFC 9457 problem details, for every path of the server."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.data.items import Fault

log = structlog.get_logger(__name__)

CONTENT_TYPE = "application/problem+json"
RETRY_SECONDS = 2
"""How long a caller is asked to wait when there is no room."""

TITLES = {
    "unauthorized": "The key is missing or wrong",
    "no-keys": "The API is switched off",
    "not-found": "Nothing is here",
    "unknown-customer": "No such customer",
    "unknown-remedy": "No such remedy",
    "unknown-hypothesis": "No such hypothesis",
    "remedy-state": "The remedy is not granted",
    "signature": "The signature does not fit",
    "order-unknown": "The order is not known yet",
    "method": "This address does not take that method",
    "media-type": "The body is not JSON",
    "malformed": "The body cannot be read",
    "invalid": "The body is not what is expected",
    "too-large": "The body is too large",
    "too-slow": "The body did not arrive in time",
    "no-link": "The link cannot be made yet",
    "link-shut": "The customer has no working link",
    "too-many-tries": "Too many wrong tries",
    "busy": "There is no room at this moment",
    "internal": "Something went wrong here",
}
"""Every kind of problem; its type is `urn:verso:problem:KIND` (docs/http-api.md)."""


class ProblemError(Exception):
    """Ends a request with problem details. `detail` says what to do."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail = status, kind, detail
        self.errors, self.headers = errors, headers

    def response(self) -> web.Response:
        """The response that tells of this problem."""
        body: dict[str, Any] = {
            "type": f"urn:verso:problem:{self.kind}",
            "title": TITLES[self.kind],
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = list(self.errors)
        return json_response(
            body, status=self.status, content_type=CONTENT_TYPE, headers=self.headers
        )


def no_room(detail: str) -> ProblemError:
    """A problem that passes: the caller is asked to come again."""
    return ProblemError(503, "busy", detail, headers={"Retry-After": str(RETRY_SECONDS)})


def faults(found: Sequence[Fault]) -> list[dict[str, str]]:
    """Mistakes in the form of the member `errors`, with JSON pointers (RFC 6901)."""
    return [
        {"detail": fault.detail, "pointer": "#" + "".join(f"/{part}" for part in _parts(fault))}
        for fault in found
    ]


def _parts(fault: Fault) -> list[str]:
    parts = fault.field.split(".") if fault.field else []
    return [part.replace("~", "~0").replace("/", "~1") for part in parts]


def json_response(
    body: Any,
    *,
    status: int = 200,
    content_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """A JSON response that no cache keeps."""
    return web.Response(
        body=orjson.dumps(body),
        status=status,
        content_type=content_type,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def problem_middleware(is_busy: Callable[[BaseException], bool]) -> Middleware:
    """Turn whatever goes wrong into problem details; `is_busy` knows errors that pass."""

    @web.middleware
    async def handle(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except ProblemError as problem:
            return problem.response()
        except web.RequestPayloadError:
            return ProblemError(400, "malformed", "The body cannot be read.").response()
        except web.HTTPException as error:
            if error.status < HTTPStatus.BAD_REQUEST:
                raise
            return _from_http(request, error).response()
        except Exception as error:
            return _unexpected(request, error, busy=is_busy(error)).response()

    return handle


_KINDS = {401: "unauthorized", 408: "too-slow", 429: "too-many-tries", 503: "busy"}
"""Which problem a refusal without problem details is, by status."""


def _from_http(request: web.Request, error: web.HTTPException) -> ProblemError:
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        detail = f"{request.method} is not taken here; use {allowed}."
        return ProblemError(405, "method", detail, headers={"Allow": allowed})
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        detail = "A body has at most 1 MiB; send it in several requests."
        return ProblemError(413, "too-large", detail)
    if error.status == HTTPStatus.NOT_FOUND:
        return ProblemError(404, "not-found", "See /api/docs for the addresses that there are.")
    kind = _KINDS.get(error.status, "malformed")
    waits = {name: error.headers[name] for name in ("Retry-After",) if name in error.headers}
    return ProblemError(
        error.status, kind, error.reason or "The request cannot be read.", headers=waits
    )


def _unexpected(request: web.Request, error: Exception, *, busy: bool) -> ProblemError:
    resource = request.match_info.route.resource
    where = resource.canonical if resource else "unknown"
    if busy:
        log.warning("http_busy", route=where, error=type(error).__name__)
        return no_room(
            "The database cannot take it now. Nothing of this request was done. Send it again in "
            "a moment; /readyz says what is wrong if it lasts."
        )
    log.error("http_failed", route=where, exc_info=error)
    return ProblemError(
        500, "internal", "Nothing of this request was done. The log of the server says more."
    )
