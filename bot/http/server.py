"""The HTTP application put together."""

from collections.abc import Callable
from functools import partial

from aiohttp import web

from bot.configuration.current import reload_services
from bot.core.brakes import Brake
from bot.core.health import Probes
from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.http.api import Api
from bot.http.bodies import BODY_LIMIT
from bot.http.book import Book
from bot.http.connections import name_server
from bot.http.console import Console
from bot.http.crowd import crowd_middleware
from bot.http.health import Health
from bot.http.hooks import Hooks
from bot.http.hypotheses import HypothesisGroups
from bot.http.keys import key_middleware
from bot.http.openapi import documentation_routes
from bot.http.problems import problem_middleware
from bot.http.remedies import Remedies
from bot.http.stock import Stock


def create_http_app(
    database: Database,
    services: Services,
    probes: Probes,
    committed: Callable[[Unit], None] = lambda unit: None,
) -> web.Application:
    """Put together API, hooks, documentation, health, metrics, the public book and the console.

    Further routes may be added. `committed` hears of units that may have put messages into the
    outbox.
    """
    app = web.Application(
        middlewares=[
            problem_middleware(database.is_busy),
            key_middleware(lambda: services.settings.api_keys, Brake()),
            crowd_middleware(),
        ],
        client_max_size=BODY_LIMIT,
    )
    health = Health(database, services, probes)
    app.add_routes(Api(database, services).routes())
    app.add_routes(Remedies(database, services, committed).routes())
    app.add_routes(HypothesisGroups(database).routes())
    app.add_routes(Stock(database, services, committed).routes())
    app.add_routes(Hooks(database, services, committed).routes())
    app.add_routes(health.routes())
    app.add_routes(Book(database, services).routes())
    console = Console(database, services, committed, partial(reload_services, database, services))
    app.add_routes(console.routes())
    app.on_cleanup.append(console.close)
    app.add_routes(documentation_routes())
    app.on_response_prepare.append(name_server)
    app.cleanup_ctx.append(health.lag.watch)
    return app
