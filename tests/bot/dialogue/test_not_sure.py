"""What could not be understood is found by staff once a day, and never lost."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.callbacks import pack
from bot.dialogue import not_sure
from flows import entities
from flows.entities import Conversation, Outgoing, Remark, Ticket
from flows.entities.kinds import MemberStatus
from flows.entities.lifecycle import Person
from tests.bot.stage import STAFF_CHAT, Somebody, Stage, buttons, texts

WORDS = "Blorp zibble"


class Member(Somebody):
    """Somebody of staff in their group."""

    def __init__(self, stage: Stage, number: int = 801, chat: int = STAFF_CHAT) -> None:
        super().__init__(stage, number, "Boris")
        self.chat = {"id": chat, "type": "supergroup", "title": "Staff", "is_forum": True}
        known = entities.Member(chat, number, MemberStatus.MEMBER, asked_at=stage.clock.now())
        stage.services.members[chat, number] = known

    async def hears(self, data: str) -> str:
        """Press a button; give what the answer over the chat says."""
        await self.presses(data)
        return str(list(self.stage.answers.values())[-1].get("text", ""))


async def posted(stage: Stage) -> list[Outgoing]:
    before = len(stage.sent)
    await stage.use(not_sure.show_daily)
    return stage.sent[before:]


async def unsure(stage: Stage, number: int, name: str = "Anna", words: str = WORDS) -> Somebody:
    person = Somebody(stage, number, name)
    await person.says(words)
    return person


async def test_after_an_hour_staff_are_shown_it_with_a_button(stage: Stage) -> None:
    await unsure(stage, 701)
    stage.clock.move(minutes=59)
    assert await posted(stage) == []
    stage.clock.move(minutes=2)
    [row] = await posted(stage)
    assert row.chat_id == STAFF_CHAT
    text = row.params["text"]
    assert text.startswith("1 message could not be understood")
    assert "Anna, Mon 4 May, 12:00:" in text
    quoted = [each for each in row.params["entities"] if each["type"] == "blockquote"]
    assert [text[at["offset"] :][: at["length"]] for at in quoted] == [WORDS]
    assert list(buttons(row)) == ["Answer Anna"]
    stage.clock.move(days=1)
    assert await posted(stage) == [], "once is enough"


async def test_it_becomes_a_ticket_once_and_its_author_reads_nothing(
    stage: Stage, anna: Somebody
) -> None:
    question = texts(await anna.says(WORDS))[-1]
    stage.clock.move(hours=2)
    [row] = await posted(stage)
    before = len(stage.sent)
    [data] = buttons(row).values()
    assert await Member(stage).hears(data) == "It is ticket #1 now. Reply to its card."
    ticket = await stage.one(Ticket)
    assert (ticket.words, ticket.chat_id, ticket.state) == (WORDS, anna.id, "open")
    assert {each.method for each in stage.sent[before:]} == {"@topic", "@card"}
    again = await Member(stage, 802).hears(data)
    assert again == "It is ticket #1 already. Nobody has it yet"
    assert len(await stage.all(Ticket)) == 1
    told = anna.told(await anna.chooses(question, "Pass it to a person"))
    assert "A person has this already" in told[0]
    assert len(await stage.all(Ticket)) == 1
    assert (await stage.one(Remark)).choice == "", "its author pressed nothing before"


@pytest.mark.parametrize(
    ("label", "answer"),
    [
        ("Pass it to a person", "It is ticket #1 already. Nobody has it yet"),
        ("All is fine", "Anna has said meanwhile that all is fine."),
        ("Do not ask me", "Anna has said meanwhile that they do not want to be asked."),
    ],
)
async def test_what_its_author_has_settled_meanwhile_is_said(
    stage: Stage, anna: Somebody, label: str, answer: str
) -> None:
    question = texts(await anna.says(WORDS))[-1]
    stage.clock.move(hours=2)
    [row] = await posted(stage)
    await anna.chooses(question, label)
    count = len(await stage.all(Ticket))
    [data] = buttons(row).values()
    assert await Member(stage).hears(data) == answer
    assert len(await stage.all(Ticket)) == count


@pytest.mark.parametrize("label", ["Pass it to a person", "All is fine", "Do not ask me"])
async def test_what_is_settled_is_not_shown(stage: Stage, anna: Somebody, label: str) -> None:
    await anna.chooses(texts(await anna.says(WORDS))[-1], label)
    stage.clock.move(hours=2)
    assert await posted(stage) == []


async def test_the_rest_waits_for_the_next_day(stage: Stage) -> None:
    for number in range(22):
        await unsure(stage, 7100 + number, f"P{number}", "Blorp" * 80)
        stage.clock.move(seconds=1)
    stage.clock.move(hours=2)
    [row] = await posted(stage)
    assert row.params["text"].startswith("22 messages could not be understood")
    assert row.params["text"].endswith("… and 2 more, tomorrow")
    assert list(buttons(row)) == [f"Answer P{number}" for number in range(20)]
    stage.clock.move(hours=3)
    assert await posted(stage) == []
    stage.clock.move(days=1)
    [row] = await posted(stage)
    assert list(buttons(row)) == ["Answer P20", "Answer P21"]


async def test_nothing_comes_before_nine_by_the_brands_clock(stage: Stage) -> None:
    await unsure(stage, 701)
    stage.clock.moment = datetime(2026, 5, 5, 6, 59, tzinfo=UTC)
    assert await posted(stage) == []
    stage.clock.moment = datetime(2026, 5, 5, 7, 0, tzinfo=UTC)
    assert len(await posted(stage)) == 1


async def test_without_a_group_it_comes_to_the_admins(stage: Stage) -> None:
    await unsure(stage, 701)
    stage.services.groups = {}
    stage.clock.move(hours=2)
    assert await posted(stage) == [], "nobody is there to be shown it, so it waits"
    stage.services.admins = {900, 901}
    rows = await posted(stage)
    assert [row.chat_id for row in rows] == [900, 901]
    admin = Somebody(stage, 900, "Ada")
    await admin.presses(next(iter(buttons(rows[0]).values())))
    assert (await stage.one(Ticket)).group_chat_id is None


@pytest.mark.parametrize(
    "data", ["r:answer", "r:answer:zz!", "r:x:1", "r:answer:1:2", "r:answer:1"]
)
async def test_forged_presses_do_nothing(stage: Stage, anna: Somebody, data: str) -> None:
    await anna.says(WORDS)
    assert await Member(stage).hears(data)
    [remark] = await stage.all(Remark)
    stranger = Member(stage, 803, chat=-1009)
    assert "staff" in await stranger.hears(pack("r", "answer", remark.id))
    await anna.presses(pack("r", "answer", remark.id))
    assert await stage.all(Ticket) == []


async def test_whoever_is_erased_leaves_nothing_in_the_group(stage: Stage, anna: Somebody) -> None:
    await anna.says("Blorp SECRET")
    await unsure(stage, 702, "Ben")
    stage.clock.move(hours=2)
    [row] = await posted(stage)
    number = await stage.delivered(row)
    [data] = [data for label, data in buttons(row).items() if label == "Answer Anna"]
    before = len(stage.sent)
    await anna.presses("u:forget:yes")
    deleted: list[Any] = [
        each.params["message_ids"]
        for each in stage.sent[before:]
        if each.method == "deleteMessages" and each.chat_id == STAFF_CHAT
    ]
    assert deleted == [[number]]
    assert "SECRET" not in str([each.params for each in await stage.rows()])
    assert "erased" in await Member(stage).hears(data)
    stage.clock.move(days=1)
    [again] = await posted(stage)
    assert list(buttons(again)) == ["Answer Ben"], "the others' words are shown once more"


async def test_who_has_it_is_said_by_name(stage: Stage, anna: Somebody) -> None:
    from bot.desk import tickets

    await anna.says(WORDS)
    stage.clock.move(hours=2)
    [row] = await posted(stage)
    [data] = buttons(row).values()
    await Member(stage).hears(data)

    async def take(work: Any) -> None:
        ticket = await work.unit.tickets.by_number(1)
        await tickets.take(work, ticket, Person(802, "Clara"))

    await stage.use(take)
    assert await Member(stage).hears(data) == "It is ticket #1 already. Clara has it"


QUESTIONS = {
    "consent": "/start",
    "stop": "/stop",
    "forget": "/forget_me",
    "language": "/language",
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("words", [WORDS, "The tin was open", "罐子开着", "Пришла открытой"])
async def test_unclear_words_at_a_question_are_not_lost(
    stage: Stage, anna: Somebody, question: str, words: str
) -> None:
    """They are filed, or kept and asked about; the question is no pit that they fall into."""
    await anna.says("/start")
    await anna.says(QUESTIONS[question])
    await anna.says(words)
    remarks = [each.text for each in await stage.all(Remark)]
    told = [
        piece["text"] for each in await stage.all(Conversation) for piece in each.state["words"]
    ]
    assert remarks + told == [words]
