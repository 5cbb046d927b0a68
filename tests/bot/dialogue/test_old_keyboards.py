"""Buttons that have no use any more are taken away, also long after their message was sent."""

from typing import Any

import pytest

from bot.core.delivery import Call
from bot.core.work import Work
from bot.dialogue.keyboards import RETIRE, compose_retire
from flows.entities import Outgoing
from tests.bot.stage import Somebody, Stage, buttons, is_text, texts


class Phone:
    """What somebody sees: their messages and the buttons under each, as the sender leaves them."""

    def __init__(self, stage: Stage, person: Somebody) -> None:
        self.stage, self.person = stage, person
        self.shown: dict[int, dict[str, str]] = {}
        self.seen = 0

    async def receive(self) -> None:
        """Let everything that was written arrive, in the order in which it was written."""
        rows, self.seen = self.stage.sent[self.seen :], len(self.stage.sent)
        for row in rows:
            if row.chat_id == self.person.id:
                await self._arrive(row)

    async def _arrive(self, row: Outgoing) -> None:
        params: Any = row.params
        if row.method == RETIRE:
            async with self.stage.database.reading() as unit:
                work = Work(unit, self.stage.clock.now(), self.stage.services)
                call = (await compose_retire(work, [row]))[row.id]
            if isinstance(call, Call):
                self.shown[call.params["message_id"]] = {}
                await self.stage.delivered(row, call.params["message_id"])
        elif is_text(row):
            number = await self.stage.delivered(row, params.get("message_id"))
            self.shown[number] = buttons(row)

    def live(self, beginning: str) -> list[int]:
        """The messages that show buttons whose data begins so."""
        return [
            number
            for number, keys in self.shown.items()
            if any(data.startswith(beginning) for data in keys.values())
        ]


@pytest.fixture
def phone(stage: Stage, anna: Somebody) -> Phone:
    return Phone(stage, anna)


async def test_a_question_that_was_answered_in_words_loses_its_buttons(
    stage: Stage, anna: Somebody, phone: Phone
) -> None:
    await anna.says("The lid does not close")
    await phone.receive()
    for words in ("Packaging", "3", "Fix it"):
        stage.clock.move(minutes=2)
        await anna.says(words)
        await phone.receive()
        assert phone.live("c:") == [max(phone.shown)]
    await anna.says("Send")
    await phone.receive()
    assert phone.live("c:") == []


async def test_a_question_that_is_shown_again_leaves_one_keyboard(
    stage: Stage, anna: Somebody, phone: Phone
) -> None:
    await anna.says("The lid does not close")
    await phone.receive()
    await anna.says("/complain")
    await phone.receive()
    assert phone.live("c:") == [max(phone.shown)]
    await anna.says("stop it")
    await phone.receive()
    assert phone.live("c:") == []


@pytest.mark.parametrize(("command", "words"), [("/start", "yes"), ("/forget_me", "no")])
async def test_a_menu_that_was_answered_in_words_loses_its_buttons(
    stage: Stage, anna: Somebody, phone: Phone, command: str, words: str
) -> None:
    if command != "/start":
        await anna.says("/start")
        await anna.says("yes")
        await phone.receive()
    await anna.says(command)
    await phone.receive()
    question = max(phone.shown)
    assert phone.shown[question]
    await anna.says("/my")
    await anna.says(words)
    await phone.receive()
    assert not phone.shown[question]


async def test_the_way_back_under_an_answer_stays(
    stage: Stage, anna: Somebody, phone: Phone
) -> None:
    await anna.says("/start")
    await anna.says("yes")
    await anna.says("/stop")
    await phone.receive()
    rows = texts(await anna.says("all"))
    await phone.receive()
    assert "You may ask again" in buttons(rows[-1])
    assert "You may ask again" in phone.shown[max(phone.shown)]
