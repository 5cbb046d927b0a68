"""Whatever comes from outside is handled: nothing is parked, nothing is lost, nobody is spoofed."""

import time
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.callbacks import pack
from bot.core.rich import TEXT_LIMIT
from bot.core.words import Words, placeholders
from flows.entities import Account, Conversation, Customer, Outgoing
from flows.languages import SHIPPED
from flows.utf16 import utf16_length
from storage.database import Database
from tests.bot.stage import Somebody, buttons, make_stage, texts

NASTY = [
    "😀" * 2048,
    "<b>not bold</b> & </b> {name} %s \\ `*_[",
    "\u202eright to left\u202c עברית",
    "\x07\x1b[2J",
    "a" * 4096,
    "\u200b\u200b broken",
]


def fits(row: Outgoing) -> bool:
    """Whether Telegram would take the text and the buttons."""
    text = row.params.get("text", "")
    short = all(1 <= len(data.encode()) <= 64 for data in buttons(row).values())
    return 0 < utf16_length(text) <= TEXT_LIMIT and short


@pytest.mark.parametrize("words", NASTY)
async def test_nasty_words_are_kept_as_typed(database: Database, words: str) -> None:
    stage = await make_stage(database)
    anna = Somebody(stage, 701)
    await anna.says("/complain")
    row = texts(await anna.says(words))[-1]
    while "Send" not in buttons(row):
        row = texts(await anna.chooses(row, "Skip"))[-1]
    await anna.chooses(row, "Send")
    piece = (await stage.one(Conversation)).state["words"][0]
    assert piece["text"] == words
    page = texts(await anna.says("/my"))[-1]
    await anna.chooses(page, next(iter(buttons(page))))
    assert all(fits(row) for row in texts(stage.sent))


@pytest.fixture
async def sqlite(tmp_path: Path) -> Any:
    opened = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/verso.db")
    await opened.try_to_lead()
    yield opened
    await opened.close()


async def test_a_character_that_cannot_be_stored_is_left_out(database: Database) -> None:
    stage = await make_stage(database)
    anna = Somebody(stage, 701, "An\x00na")
    await anna.says("Cold \x00tea")
    assert (await stage.one(Conversation)).state["words"][0]["text"] == "Cold tea"
    assert (await stage.one(Account)).first_name == "Anna"


LETTERS = st.text(alphabet="cuagt:0123456789abcz-_ы😀", max_size=40)
AREAS = st.sampled_from(["c:a:", "c:", "u:page:", "u:my:", "u:new:", "u:notme:", "u:switch:"])


@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.lists(st.builds(str.__add__, AREAS, LETTERS) | LETTERS, min_size=5, max_size=20))
async def test_any_button_data_is_answered(sqlite: Database, data: list[str]) -> None:
    stage = await make_stage(sqlite)
    stage.numbers = count(time.monotonic_ns())
    boris = Somebody(stage, 702)
    await boris.says("Cold tea")
    before = await stage.conversation()
    await stage.take(*(boris.press_of(each) for each in data))
    assert len(stage.answers) == len(data)
    assert await stage.conversation() == before


@pytest.mark.parametrize("known", [True, False])
async def test_invented_buttons_change_nothing(sqlite: Database, known: bool) -> None:
    stage = await make_stage(sqlite)
    anna, boris = Somebody(stage, 701), Somebody(stage, 702)
    await anna.says("Cold tea")
    if known:
        await boris.says("/start")
    before = await stage.all(Conversation)
    people = await stage.all(Customer)
    ids = [before[0].id, people[0].id, 1, 0, -1, 2**62]
    invented = [
        *(
            f"c:a:{pack('u', 'x', number)[4:]}:{turn}:o:first_use"
            for number in ids
            for turn in (0, 1)
        ),
        *(pack("u", verb, number) for number in ids for verb in ("page", "new", "notme")),
        *("c:", "c:a", "c:a:1", "c:a:zz:zz:o", "c:a:1:1:", "u:", "u:nope", "u:page", "u:page:ы"),
        *("u:lang:", "u:stop:", "u:only:*", "u:switch:x", "u:forget:maybe", "x:y", ":", "ы" * 20),
    ]
    for data in invented:
        assert texts(await boris.presses(data)) == [], data
    assert await stage.all(Conversation) == before
    assert len(stage.answers) == len(invented)
    assert all(stage.answers.values())


async def test_who_is_not_a_person_in_private_is_not_listened_to(sqlite: Database) -> None:
    stage = await make_stage(sqlite)
    anna = Somebody(stage, 701)
    bot = {**anna.user, "id": 55, "is_bot": True}
    chat = {"id": 55, "type": "private", "first_name": "Robot"}
    channel = {"id": -100, "type": "channel", "title": "News"}
    body = anna.body(text="hello")
    without = {name: value for name, value in body.items() if name != "from"}
    for update in (
        {"message": {**body, "from": bot, "chat": chat}},
        {"channel_post": {**without, "chat": channel}},
        {"message": {**without, "chat": anna.chat}},
        {"message": {**body, "chat": {"id": -77, "type": "group", "title": "x"}}},
        {"edited_message": {**without, "edit_date": 1, "chat": anna.chat}},
    ):
        assert await stage.take(update) == []
    assert await stage.all(Account) == []


async def test_service_messages_are_no_words(sqlite: Database) -> None:
    stage = await make_stage(sqlite)
    anna = Somebody(stage, 701)
    pinned = anna.message(pinned_message=anna.body(text="x"))
    timer = anna.message(message_auto_delete_timer_changed={"message_auto_delete_time": 60})
    assert await stage.take(pinned, timer) == []
    assert await stage.all(Conversation) == []


async def test_a_press_in_a_group_is_answered_only(sqlite: Database) -> None:
    stage = await make_stage(sqlite)
    anna = Somebody(stage, 701)
    row = texts(await anna.says("Cold tea"))[-1]
    before = await stage.one(Conversation)
    anna.chat = {"id": -77, "type": "group", "title": "x"}
    for data in (*buttons(row).values(), "u:my:0"):
        assert await anna.presses(data) == []
    assert await stage.one(Conversation) == before


async def test_a_press_without_a_message_is_answered(sqlite: Database) -> None:
    stage = await make_stage(sqlite)
    anna = Somebody(stage, 701)
    update = anna.press_of("c:a:1:0:skip", inline_message_id="x")
    del update["callback_query"]["message"]
    assert await stage.take(update) == []
    assert stage.answers["q701-1"]["text"]


async def test_a_conversation_that_is_full_says_so(sqlite: Database) -> None:
    stage = await make_stage(sqlite)
    anna = Somebody(stage, 701)
    await stage.take(*(anna.message(text=f"broken {number}") for number in range(100)))
    await stage.take(*(anna.message(text=f"broken {number}") for number in range(100)))
    rows = await anna.says("one more")
    assert "No more fits" in anna.told(rows)[0]
    assert len((await stage.one(Conversation)).state["words"]) == 200


def test_texts_say_the_same_in_every_language() -> None:
    words = Words.shipped()
    mine = {key for key in words.keys("en") if key.startswith(("customer.", "commands."))}
    for language in SHIPPED:
        assert {key for key in words.keys(language) if key in mine} == mine
        for key in mine:
            english = placeholders(words._catalogues["en"][key])
            assert placeholders(words._catalogues[language][key]) == english, key
