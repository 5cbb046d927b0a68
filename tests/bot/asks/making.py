"""A shop with schedules, its customers and their events, and a clock that stands still."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from bot import wiring
from bot.asks import planning
from bot.core.delivery import Call, Failure
from bot.core.services import Services
from bot.core.words import Words
from bot.core.work import Work
from bot.settings import Settings
from flows.config import Config, load_config
from flows.conversations import FlowLibrary, FlowState
from flows.entities import (
    Account,
    Candidate,
    Consent,
    Conversation,
    Customer,
    CustomerId,
    Event,
    EventId,
    Outgoing,
    SendResult,
    SendState,
    Ticket,
    TicketId,
)
from storage.database import Database
from tests.clocks import StillClock

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
"""A Monday, 14:00 in Berlin."""
TOKEN = "123456789:TESTTESTTESTTESTTESTTESTTESTTESTTES"
ADMIN = 900

SHOP = """
brand: {name: Lumen Tea, languages: [en, ru, zh], default_language: en, time_zone: Europe/Berlin}
products:
  - {id: pro, title: {en: Monthly box, ru: Набор, zh: 茶盒}}
schedules:
  - id: silent-trial
    when: {event: trial_started, after: 50%}
    unless: [support_contacted]
    flow: trial_check_in
    holdout: 0%
  - id: after-delivery
    when: {event: order_delivered, after: P5D}
    unless: [support_contacted, order_returned]
    flow: purchase_check_in
    holdout: 0%
"""


def shop(text: str = SHOP, **changes: str) -> Config:
    for old, new in changes.items():
        text = text.replace(old, new)
    return _loaded(text)


@cache
def _loaded(text: str) -> Config:
    return load_config(text)


@dataclass
class World:
    """Verso without Telegram: use cases are called, rows are looked at."""

    database: Database
    config: Config = field(default_factory=shop)
    clock: StillClock = field(default_factory=lambda: StillClock(NOON))
    rows: list[Outgoing] = field(default_factory=list)
    numbers: int = 0

    def __post_init__(self) -> None:
        settings = Settings(_env_file=None, bot_token=TOKEN)
        flows = FlowLibrary.shipped()
        words = Words.shipped()
        self.services = Services(settings, self.clock, words, flows, self.config, salt="salt")
        self.services.admins = {ADMIN}
        self.services.subscribers = wiring.subscribers()

    @property
    def now(self) -> datetime:
        return self.clock.moment

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    async def do(self, action: Any) -> Any:
        """Do something in a unit of work, commit it, and keep what it writes."""
        async with self.database.unit() as unit:
            work = Work(unit, self.now, self.services)
            found = await action(work)
            await unit.commit()
        self.rows += unit.committed
        self.work = work
        return found

    async def add(self, *values: Any) -> None:
        async def add(work: Work) -> None:
            for value in values:
                work.unit.add(value)

        await self.do(add)

    async def put(self, value: Any) -> None:
        async def put(work: Work) -> None:
            await work.unit.get(type(value), _key(value))
            work.unit.put(value)

        await self.do(put)

    async def customer(self, ref: str = "C-1", *, linked: bool = True, **more: Any) -> Customer:
        number = self.number()
        facts: dict[str, Any] = {
            "consent": Consent.GIVEN,
            "consent_at": self.now - timedelta(days=1),
            "name": "Anna",
        }
        made = Customer(CustomerId(number), ref, self.now, **(facts | more))
        await self.add(made)
        if linked:
            await self.add(Account(1000 + number, made.id, self.now, language_code="en"))
        return made

    async def tell(
        self,
        customer: Customer,
        name: str = "trial_started",
        *,
        days_ago: float = 7,
        period: str = "P14D",
        product: str = "pro",
    ) -> Event:
        """Tell of an event; by default a trial that is half over now."""
        at = self.now - timedelta(days=days_ago)
        number = self.number()
        event = Event(
            EventId(number), f"e-{number}", customer.id, name, at, self.now, period, product
        )

        async def tell(work: Work) -> None:
            work.unit.add(event)
            people = {customer.id: customer}
            await planning.plan_events(work.unit, self.services, [event], people, work.now)

        await self.do(tell)
        return event

    async def tick(self) -> list[Outgoing]:
        """Look at all that is due; give the asks written."""
        before = len(self.rows)
        while await self.do(planning.tick):
            pass
        return [row for row in self.rows[before:] if row.purpose == "ask"]

    async def candidates(self, customer: Customer) -> list[Candidate]:
        async with self.database.reading() as unit:
            return (await unit.schedules.candidates_of([customer.id])).get(customer.id, [])

    async def candidate(self, customer: Customer) -> Candidate:
        [found] = await self.candidates(customer)
        return found

    async def conversation(self, candidate: Candidate) -> Conversation | None:
        async with self.database.reading() as unit:
            return await unit.get(Conversation, candidate.conversation_id)

    async def touch(self, conversation: Conversation) -> None:
        """Have the customer react to a conversation."""
        state = replace(FlowState.from_json(conversation.state), last_heard=self.now)
        await self.put(replace(conversation, state=state.to_json()))

    async def compose(self, row: Outgoing) -> Call | None:
        async with self.database.reading() as unit:
            work = Work(unit, self.now, self.services)
            return await planning.COMPOSERS[row.method](work, row)

    async def report(
        self, row: Outgoing, state: SendState = SendState.SENT, failure: Failure | None = None
    ) -> None:
        error = f"{failure.kind}: {failure.detail}" if failure else ""
        result = SendResult(row.id, state, self.now, 1, message_id=row.id, error=error)

        async def report(work: Work) -> None:
            await planning.REPORTERS[row.purpose](work, row, result, None, failure)

        await self.do(report)

    async def deliver(self, row: Outgoing) -> Mapping[str, Any] | None:
        """Send a row as the sender does; give what was sent, None when it no longer applied."""
        call = await self.compose(row)
        await self.report(row, SendState.SENT if call else SendState.CANCELLED)
        return call.params if call else None

    async def ticket(self, customer: Customer, state: str = "open", **more: Any) -> Ticket:
        number = self.number()
        made = Ticket(
            TicketId(number), number, customer.id, 1000 + customer.id, state, self.now, "", **more
        )
        await self.add(made)
        return made


def _key(value: Any) -> Any:
    return value.telegram_id if isinstance(value, Account) else value.id


def texts(rows: Sequence[Outgoing]) -> list[str]:
    return [row.params["text"] for row in rows]
