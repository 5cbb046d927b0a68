"""Transcripts as plain text: what is put in is read from them, the whole chat is written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
BRAND = "Lumen Tea"
STAFF = "Mira"
LANGUAGES = ("en", "ru", "zh")

_HEAD = re.compile(r"(?P<name>.+?); Telegram in (?P<language>\w+)")
_LATER = re.compile(r"(?P<n>\d+) (?P<unit>minute|hour|day|week)s? later")
_OPENS = re.compile(r"(?P<who>.+?) opens the link of (?P<owner>.+)")
_SCANS = re.compile(r"(?P<who>.+?) scans the code of (?P<entrance>\S+)")
_STAFF = re.compile(
    rf"{STAFF} (?P<what>takes it|answers|says what was done|mends it for good"
    r"|writes what was mended|tells them|gives money back|takes it back"
    r"|asks to print it)"
)
_WRITES = re.compile(rf"{STAFF} writes it in (?P<language>\w+)")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is put in: `act` says what, `text` with which words."""

    act: str
    text: str = ""
    at_once: bool = False
    """Said without waiting for an answer to what was said before."""
    to: str = ""
    """The beginning of the bot's message that is replied to, or under which a button is pressed;
    the language in which staff write a change."""
    after: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Script:
    """A transcript's heading and what is put in."""

    title: str
    head: str
    name: str
    language: str
    steps: tuple[Step, ...]


def files() -> list[Path]:
    """Give all transcripts."""
    return sorted(path for each in LANGUAGES for path in (HERE / each).glob("*.txt"))


def read(text: str) -> Script:
    """Read what is put in. Raises ValueError for a line that means nothing."""
    lines = text.splitlines()
    title, head = (line.removeprefix("# ") for line in lines[:2])
    found = _HEAD.fullmatch(head)
    if found is None:
        raise ValueError(f"who is it, and in which language is their Telegram? {head!r}")
    name = found["name"]
    steps = [step for block in _blocks(lines[2:]) if (step := _step(block, name)) is not None]
    return Script(title, head, name, found["language"], tuple(steps))


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    """Join the indented lines of a message to its first."""
    block: list[str] = []
    for line in lines:
        if line.startswith("  "):
            block.append(line.strip())
        elif line.strip():
            if block:
                yield "\n".join(block)
            block = [line.rstrip()]
    if block:
        yield "\n".join(block)


def _step(block: str, name: str) -> Step | None:
    """Read one line; None for what the bot says."""
    if block.startswith(BRAND) or block.startswith("(gone: "):
        return None
    if block.startswith("(") and block.endswith(")"):
        return _direction(block[1:-1])
    press = re.fullmatch(rf'{name} presses \[(?P<label>.+?)\](?: under "(?P<to>.+)")?', block)
    if press is not None:
        return Step("press", press["label"], to=press["to"] or "")
    said = re.fullmatch(
        rf'{name}(?P<once>, right away)?(?:, replying to "(?P<to>.+?)")?: (?P<text>.+)',
        block,
        re.DOTALL,
    )
    if said is not None:
        act = "send" if said["text"].startswith("<") else "say"
        return Step(act, said["text"], bool(said["once"]), said["to"] or "")
    raise ValueError(f"not understood: {block!r}")


def _direction(words: str) -> Step:
    later = _LATER.fullmatch(words)
    if later is not None:
        after = timedelta(**{f"{later['unit']}s": int(later["n"])})
        return Step("wait", words, after=after)
    opens = _OPENS.fullmatch(words)
    if opens is not None:
        return Step("open", opens["owner"])
    scans = _SCANS.fullmatch(words)
    if scans is not None:
        return Step("scan", scans["entrance"])
    what, _, said = words.partition(": ")
    staff = _STAFF.fullmatch(what)
    if staff is not None:
        return Step(staff["what"], said)
    writes = _WRITES.fullmatch(what)
    if writes is not None:
        return Step("writes it", said, to=writes["language"])
    return Step("moment", words)


# -- writing --------------------------------------------------------------------------------


def message(row: Mapping[str, Any], how: str = "") -> str:
    """Write a message of the bot as it looks, with its buttons."""
    lines = _quoted(row["text"], row.get("entities", ())).split("\n")
    for buttons in keyboard(row):
        lines.append(" ".join(f"[{label}]" for label, _ in buttons))
    return f"{BRAND}{how}: " + "\n".join([lines[0], *(f"  {each}".rstrip() for each in lines[1:])])


def keyboard(row: Mapping[str, Any]) -> list[list[tuple[str, str]]]:
    """Give label and data of the buttons of a message, row by row."""
    markup = row.get("reply_markup") or {}
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    return [[(each["text"], each.get("callback_data", "")) for each in row] for row in rows]


def _quoted(text: str, entities: Sequence[Mapping[str, Any]]) -> str:
    """Mark quoted lines as mail programs do."""
    units = text.encode("utf-16-le")
    for each in sorted(entities, key=lambda one: one["offset"], reverse=True):
        if "blockquote" in each["type"]:
            start, end = 2 * each["offset"], 2 * (each["offset"] + each["length"])
            inside = units[start:end].decode("utf-16-le").replace("\n", "\n> ")
            units = units[:start] + f"> {inside}".encode("utf-16-le") + units[end:]
    return units.decode("utf-16-le")
