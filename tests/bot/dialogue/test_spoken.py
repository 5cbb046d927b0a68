"""Words instead of a press: an ask goes on from them, and nobody reads a complaint that is none."""

from typing import Any

import pytest

from flows.entities import Candidate, Conversation, JournalLine, Ticket
from tests.bot.dialogue.test_conversations import ask, fire_due
from tests.bot.stage import Somebody, Stage, buttons, texts


async def answered(stage: Stage, person: Somebody, *said: dict[str, Any]) -> list[str]:
    """What a person reads who answers an ask with these messages, one right after the other."""
    await person.says("/start")
    await ask(stage, person)
    return person.told(await stage.take(*(person.message(**each) for each in said)))


VOICE = {"voice": {"file_id": "V", "file_unique_id": "v", "duration": 4}}
PHOTOS = [
    {
        "photo": [{"file_id": f"P{n}", "file_unique_id": f"p{n}", "width": 9, "height": 9}],
        "media_group_id": "7",
    }
    for n in range(3)
]


@pytest.mark.parametrize(
    "said",
    [
        [{"text": "yes the app crashes"}],
        [VOICE],
        PHOTOS,
        [{"text": f"part {number} is broken"} for number in range(5)],
    ],
    ids=["text", "voice", "album", "five"],
)
async def test_an_ask_that_is_answered_in_words_goes_on(
    stage: Stage, anna: Somebody, said: list[dict[str, Any]]
) -> None:
    told = await answered(stage, anna, *said)
    assert len(told) == 1
    assert told[0].startswith("What is it about")
    conversation = await stage.one(Conversation)
    assert conversation.state["answers"]["check"] == "in_the_way"
    assert len(conversation.state["words"]) == len(said)
    assert (await stage.one(Candidate)).answered_at == stage.clock.now()
    row = texts(stage.sent)[-1]
    while "Send" not in buttons(row):
        row = texts(await anna.chooses(row, "Skip"))[-1]
    await anna.chooses(row, "Send")
    ticket = await stage.one(Ticket)
    assert ticket.words == "\n".join(each.get("text", "") for each in said).strip()


async def test_good_news_in_words_opens_no_ticket(stage: Stage, anna: Somebody) -> None:
    told = await answered(stage, anna, {"text": "no, all is well, thanks"})
    assert told[0].startswith("Thank you. One question")
    assert anna.told(await anna.says("Maybe."))[0].startswith("Thank you.")
    stage.clock.move(days=2)
    assert await fire_due(stage) == []
    assert await stage.all(Ticket) == []
    assert (await stage.one(JournalLine)).data["readiness"] == "maybe"


async def test_a_but_after_all_fine_reaches_staff(stage: Stage, anna: Somebody) -> None:
    await answered(stage, anna, {"text": "No"}, {"text": "but it is slow"})
    await anna.chooses(texts(stage.sent)[-1], "Yes, I would")
    ticket = await stage.one(Ticket)
    assert (ticket.words, ticket.partial) == ("but it is slow", False)
    assert f"#{ticket.number}" in anna.told(stage.sent)[-1]


async def test_words_that_were_taken_back_open_no_ticket(stage: Stage, anna: Somebody) -> None:
    await answered(stage, anna, {"text": "the new teapot leaks"})
    rows = texts(await anna.chooses(texts(stage.sent)[-1], "‹ Back"))
    assert "Trial box" in rows[-1].params["text"]
    rows = texts(await anna.chooses(rows[-1], "All fine"))
    await anna.chooses(rows[-1], "Yes, I would")
    assert await stage.all(Ticket) == []
    words = (await stage.one(Conversation)).state["words"]
    assert [piece["text"] for piece in words] == ["the new teapot leaks"]


async def test_an_hour_may_be_typed_at_ask_me_later(stage: Stage, boris: Somebody) -> None:
    await boris.says("/start")
    await ask(stage, boris)
    await boris.chooses(texts(stage.sent)[-1], "Спросите позже")
    told = boris.told(await boris.says("завтра"))
    assert told[0].startswith("Спросим снова: ")
    conversation = await stage.one(Conversation)
    assert (conversation.status, conversation.state.get("words")) == ("snoozed", None)
