"""The desk's world, of which receivers are told, and a receiver."""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import orjson
import pytest

from bot.core.words import Words
from bot.data.receivers.delivering import Delivering
from flows.config import Config, Receiver
from flows.data.webhooks import Answer
from flows.entities import Customer, CustomerId, Outgoing, Webhook
from storage.database import Database
from storage.ids import new_id
from tests.bot.desk.conftest import ticket, world
from tests.bot.making import NOW, services
from tests.clocks import StillClock

__all__ = ["ticket", "world"]

SECRET = "whsec_" + base64.b64encode(b"a secret of 32 bytes for a test!").decode()
SHOP = Receiver(id="shop", url="https://shop.example/verso", secret="SHOP_SECRET")
CRM = Receiver(id="crm", url="https://crm.example/verso", secret="CRM_SECRET")
ENVIRONMENT = {"SHOP_SECRET": SECRET, "CRM_SECRET": SECRET}


@dataclass
class Shops:
    """All receivers of a test: they keep what they take, once by its id."""

    answers: dict[str, Answer] = field(default_factory=dict)
    """What each answers; a receiver that is not here takes everything."""
    got: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)
    """By receiver, what it has taken by id, in the order in which it came."""
    calls: list[tuple[str, str]] = field(default_factory=list)
    stuck: bool = False
    """Whether what is taken is not answered before `release`, as when Verso is killed just then."""
    release: asyncio.Event = field(default_factory=asyncio.Event)

    async def post(self, receiver: Receiver, headers: Mapping[str, str], body: bytes) -> Answer:
        self.calls.append((receiver.id, headers["webhook-id"]))
        answer = self.answers.get(receiver.id, Answer(204))
        if answer.taken:
            taken = self.got.setdefault(receiver.id, {})
            taken.setdefault(headers["webhook-id"], orjson.loads(body))
        if self.stuck:
            await self.release.wait()
        return answer

    async def called(self, times: int = 1) -> None:
        """Wait until so many calls have come."""
        async with asyncio.timeout(60):
            while len(self.calls) < times:  # noqa: ASYNC110  another task's call is awaited
                await asyncio.sleep(0.001)

    def order(self, receiver: str, customer: str) -> list[object]:
        """What a receiver has taken about a customer, by number."""
        told = [each["data"] for each in self.got.get(receiver, {}).values()]
        return [data["n"] for data in told if data["customer"] == customer]  # type: ignore[index]


@dataclass
class Post:
    """Verso's side: a database with customers, and what delivers."""

    database: Database
    shops: Shops
    customers: list[Customer]
    clock: StillClock
    committed: list[Outgoing] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=lambda: dict(ENVIRONMENT))

    def __post_init__(self) -> None:
        self.services = services()
        self.services.clock, self.services.words = self.clock, Words.shipped()
        self.services.admins = {900}
        self.name(SHOP)
        self.start()

    def name(self, *receivers: Receiver) -> None:
        """Have the configuration name these receivers."""
        self.services.config = Config(webhooks=receivers)

    def start(self, database: Database | None = None) -> None:
        """Have another process deliver."""
        self.delivering = Delivering(
            database or self.database,
            self.services,
            self.shops.post,
            self.environment,
            lambda unit: self.committed.extend(unit.committed),
        )

    async def happens(self, n: int, *, customer: int | None = 0, receiver: str = "shop") -> Webhook:
        """Something happens of which a receiver is to be told."""
        theirs = self.customers[customer] if customer is not None else None
        data = {"customer": theirs.ref if theirs else None, "n": n}
        about, now = theirs.id if theirs else None, self.clock.now()
        made = Webhook(new_id(), receiver, "ticket.opened", about, now, data, now)
        async with self.database.unit() as unit:
            unit.add(made)
            await unit.commit()
        return made

    async def rows(self) -> list[Webhook]:
        async with self.database.reading() as unit:
            found = await unit.webhooks.log(receiver="", state="", since=None, limit=10_000)
        return list(reversed(found))

    async def after(self, **by: float) -> None:
        """Let time pass, and what is due be delivered."""
        self.clock.move(**by)
        await self.delivering.settle()

    def told(self) -> list[str]:
        """What admins read."""
        return [str(each.params["text"]) for each in self.committed if each.chat_id == 900]


@pytest.fixture
async def post(database: Database) -> Post:
    made = [Customer(CustomerId(new_id()), f"C-{n}", NOW) for n in range(3)]
    async with database.unit() as unit:
        for each in made:
            unit.add(replace(each))
        await unit.commit()
    return Post(database, Shops(), made, StillClock(NOW))
