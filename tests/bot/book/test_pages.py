"""A complaint's page says what was said, by both sides, and nothing that was not."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core.rich import TEXT_LIMIT
from bot.core.work import Work
from bot.desk import endings, relay, tickets
from bot.dialogue import conversations
from flows.book.pages import MESSAGES
from flows.conversations import Piece
from flows.entities import Change, ChangeId, Customer, Ticket, TicketId
from flows.entities.lifecycle import Person
from flows.utf16 import utf16_length
from tests.bot.stage import Somebody, Stage, buttons, complaint_of, texts
from tests.databases import on_both

TOM = Person(900, "Tom Berger")
NOT_YET = "You have not said yet whether it helped."
NOT_RIGHT = "You said that it is not right yet."


async def act(stage: Stage, ticket: Ticket, what: Any, *arguments: Any) -> None:
    """Have something done to a ticket as it is now."""

    async def done(work: Work) -> None:
        found = await work.unit.get(Ticket, ticket.id)
        await what(work, found, *arguments)

    await stage.use(done)
    stage.clock.move(minutes=1)


async def page_of(anna: Somebody) -> str:
    row = texts(await anna.says("/my"))[-1]
    pages = texts(await anna.chooses(row, next(iter(buttons(row)))))
    assert len(pages) == 1
    assert pages[0].method == "editMessageText"
    return str(pages[0].params["text"])


async def answer(work: Work, ticket: Ticket, number: int, text: str) -> None:
    await relay.answer(work, ticket, TOM, relay.Message(-1001, number, "text", text))


async def ask_whether_it_helped(work: Work, ticket: Ticket) -> None:
    await conversations.begin(
        work,
        customer=await work.unit.get(Customer, ticket.customer_id),  # type: ignore[arg-type]
        chat_id=ticket.chat_id,
        flow="verification",
        values={"quote": ticket.words, "done": "Thicker tins"},
        ticket_id=ticket.id,
    )


async def let_the_question_lapse(work: Work, ticket: Ticket) -> None:
    asked = await conversations.current(work, ticket.chat_id)
    assert asked is not None
    await conversations.close(work, asked)


async def test_staff_who_open_it_again_do_not_speak_for_the_customer(
    stage: Stage, anna: Somebody
) -> None:
    ticket = await complaint_of(stage, anna)
    await act(stage, ticket, endings.resolve, TOM, "Sent a new tin")
    await act(stage, ticket, tickets.reopen, TOM)
    text = await page_of(anna)
    assert "It is open again." in text
    assert NOT_RIGHT not in text


async def test_the_customers_own_no_is_said(stage: Stage, anna: Somebody) -> None:
    ticket = await complaint_of(stage, anna)
    await act(stage, ticket, endings.resolve, TOM, "Sent a new tin")
    await act(stage, ticket, tickets.did_not_help, "no", [])
    text = await page_of(anna)
    assert "It is open again." in text
    assert NOT_RIGHT in text


async def test_nothing_is_missed_that_was_not_asked(stage: Stage, anna: Somebody) -> None:
    ticket = await complaint_of(stage, anna)
    await act(stage, ticket, endings.resolve, TOM, "Sent a new tin")
    assert NOT_YET not in await page_of(anna)
    await act(stage, ticket, ask_whether_it_helped)
    assert NOT_YET in await page_of(anna)
    await act(stage, ticket, let_the_question_lapse)
    assert NOT_YET not in await page_of(anna)


async def test_what_was_added_edited_and_answered_is_there(stage: Stage, anna: Somebody) -> None:
    ticket = await complaint_of(stage, anna, "The tin was broken")
    await act(stage, ticket, tickets.take, TOM)
    added = anna.message(text="and bnt")
    await stage.take(added)
    fixed = {**added["message"], "text": "and bent", "edit_date": 1777888900}
    await stage.take({"edited_message": fixed})
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    await stage.take(anna.message(photo=photo), anna.message(photo=photo))
    await stage.take(anna.message(photo=photo, caption="the lid"))
    await act(stage, ticket, answer, 70, "Which batch was it?")
    text = await page_of(anna)
    yours, ours = text.split("Our side:")
    assert "The tin was broken\nand bent\n[photo] × 2\n[photo] the lid" in yours
    assert "What we wrote to you:\nWhich batch was it?" in ours
    assert "bnt" not in text


@on_both
async def test_a_page_is_one_message_whatever_was_said(stage: Stage, anna: Somebody) -> None:
    long = "😀" * 4096
    ticket = await complaint_of(stage, anna, "The tin was broken")

    async def fill(work: Work, found: Ticket) -> None:
        for number in range(100):
            said = f"{number} {long if number % 2 else 'short'}"
            await answer(work, found, 100 + number, said)
            piece = Piece(
                "text", work.now, said, source={"chat_id": anna.id, "message_id": 900 + number}
            )
            await tickets.add_words(work, found, [piece])
        change = Change(ChangeId(1), 1, long, work.now, "shipped", long, shipped_at=work.now)
        work.unit.add(change)
        work.unit.put(
            replace(
                found,
                state="reopened",
                owner_name="😀" * 99,
                resolution=long,
                change_id=change.id,
            )
        )

    await act(stage, ticket, fill)
    text = await page_of(anna)
    assert utf16_length(text) <= TEXT_LIMIT
    assert "The tin was broken" in text
    assert text.count("99 😀") == 2


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
async def test_every_kind_of_message_has_a_word(stage: Stage, language: str) -> None:
    for kind in MESSAGES - {"text"}:
        assert stage.services.words.say(language, f"customer.sent_{kind}")


@on_both
async def test_many_pages_are_chosen_by_subject_and_moment(stage: Stage) -> None:
    anna = Somebody(stage, 501)
    first = await complaint_of(stage, anna)
    category, moment = stage.services.config.categories[0], stage.services.config.stages[0]

    async def more(work: Work) -> None:
        for number in range(10, 17):
            kind = {"category": category.id, "stage": moment.id if number == 10 else ""}
            work.unit.add(replace(first, id=TicketId(work.unit.new_id()), number=number, **kind))

    await stage.use(more)
    row = texts(await anna.says("/my"))[-1]
    assert not any("#10 " in label for label in buttons(row))
    choice = texts(await anna.chooses(row, "By moment"))[-1]
    assert f"{moment.title['en']} · 1" in buttons(choice)
    part = texts(await anna.chooses(choice, f"{moment.title['en']} · 1"))[-1]
    shown = list(buttons(part))
    assert [label for label in shown if label.startswith("#")] == [shown[0]]
    assert shown[0].startswith("#10 ")
    everything = texts(await anna.chooses(part, "‹ All pages"))[-1]
    assert "By moment" in buttons(everything)
