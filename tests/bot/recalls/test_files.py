"""`verso recall`, and lists in the chat: strangers are named, and nothing is half done."""

from pathlib import Path

from tests.bot.cli.conftest import Verso, logging_as_it_was, run
from tests.bot.desk.world import ADMIN
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


async def test_a_list_in_the_chat(recalling: Recalling) -> None:
    await recalling.says(ADMIN, "/recalls")
    for label in ("New recall", "A list"):
        await recalling.presses(ADMIN, label)
    [strangers] = await recalling.says(ADMIN, "C-501\nC-777\nC-778")
    assert strangers.startswith("2 of the list are nobody I know: C-777, C-778.")
    [draft] = await recalling.says(ADMIN, "C-501\nC-502\nC-503")
    assert "3 people are concerned." in draft
    assert "2 can be told here, 1 cannot" in draft
    assert "1 person reads Russian; there is no text in Russian." in draft
    assert "Thrown away" in await recalling.presses(ADMIN, "Throw it away")
    await recalling.presses(ADMIN, "New recall")
    await recalling.presses(ADMIN, "A segment")
    assert "Everybody of the segment" in await recalling.presses(ADMIN, "Kettle owners")
    for label in ("Places and times", "A list of times"):
        await recalling.presses(ADMIN, label)
    wrong = await recalling.says(ADMIN, "place,start,capacity\nShed,2020-01-01 10:00,0")
    assert "2" in wrong[-1]
    [taken] = await recalling.says(ADMIN, "place,start,capacity\nShed,2026-06-01 10:00,2")
    assert "1 time is put up." in taken
