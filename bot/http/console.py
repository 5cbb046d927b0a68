"""The console on the web: pages for whoever looks after the bot, in Telegram or in a browser.

Whoever comes in is known by what Telegram signs, or by a link that the bot has written to them.
Then a cookie that no script reads opens the pages for a short while; every form carries a token.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from urllib.parse import parse_qs

import structlog
from aiohttp import web

from bot.console.web import passes
from bot.console.web.ahead import Counting
from bot.console.web.passes import is_in_telegram
from bot.console.web.rendering import FILES, Pages, file
from bot.core.admin_notices import admin_language
from bot.core.brakes import Brake, address_of
from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.core.work import Work
from bot.http.bodies import Bodies
from bot.http.console_forms import Handling, press, write_hypothesis, write_words
from bot.http.console_screens import Screen, Screens
from bot.http.wished import wished
from flows.console.signed import Refused
from flows.languages import language_of

log = structlog.get_logger(__name__)

COOKIE = "verso_console"
SECURE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors https://web.telegram.org",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
AT_ONCE = 3
"""Pages that read the database at a time, so that others are not kept from it."""
A_MINUTE = 120
"""Pages and presses of one person within a minute."""
_FIELDS = 60
FORMS: Mapping[str, Handling] = {
    "/console/do": press,
    "/console/asks/words": write_words,
    "/console/trials/new": write_hypothesis,
}
"""What the forms of the pages lead to."""


class Console:
    """The addresses below `/console`."""

    def __init__(
        self,
        database: Database,
        services: Services,
        committed: Callable[[Unit], object],
        reload: Callable[[], Awaitable[object]],
    ) -> None:
        self._database, self._services = database, services
        self._committed, self._reload = committed, reload
        self._turn, self._bodies = asyncio.Semaphore(AT_ONCE), Bodies()
        self._wrong, self._often = Brake(), Brake(tries=A_MINUTE)
        self._counting = Counting(database, services)
        self._screens = Screens(self._counting)

    async def close(self, app: web.Application) -> None:
        """Leave what is worked out beside the pages."""
        await self._counting.close()

    def routes(self) -> list[web.RouteDef]:
        """The routes."""
        screens = {
            "/console": self._screens.today,
            "/console/": self._screens.today,
            "/console/asks": self._screens.asks,
            "/console/asks/words": self._screens.words,
            "/console/board": self._screens.board,
            "/console/why": self._screens.why,
            "/console/trials": self._screens.trials,
            "/console/trials/new": self._screens.hypothesis,
            "/console/book": self._screens.book,
        }
        return [
            *(web.get(path, partial(self._shown, screen)) for path, screen in screens.items()),
            *(web.post(path, partial(self._formed, handle)) for path, handle in FORMS.items()),
            web.post("/console/enter", self.enter),
            web.post("/console/out", self.leave),
            *(web.get(f"/console/{name}", partial(_fetched, name)) for name in FILES),
        ]

    # -- what is looked at -----------------------------------------------------------------------

    async def _shown(self, screen: Screen, request: web.Request) -> web.Response:
        """A page for whoever is in; anybody else reads how to come in."""
        secret = request.cookies.get(COOKIE, "")
        async with self._turn, self._database.reading() as unit:
            who = await passes.who_is_in(unit, self._services, secret)
            if who is None:
                why_not = "not_kept" if "entered" in request.query else "closed"
                return self._door(request, why_not, 401)
            if self._often.missed(str(who.telegram_id)).wait:
                return self._door(request, "often", 429)
            work = Work(unit, self._services.clock.now(), self._services)
            language = await admin_language(work, who.telegram_id, who.language_code)
            pages = Pages(self._services, language, passes.form_token(secret))
            return _html(await screen(work, who, pages, request.query))

    # -- coming in and going ---------------------------------------------------------------------

    async def enter(self, request: web.Request) -> web.Response:
        """Open a session, by what Telegram signs or by a link's key."""
        if _is_from_elsewhere(request):
            return self._door(request, "elsewhere", 403)
        form = await self._form(request)
        async with self._database.unit() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            if form.get("signed"):
                opened = await passes.enter_signed(work, form["signed"])
            else:
                opened = await passes.enter_by_link(work, form.get("key", "")) or Refused.OLD
            if opened is None or isinstance(opened, Refused):
                return self._refused(request, opened)
            await unit.commit()
        response = _see_other("/console?entered")
        response.set_cookie(
            COOKIE,
            opened,
            max_age=int(passes.SESSION_LASTS.total_seconds()),
            path="/console",
            httponly=True,
            samesite="Strict",
            secure=is_in_telegram(self._services),
        )
        return response

    def _refused(self, request: web.Request, why_not: Refused | None) -> web.Response:
        """Say why somebody does not come in; who tries again and again is told to wait."""
        miss = self._wrong.missed(address_of(request.remote, request.headers))
        if miss.is_news:
            log.warning("console_refused", address=miss.address, tries=miss.tries)
        if miss.wait:
            return self._door(request, "often", 429)
        return self._door(request, "nobody" if why_not is None else why_not.value, 403)

    async def leave(self, request: web.Request) -> web.Response:
        """End a session."""
        secret = await self._in_form(request)
        if secret is None:
            return self._door(request, "elsewhere", 403)
        async with self._database.unit() as unit:
            work = Work(unit, self._services.clock.now(), self._services)
            await passes.leave(work, secret[0])
            await unit.commit()
        response = self._door(request, "left", 200)
        response.del_cookie(COOKIE, path="/console")
        return response

    # -- what is pressed -------------------------------------------------------------------------

    async def _formed(self, handle: Handling, request: web.Request) -> web.Response:
        """What a form of whoever is in leads to; what was done is kept before it is shown."""
        given = await self._in_form(request)
        if given is None:
            return self._door(request, "elsewhere", 403)
        secret, form = given
        looks = form.get("press") == "look"
        async with self._database.reading() if looks else self._database.unit() as unit:
            who = await passes.who_is_in(unit, self._services, secret)
            if who is None:
                return self._door(request, "closed", 401)
            if self._often.missed(str(who.telegram_id)).wait:
                return self._door(request, "often", 429)
            work = Work(unit, self._services.clock.now(), self._services)
            language = await admin_language(work, who.telegram_id, who.language_code)
            pages = Pages(self._services, language, passes.form_token(secret))
            came = await handle(work, who, pages, form)
            if came.ok:
                await unit.commit()
        if came.ok:
            self._committed(unit)
        if came.ok and work.config_changed:
            await self._reload()
        return _html(came.page) if came.page else _see_other(came.path)

    async def _in_form(self, request: web.Request) -> tuple[str, dict[str, str]] | None:
        """The session's secret and what its form says; None: no page of ours has sent it."""
        if _is_from_elsewhere(request):
            return None
        secret, form = request.cookies.get(COOKIE, ""), await self._form(request)
        return (secret, form) if passes.is_form_of(secret, form.get("token", "")) else None

    async def _form(self, request: web.Request) -> dict[str, str]:
        body = (await self._bodies.read(request)).decode("utf-8", "replace")
        try:
            fields = parse_qs(body, keep_blank_values=True, max_num_fields=_FIELDS)
        except ValueError:
            return {}
        return {name: values[0] for name, values in fields.items() if len(values) == 1}

    def _door(self, request: web.Request, why_not: str, status: int) -> web.Response:
        default = self._services.config.brand.default_language
        language = language_of(*wished(request), default=default)
        return _html(Pages(self._services, language).door(why_not), status)


def _is_from_elsewhere(request: web.Request) -> bool:
    """Whether a browser says that another site's page sends this."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")


async def _fetched(name: str, request: web.Request) -> web.Response:
    headers = SECURE | {"Cache-Control": "no-cache"}
    return web.Response(body=file(name), content_type=FILES[name], charset="utf-8", headers=headers)


def _html(page: str, status: int = 200) -> web.Response:
    body = page.encode("utf-8", "replace")
    return web.Response(
        body=body, status=status, content_type="text/html", charset="utf-8", headers=SECURE
    )


def _see_other(path: str) -> web.Response:
    return web.Response(status=303, headers=SECURE | {"Location": path})
