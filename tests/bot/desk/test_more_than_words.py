"""What a message is besides its words reaches the other side: what it answers, whose it was, how it
is formatted, what it is made of; and what says nothing new does nothing.
"""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from bot.core.callbacks import pack
from bot.core.delivery import Failure, FailureKind
from bot.handlers.customer import messages
from flows.entities import Ticket
from storage.database import Database
from tests.bot.desk.world import (
    ANNA,
    BORIS,
    CLARA,
    FORUM,
    NAMES,
    OTHER,
    PLAIN,
    TOKEN,
    Sent,
    World,
    card_of,
    make_world,
    said,
)
from tests.databases import on_both

BOT = {"id": int(TOKEN.partition(":")[0]), "is_bot": True, "first_name": "Verso"}
ANONYMOUS: dict[str, Any] = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
AS_GROUP: dict[str, Any] = {
    "from": ANONYMOUS,
    "sender_chat": {"id": FORUM, "type": "supergroup", "title": "Staff"},
}
EDITED: dict[str, Any] = {"kind": "edited_message", "edit_date": 1}
NUMBERS = count(9000)


@pytest.fixture
async def world(database: Database) -> World:
    """A desk at which customers write by themselves, too."""
    made = await make_world(database)
    for handler in messages.handlers():
        made.application.add_handler(handler)
    return made


@pytest.fixture
async def ticket(world: World) -> Ticket:
    await world.group()
    return await world.complain(await world.customer())


def private(number: int, name: str = "Anna", **more: Any) -> dict[str, Any]:
    chat = {"id": ANNA, "type": "private", "first_name": name}
    user = {"id": ANNA, "is_bot": False, "first_name": name, **more}
    return {"message_id": number, "date": 1, "chat": chat, "from": user}


async def writes(
    world: World,
    text: str = "",
    *,
    number: int | None = None,
    to: int | None = None,
    edited: bool = False,
    user: dict[str, Any] | None = None,
    **more: Any,
) -> int:
    """Have the customer write something and let it arrive; gives the message's number."""
    number = number or next(NUMBERS)
    message = {**private(number, **(user or {})), **({"text": text} if text else {}), **more}
    if to is not None:
        message["reply_to_message"] = {**private(to), "from": BOT, "text": "?"}
    kind = "message"
    if edited:
        kind, message["edit_date"] = "edited_message", 2
    await world.update(**{kind: message})
    await world.later(seconds=2)
    return number


async def answers(world: World, text: str, to: int, **more: Any) -> Sent:
    """Have staff answer; gives what reached the customer."""
    await world.write(text, to=to, **more)
    await world.deliver()
    return world.to(ANNA)[-1]


def link(offset: int, length: int, url: str) -> dict[str, Any]:
    return {"type": "text_link", "offset": offset, "length": length, "url": url}


def shown(world: World, words: str, chat: int = FORUM) -> Sent:
    """The newest message of a group that says these words."""
    return next(sent for sent in reversed(world.to(chat)) if words in sent.text)


# -- what a message answers ---------------------------------------------------------------------


async def test_staff_see_which_of_two_questions_a_reply_answers(
    world: World, ticket: Ticket
) -> None:
    """R4."""
    asked = await world.write("Is the ring still there?", to=card_of(ticket))
    await world.deliver()
    ring = world.to(ANNA)[-1]
    await answers(world, "Did you get the blue one?", card_of(ticket))
    quote = {"text": "ring", "position": 7, "is_manual": True}
    await writes(world, "Yes.", to=ring.message_id, quote=quote)
    reply = shown(world, "Yes.").params["reply_parameters"]
    assert reply == {"message_id": asked, "allow_sending_without_reply": True, "quote": "ring"}


async def test_a_photo_is_shown_as_the_reply_that_it_is(world: World, ticket: Ticket) -> None:
    asked = await world.write("Which lid?", to=card_of(ticket))
    await world.deliver()
    first = world.to(ANNA)[-1]
    await answers(world, "And which box?", card_of(ticket))
    await writes(world, to=first.message_id, photo=PHOTO)
    copy = next(sent for sent in reversed(world.to(FORUM)) if sent.method == "copyMessage")
    assert copy.params["reply_parameters"]["message_id"] == asked


async def test_a_reply_to_what_was_said_last_needs_no_sign(world: World, ticket: Ticket) -> None:
    asked = await answers(world, "Which lid?", card_of(ticket))
    await writes(world, "The blue one.", to=asked.message_id)
    assert "reply_parameters" not in shown(world, "The blue one.").params


async def test_a_reply_to_what_is_in_no_present_group_repeats_it(
    world: World, ticket: Ticket
) -> None:
    first = await answers(world, "Is the ring still there?", card_of(ticket))
    await answers(world, "Did you get the blue one?", card_of(ticket))
    await world.write("/setup off", by=7000)
    await world.write("/setup support", by=7000, chat=OTHER)
    await world.deliver()
    await writes(world, "Yes.", to=first.message_id)
    assert shown(world, "Yes.", OTHER).text == (
        "Anna writes:\nIn answer to:\nIs the ring still there?\nYes."
    )


async def test_words_of_another_chat_that_are_answered_are_repeated(
    world: World, ticket: Ticket
) -> None:
    origin = {"type": "channel", "date": 1, "message_id": 7}
    channel = {"id": -1009, "type": "channel", "title": "Lumen news"}
    more = {
        "external_reply": {"origin": {**origin, "chat": channel}, "chat": channel, "message_id": 7},
        "quote": {"text": "never leaks", "position": 3},
    }
    await writes(world, "It does.", **more)
    assert shown(world, "It does.").text == (
        "Anna writes:\nIn answer to Lumen news:\nnever leaks\nIt does."
    )


async def test_what_is_answered_elsewhere_is_named_when_it_has_no_words(
    world: World, ticket: Ticket
) -> None:
    story = {"chat": {"id": -9, "type": "channel", "title": "Lumen news"}, "id": 1}
    await writes(world, "Is that the new lid?", reply_to_story=story)
    assert shown(world, "new lid").text == (
        "Anna writes:\nIn answer to something from Lumen news.\nIs that the new lid?"
    )


async def test_the_customer_sees_which_message_staff_answer(world: World, ticket: Ticket) -> None:
    """R5."""
    _, second, third = [
        await writes(world, text) for text in ("When?", "May I keep it?", "Is it free?")
    ]
    first = await answers(world, "Yes.", shown(world, "May I keep it?").message_id or 0)
    assert first.params["reply_parameters"]["message_id"] == second
    last = await answers(world, "No.", shown(world, "Is it free?").message_id or 0)
    assert last.method == "copyMessage"
    assert last.params["reply_parameters"]["message_id"] == third


async def test_an_answer_to_what_was_said_last_or_to_the_card_is_no_reply(
    world: World, ticket: Ticket
) -> None:
    await writes(world, "When?")
    newest = await answers(world, "Today.", shown(world, "When?").message_id or 0)
    assert "reply_parameters" not in newest.params
    assert "reply_parameters" not in (await answers(world, "Sorry.", card_of(ticket))).params


async def test_a_quotation_of_staff_s_is_one_for_the_customer(world: World, ticket: Ticket) -> None:
    words = "May I keep it? Is it free?"
    bold = {"type": "bold", "offset": 15, "length": 2}
    number = await writes(world, words, entities=[bold])
    place = shown(world, words).message_id or 0
    quote = {"text": "Is it free?", "position": 30, "is_manual": True}
    answer = await answers(world, "It is.", place, quote=quote)
    assert answer.params["reply_parameters"] == {
        "message_id": number,
        "allow_sending_without_reply": True,
        "quote": "Is it free?",
        "quote_entities": [{"type": "bold", "offset": 0, "length": 2}],
    }


async def test_a_photo_of_an_album_is_answered_as_such(world: World, ticket: Ticket) -> None:
    numbers = [next(NUMBERS) for _ in range(3)]
    for number in numbers:
        photo = {**private(number), "photo": PHOTO, "media_group_id": "a"}
        await world.update(message=photo)
    await writes(world, "What now?")
    album = next(sent for sent in world.to(FORUM) if sent.method == "copyMessages")
    assert album.message_id is not None
    answer = await answers(world, "This one is broken.", album.message_id + 1)
    assert answer.params["reply_parameters"]["message_id"] == numbers[1]


async def test_an_album_of_staff_says_before_it_what_it_answers(
    world: World, ticket: Ticket
) -> None:
    number = await writes(world, "Which lid?")
    await writes(world, "And when?")
    place = shown(world, "Which lid?").message_id or 0
    for _ in range(2):
        await world.write(to=place, photo=PHOTO, media_group_id="b")
    await world.later(seconds=3)
    about, album = world.to(ANNA)[-2:]
    assert about.text == "About this message of yours:"
    assert about.params["reply_parameters"]["message_id"] == number
    assert album.method == "copyMessages"


async def test_without_topics_what_answers_nothing_hangs_on_the_card(world: World) -> None:
    await world.group(PLAIN, forum=False)
    await world.complain(await world.customer())
    await writes(world, "When?")
    assert "reply_parameters" not in shown(world, "When?", PLAIN).params  # the sender adds it


# -- whose it was -------------------------------------------------------------------------------

ORIGINS: list[tuple[dict[str, Any], str]] = [
    (
        {
            "type": "user",
            "sender_user": {
                "id": 5,
                "is_bot": False,
                "first_name": "Ben",
                "last_name": "Courier",
            },
        },
        "Forwarded from Ben Courier:",
    ),
    ({"type": "hidden_user", "sender_user_name": "Somebody"}, "Forwarded from Somebody:"),
    (
        {"type": "chat", "sender_chat": {"id": -5, "type": "group", "title": "Neighbours"}},
        "Forwarded from the group Neighbours:",
    ),
    (
        {
            "type": "channel",
            "chat": {"id": -6, "type": "channel", "title": "Lumen news"},
            "message_id": 3,
        },
        "Forwarded from the channel Lumen news:",
    ),
]
PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
OTHER_PHOTO = [{"file_id": "g", "file_unique_id": "v", "width": 1, "height": 1}]


@pytest.mark.parametrize(("origin", "line"), ORIGINS)
async def test_staff_see_whose_message_was_forwarded(
    world: World, ticket: Ticket, origin: dict[str, Any], line: str
) -> None:
    origin = {**origin, "date": 1}
    await writes(world, "It broke.", forward_origin=origin)
    assert shown(world, "It broke.").text == f"Anna writes:\n{line}\nIt broke."
    await writes(world, photo=PHOTO, forward_origin=origin)
    above, copy = world.to(FORUM)[-2:]
    assert (above.text, copy.method) == (line, "copyMessage")


async def test_a_forwarded_album_says_so_once(world: World, ticket: Ticket) -> None:
    origin = {"type": "hidden_user", "sender_user_name": "Ben", "date": 1}
    for _ in range(2):
        await writes(world, photo=PHOTO, forward_origin=origin, media_group_id="a")
    assert world.texts(FORUM).count("Forwarded from Ben:") == 1


async def test_forwarded_words_that_are_on_the_card_are_told_below_it(world: World) -> None:
    await world.group()
    words, context = "The lid broke.", {"origin": {"kind": "user", "name": "Ben"}}
    pieces = [said(words, context=context), said("", kind="photo", message_id=12, context=context)]
    await world.complain(await world.customer(), words, pieces=pieces)
    card, *below = world.to(FORUM)[1:]
    assert words in card.text
    assert [sent.text or sent.method for sent in below] == [
        "Forwarded from Ben:\nThe lid broke.",
        "Forwarded from Ben:",
        "copyMessage",
    ]


@pytest.mark.parametrize(
    ("fields", "instead"),
    [
        ({"story": {"chat": {"id": 5, "type": "private"}, "id": 1}}, "a story. Instead, a"),
        (
            {
                "giveaway": {
                    "chats": [],
                    "winners_selection_date": 1,
                    "winner_count": 1,
                }
            },
            "a giveaway. Instead, a",
        ),
    ],
)
async def test_what_cannot_be_carried_over_is_named_on_both_sides(
    world: World, ticket: Ticket, fields: dict[str, Any], instead: str
) -> None:
    await writes(world, **fields)
    kind = next(iter(fields))
    assert f"[{kind}]" in world.texts(FORUM)[-1]
    told = [text for text in world.texts(ANNA) if instead in text]
    assert told
    assert told[0].endswith(f"[{kind}]")
    await world.write(to=card_of(ticket), **fields)
    await world.deliver()
    assert world.texts(FORUM)[-1].startswith(f"Nothing was sent to Anna: I cannot pass on a {kind}")
    assert (await world.ticket(1)).first_response_at is None


async def test_a_die_shows_the_same_number_on_both_sides(world: World, ticket: Ticket) -> None:
    await writes(world, dice={"emoji": "🎲", "value": 5})
    assert world.texts(FORUM)[-1] == "Anna writes:\n🎲 5"
    await world.write(to=card_of(ticket), dice={"emoji": "🎲", "value": 2})
    await world.deliver()
    assert world.to(ANNA)[-1].text == "Boris answers you (#1):\n🎲 2"


@on_both
@pytest.mark.parametrize("own", [False, True])
async def test_a_contact_goes_to_staff_unless_it_is_the_customer_s_own(
    world: World, ticket: Ticket, own: bool
) -> None:
    contact = {"phone_number": "+49301234567", "first_name": "Ben", "last_name": "Courier"}
    number = await writes(world, contact={**contact, "user_id": ANNA if own else 77})
    copies = [sent.params["message_id"] for sent in world.to(FORUM) if sent.method == "copyMessage"]
    assert copies == ([] if own else [number])
    assert any("not your own" in text for text in world.texts(ANNA)) is False


# -- formatting ---------------------------------------------------------------------------------


@on_both
async def test_an_address_behind_a_word_of_what_was_done_reaches_everybody(
    world: World, ticket: Ticket
) -> None:
    """R29."""
    text, url = "/resolve 🫖 Order it on our page.", "https://shop.example/lid"
    command = {"type": "bot_command", "offset": 0, "length": 8}
    page = link(len("/resolve 🫖 Order it on our ") + 1, 4, url)
    await world.write(text, to=card_of(ticket), message_id=77)
    assert (await world.ticket(1)).resolution == "🫖 Order it on our page."
    again = {**EDITED, "message_id": 77}
    await world.deliver()
    await edit(world, text, [command, page], **again, to=card_of(ticket))
    told = world.to(ANNA)[-1]
    assert (told.method, of(told, "page")) == ("editMessageText", [url])
    assert of(shown(world, "What we did:"), "page") == [url]
    assert (await world.ticket(1)).formatting["resolution"][0]["offset"] == 19


async def edit(world: World, text: str, entities: list[dict[str, Any]], **more: Any) -> None:
    """Have staff write with formatting, and let it arrive."""
    kind, to = more.pop("kind", "message"), more.pop("to", None)
    group = {"id": FORUM, "type": "supergroup", "title": "Staff", "is_forum": True}
    message: dict[str, Any] = {
        "message_id": next(NUMBERS),
        "date": 1,
        "chat": group,
        "from": {"id": BORIS, "is_bot": False, "first_name": "Boris"},
        "text": text,
        "entities": entities,
        **more,
    }
    if to is not None:
        message["reply_to_message"] = {"message_id": to, "date": 1, "chat": group, "from": BOT}
    await world.update(**{kind: message})
    await world.later(seconds=2)


def of(sent: Sent, word: str) -> list[str]:
    """The addresses behind a word."""
    text = sent.text.encode("utf-16-le")
    found = []
    for each in sent.params.get("entities", ()):
        start, end = each["offset"] * 2, (each["offset"] + each["length"]) * 2
        if each["type"] == "text_link" and text[start:end].decode("utf-16-le") == word:
            found.append(each["url"])
    return found


@on_both
async def test_the_reply_to_the_question_what_was_done_keeps_its_addresses(
    world: World, ticket: Ticket
) -> None:
    await world.press(pack("t", "resolve", ticket.id))
    await world.deliver()
    asked = world.to(FORUM)[-1].message_id or 0
    await edit(world, "  On our page.", [link(9, 4, "https://x.example")], to=asked)
    assert of(world.to(ANNA)[-1], "page") == ["https://x.example"]


@on_both
async def test_a_change_keeps_its_addresses_for_everybody(world: World, ticket: Ticket) -> None:
    await world.write("/change #1 New lids")
    await world.deliver()
    data = next(
        button["callback_data"]
        for sent in reversed(world.to(FORUM))
        for row in sent.params.get("reply_markup", {}).get("inline_keyboard", ())
        for button in row
        if button["text"] == "Write what we did"
    )
    await world.press(data)
    await world.deliver()
    asked = world.to(FORUM)[-1].message_id or 0
    written = next(NUMBERS)
    page = [link(8, 4, "https://x.example")]
    await edit(world, "See our page.", page, to=asked, message_id=written)
    assert of(shown(world, "What we did:\nSee"), "page") == ["https://x.example"]
    before = len(world.texts(FORUM))
    again = {**EDITED, "message_id": written, "to": asked}
    await edit(world, "See our page.", [link(8, 4, "https://x.example")], **again)
    assert world.texts(FORUM)[before:] == [], "nothing new"
    await edit(world, "See our page.", [link(8, 4, "https://y.example")], **again)
    assert world.texts(FORUM)[-1].startswith("The first version of this message counts")
    number = data.split(":")[2]
    await world.press(pack("g", "ship", number))
    await world.later(minutes=1, seconds=2)
    notice = next(sent for sent in world.to(ANNA) if "We changed this" in sent.text)
    assert of(notice, "page") == ["https://x.example"]
    assert of(shown(world, "What we did:\nSee"), "page") == ["https://x.example"]


async def test_what_customers_format_is_shown_to_staff(world: World, ticket: Ticket) -> None:
    words = "🫖 See here, @nora"
    marks = [
        link(3, 3, "https://x.example"),
        {"type": "bold", "offset": 7, "length": 4},
        {"type": "mention", "offset": 13, "length": 5},
        {"type": "invented", "offset": 7, "length": 4},
        link(7, 4, "tg://user?id=7001"),
    ]
    await writes(world, words, entities=marks)
    sent = shown(world, words)
    assert of(sent, "See") == ["https://x.example"]
    kinds = [each["type"] for each in sent.params["entities"]]
    assert sorted(kinds) == ["blockquote", "bold", "bold", "code", "text_link"]


@on_both
async def test_the_card_keeps_what_the_first_words_had(world: World) -> None:
    await world.group()
    marks = {"words": [link(4, 3, "https://x.example")]}
    ticket = await world.complain(await world.customer(), "The box " + "x" * 1500, formatting=marks)
    assert of(shown(world, "The box"), "box") == ["https://x.example"]
    assert ticket.formatting == marks


# -- edits --------------------------------------------------------------------------------------


async def test_an_edit_that_changes_nothing_does_nothing(world: World, ticket: Ticket) -> None:
    """R8."""
    marks = [link(6, 3, "https://x.example")]
    number = next(NUMBERS)
    await edit(world, "A new lid left today.", marks, message_id=number, to=card_of(ticket))
    own = await writes(
        world, "And the ring?", entities=[{"type": "bold", "offset": 0, "length": 3}]
    )
    photo = await writes(world, photo=PHOTO, caption="This.")
    await world.press(pack("t", "wait", ticket.id))
    await world.later(seconds=10)
    before = len(world.sent)
    again = {**EDITED, "message_id": number, "to": card_of(ticket)}
    await edit(world, "A new lid left today.", marks, **again)
    bold = [{"type": "bold", "offset": 0, "length": 3}]
    await writes(world, "And the ring?", number=own, edited=True, entities=bold)
    await writes(world, number=photo, edited=True, photo=PHOTO, caption="This.")
    assert world.sent[before:] == []
    assert (await world.ticket(1)).state == "waiting", "nobody has said anything"


async def test_a_summary_is_not_shown_again_for_nothing(world: World) -> None:
    """R8, in the middle of a conversation."""
    await world.group()
    await world.customer()
    number = await writes(world, "The handle broke off the pot.")
    before = len(world.sent)
    for _ in range(3):
        await writes(world, "The handle broke off the pot.", number=number, edited=True)
    assert world.sent[before:] == []


async def test_a_mended_address_is_mended_for_the_customer(world: World, ticket: Ticket) -> None:
    """R9."""
    text, number = "Order it on our page.", next(NUMBERS)
    await edit(world, text, [link(16, 4, "https://wrong")], message_id=number, to=card_of(ticket))
    before = len(world.texts(FORUM))
    right = [link(16, 4, "https://right")]
    await edit(world, text, right, **EDITED, message_id=number, to=card_of(ticket))
    copy = world.to(ANNA)[-1]
    assert (copy.method, of(copy, "page")) == ("editMessageText", ["https://right"])
    assert world.texts(FORUM)[before:] == []


async def test_changed_formatting_of_a_customer_s_is_shown(world: World, ticket: Ticket) -> None:
    number = await writes(world, "See here.", entities=[link(4, 4, "https://wrong")])
    first = shown(world, "See here.").message_id
    await writes(
        world, "See here.", number=number, edited=True, entities=[link(4, 4, "https://right")]
    )
    changed = shown(world, "It now says:")
    assert of(changed, "here") == ["https://right"]
    assert changed.params["reply_parameters"]["message_id"] == first
    before = len(world.sent)
    await writes(
        world, "See here.", number=number, edited=True, entities=[link(4, 4, "https://right")]
    )
    assert world.sent[before:] == [], "said once"


async def test_an_exchanged_photo_is_exchanged_for_the_customer(
    world: World, ticket: Ticket
) -> None:
    number = await world.write(to=card_of(ticket), photo=PHOTO, caption="The lid")
    await world.deliver()
    copy = world.to(ANNA)[-1]
    edited = {**EDITED, "message_id": number, "caption": "The lid"}
    await world.write(to=card_of(ticket), photo=OTHER_PHOTO, **edited)
    await world.deliver()
    change = world.to(ANNA)[-1]
    assert (change.method, change.params["message_id"]) == ("editMessageMedia", copy.message_id)
    assert change.params["media"] == {
        "type": "photo",
        "media": "g",
        "caption": "The lid",
        "caption_entities": [],
    }
    world.failing["editMessageMedia"] = Failure(FailureKind.REFUSED, "no")
    await world.write(to=card_of(ticket), photo=PHOTO, **edited)
    await world.deliver()
    assert "could not be changed on Anna's side" in world.texts(FORUM)[-1]


async def test_an_exchanged_photo_of_a_customer_s_is_shown(world: World, ticket: Ticket) -> None:
    number = await writes(world, photo=PHOTO)
    before = len(world.sent)
    await writes(world, photo=OTHER_PHOTO, number=number, edited=True)
    assert [sent.method for sent in world.to(FORUM, before)] == ["sendMessage", "copyMessage"]


async def test_a_place_that_moves_is_shown_at_its_beginning_and_its_end(
    world: World, ticket: Ticket
) -> None:
    place = {"latitude": 52.5, "longitude": 13.4}
    live = {"live_period": 900}
    number = await writes(world, location={**place, **live})
    assert world.to(FORUM)[-1].method == "copyMessage"
    before = len(world.sent)
    for step in range(5):
        moved = {**place, "latitude": 52.6 + step, **live}
        await writes(world, location=moved, number=number, edited=True)
    assert world.sent[before:] == []
    for _ in range(2):
        await writes(world, location={**place, "latitude": 57.6}, number=number, edited=True)
    assert [sent.method for sent in world.to(FORUM, before)] == ["sendMessage", "copyMessage"]


async def test_an_edit_after_the_end_opens_nothing_again(world: World, ticket: Ticket) -> None:
    number = await writes(world, "The lid leeks.")
    await world.write("/resolve #1 A new lid.")
    await world.later(minutes=1)
    await writes(world, "The lid leeks.", number=number, edited=True)
    await writes(world, "The lid leaks.", number=number, edited=True)
    assert "The lid leaks." in world.texts(FORUM)[-1]
    assert (await world.ticket(1)).state == "resolved"


# -- who speaks -----------------------------------------------------------------------------------


async def kettle_house(world: World) -> None:
    brand = world.services.config.brand.model_copy(update={"name": "The Kettle House"})
    world.services.config = world.services.config.model_copy(update={"brand": brand})


async def test_the_business_is_called_by_its_whole_name(world: World, ticket: Ticket) -> None:
    """R15."""
    await kettle_house(world)
    answer = await answers(world, "We send a new one.", card_of(ticket), **AS_GROUP)
    assert answer.text.startswith("The Kettle House answers you (#1):")
    await world.write("/resolve #1 A new lid.", **AS_GROUP)
    await world.deliver()
    assert world.texts(ANNA)[-1].startswith("The Kettle House here, about #1.")


@on_both
async def test_an_anonymous_administrator_is_one_person_when_pressing(
    world: World, ticket: Ticket
) -> None:
    """R15: Telegram tells of a press as whose account it is."""
    await kettle_house(world)
    await answers(world, "We send a new one.", card_of(ticket), **AS_GROUP)
    assert (await world.ticket(1)).owner_id == FORUM
    answer = await world.press(pack("t", "take", ticket.id))
    assert answer["text"] == "You have it already."
    await world.press(pack("t", "wait", ticket.id))
    await world.deliver()
    assert not any("Boris" in sent.text for sent in world.sent)
    await world.write("I can do that, too.", by=CLARA)
    world.now += timedelta(minutes=3)
    await world.press(pack("t", "over", ticket.id), by=CLARA)
    assert (await world.ticket(1)).owner_name == "Clara"


async def test_an_automatic_forward_of_a_linked_channel_is_no_answer(
    world: World, ticket: Ticket
) -> None:
    channel = {"id": -1008, "type": "channel", "title": "Lumen news"}
    await world.write("News!", to=card_of(ticket), is_automatic_forward=True, sender_chat=channel)
    await world.deliver()
    assert not world.to(ANNA)


@pytest.mark.parametrize("name", ["\u3164", "\u200b\u2060", "\u2800"])
async def test_a_name_that_shows_nothing_is_none(world: World, name: str) -> None:
    """R23."""
    await world.group()
    await world.complain(await world.customer("", first_name=name))
    topic = next(sent for sent in world.sent if sent.method == "createForumTopic")
    assert topic.params["name"] == "#1 C-501 · Delivery"


async def test_a_name_rings_nobody(world: World) -> None:
    """R23."""
    await world.group()
    await world.complain(await world.customer("", first_name="@nora"))
    await writes(world, "And more.", user={"name": "@nora"})
    for text in world.texts(FORUM):
        assert "@nora" not in text
    assert "@\u2060nora writes:" in shown(world, "And more.").text


# -- new names ------------------------------------------------------------------------------------


@on_both
async def test_a_customer_s_new_name_is_followed_by_card_and_topic(world: World) -> None:
    await world.group()
    ticket = await world.complain(await world.customer("", first_name="Anna"))
    for name in ("Anna K.", "Anna Karlsson", "Annie"):
        await writes(world, f"It is {name}.", user={"name": name, "username": "annak"})
    renamed = [sent for sent in world.sent if sent.method == "editForumTopic"]
    assert [sent.params["name"] for sent in renamed] == ["#1 Anna K. · Delivery"]
    assert renamed[0].params["message_thread_id"] == ticket.topic_id
    await world.later(minutes=1)
    renamed = [sent for sent in world.sent if sent.method == "editForumTopic"]
    assert renamed[-1].params["name"] == "#1 Annie · Delivery"
    assert len(renamed) == 2
    assert "Annie · " in shown(world, "#1 · Annie").text or "@annak" in shown(world, "#1").text


@on_both
async def test_a_colleague_s_new_name_and_handle_are_followed(
    world: World, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.write("Good morning.", username="boris")
    await world.press(pack("t", "take", ticket.id), username="boris")
    monkeypatch.setitem(NAMES, BORIS, "Boryana")
    await world.write("Back again.", username="boryana")
    await world.later(seconds=2)
    assert (await world.ticket(1)).owner_name == "Boryana"
    assert "Boryana has it" in shown(world, "#1 · Anna").text
    await world.write("/assign @boris #1", by=CLARA)
    await world.deliver()
    assert "I have not seen @boris" in world.texts(FORUM)[-1]
