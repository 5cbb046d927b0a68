"""Files of pages that show phones, and the sandbox's own page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
from aiohttp import web

from bot.sandbox.index import index_text

WEB = Path(__file__).parent / "web"
PHONES, PAGE = WEB / "phones", WEB / "page"
"""What every page with phones is made of, and the sandbox's own page."""
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
Answer = Callable[[web.Request], Awaitable[web.Response]]


def add_phones(app: web.Application) -> None:
    """Serve what phones are made of, for whatever page shows them."""
    app.router.add_get("/phones/{path:.+}", files_of(PHONES))
    app.router.add_get("/about", _about)


def add_page(app: web.Application) -> None:
    """Serve the sandbox's own page."""
    app.router.add_get("/", page_of(PAGE))
    app.router.add_get("/web/{path:.+}", files_of(PAGE))


def page_of(folder: Path) -> Answer:
    """Answers with a folder's page."""

    async def serve(_request: web.Request) -> web.Response:
        return await _file(folder / "index.html")

    return serve


def files_of(folder: Path) -> Answer:
    """Answers with the files of a folder, and with nothing outside of it."""

    async def serve(request: web.Request) -> web.Response:
        path = (folder / request.match_info["path"]).resolve()
        if not path.is_relative_to(folder) or path.suffix not in TYPES or not path.is_file():
            return refused(404, "There is no such file.")
        return await _file(path)

    return serve


def refused(status: int, sentence: str) -> web.Response:
    """A refusal that a page can show."""
    body = orjson.dumps({"error": sentence})
    return web.Response(status=status, body=body, content_type="application/json", headers=HEADERS)


async def _about(_request: web.Request) -> web.Response:
    return web.Response(text=index_text())


async def _file(path: Path) -> web.Response:
    body = await asyncio.to_thread(path.read_bytes)
    kind = TYPES[path.suffix]
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=HEADERS)
