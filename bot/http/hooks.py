"""The addresses that shops and billing systems call by themselves."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import orjson
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import SecretStr

from bot.changes import outside
from bot.core.brakes import Brake, address_of
from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.core.work import Work
from bot.data.hooks import github, shopify, signatures, stripe, woocommerce
from bot.data.hooks.content import NotUnderstood, WebhookContent
from bot.data.hooks.github import Finished
from bot.data.tenants import cut
from bot.data.webhooks import Received, receive
from bot.http.bodies import Bodies
from bot.http.keys import refused
from bot.http.problems import ProblemError, json_response
from bot.settings import Settings

log = structlog.get_logger(__name__)

AT_ONCE = 2
"""Messages that use the database at a time: the others wait, and the bot's own work does not."""
RETRY_FOR = 3600.0
"""Seconds for which a message about an order that was never told is asked for again."""

Check = Callable[[Sequence[str], Mapping[str, str], bytes, datetime], bool]
Told = WebhookContent | Finished
"""What a shop tells of customers, or what is finished."""
Read = Callable[[Mapping[str, str], object, datetime], tuple[str, Told | None]]


@dataclass(frozen=True, slots=True)
class Source:
    """A system that calls us."""

    name: str
    prefix: str
    """What its names begin with, such as `shopify:`."""
    secrets: Callable[[Settings], Sequence[SecretStr]]
    check: Check
    read: Read


def _by_header(
    header: str,
    read: Callable[[str, object, datetime], WebhookContent | None],
    tenant: Callable[[Mapping[str, str], object], str],
) -> Read:
    def reading(
        headers: Mapping[str, str], body: object, now: datetime
    ) -> tuple[str, WebhookContent | None]:
        topic = headers.get(header, "")[:100]
        told = read(topic, body, now)
        return topic, replace(told, tenant=cut(tenant(headers, body))) if told else None

    return reading


def _github(headers: Mapping[str, str], body: object, now: datetime) -> tuple[str, Finished | None]:
    topic = headers.get("X-GitHub-Event", "")[:100]
    return topic, github.read(topic, body)


def _shop(headers: Mapping[str, str], body: object) -> str:
    """The shop of Shopify's: a request to erase names it in what is signed."""
    return shopify.shop_of(body) or headers.get("X-Shopify-Shop-Domain", "")


def _site(headers: Mapping[str, str], body: object) -> str:
    return woocommerce.site_of(headers.get("X-WC-Webhook-Source", ""))


SOURCES = (
    Source(
        "stripe",
        stripe.SOURCE,
        lambda settings: settings.stripe_secret,
        signatures.stripe,
        lambda headers, body, now: stripe.read(body),
    ),
    Source(
        "shopify",
        shopify.SOURCE,
        lambda settings: settings.shopify_secret,
        signatures.shopify,
        _by_header("X-Shopify-Topic", shopify.read, _shop),
    ),
    Source(
        "woocommerce",
        woocommerce.SOURCE,
        lambda settings: settings.woocommerce_secret,
        signatures.woocommerce,
        _by_header("X-WC-Webhook-Topic", woocommerce.read, _site),
    ),
    Source(
        "github",
        "github:",
        lambda settings: settings.github_secret,
        signatures.github,
        _github,
    ),
)


class Hooks:
    """The doors of the sources whose secrets are set."""

    def __init__(
        self, database: Database, services: Services, committed: Callable[[Unit], None]
    ) -> None:
        self._database, self._services, self._committed = database, services, committed
        self._turn = asyncio.Semaphore(AT_ONCE)
        # One of each for every source: what is sent to one door leaves the others open.
        self._bodies = {each.name: Bodies() for each in SOURCES}
        self._brakes = {each.name: Brake() for each in SOURCES}

    def routes(self) -> list[web.RouteDef]:
        """A route for each source."""
        return [web.post(f"/hooks/{each.name}", self._handler(each)) for each in SOURCES]

    def _handler(self, source: Source) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            return await self._take(source, request)

        return handle

    async def _take(self, source: Source, request: web.Request) -> web.Response:
        secrets = [each.get_secret_value() for each in source.secrets(self._services.settings)]
        if not secrets:
            log.warning(
                "hook_off", source=source.name, setting=f"VERSO_{source.name.upper()}_SECRET"
            )
            raise ProblemError(404, "not-found", "See /api/docs for the addresses that there are.")
        body, now = await self._bodies[source.name].read(request), self._services.clock.now()
        if source is SOURCES[2] and _is_ping(request, body):
            return json_response({"status": "pong"})
        if not source.check(secrets, request.headers, body, now):
            miss = self._brakes[source.name].missed(address_of(request.remote, request.headers))
            if miss.is_news:
                log.warning(
                    "hook_refused", source=source.name, address=miss.address, tries=miss.tries
                )
            detail = "The signature does not fit the body, or it is older than five minutes."
            raise refused(miss, "signature", detail)
        return await self._told(source, request.headers, body, now)

    async def _told(
        self, source: Source, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> web.Response:
        try:
            topic, told = source.read(headers, orjson.loads(body), now)
        except orjson.JSONDecodeError:
            raise ProblemError(400, "malformed", "The body is not valid JSON.") from None
        except NotUnderstood as error:
            # The same message again would not be understood either.
            log.warning("hook_not_understood", source=source.name, why=str(error))
            return json_response({"status": "not_understood"})
        if told is None:
            log.info("hook_ignored", source=source.name, topic=_shown(topic))
            return json_response({"status": "ignored"})
        status = await self._received(source, told)
        if status is Received.NOBODY and _may_still_come(told, now):
            detail = "The order that this is about has not been told yet. Send it again later."
            raise ProblemError(503, "order-unknown", detail, headers={"Retry-After": "60"})
        return json_response({"status": status.value})

    async def _received(self, source: Source, told: Told) -> Received:
        async with self._turn, self._database.unit() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            if isinstance(told, Finished):
                is_news = await outside.done(work, told.what, told.at)
                status = Received.TAKEN if is_news else Received.NOTHING_NEW
            else:
                status = await receive(work, source.prefix, told)
            await unit.commit()
        self._committed(unit)
        return status


def _may_still_come(told: Told, now: datetime) -> bool:
    """Whether it helps to send it again: the order's own message may be on its way."""
    if isinstance(told, Finished) or not told.about:
        return False
    if all(each.withdrawn for each in told.happenings):
        return False
    return told.person is None and (now - told.as_of).total_seconds() < RETRY_FOR


def _is_ping(request: web.Request, body: bytes) -> bool:
    """What WooCommerce sends, unsigned, when a webhook is made: `webhook_id=7`."""
    number = body.removeprefix(b"webhook_id=")
    return request.content_type == "application/x-www-form-urlencoded" and number.isdigit()


def _shown(topic: str) -> str:
    """A topic for the log, from outside: short and plain."""
    return topic if topic.isascii() and topic.isprintable() else ascii(topic)
