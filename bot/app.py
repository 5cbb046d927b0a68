"""The composition root: wires the rooms together, starts Verso and stops it in order.

Start: database, services, Telegram client, HTTP server, then the loops (intake, worker, sender,
ticks), each supervised. Stop, within ten seconds: take nothing new in, finish the batch in hand,
finish the calls under way and record them, close.
"""

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes, ExtBot

from bot import wiring
from bot.configuration.current import load_services, reload_services
from bot.configuration.telegram_setup import Call, Setup
from bot.core.clock import Clock, SystemClock
from bot.core.context import VersoApplication, VersoContext
from bot.core.services import Services
from bot.data.receivers.delivering import Delivering
from bot.data.receivers.posting import Posting
from bot.data.upload_worker import Uploads
from bot.http.connections import Runner
from bot.http.server import create_http_app
from bot.runtime import memory
from bot.runtime.intake.poller import Poller
from bot.runtime.intake.store import Intake
from bot.runtime.intake.webhook import Webhook
from bot.runtime.probes import AppProbes
from bot.runtime.reloading import Reloader
from bot.runtime.sending.pacing import Budgets, Pacing
from bot.runtime.sending.sender import Sender
from bot.runtime.starting import say_start
from bot.runtime.ticker import Ticker
from bot.runtime.transport import IN_OUR_WORDS, AiohttpRequest
from bot.runtime.worker import Answers, Worker
from bot.settings import TELEGRAM, Settings, environment, proxy_for_webhooks, way_to_telegram
from bot.themes.comparing import Comparing
from bot.themes.likeness import InThread
from bot.themes.meaning import installed
from flows import ear
from storage.database import Database

log = structlog.get_logger(__name__)

_DEAF = {
    errno.EADDRINUSE: "another program listens there",
    errno.EACCES: "this user may not listen on so low a port",
    errno.EADDRNOTAVAIL: "this machine has no such address",
    socket.EAI_NONAME: "its name leads nowhere",
}
"""Why the HTTP server cannot listen."""

STOP_SECONDS = 8.0
"""For calls that are under way when Verso is told to stop; the whole stop takes at most ten."""
LEAD_SECONDS = 1.0
RESTART_SECONDS = 1.0


class StartError(Exception):
    """Verso cannot start; the sentence says what to do."""


@dataclass(slots=True)
class App:
    """A running Verso."""

    settings: Settings
    database: Database
    services: Services
    transport: AiohttpRequest
    application: VersoApplication
    intake: Intake
    poller: Poller | None
    worker: Worker
    sender: Sender
    ticker: Ticker
    setup: Setup
    likeness: InThread
    comparing: Comparing
    posting: Posting
    delivering: Delivering
    http_port: int = 0

    async def settle(self) -> None:
        """Do all that is due now, and wait until nothing is under way; for moved clocks."""
        await self.ticker.run_due_now()


@contextlib.asynccontextmanager
async def running_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    budgets: Budgets | None = None,
    config_file: Path | None = None,
) -> AsyncIterator[App]:
    """Run Verso for as long as the block runs.

    Raises StartError when it cannot start, and what opening the database and reading the
    configuration raise.
    """
    clock = clock or SystemClock()
    database = await Database.open(settings.database_url, alone=True)
    try:
        await database.try_to_lead()
        services = await load_services(database, settings, clock, config_file or settings.config)
        services.subscribers = wiring.subscribers()
        ear.shipped()  # now, and not while the first customers wait
        async with _telegram(settings) as (transport, application):
            app = _assemble(settings, database, services, transport, application, budgets)
            await _connect(app)
            async with _serving(app), _looping(app):
                say_start(services, port=app.http_port, leads=database.leads)
                yield app
            app.likeness.close()
            await app.posting.close()
            log.info("stopped")
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def _telegram(settings: Settings) -> AsyncIterator[tuple[AiohttpRequest, VersoApplication]]:
    """Open the client and python-telegram-bot's application; no call is made yet."""
    proxy = way_to_telegram(settings).proxy
    transport = AiohttpRequest(proxy=proxy)
    bot: ExtBot[None] = ExtBot(
        settings.bot_token.get_secret_value(),
        base_url=f"{settings.bot_api_url}/bot",
        base_file_url=f"{settings.bot_api_url}/file/bot",
        request=transport,
        get_updates_request=AiohttpRequest(pool=1, proxy=proxy),
    )
    application: VersoApplication = (
        Application.builder()
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(context=VersoContext))
        .build()
    )
    await transport.initialize()
    try:
        yield transport, application
    finally:
        await application.shutdown()
        await bot.shutdown()
        await transport.shutdown()


def _assemble(
    settings: Settings,
    database: Database,
    services: Services,
    transport: AiohttpRequest,
    application: VersoApplication,
    budgets: Budgets | None,
) -> App:
    base_url = f"{settings.bot_api_url}/bot{settings.bot_token.get_secret_value()}"
    pacing = Pacing(
        budgets or Budgets(per_second=settings.send_rate, group_per_minute=settings.group_rate)
    )
    setup = Setup(database, services, _caller(transport, base_url), wiring.published())
    reloader = Reloader(lambda: reload_services(database, services), setup.catch_up)
    sender = Sender(
        database,
        services,
        transport,
        base_url,
        pacing,
        wiring.engine(),
        wiring.reach(),
        changed=reloader.soon,
    )
    for handler in wiring.handlers():
        application.add_handler(handler)
    worker = Worker(
        database,
        services,
        application,
        loaders=wiring.engine().loaders,
        committed=sender.committed,
        answer=_Answers(transport, base_url).send,
        changed=reloader.soon,
        settled=reloader.done,
        read=wiring.read(),
    )
    intake = Intake(database, services.clock, worker.wake)
    poller = Poller(transport, base_url, intake) if settings.mode == "polling" else None
    ticker = Ticker(
        database,
        services,
        subjects=wiring.engine(),
        on_committed=sender.committed,
        reload=reloader.now,
        asks_waiting=lambda: sender.seconds_of_asks,
    )
    likeness = InThread(installed())
    posting = Posting(proxy_for_webhooks(settings))
    return App(
        settings,
        database,
        services,
        transport,
        application,
        intake,
        poller,
        worker,
        sender,
        ticker,
        setup,
        likeness,
        Comparing(database, services, likeness, sender.committed),
        posting,
        Delivering(database, services, posting.post, environment(), sender.committed),
    )


def _caller(transport: AiohttpRequest, base_url: str) -> Call:
    async def call(method: str, params: Mapping[str, Any]) -> Any:
        return await transport.call(f"{base_url}/{method}", params)

    return call


class _Answers:
    """Answers to button presses: not stored, and given up when they fail."""

    def __init__(self, transport: AiohttpRequest, base_url: str) -> None:
        self._transport, self._url = transport, f"{base_url}/answerCallbackQuery"
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, answers: Answers) -> None:
        for query_id, params in answers.items():
            task = asyncio.create_task(self._one({"callback_query_id": query_id, **params}))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _one(self, params: dict[str, Any]) -> None:
        try:
            await self._transport.call(self._url, params)
        except TelegramError as error:
            log.debug("press_not_answered", error=type(error).__name__)


async def _connect(app: App) -> None:
    """Learn who the bot is. Telegram may be down: then the start waits for it, and says so."""
    pause = 0.5
    while True:
        try:
            await app.application.initialize()
        except InvalidToken:
            raise StartError(
                "Telegram does not know this token. Copy it again from BotFather into "
                "VERSO_BOT_TOKEN (a revoked token stops working at once)."
            ) from None
        except TelegramError as error:
            reason = str(error) if isinstance(error, IN_OUR_WORDS) else ""
            log.warning(
                "telegram_unreachable", error=type(error).__name__, reason=reason, pause=pause
            )
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)
        else:
            break
    bot = app.application.bot
    app.services.bot_id, app.services.bot_username = bot.id, bot.username
    await app.setup.prepare(app.settings)


@contextlib.asynccontextmanager
async def _serving(app: App) -> AsyncIterator[None]:
    """Serve HTTP: the API, health, and in webhook mode the route that Telegram calls."""
    site_app = create_http_app(
        app.database,
        app.services,
        AppProbes(
            app.database,
            app.worker,
            app.sender,
            app.ticker,
            app.poller,
            app.services,
            app.intake,
        ),
        app.sender.committed,
    )
    if app.settings.mode == "webhook":
        secret = app.settings.webhook_secret.get_secret_value()
        site_app.add_routes(Webhook(app.intake, secret).routes())
    runner = Runner(site_app, access_log=None, handle_signals=False, shutdown_timeout=2.0)
    await runner.setup()
    host, port = app.settings.listen
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
    except OSError as error:
        await runner.cleanup()
        raise StartError(
            f"The HTTP server cannot listen on {host}:{port}: "
            f"{_DEAF.get(error.errno or 0, 'the system does not let it')}. "
            "Choose another VERSO_HTTP_LISTEN."
        ) from None
    app.http_port = runner.addresses[0][1]
    try:
        yield
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def _looping(app: App) -> AsyncIterator[None]:
    """Run the loops, and stop them in the order in which nothing is left lying."""
    first = [_start("intake", app.intake.commits.run)]
    takers = [_start("worker", app.worker.run), _start("leader", lambda: _lead(app))]
    takers.append(_start("setup", app.setup.insist))
    takers.append(_start("uploads", _uploads(app).run))
    takers.append(_start("comparing", app.comparing.run))
    takers.append(_start("webhooks", app.delivering.run))
    if app.poller is not None:
        takers.append(_start("poller", lambda: _poll(app)))
    sending = _start("sender", app.sender.run)
    await app.ticker.start()
    try:
        yield
    finally:
        await app.ticker.stop()
        await _stop(takers)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await app.sender.drain()
        await _stop([sending, *first])


def _uploads(app: App) -> Uploads:
    """What takes in the files that admins send; they are fetched and sent by the bot itself."""
    bot = app.application.bot

    async def fetch(file_id: str) -> bytes:
        file = await bot.get_file(file_id)
        return bytes(await file.download_as_bytearray())

    async def send_file(chat_id: int, content: bytes, name: str, caption: str) -> object:
        return await bot.send_document(chat_id, content, filename=name, caption=caption)

    return Uploads(
        app.database,
        app.services,
        fetch=fetch,
        send_file=send_file,
        committed=app.sender.committed,
    )


def _start(name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
    return asyncio.create_task(_supervised(name, run), name=name)


async def _supervised(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run a loop for ever: one that fails is logged and begun again."""
    while True:
        try:
            await run()
        except Exception:
            # The last net under every loop: without it a mistake in one would end that loop for
            # good while the others go on, and nobody would see it.
            log.exception("loop_failed", loop=name)
        await asyncio.sleep(RESTART_SECONDS)


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _lead(app: App) -> None:
    """Keep trying to be the one process that sends and ticks (PostgreSQL)."""
    while True:
        led = app.database.leads
        try:
            await app.database.try_to_lead()
        except Exception as error:
            # Whatever went wrong, what follows must happen: a process that has lost the lead and
            # did not notice would go on sending beside the next one.
            log.warning("lead_failed", error=type(error).__name__)
        if led and not app.database.leads:
            app.sender.forget()
            log.warning("lead_lost")
        elif app.database.leads and not led:
            log.info("lead_taken")
        await asyncio.sleep(LEAD_SECONDS)


async def _poll(app: App) -> None:
    """Poll while this process leads; begin again when a call has hung for too long."""
    poller = app.poller
    if poller is None:
        return
    while True:
        if not app.database.leads:
            await asyncio.sleep(LEAD_SECONDS)
            continue
        poller.alive()
        polling = asyncio.create_task(poller.run(), name="getUpdates")
        try:
            await _while(lambda: app.database.leads and not poller.is_silent(), polling)
            if poller.is_silent():
                log.error("poller_dead", advice="polling is begun again")
        finally:
            await _stop([polling])


async def _while(holds: Callable[[], bool], task: asyncio.Task[None]) -> None:
    """Wait until a condition no longer holds or a task has ended."""
    while holds() and not task.done():
        await asyncio.wait([task], timeout=LEAD_SECONDS)


async def run_until_stopped(settings: Settings) -> None:
    """Run Verso until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with running_app(settings) as app:
        await app.setup.greet()
        memory.freeze_gc()
        await stop.wait()
        log.info("stopping")


def run(settings: Settings) -> None:
    """Run Verso in this process, on the fastest event loop there is."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(run_until_stopped(settings))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415  not on Windows
    except ImportError:
        return None
    return uvloop.new_event_loop


__all__ = ["TELEGRAM", "App", "StartError", "run", "run_until_stopped", "running_app"]
