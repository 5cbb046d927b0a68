"""Verso in a process of its own, as `verso run` has it. It says `ready`, and stops on SIGTERM.

    python -m tests.bench.contender URL DATABASE_URL CONFIG BUDGET [--twenty] [--sections]

BUDGET is in messages per second, 0 lifts all limits. With --twenty `complaint` is a flow of twenty
plain questions instead of the shipped one. Commits are counted, and with --sections also where
its time goes (`tests.bench.sections`).
"""

import asyncio
import signal
import sys
from pathlib import Path

from bot.app import running_app
from bot.runtime import memory
from bot.runtime.logs import set_up_logging
from bot.runtime.sending.pacing import Budgets
from bot.settings import Settings
from tests.bench import sections
from tests.bench.lean import TOKEN

LIFTED = Budgets(per_second=100_000, group_per_minute=1_000_000, chat_per_second=0)
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


async def main(url: str, database_url: str, config: str, budget: str, *how: str) -> None:
    """Run until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    settings = Settings(
        _env_file=None,
        bot_token=TOKEN,
        bot_api_url=url,
        database_url=database_url,
        http_listen="127.0.0.1:0",
        log_level="warning",
    )
    set_up_logging("warning", "console", [])
    budgets = Budgets(per_second=int(budget)) if int(budget) else LIFTED
    async with running_app(settings, budgets=budgets, config_file=Path(config)) as app:
        if "--twenty" in how:
            app.services.flows.add(bench_flow())
        sections.listen(app.database)
        memory.freeze_gc()
        print("ready", flush=True)
        await stop.wait()


if __name__ == "__main__":
    import uvloop

    if "--sections" in sys.argv:
        sections.begin()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(*sys.argv[1:]))
