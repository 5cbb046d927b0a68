"""`verso recall`, and lists in the chat: strangers are named, and nothing is half done."""

from pathlib import Path

import pytest

from bot.recalls.staff_views import StaffViews
from bot.slots.views import SlotViews
from flows.config import load_config
from flows.entities import Recall, Slot
from flows.slots.lists import SlotsError, read_slots
from storage.repositories.base import all_of
from tests.bot.cli.conftest import Verso, logging_as_it_was, run
from tests.bot.desk.world import ADMIN, ANNA, NOW
from tests.bot.harness import services_for
from tests.bot.recalls.conftest import Recalling

__all__ = ["logging_as_it_was", "run"]
SHOP = """
brand: {name: Lumen Tea, languages: [en, ru], default_language: en, time_zone: Europe/Berlin}
teams: [{id: support, categories: ["*"]}]
products: [{id: kettle, title: {en: The kettle, ru: Чайник}}]
"""
RECALL = """
whom: {list: owners.csv}
slots: slots.csv
texts:
  en: {title: The lid, wrong: It can come off., doing: We put on another one.}
"""


def test_a_recall_from_a_file_and_who_was_not_reached(run: Verso, tmp_path: Path) -> None:
    def write(name: str, text: str) -> None:
        (tmp_path / name).write_text(text, "utf-8")

    write("shop.yaml", SHOP)
    assert run("apply", "--yes", "shop.yaml")[0] == 0
    write("people.csv", "ref,name,language\nC-1,Anna,en\nC-2,=Oleg,ru\n")
    assert run("import", "customers", "people.csv")[0] == 0
    write("recall.yaml", RECALL)
    write("owners.csv", "ref\nC-1\nC-2\nC-9\n")
    write("slots.csv", "place,start,capacity\nWorkshop,2020-01-01 10:00,0\n")
    code, _, err = run("recall", "new", "recall.yaml")
    assert (code, "1 of the list is nobody I know: C-9" in err) == (1, True)
    write("owners.csv", "ref\nC-1\nC-2\n")
    code, _, err = run("recall", "new", "recall.yaml")
    assert (code, "slots.csv" in err) == (2, True), "a time in the past, and room for nobody"
    assert run("recall", "list")[1] == "There is none.\n", "nothing is half done"
    write("recall.yaml", RECALL.replace("slots: slots.csv\n", ""))
    code, out, _ = run("recall", "new", "recall.yaml")
    assert (code, out.splitlines()[0]) == (0, "RC1 · The lid: a draft. By a list of 2 customers.")
    assert run("recall", "unreached", "RC1")[1] == "ref,name,phone,language,why\r\n"
    code, out, _ = run("recall", "start", "RC1")
    assert (code, "Everybody is told" in out) == (0, True)
    assert run("recall", "start", "rc1")[2] == "People are being told already.\n"
    assert run("recall", "pause", "RC1")[0] == 0
    assert run("recall", "resume", "RC1")[0] == 0
    write("correction.yaml", "texts: {en: {title: The lid}}")
    code, _, err = run("recall", "correct", "RC1", "correction.yaml")
    assert (code, "texts.en needs a title, wrong and doing" in err) == (2, True)
    assert "Told: 0 of 2" in run("recall", "show", "RC1")[1]
    assert run("recall", "end", "RC1")[0] == 0
    assert "It has ended already" in run("recall", "end", "RC1")[2]
    assert run("recall", "end", "seven")[0] == 2


async def _recalls(recalling: Recalling) -> list[Recall]:
    return await recalling.world.read(  # type: ignore[no-any-return]
        lambda unit: unit.recalls.latest(5)
    )


SAID = {
    "en": (
        "2 of the list are nobody I know: C-9, C-8. Nothing was made of it; register them first, "
        "or take them out.",
        "30 people read Russian; there is no text in Russian.",
        "Line 2: its start is in the past.\n"
        "Line 3: the capacity has to be a whole number from 1 to 10000.",
    ),
    "ru": (
        "2 из списка мне не знакомы: C-9, C-8. Ничего не создано: сначала зарегистрируйте или "
        "уберите из списка.",
        "30 человек читают на языке «русский»; текста на нём нет.",
        "Строка 2: начало в прошлом.\nСтрока 3: число мест — целое, от 1 до 10000.",
    ),
    "zh": (
        "名单中有 2 个我不认识：C-9、C-8。什么都没有建立；请先登记，或从名单里去掉。",
        "有 30 人读俄语，但没有俄语的文字。",
        "第 2 行：开始时间已过。\n第 3 行：名额应为 1 到 10000 的整数。",
    ),
}


@pytest.mark.parametrize("language", SAID)
def test_what_is_wrong_is_a_sentence_in_each_language(language: str) -> None:
    services = services_for(config=load_config(SHOP))
    views = StaffViews(services, language)
    times = SlotViews(services, language, "Europe/Berlin", NOW)
    table = "place,start,capacity\nShed,2020-01-01 10:00,1\nShed,2026-06-01 10:00,0"
    with pytest.raises(SlotsError) as wrong:
        read_slots(table, "recall/1", services.config, NOW)
    said = views.strangers(["C-9", "C-8"]), views.unwritten({"ru": 30})
    assert (*said, times.faults(wrong.value.faults).partition("\n")[2]) == SAID[language]


async def test_a_list_in_the_chat(recalling: Recalling) -> None:
    await recalling.says(ADMIN, "/recalls")
    for label in ("New recall", "A list"):
        await recalling.presses(ADMIN, label)
    [strangers] = await recalling.says(ADMIN, "C-501\nC-777\nC-778")
    assert strangers.startswith("2 of the list are nobody I know: C-777, C-778.")
    assert await _recalls(recalling) == [], "nothing is half done"
    [draft] = await recalling.says(ADMIN, "C-501\nC-502\nC-503")
    assert "3 people are concerned." in draft
    assert "2 can be told here, 1 cannot" in draft
    assert "1 person reads Russian; there is no text in Russian." in draft
    await recalling.presses(ADMIN, "✍ Text: English")
    await recalling.says(ADMIN, "A\n\nB.\n\nC.")
    await recalling.presses(ADMIN, "Tell them…")
    assert "no text in Russian" in await recalling.presses(ADMIN, "Yes, tell them")
    assert [each.state for each in await _recalls(recalling)] == ["draft"]
    await recalling.told()
    assert recalling.world.texts(ANNA) == [], "nobody is told as long as one could not read it"
    assert "Thrown away" in await recalling.presses(ADMIN, "Throw it away")
    await recalling.presses(ADMIN, "New recall")
    await recalling.presses(ADMIN, "A segment")
    assert "Everybody of the segment" in await recalling.presses(ADMIN, "Kettle owners")
    for label in ("Places and times", "A list of times"):
        await recalling.presses(ADMIN, label)
    wrong = await recalling.says(ADMIN, "place,start,capacity\nShed,2020-01-01 10:00,0")
    assert "Line 2: its start is in the past." in wrong[-1]
    full = "place,start,capacity\nShed,2026-06-01 10:00,2\nShed,2026-06-01 11:00,0"
    assert "Line 3: the capacity has" in (await recalling.says(ADMIN, full))[-1]
    slots = await recalling.world.read(lambda unit: unit.find(Slot, all_of(Slot)))
    assert (slots, [each.own_slots for each in await _recalls(recalling)]) == ([], [False])
    [taken] = await recalling.says(ADMIN, "place,start,capacity\nShed,2026-06-01 10:00,2")
    assert "1 time is put up." in taken
