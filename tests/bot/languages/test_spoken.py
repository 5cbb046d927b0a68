"""A language that is nothing but files is spoken, heard, offered, and used by staff and admins."""

import re
from collections.abc import Iterator

import pytest

from bot import wiring
from bot.core.words import Words
from flows.config import load_config
from flows.conversations import FlowLibrary
from flows.entities import Outgoing, Ticket
from flows.languages import Languages, load
from storage.database import Database
from tests.bot.asks.making import NOON, SHOP
from tests.bot.console.pressing import ON_SQLITE
from tests.bot.desk.world import FORUM, card_of, make_world
from tests.bot.stage import Somebody, Stage, buttons, make_stage, texts
from tests.made_up import CODE, NAME, english_in, make_language, speaking, turned

OWN = ("Lumen Tea", "Anna", "Telegram")
"""What is not said in any language: names."""


@pytest.fixture(scope="module")
def languages(tmp_path_factory: pytest.TempPathFactory) -> Languages:
    return load(make_language(tmp_path_factory.mktemp("languages")))


@pytest.fixture
def qx(languages: Languages) -> Iterator[None]:
    with speaking(languages):
        yield


@pytest.fixture
async def stage(qx: None, database: Database) -> Stage:
    made = await make_stage(database, wiring.handlers())
    made.services.admins = {900}
    return made


def said(rows: list[Outgoing]) -> str:
    """All texts and buttons, without what is said in no language."""
    whole = "\n".join("\n".join([row.params["text"], *buttons(row)]) for row in texts(rows))
    for each in OWN:
        whole = whole.replace(each, "")
    return whole


async def test_a_whole_conversation(stage: Stage) -> None:
    anna = Somebody(stage, 501, "Anna", CODE)
    rows = await anna.says("/start")
    assert turned("Here you can tell") in said(rows)
    assert english_in(said(rows)) == []
    rows = await anna.says(turned("The tin was broken"))
    for _ in range(8):
        titles = {each.title["en"] for each in stage.services.config.categories}
        titles |= {each.title["en"] for each in stage.services.config.stages}
        shown = said(rows)
        for title in titles:
            shown = shown.replace(title, "")
        assert english_in(shown) == []
        if turned("Send") in buttons(texts(rows)[-1]):
            rows = await anna.chooses(texts(rows)[-1], turned("Send"))
            break
        rows = await anna.chooses(texts(rows)[-1], turned("Skip"))
    assert await stage.one(Ticket)
    assert said(rows)
    assert english_in(said(rows)) == []


@ON_SQLITE
async def test_it_is_offered_by_its_own_name_and_chosen(stage: Stage) -> None:
    anna = Somebody(stage, 501, "Anna", "en")
    await anna.says("/start")
    [row] = texts(await anna.says("/language"))
    assert list(buttons(row)) == ["English", "Русский", "中文", NAME]
    rows = await anna.chooses(row, NAME)
    assert english_in(said(rows)) == []
    assert (await stage.customer_of(anna)).language == CODE


@ON_SQLITE
async def test_stop_is_heard(stage: Stage) -> None:
    anna = Somebody(stage, 501, "Anna", CODE)
    await stage.known("C-1", name="Anna")
    await anna.says("/start token-C-1")
    rows = await anna.says("póts")
    assert (await stage.customer_of(anna)).stopped
    assert english_in(said(rows)) == []


@ON_SQLITE
async def test_an_admin_screen(stage: Stage) -> None:
    stage.clock.moment = NOON
    stage.services.config = load_config(SHOP)
    admin = Somebody(stage, 900, "Ada", CODE)
    [row] = await admin.says("/schedules")
    assert english_in(said([row])) == []
    rows = await admin.presses("s:n")
    assert turned("Silent trial") in "\n".join(buttons(rows[-1]))
    assert english_in(said(rows)) == []


@ON_SQLITE
async def test_staff_read_it_on_a_card(qx: None, database: Database) -> None:
    world = await make_world(database)
    world.services.config = world.services.config.model_copy(
        update={
            "brand": world.services.config.brand.model_copy(
                update={"default_language": CODE, "languages": ("en", CODE)}
            )
        }
    )
    await world.group(FORUM)
    anna = await world.customer("Anna", language=CODE)
    await world.complain(anna, "Der Deckel fehlt.")
    await world.write("We sent you a new lid.", to=card_of(await world.ticket(1)))
    await world.write("/snooze #1 P3D")
    await world.deliver()
    assert world.texts(501)[-1].split("\n")[1].startswith(turned("This was written in"))
    cards = [each.text for each in world.sent if each.row.chat_id == FORUM and each.text]
    assert any(turned("Nobody has it yet") in each for each in cards)
    lent = re.compile(r"Delivery|First use|Boris|\d+ hours")  # hours are its locale's, English's
    for each in cards:
        assert english_in(lent.sub("", each)) == []


def test_commands_are_described_in_it(qx: None) -> None:
    keys = Words.shipped().keys(CODE)
    assert {f"commands.{each}" for each in ("start", "stop", "help")} <= keys
    flow = FlowLibrary.shipped().latest("check_in").definition
    assert CODE in flow.languages
    assert flow.texts["check_fine"][CODE] == turned("All fine")
