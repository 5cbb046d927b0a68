"""One customer is turned away for good: nothing of theirs is kept, and what they may do stays."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.work import Work
from bot.dialogue import inbound
from bot.dialogue.inbound import Replied
from bot.identity.accounts import Visitor
from flows.desk.audit import Wanted
from flows.entities import Member, Ticket
from flows.entities.kinds import MemberStatus
from storage.database import Database
from tests.bot.desk.world import ADMIN, ANNA, BORIS, CLARA, FORUM, World, card_of, said

WHY = "Threatens Clara at the till."
NOT_READ = "We do not read or keep what is written here. /my_data and /forget_me go on working."


@pytest.fixture
async def database(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """One kind of database is enough: no SQL differs here."""
    shutil.copy(sqlite_template, tmp_path / "verso.db")
    opened = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/verso.db")
    await opened.try_to_lead()
    yield opened
    await opened.close()


@pytest.fixture
async def senior(world: World, ticket: Ticket) -> World:
    world.services.members[FORUM, BORIS] = Member(FORUM, BORIS, MemberStatus.ADMIN)
    return world


async def heard(world: World, text: str, number: int = 70) -> None:
    """Have Anna write something, in reply to what she wrote first, and edit that."""
    who = Visitor(ANNA, "Anna", "", "en")
    piece = said(text, world.now, number)

    async def listen(work: Work) -> None:
        await inbound.listen(work, who, piece, reply_to=Replied(11, ""))
        await inbound.edited(work, who, said(f"{text}!", world.now, 11))
        await inbound.complain(work, who, [piece])

    await world.do(listen)
    await world.deliver()


async def words(world: World) -> list[str]:
    first = await world.ticket(1)
    found = await world.read(lambda unit: unit.tickets.of_customer(first.customer_id))
    entries = await world.read(lambda unit: unit.tickets.entries(first.id))
    return [*(each.words for each in found), *(each.text for each in entries)]


async def test_nothing_is_kept_of_whom_a_senior_has_blocked(senior: World) -> None:
    before = await senior.ticket(1)
    await senior.write(f"/block #1 {WHY}")
    await senior.later(seconds=2)
    assert senior.texts(ANNA) == [
        "Thank you for what you have told us. From now on we do not read or keep what is written "
        "here. What we have begun for you we will finish. /my_data and /forget_me go on working."
    ]
    shown = senior.texts(FORUM)
    assert any(text.startswith("Boris blocked Anna, who has been told.") for text in shown)
    barred = f"Blocked by Boris on Mon 4 May, 11:30: {WHY}"
    assert any(text.startswith("#1 · Anna") and barred in text for text in shown), "on the card"
    await heard(senior, "You will be sorry.")
    await heard(senior, "Do you hear me?", 71)
    assert senior.texts(ANNA)[1:] == [NOT_READ], "once a day"
    assert not any("sorry" in text or "hear me" in text for text in await words(senior))
    after = await senior.ticket(1)
    assert (after.state, after.due_at) == (before.state, before.due_at), "it stays as it was"
    await senior.write("We are sorry for the box.", to=card_of(after))
    await senior.write("/resolve #1 The box was paid back.")
    await senior.deliver()
    assert senior.texts(ANNA)[-1].endswith("The box was paid back."), "and is asked for no more"
    done = await senior.read(lambda unit: unit.audit.doings(Wanted(ticket=1), 20))
    assert "barred" in {each.kind for each in done}
    await senior.write("/who #1")
    await senior.deliver()
    assert WHY in senior.texts(FORUM)[-1]
    await senior.write(f"/unblock C-{ANNA}")
    await senior.deliver()
    assert senior.texts(ANNA)[-1] == "You can write to us here again, and we will read it."
    await heard(senior, "Thank you, it has come.", 72)
    assert any("it has come" in text for text in await words(senior))


@pytest.mark.parametrize(
    ("command", "by", "said_"),
    [
        (f"/block #1 {WHY}", CLARA, "Block or unblock a customer: that is for seniors"),
        ("/block #1", BORIS, "Whom, and why? /block #12 the reason"),
        ("/block #9 Why", BORIS, "Whom, and why? /block #12 the reason"),
        ("/block C-999 Why", BORIS, "Whom, and why? /block #12 the reason"),
        (f"/block #1 {'x' * 301}", BORIS, "Whom, and why? /block #12 the reason"),
        ("/unblock #1", BORIS, "This customer is not blocked."),
        ("/unblock", BORIS, "Whom? /unblock #12"),
    ],
)
async def test_who_and_why_has_to_be_said_by_whoever_may(
    senior: World, command: str, by: int, said_: str
) -> None:
    await senior.write(command, by=by)
    await senior.deliver()
    assert senior.texts(FORUM)[-1].startswith(said_)
    assert senior.texts(ANNA) == []


async def test_an_admin_is_not_blocked_and_nobody_twice(senior: World) -> None:
    await senior.customer("Ada", chat=ADMIN)
    await senior.write(f"/block C-{ADMIN} {WHY}")
    await senior.deliver()
    assert senior.texts(FORUM)[-1].startswith("This is somebody who looks after this bot.")
    for _ in range(2):
        await senior.write(f"/block {WHY}", topic=(await senior.ticket(1)).topic_id)
        await senior.deliver()
    assert senior.texts(FORUM)[-1].startswith("This customer is blocked already.")
