"""Complaints are found by what was said in them, by whom, and by number."""

import pytest

from bot.core.work import Work
from bot.desk import search
from bot.identity.erasure import forget
from flows.entities import Customer, Ticket
from flows.entities.facts import INDEXED
from storage.tables import search_words
from tests.bot.desk.world import FORUM, OTHER, World, card_of, said
from tests.databases import on_both


async def found(world: World, text: str, chat: int = FORUM) -> list[str]:
    """The numbers that are offered for a search."""
    await world.write(f"/find {text}", chat=chat)
    await world.deliver()
    rows = world.to(chat)[-1].params.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


@pytest.fixture
async def two(world: World) -> World:
    await world.group()
    anna = await world.customer("Anna Ivanova", phone="+49301234567")
    await world.complain(anna, "The lids were broken.")
    await world.complain(await world.customer("李娜", chat=502), "盖子坏了，漏水。", chat=502)
    return world


@on_both
@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("broken lid", ["#1"]),
        ("BROKEN", ["#1"]),
        ("盖子", ["#2"]),
        ("漏水", ["#2"]),
        ("Ivanova", ["#1"]),
        ("C-502", ["#2"]),
        ("+49301234567", ["#1"]),
        ("李娜", ["#2"]),
        ("2", ["#2"]),
        ("#1", ["#1"]),
        ("broken 盖子", []),
        ("nothing like it", []),
        ("!", []),
    ],
)
async def test_complaints_are_found(two: World, text: str, numbers: list[str]) -> None:
    assert await found(two, text) == numbers


async def test_both_sides_are_found_and_the_newest_stands_first(two: World) -> None:
    await two.write("We send a new teapot.", to=card_of(await two.ticket(1)))
    await two.add(2, said("我的茶壶 teapot", two.now, 77))
    assert await found(two, "teapot") == ["#2", "#1"]


async def test_what_is_not_there_is_said(two: World) -> None:
    assert await found(two, "unicorn") == []
    assert two.texts(FORUM)[-1] == "Nothing here fits “unicorn”."
    assert await found(two, "") == []
    assert two.texts(FORUM)[-1].startswith("What are you looking for?")


async def test_another_group_finds_nothing_of_it(two: World) -> None:
    await two.group(OTHER, "tasting")
    assert await found(two, "broken", chat=OTHER) == []
    assert await found(two, "1", chat=OTHER) == []


@on_both
async def test_who_is_erased_is_not_found(two: World) -> None:
    async def erase(work: Work) -> None:
        customer = await work.unit.customers.by_ref("C-501")
        assert customer is not None
        await forget(work.unit, work.services, customer, work.now)

    await two.do(erase)
    assert await found(two, "broken") == []
    rows = await two.read(lambda unit: unit.run(search_words.select()))
    assert {row.ticket_id for row in rows} == {(await two.ticket(2)).id}


@on_both
async def test_what_was_there_before_the_index_is_taken_into_it(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await two.do(lambda work: work.unit.run(search_words.delete()))
    assert await found(two, "broken") == []
    monkeypatch.setattr(search, "AT_ONCE", 1)
    for _ in range(3):
        await two.do(search.catch_up)
    assert await two.read(lambda unit: unit.facts.get(INDEXED)) == "done"
    assert await found(two, "broken") == ["#1"]
    assert await found(two, "Ivanova") == ["#1"]
    assert await found(two, "盖子") == ["#2"]


async def test_what_is_taken_back_leaves_no_word(world: World, ticket: Ticket) -> None:
    async def take_back(work: Work) -> None:
        mark = work.unit.mark()
        work.unit.search.add(ticket.id, "secret")
        work.unit.rollback_to(mark)

    await world.do(take_back)
    assert await found(world, "secret") == []
    assert isinstance(await world.read(lambda unit: unit.customers.by_ref("C-501")), Customer)
