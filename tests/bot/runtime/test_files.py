"""Rows of the outbox that send a file: composed when their turn comes, and taken by Telegram."""

from collections.abc import AsyncIterator

import pytest

from bot.core.work import Work
from bot.desk import audit
from flows.desk.audit import Wanted
from flows.entities import JournalLine, SendState
from storage.database import Database
from storage.ids import new_id
from tests.bot.harness import Harness, harness
from tests.bot.making import NOW


@pytest.fixture
async def h(database: Database) -> AsyncIterator[Harness]:
    async with harness(database) as made:
        yield made


async def test_the_table_of_who_did_what_arrives_as_a_document(h: Harness) -> None:
    ada = await h.sandbox.create_user(first_name="Ada")
    await ada.start(h.bot)
    h.services.admins = {ada.id}
    h.start_sender(composers=audit.COMPOSERS)
    async with h.database.unit() as unit:
        unit.add(JournalLine(new_id(), NOW, f"admin:{ada.id}", "imported", "upload:1", {"n": 3}))
        audit.send_table(Work(unit, NOW, h.services), ada.id, Wanted(person=ada.id), "en")
        await unit.commit()
    assert h.sender is not None
    h.sender.committed(unit)
    [row] = unit.committed
    assert (await h.row_in(row.id, SendState.SENT, SendState.FAILED)).state is SendState.SENT
    [message] = [each for each in await ada.messages(h.bot) if each.from_bot]
    assert message.kind == "document"
    assert message.text == "1 line, the newest first"
