"""What staff do with a ticket: take, assign, resolve, keep promises, find it again."""

from datetime import timedelta
from typing import Any

import pytest

from bot.core.callbacks import pack
from bot.core.work import Work
from flows.entities import Account, Side, Ticket
from tests.bot.desk.world import ADMIN, ANNA, CLARA, FORUM, PLAIN, World, card_of, said
from tests.databases import on_both

EDITED: dict[str, Any] = {"kind": "edited_message", "edit_date": 1}
PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]

# -- taking -----------------------------------------------------------------------------------


async def test_taking_tells_the_customer_who_reads(world: World, ticket: Ticket) -> None:
    answer = await world.press(pack("t", "take", ticket.id))
    await world.deliver()
    assert answer["text"] == "You have it."
    (told,) = world.to(ANNA)
    assert told.text == "Boris is reading what you wrote (#1)."
    assert told.params["disable_notification"] is True
    assert "Boris has taken it." in world.texts(FORUM)
    await world.later(seconds=2)
    edit = world.to(FORUM)[-1]
    assert (edit.method, edit.params["message_id"]) == ("editMessageText", card_of(ticket))
    assert "Boris has it" in edit.text


async def test_pressing_twice_changes_nothing(world: World, ticket: Ticket) -> None:
    await world.press(pack("t", "take", ticket.id))
    before = await world.ticket(1)
    answer = await world.press(pack("t", "take", ticket.id))
    assert answer == {"text": "You have it already.", "show_alert": True}
    assert await world.ticket(1) == before


async def test_a_silent_colleague_s_ticket_can_be_taken_over(world: World, ticket: Ticket) -> None:
    await world.press(pack("t", "take", ticket.id))
    world.now += timedelta(minutes=3)
    await world.write("/take #1", by=CLARA)
    await world.deliver()
    assert "Clara has taken it over from Boris." in world.texts(FORUM)
    assert (await world.ticket(1)).owner_id == CLARA


async def test_several_changes_at_once_are_one_edit_of_the_card(
    world: World, ticket: Ticket
) -> None:
    for data in ("take", "wait"):
        await world.press(pack("t", data, ticket.id))
    await world.write("/resolve #1 Sent a new one.")
    await world.later(seconds=2)
    edits = [sent for sent in world.to(FORUM) if sent.method == "editMessageText"]
    assert len(edits) == 1
    assert "Sent a new one." in edits[0].text


# -- assigning --------------------------------------------------------------------------------


@on_both
async def test_who_wrote_or_pressed_something_is_assigned_by_handle(
    world: World, ticket: Ticket
) -> None:
    await world.write("Good morning.", by=CLARA, username="Clara_K")
    await world.write("/assign @clara_k #1")
    changed = await world.ticket(1)
    assert (changed.owner_id, changed.owner_name) == (CLARA, "Clara")
    await world.press(pack("t", "hint", ticket.id), by=ADMIN, username="ada")
    await world.write("/assign @ada #1")
    changed = await world.ticket(1)
    assert (changed.owner_id, changed.owner_name) == (ADMIN, "Ada")
    await world.deliver()
    assert "Boris gave it to Ada." in world.texts(FORUM)
    await world.press(pack("t", "list", "mine", 0), by=ADMIN, username="ada")
    await world.deliver()
    assert world.texts(FORUM)[-1].startswith("Yours: 1\n#1 Anna")


async def test_a_handle_that_was_not_seen_here_is_refused_with_what_to_do(
    world: World, ticket: Ticket
) -> None:
    await world.group(PLAIN, team="tasting", forum=False)
    await world.write("Good morning.", chat=PLAIN, by=CLARA, username="clara", forum=False)
    for handle in ("@clara", "@mria"):
        await world.write(f"/assign {handle} #1")
        await world.deliver()
        assert world.texts(FORUM)[-1] == (
            f"I have not seen {handle} in this group yet. Let them write or press something here"
            " once, or reply to a message of theirs with /assign #1."
        )
    assert (await world.ticket(1)).owner_name == ""


async def test_a_handle_belongs_to_whoever_used_it_last(world: World, ticket: Ticket) -> None:
    await world.write("Good morning.", by=CLARA, username="desk")
    await world.write("Good evening.", by=ADMIN, username="desk")
    await world.write("/assign @desk #1")
    assert (await world.ticket(1)).owner_id == ADMIN


@on_both
async def test_an_admin_who_opened_the_bot_is_assigned_by_handle(
    world: World, ticket: Ticket
) -> None:
    customer = await world.customer("Ada", ADMIN)
    account = Account(ADMIN, customer.id, world.now, first_name="Ada", username="Ada_L")

    async def named(work: Work) -> None:
        await work.unit.get(Account, ADMIN)
        work.unit.put(account)

    await world.do(named)
    await world.write("/assign @ada_l #1")
    changed = await world.ticket(1)
    assert (changed.owner_id, changed.owner_name) == (ADMIN, "Ada")


async def test_assigning_by_reply(world: World, ticket: Ticket) -> None:
    clara = {"id": CLARA, "is_bot": False, "first_name": "Clara"}
    await world.write("/assign #1", to=4000, to_user=clara)
    assert (await world.ticket(1)).owner_id == CLARA


async def test_assigning_nobody_explains_itself(world: World, ticket: Ticket) -> None:
    await world.write("/assign #1")
    await world.deliver()
    assert world.texts(FORUM)[-1].startswith("Who? Write /assign @name #1")


# -- resolving --------------------------------------------------------------------------------


async def test_resolving_by_command_tells_the_customer_what_was_done(
    world: World, ticket: Ticket
) -> None:
    text = "Sent a new box <today> & paid it back."
    await world.write(f"/resolve #1 {text}")
    await world.deliver()
    told = world.texts(ANNA)[-1]
    assert told.startswith("Boris here, about #1. This is what was done:\n" + text)
    changed = await world.ticket(1)
    assert (changed.state, changed.resolution, changed.owner_name) == ("resolved", text, "Boris")


async def test_nothing_is_resolved_while_the_other_side_is_empty(
    world: World, ticket: Ticket
) -> None:
    await world.write("/resolve #1   ")
    await world.deliver()
    assert world.texts(FORUM)[-1].startswith("Say what we did: /resolve #1")
    assert (await world.ticket(1)).state == "open"


async def test_resolving_by_button_asks_and_takes_the_reply(world: World, ticket: Ticket) -> None:
    await world.press(pack("t", "resolve", ticket.id))
    await world.deliver()
    asked = world.to(FORUM)[-1]
    assert asked.params["reply_markup"]["force_reply"] is True
    await world.write("Sent a new one.", to=asked.message_id, topic=ticket.topic_id)
    await world.deliver()
    assert (await world.ticket(1)).resolution == "Sent a new one."
    assert not any(sent.method == "copyMessage" for sent in world.to(ANNA))


async def prompt_of(world: World, ticket: Ticket) -> int:
    """Press Resolve; gives the question's number."""
    await world.press(pack("t", "resolve", ticket.id))
    await world.deliver()
    asked = world.to(FORUM)[-1]
    assert asked.message_id is not None
    return asked.message_id


async def test_a_caption_is_what_was_done_and_the_picture_goes_to_nobody(
    world: World, ticket: Ticket
) -> None:
    asked = await prompt_of(world, ticket)
    for part in ({}, {"caption": "Sent a new one."}, {}):
        await world.write(to=asked, media_group_id="a", photo=PHOTO, **part)
    await world.later(seconds=2)
    assert (await world.ticket(1)).resolution == "Sent a new one."
    assert [sent.method for sent in world.to(ANNA)] == ["sendMessage"]
    said = world.texts(FORUM)
    assert sum(text.startswith("Say in words what we did") for text in said) == 1
    assert sum(text.startswith("Only the words count here") for text in said) == 1


@on_both
async def test_a_corrected_resolution_is_corrected_for_the_customer(
    world: World, ticket: Ticket
) -> None:
    asked = await prompt_of(world, ticket)
    number = await world.write("Sent a new ldi.", to=asked)
    await world.deliver()
    copy = world.to(ANNA)[-1]
    await world.write("Sent a new lid.", to=asked, message_id=number, **EDITED)
    await world.later(seconds=2)
    edit = world.to(ANNA)[-1]
    assert (edit.method, edit.params["message_id"]) == ("editMessageText", copy.message_id)
    assert edit.text.splitlines()[:2] == [
        "Boris here, about #1. This is what was done:",
        "Sent a new lid.",
    ]
    assert (await world.ticket(1)).resolution == "Sent a new lid."
    assert "Sent a new lid." in world.texts(FORUM)[-1], "on the card"
    await world.write("Sent a new lid!", to=asked, message_id=number, **EDITED)
    await world.deliver()
    assert "Sent a new lid!" in world.texts(ANNA)[-1], "a second time"


async def test_a_corrected_command_is_corrected_for_the_customer(
    world: World, ticket: Ticket
) -> None:
    number = await world.write("/resolve #1 Sent a new ldi.")
    await world.deliver()
    await world.write("/resolve #1 Sent a new lid.", message_id=number, **EDITED)
    await world.deliver()
    assert world.to(ANNA)[-1].method == "editMessageText"
    assert "Sent a new lid." in world.texts(ANNA)[-1]


@on_both
@pytest.mark.parametrize("why", ["not delivered", "two messages", "open again", "empty", "no news"])
async def test_what_cannot_be_corrected_stays_and_the_ticket_says_so(
    world: World, ticket: Ticket, why: str
) -> None:
    text = "y" * 4060 if why == "two messages" else "Sent a new ldi."
    number = await world.write(f"/resolve #1 {text}")
    if why != "not delivered":
        await world.deliver()
    if why == "open again":
        await world.press(pack("t", "reopen", ticket.id))
    news = {"empty": "", "no news": text}.get(why, "Sent a new lid.")
    await world.write(f"/resolve #1 {news}", message_id=number, **EDITED)
    await world.deliver()
    assert (await world.ticket(1)).resolution == text
    assert not any(sent.method == "editMessageText" for sent in world.to(ANNA))
    notes = [said for said in world.texts(FORUM) if said.startswith("Anna keeps the first version")]
    assert len(notes) == (why != "no news")


async def test_a_customer_who_writes_again_opens_it_again(world: World, ticket: Ticket) -> None:
    await world.write("/resolve #1 Sent a new one.")
    again = await world.add(1, said("It is broken too.", world.now, 40))
    assert (again.state, again.reopened, again.resolved_at) == ("reopened", 1, None)
    texts = world.texts(FORUM)
    assert any("It is broken too." in text for text in texts)
    assert any("written again" in text for text in texts)


async def test_a_done_ticket_s_old_buttons_answer_kindly(world: World, ticket: Ticket) -> None:
    await world.write("/resolve #1 Sent a new one.")
    before = await world.ticket(1)
    for action in ("take", "wait", "resolve"):
        answer = await world.press(pack("t", action, ticket.id))
        assert answer["text"] == "It is done already. Open it again first."
    assert await world.ticket(1) == before


# -- promises ---------------------------------------------------------------------------------


@on_both
async def test_staff_are_reminded_before_a_promise_is_broken(world: World, ticket: Ticket) -> None:
    await world.later(hours=2, minutes=1)
    assert any("Anna has no answer yet" in text for text in world.texts(FORUM))
    await world.later(hours=2)
    assert any("nobody has written. It is urgent now" in text for text in world.texts(FORUM))
    assert (await world.ticket(1)).urgent


async def test_a_promise_that_passed_in_one_go_is_over_once(world: World, ticket: Ticket) -> None:
    await world.later(hours=5)
    texts = [text for text in world.texts(FORUM) if "answer by" in text or "due" in text]
    assert sum("It is urgent now." in text for text in texts) == 1
    assert not any("has no answer yet" in text for text in texts)
    entries = await world.read(lambda unit: unit.tickets.entries(ticket.id))
    assert [entry.kind for entry in entries].count("escalated") == 1


async def test_an_answered_ticket_is_reminded_of_no_answer(world: World, ticket: Ticket) -> None:
    await world.write("Sorry.", to=card_of(ticket))
    await world.later(hours=9)
    assert not any("answer yet" in text or "urgent" in text for text in world.texts(FORUM))


# -- lists and cards ----------------------------------------------------------------------------


@on_both
async def test_the_list_shows_urgent_ones_first_and_turns_pages(world: World) -> None:
    await world.group()
    for at in range(10):
        chat = 600 + at
        await world.complain(await world.customer(f"C{at}", chat), chat=chat, urgent=at == 9)
    await world.write("/tickets")
    await world.deliver()
    listing = world.to(FORUM)[-1]
    assert listing.text.startswith("Open complaints: 10\n‼ #10 C9")
    answer = await world.press(pack("t", "list", "all", 1), message=listing.message_id or 0)
    await world.deliver()
    assert answer == {}
    edit = world.to(FORUM)[-1]
    assert (edit.method, edit.params["message_id"]) == ("editMessageText", listing.message_id)
    assert "#9" in edit.text
    await world.press(pack("t", "take", (await world.ticket(3)).id))
    await world.press(pack("t", "list", "mine", 0), message=listing.message_id or 0)
    await world.deliver()
    assert any(text.startswith("Yours: 1\n#3 C2") for text in world.texts(FORUM))


async def test_customers_who_came_by_themselves_are_listed_by_their_first_names(
    world: World,
) -> None:
    await world.group()
    walk_in = await world.customer("", first_name="Anna")
    await world.complain(walk_in)
    await world.write("/tickets")
    await world.deliver()
    assert "\n#1 Anna · " in world.texts(FORUM)[-1]
    await world.write("/change #1 New lids")
    await world.deliver()
    assert "\n#1 Anna: The box was late." in world.texts(FORUM)[-1]


async def test_a_text_that_was_edited_is_no_attachment(world: World, ticket: Ticket) -> None:
    for words in ("The box was late", "The box was very late"):
        await world.add(1, said(words, world.now, 11), edited=True)
    await world.add(1, said("", world.now, 12, kind="photo"))
    await world.write("/card #1")
    await world.deliver()
    assert "1 attachment follows" in world.texts(FORUM)[-1]


async def test_the_card_can_be_shown_again(world: World, ticket: Ticket) -> None:
    await world.write("/card", topic=ticket.topic_id)
    await world.deliver()
    assert (await world.ticket(1)).card_message_id != ticket.card_message_id


async def test_help_and_hint_explain(world: World, ticket: Ticket) -> None:
    await world.write("/help")
    await world.deliver()
    assert "/resolve #12" in world.texts(FORUM)[-1]
    hint = await world.press(pack("t", "hint", ticket.id))
    assert hint["show_alert"] is True
    assert "Anna" in hint["text"]


async def test_history_tells_both_sides(world: World, ticket: Ticket) -> None:
    await world.write("Sorry.", to=card_of(ticket))
    await world.write("/resolve #1 Sent a new one.")
    entries = await world.read(lambda unit: unit.tickets.entries(ticket.id))
    assert [(e.side, e.kind) for e in entries if e.side is not Side.VERSO] == [
        (Side.CUSTOMER, "text"),
        (Side.STAFF, "text"),
        (Side.STAFF, "resolved"),
    ]
