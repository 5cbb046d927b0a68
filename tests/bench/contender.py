"""One bot of the comparison, in a process of its own. It says `ready`, and stops on SIGTERM.

    python -m tests.bench.contender NAME URL [DATABASE_URL CONFIG BUDGET] [--sections]

NAME: verso, conversation-handler (python-telegram-bot's ConversationHandler with
PicklePersistence), or echo (its plain in-memory echo). The last two are stock. BUDGET is in
messages per second, 0 lifts all limits. With --sections Verso tells at the end where its time
went.
"""

import asyncio
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

from tests.bench import sections
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


async def _verso(url: str, stop: asyncio.Event, database_url: str, config: str, rate: int) -> None:
    from bot.app import running_app
    from bot.runtime import memory
    from bot.runtime.logs import set_up_logging
    from bot.runtime.sending.pacing import Budgets
    from bot.settings import Settings

    settings = Settings(
        _env_file=None,
        bot_token=TOKEN,
        bot_api_url=url,
        database_url=database_url,
        http_listen="127.0.0.1:0",
        log_level="warning",
    )
    set_up_logging("warning", "console", [])
    lifted = Budgets(per_second=100_000, group_per_minute=100_000, chat_per_second=0)
    budgets = Budgets(per_second=rate) if rate else lifted
    async with running_app(settings, budgets=budgets, config_file=Path(config)) as app:
        app.services.flows.add(bench_flow())
        memory.freeze_gc()
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


async def run(name: str, url: str, rest: list[str]) -> None:
    """Run one contender until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    if name == "verso":
        database_url, config, rate = rest[:3]
        await _verso(url, stop, database_url, config, int(rate))
    elif name == "echo":
        await _ptb(_echo(url), stop)
    else:
        with tempfile.TemporaryDirectory() as folder:
            await _ptb(_conversation(url, folder), stop)


def main(name: str, url: str, *rest: str) -> None:
    """Run the contender named on the command line; Verso as `verso run` does, on uvloop."""
    if name != "verso":
        asyncio.run(run(name, url, list(rest)))
        return
    import uvloop

    if "--sections" in rest:
        sections.begin()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(name, url, list(rest)))


if __name__ == "__main__":
    main(*sys.argv[1:])
