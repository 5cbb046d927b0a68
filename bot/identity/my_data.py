"""Everything that is kept of a person, as a file in their chat: `/my_data`."""

from datetime import datetime
from typing import Any

import orjson

from bot.core.delivery import Call, Composer, File
from bot.core.work import Work
from flows.entities import Customer, Outgoing
from flows.entities.kinds import Purpose

METHOD = "@my_data"
NAME = "my_data.json"


def ask(work: Work, customer: Customer, telegram_id: int, language: str) -> None:
    """Have the file made and sent as soon as this unit is committed.

    It is put together when it is sent, by reading alone, so that nobody waits for it.
    """
    params = {"language": language}
    work.call(telegram_id, METHOD, params, purpose=Purpose.REPLY, customer_id=customer.id)


async def _compose(work: Work, row: Outgoing) -> Call | None:
    """The call that sends the file; None when the person was erased meanwhile."""
    person = (await work.unit.customers.at_accounts([row.chat_id])).get(row.chat_id)
    if person is None:
        return None
    language = str(row.params["language"])
    content = await collected(work, person[1], language)
    caption = work.services.words.say(language, "my_data.caption")
    file = File("document", NAME, content, "application/json")
    return Call("sendDocument", {"caption": caption}, file=file)


async def collected(work: Work, customer: Customer, language: str) -> bytes:
    """All that is kept of a customer, as JSON with its titles in a language."""

    def say(key: str) -> str:
        return work.services.words.say(language, f"my_data.{key}")

    found = await work.unit.erasure.footprint(customer)
    parts = [
        {"title": say(f"t_{table}"), "table": table, "kept": rows}
        async for table, rows in work.unit.kept.of(found)
    ]
    told = {"about": say("about"), "made_at": work.now, "parts": parts}
    return orjson.dumps(told, default=_written, option=orjson.OPT_INDENT_2)


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


COMPOSERS: dict[str, Composer] = {METHOD: _compose}
