"""Ends that are none of mending: declined with a reason, and merged into another ticket."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.callbacks import pack
from bot.core.delivery import File
from bot.desk import merging
from bot.dialogue.inbound import own_ticket
from flows.entities import ClockEvent, ClockKind, Customer, Side, Ticket
from storage.database import Database
from tests.bot.desk.world import ANNA, CLARA, FORUM, OTHER, World, card_of, said

WHY = "We sell no spare lids, they would not close."
PHOTO = {"kind": "photo", "file": {"file_id": "f"}}


@pytest.fixture
async def database(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """One kind of database is enough: no SQL differs here."""
    shutil.copy(sqlite_template, tmp_path / "verso.db")
    opened = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/verso.db")
    await opened.try_to_lead()
    yield opened
    await opened.close()


@pytest.fixture
async def twice(world: World) -> tuple[Ticket, Ticket]:
    """Two open tickets of one customer about the same."""
    await world.group()
    anna = await world.customer()
    first = await world.complain(anna)
    world.now += timedelta(minutes=30)
    second = await world.complain(
        anna, "Still no box.", pieces=[said("Still no box.", world.now, 12)]
    )
    return first, second


async def texts_of(world: World, ticket: Ticket, side: Side = Side.CUSTOMER) -> list[str]:
    entries = await world.read(lambda unit: unit.tickets.entries(ticket.id))
    return [entry.text for entry in entries if entry.side is side]


async def log(world: World, ticket: Ticket) -> list[tuple[ClockKind, ClockEvent]]:
    lines = await world.read(lambda unit: unit.tickets.clock_lines(ticket.id))
    return [(line.clock, line.event) for line in lines]


# -- declined ---------------------------------------------------------------------------------


async def test_the_customer_reads_why_nothing_is_done(world: World, ticket: Ticket) -> None:
    await world.write(f"/decline #1 {WHY}")
    await world.later(seconds=2)
    declined = await world.ticket(1)
    assert (declined.state, declined.resolution, declined.look_at) == ("declined", WHY, None)
    (told,) = world.texts(ANNA)
    assert told.startswith("Boris here, about #1. We looked into it and will not do it.")
    assert WHY in told
    card = world.to(FORUM)[-1].text
    assert "Boris declined it" in card
    assert f"Why we do not do it:\n{WHY}" in card
    assert await log(world, ticket) == [
        (ClockKind.FIRST_RESPONSE, ClockEvent.MET),
        (ClockKind.RESOLUTION, ClockEvent.MET),
    ]


async def test_any_word_opens_again_what_was_declined(world: World, ticket: Ticket) -> None:
    await world.write(f"/decline #1 {WHY}")
    again = await world.add(1, said("I do not think so.", world.now, 40))
    assert (again.state, again.resolution) == ("reopened", "")
    assert again.look_at is not None


async def test_a_reason_that_is_corrected_is_corrected_for_the_customer(
    world: World, ticket: Ticket
) -> None:
    message = await world.write(f"/decline #1 {WHY}")
    await world.deliver()
    await world.write(
        "/decline #1 They would leak.", kind="edited_message", message_id=message, edit_date=1
    )
    await world.deliver()
    copy = world.to(ANNA)[-1]
    assert copy.method == "editMessageText"
    assert "They would leak." in copy.text
    assert (await world.ticket(1)).resolution == "They would leak."


@pytest.mark.parametrize(
    ("command", "said_"),
    [
        ("/decline #1", "Say why not: /decline #1 the reason."),
        ("/decline #9 No.", "There is no ticket #9 in this group."),
        ("/decline", "Which ticket? Write its number, such as /decline #12"),
    ],
)
async def test_what_lacks_for_declining_is_said(
    world: World, ticket: Ticket, command: str, said_: str
) -> None:
    await world.write(command)
    await world.deliver()
    assert world.texts(FORUM)[-1].startswith(said_)
    assert world.texts(ANNA) == []
    assert (await world.ticket(1)).state == "open"


async def test_what_is_done_is_not_declined(world: World, ticket: Ticket) -> None:
    await world.write("/resolve #1 A new box.")
    await world.write(f"/decline #1 {WHY}")
    await world.deliver()
    assert world.texts(FORUM)[-1] == "It is done already. Open it again first."
    assert len(world.texts(ANNA)) == 1


# -- merged -----------------------------------------------------------------------------------


async def test_the_words_of_a_duplicate_go_on_in_the_first(
    world: World, twice: tuple[Ticket, Ticket]
) -> None:
    first, second = twice
    before = len(world.sent)
    await world.write("/merge #1 #2")
    await world.later(seconds=2)
    assert (await world.ticket(1)).state == "open"
    assert (await world.ticket(2)).state == "merged"
    assert await texts_of(world, first) == ["The box was late.", "Still no box."]
    assert await texts_of(world, second) == []
    assert world.texts(ANNA) == [
        "We have put #2 together with #1, as it is about the same. All that you wrote is there, "
        "and you get one answer."
    ]
    shown = [sent for sent in world.to(FORUM, before) if "Still no box." in sent.text]
    placed = [sent for sent in shown if sent.row.ticket_id == first.id]
    assert placed[0].text.startswith("Boris merged #2 into this. There Anna said:")
    assert "Boris: this is the same as #1. It goes on there" in "\n".join(world.texts(FORUM))


async def test_the_files_of_a_duplicate_are_in_the_first(
    world: World, twice: tuple[Ticket, Ticket]
) -> None:
    first, _ = twice
    await world.add(2, said("", world.now, 44, **PHOTO))
    before = len(world.sent)
    await world.write("/merge #2", topic=first.topic_id)
    await world.deliver()
    (copied,) = [sent for sent in world.to(FORUM, before) if sent.method == "copyMessage"]
    assert (copied.params["message_id"], copied.row.ticket_id) == (44, first.id)


async def test_the_earlier_promise_counts(world: World, twice: tuple[Ticket, Ticket]) -> None:
    first, _ = twice
    await world.write("/merge #2 #1")
    await world.deliver()
    kept = await world.ticket(2)
    assert kept.due_at == first.due_at
    assert kept.response_due_at == first.response_due_at
    assert (await world.ticket(1)).look_at is None


async def test_a_broken_promise_is_broken_once(world: World, twice: tuple[Ticket, Ticket]) -> None:
    first, second = twice
    await world.later(days=2)
    await world.write("/merge #2 #1")
    await world.write("I look into it.", to=card_of(await world.ticket(2)))
    await world.deliver()
    both = [*await log(world, first), *await log(world, second)]
    one = [event for kind, event in both if kind is ClockKind.FIRST_RESPONSE]
    assert one.count(ClockEvent.BREACHED) == 2, "each of them was late before"
    assert one.count(ClockEvent.SETTLED_LATE) == 1


async def test_a_word_to_either_side_of_a_duplicate_goes_on_in_the_first(
    world: World, twice: tuple[Ticket, Ticket]
) -> None:
    first, second = twice
    await world.write("/merge #1 #2")
    await world.deliver()
    await world.add(2, said("Any news?", world.now, 50))
    assert await texts_of(world, first) == ["The box was late.", "Still no box.", "Any news?"]
    await world.write("It comes today.", to=card_of(second))
    await world.deliver()
    assert world.texts(ANNA)[-1] == "Boris answers you (#1):\nIt comes today."
    assert await texts_of(world, first, Side.STAFF) == ["It comes today."]
    assert (await world.ticket(2)).state == "merged"
    own = await world.do(lambda work: own_ticket(work, ANNA, second.id))
    assert own.number == 1


async def test_the_card_offers_to_merge_and_a_press_does(
    world: World, twice: tuple[Ticket, Ticket]
) -> None:
    _, second = twice
    cards = [sent for sent in world.to(FORUM) if sent.text.startswith("#2")]
    rows = cards[-1].params["reply_markup"]["inline_keyboard"]
    button = rows[-1][-1]
    assert button["text"] == "Same as #1"
    assert (await world.press(button["callback_data"]))["text"] == "Merged."
    assert (await world.ticket(2)).state == "merged"
    again = await world.press(button["callback_data"], by=CLARA)
    assert again["text"] == "Only what is open can be merged. Open it again first."
    await world.press(pack("t", "reopen", second.id))
    assert (await world.ticket(2)).state == "reopened"
    assert await world.do(lambda work: merging.standing(work, second)) == second, (
        "open again it goes on by itself"
    )


@pytest.mark.parametrize(
    ("command", "said_"),
    [
        ("/merge", "Which ones? /merge #12 #13 lets #12 go on"),
        ("/merge #1", "Which ones? /merge #12 #13 lets #12 go on"),
        ("/merge #1 #9", "There is no ticket #9 in this group."),
        ("/merge #1 #3", "These are not of the same customer"),
        ("/merge #1 #2 #3", "These are not of the same customer"),
        ("/merge #1 #4", "There is no ticket #4 in this group."),
    ],
)
async def test_what_cannot_be_merged_is_said_and_nothing_is_half_done(
    world: World, twice: tuple[Ticket, Ticket], command: str, said_: str
) -> None:
    await world.group(OTHER, "tasting")
    clara = await world.customer("Clara", chat=502)
    await world.complain(clara, "Mine too.", chat=502)
    await world.complain(clara, "It is stale.", chat=502, category="taste")
    before = [await world.ticket(number) for number in (1, 2, 3, 4)]
    await world.write(command)
    await world.deliver()
    assert world.texts(FORUM)[-1].startswith(said_)
    assert [await world.ticket(number) for number in (1, 2, 3, 4)] == before
    assert world.texts(ANNA) == []


async def test_a_ticket_is_not_merged_into_itself(world: World, ticket: Ticket) -> None:
    await world.write("/merge #1", topic=ticket.topic_id)
    await world.deliver()
    assert world.texts(FORUM)[-1] == "That is one and the same complaint."


async def test_more_than_a_topic_can_read_comes_as_a_file(
    world: World, twice: tuple[Ticket, Ticket]
) -> None:
    for number in range(8):
        await world.add(2, said("long " * 700, world.now, 60 + number))
    before = len(world.sent)
    await world.write("/merge #1 #2")
    await world.deliver()
    sent = [each for each in world.to(FORUM, before) if "long long" in each.text]
    assert len(sent) == merging.PAGES_SHOWN
    (file,) = [each for each in world.to(FORUM, before) if each.method == "sendDocument"]
    assert file.params["caption"] == "All that was written in #2:"
    assert isinstance(file.file, File)
    content = file.file.content.decode("utf-8-sig")
    assert content.startswith("Still no box.\n")
    assert content.count("long") == 8 * 700


async def test_whoever_reads_the_first_card_reads_what_the_duplicate_says(
    world: World, twice: tuple[Ticket, Ticket]
) -> None:
    """Also choices that were pressed, and words older than the ticket that goes on."""
    anna = await world.read(lambda unit: unit.get(Customer, twice[0].customer_id))
    await world.complain(anna, "Delivery: late", pieces=[], wish="A call.")
    await world.write("/merge #2 #1 #3")
    await world.later(seconds=2)
    assert await texts_of(world, twice[1]) == [
        "The box was late.",
        "Still no box.",
        "Delivery: late",
    ]
    card = [sent.text for sent in world.to(FORUM) if sent.text.startswith("#2")][-1]
    assert "In #1:\nThe box was late.\nIn #3:\nDelivery: late" in card
    assert "Wishes: A call." in card
    before = len(world.sent)
    await world.write("/card #2")
    await world.deliver()
    shown = "\n".join(sent.text for sent in world.to(FORUM, before)[1:])
    assert "The box was late." in shown
    assert "Delivery: late" in shown
