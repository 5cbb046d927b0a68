"""A proxy that cuts, goes away and comes back: nothing is lost, nothing done twice in silence."""

from collections.abc import Callable

import pytest

from bot.runtime.transport import AiohttpRequest
from flows.config.proxies import parse_proxy
from flows.entities import Outgoing, Priority, SendState
from storage.database import Database
from tests.bot.harness import harness, text_to
from tests.journeys.world import until
from tests.proxies import WRITTEN, tiny_proxy


def ask(chat_id: int, text: str) -> Outgoing:
    return text_to(chat_id, text, priority=Priority.ASK, purpose="ask")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_proxy_in_trouble(database: Database) -> None:
    async with tiny_proxy("socks5", asks=True) as proxy, harness(database) as h:
        known = parse_proxy(proxy.address(WRITTEN))
        h.transport = AiohttpRequest(proxy=known)
        await h.transport.initialize()
        anna, boris = [await h.sandbox.create_user(first_name=name) for name in ("Anna", "Boris")]
        for person in (anna, boris):
            await person.start(h.bot)

        async def heard() -> list[list[str]]:
            people = (anna, boris)
            return [[m.text for m in await p.messages(h.bot) if m.from_bot] for p in people]

        sender = h.start_sender()
        (first,) = await h.write(text_to(anna.id, "first"))
        await h.row_in(first.id, SendState.SENT)

        proxy.cuts = 1  # the answer of the next call does not come back
        (reply,) = await h.write(text_to(anna.id, "reply"))
        assert (await h.row_in(reply.id, SendState.SENT)).maybe_repeated
        proxy.cuts = 1
        (doubtful,) = await h.write(ask(boris.id, "ask"))
        await h.row_in(doubtful.id, SendState.DOUBT)
        assert await heard() == [["first", "reply", "reply"], ["ask"]]

        poller = h.start_poller(h.start_intake())
        proxy.close()
        await until_true(lambda: "nobody takes connections" in poller.trouble)
        waiting = await h.write(text_to(anna.id, "later"), ask(boris.id, "later"))
        await until_true(lambda: sender.counts.get("not_sent", 0) >= 2)
        await anna.say(h.bot, "are you there?")
        await proxy.open()
        for row in waiting:
            sent = await h.row_in(row.id, SendState.SENT)
            assert not sent.maybe_repeated
        assert await heard() == [["first", "reply", "reply", "later"], ["ask", "later"]]

        async def taken_in() -> bool:
            async with database.reading() as unit:
                return (await unit.inbox.counts())["new"] == 3  # two starts and the question

        await until(taken_in)
        await until_true(lambda: not poller.trouble)
        await h.transport.shutdown()


async def until_true(holds: Callable[[], bool]) -> None:
    async def check() -> bool:
        return holds()

    await until(check)
