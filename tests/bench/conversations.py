"""What people really do (`tests.mix`), in a closed loop: Verso beside others."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.bench import contest, databases
from tests.bench.contest import AIOGRAM, GRAMMY, Figures
from tests.bench.plan import Plan
from tests.bench.report import Goal, Report, at_least

TITLE = "Conversations"
ROUNDS = 3
LITE, LITE_ALONE = "Verso, SQLite, forum and staff", "Verso, SQLite, no group"
POST, POST_ALONE = "Verso, PostgreSQL, forum and staff", "Verso, PostgreSQL, no group"
KEPT = "(a) python-telegram-bot's ConversationHandler, PicklePersistence"
GRAMMY_ECHO, AIOGRAM_ECHO = (
    "(b) grammY, plain echo, in memory",
    "(b) aiogram, plain echo, in memory",
)
BARE = "(c) a bare durable loop"
TWENTY = "Verso, SQLite, twenty plain questions answered by texts"
Line = Callable[[], Awaitable[Figures | None]]


def _lines(folder: Path, plan: Plan, host: str) -> dict[str, Line]:
    """Give all contenders, in the order of the table."""

    async def lite(*, staff: bool) -> Figures:
        return await contest.shipped(folder, plan, databases.sqlite(folder), staff=staff)

    async def post(*, staff: bool) -> Figures:
        return await contest.shipped(folder, plan, await databases.postgres(host), staff=staff)

    return {
        LITE: lambda: lite(staff=True),
        LITE_ALONE: lambda: lite(staff=False),
        POST: lambda: post(staff=True),
        POST_ALONE: lambda: post(staff=False),
        KEPT: lambda: contest.other(folder, plan, "ptb", databases.file(folder, "pickle")),
        GRAMMY_ECHO: lambda: contest.echo(folder, plan, "grammy"),
        AIOGRAM_ECHO: lambda: contest.echo(folder, plan, "aiogram"),
        BARE: lambda: contest.other(folder, plan, "bare", databases.file(folder, "db")),
        TWENTY: lambda: contest.twenty(folder, plan, databases.sqlite(folder)),
    }


async def run(folder: Path, plan: Plan) -> Report:
    """Measure all contenders in turns, and give each one's middle run.

    The machine is not equally fast from one minute to the next; in turns it is so for all.
    """
    runs: dict[str, list[Figures]] = defaultdict(list)
    with databases.postgres_server(folder) as host:
        lines = _lines(folder, plan, host)
        for _ in range(ROUNDS):
            for title, measure in lines.items():
                if (found := await measure()) is not None:
                    runs[title].append(found)
    return Report(
        TITLE,
        f"{plan.complaints} complaints, {plan.talkers} at once, closed loop: everybody goes on as "
        "soon as what they waited for has come. Each complaint is one `/start` by link, one "
        "consent, two messages of words, four presses of buttons (the last confirms), one ticket "
        "with its topic and card, one answer of staff, one `/resolve`. Limits are lifted. Verso "
        "and (c) store every update before it is confirmed and every message before it is sent, "
        "and each commit reaches the disk (`synchronous=FULL`, PostgreSQL's default `fsync`); "
        "(a) makes the same calls and keeps what it knows in memory; (b) only answers texts of "
        f"{plan.talkers} customers, one call each. The last line is the flow that earlier figures "
        "were of: no buttons, no tickets, no staff.",
        contest.HEAD,
        [
            contest.middle(runs[title]).row(title) if title in runs else _absent(title)
            for title in lines
        ],
        _goals(runs),
        [
            f"All in turns, {ROUNDS} times; each line is the middle one of its runs, a goal the "
            "middle one of the ratios within a round. Replies are updates of people, from the "
            "first until the last call that one led to. CPU is the bot's process with all its "
            "threads; PostgreSQL's own is not in it."
        ],
    )


def _absent(title: str) -> tuple[str, ...]:
    setting = GRAMMY if title == GRAMMY_ECHO else AIOGRAM
    return (title, f"not measured: `{setting}` names none", *[""] * (len(contest.HEAD) - 2))


def ratio(ones: list[Figures], others: list[Figures]) -> float:
    """Give the middle one of the ratios of replies per second, round by round."""
    pairs = zip(ones, others, strict=True)
    ratios = sorted(one.replies_per_second / another.replies_per_second for one, another in pairs)
    return ratios[len(ratios) // 2]


def _goals(runs: dict[str, list[Figures]]) -> list[Goal]:
    """Give the goals; those of what is not installed are left out."""
    wanted = (
        ("SQLite, forum and staff, against (a)", LITE, KEPT, 4, 5),
        ("SQLite, forum and staff, against grammY's echo", LITE, GRAMMY_ECHO, 0.7, 0.9),
        ("SQLite, forum and staff, against (c)", LITE, BARE, 0.2, 0.33),
        ("SQLite, forum and staff, against without a group", LITE, LITE_ALONE, 0.65, 0.75),
    )
    return [
        at_least(what, ratio(runs[one], runs[another]), floor, aim)
        for what, one, another, floor, aim in wanted
        if another in runs
    ]
