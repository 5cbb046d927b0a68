"""What several shops and the business tell, in whatever order, and what admins and people do to
records: the same end; and what is erased takes nothing of anybody else along."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.services import Services
from bot.core.work import Work
from bot.data import privacy
from bot.data.hooks import shopify, stripe, woocommerce
from bot.data.items import CustomerItem, EventItem, read_item
from bot.data.orders import OrderItem, put_orders
from bot.data.registration import put_customers, put_events
from bot.data.webhooks import Received, receive
from bot.identity import records
from bot.identity.erasure import forget
from flows.entities import Account, Conversation, ConversationId, Customer, Event
from flows.identity.mails import mail_name, shop_of
from storage.database import Database
from storage.ids import new_id
from storage.repositories.base import all_of
from storage.unit import Unit
from tests.bot.making import NOW, services

SECOND, STAGING = "second.myshopify.com", "staging.shop.example"
TENANTS: dict[str, tuple[str, str]] = {
    "shopify:7": ("shopify:", "lumen.myshopify.com"),
    "shopify:8": ("shopify:", "lumen.myshopify.com"),
    f"shopify:{SECOND}:7": ("shopify:", SECOND),
    "woo:7": ("woo:", "shop.example"),
    f"woo:{STAGING}:7": ("woo:", STAGING),
    "stripe:cus_7": ("stripe:", ""),
}
"""Who is known to which system and shop, all but one by the same number."""
OWN = ("C-1", "C-2")
NAMES = (*TENANTS, *OWN)
PHONES = ("+4915111111111", "+4915111111112", "+447911123456")
MAILS = {"shopify:7": "ann@example.com", "shopify:8": "bob@example.com", "woo:7": "c@example.com"}
"""By which address lists of orders name who is known to the shop at home by a number."""
NOBODYS = ("marks: ", "counters: ")
"""What says nothing of anybody: digests of names, and figures."""
BEGAN = NOW - timedelta(days=1)

names, told_names = st.sampled_from(NAMES), st.sampled_from(sorted(TENANTS))
profiles = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Ann", "Bob", "Cleo"]),
        "phone": st.sampled_from([*PHONES, None]),
        "tags": st.sampled_from([["VIP"], ["eu", "new"], []]),
    },
)
Step = tuple[str, str, Any]
MESSAGES = ("profile", "order", "refund", "list")
messages = st.one_of(
    st.tuples(st.just("profile"), told_names, profiles),
    st.tuples(
        st.just("order"), told_names, st.sampled_from(["paid", "pending", "off", "refunded"])
    ),
    st.tuples(st.just("refund"), told_names, st.none()),
    st.tuples(st.just("list"), st.sampled_from(sorted(MAILS)), st.sampled_from(["paid", "open"])),
)
"""What systems tell, each of a moment of its own: it may come in any order."""
acts = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(OWN), st.sampled_from(["name", "phone", "stage"])),
    st.tuples(st.just("buy"), st.sampled_from(OWN), st.booleans()),
    st.tuples(st.just("merge"), names, names),
    st.tuples(st.just("part"), names, st.none()),
    st.tuples(st.just("join"), st.just("stripe:cus_7"), st.sampled_from(OWN)),
    st.tuples(st.just("forget"), names, st.none()),
    st.tuples(st.just("redact"), told_names, st.none()),
)
"""What people do, one after the other."""
ERASING = ("forget", "redact")


@dataclass
class Play:
    """One history, lived in a unit that is left again."""

    unit: Unit
    services: Services
    untold: list[tuple[Step, int]] = field(default_factory=list)
    """What was told of an order that is not known yet, and is sent again."""

    @property
    def work(self) -> Work:
        return Work(self.unit, NOW, self.services)

    async def begin(self) -> None:
        """Everybody is known, by nothing but a name, and has an account and a conversation."""
        for ref in OWN:
            await self.put_customer({"ref": ref})
        for name in TENANTS:
            await self.send(("profile", name, {}), -1)
        for number, name in enumerate(NAMES):
            if name == "stripe:cus_7":
                continue  # somebody to whom a link leads is not joined to another by a message
            customer = await self.holder(name)
            assert customer is not None
            account = 7_000_000_001 + number
            self.unit.add(Account(account, customer.id, NOW, username=f"user{number}"))
            talk = ConversationId(new_id())
            state = {"words": [f"words of {number}"]}
            self.unit.add(
                Conversation(talk, customer.id, account, "c", 1, "finished", state, NOW, NOW)
            )

    async def holder(self, name: str) -> Customer | None:
        return await self.unit.customers.by_ref(name)

    async def put_customer(self, told: dict[str, Any]) -> None:
        await put_customers(self.unit, self.services, [read_item(CustomerItem, told)], NOW)

    async def live(self, history: Sequence[tuple[Step, int]]) -> None:
        for step, number in history:
            if step[0] in MESSAGES:
                await self.send(step, number)
            else:
                await getattr(self, f"_{step[0]}")(step[1], step[2], number)
        for _ in range(2):
            again, self.untold = self.untold, []
            for step, number in again:
                await self.send(step, number)

    # -- what systems tell -----------------------------------------------------------------------

    async def send(self, step: Step, number: int) -> None:
        if step[0] == "list":
            await self._list(step[1], step[2])
            return
        source, tenant = TENANTS[step[1]]
        content = _message(step, BEGAN + timedelta(minutes=number + 1))
        status = await receive(self.work, source, replace(content, tenant=tenant))
        if status is Received.NOBODY and content.about:
            self.untold.append((step, number))

    async def _list(self, name: str, state: str) -> None:
        """A list of orders names the buyer by an address alone."""
        shop, number = shop_of(name), name.rpartition(":")[2]
        mail = mail_name(shop, MAILS[name])
        told = {"id": f"{shop}order:1{number}", "customer": mail, "at": BEGAN.isoformat()}
        item = read_item(OrderItem, told | {"state": state, "lines": (("Listed Tea",),)})
        await put_orders(self.unit, self.services, [item], NOW)

    # -- what people do --------------------------------------------------------------------------

    async def _put(self, ref: str, what: str, number: int) -> None:
        said = {
            "name": f"Own {ref} {number}",
            "phone": f"+4930123456{number:02}",
            "stage": f"s{number}",
        }
        await self.put_customer({"ref": ref, what: said[what]})

    async def _buy(self, ref: str, withdrawn: bool, number: int) -> None:
        told = {"id": f"own-{ref}", "customer": ref, "type": "purchase", "at": NOW.isoformat()}
        told |= {"withdrawn": withdrawn, "product": f"p{number}"}
        await put_events(self.unit, self.services, [read_item(EventItem, told)], NOW)

    async def _merge(self, name: str, into: str, number: int) -> None:
        gone, stays = await self.holder(name), await self.holder(into)
        if gone is not None and stays is not None and gone.id != stays.id and gone.ref == name:
            await records.merge(self.work, gone, stays, "test")

    async def _part(self, name: str, _: None, number: int) -> None:
        whole = await self.holder(name)
        if whole is not None and whole.ref != name:
            await records.part(self.work, name, "test")

    async def _join(self, name: str, ref: str, number: int) -> None:
        found = {"id": name.partition(":")[2], "metadata": {"verso_ref": ref}}
        body = {"type": "customer.updated", "created": int(BEGAN.timestamp()) - 60}
        _, content = stripe.read(body | {"data": {"object": found}})
        assert content is not None
        await receive(self.work, "stripe:", content)

    async def _forget(self, name: str, _: None, number: int) -> None:
        customer = await self.holder(name)
        if customer is None:
            return
        before = await self.rows()
        theirs = await self.marks(customer)
        await forget(self.unit, self.services, customer, NOW)
        await self.check_erased(before, theirs)

    async def _redact(self, name: str, _: None, number: int) -> None:
        source, tenant = TENANTS[name]
        customer = await self.holder(name)
        before, theirs = await self.rows(), await self.marks(customer)
        told = privacy.WebhookContent(NOW, forget=source + name.rpartition(":")[2], tenant=tenant)
        await receive(self.work, source, told)
        await self.check_erased(before, theirs)

    # -- what is seen ----------------------------------------------------------------------------

    async def rows(self) -> list[str]:
        """Every row of every table as it is."""
        await self.unit.flush()
        found = []
        for name in await self.unit.copying.tables():
            async for row in self.unit.copying.rows(name):
                found.append(f"{name}: {row}")
        return found

    async def marks(self, customer: Customer | None) -> list[str]:
        """What tells that a row is somebody's."""
        if customer is None:
            return []
        accounts = await self.unit.customers.accounts_of(customer.id)
        aliases = await self.unit.customers.aliases_of(customer.id)
        # The line of another that says from whom they were parted names both.
        names = [f"'ref': '{name}'" for name in (customer.ref, *(each.name for each in aliases))]
        return [str(customer.id), *(str(each.telegram_id) for each in accounts), *names]

    async def check_erased(self, before: list[str], theirs: list[str]) -> None:
        after = set(await self.rows())
        for row in before:
            if row not in after and not row.startswith(NOBODYS):
                assert any(mark in row for mark in theirs), row
        was = set(before)
        for row in after - was:
            its = row.startswith((*NOBODYS, "journal: ", "outbox: "))
            assert its or any(mark in row for mark in theirs), row

    async def end(self) -> dict[str, Any]:
        """What is known in the end, told by names alone."""
        await self.unit.flush()
        people = {each.id: each for each in await self.unit.find(Customer, all_of(Customer))}
        found: dict[str, Any] = {}
        mails = [mail_name(shop_of(name), address) for name, address in MAILS.items()]
        for name in (*NAMES, *mails):
            known = await self.holder(name)
            if known is not None:
                fields = (known.ref, known.name, known.phone, known.tags, known.stage)
                found[name] = fields
        for event in await self.unit.find(Event, all_of(Event)):
            whose = people[event.customer_id].ref
            if event.withdrawn_at is None:  # what was taken back counts for nothing
                found[event.external_id] = (whose, event.type, event.at, event.product)
        return found


def _message(step: Step, moment: Any) -> Any:
    kind, name, what = step
    source, number = name.partition(":")[0], name.rpartition(":")[2]
    return _READERS[source](kind, number, what, moment)


def _shopify(kind: str, number: str, what: Any, moment: Any) -> Any:
    at = moment.isoformat()
    if kind == "profile":
        body = {"id": number, "updated_at": at, "email": MAILS.get(f"shopify:{number}")}
        body |= _renamed(what, name="first_name", phone="phone")
        body |= {"tags": ",".join(what["tags"])} if "tags" in what else {}
        return shopify.read("customers/update", body, NOW)
    if kind == "refund":
        body = {"id": f"r{number}", "order_id": f"1{number}", "created_at": BEGAN.isoformat()}
        return shopify.read("refunds/create", body, NOW)
    body = {"id": f"1{number}", "updated_at": at, "created_at": BEGAN.isoformat()}
    body |= {"customer": {"id": number, "email": MAILS.get(f"shopify:{number}")}}
    body |= {"line_items": [{"title": f"Tea {moment.minute}"}]}
    body |= {"cancelled_at": at} if what == "off" else {"financial_status": what}
    return shopify.read("orders/updated", body, NOW)


def _woo(kind: str, number: str, what: Any, moment: Any) -> Any:
    body: dict[str, Any] = {"date_modified_gmt": moment.isoformat()}
    if kind == "profile":
        body |= {"id": number, "email": MAILS["woo:7"]} | _renamed(what, name="first_name")
        body |= {"billing": {"phone": what["phone"]}} if "phone" in what else {}
        return woocommerce.read("customer.updated", body, NOW)
    status = {"paid": "completed", "off": "cancelled"}.get(what, what or "refunded")
    body |= {"id": f"1{number}", "customer_id": number, "status": status}
    body |= {"date_created_gmt": BEGAN.isoformat(), "line_items": [{"name": f"T{moment.minute}"}]}
    return woocommerce.read("order.updated", body, NOW)


def _stripe(kind: str, number: str, what: Any, moment: Any) -> Any:
    event: dict[str, Any] = {"created": int(moment.timestamp())}
    if kind == "profile":
        found = {"id": number} | _renamed(what, name="name", phone="phone")
        body = event | {"type": "customer.updated", "data": {"object": found}}
        return stripe.read(body)[1]
    found = {"id": "ch_1", "customer": number, "payment_intent": "pi_1", "amount_refunded": 5}
    found |= {"refunded": what in ("off", "refunded"), "created": int(BEGAN.timestamp())}
    if kind == "order" and what in ("paid", "pending"):
        found |= {"id": "cs_1", "mode": "payment", "payment_status": what}
        body = event | {"type": "checkout.session.completed", "data": {"object": found}}
        return stripe.read(body)[1]
    return stripe.read(event | {"type": "charge.refunded", "data": {"object": found}})[1]


_READERS = {"shopify": _shopify, "woo": _woo, "stripe": _stripe}


def _renamed(what: dict[str, Any], **called: str) -> dict[str, Any]:
    return {called[name]: value for name, value in what.items() if name in called}


def shuffled(told: list[Step], done: list[Step], seed: int) -> list[tuple[Step, int]]:
    """What was told, in any order among what people did, which stays in its own."""
    chance = random.Random(seed)
    rest = [(step, number) for number, step in enumerate(told)]
    chance.shuffle(rest)
    found = [(step, 50 + number) for number, step in enumerate(done)]
    for each in rest:
        found.insert(chance.randint(0, len(found)), each)
    return found


async def lived(database: Database, history: list[tuple[Step, int]], *, apart: bool = False) -> Any:
    """The end of a history, after everybody who was merged was parted again if `apart`."""
    async with database.unit() as unit:
        play = Play(unit, services())
        await play.begin()
        await play.live(history)
        if apart:
            for name in (*NAMES, *NAMES, *NAMES):
                await play._part(name, None, 0)
        return await play.end()


ANY = settings(suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(ANY, max_examples=8 if settings.default.max_examples < 1000 else 1000)
@given(
    told=st.lists(messages, max_size=12),
    done=st.lists(acts, max_size=8),
    seed=st.integers(0, 10_000),
)
async def test_any_order_comes_to_the_same_end(
    database: Database, told: list[Step], done: list[Step], seed: int
) -> None:
    if any(step[0] in ERASING for step in done):
        # Whether an address was told before its owner was erased decides what is known of it.
        told = [step for step in told if step[0] != "list"]
    first = await lived(database, shuffled(told, done, seed))
    assert await lived(database, shuffled(told, done, seed + 1)) == first


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(ANY, max_examples=8 if settings.default.max_examples < 1000 else 1000)
@given(
    told=st.lists(messages, max_size=12),
    done=st.lists(acts, max_size=8),
    seed=st.integers(0, 10_000),
)
async def test_what_was_merged_and_parted_is_as_if_it_never_was(
    database: Database, told: list[Step], done: list[Step], seed: int
) -> None:
    done = [step for step in done if step[0] not in (*ERASING, "join")]
    # What the business says of a merged record is said of the whole, and cannot be parted.
    done.sort(key=lambda step: step[0] != "put")
    history = shuffled(told, done, seed)
    untouched = [each for each in history if each[0][0] not in ("merge", "part")]
    assert await lived(database, history, apart=True) == await lived(database, untouched)
