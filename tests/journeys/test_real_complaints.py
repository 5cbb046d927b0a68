"""Real consumer complaints go through the whole loop; each author hears of the change once.

The texts are from the US CFPB's public database (public domain). They lie beside the project, not
in it: without them the test is skipped.
"""

import asyncio
import csv
import os
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.shipping import ship
from tests.journeys.world import World, until, until_noon, world

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("VERSO_SHARED", ROOT.parent / "shared"))
FILE = SHARED / "data" / "consumer_complaints.csv"
COUNT, LONGEST = 30, 15
AT_ONCE = 10
QUOTED_IN_FULL = 11_900
"""Characters; of longer words a notice quotes whole sentences as far as this, or further."""
PASS_ON = "Pass it to a person"
WHAT_WE_DID = "We read every one of these, found the cause, and mended it: {title}."


def _complaints() -> list[dict[str, str]]:
    """The longest, among which are those beyond Telegram's 4,096, and the first others."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    longest = sorted(rows, key=lambda row: -len(row["text"]))[:LONGEST]
    others = [row for row in rows if row not in longest]
    return (longest + others)[:COUNT]


async def _complain(w: World, row: Mapping[str, str], ref: str) -> Any:
    person = await w.customer(ref)
    answer = await w.put(ref, name=ref)
    await person.start(w.bot, answer["link"].partition("start=")[2])
    await w.press(person, "u:agree")
    said = await person.say(w.bot, row["text"])
    shown = await person.wait_for(w.bot, where=lambda m: bool(m.labels), after=said)
    if PASS_ON in shown.labels:  # of a few short ones it is asked whether they are complaints
        await person.press(shown, PASS_ON)
        await person.wait_for(w.bot, "A person has it now", after=said)
    else:
        await w.finish_complaint(person)
    return person


def _letters(text: str) -> str:
    """The text without white space, which Telegram trims where a long text is cut."""
    return re.sub(r"\s+", "", text)


@pytest.mark.skipif(not FILE.exists(), reason=f"{FILE.name} lies beside the project, not in it")
async def test_real_complaints_go_through_the_whole_loop(sqlite_url: str) -> None:
    rows = _complaints()
    assert len(rows) == COUNT
    assert any(len(row["text"]) > 4096 for row in rows)
    async with world(sqlite_url, start_at=until_noon()) as w:
        people: dict[str, Any] = {}
        for start in range(0, COUNT, AT_ONCE):
            part = {f"R-{n}": rows[n] for n in range(start, start + AT_ONCE)}
            found = await asyncio.gather(*(_complain(w, row, ref) for ref, row in part.items()))
            people |= dict(zip(part, found, strict=True))

        tickets = await w.tickets()
        assert len(tickets) == COUNT
        async with w.app.database.reading() as unit:
            owners = await unit.customers.by_refs(list(people))
            by_ref = {
                ref: ticket
                for ref, owner in owners.items()
                for ticket in tickets
                if ticket.customer_id == owner.id
            }
            for number, (ref, ticket) in enumerate(sorted(by_ref.items(), key=_by_number)):
                said = [e for e in await unit.tickets.entries(ticket.id) if e.kind == "text"]
                row = rows[int(ref.removeprefix("R-"))]
                assert _letters("".join(e.text for e in said)) == _letters(row["text"]), number
                assert _letters(ticket.words) == _letters(row["text"])

        groups = defaultdict(list)
        for ref, ticket in by_ref.items():
            groups[rows[int(ref.removeprefix("R-"))]["issue"]].append(ticket.number)
        for position, (issue, numbers) in enumerate(sorted(groups.items())):
            title = f"No {position}: {issue[:60]}"
            await ship(w, sorted(numbers), title, WHAT_WE_DID.format(title=title))
        await w.advance(minutes=1)

        async def all_told() -> bool:
            async with w.app.database.reading() as unit:
                found = await unit.changes.notices_about([t.id for t in by_ref.values()])
                told = [n for notices in found.values() for n in notices if n.delivered_at]
                return len(told) >= COUNT

        await until(all_told)
        for ref, person in people.items():
            heard = [m.text for m in await person.messages(w.bot) if m.from_bot]
            assert sum("You told us" in text for text in heard) == 1, ref
            assert sum("We read every one of these" in text for text in heard) == 1, ref
            first = next(n for n, text in enumerate(heard) if "You told us" in text)
            words = by_ref[ref].words
            if len(words) > QUOTED_IN_FULL:
                sentences = re.match(r".*[.!?](?=\s)", words[:QUOTED_IN_FULL], re.DOTALL)
                assert sentences is not None, ref
                words = sentences.group()
            assert _letters(words) in _letters("".join(heard[first:])), ref


def _by_number(item: tuple[str, Any]) -> int:
    return int(item[1].number)
