"""The public book: pages for people without Telegram, and a feed. No key opens or shuts it.

What an author takes out is out with the next request: caches may keep a page, and have to ask
before they show it again.
"""

import time
from hashlib import sha256

from aiohttp import web

from bot.book.public import Reader, Wanted
from bot.book.rendering import Pages, style
from bot.core.ports import Database
from bot.core.services import Services
from bot.http.wished import wished
from flows.languages import language_of, with_customers

SECURE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
FED = 30
"""Stories of the feed."""
COUNTED_FOR = 15.0
"""Seconds for which the number of all complaints is told again: it is counted over a table."""
_LONGEST_PAGE = 6


class Book:
    """The addresses below `/book`."""

    def __init__(self, database: Database, services: Services) -> None:
        self._database, self._services = database, services
        self._so_far, self._counted_at = (0, 0), -COUNTED_FOR

    def routes(self) -> list[web.RouteDef]:
        """The routes."""
        return [
            web.get("/book", self.shelf),
            web.get("/book/", self.shelf),
            web.get("/book/feed.xml", self.feed),
            web.get("/book/book.css", self.style),
            web.get("/book/{number}", self.story),
        ]

    async def shelf(self, request: web.Request) -> web.Response:
        """Stories, the newest first, perhaps of one category or stage."""
        language = self._language(request)
        wanted = self._wanted(request, language)
        pages = self._pages(request, language)
        if wanted is None:
            return _html(request, pages.nothing(), 404)
        async with self._database.reading() as unit:
            if time.monotonic() - self._counted_at >= COUNTED_FOR:
                self._so_far = await unit.stories.so_far()
                self._counted_at = time.monotonic()
            reader = Reader(unit, self._services, language)
            shelf = await reader.shelf(wanted, self._so_far)
        if wanted.page >= shelf.pages:
            return _html(request, pages.nothing(), 404)
        return _html(request, pages.shelf(shelf, wanted))

    async def story(self, request: web.Request) -> web.Response:
        """One story, or that there is none (any more)."""
        language, number = self._language(request), request.match_info["number"]
        pages, found = self._pages(request, language), None
        if number.isascii() and number.isdecimal() and len(number) <= _LONGEST_PAGE + 3:
            async with self._database.reading() as unit:
                found = await Reader(unit, self._services, language).one(int(number))
        if found is None:
            return _html(request, pages.nothing(), 404)
        return _html(request, pages.one(*found))

    async def feed(self, request: web.Request) -> web.Response:
        """The newest stories as Atom."""
        language = self._language(request)
        async with self._database.reading() as unit:
            spreads = await Reader(unit, self._services, language).newest(FED)
        body = self._pages(request, language).feed(spreads, self._services.settings.public_url)
        return _answer(request, body, "application/atom+xml")

    async def style(self, request: web.Request) -> web.Response:
        """The style sheet of all pages."""
        return _answer(request, style(), "text/css")

    def _pages(self, request: web.Request, language: str) -> Pages:
        return Pages(self._services, language, chosen=request.query.get("lang") == language)

    def _language(self, request: web.Request) -> str:
        """The language that was chosen, else the first that the browser wishes and we speak."""
        brand = self._services.config.brand
        spoken = with_customers(brand.languages)
        for each in (request.query.get("lang", ""), *wished(request)):
            for code in (each, each.partition("-")[0]):
                if code in spoken:
                    return code
        return language_of(brand.default_language)

    def _wanted(self, request: web.Request, language: str) -> Wanted | None:
        """What was asked for; None: there is no such thing."""
        config, query = self._services.config, request.query
        category, stage = query.get("category", ""), query.get("stage", "")
        page = query.get("page", "1")
        known = (
            category in ("", *(each.id for each in config.every_category))
            and stage in ("", *(each.id for each in config.stages))
            and page.isascii()
            and page.isdecimal()
            and len(page) <= _LONGEST_PAGE
            and int(page) > 0
        )
        return Wanted(language, category, stage, int(page) - 1) if known else None


def _html(request: web.Request, page: str, status: int = 200) -> web.Response:
    return _answer(request, page.encode("utf-8", "replace"), "text/html", status)


def _answer(
    request: web.Request, body: bytes, content_type: str, status: int = 200
) -> web.Response:
    """A response that caches keep only as long as it is still what is to be read."""
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {**SECURE, "Cache-Control": "no-cache", "ETag": tag, "Vary": "Accept-Language"}
    if status == 200 and request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    return web.Response(
        body=body, status=status, content_type=content_type, charset="utf-8", headers=headers
    )
