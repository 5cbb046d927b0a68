"""One bot of the comparison, in a process of its own. Prints its CPU seconds and peak memory.

    python -m tests.bench.contender NAME URL DATABASE_URL

NAME: verso, conversation-handler (python-telegram-bot's ConversationHandler with
PicklePersistence), or echo (its plain in-memory echo). The last two are stock.
"""

import asyncio
import contextlib
import resource
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CommandHandler,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from tests.bench.lean import TOKEN

STEPS = 20
LANGUAGES = ("en", "ru", "zh")


def bench_flow() -> str:
    """A flow of twenty questions, each answered by a message; version 999 of `complaint`."""
    words = ", ".join(f"{language}: question {{n}}" for language in LANGUAGES)
    following = [f"q{n + 1}" for n in range(1, STEPS)] + ["told"]
    steps = [
        f"  - {{id: q{n}, kind: message, text: ask{n}, next: {step}}}"
        for n, step in enumerate(following, start=1)
    ]
    texts = [f"  ask{n}: {{{words.replace('{n}', str(n))}}}" for n in range(1, STEPS + 1)]
    end = ", ".join(f"{language}: thank you" for language in LANGUAGES)
    return "\n".join(
        [
            "flow: complaint",
            "version: 999",
            "languages: [en, ru, zh]",
            "start: q1",
            "silence:",
            "  - {if: {q1: said}, outcome: complaint}",
            "steps:",
            *steps,
            "  - {id: told, kind: end, text: told, outcome: complaint}",
            "texts:",
            *texts,
            f"  told: {{{end}}}",
            "",
        ]
    )


async def _verso(url: str, database_url: str, stop: asyncio.Event) -> None:
    from bot.app import running_app
    from bot.sending.pacing import Budgets
    from bot.settings import Settings

    settings = Settings(
        _env_file=None,
        bot_token=TOKEN,
        bot_api_url=url,
        database_url=database_url,
        http_listen="127.0.0.1:0",
        log_level="error",
    )
    lifted = Budgets(per_second=100_000, group_per_minute=100_000, chat_per_second=0)
    with tempfile.TemporaryDirectory() as folder:
        async with running_app(
            settings, budgets=lifted, config_file=Path(folder) / "none.yaml"
        ) as app:
            app.services.flows.add(bench_flow())
            print("ready", flush=True)
            await stop.wait()


async def _ptb(application: Any, stop: asyncio.Event) -> None:
    async with application:
        await application.start()
        await application.updater.start_polling()
        print("ready", flush=True)
        await stop.wait()
        await application.updater.stop()
        await application.stop()


async def _reply(update: Update, text: str) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text(text)


def _echo(url: str) -> Any:
    async def echo(update: Update, _context: Any) -> None:
        await _reply(update, "echo")

    application = Application.builder().token(TOKEN).base_url(f"{url}/bot").build()
    application.add_handler(MessageHandler(filters.ALL, echo))
    return application


def _conversation(url: str, folder: str) -> Any:
    async def begin(update: Update, _context: Any) -> int:
        await _reply(update, "question 1")
        return 1

    def step(number: int) -> Any:
        async def heard(update: Update, context: Any) -> int:
            assert update.effective_message is not None
            context.user_data[f"q{number}"] = update.effective_message.text
            await _reply(update, f"question {number + 1}")
            return number + 1 if number < STEPS else ConversationHandler.END

        return heard

    persistence = PicklePersistence(Path(folder) / "state.pickle")
    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot").persistence(persistence)
    application = builder.build()
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("complain", begin)],
            states={n: [MessageHandler(filters.TEXT, step(n))] for n in range(1, STEPS + 1)},
            fallbacks=[],
            name="complaint",
            persistent=True,
        )
    )
    return application


async def run(name: str, url: str, database_url: str) -> None:
    """Run one contender until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack():
        if name == "verso":
            await _verso(url, database_url, stop)
        elif name == "echo":
            await _ptb(_echo(url), stop)
        else:
            await _ptb(_conversation(url, folder), stop)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{used.ru_utime + used.ru_stime:.3f} {used.ru_maxrss / 1024:.1f}", flush=True)


def main() -> None:
    """Run the contender named on the command line."""
    name, url, database_url = sys.argv[1:4]
    if name == "verso":
        import uvloop

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(name, url, database_url))
    else:
        asyncio.run(run(name, url, database_url))


if __name__ == "__main__":
    main()
