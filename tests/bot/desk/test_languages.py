"""Staff read their own language, and learn which one the customer reads."""

import re
from typing import Any

import pytest

from bot.book.views import BookViews, Page
from bot.core.admin_notices import reader_language
from bot.core.callbacks import pack
from bot.core.work import Work
from flows.config import load_config
from flows.ear.tongue import evidently, plainly
from flows.entities import Event, EventId
from tests.bot.desk.world import ADMIN, CONFIG, FORUM, OTHER, World, card_of
from tests.databases import on_both

IVAN = 502
IN_ENGLISH = "Это написано по-английски:"
TEAMS = CONFIG.replace("- {id: tasting,", "- {id: tasting, language: ru,")
CYRILLIC = re.compile("[А-Яа-яЁё]")
OWN_TITLE = {"en": "Came to taste", "ru": "Пришёл на дегустацию", "zh": "来品鉴"}


def notes(world: World, chat: int = FORUM) -> list[str]:
    return [
        text
        for text in world.texts(chat)
        if "reads Russian; your" in text or "reads Chinese; your" in text
    ]


async def test_the_card_says_in_words_what_the_customer_reads(world: World) -> None:
    await world.group()
    await world.complain(await world.customer("Иван", IVAN, language="ru"), "Течёт.", chat=IVAN)
    card = world.texts(FORUM)[-1]
    assert "Reads Russian" in card
    assert "· ru" not in card


async def test_nothing_is_said_of_a_language_that_staff_read_too(world: World) -> None:
    await world.group()
    await world.complain(await world.customer())
    assert "Reads" not in world.texts(FORUM)[-1]


async def test_a_language_that_verso_does_not_speak_is_named_too(world: World) -> None:
    await world.group()
    await world.complain(await world.customer(language="de"))
    assert "Reads German" in world.texts(FORUM)[-1]


async def test_an_answer_in_another_language_says_so_and_staff_are_told_once(
    world: World,
) -> None:
    await world.group()
    ivan = await world.customer("Иван", IVAN, language="ru")
    ticket = await world.complain(ivan, "Течёт.", chat=IVAN)
    for text in ("We are sorry about this.", "We sent you a new lid."):
        number = await world.write(text, to=card_of(ticket))
        await world.deliver()
    assert notes(world) == [
        "Иван reads Russian; your answer is in English. It was sent as it is, with a line that "
        "says so. To put it into Russian, edit your message: Иван's copy changes with it."
    ]
    (note,) = [sent for sent in world.to(FORUM) if sent.text in notes(world)]
    assert note.params["disable_notification"]
    first, second = [sent for sent in world.to(IVAN) if sent.row.purpose == "answer"]
    assert first.text == f"Boris отвечает вам (#1):\n{IN_ENGLISH}\nWe are sorry about this."
    assert second.text == f"{IN_ENGLISH}\nWe sent you a new lid."
    edit: dict[str, Any] = {"kind": "edited_message", "message_id": number, "edit_date": 1}
    for text, shown in (
        ("Мы отправили крышку.", "Мы отправили крышку."),
        ("We sent another lid.", f"{IN_ENGLISH}\nWe sent another lid."),
    ):
        await world.write(text, to=card_of(ticket), **edit)
        await world.deliver()
        assert world.texts(IVAN)[-1] == shown
    await world.write("/later #1 The lids are out of stock.")
    await world.write("/resolve #1 We sent you a new lid.")
    await world.deliver()
    assert f":\n{IN_ENGLISH}\nWe sent you a new lid.\n" in world.texts(IVAN)[-1]
    assert len(notes(world)) == 1
    done = await world.ticket(1)
    entries = await world.read(lambda unit: unit.tickets.entries(done.id))
    page, _ = BookViews(world.services.words, "ru").page(Page(done, "", None, "UTC", entries))
    assert page.text.count(IN_ENGLISH) == 2  # above what was written, and above what was done


@on_both
async def test_words_under_a_picture_and_a_late_reason_say_it_too(world: World) -> None:
    await world.group()
    ticket = await world.complain(
        await world.customer("Иван", IVAN, language="ru"), "Течёт.", chat=IVAN
    )
    await world.write("/later #1 The lids are out of stock.")
    await world.deliver()
    assert notes(world) == [
        "Иван reads Russian; your reason is in English, and a line will say so. To put it into "
        "Russian, type /later once more."
    ]
    await world.later(hours=30)
    assert any(f"\n{IN_ENGLISH}\nThe lids are out" in text for text in world.texts(IVAN))
    photo = [{"file_id": "p", "file_unique_id": "u", "width": 1, "height": 1}]
    await world.write(to=card_of(ticket), photo=photo, caption="This is the new lid.")
    await world.deliver()
    line, copy = world.to(IVAN)[-2:]
    assert line.text == f"Boris отвечает вам (#1):\n{IN_ENGLISH}"
    assert copy.method == "copyMessage"
    assert len(notes(world)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Мы уже отправили.",
        "OK",
        "👍",
        "https://lumen.example b",
        "DHL Express",
        "Wir kommen morgen",
    ],
)
async def test_what_may_be_the_customer_s_language_is_not_remarked_on(
    world: World, text: str
) -> None:
    await world.group()
    ivan = await world.customer("Иван", IVAN, language="ru")
    ticket = await world.complain(ivan, "Течёт.", chat=IVAN)
    await world.write(text, to=card_of(ticket))
    await world.deliver()
    assert not notes(world)
    assert "Это написано" not in world.texts(IVAN)[-1]


async def test_what_was_done_is_remarked_on_too(world: World) -> None:
    await world.group()
    await world.complain(await world.customer("丽娜", IVAN, language="zh"), "漏水。", chat=IVAN)
    await world.write("/resolve #1 We sent you a new lid.")
    await world.deliver()
    assert notes(world)
    assert "以下内容是用英文写的：\nWe sent you a new lid." in world.texts(IVAN)[-1]


async def test_each_team_reads_its_own_language(world: World) -> None:
    world.services.config = load_config(TEAMS)
    await world.group()
    await world.group(OTHER, "tasting")
    anna = await world.customer()
    await world.complain(anna, "It was late.")
    ticket = await world.complain(anna, "It was bitter.", category="taste")
    assert "Delivery" in world.texts(FORUM)[-1]
    card = world.texts(OTHER)[-1]
    assert "Вкус" in card
    assert "Читает по-английски" in card
    answer = await world.press(pack("t", "take", ticket.id), chat=OTHER)
    await world.deliver()
    assert CYRILLIC.search(answer["text"])
    await world.write("/help", chat=OTHER)
    await world.write("/tickets", chat=OTHER)
    await world.write("/change Крышки", chat=OTHER)
    await world.deliver()
    for text in world.texts(OTHER):
        assert CYRILLIC.search(text), text
    for text in world.texts(FORUM):
        assert not CYRILLIC.search(text), text


async def test_an_admin_in_private_reads_what_their_account_reads(world: World) -> None:
    world.services.config = load_config(TEAMS)
    await world.group(OTHER, "tasting")
    await world.customer("Ada", ADMIN, language="zh")
    assert await world.do(lambda work: reader_language(work, ADMIN)) == "zh"
    assert await world.do(lambda work: reader_language(work, OTHER)) == "ru"
    assert await world.do(lambda work: reader_language(work, -5)) == "en"


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "Trial started, trial_box"),
        ("ru", "Начало пробного периода, trial_box"),
        ("zh", "开始试用，trial_box"),
    ],
)
async def test_what_happened_lately_is_told_by_its_title(
    world: World, language: str, shown: str
) -> None:
    config = CONFIG.replace("brand: {", f"brand: {{default_language: {language}, ")
    titles = ", ".join(f"{each}: {title}" for each, title in OWN_TITLE.items())
    own = f"\nevents:\n  - {{id: tasted, title: {{{titles}}}}}"
    world.services.config = load_config(config + own)
    await world.group()
    anna = await world.customer()

    async def happen(work: Work) -> None:
        for number, kind in ((1, "tasted"), (2, "trial_started"), (3, "unheard_of")):
            product = "trial_box" if kind == "trial_started" else ""
            at = world.now
            event = Event(EventId(number), f"e{number}", anna.id, kind, at, at, product=product)
            work.unit.add(event)

    await world.do(happen)
    await world.complain(anna)
    card = world.texts(FORUM)[-1]
    assert shown in card
    assert OWN_TITLE[language] in card
    assert "unheard_of" in card
    assert "trial_started" not in card


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We changed the lid.", "en"),
        ("Мы заменили крышку", "ru"),
        ("我们换了盖子", "zh"),
        ("Anna", None),
        ("12345 — 67", None),
        ("谢谢 Anna and everybody", None),
        ("", None),
    ],
)
def test_a_language_is_told_only_where_it_is_plain(text: str, language: str | None) -> None:
    assert plainly(text, ("en", "ru", "zh")) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Refund issued.", "en"),
        ("Уже отправили.", "ru"),
        ("已寄出。", "zh"),
        ("Sorry, Анна, the lid broke", "en"),
        ("Lumen Tea Monthly Box", None),
        ("Новая Почта", None),
        ("Le colis est parti ce matin, désolé pour le retard", None),
        ("Кришки тепер мають гумове кільце, вибачте за затримку", None),
        ("My uzhe otpravili vam novuyu kryshku", None),
    ],
)
def test_a_language_is_named_over_words_only_beyond_doubt(text: str, language: str | None) -> None:
    assert evidently(text, ("en", "ru", "zh")) == language
