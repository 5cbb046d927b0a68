"""A story goes from staff's draft to its author, and is printed by their yes alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.asks.texts import News, change_sentence
from bot.book import channel, pages, paper, posting, stories
from bot.book.public import Spread
from bot.changes.notices import notice_text
from bot.core.words import Words
from bot.identity.accounts import Visitor
from bot.identity.erasure import forget
from flows.book.consent import may_be_read
from flows.entities import (
    Change,
    ChangeId,
    Customer,
    Outgoing,
    Priority,
    SendResult,
    SendState,
    Story,
    Ticket,
)
from flows.entities.kinds import Purpose
from storage.ids import new_id
from tests.bot.desk.world import ADMIN, ANNA, FORUM, NOW, Sent, World
from tests.bot.making import services
from tests.databases import on_both

CHANNEL = -1001000500
VISITOR = Visitor(ANNA, "Anna", "", "en")


def _buttons(sent: Sent) -> dict[str, str]:
    rows = sent.params["reply_markup"]["inline_keyboard"]
    return {each["text"]: each["callback_data"] for row in rows for each in row}


class Author:
    """The desk, and the author of the one complaint."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def story(self) -> Story:
        ticket = await self.world.ticket(1)
        found = await self.world.read(lambda unit: unit.stories.of_ticket(ticket.id))
        assert isinstance(found, Story)
        return found

    def asked(self) -> Sent:
        return next(s for s in reversed(self.world.to(ANNA)) if "reply_markup" in s.params)

    async def presses(self, data: str) -> bool:
        story_id, choice, *seen = data.split(":")[2:]
        decided = await self.world.do(
            lambda work: stories.decide(
                work, VISITOR, int(story_id, 36), choice, "".join(seen), None
            )
        )
        await self.world.deliver()
        return bool(decided)

    def card(self) -> Sent:
        found = [s for s in self.world.to(FORUM) if "Page for the book" in s.text]
        return found[-1]


@pytest.fixture
async def author(world: World) -> Author:
    await world.group()
    person = await world.customer("Anna Petrova", ANNA)
    await world.complain(person, "The tin was dented, says Anna. Call +49 30 1234567!", chat=ANNA)
    await world.deliver()
    await world.write("/resolve #1 Boris sends a new tin. Anna, write to help@tea.example.")
    await world.deliver()
    await world.write("/story 1")
    await world.deliver()
    return Author(world)


@on_both
async def test_a_page_is_printed_by_its_author_s_yes_and_goes_at_one_press(author: Author) -> None:
    world, text = author.world, author.card().text
    for covered in ("Anna", "1234567", "help@", "Boris sends"):
        assert covered not in text
    assert "The tin was dented, says […]. Call […]!" in text
    await world.press(_buttons(author.card())["Ask its author"])
    await world.deliver()
    first = _buttons(author.asked())
    assert "sends a new tin" in author.asked().text
    # Staff edit what the author has not answered yet: the old button prints nothing.
    story = await author.story()
    await world.do(lambda work: _written(work, story, "A new tin, and thicker ones."))
    assert await author.presses(first["Yes, without my name"])
    assert not may_be_read(await author.story())
    await world.press(f"n:ask:{_b36(story.id)}")
    await world.deliver()
    second = _buttons(author.asked())
    assert await author.presses(first["Yes, without my name"])
    assert not may_be_read(await author.story())
    assert await author.presses(second["Yes, as Anna"])
    printed = await author.story()
    assert (may_be_read(printed), printed.named) == (True, True)
    await world.write("/story 1")
    await world.deliver()
    staff = _buttons(author.card())
    await world.press(staff["Newsletter (English)"])
    await world.press(staff["Leaflet (English)"])
    [leaflet] = [row for row in await _rows(world) if row.method == paper.METHOD]
    call = await world.do(lambda work: paper.COMPOSERS[paper.METHOD](work, leaflet))
    assert call.file.content.startswith(b"%PDF")
    out = _buttons(author.asked())["Take my page out of the book"]
    assert not await world.do(
        lambda work: stories.decide(work, Visitor(777, "Eve"), printed.id, "out", "", None)
    ), "nobody else's"
    assert await author.presses(out)
    assert await author.presses(out), "twice: said, and nothing breaks"
    assert await author.presses(second["Yes, as Anna"])
    assert (await author.story()).state == "withdrawn"
    late = await world.do(lambda work: paper.COMPOSERS[paper.METHOD](work, leaflet))
    assert late is None, "it was taken out before it was drawn"
    assert world.to(ANNA)[-1].text.startswith("It is out of the book.")


async def _rows(world: World) -> list[Outgoing]:
    found: list[Outgoing] = await world.read(lambda unit: unit.outbox.recent(50))
    return found


def test_nothing_of_a_text_is_markup_on_paper() -> None:
    given = services()
    given.words = Words.shipped()
    text = '#panic("evaluated") ] $x #{1+} \\u{zz} `` <a> */ "'
    spread = Spread(text, text * 12, "en", "", 1, text, text, text, text, text)
    assert paper.drawn(paper.LEAFLET, spread, given).startswith(b"%PDF")
    assert paper.drawn(paper.CARD, spread, given).startswith(b"\x89PNG")


async def _written(work: Any, story: Story, text: str) -> None:
    found = await work.unit.get(Story, story.id)
    await stories.write(work, found, "en", "did", text)


def _b36(number: int) -> str:
    digits, text = "0123456789abcdefghijklmnopqrstuvwxyz", ""
    while number:
        number, rest = divmod(number, 36)
        text = digits[rest] + text
    return text


async def test_forgetting_the_author_takes_the_page_out(author: Author) -> None:
    world = author.world
    await world.press(_buttons(author.card())["Ask its author"])
    await world.deliver()
    assert await author.presses(_buttons(author.asked())["Yes, without my name"])
    story = await author.story()

    async def erase(work: Any) -> None:
        customer = await work.unit.get(Customer, story.customer_id)
        await forget(work.unit, work.services, customer, work.now)

    await world.do(erase)
    assert await world.read(lambda unit: unit.stories.printed("", "", offset=0, limit=5)) == []
    ticket: Ticket = await world.ticket(1)
    assert ticket.chat_id == 0
    await world.write("/story 1")
    await world.deliver()
    assert "nobody can say yes" in world.to(FORUM)[-1].text


@on_both
async def test_the_book_is_browsed_by_category_and_moment_with_reasons(author: Author) -> None:
    world = author.world

    async def happened(work: Any) -> None:
        ticket = await work.unit.get(Ticket, (await author.story()).ticket_id)
        for number in range(1, 8):
            state = "declined" if number == 7 else "shipped"
            change = Change(ChangeId(new_id()), number, "", NOW, state, f"Done {number}.")
            work.unit.add(replace(change, shipped_at=NOW + timedelta(hours=number)))
            if number == 6:
                work.unit.put(replace(ticket, change_id=change.id))

    await world.do(happened)

    async def see(part: str = "all", of: str = "", offset: int = 0) -> tuple[str, dict[str, str]]:
        assert await world.do(lambda work: pages.book(work, VISITOR, part, of, offset))
        await world.deliver()
        sent = world.to(ANNA)[-1]
        return sent.text, _buttons(sent)

    text, shown = await see()
    assert "Done 6." in text
    assert "Done 1." not in text
    assert "Done 7." not in text
    assert "The book on the web" not in shown
    assert "Done 1." in (await see(offset=5))[0]
    assert (await see("cs"))[1].keys() == {"Delivery · 1", "All changes"}
    assert "First use · 1" in (await see("ss"))[1]
    for part, of in (("c", "delivery"), ("s", "first_use")):
        text, _ = await see(part, of)
        assert "Done 6." in text
        assert "Done 5." not in text
    assert "Done 7." in (await see("no"))[0]
    assert not await world.do(lambda work: pages.book(work, VISITOR, "c", "forged"))


async def _printed(author: Author) -> Story:
    await author.world.press(_buttons(author.card())["Ask its author"])
    await author.world.deliver()
    assert await author.presses(_buttons(author.asked())["Yes, without my name"])
    return await author.story()


async def test_a_post_that_may_have_arrived_is_looked_for_and_not_repeated(author: Author) -> None:
    world, story = author.world, await _printed(author)
    told = channel.Channel(CHANNEL, "Tea news")
    await world.do(lambda work: channel.standing(work, told, ADMIN, is_there=True))
    press = f"n:post:{_b36(story.id)}:en"
    assert "No channel" in (await world.press(press))["text"]
    await world.do(lambda work: channel.choose(work, CHANNEL, ADMIN))
    await world.press(press)
    assert "on its way" in (await world.press(press))["text"], "two who press at once"
    [row] = [each for each in await _rows(world) if each.purpose == Purpose.POST]
    assert row.priority is Priority.ASK, "what may have arrived is not repeated"

    async def lost(work: Any) -> None:
        result = SendResult(row.id, SendState.DOUBT, world.now, 1)
        await work.unit.outbox.record(world.database.token, [result])
        await posting.REPORTERS[Purpose.POST](work, row, result, None, None)

    await world.do(lambda work: work.unit.outbox.claim(world.database.token, world.now, 100))
    await world.do(lost)
    await world.deliver()
    assert "not known whether page 1 was posted" in world.to(FORUM)[-1].text
    await world.press(press)
    await world.deliver()
    assert [each.method for each in world.to(CHANNEL)] == ["sendMessage"]
    # An edit takes the yes back, and with it the post; of the other people are told.
    await world.do(lambda work: _written(work, story, "A new tin, and thicker ones."))
    await world.deliver()
    assert [each.method for each in world.to(CHANNEL)] == ["sendMessage", "deleteMessage"]
    assert "do not know whether it was posted" in world.to(ADMIN)[-1].text
    posts = await world.read(lambda unit: unit.stories.posts_of(story.id))
    assert [each.state for each in posts] == ["out", "out"]


async def test_what_changed_is_linked_where_others_read_it_and_only_there(author: Author) -> None:
    world, story = author.world, await _printed(author)
    world.services.settings = world.services.settings.model_copy(
        update={"public_url": "https://tea.example"}
    )
    change = Change(ChangeId(new_id()), 1, "Tins", NOW, "shipped", "Thicker ones.", shipped_at=NOW)

    async def led_to_it(work: Any) -> None:
        ticket = await work.unit.get(Ticket, story.ticket_id)
        work.unit.add(change)
        work.unit.put(replace(ticket, change_id=change.id))
        printed = await work.unit.get(Story, story.id)
        work.unit.put(replace(printed, change_id=change.id))

    async def read(work: Any) -> list[str]:
        ticket = await work.unit.get(Ticket, story.ticket_id)
        assert await pages.book(work, VISITOR)
        assert await pages.page(work, VISITOR, ticket.id)
        [shipped] = await News(work).changes()
        quoted = change_sentence(work.services, "en", shipped, "UTC")
        return [(await notice_text(work, change, [ticket])).text, quoted]

    async def out(work: Any) -> None:
        await stories.take_out(work, await work.unit.get(Story, story.id))

    await world.do(led_to_it)
    for is_there in (True, False):
        before = len(world.sent)
        texts = await world.do(read)
        await world.deliver()
        texts += world.texts(ANNA, before)
        assert [f"https://tea.example/book/{story.number}" in each for each in texts] == (
            [is_there] * 4
        )
        await world.do(out)
