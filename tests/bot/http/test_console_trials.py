"""Trials and the words of asks in the console, over HTTP; what is typed wrong, old and hostile."""

import re
from typing import Any

from bot.configuration import changes
from flows.entities import Hypothesis
from tests.bot.http.test_console import (
    HOSTILE,
    Reader,
    admin,
    come_in,
    counted,
    read,
    reader,
    send,
    stage,
)
from tests.bot.http.trialling import try_out
from tests.bot.stage import Somebody, Stage
from tests.databases import on_both

__all__ = ["admin", "reader", "stage"]

PLAN = {
    "segment": "",
    "stage": "first_use",
    "category": "",
    "change": HOSTILE,
    "event": "renewed",
    "expect": "+5",
    "control": "50%",
    "look": "2026-08-01",
    "stop_if": "",
}


@on_both
async def test_a_hypothesis_from_the_page_to_what_was_learned(
    stage: Stage, reader: Reader, admin: Somebody
) -> None:
    token = await come_in(reader, admin)
    assert "No event of this type has come yet. These have: -" in await send(
        reader, "/console/trials/new", token=token, **PLAN
    )
    await try_out(stage)
    form = await read(reader, "/console/trials/new")
    assert "Waiting and delivery" in form
    assert '<option value="renewed">' in form
    wrong = PLAN | {"expect": "0", "control": "100", "look": "", "segment": "no"}
    page = await send(reader, "/console/trials/new", token=token, **wrong)
    assert "Not written down yet" in page
    for why in ("such as 3 or -1.5", "from 1 % to 99 %", "needs an end", "no such group"):
        assert why in page
    assert 'aria-describedby="why-look"' in page
    assert HOSTILE in page  # unescaped by the test alone
    assert "nothing was done" in await send(reader, "/console/trials/new", 403, **PLAN)
    for _ in range(2):  # pressed twice it is written down once
        page = await send(reader, "/console/trials/new", token=token, **PLAN)
        assert "Nobody is assigned before" in page
    assert [each.id for each in (await stage.use(changes.stored)).hypotheses] == ["h1"]

    page = await counted(reader, "/console/trials")
    assert "3 trials are running" in page  # a hypothesis and two schedules
    assert "There is nothing to compare yet" in page
    [drawn] = re.findall(r'<svg class="drawn good"[^>]*aria-label="(guide[^"]*)"', page)
    for figure in ("54 of 160", "18 of 160", "Difference: +22.5 points", "+20 points"):
        assert figure in drawn
    assert "Too early to say anything" in page
    assert "30 people in the smaller group" in page
    assert "ended: “Nobody saw the tin.”" in page
    assert "Text “news”: 54 of 160" in page

    async def press(deed: str, about: str, **more: str) -> str:
        form = {"token": token, "deed": deed, "about": about, "back": "trials"}
        return await send(reader, "/console/do", **form, **more)

    assert "It has begun" in await press("trial_begin", "h1")
    assert "It has begun already" in await press("trial_begin", "h1")
    assert "It has begun already" in await press("trial_drop", "h1")
    assert "in at most 1000 characters" in await press("trial_end", "h1", words=" ")
    assert "It has stopped." in await press("trial_stop", "guide")
    assert "It has ended" in await press("trial_end", "h1", words="Kept.\r\nTwice.")
    assert "It has ended already" in await press("trial_end", "h1", words="Again.")
    assert "It is not written down any more" in await press("trial_begin", "../h7")
    assert "sending you the table" in await press("trial_table", "")
    assert stage.sent[-1].chat_id == 900
    found = {each.name: each for each in await stage.all(Hypothesis)}
    assert (found["h1"].state, found["h1"].learned) == ("ended", "Kept.\nTwice.")
    assert found["guide"].state == "stopped"
    audit = admin.told(await admin.says("/audit"))[0]
    assert audit.count("Ada") + audit.count("900") >= 3
    month = await counted(reader, "/console")
    assert "May 2026" in month
    assert "<strong>0 / 25</strong> people told what changed" in month


@on_both
async def test_words_are_changed_in_every_language_and_taken_back(
    stage: Stage, reader: Reader, admin: Somebody
) -> None:
    token = await come_in(reader, admin)
    page = await read(reader, "/console/asks/words?of=silent-trial")
    assert "Hi {first_name}, half of your trial" in page
    assert '<p class="bubble">Hi Ada, half of your trial of' in page
    said = {
        "text-en": "Hi {first_name}, is all well?",
        "text-ru": "Здравствуйте, {first_name}. Всё ли хорошо?",
        "text-zh": "{first_name}，你好。一切都好吗？",
    }
    form = {"token": token, "of": "silent-trial", "place": "plain", "shown": _shown(page)} | said
    looked = await send(reader, "/console/asks/words", press="look", **form)
    assert '<p class="bubble">Здравствуйте, Ada. Всё ли хорошо?' in looked
    assert await stage.use(changes.current_version) == 0
    for text, why in (
        ("", "nothing to read"),
        ("{nmae}", "{nmae}"),
        ("x" * 5000, "4"),
        ("\x07 a", ""),
    ):
        bad = await send(reader, "/console/asks/words", press="put", **form | {"text-ru": text})
        assert "Nothing was changed: something in these words does not fit yet" in bad
        assert why in bad
        assert 'class="late"' in bad
    assert await stage.use(changes.current_version) == 0
    done = await send(reader, "/console/asks/words", press="put", **form)
    assert "asked with from now on" in done
    assert await _words(stage, "plain") == {key[5:]: text for key, text in said.items()}
    late = form | {"text-en": "Hi {first_name}, another one?"}
    page = await send(reader, "/console/asks/words", press="put", **late)
    assert "Somebody has changed these words meanwhile" in page
    assert "Hi {first_name}, another one?" in page
    again = form | {"shown": _shown(page)}
    assert "asked with from now on" in await send(
        reader, "/console/asks/words", press="put", **again
    )
    page = await read(reader, "/console/asks/words?of=silent-trial&place=%2B")
    third = form | {"place": "+", "shown": _shown(page)}
    await send(reader, "/console/asks/words", press="put", **third)
    assert len(await _words(stage)) == 3

    async def press(deed: str, place: str) -> str:
        version = await stage.use(changes.current_version)
        about = f"{version}/silent-trial/{place}"
        form = {"token": token, "deed": deed, "about": about, "back": "asks", "of": "silent-trial"}
        return await send(reader, "/console/do", **form)

    assert "not there any more" in await press("words_drop", "zzz")
    assert "left out" in await press("words_drop", "news")
    assert set(await _words(stage)) == {"plain", "a"}
    assert "own words are said again" in await press("words_own", "")
    version = await stage.use(changes.current_version)
    undo = {"token": token, "deed": "undo", "about": str(version), "back": "asks"}
    assert "Taken back" in await send(reader, "/console/do", **undo)
    assert set(await _words(stage)) == {"plain", "a"}
    for path in ("?of=no", "?of=silent-trial&place=zzz", "?of=silent-trial&place=%00", ""):
        assert "Nothing was changed" in await read(reader, f"/console/asks/words{path}")
    gone = {"token": token, "press": "put", "of": "no", "shown": "-7"}
    assert "not there any more" in await send(reader, "/console/asks/words", **gone)


def _shown(page: str) -> str:
    return re.findall(r'name="shown" value="(\d+)"', page)[0]


async def _words(stage: Stage, name: str = "") -> Any:
    """The words of each text by its id, or those of one."""
    schedule = (await stage.use(changes.stored)).schedule("silent-trial")
    assert schedule is not None
    found = {each.id: dict(each.text) for each in schedule.variants}
    return found[name] if name else found
