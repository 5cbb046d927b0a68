"""Words without a question: which ticket, conversation or new complaint they belong to."""

from typing import Any

import pytest

from bot.core.work import Work
from bot.desk import endings, relay
from flows.entities import Conversation, Entry, Side, Ticket
from flows.entities.lifecycle import Person
from tests.bot.stage import STAFF_CHAT, Somebody, Stage, buttons, complaint_of, texts


async def said_in(stage: Stage, ticket: Ticket) -> list[str]:
    entries = sorted(await stage.all(Entry), key=lambda each: each.id)
    mine = [each for each in entries if each.ticket_id == ticket.id]
    return [each.text for each in mine if each.side is Side.CUSTOMER]


async def test_words_soon_after_go_to_the_open_ticket(stage: Stage, anna: Somebody) -> None:
    ticket = await complaint_of(stage, anna, "Cold tea")
    stage.clock.move(hours=1)
    rows = await anna.says("and late")
    assert f"Added to #{ticket.number}" in anna.told(rows)[0]
    assert await said_in(stage, ticket) == ["Cold tea", "and late"]
    quick = await anna.says("and weak")
    assert anna.told(quick) == []
    assert any(row.method == "setMessageReaction" for row in quick)


async def test_something_new_gets_a_page_of_its_own(stage: Stage, anna: Somebody) -> None:
    ticket = await complaint_of(stage, anna, "Cold tea")
    stage.clock.move(hours=1)
    row = texts(await anna.says("The shop was closed and nobody came"))[-1]
    rows = await anna.chooses(row, "This is about something else")
    assert "page of its own" in anna.told(rows)[0]
    conversation = await stage.conversation()
    assert conversation.status == "open"
    assert conversation.state["words"][0]["text"] == "The shop was closed and nobody came"
    assert conversation.state["words"][0]["source"]["message_id"]
    assert ticket.id != conversation.ticket_id


MIRA = Person(77, "Mira Berg")


async def resolve(stage: Stage, ticket: Ticket) -> None:
    async def act(work: Work) -> None:
        known = await work.unit.get(Ticket, ticket.id)
        assert known is not None
        await endings.resolve(work, known, MIRA, "A new pot.")

    await stage.use(act)


async def answer(stage: Stage, ticket: Ticket, text: str) -> None:
    async def act(work: Work) -> None:
        known = await work.unit.get(Ticket, ticket.id)
        assert known is not None
        said = relay.Message(STAFF_CHAT, 7000 + len(stage.sent), "text", text)
        await relay.answer(work, known, MIRA, said)

    await stage.use(act)


async def state_of(stage: Stage, ticket: Ticket) -> str:
    [found] = [each for each in await stage.all(Ticket) if each.id == ticket.id]
    return str(found.state)


async def test_whoever_writes_after_the_end_opens_it_again(stage: Stage, anna: Somebody) -> None:
    """As the bot has told them: if it is not right yet, just write here."""
    ticket = await complaint_of(stage, anna, "Cold tea")
    stage.clock.move(days=5)
    await resolve(stage, ticket)
    stage.clock.move(days=2)
    rows = await anna.says("It is still cold")
    assert f"Added to #{ticket.number}" in anna.told(rows)[0]
    assert await state_of(stage, ticket) == "reopened"
    assert await said_in(stage, ticket) == ["Cold tea", "It is still cold"]
    row = texts(rows)[-1]
    await anna.chooses(row, "This is about something else")
    assert (await stage.conversation()).state["words"][0]["text"] == "It is still cold"


async def test_thanks_after_the_end_open_nothing(stage: Stage, anna: Somebody) -> None:
    ticket = await complaint_of(stage, anna, "Cold tea")
    await resolve(stage, ticket)
    stage.clock.move(hours=1)
    rows = await anna.says("Thank you!")
    assert anna.told(rows) == []
    assert any(row.method == "setMessageReaction" for row in rows)
    assert await state_of(stage, ticket) == "resolved"
    assert await said_in(stage, ticket) == ["Cold tea", "Thank you!"]
    assert [each for each in await stage.all(Conversation) if each.status == "open"] == []


async def test_a_word_that_is_mended_after_the_end_opens_nothing(
    stage: Stage, anna: Somebody
) -> None:
    ticket = await complaint_of(stage, anna, "Cold tee")
    await resolve(stage, ticket)
    body = {**anna.body(text="Cold tea", edit_date=1777888900), "message_id": 1}
    await stage.take({"edited_message": body})
    assert await state_of(stage, ticket) == "resolved"
    assert await said_in(stage, ticket) == ["Cold tee", "Cold tea"]


async def test_staff_who_ask_in_mid_conversation_get_the_answer(
    stage: Stage, anna: Somebody
) -> None:
    """And a press takes the conversation up again."""
    ticket = await complaint_of(stage, anna, "Cold tea")
    question = texts(await anna.says("/complain The shop was closed and nobody came"))[-1]
    await answer(stage, ticket, "Which address shall the new pot go to?")
    stage.clock.move(minutes=3)
    rows = await anna.says("Elm Street 5")
    assert f"Added to #{ticket.number}" in anna.told(rows)[0]
    assert "question above" in anna.told(rows)[0]
    await anna.says("in Berlin")
    assert await said_in(stage, ticket) == ["Cold tea", "Elm Street 5", "in Berlin"]
    await anna.presses(next(iter(buttons(question).values())))
    await anna.says("And it rained")
    words = (await stage.conversation()).state["words"]
    assert [piece["text"] for piece in words] == [
        "The shop was closed and nobody came",
        "And it rained",
    ]
    assert await said_in(stage, ticket) == ["Cold tea", "Elm Street 5", "in Berlin"]


async def test_a_question_for_words_gets_them_although_staff_speak_meanwhile(
    stage: Stage, anna: Somebody
) -> None:
    ticket = await complaint_of(stage, anna, "Cold tea")
    await anna.says("/complain")
    await answer(stage, ticket, "We are sorry.")
    await anna.says("The shop was closed and nobody came")
    words = (await stage.conversation()).state["words"]
    assert [piece["text"] for piece in words] == ["The shop was closed and nobody came"]
    assert await said_in(stage, ticket) == ["Cold tea"]


async def test_an_answer_of_staff_may_be_of_something_else(stage: Stage, anna: Somebody) -> None:
    """The button puts what went to staff into the conversation, and staff read so."""
    ticket = await complaint_of(stage, anna, "Cold tea")
    await anna.says("/complain The shop was closed and nobody came")
    await answer(stage, ticket, "Is it better now?")
    stage.clock.move(minutes=3)
    row = texts(await anna.says("It opens at ten"))[-1]
    await anna.chooses(row, "This is about something else")
    words = (await stage.conversation()).state["words"]
    assert [piece["text"] for piece in words] == [
        "The shop was closed and nobody came",
        "It opens at ten",
    ]


async def test_words_after_three_quiet_days_are_a_new_complaint(
    stage: Stage, anna: Somebody
) -> None:
    await complaint_of(stage, anna, "Cold tea")
    stage.clock.move(days=3, seconds=1)
    await anna.says("The shop was closed and nobody came")
    assert len([each for each in await stage.all(Conversation) if each.status == "open"]) == 1


async def test_a_reply_belongs_to_the_ticket_whatever_goes_on(stage: Stage, anna: Somebody) -> None:
    ticket = await complaint_of(stage, anna, "Cold tea")
    told = next(row for row in stage.sent if row.chat_id == anna.id and row.ticket_id == ticket.id)
    number = await stage.delivered(told)
    stage.clock.move(days=5)
    await anna.says("The shop was closed and nobody came")
    before = await stage.conversation()
    reply = {"reply_to_message": {**anna.body(text="x"), "message_id": number}}
    await anna.says("It was the green one", **reply)
    assert await said_in(stage, ticket) == ["Cold tea", "It was the green one"]
    assert await stage.conversation() == before


async def test_a_reply_to_a_repeated_message_belongs_to_the_ticket_that_it_names(
    stage: Stage, anna: Somebody
) -> None:
    """A copy that a kill left behind is in no row; the bot's own words tell what it is about."""
    first = await complaint_of(stage, anna, "Cold tea")
    stage.clock.move(days=5)
    second = await complaint_of(stage, anna, "The shop was closed and nobody came")
    bot = {"id": stage.services.bot_id, "is_bot": True, "first_name": "Verso"}
    text = f"Thank you. It has the number #{first.number}."
    copy = {**anna.body(text=text), "message_id": 31337, "from": bot}
    await anna.says("the green one", reply_to_message=copy)
    assert await said_in(stage, first) == ["Cold tea", "the green one"]
    for forged in (
        {**copy, "from": anna.user},
        {**copy, "text": f"#{first.number} and #{second.number}"},
        {**copy, "text": "#999"},
    ):
        await anna.says("another", reply_to_message=forged)
    assert await said_in(stage, first) == ["Cold tea", "the green one"]
    assert await said_in(stage, second) == ["The shop was closed and nobody came", *["another"] * 3]


async def test_a_ticket_of_somebody_else_is_not_reached_by_its_number(
    stage: Stage, anna: Somebody
) -> None:
    ticket = await complaint_of(stage, anna, "Cold tea")
    boris = Somebody(stage, 2002, "Boris")
    bot = {"id": stage.services.bot_id, "is_bot": True, "first_name": "Verso"}
    copy = {**boris.body(text=f"#{ticket.number}"), "message_id": 31337, "from": bot}
    await boris.says("mine too", reply_to_message=copy)
    assert await said_in(stage, ticket) == ["Cold tea"]


async def test_a_reply_to_nothing_of_ours_is_words(stage: Stage, anna: Somebody) -> None:
    await anna.says("Cold tea")
    await anna.says("like this", reply_to_message={**anna.body(text="x"), "message_id": 31337})
    conversation = await stage.one(Conversation)
    assert [piece["text"] for piece in conversation.state["words"]] == ["Cold tea", "like this"]


async def test_an_edit_reaches_the_ticket(stage: Stage, anna: Somebody) -> None:
    ticket = await complaint_of(stage, anna, "Cold tee")
    body = {**anna.body(text="Cold tea", edit_date=1777888900), "message_id": 1}
    await stage.take({"edited_message": body})
    assert await said_in(stage, ticket) == ["Cold tee", "Cold tea"]


async def test_an_edit_of_something_unknown_is_nothing(stage: Stage, anna: Somebody) -> None:
    await anna.says("/my")
    body = {**anna.body(text="/my x", edit_date=1777888900), "message_id": 1}
    assert await stage.take({"edited_message": body}) == []


FILE = {"file_id": "F1", "file_unique_id": "U1"}
MEDIA: list[tuple[dict[str, Any], str, str]] = [
    ({"photo": [{**FILE, "width": 1, "height": 1}], "caption": "look"}, "photo", "look"),
    ({"voice": {**FILE, "duration": 3}}, "voice", ""),
    ({"video": {**FILE, "width": 1, "height": 1, "duration": 3}}, "video", ""),
    ({"video_note": {**FILE, "length": 1, "duration": 3}}, "video_note", ""),
    ({"document": {**FILE, "file_name": "bill.pdf"}}, "document", ""),
    ({"audio": {**FILE, "duration": 3}}, "audio", ""),
    (
        {
            "sticker": {
                **FILE,
                "type": "regular",
                "width": 1,
                "height": 1,
                "is_animated": False,
                "is_video": False,
            }
        },
        "sticker",
        "",
    ),
    ({"location": {"latitude": 1.5, "longitude": 2.5}}, "location", ""),
    ({"dice": {"emoji": "🎲", "value": 4}}, "text", "🎲 4"),
    ({"story": {"chat": {"id": 5, "type": "private"}, "id": 1}}, "text", "[story]"),
]


@pytest.mark.parametrize(("fields", "kind", "text"), MEDIA)
async def test_every_kind_of_message_is_kept(
    stage: Stage, anna: Somebody, fields: dict[str, Any], kind: str, text: str
) -> None:
    await stage.take(anna.message(**fields))
    piece = (await stage.one(Conversation)).state["words"][0]
    assert (piece["kind"], piece.get("text", "")) == (kind, text)
    assert piece["source"] == {"chat_id": anna.id, "message_id": 1}


async def test_an_album_is_one_complaint(stage: Stage, anna: Somebody) -> None:
    photo = {"photo": [{**FILE, "width": 1, "height": 1}], "media_group_id": "A1"}
    await stage.take(*(anna.message(**photo) for _ in range(3)))
    words = (await stage.one(Conversation)).state["words"]
    assert [piece["source"]["album"] for piece in words] == ["A1"] * 3


async def test_formatting_is_kept(stage: Stage, anna: Somebody) -> None:
    bold = {"type": "bold", "offset": 0, "length": 4}
    await anna.says("Cold tea", entities=[bold])
    piece = (await stage.one(Conversation)).state["words"][0]
    assert [entity["type"] for entity in piece["entities"]] == ["bold"]


async def test_only_ones_own_contact_is_kept(stage: Stage, anna: Somebody) -> None:
    contact = {"phone_number": "+49 151 1234567", "first_name": "Anna"}
    rows = await stage.take(anna.message(contact={**contact, "user_id": 999}))
    assert "not your own" in anna.told(rows)[0]
    rows = await stage.take(anna.message(contact=contact))
    assert "not your own" in anna.told(rows)[0]
    assert (await stage.customer_of(anna)).phone == ""
    await stage.take(anna.message(contact={**contact, "user_id": anna.id}))
    assert (await stage.customer_of(anna)).phone == "+491511234567"
    assert await stage.all(Conversation) == []


async def test_buttons_of_an_added_message_are_its_own(
    stage: Stage, anna: Somebody, boris: Somebody
) -> None:
    await complaint_of(stage, anna, "Cold tea")
    stage.clock.move(hours=1)
    row = texts(await anna.says("The shop was closed and nobody came"))[-1]
    data = buttons(row)["This is about something else"]
    assert await boris.presses(data) == []
    assert len(await stage.all(Conversation)) == 1
