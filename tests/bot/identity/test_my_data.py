"""`/my_data`: everything that is kept of the person who asks, nothing of anybody else."""

from typing import Any

import orjson
import pytest

from bot.core.words import Words
from bot.core.work import Work
from bot.identity import my_data
from flows.entities import Account, Customer, CustomerId, SendState
from flows.languages import SHIPPED
from storage.database import Database
from storage.ids import new_id
from storage.repositories.identity.kept import NOT_THEIRS
from storage.tables import metadata
from storage.tables.personal import personal_columns
from tests.bot.harness import harness, text_to
from tests.bot.identity.test_erasure import TRACES, filled
from tests.bot.making import NOW, services
from tests.bot.stage import Somebody, make_stage
from tests.databases import on_both

TABLES = [table.name for table in personal_columns(metadata) if table.name not in NOT_THEIRS]


async def told(database: Database, ref: str, language: str = "en") -> dict[str, Any]:
    given = services()
    given.words = Words.shipped()
    async with database.reading() as unit:
        customer = await unit.customers.by_ref(ref)
        assert customer is not None
        content = await my_data.collected(Work(unit, NOW, given), customer, language)
    found: dict[str, Any] = orjson.loads(content)
    return found


@on_both
async def test_everything_is_in_it_and_nothing_of_others(database: Database) -> None:
    await filled(database)
    found = await told(database, "ann-17")
    assert sorted(part["table"] for part in found["parts"]) == sorted(TABLES)
    text = str(found)
    assert [trace for trace in TRACES if trace not in text] == []
    assert "bob" not in text.lower()
    assert "too slow" not in text
    assert "Petra" not in text, "who of staff it was is not the customer's to know"
    entries = next(part["kept"] for part in found["parts"] if part["table"] == "entries")
    assert {entry["text"] for entry in entries} >= {"the lid was broken", "Dear Anna Ivanova"}


async def test_it_is_in_the_reader_s_language(database: Database) -> None:
    await filled(database)
    titles = {
        language: (await told(database, "bob-1", language))["parts"][0]["title"]
        for language in SHIPPED
    }
    assert len(set(titles.values())) == len(SHIPPED)


@pytest.mark.parametrize("language", SHIPPED)
@pytest.mark.parametrize("table", TABLES)
def test_every_table_about_people_has_a_title(table: str, language: str) -> None:
    assert Words.shipped().say(language, f"my_data.t_{table}")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_file_arrives(database: Database) -> None:
    async with harness(database) as h:
        anna = await h.sandbox.create_user(first_name="Anna")
        await anna.start(h.bot)
        customer = Customer(CustomerId(new_id()), "c-1", NOW, name="Анна")
        async with database.unit() as unit:
            unit.add(customer)
            unit.add(Account(anna.id, customer.id, NOW, first_name="Anna"))
            await unit.commit()
        h.start_sender(composers=my_data.COMPOSERS, one_by_one=(my_data.METHOD,))
        asked = text_to(
            anna.id, "", method=my_data.METHOD, params={"language": "ru"}, customer_id=customer.id
        )
        (row,) = await h.write(asked)
        assert (await h.row_in(row.id, SendState.SENT)).message_id
        [message] = [each for each in await anna.messages(h.bot) if each.from_bot]
        assert "/forget_me" in message.text
        sent = message.view["media"]
        found = orjson.loads(await h.sandbox.read_file(sent["file_id"]))
        assert found["parts"][0]["kept"][0]["name"] == "Анна"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whoever_asks_gets_it_in_their_own_chat(database: Database) -> None:
    stage = await make_stage(database)
    anna = Somebody(stage, 501, language="ru")
    rows = await anna.says("/my_data")
    [row] = [each for each in rows if each.method == my_data.METHOD]
    assert (row.chat_id, row.params["language"]) == (501, "ru")
    assert row.customer_id == (await stage.customer_of(anna)).id
