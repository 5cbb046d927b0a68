"""Three questions at a till, one tap each, and what is kept of them."""

from datetime import timedelta

import pytest

from flows.entities import Conversation, Ticket, Visit
from tests.bot.entrances.test_strangers import card_of
from tests.bot.stage import Somebody, Stage, buttons, texts
from tests.databases import on_both

TAPS = {
    "en": ("Anna", ["Yes", "No", "Yes"], "No, that was all"),
    "ru": ("Анна", ["Да", "Нет", "Да"], "Нет, это всё"),
    "zh": ("安娜", ["是的", "不一样", "会的"], "不用了"),
}


def taps_of(visit: Visit) -> tuple[bool | None, bool | None, bool | None]:
    return visit.right_first, visit.as_promised, visit.come_back


@pytest.mark.parametrize("language", TAPS)
async def test_each_tap_is_kept_at_once_and_shown_in_place(stage: Stage, language: str) -> None:
    name, labels, leave = TAPS[language]
    person = Somebody(stage, 720, name, language)
    [row] = texts(await person.says("/start at-till"))
    assert row.method == "sendMessage"
    seen = [taps_of(await stage.one(Visit))]
    for label in labels:
        [row] = texts(await person.chooses(row, label))
        assert row.method == "editMessageText"
        seen.append(taps_of(await stage.one(Visit)))
    assert seen == [
        (None, None, None),
        (True, None, None),
        (True, False, None),
        (True, False, True),
    ]
    [row] = texts(await person.chooses(row, leave))
    assert buttons(row) == {}
    assert await stage.all(Ticket) == []
    # Nobody is asked twice on a day at one place; what went wrong can be said all the same.
    [row] = texts(await person.says("/start at-till"))
    assert (await stage.conversation()).flow == "complaint"
    assert len(await stage.all(Visit)) == 1
    stage.clock.moment += timedelta(days=1)
    await person.says("/start at-till")
    assert (await stage.conversation()).flow == "three_questions"
    assert len(await stage.all(Visit)) == 2


async def test_whoever_was_not_content_says_why_and_staff_see_the_taps(
    stage: Stage, anna: Somebody
) -> None:
    [row] = texts(await anna.says("/start at-till"))
    for label in ("Yes", "No", "No", "I will tell you"):
        [row] = texts(await anna.chooses(row, label))
    rows = await anna.says("Twenty minutes in the queue")
    for label in ("Skip", "Skip", "Skip", "Send"):
        rows = await anna.chooses(texts(rows)[-1], label)
    ticket = await stage.one(Ticket)
    assert (ticket.entrance, ticket.words) == ("till", "Twenty minutes in the queue")
    card = await card_of(stage, ticket)
    assert "Came in at: The till, Lumen Tea House" in card
    assert "Tapped there: right the first time, not as promised, would not come back" in card


async def test_words_typed_instead_of_taps_are_read_by_a_person(
    stage: Stage, anna: Somebody
) -> None:
    [row] = texts(await anna.says("/start at-till"))
    await anna.says("The tea was cold and nobody came")
    row = texts(await anna.says("/start at-till"))[-1]
    assert "still open" in row.params["text"]
    for label in ("Yes", "Yes", "Yes"):
        [row] = texts(await anna.chooses(row, label))
    for label in ("Skip", "Skip", "Skip", "Send"):
        row = texts(await anna.chooses(row, label))[0]
    assert (await stage.one(Ticket)).words == "The tea was cold and nobody came"


async def test_half_of_the_taps_stay_when_another_code_is_scanned(
    stage: Stage, anna: Somebody
) -> None:
    [row] = texts(await anna.says("/start at-till"))
    await anna.chooses(row, "No")
    await anna.says("/start at-table-7")
    till, table = sorted(await stage.all(Visit), key=lambda each: each.at)
    assert (till.entrance, till.right_first, table.entrance) == ("till", False, "table-7")
    statuses = {each.flow: each.status for each in await stage.all(Conversation)}
    assert statuses == {"three_questions": "abandoned", "complaint": "open"}
    # Pressing the old question says that it is over, and changes nothing.
    await anna.chooses(row, "Yes")
    assert sorted(each.right_first for each in await stage.all(Visit) if each.began_at) == [False]


@on_both
async def test_whoever_only_tapped_can_see_it_and_be_forgotten(
    stage: Stage, anna: Somebody
) -> None:
    [row] = texts(await anna.says("/start at-till"))
    await anna.chooses(row, "Yes")
    await anna.says("/forget_me")
    await anna.presses("u:forget:ask")
    await anna.presses("u:forget:yes")
    assert await stage.all(Visit) == []
    assert await stage.all(Conversation) == []
