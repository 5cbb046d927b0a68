"""Recalls in the chat: from the first word to "is it right now?"."""

from typing import Any

from bot.core.events import CustomerLinked
from bot.core.work import Work
from flows.entities import Account, Participant, Recall, Webhook
from tests.bot.desk.world import ADMIN, ANNA, BORIS, CLARA, FORUM
from tests.bot.recalls.conftest import MING, OLEG, RUSSIAN, Recalling
from tests.databases import on_both


async def participants(recalling: Recalling) -> list[Participant]:
    async def ask(unit: Any) -> list[Participant]:
        found = await unit.recalls.latest(1)
        waiting = [await unit.get(Participant, number) for number in range(1, 10)]
        return [each for each in waiting if each is not None and each.recall_id == found[0].id]

    return await recalling.world.read(ask)  # type: ignore[no-any-return]


@on_both
async def test_everybody_is_told_in_their_language_once_and_it_ends_with_thanks(
    recalling: Recalling,
) -> None:
    world = recalling.world
    assert "Everybody who got The kettle" in await _drafted(recalling)
    draft = await recalling.presses(ADMIN, "Tell them…")
    refused = await recalling.presses(ADMIN, "Yes, tell them")
    assert "2 people are told" in draft
    assert "1 person reads English; there is no text in English." in refused
    begun = await recalling.begun()
    assert "People are being told" in begun
    await recalling.told()
    [english], [russian] = world.texts(ANNA), world.texts(OLEG)
    assert "The lid can come off while you pour." in english
    assert "We descale it, too." in english
    assert "Крышка может соскочить." in russian
    assert "срока нет" in russian
    figures = await recalling.presses(ADMIN, "Refresh")
    assert "Told: 2 of 3" in figures
    assert "Not reached: 1 (never came here: 1)" in figures
    await recalling.presses(ADMIN, "Those not reached, as a table")
    table = world.sent[-1].file
    assert table is not None
    assert table.content.decode("utf-8-sig").splitlines()[1] == "C-503,Ming,,zh,unlinked"
    told: list[Webhook] = await world.read(
        lambda unit: unit.webhooks.log(receiver="crm", state="", since=None, limit=10)
    )
    [unreached] = [each for each in told if each.type == "recall.unreached"]
    assert (unreached.data["customer"], unreached.data["why"]) == ("C-503", "unlinked")

    # The one who no longer has it, and who has it after all.
    await recalling.presses(OLEG, "У меня этого больше нет")
    await recalling.presses(OLEG, "Всё-таки это у меня")
    await recalling.presses(OLEG, "Выбрать место и время")
    for label in ("вт 5 мая", "10:00", "Да, записать"):
        await recalling.presses(OLEG, label)
    await recalling.presses(ANNA, "Choose place and time")
    for label in ("Tue 5 May", "10:30", "Yes, book it"):
        await recalling.presses(ANNA, label)
    await recalling.presses(ANNA, "It is no longer mine")  # her time is free again
    await recalling.presses(ANNA, "It is mine after all")
    await world.later(days=1)
    await world.write("/recalls today", by=BORIS)
    await world.deliver()
    assert world.texts(FORUM)[-1] == ("To do for recalls\nRC2 · Олег: comes at 10:00, The workshop")
    await recalling.presses(ANNA, "I have a question")
    await recalling.says(ANNA, "Does the lid fit the old kettle?")
    for label in ("Send",):
        if label in recalling.buttons(ANNA):
            await recalling.presses(ANNA, label)
    about = "A question about the recall RC2, “The lid of your kettle”."
    assert any(about in text for text in world.texts(FORUM))

    # Put right, handed back, right now, or not.
    await recalling.presses(BORIS, "Ready: Олег", FORUM)
    await world.write("/recalls ready C-501", by=BORIS)
    await world.deliver()
    await recalling.presses(OLEG, "Выбрать, когда забрать")
    for label in ("вт 12 мая", "10:00", "Да, записать"):
        await recalling.presses(OLEG, label)
    assert "It is ready." in world.texts(ANNA)[-1]
    assert "right now" in await recalling.presses(ANNA, "I have it again")
    assert "Thank you for coming" in await recalling.presses(ANNA, "Yes, it is")
    await recalling.presses(OLEG, "Это снова у меня")
    assert "человек займётся этим сразу" in await recalling.presses(OLEG, "Нет, что-то не так")
    assert any("Not right after the recall RC2" in text for text in world.texts(FORUM))
    assert await recalling.presses(OLEG, "Нет, что-то не так") == (
        "Вы уже сказали об этом; этим занимается человек."
    )

    # It ends once, with figures.
    await recalling.presses(ADMIN, "End it…")
    await recalling.presses(ADMIN, "Yes, end it")
    await world.deliver()
    report = world.texts(FORUM)[-1]
    assert "Right now: 1, not right: 1" in report
    assert "Of those told, 0 had complained before, 2 had not" in report
    assert "It has ended already" in await recalling.presses(ADMIN, "Yes, end it")


async def _drafted(recalling: Recalling) -> str:
    await recalling.says(ADMIN, "/recalls")
    for label in ("New recall", "Who got a product", "The kettle"):
        await recalling.presses(ADMIN, label)
    assert "cannot read days" in (await recalling.says(ADMIN, "last spring"))[-1]
    assert "before the first" in (await recalling.says(ADMIN, "2026-05-05 2026-05-01"))[-1]
    assert "Nobody got this product" in (await recalling.says(ADMIN, "2020-01-01 2020-02-01"))[-1]
    [draft] = await recalling.says(ADMIN, "2026-05-01 2026-05-31")
    await recalling.presses(ADMIN, "✍ Text: Russian")
    assert "Something is missing" in (await recalling.says(ADMIN, "Крышка\n\nСоскочит."))[-1]
    await recalling.says(ADMIN, RUSSIAN)
    return draft


@on_both
async def test_paused_corrected_and_whoever_comes_later_is_told(recalling: Recalling) -> None:
    world = recalling.world
    await recalling.begun()
    await world.write("/recalls", by=CLARA)
    await world.deliver()
    assert "that is for seniors" in await recalling.presses(BORIS, "Pause", FORUM)
    await recalling.world.fire()  # rows are written, and none has left yet
    assert "Paused." in await recalling.presses(CLARA, "Pause", FORUM)
    assert world.texts(ANNA) == []
    assert {each.state for each in await participants(recalling)} == {"waiting", "unlinked"}
    await recalling.presses(ADMIN, "Refresh")
    await recalling.presses(ADMIN, "Go on")
    await recalling.told()
    assert len(world.texts(ANNA)) == len(world.texts(OLEG)) == 1

    await recalling.presses(ADMIN, "Refresh")
    await recalling.presses(ADMIN, "Correct it…")
    await recalling.presses(ADMIN, "✍ Text: English")
    await recalling.says(ADMIN, "The lid\n\nIt is the handle, not the lid.\n\nWe mend both.")
    await recalling.presses(ADMIN, "Tell the correction…")
    assert "1 person reads Russian" in await recalling.presses(ADMIN, "Yes, tell the correction")
    await recalling.presses(ADMIN, "✍ Text: Russian")
    await recalling.says(ADMIN, "Крышка\n\nДело в ручке.\n\nПочиним и то и другое.")
    await recalling.presses(ADMIN, "Yes, tell the correction")
    await recalling.told()
    await recalling.told()
    assert [("handle" in text) for text in world.texts(ANNA)] == [False, True]
    assert "должны поправить" in world.texts(OLEG)[-1]
    assert len(world.texts(OLEG)) == 2
    assert "Read the correction: 2 of 2" in await recalling.presses(ADMIN, "Refresh")
    assert MING not in {sent.row.chat_id for sent in world.sent}

    await world.later(hours=1)
    assert "Everybody who could be told has been told." in world.texts(FORUM)[-1]

    async def ming_comes(work: Work) -> None:
        ming = await work.unit.customers.by_ref(f"C-{MING}")
        assert ming is not None
        work.unit.add(Account(MING, ming.id, work.now, language_code="zh"))
        await work.emit(CustomerLinked(ming.id, MING))

    await world.do(ming_comes)
    posted = len(world.texts(FORUM))
    await recalling.told()
    await world.later(hours=1)
    [late] = world.texts(MING)
    assert "英文" in late.splitlines()[1], "it says that it is not in their language"
    assert "It is the handle, not the lid." in late
    assert len(world.texts(FORUM)) == posted, "nobody is told again that all were told"
    why = (await recalling.says(ADMIN, f"/why C-{MING}"))[-1]
    assert "RC1 “The lid”: told on" in why
    recall: Recall = (await world.read(lambda unit: unit.recalls.latest(1)))[0]
    assert (recall.state, recall.round, recall.pending) == ("running", 2, {})
