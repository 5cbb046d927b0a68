"""The console on the web: pages for whoever looks after the bot, in Telegram or in a browser.

Whoever comes in is known by what Telegram signs, or by a link that the bot has written to them.
Then a cookie that no script reads opens the pages for a short while; every form carries a token.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import parse_qs, urlencode

import structlog
from aiohttp import web

from bot.console.web import passes
from bot.console.web.ahead import LookingAhead
from bot.console.web.asks import asks_view, listed_schedules, opened
from bot.console.web.board import board
from bot.console.web.doing import do
from bot.console.web.passes import PATH, is_in_telegram
from bot.console.web.rendering import FILES, Pages, file
from bot.console.web.stories import shelf
from bot.console.web.today import Asked, asked_today, today
from bot.console.web.why import why
from bot.core.admin_notices import admin_language
from bot.core.brakes import Brake, address_of
from bot.core.names import moment
from bot.core.ports import Database, Unit
from bot.core.services import Services
from bot.core.work import Work
from bot.http.bodies import Bodies
from bot.http.wished import wished
from flows.console.signed import Refused
from flows.entities import ConsolePass
from flows.languages import language_of

log = structlog.get_logger(__name__)

COOKIE = "verso_console"
SECURE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors https://web.telegram.org",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
AT_ONCE = 3
"""Pages that read the database at a time, so that others are not kept from it."""
A_MINUTE = 120
"""Pages and presses of one person within a minute."""
COUNTED_FOR = 30.0
"""Seconds for which what became of asking today is told again: it is counted over a table."""
_FIELDS = 10
_LONGEST_NUMBER = 10
_PATHS = {name: f"{PATH}/{name}" for name in ("asks", "board", "book")}
"""Screens to which a form may lead back; any other leads to the first."""

_Show = Callable[[Work, ConsolePass, Pages], Awaitable[str]]


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
        self._ahead = LookingAhead(database, services)
        self._asked, self._asked_at = Asked(0, 0, 0, 0), -COUNTED_FOR

    async def close(self, app: web.Application) -> None:
        """Leave what is worked out beside the pages."""
        await self._ahead.close()

    def routes(self) -> list[web.RouteDef]:
        """The routes."""
        return [
            web.get("/console", self.today),
            web.get("/console/", self.today),
            web.get("/console/asks", self.asks),
            web.get("/console/board", self.board),
            web.get("/console/why", self.why),
            web.get("/console/book", self.book),
            web.post("/console/enter", self.enter),
            web.post("/console/out", self.leave),
            web.post("/console/do", self.press),
            *(web.get(f"/console/{name}", partial(_fetched, name)) for name in FILES),
        ]

    # -- what is looked at -----------------------------------------------------------------------

    async def today(self, request: web.Request) -> web.Response:
        """What needs whoever looks after the bot."""

        async def show(work: Work, who: ConsolePass, pages: Pages) -> str:
            zone = work.services.config.brand.time_zone
            when = moment(work.now, zone, pages.language)
            shown = await today(work, pages.language, who.telegram_id)
            asked = await self._asked_today(work)
            return pages.today(shown, asked, when, pages.said(*_said(request)))

        return await self._shown(request, show)

    async def asks(self, request: web.Request) -> web.Response:
        """The schedules; one of them with its next days, its words and its history."""
        wanted = request.query.get("of", "")

        async def show(work: Work, who: ConsolePass, pages: Pages) -> str:
            view, said = await asks_view(work, pages.language), pages.said(*_said(request))
            schedule = view.config.schedule(wanted)
            if schedule is None or schedule.archived:
                return pages.asks(await listed_schedules(work, view), "", None, said)
            found = await opened(work, view, schedule, self._ahead.find(schedule))
            return pages.asks((), schedule.id, found, said)

        return await self._shown(request, show)

    async def board(self, request: web.Request) -> web.Response:
        """Complaints and changes as they stand."""

        async def show(work: Work, who: ConsolePass, pages: Pages) -> str:
            shown = await board(work, pages.language, who.telegram_id)
            return pages.board(shown, pages.said(*_said(request)))

        return await self._shown(request, show)

    async def book(self, request: web.Request) -> web.Response:
        """Stories that could be told, and those that wait."""

        async def show(work: Work, who: ConsolePass, pages: Pages) -> str:
            return pages.book(await shelf(work, pages.language), pages.said(*_said(request)))

        return await self._shown(request, show)

    async def why(self, request: web.Request) -> web.Response:
        """One customer as a time line, and what would be decided about them."""
        ref = request.query.get("ref", "").strip()

        async def show(work: Work, who: ConsolePass, pages: Pages) -> str:
            return pages.why(ref, await why(work, ref, pages.language))

        return await self._shown(request, show)

    async def _shown(self, request: web.Request, show: _Show) -> web.Response:
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
            return _html(await show(work, who, pages))

    async def _asked_today(self, work: Work) -> Asked:
        if time.monotonic() - self._asked_at >= COUNTED_FOR:
            self._asked = await asked_today(work)
            self._asked_at = time.monotonic()
        return self._asked

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

    async def press(self, request: web.Request) -> web.Response:
        """Do what a form says, and show the screen with what came of it."""
        given = await self._in_form(request)
        if given is None:
            return self._door(request, "elsewhere", 403)
        secret, form = given
        async with self._database.unit() as unit:
            who = await passes.who_is_in(unit, self._services, secret)
            if who is None:
                return self._door(request, "closed", 401)
            if self._often.missed(str(who.telegram_id)).wait:
                return self._door(request, "often", 429)
            work = Work(unit, self._services.clock.now(), self._services)
            done = await do(work, who, form.get("deed", ""), form.get("about", ""))
            if done.ok:
                await unit.commit()
        if done.ok:
            self._committed(unit)
        if done.ok and work.config_changed:
            await self._reload()
        screen = _PATHS.get(form.get("back", ""), PATH)
        told = {"said": done.said, "n": done.number} | ({"of": form["of"]} if "of" in form else {})
        return _see_other(f"{screen}?{urlencode(told)}")

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


def _said(request: web.Request) -> tuple[str, int]:
    """What was just done, as the address says it: a key, and a number."""
    number = request.query.get("n", "")
    known = number.isascii() and number.isdecimal() and len(number) < _LONGEST_NUMBER
    return request.query.get("said", ""), int(number) if known else 0


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
