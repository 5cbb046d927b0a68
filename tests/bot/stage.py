"""People who write to Verso's real handlers through the inbox and the worker; no network."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from telegram.ext import Application, ContextTypes, ExtBot
from telegram.request import BaseRequest, RequestData

from bot import wiring
from bot.changes import notices
from bot.console import deferred_answers
from bot.core.context import Handler, VersoContext
from bot.core.delivery import Call
from bot.core.services import Services
from bot.core.words import Words
from bot.core.work import Work
from bot.handlers.customer import messages
from bot.handlers.staff import commands
from bot.runtime.worker import Worker
from bot.settings import Settings
from flows.config import Config, load_config
from flows.conversations import FlowLibrary
from flows.entities import (
    Account,
    Conversation,
    Customer,
    CustomerId,
    Group,
    Link,
    Outgoing,
    RawUpdate,
    SendResult,
    SendState,
    Ticket,
)
from storage.database import Database
from storage.ids import new_id
from storage.records import RECORDS
from storage.repositories.base import all_of
from tests.clocks import StillClock

NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
"""A Monday, noon in Berlin."""
EXAMPLE = Path(__file__).parents[2] / "docs/examples/verso.yaml"
TOKEN = "123456789:TESTTESTTESTTESTTESTTESTTESTTESTTES"
STAFF_CHAT = -1001


class Deaf(BaseRequest):
    """Answers getMe; any other call is one that a handler must not make."""

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, **_: Any
    ) -> tuple[int, bytes]:
        assert url.endswith("/getMe"), f"a handler called Telegram: {url}"
        me = {"id": 99, "is_bot": True, "first_name": "Verso", "username": "verso_bot"}
        return 200, json.dumps({"ok": True, "result": me}).encode()


@dataclass
class Stage:
    """Verso's handlers over a database, and what they sent."""

    database: Database
    services: Services
    clock: StillClock
    worker: Worker
    sent: list[Outgoing] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: count(1))
    message_ids: Any = field(default_factory=lambda: count(5000))

    # -- what comes in ---------------------------------------------------------------------------

    async def take(self, *updates: dict[str, Any]) -> list[Outgoing]:
        """Have updates handled in one batch; give what was sent because of them."""
        before, parked = len(self.sent), self.worker.parked
        raws = []
        for update in updates:
            number = next(self.numbers)
            body = json.dumps({"update_id": number, **update})
            raws.append(RawUpdate(number, lane_of(update), body))
        async with self.database.unit() as unit:
            await unit.inbox.store(raws, self.clock.now())
            await unit.commit()
        await self.worker.handle_batch(len(raws))
        assert self.worker.parked == parked, await self.parked_errors()
        await self._answer(before)
        return self.sent[before:]

    async def _answer(self, before: int) -> None:
        """Compose what admins asked, and notices, as the sender does: in a unit that only reads."""
        rows, self.sent[before:] = self.sent[before:], []
        for row in rows:
            if row.method in (deferred_answers.METHOD, notices.METHOD):
                async with self.database.reading() as unit:
                    work = Work(unit, self.clock.now(), self.services)
                    call = await wiring.engine().composers[row.method](work, row)
                if isinstance(call, Call):
                    self.sent.append(replace(row, method=call.method, params=call.params))
            elif row.method != deferred_answers.TYPING:
                self.sent.append(row)

    async def parked_errors(self) -> list[str]:
        async with self.database.reading() as unit:
            return [row.error for row in await unit.inbox.parked(20)]

    # -- what is there ---------------------------------------------------------------------------

    async def use(self, act: Callable[[Work], Any]) -> Any:
        """Call a use case in a unit of its own, and commit."""
        async with self.database.unit() as unit:
            work = Work(unit, self.clock.now(), self.services)
            result = await act(work)
            await unit.commit()
        before = len(self.sent)
        self.sent += unit.committed
        await self._answer(before)
        return result

    async def all(self, cls: type) -> list[Any]:
        async with self.database.reading() as unit:
            return await unit.find(cls, all_of(cls).order_by(*RECORDS[cls].table.primary_key))

    async def rows(self) -> list[Outgoing]:
        """The whole outbox, the newest first."""
        async with self.database.reading() as unit:
            return await unit.outbox.recent(1000)

    async def one(self, cls: type) -> Any:
        found = await self.all(cls)
        assert len(found) == 1, found
        return found[0]

    async def conversation(self) -> Conversation:
        """The newest conversation."""
        return max(await self.all(Conversation), key=lambda each: (each.opened_at, each.id))

    async def customer_of(self, person: "Somebody") -> Customer:
        async with self.database.reading() as unit:
            account = await unit.get(Account, person.id)
            assert account is not None
            found = await unit.get(Customer, account.customer_id)
        assert found is not None
        return found

    async def known(self, ref: str = "C-1", token: str = "", **more: Any) -> Customer:
        """Register a customer with a link, as the business does."""
        known = Customer(CustomerId(new_id()), ref, self.clock.now(), **more)
        async with self.database.unit() as unit:
            unit.add(known)
            unit.add(Link(token or f"token-{ref}", known.id, self.clock.now()))
            await unit.commit()
        return known

    async def delivered(self, row: Outgoing, number: int | None = None) -> int:
        """Let Telegram have delivered a message, or changed that number; give its number there."""
        number = number or next(self.message_ids)
        async with self.database.unit() as unit:
            result = SendResult(row.id, SendState.SENT, self.clock.now(), 1, message_id=number)
            await unit.outbox.record(self.database.token, [result])
            await unit.commit()
        return number


class Somebody:
    """A Telegram account in its private chat with the bot."""

    def __init__(self, stage: Stage, number: int, name: str = "Anna", language: str = "en") -> None:
        self.stage, self.id = stage, number
        self.user = {"id": number, "is_bot": False, "first_name": name, "language_code": language}
        self.chat = {"id": number, "type": "private", "first_name": name}
        self.next_message = count(1)
        self.queries = count(1)

    def message(self, **fields: Any) -> dict[str, Any]:
        """An update with a message of this person."""
        return {"message": self.body(**fields)}

    def body(self, **fields: Any) -> dict[str, Any]:
        text = fields.get("text", "")
        if text.startswith("/") and "entities" not in fields:
            length = len(text.split(maxsplit=1)[0])
            fields["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return {
            "message_id": next(self.next_message),
            "date": 1777888800,
            "from": self.user,
            "chat": self.chat,
            **fields,
        }

    async def says(self, text: str, **fields: Any) -> list[Outgoing]:
        return await self.stage.take(self.message(text=text, **fields))

    def press_of(self, data: str, message_id: int = 7000, **fields: Any) -> dict[str, Any]:
        """An update with a press of a button."""
        query = {
            "id": f"q{self.id}-{next(self.queries)}",
            "from": self.user,
            "chat_instance": "1",
            "data": data,
            "message": {
                "message_id": message_id,
                "date": 1777888800,
                "chat": self.chat,
                "text": "?",
            },
        }
        return {"callback_query": query | fields}

    async def presses(self, data: str, message_id: int = 7000) -> list[Outgoing]:
        return await self.stage.take(self.press_of(data, message_id))

    async def chooses(self, row: Outgoing, label: str) -> list[Outgoing]:
        """Press the button with this label under a message that was sent."""
        return await self.presses(buttons(row)[label])

    def told(self, rows: Sequence[Outgoing]) -> list[str]:
        """What this person reads of what was sent."""
        return [row.params["text"] for row in rows if row.chat_id == self.id and is_text(row)]


def is_text(row: Outgoing) -> bool:
    return row.method in ("sendMessage", "editMessageText")


def texts(rows: Sequence[Outgoing]) -> list[Outgoing]:
    """The messages with a text to private chats."""
    return [row for row in rows if is_text(row) and row.chat_id > 0]


def buttons(row: Outgoing) -> dict[str, str]:
    """Label and data of each button of a message."""
    markup = row.params.get("reply_markup", {})
    return {
        button["text"]: button["callback_data"]
        for line in markup.get("inline_keyboard", [])
        for button in line
    }


def lane_of(update: dict[str, Any]) -> int:
    body = next(iter(update.values()))
    body = body.get("message", body) if "data" in body else body
    return int(body.get("chat", {}).get("id", 0))


@cache
def example() -> Config:
    """The configuration that the documents show."""
    return load_config(EXAMPLE.read_text("utf-8"))


async def make_stage(database: Database, handlers: Sequence[Handler] = ()) -> Stage:
    clock = StillClock(NOON)
    services = Services(
        settings=Settings(_env_file=None, bot_token=TOKEN),
        clock=clock,
        words=Words.shipped(),
        flows=FlowLibrary.shipped(),
        config=example(),
        groups={STAFF_CHAT: Group(STAFF_CHAT, "support", "Staff", forum=True, bound_at=NOON)},
        bot_id=99,
        bot_username="verso_bot",
        salt="salt",
        subscribers=wiring.subscribers(),
    )
    request = Deaf()
    bot: ExtBot[None] = ExtBot(TOKEN, request=request, get_updates_request=request)
    application = (
        Application.builder()
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(context=VersoContext))
        .build()
    )
    for handler in handlers or (
        *messages.frequent_handlers(),
        *commands.handlers(),
        *messages.handlers(),
    ):
        application.add_handler(handler)
    await application.initialize()
    rows: list[Outgoing] = []
    answers: dict[str, Any] = {}
    worker = Worker(
        database,
        services,
        application,  # type: ignore[arg-type]
        loaders=wiring.engine().loaders,
        committed=lambda unit: rows.extend(unit.committed),
        answer=answers.update,
        changed=lambda: None,
        read=wiring.read(),
    )
    return Stage(database, services, clock, worker, rows, answers)


async def complaint_of(stage: Stage, person: Somebody, words: str = "The tin was broken") -> Ticket:
    """Have a person tell a whole complaint; give the ticket."""
    known = {ticket.id for ticket in await stage.all(Ticket)}
    rows = texts(await person.says(words))
    for _ in range(6):
        label = next(name for name in ("Skip", "Send") if name in buttons(rows[-1]))
        rows = texts(await person.chooses(rows[-1], label))
        if label == "Send":
            break
    return next(each for each in await stage.all(Ticket) if each.id not in known)


__all__ = ["NOON", "Somebody", "Stage", "buttons", "complaint_of", "make_stage", "texts"]
