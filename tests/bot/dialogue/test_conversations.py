"""A conversation from its first word to its ticket; timers; stale, forged and repeated presses."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.core.work import Work
from bot.dialogue import conversations
from flows.entities import (
    Account,
    Candidate,
    CandidateId,
    Conversation,
    Customer,
    Entry,
    Event,
    EventId,
    JournalLine,
    Priority,
    Side,
    Ticket,
)
from storage.ids import new_id
from tests.bot.stage import Somebody, Stage, buttons, complaint_of, texts


async def ask(
    stage: Stage,
    person: Somebody,
    flow: str = "trial_check_in",
    product: str = "trial_box",
    **values: str,
) -> Conversation:
    """Ask a linked person something, as a schedule does."""
    customer = await stage.customer_of(person)
    event = Event(
        EventId(new_id()),
        f"e{new_id()}",
        customer.id,
        "trial",
        stage.clock.now(),
        stage.clock.now(),
    )
    candidate = Candidate(
        CandidateId(new_id()),
        "silent-trial",
        customer.id,
        event.id,
        stage.clock.now(),
        stage.clock.now(),
        asked_at=stage.clock.now(),
    )

    async def begin(work: Work) -> Conversation:
        work.unit.add(event)
        work.unit.add(candidate)
        return await conversations.begin(
            work,
            customer=customer,
            chat_id=person.id,
            flow=flow,
            values=values,
            candidate_id=candidate.id,
            product=product,
            priority=Priority.ASK,
            purpose="ask",
        )

    return await stage.use(begin)  # type: ignore[no-any-return]


async def fire_due(stage: Stage) -> list[Any]:
    before = len(stage.sent)

    async def fire(work: Work) -> None:
        for conversation in await work.unit.conversations.due(work.now, 50):
            await conversations.fire(work, conversation)

    await stage.use(fire)
    return stage.sent[before:]


async def test_first_words_are_never_swallowed(stage: Stage, anna: Somebody) -> None:
    rows = await anna.says("my tea came cold")
    conversation = await stage.one(Conversation)
    assert [piece["text"] for piece in conversation.state["words"]] == ["my tea came cold"]
    assert "What is it about" in anna.told(rows)[0]


async def test_five_quick_messages_are_one_conversation(stage: Stage, anna: Somebody) -> None:
    said = [f"part {number} is broken" for number in range(5)]
    rows = await stage.take(*(anna.message(text=text) for text in said))
    conversation = await stage.one(Conversation)
    assert [piece["text"] for piece in conversation.state["words"]] == said
    signs = [row.params["message_id"] for row in rows if row.method == "setMessageReaction"]
    assert signs == [2, 3, 4, 5]
    assert len(anna.told(rows)) == 1


async def test_a_whole_complaint_becomes_a_ticket(stage: Stage, anna: Somebody) -> None:
    rows = texts(await anna.says("The tin was <b>open</b> & {empty}"))
    for label in ("Packaging", "4", "A replacement", "Send"):
        rows = texts(await anna.chooses(rows[-1], label))
        assert rows[-1].method == "editMessageText"
    ticket = await stage.one(Ticket)
    assert ticket.words == "The tin was <b>open</b> & {empty}"
    assert (ticket.stage, ticket.category, ticket.severity) == ("", "packaging", 4)
    assert ticket.wish == "A replacement"
    assert not ticket.partial
    assert f"#{ticket.number}" in rows[-1].params["text"]
    assert "16:00 (Europe/Berlin)" in rows[-1].params["text"]
    conversation = await stage.one(Conversation)
    assert (conversation.status, conversation.due_at) == ("finished", None)
    said = [each for each in await stage.all(Entry) if each.side is Side.CUSTOMER]
    assert [(each.text, each.message_id) for each in said] == [(ticket.words, 1)]


async def test_the_promise_is_told_on_the_customers_clock(stage: Stage, anna: Somebody) -> None:
    await stage.known("C-1", name="Anna K", time_zone="Asia/Tokyo")
    await anna.says("/start token-C-1")
    await complaint_of(stage, anna)
    assert any("answers you here by Mon 4 May, 23:00." in text for text in anna.told(stage.sent))


@pytest.mark.parametrize(
    ("audience", "seen", "stage_id"),
    [
        (("delivery",), "first_use", "delivery"),
        (("delivery", "first_use"), "first_use", "first_use"),
        ((), "first_use", "first_use"),
        ((), "somewhere else", ""),
        ((), "", ""),
    ],
)
async def test_the_stage_follows_from_the_schedule_or_the_business(
    stage: Stage, anna: Somebody, audience: tuple[str, ...], seen: str, stage_id: str
) -> None:
    """Nobody is asked where it happened when that is known."""
    config = stage.services.config
    schedule = config.schedules[0]
    at = schedule.audience.model_copy(update={"stage": audience})
    changed = schedule.model_copy(update={"id": "silent-trial", "audience": at})
    stage.services.config = config.model_copy(update={"schedules": (changed,)})
    await anna.says("/start")
    customer = await stage.customer_of(anna)

    async def place(work: Work) -> None:
        known = await work.unit.get(Customer, customer.id)
        assert known is not None
        work.unit.put(replace(known, stage=seen))

    await stage.use(place)
    await ask(stage, anna, schedule="silent-trial")
    ticket = await complaint_of(stage, anna, "The lid does not close")
    assert ticket.stage == stage_id


async def test_own_words_for_the_wish_are_kept_apart(stage: Stage, anna: Somebody) -> None:
    rows = texts(await anna.says("Cold tea"))
    for label in ("Skip", "Skip", "Something else"):
        rows = texts(await anna.chooses(rows[-1], label))
    rows = texts(await anna.says("A warm word"))
    await anna.chooses(rows[-1], "Send")
    ticket = await stage.one(Ticket)
    assert (ticket.words, ticket.wish) == ("Cold tea", "A warm word")


async def test_stale_repeated_and_finished_presses_change_nothing(
    stage: Stage, anna: Somebody
) -> None:
    first = texts(await anna.says("Cold tea"))[-1]
    await anna.chooses(first, "Packaging")
    before = await stage.one(Conversation)
    assert await anna.chooses(first, "Taste") == []
    assert await stage.one(Conversation) == before
    assert "earlier question" in stage.answers["q701-2"]["text"]
    await complaint_of_open(stage, anna)
    told = anna.told(await anna.chooses(first, "Taste"))
    assert told == ["This conversation is over. To tell us something else, just write it here."], (
        "whoever presses reads why nothing happens"
    )
    assert len(await stage.all(Ticket)) == 1


async def complaint_of_open(stage: Stage, person: Somebody) -> None:
    row = texts(stage.sent)[-1]
    while "Send" not in buttons(row):
        row = texts(await person.chooses(row, "Skip"))[-1]
    await person.chooses(row, "Send")


async def test_somebody_elses_conversation_cannot_be_pressed(
    stage: Stage, anna: Somebody, boris: Somebody
) -> None:
    row = texts(await anna.says("Cold tea"))[-1]
    before = await stage.one(Conversation)
    assert await boris.presses(next(iter(buttons(row).values()))) == []
    assert await stage.one(Conversation) == before
    assert "устарела" in stage.answers["q702-1"]["text"]


async def test_an_added_piece_after_a_pause_brings_the_question_back(
    stage: Stage, anna: Somebody
) -> None:
    await anna.says("Cold tea")
    stage.clock.move(minutes=5)
    rows = await anna.says("and late")
    assert [row.method for row in rows] == ["setMessageReaction", "sendMessage", "@retire"]
    assert "What is it about" in anna.told(rows)[0]
    assert "Packaging" in buttons(texts(rows)[-1])


async def test_words_to_an_unanswered_ask_belong_to_it(stage: Stage, anna: Somebody) -> None:
    await anna.says("/start")
    asked = await ask(stage, anna)
    assert "Trial box" in anna.told(stage.sent)[-1]
    await anna.says("The water was cold")
    conversation = await stage.one(Conversation)
    assert conversation.id == asked.id
    assert [piece["text"] for piece in conversation.state["words"]] == ["The water was cold"]
    assert (await stage.one(Candidate)).answered_at == stage.clock.now()


async def test_a_complaint_goes_before_an_unanswered_ask(stage: Stage, anna: Somebody) -> None:
    await anna.says("/start")
    asked = await ask(stage, anna)
    rows = await anna.says("/complain the spoon is missing")
    old, new = sorted(await stage.all(Conversation), key=lambda each: each.id)
    assert (old.id, old.status, new.status) == (asked.id, "abandoned", "open")
    assert new.candidate_id == asked.candidate_id
    assert new.state["words"][0]["text"] == "the spoon is missing"
    assert (await stage.one(Candidate)).answered_at is not None
    assert "What is it about" in anna.told(rows)[0]


async def test_complain_in_the_middle_goes_on(stage: Stage, anna: Somebody) -> None:
    await anna.says("Cold tea")
    rows = await anna.says("/complain")
    assert "still open" in anna.told(rows)[0]
    await stage.one(Conversation)


async def test_nothing_wrong_leaves_readiness(stage: Stage, anna: Somebody) -> None:
    await anna.says("/start")
    await ask(stage, anna)
    rows = texts(await anna.chooses(texts(stage.sent)[-1], "All fine"))
    await anna.chooses(rows[-1], "Yes, I would")
    line = await stage.one(JournalLine)
    assert (line.kind, line.data["readiness"]) == ("readiness", "ready")
    assert await stage.all(Ticket) == []


async def test_stop_in_an_ask_is_for_good_and_can_be_taken_back(
    stage: Stage, anna: Somebody
) -> None:
    await anna.says("/start")
    await ask(stage, anna)
    rows = await anna.chooses(texts(stage.sent)[-1], "Stop asking me")
    assert (await stage.customer_of(anna)).stopped == ("*",)
    narrowed = await anna.chooses(rows[-1], "Stop only this kind of question")
    assert (await stage.customer_of(anna)).stopped == ("trial_check_in",)
    await anna.chooses(narrowed[-1], "You may ask again")
    customer = await stage.customer_of(anna)
    assert (customer.stopped, customer.stopped_at) == ((), None)


async def test_a_nudge_then_a_partial_ticket(stage: Stage, anna: Somebody) -> None:
    await anna.says("Cold tea")
    stage.clock.move(hours=4)
    rows = await fire_due(stage)
    assert "Shall we finish" in anna.told(rows)[0]
    assert rows[0].priority is Priority.ASK
    assert await fire_due(stage) == []
    stage.clock.move(hours=20)
    rows = await fire_due(stage)
    ticket = await stage.one(Ticket)
    assert ticket.partial
    assert "passed on" in anna.told(rows)[0]
    assert f"#{ticket.number}" in anna.told(rows)[0]
    assert await fire_due(stage) == []


async def test_nudges_keep_to_allowed_hours(stage: Stage, anna: Somebody) -> None:
    stage.clock.move(hours=7)
    await anna.says("Cold tea")
    stage.clock.move(hours=4)
    assert await fire_due(stage) == []
    morning = datetime.fromisoformat("2026-05-05T08:00:00+00:00")
    assert (await stage.one(Conversation)).due_at == morning
    stage.clock.moment = morning
    assert "Shall we finish" in anna.told(await fire_due(stage))[0]


async def test_what_is_filed_at_night_is_told_in_the_morning(stage: Stage, anna: Somebody) -> None:
    stage.clock.move(hours=12)
    await anna.says("Cold tea")
    stage.clock.move(hours=24)
    assert texts(await fire_due(stage)) == []
    assert await stage.one(Ticket)
    waiting = [row for row in await stage.rows() if row.purpose == "file"]
    assert [row.not_before for row in waiting] == [stage.clock.now() + timedelta(hours=10)]


async def test_a_blocked_person_is_not_nudged_but_filed(stage: Stage, anna: Somebody) -> None:
    """What they are told of the filing fails now, and follows when they come back."""
    await anna.says("Cold tea")

    async def block(work: Work) -> None:
        account = await work.unit.get(Account, anna.id)
        assert account is not None
        work.unit.put(replace(account, blocked_at=work.now))

    await stage.use(block)
    stage.clock.move(hours=4)
    assert await fire_due(stage) == []
    stage.clock.move(hours=20)
    [told] = texts(await fire_due(stage))
    ticket = await stage.one(Ticket)
    assert ticket.partial
    assert told.ticket_id == ticket.id


async def test_put_off_and_asked_again(stage: Stage, anna: Somebody) -> None:
    await anna.says("/start")
    await ask(stage, anna)
    rows = await anna.chooses(texts(stage.sent)[-1], "Ask me later")
    await anna.chooses(rows[-1], "Tonight")
    snoozed = await stage.one(Conversation)
    assert snoozed.status == "snoozed"
    assert snoozed.due_at is not None
    stage.clock.moment = snoozed.due_at
    rows = await fire_due(stage)
    assert "Trial box" in anna.told(rows)[0]
    assert "All fine" in buttons(rows[0])


async def test_an_edited_message_changes_the_words(stage: Stage, anna: Somebody) -> None:
    body = anna.body(text="Cold tee")
    await stage.take({"message": body})
    await stage.take({"edited_message": {**body, "text": "Cold tea", "edit_date": 1777888900}})
    conversation = await stage.one(Conversation)
    assert [piece["text"] for piece in conversation.state["words"]] == ["Cold tea"]


async def test_an_edit_at_the_summary_shows_it_anew(stage: Stage, anna: Somebody) -> None:
    body = anna.body(text="Cold tee")
    row = texts(await stage.take({"message": body}))[-1]
    while "Send" not in buttons(row):
        row = texts(await anna.chooses(row, "Skip"))[-1]
    rows = await stage.take({"edited_message": {**body, "text": "Cold tea", "edit_date": 1}})
    assert "Cold tea" in anna.told(rows)[0]
    await anna.chooses(rows[0], "Send")
    assert (await stage.one(Ticket)).words == "Cold tea"


async def test_the_next_update_of_a_batch_sees_the_one_before(stage: Stage, anna: Somebody) -> None:
    """An answer and words in one transaction, without anything read in between."""
    row = texts(await anna.says("Cold tea"))[-1]
    await stage.take(
        anna.press_of(buttons(row)["Packaging"]),
        anna.message(text="and late"),
        anna.press_of(buttons(row)["Packaging"]),
    )
    conversation = await stage.one(Conversation)
    assert conversation.state["step"] == "severity"
    assert [piece["text"] for piece in conversation.state["words"]] == ["Cold tea", "and late"]
