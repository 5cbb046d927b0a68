"""An admin sends a table to the bot; a customer's file is a customer's."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.journeys.world import World, press, world
from tests.workbooks import Sheet, workbook

pytestmark = pytest.mark.journey

CUSTOMERS = "ref;name;language\nC-1;Анна;ru\nC-2;Wei;zh\nC-3;Bob;no language at all\n9E+15;Eve;\n"


@pytest.fixture
async def w(database_url: str) -> AsyncIterator[World]:
    async with world(database_url) as made:
        yield made


async def send(w: World, person: Any, content: str | bytes, name: str = "Kunden.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return await person.send(w.bot, "document", data, name=name)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_file_is_checked_confirmed_and_taken(w: World) -> None:
    await send(w, w.admin, CUSTOMERS)
    asked = await w.told(w.admin, "3 new customers")
    assert "line 4: taken without this cell" in asked.text
    assert "line 5" in asked.text
    await press(w.admin, w.bot, "i:yes", "3 new customers", inside=True)
    await w.told(w.admin, "The import is done")
    rejected = await w.told(w.admin, "These rows were not taken")
    assert rejected.kind == "document"
    again_pressed = await w.admin.forge(asked, asked.buttons[0][0]["callback_data"])
    assert "not waiting" in (await w.admin.wait_for_answer(again_pressed))["text"]
    await send(w, w.admin, CUSTOMERS)
    again = await w.told(w.admin, "nothing to import")
    assert not again.buttons


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_workbook_with_columns_of_its_own(w: World) -> None:
    rows = [["Kd-Nr", "Wer"], [17, "Anna"], [18, "Bob"]]
    await send(w, w.admin, workbook(Sheet("Kunden", rows)), "Kunden.xlsx")
    await press(w.admin, w.bot, "i:m", "What is one row", inside=True)
    await w.press(w.admin, ":ref", text="What is “Kd-Nr”")
    asked = await w.told(w.admin, "What is “Wer”")
    await w.press(w.admin, ":name", text="What is “Wer”")
    await w.told(w.admin, "2 new customers")
    old = await w.admin.forge(asked, asked.buttons[0][0]["callback_data"])
    assert "not waiting" in (await w.admin.wait_for_answer(old))["text"]
    await press(w.admin, w.bot, "i:yes", "2 new customers", inside=True)
    await w.told(w.admin, "The import is done")
    await w.admin.say(w.bot, "/imports")
    listed = await w.told(w.admin, "What was imported")
    assert "Kunden.xlsx" in listed.text
    assert "2 new customers" in listed.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_customers_file_is_a_customers(w: World) -> None:
    anna = await w.customer()
    await anna.start(w.bot)
    await send(w, anna, CUSTOMERS)
    await w.finish_complaint(anna)
    assert len(await w.tickets()) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_other_documents_of_admins_are_answered_and_not_filed(w: World) -> None:
    await w.admin.send(w.bot, "document", b"PK\x03\x04", name="customers.xlsx")
    await w.told(w.admin, "customers.xlsx cannot be read as a workbook")
    await w.admin.send(w.bot, "document", b"PK\x03\x04", name="customers.csv.zip")
    await w.told(w.admin, "customers.csv.zip is packed")
    await w.admin.send(w.bot, "document", b"{}", name="customers.json")
    await w.told(w.admin, "customers.json is none")
    await w.admin.send(w.bot, "document", b"hello", name="customers.txt")
    await w.told(w.admin, "holds neither customers nor events")
    assert await w.tickets() == []
