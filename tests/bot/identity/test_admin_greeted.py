"""Whoever looks after the bot and presses Start is greeted as that, and asked nothing."""

import pytest

from bot import wiring
from flows.entities import Consent
from storage.database import Database
from tests.bot.console.pressing import ON_SQLITE
from tests.bot.stage import Somebody, Stage, buttons, make_stage, texts


@pytest.fixture
async def stage(database: Database) -> Stage:
    made = await make_stage(database, wiring.handlers())
    made.services.admins = {900}
    return made


@ON_SQLITE
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Hello. You look after this bot. /help"),
        ("ru", "Здравствуйте. За этим ботом присматриваете вы. /help"),
        ("zh", "你好，这个机器人由你管理。/help"),
    ],
)
async def test_an_admin_is_greeted_as_one(stage: Stage, language: str, words: str) -> None:
    admin = Somebody(stage, 900, "Ada", language)
    for _ in range(2):
        [row] = texts(await admin.says("/start"))
        assert row.params["text"].startswith(words)
        assert buttons(row) == {}
    assert (await stage.customer_of(admin)).consent is Consent.UNASKED


@ON_SQLITE
async def test_an_admin_with_a_customers_link_reads_what_customers_read(stage: Stage) -> None:
    await stage.known("C-1", name="Emma Clarke")
    admin = Somebody(stage, 900, "Ada")
    [row] = texts(await admin.says("/start token-C-1"))
    assert row.params["text"].startswith("Hello Emma.")
    assert "All right" in buttons(row)


@ON_SQLITE
async def test_a_customer_is_asked_as_before(stage: Stage, anna: Somebody) -> None:
    [row] = texts(await anna.says("/start"))
    assert "May we also ask you now and then" in row.params["text"]
