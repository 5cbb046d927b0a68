"""How well the ear hears a file of phrases, and the figures of it."""

from __future__ import annotations

import csv
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from flows.ear import Ear, Heard, Meaning, Question
from flows.ear.likeness import WEIGHTS
from flows.ear.likeness import read as read_likeness
from flows.ear.table import Act, Kind, decide

KINDS = {"stop", "harmless", "complaint", "pair_harmless", "pair_complaint"}
NAMED = {"verify": "was_that_you", "fixed": "helped", "wish": "words"}
"""Questions by the names that some writers have for them."""
COURTESIES = {Kind.PRAISE, Kind.THANKS, Kind.NOTHING}


@dataclass(frozen=True)
class Phrase:
    """One line of a file: what was typed at which question, and what it may mean."""

    language: str
    question: Question
    text: str
    meanings: tuple[frozenset[Meaning], ...]
    kind: str
    usual: bool
    name: str = ""


@dataclass
class Tally:
    """What happened to one kind of phrases."""

    total: int = 0
    understood: int = 0
    asked: int = 0
    filed: int = 0
    stopped: int = 0
    lost: int = 0
    misses: list[str] = field(default_factory=list)


def read(path: Path) -> list[Phrase]:
    """Read a file of phrases; columns that are missing are guessed from the meanings."""
    with path.open(encoding="utf-8", newline="") as file:
        return [_phrase(row) for row in csv.DictReader(file)]


def _phrase(row: dict[str, str]) -> Phrase:
    meanings = tuple(
        frozenset(Meaning(each.strip()) for each in one.split("+"))
        for one in row["meanings"].split("|")
    )
    kind = row.get("kind") or ""
    if kind not in KINDS:
        kind = _kind(meanings, paired=bool(row.get("pair")))
    usual = row.get("usual", "1").strip().lower() in {"1", "yes", "true", "usual", "y"}
    known = {each.value for each in Question}
    name = NAMED.get(row["question"], row["question"])
    question = Question(name) if name in known else Question.CHOICE
    return Phrase(
        row["language"], question, row["text"], meanings, kind, usual, row.get("id") or ""
    )


def _kind(meanings: tuple[frozenset[Meaning], ...], *, paired: bool) -> str:
    kind = "harmless"
    if Meaning.COMPLAINT in meanings[0] and Meaning.STOP not in meanings[0]:
        kind = "complaint"
    elif Meaning.STOP in meanings[0]:
        return "stop"
    return f"pair_{kind}" if paired else kind


def matches(acts: tuple[Act, ...], phrase: Phrase) -> bool:
    """Tell whether the acts are those of one of the acceptable meanings."""
    wanted = {_plain(decide(Heard(meant), phrase.question)) for meant in phrase.meanings}
    done = _plain(acts)
    return done in wanted or any(done == one | other for one in wanted for other in wanted)


def _plain(acts: Iterable[Act]) -> frozenset[str]:
    """Kinds of acts; a courtesy beside another act changes nothing, and all are alike."""
    kinds = {act.kind for act in acts}
    strong = kinds - COURTESIES
    return frozenset(each.value for each in strong) or frozenset({"courtesy"})


def measure(ear: Ear, phrases: Iterable[Phrase]) -> dict[str, dict[str, Tally]]:
    """Tallies by language and kind of phrase."""
    found: dict[str, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for phrase in phrases:
        heard = ear.hear(phrase.text)
        acts = decide(heard, phrase.question)
        kind = phrase.kind
        if kind in {"harmless", "pair_harmless"}:
            kind = f"harmless {'usual' if phrase.usual else 'unusual'}"
        if kind == "complaint" and phrase.kind == "complaint":
            kind = "complaint"
        _count(found[phrase.language][kind], phrase, heard, acts)
        if phrase.kind == "pair_harmless":
            _count(found[phrase.language]["pair harmless"], phrase, heard, acts)
    return found


def _count(tally: Tally, phrase: Phrase, heard: Heard, acts: tuple[Act, ...]) -> None:
    kinds = {act.kind for act in acts}
    good = matches(acts, phrase)
    asked = Kind.ASK_BACK in kinds
    filed = Kind.COMPLAINT in kinds
    may_stop = any(Meaning.STOP in meant for meant in phrase.meanings)
    tally.total += 1
    tally.understood += good
    tally.asked += asked and not good
    tally.filed += filed and not good and not asked
    tally.stopped += Kind.STOP in kinds and not may_stop
    complaint = phrase.kind in {"complaint", "pair_complaint"}
    wrong_said = phrase.question is Question.ASK and Kind.YES in kinds
    read = filed or asked or wrong_said or Kind.QUESTION in kinds
    lost = complaint and not good and not read
    tally.lost += lost
    wrong = lost or (complaint and Kind.STOP in kinds and not may_stop)
    if wrong or (not good and not complaint):
        likely = "+".join(sorted(heard.meanings))
        wanted = "|".join("+".join(sorted(meant)) for meant in phrase.meanings)
        done = "+".join(sorted(act.kind.value for act in acts))
        tally.misses.append(
            f"{phrase.language} {phrase.question.value:<10} {phrase.text!r}: wanted {wanted},"
            f" heard {likely}{' unsure' if heard.unsure else ''}, did {done}"
        )


def timed(ear: Ear, phrases: list[Phrase]) -> tuple[float, float]:
    """Milliseconds of work a message: the median, and what 95 of 100 stay under."""
    times: list[float] = []
    for phrase in phrases:
        begun = time.thread_time()
        decide(ear.hear(phrase.text), phrase.question)
        times.append((time.thread_time() - begun) * 1000)
    times.sort()
    return times[len(times) // 2], times[int(len(times) * 0.95)]


def weight() -> float:
    """Megabytes that an ear takes, with the weights of its guesses."""
    tracemalloc.start()
    ear = Ear.load()
    likeness = read_likeness(WEIGHTS.read_bytes())
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken / 1e6 if ear and likeness else 0.0


def share(part: int, total: int) -> str:
    """A part in per cent and in numbers."""
    return f"{100 * part / total:5.1f} % ({part} of {total})" if total else "none"
