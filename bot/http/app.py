"""The HTTP application put together."""

from collections.abc import Callable, Mapping

from aiohttp import web

from bot.http.api import Api
from bot.http.bodies import BODY_LIMIT
from bot.http.health import Health, Probe
from bot.http.keys import key_middleware
from bot.http.metrics import Metrics, metrics_route
from bot.http.openapi import documentation_routes
from bot.http.problems import problem_middleware
from bot.ports import Database
from bot.services import Services


def create_http_app(
    database: Database,
    services: Services,
    probes: Mapping[str, Probe],
    *,
    is_busy: Callable[[BaseException], bool],
    metrics: Metrics | None = None,
) -> web.Application:
    """Put together API, documentation, health and metrics; further routes may be added.

    `probes` are asked by `/readyz`, besides the database. `is_busy` tells which errors mean "try
    again soon" (storage.database.is_busy). `metrics` is what the worker and the sender count in.
    """
    metrics = metrics or Metrics()
    app = web.Application(
        middlewares=[
            problem_middleware(is_busy),
            key_middleware(lambda: services.settings.api_keys),
        ],
        client_max_size=BODY_LIMIT,
    )
    app.add_routes(Api(database, services).routes())
    app.add_routes(Health(database, probes, metrics).routes())
    app.add_routes(documentation_routes())
    app.add_routes([metrics_route(metrics, database, services)])
    app.cleanup_ctx.append(metrics.watch_loop)
    return app
