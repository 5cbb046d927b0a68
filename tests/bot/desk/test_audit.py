"""Who did what: found by person, complaint and day, in pages, and as a table."""

import csv
import io
from datetime import timedelta

import pytest

from bot.core.callbacks import pack
from bot.core.delivery import Call, File
from bot.desk import audit
from flows.desk.audit import Typed, Wanted, typed
from flows.entities import Member, Ticket
from flows.entities.kinds import MemberStatus
from tests.bot.desk.world import ADMIN, BORIS, CLARA, FORUM, OTHER, World, card_of
from tests.databases import on_both


@pytest.fixture
async def worked(world: World, ticket: Ticket) -> World:
    """Boris answers, Clara, who is an administrator of the group, resolves."""
    world.services.members[FORUM, CLARA] = Member(
        FORUM, CLARA, MemberStatus.ADMIN, asked_at=world.now
    )
    await world.write("On it.", to=card_of(ticket))
    await world.write("/resolve #1 A new box.", by=CLARA, username="clara_b")
    await world.deliver()
    return world


async def asked(world: World, command: str, by: int = CLARA) -> str:
    await world.write(command, by=by, username="clara_b" if by == CLARA else "")
    await world.deliver()
    return world.texts(FORUM)[-1]


async def test_seniors_read_who_did_what_the_newest_first(worked: World) -> None:
    told = await asked(worked, "/audit")
    assert told.split("\n")[0] == "Who did what, the newest first"
    assert [line.partition(" · ")[2] for line in told.split("\n")[1:]] == [
        "Clara: resolved #1",
        "Boris: answered #1",
    ]


@on_both
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/audit Boris", ["Boris: answered #1"]),
        ("/audit @clara_b", ["Clara: resolved #1"]),
        (f"/audit {BORIS} #1 2026-05-04", ["Boris: answered #1"]),
        ("/audit 2026-05-03", []),
        ("/audit #7", []),
    ],
)
async def test_it_is_found_by_person_ticket_and_day(
    worked: World, command: str, said: list[str]
) -> None:
    told = await asked(worked, command)
    assert [line.partition(" · ")[2] for line in told.split("\n")[1:]] == said
    assert said or told == "Nothing fits."


async def test_whom_nobody_knows_is_said(worked: World) -> None:
    assert await asked(worked, "/audit Zoe") == (
        "I know nobody called Zoe. Try a Telegram id or a user name."
    )


async def test_staff_read_who_may(worked: World) -> None:
    assert await asked(worked, "/audit", by=BORIS) == (
        "See who did what: that is for seniors, who are the administrators of this group. "
        "Ask Clara."
    )


async def test_a_group_shows_what_was_done_in_it(worked: World) -> None:
    await worked.group(OTHER, "tasting")
    await worked.write("/audit", by=ADMIN, chat=OTHER)
    await worked.deliver()
    assert worked.texts(OTHER)[-1] == "Nothing fits."


@on_both
async def test_pages_go_on_where_the_last_one_ended(worked: World, ticket: Ticket) -> None:
    await worked.press(pack("t", "reopen", ticket.id))
    for number in range(audit.PAGE):
        worked.now += timedelta(minutes=3)  # who comes at once after another does not get it
        await worked.write(f"/take #1 {number}", by=BORIS if number % 2 else CLARA)
    await worked.write("/audit", by=CLARA)
    await worked.deliver()
    first = worked.to(FORUM)[-1]
    [[button]] = first.params["reply_markup"]["inline_keyboard"]
    await worked.press(button["callback_data"], by=CLARA)
    await worked.deliver()
    second = worked.to(FORUM)[-1]
    lines = (first.text + "\n" + second.text).split("\n")
    assert sum(line.endswith("took #1") for line in lines) == audit.PAGE
    assert lines[-1].endswith("Boris: answered #1")
    answer = await worked.press(button["callback_data"], by=BORIS)
    assert "seniors" in answer["text"]


@on_both
async def test_the_table_has_every_line_and_no_formula(worked: World) -> None:
    worked.services.admins = {ADMIN}
    await worked.do(lambda work: _rows(work, worked))


async def _rows(work: object, world: World) -> None:
    audit.send_table(work, ADMIN, Wanted(), "en")  # type: ignore[arg-type]
    [row] = [each for each in work.unit._outgoing if each.method == audit.METHOD]  # type: ignore[attr-defined]
    call = await audit.compose_table(work, row)  # type: ignore[arg-type]
    assert isinstance(call, Call)
    file = call.file
    assert isinstance(file, File)
    read = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [(row["name"], row["kind"], row["subject"]) for row in read] == [
        ("Clara", "resolved", "#1"),
        ("Boris", "answered", "#1"),
    ]
    world.services.admins = set()
    assert await audit.compose_table(work, row) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("", Typed()),
        ("#12 2026-05-04 Anna Maria csv", Typed(12, typed(["2026-05-04"]).day, "Anna Maria", True)),
        ("2026-13-40", Typed(who="2026-13-40")),
        ("#x", Typed(who="#x")),
    ],
)
def test_what_is_typed(words: str, read: Typed) -> None:
    assert typed(words.split()) == read
