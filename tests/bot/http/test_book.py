"""The public book: what may be read of it by anybody, in which form, and what never is."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from aiohttp.test_utils import TestClient

from bot.core.words import Words
from flows.book.consent import fingerprint, taken_out
from flows.config import load_config
from flows.entities import (
    Change,
    ChangeId,
    Customer,
    CustomerId,
    Notice,
    NoticeId,
    Story,
    StoryId,
    Ticket,
    TicketId,
)
from storage.database import Database
from storage.ids import new_id
from tests.bot.making import NOW, services
from tests.bot.serving import serving
from tests.databases import on_both

CONFIG = """
brand: {name: "Lumen <Tea> & Co"}
categories:
  - {id: taste, title: {en: Taste, ru: Вкус, zh: 口味}}
  - {id: box, title: {en: Packaging, ru: Упаковка, zh: 包装}}
stages:
  - {id: first_use, title: {en: First use, ru: Первое использование, zh: 首次使用}}
"""
HOSTILE = '</q><script>alert("1")</script>&lt;b onload=x> {{ 7*7 }} ]]> <!-- \x0b javascript:x'
ATOM = "{http://www.w3.org/2005/Atom}"


class _Tags(HTMLParser):
    """All tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen += [tag, *(name for name, _ in attrs)]
        self.links += [str(value) for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


async def printed(database: Database, number: int, said: str, **more: Any) -> Story:
    async with database.unit() as unit:
        customer = Customer(CustomerId(new_id()), f"C-{number}", NOW)
        change = Change(ChangeId(new_id()), number, "", NOW, "shipped", "x", shipped_at=NOW)
        ticket = (TicketId(new_id()), number, customer.id, number, "resolved", NOW, "support")
        told = Ticket(*ticket, change_id=change.id, first_response_at=NOW)
        for value in (customer, change, told):
            unit.add(value)
        unit.add(Notice(NoticeId(new_id()), change.id, told.id, customer.id, 1, NOW, NOW, "yes"))
        ids = StoryId(new_id()), number, told.id, customer.id, -1001, NOW, NOW
        texts = {"en": {"said": said, "did": f"Done: {said}"}}
        kept = {"texts": texts, "language": "en", "change_id": change.id, "name": "Anna", **more}
        story = Story(*ids, "published", **kept, published_at=NOW + timedelta(hours=number))
        story = replace(story, agreed_to=story.agreed_to or fingerprint(story))
        unit.add(story)
        await unit.commit()
    return story


@pytest.fixture
async def reader(database: Database) -> AsyncIterator[TestClient[Any, Any]]:
    given = services()
    given.words, given.config = Words.shipped(), load_config(CONFIG)
    async with serving(database, given) as client:
        yield client


async def _read(reader: TestClient[Any, Any], path: str, status: int = 200, **headers: str) -> str:
    response = await reader.get(path, headers=headers)
    assert response.status == status, path
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    return str(await response.text())


@on_both
async def test_the_book_in_three_languages_by_category_and_moment(
    database: Database, reader: TestClient[Any, Any]
) -> None:
    empty = await _read(reader, "/book")
    assert "Nobody has agreed to be printed yet" in empty
    texts = {
        "ru": {"said": "Чай горький.", "did": "Положили карточку."},
        "en": {"said": "The tea is bitter.", "did": "A card lies in the box."},
    }
    bitter = {"texts": texts, "language": "ru", "category": "taste", "stage": "first_use"}
    await printed(database, 1, "", **bitter, named=True)
    await printed(database, 2, "The tin was dented.", category="box")
    page = await _read(reader, "/book")
    assert page.index("The tin was dented.") < page.index("The tea is bitter.")
    assert "Anna said" in page
    assert "1 yes" in page
    russian = await _read(reader, "/book", **{"Accept-Language": "fr, ru-RU;q=0.9, en;q=0.5"})
    assert "Чай горький." in russian
    assert '<html lang="ru">' in russian
    assert "написано по-английски" in russian
    assert "口味" in await _read(reader, "/book?lang=zh", **{"Accept-Language": "ru"})
    only = await _read(reader, "/book?category=taste&stage=first_use")
    assert "bitter" in only
    assert "dented" not in only
    one = await _read(reader, "/book/1")
    assert "A person answers" in one
    for nothing in ("/book/7", "/book/x", "/book/0", "/book?category=no", "/book?page=2"):
        assert "There is no such page" in await _read(reader, nothing, 404)
    feed = ET.fromstring(await _read(reader, "/book/feed.xml?lang=ru"))
    assert [each.text for each in feed.iter(f"{ATOM}title")][1:] == [
        "The tin was dented.",
        "Чай горький.",
    ]


async def test_many_stories_fill_pages(database: Database, reader: TestClient[Any, Any]) -> None:
    for number in range(1, 12):
        await printed(database, number, f"Said {number}.")
    assert "Said 1." not in await _read(reader, "/book")
    last = await _read(reader, "/book?page=2")
    assert "Said 1." in last
    assert "Said 11." not in last


@on_both
async def test_nothing_of_a_text_is_markup(
    database: Database, reader: TestClient[Any, Any]
) -> None:
    await printed(database, 1, HOSTILE, name=HOSTILE[:40], named=True, owner_name=HOSTILE)
    for path in ("/book", "/book/1", "/book/2", '/book?category="><script>&lang=<x>'):
        page = _Tags(await (await reader.get(path)).text())
        assert {"script", "b", "onload", "style"}.isdisjoint(page.seen), path
        assert all(
            link.startswith(("/book", "#", "data:,", "https://t.me/")) for link in page.links
        )
    assert HOSTILE in "".join(_Tags(await _read(reader, "/book/1")).words)
    feed = ET.fromstring(await _read(reader, "/book/feed.xml"))
    content = str(next(feed.iter(f"{ATOM}content")).text)
    assert HOSTILE.replace("\x0b", "") in content
    assert {each.tag for each in feed.iter()} == {
        f"{ATOM}{name}"
        for name in (
            *("feed", "title", "id", "updated", "author", "name", "link"),
            *("entry", "published", "content"),
        )
    }


@on_both
async def test_what_was_taken_out_or_never_agreed_to_is_nowhere(
    database: Database, reader: TestClient[Any, Any]
) -> None:
    story = await printed(database, 1, "The tin was dented.")
    await printed(database, 2, "Forged.", agreed_to="0" * 64)
    async with database.unit() as unit:
        declined = ("declined", "We tried paper bags.")
        unit.add(Change(ChangeId(new_id()), 9, "No tin", NOW, *declined, shipped_at=NOW))
        await unit.commit()
    first = await reader.get("/book")
    assert "We tried paper bags." in await first.text()
    known = {"If-None-Match": first.headers["ETag"]}
    assert (await reader.get("/book", headers=known)).status == 304
    assert first.headers["Cache-Control"] == "no-cache"
    async with database.unit() as unit:
        found = await unit.get(Story, story.id)
        unit.put(taken_out(found))
        await unit.commit()
    assert (await reader.get("/book", headers=known)).status == 200
    for path in ("/book", "/book/1", "/book/2", "/book/feed.xml", "/book?category=box"):
        text = await (await reader.get(path)).text()
        assert "dented" not in text
        assert "Forged" not in text
