"""The addresses that the business's systems use."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, TypeGuard
from urllib.parse import unquote_to_bytes

from aiohttp import web

from bot.core.ports import Database, Unit
from bot.core.qr import qr_image
from bot.core.services import Services
from bot.data.items import CustomerFields, CustomerItem, EventItem, Faulty, read_item
from bot.data.registration import (
    BATCH,
    CustomerResult,
    EventResult,
    Taken,
    deep_link,
    find_customer,
    put_customers,
    put_events,
)
from bot.http.bodies import Bodies
from bot.http.problems import ProblemError, faults, json_response
from bot.identity import links

_ACTOR = "http"
"""Stands in the journal for the business's systems."""
AT_ONCE = 4
"""Requests that use the database at a time: the others wait, and the bot's own work does not."""


class Api:
    """The business's door: customers, their links, events."""

    def __init__(self, database: Database, services: Services) -> None:
        self._database = database
        self._services = services
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._bodies = Bodies()

    def routes(self) -> list[web.RouteDef]:
        """The routes of the API."""
        customer = "/api/v1/customers/{ref}"
        return [
            web.post("/api/v1/customers", self.post_customers),
            web.put(customer, self.put_customer),
            web.get(customer, self.get_customer),
            web.post(f"{customer}/link", self.post_link),
            web.delete(f"{customer}/link", self.delete_link),
            web.get(f"{customer}/link.png", self.get_png),
            web.get(f"{customer}/link.svg", self.get_svg),
            web.post("/api/v1/events", self.post_events),
        ]

    async def put_customer(self, request: web.Request) -> web.Response:
        """Register a customer, or change what is known of one."""
        item = _customer_item(_ref(request), await self._bodies.json(request))
        async with self._writing() as unit:
            results = await put_customers(unit, self._services, [item], self._services.clock.now())
            await unit.commit()
        status = 201 if results[0].status is Taken.CREATED else 200
        return json_response(self._summary(results[0]), status=status)

    async def post_customers(self, request: web.Request) -> web.Response:
        """Take in up to 1,000 customers, and tell of each what became of them."""
        given = _batch(await self._bodies.json(request), "customers")
        read = [_customer_of(each) for each in given]
        taken = iter(await self._put_customers([each for each in read if not _is_fault(each)]))
        results = [each if _is_fault(each) else self._told(next(taken)) for each in read]
        return json_response({"results": results})

    async def _put_customers(self, items: list[Any]) -> list[CustomerResult]:
        if not items:
            return []
        async with self._writing() as unit:
            results = await put_customers(unit, self._services, items, self._services.clock.now())
            await unit.commit()
            return results

    def _told(self, result: CustomerResult) -> dict[str, Any]:
        return self._summary(result) | {"status": result.status.value, "reason": None}

    async def get_customer(self, request: web.Request) -> web.Response:
        """Tell what is known of a customer."""
        found = await self._found(request)
        customer = found.customer
        known = {name: getattr(customer, name) for name in CustomerFields.model_fields}
        consent = {"consent": customer.consent.value, "stopped": list(customer.stopped)}
        return json_response(self._summary(found) | known | consent)

    async def post_link(self, request: web.Request) -> web.Response:
        """Make a customer a new link in the place of all earlier ones."""
        ref = _ref(request)
        async with self._writing() as unit:
            found = await self._existing(unit, ref)
            link = await links.renew(unit, found.customer, self._services.clock.now(), _ACTOR)
            await unit.commit()
        return json_response(self._summary(replace(found, token=link.token)), status=201)

    async def delete_link(self, request: web.Request) -> web.Response:
        """Shut a customer's links; shut ones stay so."""
        ref = _ref(request)
        async with self._writing() as unit:
            found = await self._existing(unit, ref)
            await links.revoke(unit, found.customer, self._services.clock.now(), _ACTOR)
            await unit.commit()
        return json_response(self._summary(replace(found, token="")))

    async def get_png(self, request: web.Request) -> web.Response:
        """The QR code of a customer's link as PNG."""
        image = qr_image(self._link_of(await self._found(request)), "png")
        return _image(image, "image/png")

    async def get_svg(self, request: web.Request) -> web.Response:
        """The QR code of a customer's link as SVG."""
        image = qr_image(self._link_of(await self._found(request)), "svg")
        return _image(image, "image/svg+xml")

    async def post_events(self, request: web.Request) -> web.Response:
        """Take in one event or up to 1,000, and tell of each what became of it."""
        given = _batch(await self._bodies.json(request), "events")
        read = [_event_item(each) for each in given]
        items = [each for each in read if isinstance(each, EventItem)]
        taken = iter(await self._put_events(items))
        results = [next(taken) if isinstance(each, EventItem) else each for each in read]
        return json_response({"results": [_event_result(result) for result in results]})

    async def _put_events(self, items: list[EventItem]) -> list[EventResult]:
        if not items:
            return []
        async with self._writing() as unit:
            results = await put_events(unit, self._services, items, self._services.clock.now())
            await unit.commit()
            return results

    async def _found(self, request: web.Request) -> CustomerResult:
        async with self._turn, self._database.reading() as unit:
            return await self._existing(unit, _ref(request))

    async def _existing(self, unit: Unit, ref: str) -> CustomerResult:
        found = await find_customer(unit, ref) if "\x00" not in ref else None
        if found is None:
            detail = "No customer has this ref. Register them with PUT at this address."
            raise ProblemError(404, "unknown-customer", detail)
        return found

    @contextlib.asynccontextmanager
    async def _writing(self) -> AsyncIterator[Unit]:
        async with self._turn, self._database.unit() as unit:
            yield unit

    def _summary(self, result: CustomerResult) -> dict[str, Any]:
        username = self._services.bot_username
        known = username and result.token
        link = deep_link(username, result.token) if known else None
        return {"ref": result.customer.ref, "link": link, "linked": result.linked}

    def _link_of(self, result: CustomerResult) -> str:
        if not result.token:
            detail = "This customer has no working link. Make one with POST at …/link."
            raise ProblemError(404, "link-shut", detail)
        link = self._summary(result)["link"]
        if link is None:
            detail = "The bot's name is not known yet. Start the bot once, then ask again."
            raise ProblemError(503, "no-link", detail, headers={"Retry-After": "10"})
        return str(link)


def _ref(request: web.Request) -> str:
    """The ref in the address. What is no UTF-8 there would be read as another one."""
    try:
        unquote_to_bytes(request.raw_path.partition("?")[0]).decode()
    except UnicodeError:
        detail = "The ref in the address is not UTF-8; percent-encode its UTF-8 bytes."
        raise ProblemError(400, "malformed", detail) from None
    return request.match_info["ref"]


def _image(content: bytes, content_type: str) -> web.Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=content, content_type=content_type, headers=headers)


def _batch(body: Any, what: str) -> list[Any]:
    if isinstance(body, Mapping) and list(body) == [what]:
        detail = f"Send the list of {what} itself, without an object around it."
        raise ProblemError(422, "invalid", detail)
    given = body if isinstance(body, list) else [body]
    if len(given) > BATCH:
        detail = f"Send at most {BATCH} {what} at once; these are {len(given)}."
        raise ProblemError(422, "invalid", detail)
    return given


def _customer_of(given: Any) -> CustomerItem | dict[str, Any]:
    """A customer of a batch, or the result that says why it cannot be taken."""
    try:
        return read_item(CustomerItem, given)
    except Faulty as error:
        name = given.get("ref") if isinstance(given, Mapping) else None
        ref = name[:200] if isinstance(name, str) else None
        return {"ref": ref, "link": None, "linked": False} | {
            "status": Taken.REJECTED.value,
            "reason": str(error),
        }


def _is_fault(read: CustomerItem | dict[str, Any]) -> TypeGuard[dict[str, Any]]:
    return isinstance(read, dict)


def _customer_item(ref: str, body: Any) -> CustomerItem:
    if not isinstance(body, Mapping):
        detail = 'Send an object such as {} or {"name": "Anna"}.'
        raise ProblemError(422, "invalid", detail)
    if body.get("ref", ref) != ref:
        detail = "The ref in the body is not the one in the address; leave it out."
        raise ProblemError(422, "invalid", detail)
    try:
        return read_item(CustomerItem, {**body, "ref": ref})
    except Faulty as error:
        detail = f"Nothing was changed: {error}."
        raise ProblemError(422, "invalid", detail, errors=faults(error.faults)) from None


def _event_item(given: Any) -> EventItem | EventResult:
    try:
        return read_item(EventItem, given)
    except Faulty as error:
        name = given.get("id") if isinstance(given, Mapping) else None
        shown = name if isinstance(name, str) else ""
        return EventResult(shown[:200], Taken.REJECTED, str(error))


def _event_result(result: EventResult) -> dict[str, Any]:
    return {
        "id": result.id or None,
        "status": result.status.value,
        "reason": result.reason or None,
    }
