"""A product manager finds the worst barrier, tries a change on half, and reads whether it helped.

Played over the sandbox by the app's own wiring, on days of 2026, whenever it is run. What stands
in the way of a story is put in directly: several hundred customers and their renewals by the HTTP
API, and the complaints of two months as rows. All that the manager says and presses is played.
"""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.entities import Change, Customer, Ticket, TicketId
from flows.entities.facts import SALT
from storage.ids import new_id
from storage.repositories.base import all_of
from tests.journeys.shipping import ship
from tests.journeys.world import World, world
from tests.stories.telling import Telling

NAME = "product-manager"
FEW, NEWCOMERS, MANY = 39, 600, 640
"""Customers in June; in September those with a first box, and all."""
PHOTO = "photo"
BARRIER = "guide"
"""The kind of most complaints, about which something is done."""
FIRST = "first_use"
"""The stage at which customers with a first box complain; the others do later on."""
MONTH = timedelta(days=28)
JUNE = datetime(2026, 6, 2, 12, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 30, 9, tzinfo=UTC)
RENEWED = datetime(2026, 10, 22, 9, tzinfo=UTC)
LETTER = datetime(2026, 11, 2, 11, tzinfo=UTC)
ASKED = datetime(2026, 11, 11, 10, tzinfo=UTC)
SECOND_LETTER = datetime(2026, 11, 16, 11, tzinfo=UTC)
SAME_GROUPS = "so that groups are the same in each play"
"""The salt by which people are assigned."""
LOOK = "2026-11-29"
"""The day of the button "60 days" in September."""
CONFIG = Path(__file__).with_suffix(".yaml")


@dataclass(frozen=True, slots=True)
class Said:
    """What people say in one language, and what is told beside the chat."""

    change: str
    never: str
    lesson: str
    title: str
    done: str
    answer: str
    anna: str
    boris: str
    complaints: Mapping[tuple[str, str], Sequence[str]]
    chapters: Sequence[tuple[str, str]]
    """The heading of each, and what is told before its chat."""


@contextlib.asynccontextmanager
async def playing(url: str, language: str) -> AsyncIterator[Telling]:
    """A shop on a day of June, whose product manager reads a language."""
    text = CONFIG.read_text("utf-8").replace("LANGUAGE", language)
    config = text.replace("{", "{{").replace("}", "}}").replace("CHAT", "{chat}")
    async with world(url, config=config, moment=JUNE) as w:
        await w.admin.change(language_code=language)
        async with w.app.database.unit() as unit:
            await unit.facts.set(SALT, SAME_GROUPS)
            await unit.commit()
        w.app.services.salt = SAME_GROUPS
        yield Telling(w, NAME, w.admin.first_name)


async def play(told: Telling, said: Said) -> None:
    """Play all of it, and tell what was said and drawn."""
    for (heading, beside), act in zip(said.chapters, ACTS, strict=True):
        told.tell(heading)
        told.tell(beside)
        await act(told, said)


async def _opening(told: Telling, _said: Said) -> None:
    await told.skips()


async def _too_few(told: Telling, _said: Said) -> None:
    await _customers(told.w, 0, FEW)
    await told.writes("/hypotheses")
    await told.presses("x:new:0")
    await told.presses("x:list:0")


async def _where_it_hurts(told: Telling, said: Said) -> None:
    await to(told.w, SEPTEMBER)
    await told.skips()
    told.customers = await _september(told.w, said)
    await told.writes("/map", PHOTO)
    await told.presses(_data(await _last(told.w), "q:p:barriers"), PHOTO)


async def _written_down(told: Telling, said: Said) -> None:
    await told.writes("/hypotheses")
    await told.presses("x:new:0")
    await told.presses("x:a:segment:first-box")
    await told.presses("x:a:stage:first_use")
    await told.presses("x:a:category:guide")
    await told.writes(said.change)
    await told.presses("x:a:event:renewed")
    await told.presses("x:a:expect:5")
    await told.presses("x:a:control:50")
    await told.writes(said.never)
    await told.presses(f"x:a:look:{LOOK}")
    await told.presses("x:a:stop_if:churned")


async def _begun(told: Telling, _said: Said) -> None:
    await told.presses("x:begin:h1")
    await told.presses("x:begin!:h1")
    await told.w.advance(minutes=5)
    await told.presses("x:open:h1")


async def _letter(told: Telling, said: Said) -> None:
    await to(told.w, RENEWED)
    await _renewals(told.w)
    await _complaints(told.w, said, LETTER, parts=2)
    await told.skips()
    await to(told.w, LETTER)
    await told.reads(PHOTO)
    await told.writes("/hypotheses h1")
    await told.presses("x:end:h1")
    await told.writes(said.lesson)


async def _for_everybody(told: Telling, said: Said) -> None:
    await _shipped(told.w, said)
    await to(told.w, ASKED)
    await _complaints(told.w, said, SECOND_LETTER, parts=3, apart_from=BARRIER)
    for person in told.customers:
        pressed = await told.w.press(person, ":o:yes")
        await person.wait_for_answer(pressed)
    await told.skips()
    await to(told.w, SECOND_LETTER)
    await told.reads(PHOTO)


ACTS = (
    _opening, _too_few, _where_it_hurts, _written_down, _begun, _letter, _for_everybody,
)  # fmt: skip


async def to(w: World, moment: datetime) -> None:
    """Let time pass until then, and everything that becomes due happen."""
    await w.sandbox.advance(moment - w.now())
    await w.app.settle()
    await w.quiet()


# -- what is put in -------------------------------------------------------------------------------


async def _customers(w: World, first: int, last: int) -> None:
    """Customers who have got their first box, the last ones a later one, by the HTTP API."""
    numbers, at = range(first, last), w.now().isoformat()
    people = [{"ref": f"C-{n:03}"} for n in numbers]
    events = [
        {"id": f"box-{n}", "customer": f"C-{n:03}", "type": "order_delivered", "at": at,
         "product": "first_box" if n < NEWCOMERS else "monthly_box"}
        for n in numbers
    ]  # fmt: skip
    await _post(w, "customers", people)
    await _post(w, "events", events)


async def _post(w: World, what: str, given: Sequence[Mapping[str, Any]]) -> None:
    async with w.http.post(f"/api/v1/{what}", json=given) as answer:
        assert answer.status == 200, await answer.text()


async def _september(w: World, said: Said) -> list[Any]:
    """Six hundred customers more, and what went wrong in September; two who are in Telegram."""
    await _customers(w, FEW, MANY)
    at = w.now().isoformat()
    earlier = [("renewed", 1), ("churned", 2)]
    await _post(w, "events", [
        {"id": f"{kind}-{n}", "customer": f"C-{n:03}", "type": kind, "at": at}
        for kind, n in earlier
    ])  # fmt: skip
    await _complaints(w, said, w.now())
    people = []
    for name, words in (("Anna", said.anna), ("Boris", said.boris)):
        person = await w.customer(name)
        link = (await w.put(name, name=name))["link"]
        await person.start(w.bot, link.partition("start=")[2])
        await person.say(w.bot, words)
        await w.finish_complaint(person)
        card = await w.staff.wait_for(w.group, words)
        await w.recorded(card)
        await w.staff.say(w.group, said.answer, reply_to=card.id, thread=card.topic)
        await w.told(person, said.answer)
        people.append(person)
    return people


async def _complaints(
    w: World, said: Said, until: datetime, *, parts: int = 1, apart_from: str = ""
) -> None:
    """What went wrong in four weeks, or a part of them, as rows that somebody has answered."""
    async with w.app.database.unit() as unit:
        found = await unit.customers.by_refs([f"C-{n:03}" for n in range(MANY)])
        new = iter(sorted(found.values(), key=lambda each: each.ref))
        old = iter(sorted(found.values(), key=lambda each: each.ref, reverse=True))
        for (stage, kind), words in said.complaints.items():
            these = words[: len(words) // parts] if kind != apart_from else ()
            for position, text in enumerate(these):
                at = until - MONTH / max(1, parts - 1) * (position + 0.5) / len(these)
                number = await unit.next_number("ticket")
                owner = next(new if stage == FIRST else old)
                unit.add(_answered(number, owner, at, text, (stage, kind)))
        await unit.commit()


def _answered(
    number: int, owner: Customer, at: datetime, words: str, where: tuple[str, str]
) -> Ticket:
    """A complaint; those of the barrier wait for a change, the others were resolved."""
    stage, kind = where
    waits = kind == BARRIER
    return Ticket(
        TicketId(new_id()), number, owner.id, 0, "open" if waits else "resolved", at, "support",
        words, stage=stage, category=kind, severity=3, first_response_at=at,
        resolved_at=None if waits else at, compared_at=at,
    )  # fmt: skip


async def _renewals(w: World) -> None:
    """Who got the short guide renews more often: of ten about five, of the others three."""
    async with w.app.database.reading() as unit:
        people = await unit.customers.by_refs([f"C-{n:03}" for n in range(MANY)])
        ids = [each.id for each in people.values()]
        treated = await unit.hypotheses.treated(ids, ["h1"])
    groups: dict[bool, list[str]] = {True: [], False: []}
    for ref in sorted(people):
        groups[people[ref].id in treated].append(ref)
    renewed = [*_share(groups[True], 5), *_share(groups[False], 3)]
    left = [*_share(groups[True], 1), *_share(groups[False], 1)]
    at = (w.now() - timedelta(days=1)).isoformat()
    for kind, refs in (("renewed", renewed), ("churned", left)):
        await _post(w, "events", [
            {"id": f"{kind}-in-october-{ref}", "customer": ref, "type": kind, "at": at}
            for ref in refs
        ])  # fmt: skip


def _share(refs: Sequence[str], tenths: int) -> list[str]:
    return [ref for position, ref in enumerate(refs) if position % 10 < tenths]


async def _shipped(w: World, said: Said) -> None:
    """The desk makes the change, and tells those in Telegram; it led from the others, too."""
    waiting = await w.tickets()
    await ship(w, sorted(each.number for each in waiting if each.chat_id), said.title, said.done)
    async with w.app.database.unit() as unit:
        [change] = await unit.find(Change, all_of(Change))
        for each in waiting:
            if not each.chat_id:
                ticket = await unit.get(Ticket, each.id)
                assert ticket is not None
                done = {"state": "resolved", "resolved_at": w.now(), "change_id": change.id}
                unit.put(replace(ticket, **done))
        await unit.commit()
    await w.advance(minutes=1)
    await w.quiet()


async def _last(w: World) -> Any:
    return (await w.admin.messages(w.bot))[-1]


def _data(message: Any, beginning: str) -> str:
    """The data of the last button that begins so: of the map, that of a segment."""
    found = [each["callback_data"] for row in message.buttons for each in row]
    return str([each for each in found if each.startswith(beginning)][-1])
