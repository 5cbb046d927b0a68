"""A desk to test at: customers, groups, and a Telegram that does what it is told.

Updates are real JSON and go through python-telegram-bot to the handlers. Rows of the outbox are
composed and reported as the sender would do it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from telegram import Update, User
from telegram.ext import Application, ContextTypes, ExtBot

from bot import wiring
from bot.asks.subject import ASKS
from bot.book.subject import BOOK
from bot.changes.subject import CHANGES
from bot.core.clock import SystemClock
from bot.core.context import VersoApplication, VersoContext, current_work
from bot.core.delivery import BatchComposer, Call, Composer, Failure, FailureKind, File
from bot.core.services import Services
from bot.core.words import Words
from bot.core.work import Work
from bot.desk import moments, tickets
from bot.desk.subject import DESK
from bot.dialogue.subject import DIALOGUE
from bot.handlers.admin.subject import ADMIN_QUESTIONS
from bot.handlers.staff import commands
from bot.hypotheses.subject import HYPOTHESES
from bot.lost.subject import LOST
from bot.praise.subject import PRAISE
from bot.recalls.subject import RECALLS
from bot.recovery.subject import RECOVERY
from bot.runtime.sending import addressing
from bot.settings import Settings
from bot.slots.subject import SLOTS
from flows.config import Config, load_config
from flows.conversations import FlowLibrary, Piece
from flows.entities import (
    Account,
    Customer,
    CustomerId,
    Group,
    Member,
    Outgoing,
    SendResult,
    SendState,
    Ticket,
    Timer,
)
from flows.entities.kinds import MemberStatus
from storage.database import Database
from storage.ids import new_id
from tests.bot.stage import Deaf

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
"""A Monday, 11:30 in Berlin."""
FORUM, PLAIN, OTHER = -1001, -1002, -1003
ADMIN, BORIS, CLARA = 7000, 7001, 7002
ANNA = 501
"""The chat of the customer who complains, unless told otherwise."""
NAMES = {ADMIN: "Ada", BORIS: "Boris", CLARA: "Clara"}
CONFIG = """
brand: {name: Lumen Tea, time_zone: Europe/Berlin}
teams:
  - {id: support, categories: [delivery, "*"]}
  - {id: tasting, categories: [taste]}
categories:
  - {id: delivery, title: {en: Delivery, ru: Доставка, zh: 配送}}
  - {id: taste, title: {en: Taste, ru: Вкус, zh: 口味}}
stages:
  - {id: first_use, title: {en: First use, ru: Первое использование, zh: 首次使用}}
"""


def _one(compose: BatchComposer) -> Composer:
    """Compose one row as its batch would be."""

    async def composed(work: Work, row: Outgoing) -> Call | None:
        return (await compose(work, [row])).get(row.id)

    return composed


COMPOSERS = {
    **DESK.composers,
    **CHANGES.composers,
    **BOOK.composers,
    **RECOVERY.composers,
    **LOST.composers,
    **RECALLS.composers,
    **HYPOTHESES.composers,
    **ADMIN_QUESTIONS.composers,
    **{
        method: _one(compose)
        for subject in (CHANGES, DIALOGUE)
        for method, compose in subject.batch_composers.items()
    },
}
_SUBJECTS = (DESK, CHANGES, BOOK, ASKS, RECOVERY, RECALLS, LOST, PRAISE, SLOTS, HYPOTHESES)
REPORTERS = {name: do for each in _SUBJECTS for name, do in each.reporters.items()}
TIMERS = {kind: do for each in _SUBJECTS for kind, do in each.timers.items()}
COUNTED_TIMERS = {kind: do for each in _SUBJECTS for kind, do in each.counted_timers.items()}
TOKEN = "123456789:TESTTESTTESTTESTTESTTESTTESTTESTTES"


@dataclass(frozen=True)
class Sent:
    """A call that Telegram got, and the number of the message that it made."""

    row: Outgoing
    method: str
    params: Mapping[str, Any]
    message_id: int | None
    file: File | None = None

    @property
    def text(self) -> str:
        return str(self.params.get("text", ""))


@dataclass
class World:
    """One database with a desk."""

    database: Database
    services: Services
    application: VersoApplication
    now: datetime = NOW
    sent: list[Sent] = field(default_factory=list)
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    failing: dict[int | str, Failure] = field(default_factory=dict)
    """Chats that nothing reaches, or methods that fail, and why."""
    _ids: Any = field(default_factory=lambda: count(100))
    _done: set[int] = field(default_factory=set)

    # -- doing ---------------------------------------------------------------------------------

    async def do(self, action: Any) -> Any:
        """Run an action in a unit of work of its own and commit it."""
        async with self.database.unit() as unit:
            work = Work(unit, self.now, self.services)
            result = await action(work)
            await unit.commit()
        await self._reload(work)
        self.answers |= work.answers
        return result

    async def _reload(self, work: Work) -> None:
        if work.config_changed:
            async with self.database.reading() as unit:
                groups = await unit.people.groups()
            self.services.groups = {g.chat_id: g for g in groups if g.left_at is None}
            for chat_id in self.services.groups:
                self._meet(chat_id)

    def _meet(self, chat_id: int) -> None:
        """Have it known that Boris and Clara have worked in a group from the beginning."""
        for number in (BORIS, CLARA):
            member = Member(chat_id, number, MemberStatus.MEMBER, asked_at=self.now)
            self.services.members.setdefault((chat_id, number), member)

    async def update(self, **payload: Any) -> None:
        """Have an update handled, as the worker does."""
        update = Update.de_json({"update_id": next(self._ids), **payload}, self.application.bot)
        errors: list[BaseException] = []

        async def action(work: Work) -> None:
            token = current_work.set(work)
            try:
                await self.application.process_update(update)
            finally:
                current_work.reset(token)
            if work.failure is not None:
                errors.append(work.failure)

        await self.do(action)
        if errors:
            raise errors[0]

    async def read(self, question: Any) -> Any:
        """Ask the database something."""
        async with self.database.reading() as unit:
            return await question(unit)

    async def ticket(self, number: int) -> Ticket:
        found = await self.read(lambda unit: unit.tickets.by_number(number))
        assert found is not None
        return found  # type: ignore[no-any-return]

    async def deliver(self) -> list[Sent]:
        """Send what waits and may leave now, again and again until nothing does."""
        before = len(self.sent)
        while True:
            await self.do(lambda work: work.unit.outbox.claim(self.database.token, self.now, 1000))
            rows = await self.read(lambda unit: unit.outbox.recent(1000))
            ready = [row for row in reversed(rows) if self._may_leave(row)]
            if not ready:
                return self.sent[before:]
            for row in ready:
                await self._send(row)

    def _may_leave(self, row: Outgoing) -> bool:
        due = row.not_before is None or row.not_before <= self.now
        return row.state is SendState.WAITING and due

    async def _send(self, row: Outgoing) -> None:
        async def action(work: Work) -> None:
            method, params = row.method, row.params
            then: Sequence[Outgoing] = ()
            file: File | None = None
            if await addressing.has_no_place(work, row):
                await self._record(work, row, SendState.CANCELLED, None, None)
                return
            if method.startswith("@"):
                call = await COMPOSERS[method](work, row)
                if call is None:
                    await self._record(work, row, SendState.CANCELLED, None, None)
                    return
                method, params, then, file = call.method, call.params, call.then, call.file
            failure = self.failing.get(row.chat_id) or self.failing.get(method)
            if failure is not None:
                await self._record(work, row, SendState.FAILED, None, failure)
                return
            message = self._answer(method, params)
            self.sent.append(Sent(row, method, params, message.get("message_id"), file))
            for follows in then:
                work.unit.send(follows)
            await self._record(work, row, SendState.SENT, message, None)

        await self.do(action)

    def _answer(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        if method == "createForumTopic":
            return {"message_thread_id": next(self._ids)}
        if method == "copyMessages":
            made = [{"message_id": next(self._ids)} for _ in params["message_ids"]]
            return dict(addressing.as_message(made, Call(method, params)))
        if method == "editForumTopic":
            return {}
        if method.startswith("edit"):
            return {"message_id": params["message_id"]}
        return {"message_id": next(self._ids)}

    async def _record(
        self,
        work: Work,
        row: Outgoing,
        state: SendState,
        message: Mapping[str, Any] | None,
        failure: Failure | None,
    ) -> None:
        message_id = message.get("message_id") if message else None
        error = f"{failure.kind}: {failure.detail}" if failure else ""
        result = SendResult(row.id, state, self.now, 1, message_id, error)
        await work.unit.outbox.record(self.database.token, [result])
        reporter = REPORTERS.get(row.purpose)
        if reporter is not None:
            await reporter(work, row, result, message, failure)

    async def fire(self) -> None:
        """Fire the timers that are due."""
        due: Sequence[Timer] = await self.read(lambda unit: unit.timers.due(self.now, 100))
        for timer in due:

            async def action(work: Work, timer: Timer = timer) -> None:
                found = await work.unit.timers.pending(timer.kind, timer.subject)
                work.unit.delete(found)
                counted = COUNTED_TIMERS.get(timer.kind)
                if counted is None:
                    await TIMERS[timer.kind](work, timer)
                else:
                    await counted.act(work, timer, await counted.count(work, timer))

            await self.do(action)
        await self._look()

    async def _look(self) -> None:
        """Do what is due in tickets, until nothing is."""
        for _ in range(100):
            due = await self.read(lambda unit: moments.CLOCKS.due(unit, self.now, 1))
            if not due:
                return

            async def action(work: Work) -> None:
                await moments.look(work, await moments.CLOCKS.due(work.unit, work.now, 100))

            await self.do(action)
        raise AssertionError("something makes itself due again and again")

    async def later(self, **by: float) -> list[Sent]:
        """Let time pass; what becomes due happens."""
        self.now += timedelta(**by)
        await self.fire()
        return await self.deliver()

    # -- people --------------------------------------------------------------------------------

    async def customer(self, name: str = "Anna", chat: int = 501, **more: Any) -> Customer:
        first_name = more.pop("first_name", "")
        made = Customer(CustomerId(new_id()), f"C-{chat}", NOW, name=name, **more)
        language = more.get("language", "en")
        account = Account(chat, made.id, NOW, language_code=language, first_name=first_name)

        async def action(work: Work) -> None:
            work.unit.add(made)
            work.unit.add(account)

        await self.do(action)
        return made

    async def group(self, chat_id: int = FORUM, team: str = "support", forum: bool = True) -> Group:
        group = Group(chat_id, team, f"Group {chat_id}", forum, NOW)

        async def action(work: Work) -> None:
            work.unit.add(group)
            work.config_changed = True

        await self.do(action)
        return group

    async def complain(
        self, customer: Customer, words: str = "The box was late.", chat: int = 501, **more: Any
    ) -> Ticket:
        """Open a ticket and deliver what comes of it."""
        values: dict[str, Any] = {
            "stage": "first_use",
            "category": "delivery",
            "severity": 4,
            "wish": "",
            "pieces": [said(words, self.now)] if words else [],
            **more,
        }
        ticket = await self.do(
            lambda work: tickets.open_ticket(
                work, customer=customer, chat_id=chat, words=words, **values
            )
        )
        await self.deliver()
        return await self.ticket(ticket.number)

    async def add(self, number: int, *pieces: Piece, edited: bool = False) -> Ticket:
        """Have a customer add something to a ticket, and deliver what comes of it."""

        async def action(work: Work) -> None:
            ticket = await work.unit.tickets.by_number(number)
            assert ticket is not None
            await tickets.add_words(work, ticket, pieces, edited)

        await self.do(action)
        await self.deliver()
        return await self.ticket(number)

    # -- what staff do ---------------------------------------------------------------------------

    async def write(
        self,
        text: str = "",
        *,
        by: int = BORIS,
        chat: int = FORUM,
        to: int | None = None,
        topic: int | None = None,
        forum: bool = True,
        kind: str = "message",
        **more: Any,
    ) -> int:
        """Have a member of staff write into a group; gives the message's number."""
        group = {"id": chat, "type": "supergroup", "title": "Staff", "is_forum": forum}
        message_id = more.pop("message_id", None) or next(self._ids)
        message: dict[str, Any] = {
            "message_id": message_id,
            "date": int(self.now.timestamp()),
            "chat": group,
            "from": _staff(by, more.pop("username", "")),
            **more,
        }
        if text:
            message["text"] = text
            message["entities"] = _marked(text)
        if "caption" in more:
            message["caption_entities"] = _marked(more["caption"])
        if to is not None:
            bot = {"id": 123456789, "is_bot": True, "first_name": "Verso"}
            date = int(self.now.timestamp())
            message["reply_to_message"] = {
                "message_id": to,
                "date": date,
                "chat": group,
                "from": more.get("to_user", bot),
            }
            if "to_buttons" in more:
                row = [{"text": data, "callback_data": data} for data in more["to_buttons"]]
                message["reply_to_message"]["reply_markup"] = {"inline_keyboard": [row]}
            message.pop("to_user", None)
            message.pop("to_buttons", None)
        if topic is not None:
            message |= {"message_thread_id": topic, "is_topic_message": True}
        await self.update(**{kind: message})
        return int(message_id)

    async def press(
        self,
        data: str,
        *,
        by: int = BORIS,
        chat: int = FORUM,
        message: int = 1,
        username: str = "",
    ) -> Mapping[str, Any]:
        """Press a button (or send forged data) and give how it was answered."""
        query_id = str(next(self._ids))
        kind = "supergroup" if chat < 0 else "private"
        place = {
            "message_id": message,
            "date": int(self.now.timestamp()),
            "chat": {"id": chat, "type": kind, "title": "Staff"},
            "text": "card",
        }
        query = {
            "id": query_id,
            "from": _staff(by, username),
            "chat_instance": "1",
            "message": place,
        }
        await self.update(callback_query={**query, "data": data})
        return self.answers.get(query_id, {})

    def to(self, chat_id: int, since: int = 0) -> list[Sent]:
        """What reached a chat."""
        return [sent for sent in self.sent[since:] if sent.row.chat_id == chat_id]

    def texts(self, chat_id: int, since: int = 0) -> list[str]:
        """The texts that reached a chat."""
        return [sent.text for sent in self.to(chat_id, since) if sent.text]


def _staff(by: int, username: str) -> dict[str, Any]:
    person = {"id": by, "is_bot": False, "first_name": NAMES.get(by, "Mallory")}
    return person | ({"username": username} if username else {})


def _marked(text: str) -> list[dict[str, Any]]:
    """The command and the handles of a text, as Telegram marks them."""
    found = re.finditer(r"^/\S+|(?<=\s)@\S+", text)
    kinds = {"/": "bot_command", "@": "mention"}
    return [
        {"type": kinds[each[0][0]], "offset": each.start(), "length": len(each[0])}
        for each in found
    ]


def card_of(ticket: Ticket) -> int:
    """The number of the message that is a ticket's card."""
    assert ticket.card_message_id is not None
    return ticket.card_message_id


def said(text: str, at: datetime = NOW, message_id: int = 11, **more: Any) -> Piece:
    """A customer's message."""
    source = {"chat_id": 501, "message_id": message_id, "album": more.pop("album", "")}
    return Piece(more.pop("kind", "text"), at, text, source=source, **more)


@cache
def _config() -> Config:
    return load_config(CONFIG)


async def make_world(database: Database) -> World:
    """Make a world without groups and customers."""
    services = Services(
        settings=Settings(_env_file=None, bot_token=TOKEN),
        clock=SystemClock(),
        words=Words.shipped(),
        flows=FlowLibrary.shipped(),
        config=_config(),
        admins={ADMIN},
        bot_id=123456789,
        subscribers=wiring.subscribers(),
    )
    # Nothing here calls Telegram; its own client would read all certificates of this machine.
    request = Deaf()
    bot: ExtBot[None] = ExtBot(TOKEN, request=request, get_updates_request=request)
    bot._bot_user = User(123456789, "Verso", is_bot=True, username="verso_test_bot")
    application: VersoApplication = (
        Application.builder()
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(context=VersoContext))
        .build()
    )
    for handler in commands.handlers():
        application.add_handler(handler)

    async def note(_update: object, context: Any) -> None:
        context.work.failure = context.error

    application.add_error_handler(note)
    application._initialized = True
    return World(database, services, application)


__all__ = ["FailureKind", "Sent", "World", "make_world", "replace", "said"]
