"""How well complaints that belong together are found, and how fast among very many."""

import asyncio
import csv
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bot.configuration.current import load_services
from bot.core.clock import SystemClock
from bot.core.extras import how_to_add
from bot.settings import Settings
from bot.themes.comparing import Comparing
from bot.themes.likeness import Asked, InThread
from bot.themes.meaning import Meaning, installed
from flows.entities import Customer, CustomerId, Ticket, TicketId
from flows.themes.index import Group, Index, Item
from storage.database import Database
from tests.bench.lean import TOKEN
from tests.bench.plan import Plan
from tests.bench.report import Goal, Report, failed, table

TITLE = "What belongs together"
ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("VERSO_SHARED", ROOT.parent / "shared")) / "data"
OWN = Path(__file__).parents[1] / "flows" / "themes" / "complaints.csv"
SEED = 7
HERE = 1
ASKED = 400
"""Complaints that are compared with very many."""
LANGUAGES = ("en", "ru", "zh")


class Said(NamedTuple):
    """A complaint and its label."""

    text: str
    label: str


def rows(file: str, label: str) -> list[Said]:
    """The complaints of a file in the shared folder."""
    csv.field_size_limit(1 << 24)
    with (DATA / file).open(encoding="utf-8", newline="") as source:
        return [Said(row["text"], row[label]) for row in csv.DictReader(source)]


def own(language: str) -> list[Said]:
    """Our own complaints in a language; each is its own group in every language."""
    with OWN.open(encoding="utf-8", newline="") as source:
        found = csv.DictReader(source)
        return [Said(row[language], str(number)) for number, row in enumerate(found)]


def few(known: Sequence[Said], per_label: int, seed: int = SEED) -> list[Said]:
    """So many known complaints of each label, chosen by the seed."""
    chosen = list(known)
    random.Random(seed).shuffle(chosen)
    taken: dict[str, list[Said]] = {}
    for each in chosen:
        taken.setdefault(each.label, []).append(each)
    return [each for found in taken.values() for each in found[:per_label]]


def hits(
    known: Sequence[Said], asked: Sequence[Said], vector: Callable[[str], bytes]
) -> tuple[float, float]:
    """How often, in percent, the right label is the first, or among the first five."""
    labels = sorted({each.label for each in known})
    groups = {label: Group("theme", number) for number, label in enumerate(labels)}
    index = Index()
    index.learn(
        [
            Item(number, each.text, HERE, frozenset({groups[each.label]}), vector(each.text))
            for number, each in enumerate(known, 1)
        ]
    )
    first = five = 0
    for each in asked:
        found = index.match(each.text, HERE, vector=vector(each.text)).groups
        at = [group for group, _ in found]
        right = groups.get(each.label)
        first += at[:1] == [right]
        five += right in at[:5]
    return 100 * first / len(asked), 100 * five / len(asked)


def _vectors(meaning: Meaning | None) -> Callable[[str], bytes]:
    made: dict[str, bytes] = {}

    def vector(text: str) -> bytes:
        if meaning is None:
            return b""
        if text not in made:
            made[text] = meaning.vector(text)
        return made[text]

    return vector


class _Task(NamedTuple):
    """What is to be found, and how often it should be: by words, and with vectors."""

    name: str
    known: Sequence[Said]
    asked: Sequence[Said]
    words: tuple[float, float] | None
    vectors: tuple[float, float]


def _tasks(most: int) -> list[_Task]:
    across = [
        _Task(f"own, known in {a}, asked in {b}", own(a), own(b), None, (100 * 21 / 24, 0))
        for a in LANGUAGES
        for b in LANGUAGES
        if a != b
    ]
    if not DATA.exists():
        return across
    bank = rows("banking_intents.csv", "intent")[:most]
    real = rows("consumer_complaints.csv", "issue")[:most]
    return [
        _Task("banking_intents", bank[::2], bank[1::2], (80, 96), (88, 98)),
        _Task("consumer_complaints", real[::2], real[1::2], (44, 78), (48, 79)),
        _Task("banking_intents, three known", few(bank[::2], 3), bank[1::2], None, (62, 87)),
        *across,
    ]


def _quality(most: int) -> tuple[list[tuple[str, ...]], list[Goal]]:
    lines, goals = [], []
    meaning = installed()
    by_words, by_both = _vectors(None), _vectors(meaning)
    for task in _tasks(most):
        words = hits(task.known, task.asked, by_words)
        both = hits(task.known, task.asked, by_both) if meaning else None
        lines.append((task.name, _shown(words), _shown(both) if both else "-"))
        if task.words is not None:
            goals.append(_goal(f"{task.name}, by words", words, task.words))
        if both is not None:
            goals.append(_goal(f"{task.name}, with vectors", both, task.vectors))
    return lines, goals


def _shown(found: tuple[float, float]) -> str:
    return f"{found[0]:.1f} / {found[1]:.1f}"


def _goal(what: str, found: tuple[float, float], least: tuple[float, float]) -> Goal:
    reached = all(a >= round(b, 1) - 0.05 for a, b in zip(found, least, strict=True))
    return Goal(f"{what}: at least {_shown(least)}", _shown(found), reached)


# -- among very many ------------------------------------------------------------------------------


async def _seeded(folder: Path, count: int) -> tuple[Database, list[str]]:
    """A database with so many complaints, short ones and long ones; and texts to ask for."""
    texts = [each.text for each in rows("banking_intents.csv", "intent")]
    texts += [each.text for each in rows("consumer_complaints.csv", "issue")]
    draw = random.Random(SEED)
    now = datetime.now(UTC)
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'alike.db'}", alone=True)
    for begin in range(0, count, 5_000):
        async with database.unit() as unit:
            customer = CustomerId(unit.new_id())
            unit.add(Customer(customer, f"C-{begin}", now))
            for number in range(begin, min(count, begin + 5_000)):
                words = _mixed(draw, texts)
                ticket = Ticket(
                    TicketId(unit.new_id()), number + 1, customer, 1, "open", now, "support", words
                )
                unit.add(replace(ticket, group_chat_id=HERE, compared_at=now))
            await unit.commit()
    return database, [_mixed(draw, texts) for _ in range(ASKED)]


def _mixed(draw: random.Random, texts: Sequence[str]) -> str:
    """A text that nobody else has said: the words of one, with some of another."""
    one, other = draw.choice(texts).split(), draw.choice(texts).split()
    return " ".join([*one[: draw.randint(5, 200)], *other[: draw.randint(0, 20)]])


async def _lags(seconds: list[float]) -> None:
    """Note by how much the event loop is late, until cancelled."""
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(0.005)
        seconds.append(time.perf_counter() - begun - 0.005)


def _memory() -> float:
    """Resident memory of this process in MB."""
    status = Path("/proc/self/status").read_text("utf-8")
    (line,) = (each for each in status.splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


async def _speed(folder: Path, plan: Plan) -> tuple[list[tuple[str, ...]], list[Goal]]:
    database, asked = await _seeded(folder, plan.alike)
    settings = Settings(_env_file=None, bot_token=TOKEN)
    services = await load_services(database, settings, SystemClock(), folder / "none.yaml")
    likeness, late, before = InThread(), list[float](), _memory()
    comparing = Comparing(database, services, likeness, lambda unit: None)
    watching = asyncio.create_task(_lags(late))
    begun = time.perf_counter()
    await comparing.settle()
    rebuilt, took = time.perf_counter() - begun, list[float]()
    lag_rebuilding, late[:] = _share(late, 0.99), []
    for text in asked:
        begun = time.perf_counter()
        await likeness.match([Asked(0, text, HERE)])
        took.append(time.perf_counter() - begun)
    watching.cancel()
    used = _memory() - before
    likeness.close()
    await database.close()
    p95 = 1000 * _share(took, 0.95)
    row = (
        f"{plan.alike:,}",
        f"{rebuilt:.1f}",
        f"{1000 * _share(took, 0.5):.1f} / {p95:.1f}",
        f"{1000 * lag_rebuilding:.1f} / {1000 * _share(late, 0.99):.1f}",
        f"{used:.0f}",
    )
    return [row], [
        Goal("a suggestion under 20 ms (p95)", f"{p95:.1f} ms", p95 < 20),
        Goal("known again after a start in under 10 s", f"{rebuilt:.1f} s", rebuilt < 10),
    ]


def _share(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


async def run(folder: Path, plan: Plan) -> Report:
    """Measure how well, then how fast."""
    if not DATA.exists():
        return failed(TITLE, f"it needs the real complaints in {DATA.name}, which are not here.")
    lines, goals = await asyncio.to_thread(_quality, plan.judged)
    speed, fast = await _speed(folder, plan)
    head = ("complaints", "s to read all", "ms p50 / p95", "loop late by, ms p99", "MB")
    note = (
        "Among very many, by words, in a thread beside the event loop; how late the loop is while "
        "all are read / while one after the other is compared:\n\n" + table(head, speed)
    )
    absent = () if installed() else (f"Vectors were not measured: {how_to_add('themes')}",)
    return Report(
        TITLE,
        "How often the theme that is offered first, or one of the first five, is the right one "
        f"(percent). Of each data set every second complaint is known; seed {SEED}. Our own 24 "
        "complaints stand once in each language, and each is to be found in another one.",
        ("data", "by words", "with vectors"),
        lines,
        [*goals, *fast],
        [note, *absent],
    )
