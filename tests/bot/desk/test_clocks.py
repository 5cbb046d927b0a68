"""What clocks bring about at the desk: who hears what, and who has a ticket."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.callbacks import pack
from bot.desk import groups
from flows.entities import ClockEvent, ClockKind, Member
from flows.entities.kinds import MemberStatus
from storage.database import Database
from tests.bot.desk.world import (
    ADMIN,
    ANNA,
    BORIS,
    CLARA,
    FORUM,
    World,
    card_of,
    said,
)

pytestmark = pytest.mark.usefixtures("ticket")


@pytest.fixture
async def database(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """One kind of database is enough: no SQL differs here."""
    shutil.copy(sqlite_template, tmp_path / "verso.db")
    opened = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/verso.db")
    await opened.try_to_lead()
    yield opened
    await opened.close()


async def lines(world: World, number: int = 1) -> list[tuple[ClockKind, ClockEvent]]:
    found = await world.read(lambda unit: unit.tickets.by_number(number))
    log = await world.read(lambda unit: unit.tickets.clock_lines(found.id))
    return [(line.clock, line.event) for line in log]


async def answered(world: World, text: str = "I look into it.") -> None:
    await world.write(text, to=card_of(await world.ticket(1)))
    await world.deliver()


async def card(world: World) -> str:
    """The card as it is after what has just happened."""
    await world.later(seconds=2)
    return [sent.text for sent in world.to(FORUM) if sent.text.lstrip("‼ ").startswith("#1")][-1]


def mentioned(world: World, text: str) -> list[int]:
    """Whom the last message with this text rings."""
    sent = [each for each in world.to(FORUM) if text in each.text][-1]
    marks = sent.params.get("entities", ())
    return [each["user"]["id"] for each in marks if each["type"] == "text_mention"]


async def test_the_card_says_which_clock_runs_and_until_when(world: World) -> None:
    assert "first answer due Mon 4 May, 15:30" in await card(world)
    await answered(world)
    assert "first answer given · to be done by Fri 8 May, 15:30" in await card(world)
    await world.add(1, said("And the tin?", world.now, 40))
    assert " · answer due " in await card(world)
    await world.press(pack("t", "wait", (await world.ticket(1)).id))
    shown = await card(world)
    assert "working time left" in shown
    assert "on Mon 11 May, 11:30 the customer is asked once more" in shown


async def test_a_promise_is_met_broken_and_settled_late_each_once(world: World) -> None:
    await answered(world)
    await world.add(1, said("And the tin?", world.now, 40))
    await world.later(days=4)
    await answered(world, "It is on its way.")
    first, then = ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE
    assert await lines(world) == [
        (first, ClockEvent.MET),
        (then, ClockEvent.BREACHED),
        (then, ClockEvent.SETTLED_LATE),
    ]


async def test_owner_second_group_seniors_and_admins_hear_of_it_in_this_order(
    world: World,
) -> None:
    world.services.admins.add(ADMIN)
    for person in (BORIS, CLARA, ADMIN):
        await world.write("Good morning.", by=person)
    await world.press(pack("t", "take", (await world.ticket(1)).id))
    await world.later(hours=2, minutes=1)
    assert mentioned(world, "this is with you. Anna has no answer yet") == [BORIS]
    await world.later(hours=1)
    assert mentioned(world, "can you look after this") in ([CLARA], [ADMIN])
    await world.later(minutes=40)
    told = world.texts(ANNA)[-1]
    assert told.startswith("About #1: our answer takes longer than we said. You will have it by ")
    assert told.endswith("We have not forgotten it.")
    await world.later(minutes=30)
    assert any("nobody has written. It is urgent now" in text for text in world.texts(FORUM))
    await world.later(hours=2)
    assert mentioned(world, "please step in") == [ADMIN]
    assert not world.texts(ADMIN)
    await world.later(days=1)
    (admin,) = world.texts(ADMIN)
    assert admin.startswith("#1 (Anna) in Group -1001 has waited far too long.")
    assert sum("takes longer" in text for text in world.texts(ANNA)) == 1


async def test_the_seniors_of_a_group_are_its_telegram_administrators(world: World) -> None:
    for person in (BORIS, CLARA):
        await world.write("Good morning.", by=person)
    clara = Member(FORUM, CLARA, MemberStatus.ADMIN, asked_at=world.now)
    world.services.members[FORUM, CLARA] = clara
    await world.press(pack("t", "take", (await world.ticket(1)).id))
    await world.later(hours=8)
    assert mentioned(world, "please step in") == [CLARA]
    world.services.members[FORUM, CLARA] = replace(clara, status=MemberStatus.MEMBER)
    world.services.members[FORUM, BORIS] = replace(clara, telegram_id=BORIS)
    await world.add(1, said("And the tin?", world.now, 40))
    await answered(world)
    await world.add(1, said("Which day?", world.now, 41))
    await world.later(days=2)
    assert mentioned(world, "please step in") == [BORIS]


async def test_a_reason_that_a_person_wrote_is_told_instead_of_a_neutral_line(
    world: World,
) -> None:
    await world.write("/later #1 The lids come from abroad.")
    await world.later(hours=3, minutes=40)
    told = world.texts(ANNA)[-1]
    assert told.endswith("\nThe lids come from abroad.")
    assert "forgotten" not in told
    await world.write("/later #1 They are at the border.")
    await world.deliver()
    assert world.texts(ANNA)[-1].startswith("About #1, why it takes longer:\nThey are at")


async def test_a_customer_who_is_silent_is_asked_once_and_any_word_opens_it_again(
    world: World,
) -> None:
    ticket = await world.ticket(1)
    refused = await world.press(pack("t", "wait", ticket.id))
    assert refused["text"] == "The customer has had no answer yet. Write to them first."
    await answered(world, "Which tin was it?")
    await world.press(pack("t", "wait", ticket.id))
    await world.later(days=7, hours=1)
    assert world.texts(ANNA)[-1].startswith("About #1: we are waiting for your answer.")
    await world.later(days=6)
    assert (await world.ticket(1)).state == "waiting"
    await world.later(days=1, hours=1)
    assert (await world.ticket(1)).state == "unanswered"
    assert world.texts(ANNA)[-1].startswith("We have closed #1")
    await world.add(1, said("The green one.", world.now, 40))
    again = await world.ticket(1)
    assert (again.state, again.due_at is not None) == ("reopened", True)


async def test_a_ticket_is_snoozed_until_a_day_and_wakes(world: World) -> None:
    await answered(world)
    await world.write("/snooze #1 3 days")
    await world.deliver()
    assert any("snoozed it until Thu 7 May" in text for text in world.texts(FORUM))
    assert (await world.ticket(1)).due_at is None
    assert "snoozed until Thu 7 May" in await card(world)
    await world.later(days=3, minutes=1)
    assert any("The day has come to write to Anna" in text for text in world.texts(FORUM))
    assert (await world.ticket(1)).due_at is not None
    await world.write("/snooze #1 yesterday")
    await world.deliver()
    assert world.texts(FORUM)[-1].startswith("Until when? /snooze #1 3 days")


async def test_a_long_repair_says_every_week_where_it_is(world: World) -> None:
    await answered(world)
    for _ in range(3):
        await world.later(days=7, hours=1)
    told = [text for text in world.texts(ANNA) if "it is not done yet" in text]
    assert len(told) == 3
    assert told[0].startswith("About #1: it is not done yet. Boris is still working on it")
    await world.write("/resolve #1 A new tin.")
    await world.later(days=15)
    assert sum("not done yet" in text for text in world.texts(ANNA)) == 3


# -- who has it ----------------------------------------------------------------------------------


async def test_of_two_who_press_at_once_the_second_reads_who_has_it(world: World) -> None:
    data = pack("t", "take", (await world.ticket(1)).id)
    assert (await world.press(data, by=BORIS))["text"] == "You have it."
    answer = await world.press(data, by=CLARA)
    assert answer == {"text": "Boris has it already.", "show_alert": True}
    assert (await world.ticket(1)).owner_id == BORIS
    over = pack("t", "over", (await world.ticket(1)).id)
    assert (await world.press(over, by=CLARA))["text"] == "Boris has it already."
    world.now += timedelta(minutes=3)
    assert (await world.press(over, by=CLARA))["text"] == "You have it."


async def test_two_who_answer_within_minutes_are_both_told(world: World) -> None:
    await answered(world)
    await world.later(minutes=2)
    await world.write("Sorry.", by=CLARA, to=card_of(await world.ticket(1)))
    await world.deliver()
    assert mentioned(world, "you have both answered within minutes") == [BORIS, CLARA]
    await world.later(minutes=9)
    await answered(world, "And again.")
    told = [text for text in world.texts(FORUM) if "both answered" in text]
    assert len(told) == 1


async def test_an_owner_who_is_silent_while_the_customer_waits_loses_it_visibly(
    world: World,
) -> None:
    await world.write("Good morning.", by=CLARA)
    await answered(world)
    await world.add(1, said("And the tin?", world.now, 40))
    await world.later(days=1, hours=1)
    assert (await world.ticket(1)).owner_name == ""
    assert mentioned(world, "Boris has not written for some time") == [CLARA]
    assert "Nobody has it yet" in await card(world)


async def test_who_is_away_has_nothing_and_is_sent_nothing(world: World) -> None:
    await world.write("Good morning.", by=CLARA)
    await world.press(pack("t", "take", (await world.ticket(1)).id))
    await world.write("/away 3 days")
    await world.deliver()
    assert mentioned(world, "Boris is away until Thu 7 May") == [CLARA]
    assert "1 complaint of yours is free" in world.texts(FORUM)[-1]
    await world.write("/take #1", by=CLARA)
    await world.later(hours=3, minutes=1)
    assert BORIS not in mentioned(world, "has no answer yet")
    await world.write("/away off")
    await world.write("/away off")
    await world.deliver()
    assert world.texts(FORUM)[-2:] == ["Welcome back, Boris.", "Boris, you are not away."]


async def test_who_is_given_a_ticket_while_away_is_said_to_be(world: World) -> None:
    await world.write("/away 2026-06-01", by=CLARA, username="clara")
    await world.write("/assign @clara #1")
    await world.deliver()
    assert (
        world.texts(FORUM)[-1] == "Clara is away until Mon 1 Jun, 09:00, and has it from then on."
    )


async def test_who_leaves_the_group_leaves_the_tickets(world: World) -> None:
    await world.write("Good morning.", by=CLARA)
    await world.press(pack("t", "take", (await world.ticket(1)).id))
    gone = {"id": BORIS, "is_bot": False, "first_name": "Boris"}
    await world.write(by=CLARA, left_chat_member=gone)
    await world.deliver()
    assert (await world.ticket(1)).owner_id is None
    assert mentioned(world, "Boris has left the group") == [CLARA]
    assert (await world.ticket(1)).state == "open"


async def test_an_overdue_ticket_without_a_group_is_told_to_admins(world: World) -> None:
    world.services.admins.add(ADMIN)
    await world.do(lambda work: groups.unbind(work, FORUM))
    await world.later(hours=5)
    told = [text for text in world.texts(ADMIN) if "has waited far too long" in text]
    assert len(told) == 1
    assert "its team has no group: add me to one and type /setup there" in told[0]
