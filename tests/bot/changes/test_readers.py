"""A change is read by people of several languages: each reads theirs, or is told which it is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.asks import texts
from bot.book.views import BookViews, Page
from bot.changes.progress_views import Measured, Setback
from bot.changes.views import ChangeFacts, ChangeViews, Count
from bot.core.callbacks import pack
from bot.core.delivery import Failure, FailureKind
from bot.core.rich import TEXT_LIMIT, Rich
from bot.core.words import Words
from bot.core.work import Work
from bot.identity import erasure
from flows.asks.recent import in_language
from flows.changes.wording import guessed, read_in, split_title
from flows.entities import Change, ChangeId, Customer, CustomerId, Ticket, TicketId
from flows.formatted import Formatted
from flows.insight.recurrence import Recurrence
from flows.utf16 import utf16_length
from tests.bot.changes.test_changes import closures
from tests.bot.desk.world import FORUM, NOW, World
from tests.databases import on_both

NIGHT = NOW + timedelta(hours=12)
EN, RU, RU_2, ZH = 501, 502, 503, 504
TEXTS = {
    "en": ("New lids", "The lids have a seal now."),
    "ru": ("Новые крышки", "У крышек теперь прокладка."),
    "zh": ("新盖子", "盖子现在有密封圈。"),
}
FOREIGN = {
    "en": "",
    "ru": "Это написано по-английски:",
    "zh": "以下内容是用英文写的：",
}
CHATS = {"en": EN, "ru": RU, "zh": ZH}


@pytest.fixture
async def readers(world: World) -> dict[str, Customer]:
    """Four people with a complaint each: two read Russian."""
    await world.group()
    words = {EN: "It leaks.", RU: "Течёт.", RU_2: "Крышка течёт.", ZH: "漏水。"}
    people = {
        "en": await world.customer("Anna", EN),
        "ru": await world.customer("Иван", RU, language="ru"),
        "ru2": await world.customer("Ольга", RU_2, language="ru"),
        "zh": await world.customer("丽娜", ZH, language="zh"),
    }
    for customer, (chat, said) in zip(people.values(), words.items(), strict=True):
        await world.complain(customer, said, chat=chat)
    return people


async def change_of_all(world: World) -> Change:
    """An English change of all four, with its text."""
    await world.write("/change #1 #2 #3 #4 New lids")
    await world.deliver()
    change = await world.read(lambda unit: unit.changes.by_number(1))
    await world.press(pack("g", "text", change.id))
    await world.deliver()
    await reply_to_prompt(world, TEXTS["en"][1])
    return await now(world)


async def reply_to_prompt(world: World, text: str) -> None:
    prompt = next(sent for sent in reversed(world.sent) if sent.row.purpose == "prompt")
    await world.write(text, to=prompt.message_id)
    await world.deliver()


async def write_in(world: World, change: Change, language: str) -> None:
    """Press the button for a language and answer the prompt: a title, and a text below."""
    await world.press(pack("g", "write", change.id, language))
    await world.deliver()
    await reply_to_prompt(world, "\n".join(TEXTS[language]))


async def now(world: World) -> Change:
    return await world.read(lambda unit: unit.changes.by_number(1))  # type: ignore[no-any-return]


def buttons_of(sent: Any) -> list[str]:
    rows = sent.params.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def card(world: World) -> Any:
    """The change's card as it reads now."""
    return next(sent for sent in reversed(world.sent) if sent.row.purpose == "change" and sent.text)


async def ship(world: World, change: Change) -> None:
    await world.press(pack("g", "ship", change.id))
    await world.later(minutes=1)


async def recent_change(world: World, language: str) -> Any:
    """What an ask to a customer would quote now."""

    async def action(work: Work) -> Any:
        changes = await texts.News(work).changes()
        readable = list(in_language(changes, language, work.services.staff_language))
        return next(((change.title, change.text) for change in readable), None)

    return await world.do(action)


async def test_the_card_says_who_reads_what_and_offers_to_write_it(
    world: World, readers: dict[str, Customer]
) -> None:
    change = await change_of_all(world)
    assert change.language == "en"
    shown = card(world)
    assert "Its readers: 2 read Russian, 1 reads English, 1 reads Chinese" in shown.text
    assert "What we did, in English:\nThe lids have a seal now." in shown.text
    assert "Write it in Russian (2 people)" in buttons_of(shown)
    assert "Write it in Chinese (1 person)" in buttons_of(shown)
    await write_in(world, change, "ru")
    shown = card(world)
    assert "What we did, in Russian:\nНовые крышки\nУ крышек теперь прокладка." in shown.text
    assert "Write it in Russian (2 people)" not in buttons_of(shown)


async def test_ship_says_who_will_read_another_language_and_lets_them(
    world: World, readers: dict[str, Customer]
) -> None:
    change = await change_of_all(world)
    await world.press(pack("g", "show", change.id, "confirm", 0))
    await world.deliver()
    shown = card(world)
    assert (
        "2 people read Russian, for which there is no text: they will read the English one, with "
        "a line that says so." in shown.text
    )
    assert "Write it in Russian (2 people)" in buttons_of(shown)
    await ship(world, change)
    assert len(closures(world, RU)) == 1


@pytest.mark.parametrize("all_texts", [True, False])
async def test_every_door_is_in_the_reader_s_language_or_says_that_it_is_not(
    world: World, readers: dict[str, Customer], all_texts: bool
) -> None:
    change = await change_of_all(world)
    if all_texts:
        for language in ("ru", "zh"):
            await write_in(world, change, language)
    await ship(world, change)
    change = await now(world)
    words = world.services.words
    for language, chat in CHATS.items():
        title, text = TEXTS[language if all_texts else "en"]
        line = "" if all_texts else FOREIGN[language]
        (notice,) = closures(world, chat)
        ticket = await world.ticket({EN: 1, RU: 2, ZH: 4}[chat])
        views = BookViews(words, language, "en")
        page, _ = views.page(Page(ticket, "Team", change, "UTC"))
        book = views.book([change], {change.id: 4}, "UTC")
        for door in (notice.text, page.text, book.text):
            assert text in door
            assert (line in door) if line else not any(f in door for f in FOREIGN.values() if f)
        assert title in book.text
        quoted = await recent_change(world, language)
        assert quoted == ((title, text) if all_texts or language == "en" else None)
    await world.later(days=3, hours=2)
    for language, chat in CHATS.items():
        since = world.sent.index(closures(world, chat)[0]) + 1
        (asked,) = [sent.text for sent in world.to(chat, since) if "reply_markup" in sent.params]
        expected = TEXTS[language if all_texts else "en"][1]
        line = "" if all_texts else FOREIGN[language]
        assert (f"{line}\n{expected}" if line else expected) in asked


@on_both
async def test_a_text_that_comes_late_is_for_later_readers_and_sent_to_nobody_again(
    world: World, readers: dict[str, Customer]
) -> None:
    change = await change_of_all(world)
    await world.write("/change C1 -#3")
    await ship(world, change)
    assert FOREIGN["ru"] in closures(world, RU)[0].text
    await world.write("/change C1 ru Новые крышки\nУ крышек теперь прокладка.")
    await world.deliver()
    assert any("Whoever has been told is not told again" in text for text in world.texts(FORUM))
    assert len(closures(world, RU)) == 1
    await world.write("/change C1 #3")
    await world.deliver()
    [[tell], _] = world.to(FORUM)[-1].params["reply_markup"]["inline_keyboard"]
    await world.press(tell["callback_data"])
    await world.later(minutes=1)
    (late,) = closures(world, RU_2)
    assert "У крышек теперь прокладка." in late.text
    assert FOREIGN["ru"] not in late.text


async def test_a_notice_that_waits_for_morning_is_in_the_language_read_by_then(
    world: World, readers: dict[str, Customer]
) -> None:
    change = await change_of_all(world)
    world.now = NIGHT
    await ship(world, change)
    assert [closures(world, chat) for chat in (RU, RU_2)] == [[], []]
    await world.write("/change C1 ru Новые крышки\nУ крышек теперь прокладка.")

    async def choose_chinese(work: Work) -> None:
        olga = await work.unit.get(Customer, readers["ru2"].id)
        assert olga is not None
        work.unit.put(replace(olga, language="zh"))

    await world.do(choose_chinese)
    await world.later(hours=12)
    (came,) = closures(world, RU)
    assert "У крышек теперь прокладка." in came.text
    (other,) = closures(world, RU_2)
    assert FOREIGN["zh"] in other.text
    assert "你告诉过我们" in other.text


async def test_a_notice_of_several_messages_has_told_when_its_last_one_arrived(
    world: World, readers: dict[str, Customer]
) -> None:
    await world.complain(readers["en"], "It leaks. " * 500, chat=EN)
    await world.write("/change #5 New lids")
    await world.deliver()
    change = await now(world)
    await world.press(pack("g", "text", change.id))
    await world.deliver()
    await reply_to_prompt(world, TEXTS["en"][1])
    world.failing[EN] = Failure(FailureKind.CHAT_NOT_FOUND)
    await ship(world, await now(world))
    world.failing.clear()
    await world.press(pack("t", "again", await row_of_notice(world)))
    await world.deliver()
    first, last = closures(world, EN)
    assert TEXTS["en"][1] in last.text
    assert first.text.startswith("You told us:")
    entries = await world.read(lambda unit: unit.tickets.entries(first.row.ticket_id))
    assert [entry.kind for entry in entries].count("told") == 1


async def row_of_notice(world: World) -> int:
    rows = await world.read(lambda unit: unit.outbox.recent(100))
    return next(int(row.id) for row in rows if row.purpose == "closure")


@on_both
async def test_the_first_text_s_language_is_seen_by_its_letters_or_said_by_a_button(
    world: World, readers: dict[str, Customer]
) -> None:
    change = await change_of_all(world)
    await world.press(pack("g", "text", change.id))
    await world.deliver()
    await reply_to_prompt(world, "У крышек теперь прокладка.")
    change = await now(world)
    assert change.language == "ru"
    await world.press(pack("g", "language", change.id, "zh"))
    assert (await now(world)).language == "zh"
    answer = await world.press(pack("g", "language", change.id, "xx"))
    assert answer["show_alert"]


@on_both
async def test_why_not_is_not_what_was_done_in_another_language(
    world: World, readers: dict[str, Customer]
) -> None:
    change = await change_of_all(world)
    await write_in(world, change, "ru")
    await world.press(pack("g", "decline", change.id))
    await world.deliver()
    await reply_to_prompt(world, "A seal would make them too heavy.")
    await world.later(minutes=1)
    (notice,) = closures(world, RU)
    assert TEXTS["ru"][1] not in notice.text
    assert f"{FOREIGN['ru']}\nA seal would make them too heavy." in notice.text
    await write_in(world, change, "ru")
    assert read_in(await now(world), "ru", "en").text == TEXTS["ru"][1]


async def test_a_text_whose_first_one_was_written_anew_is_marked(
    world: World, readers: dict[str, Customer]
) -> None:
    change = await change_of_all(world)
    await write_in(world, change, "ru")
    assert "has been changed since" not in card(world).text
    await world.press(pack("g", "text", change.id))
    await world.deliver()
    await reply_to_prompt(world, "The lids screw on now.")
    assert "has been changed since" in card(world).text


async def test_the_preview_shows_each_language(world: World, readers: dict[str, Customer]) -> None:
    change = await change_of_all(world)
    await write_in(world, change, "ru")
    before = len(world.sent)
    await world.press(pack("g", "preview", change.id))
    await world.deliver()
    in_russian, *others = world.texts(FORUM, before)
    assert "У крышек теперь прокладка." in in_russian
    assert "О том, что было не так, нам рассказали 4 человека" in in_russian
    assert len(others) == 2
    in_chinese = next(text for text in others if FOREIGN["zh"] in text)
    assert "有 4 位顾客告诉我们" not in in_chinese  # asks leave it out


async def test_whoever_is_erased_is_no_reader_any_more_and_the_texts_stay(
    world: World, readers: dict[str, Customer]
) -> None:
    change = await change_of_all(world)
    await write_in(world, change, "zh")
    ivan = readers["ru"]

    async def forget(work: Work) -> None:
        customer = await work.unit.get(Customer, ivan.id)
        assert customer is not None
        await erasure.forget(work.unit, work.services, customer, work.now)

    await world.do(forget)
    await world.deliver()
    await world.write("/change C1")
    await world.deliver()
    assert "Its readers: 1 reads English, 1 reads Russian, 1 reads Chinese" in card(world).text
    assert read_in(await now(world), "zh", "en").text == TEXTS["zh"][1]


def test_a_first_line_is_a_title_only_where_there_is_one() -> None:
    both = Formatted(
        "Крышки\n\nТеперь с прокладкой.", ({"type": "bold", "offset": 8, "length": 6},)
    )
    title, text = split_title(both, titled=True)
    assert (title, text.text) == ("Крышки", "Теперь с прокладкой.")
    assert text.entities == ({"type": "bold", "offset": 0, "length": 6},)
    assert split_title(both, titled=False) == ("", both)
    assert split_title(Formatted("Одна строка"), titled=True) == ("", Formatted("Одна строка"))


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        ("The lids have a seal now.", "", "en"),
        ("У крышек теперь прокладка.", "", "ru"),
        ("У крышек теперь прокладка.", "en", "ru"),
        ("盖子现在有密封圈。", "", "zh"),
        ("OK", "", "en"),
        ("SKU-12 https://lumen.example/новое", "ru", "ru"),
        ("🙂", "zh", "zh"),
    ],
)
def test_a_language_is_guessed_only_from_what_is_plain(
    text: str, known: str, expected: str
) -> None:
    assert guessed(text, known, "en", ("en", "ru", "zh")) == expected


LONG = st.text(st.sampled_from("aЖ漢🙂ش\u202e \n"), min_size=1, max_size=1000)


@settings(max_examples=60, deadline=None)
@given(
    texts_=st.dictionaries(st.sampled_from(["en", "ru", "zh", "de", "ar"]), LONG, min_size=1),
    title=LONG,
    words=LONG,
    reader=st.sampled_from(["en", "ru", "zh"]),
    state=st.sampled_from(["proposed", "shipped", "not_helped", "declined"]),
)
def test_every_screen_of_a_change_fits_one_message(
    texts_: dict[str, str], title: str, words: str, reader: str, state: str
) -> None:
    (first, text), *others = texts_.items()
    change = Change(
        ChangeId(1), 1, title[:200], NOW, state, text or "x", 1, title, NOW, FORUM, language=first,
        owner_name=title, place=title[:200], root_cause=words[:1000], round=2, judged_at=NOW,
        planned_for=NOW,
    )  # fmt: skip
    change = replace(
        change,
        translations={
            language: {"title": title[:200], "text": said, "entities": [], "of": ""}
            for language, said in others
        },
    )
    tickets = [
        Ticket(TicketId(n), n, CustomerId(n), 500 + n, "open", NOW, "support", words=words)
        for n in range(1, 30)
    ]
    facts = ChangeFacts(
        change=change,
        tickets=tickets,
        others=[],
        names={ticket.customer_id: title[:48] for ticket in tickets},
        count=Count(29, 1, 1, 1, 1, 1),
        zone="UTC",
        readers={"en": 9, "ru": 8, "zh": 7, "de": 3, "ar": 2},
        languages=["en", "ru", "zh", "de", "ar"],
        measured=Measured(Recurrence(99, 98, 1e6, 1e6, 0.5, 2.5), 180, title[:200]),
        setback=Setback(
            [ticket.customer_id for ticket in tickets],
            {ticket.customer_id: title[:48] for ticket in tickets},
            {CustomerId(1)},
            Rich() + words,
        ),
    )
    told = replace(change, state="shipped")
    ticket = replace(tickets[0], resolution=words, change_id=change.id)
    page, _ = BookViews(Words.shipped(), reader).page(Page(ticket, title[:48], told, "UTC"))
    assert utf16_length(page.text) <= TEXT_LIMIT
    views = ChangeViews(Words.shipped(), reader)
    for view in ("main", "language", "confirm", "details", "setback"):
        shown, keyboard = views.screen(facts, view, 0)
        assert 0 < utf16_length(shown.text) <= TEXT_LIMIT
        for row in keyboard:
            for label, data in row:
                assert label.strip()
                assert len(data.encode()) <= 64


def test_the_line_stands_above_a_title_that_is_not_the_reader_s() -> None:
    change = Change(ChangeId(1), 1, "New lids", NOW, "shipped", "They close.", shipped_at=NOW)
    views = BookViews(Words.shipped(), "ru", "en")
    assert views.in_book(change, 1, "UTC").text == (
        "Это написано по-английски:\nNew lids\n4 мая 2026 · нам сказал 1 человек\nThey close."
    )
    assert views.in_book(replace(change, language="ru"), 1, "UTC").text.startswith("New lids\n")


@pytest.mark.parametrize(
    ("title", "text", "shown"),
    [
        ("The lids close.", "The lids close.", ""),
        ("The lids close", "the lids close now, with a ring.", ""),
        ("罐盖加了密封圈", "罐盖加了密封圈。", ""),
        ("New lids", "The lids close.", "New lids\n"),
        ("New lids", "", "New lids\n"),
        ("", "The lids close.", ""),
    ],
)
def test_the_book_says_nothing_twice(title: str, text: str, shown: str) -> None:
    change = Change(ChangeId(1), 1, title, NOW, "shipped", text, shipped_at=NOW, language="en")
    book = BookViews(Words.shipped(), "en", "en").in_book(change, 1, "UTC").text
    told = f"\n{text}" if text else ""
    assert book == f"{shown}4 May 2026 · 1 person told us{told}"


async def test_the_export_has_every_text(world: World, readers: dict[str, Customer]) -> None:
    change = await change_of_all(world)
    await write_in(world, change, "ru")

    async def exported(unit: Any) -> list[dict[str, Any]]:
        columns = unit.copying.columns("changes")
        rows = [row async for row in unit.copying.rows("changes")]
        return [dict(zip(columns, row, strict=True)) for row in rows]

    (row,) = await world.read(exported)
    assert row["language"] == "en"
    assert all(part in str(row["translations"]) for part in TEXTS["ru"])
