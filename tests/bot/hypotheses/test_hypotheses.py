"""Hypotheses in the chat: from the first question to what was learned."""

import json
from datetime import timedelta
from typing import Any

from bot.configuration import changes
from bot.core.work import Work
from bot.hypotheses import running
from bot.hypotheses.standing import counted
from flows.config import load_config
from flows.entities import Customer, CustomerId, Event, EventId
from flows.entities.lifecycle import Person, Refusal
from storage.ids import new_id
from tests.bot.desk.world import ADMIN, NOW
from tests.bot.recalls.conftest import Recalling
from tests.databases import on_both

PEOPLE = 400
RECEIVER = "webhooks: [{id: shop, url: 'https://shop.example/', secret: SHOP_SECRET}]"
SAM = Person(ADMIN, "Sam")


def bought(customer: CustomerId, kind: str, at: Any) -> Event:
    number = new_id()
    return Event(EventId(number), f"e-{number}", customer, kind, at, at, product="kettle")


async def test_from_the_first_question_to_what_was_learned(recalling: Recalling) -> None:
    world = recalling.world
    await recalling.owner("Сэм", ADMIN, "ru")
    assert "Пока ни одной" in (await recalling.says(ADMIN, "/hypotheses"))[0]
    first = await recalling.presses(ADMIN, "Новая гипотеза")
    assert "Людей для этого мало: сейчас 5, нужно хотя бы 300" in first
    await _many(recalling)
    await recalling.presses(ADMIN, "👥 Владельцы")
    await recalling.presses(ADMIN, "Первое использование")
    await recalling.presses(ADMIN, "Доставка")
    assert "не больше 200 знаков" in (await recalling.says(ADMIN, "x" * 201))[-1]
    await recalling.says(ADMIN, "Краткая инструкция вместо длинной")
    unknown = (await recalling.says(ADMIN, "renewwed"))[-1]
    assert "Событий такого типа ещё не было. Были такие: churned, purchase, renewed" in unknown
    await recalling.presses(ADMIN, "Продление")
    await recalling.says(ADMIN, "+5")
    assert "от 1 % до 99 %" in (await recalling.says(ADMIN, "100"))[-1]
    await recalling.presses(ADMIN, "50 %")
    assert "должен быть конец" in (await recalling.says(ADMIN, "никогда"))[-1]
    await recalling.says(ADMIN, (NOW + timedelta(days=90)).date().isoformat())
    written = await recalling.presses(ADMIN, "Уход")
    assert "Записано." in written
    assert "Барьер: Первое использование · Доставка" in written
    assert "Ждём: «Продление» за 30 дн., +5 п. п." in written

    await recalling.presses(ADMIN, "Начать…")
    assert "Считаю" in await recalling.presses(ADMIN, "Да, начать")
    assert "идёт до" in world.texts(ADMIN)[-1]
    assert "Она уже начата" in await recalling.presses(ADMIN, "Да, начать")
    await world.fire()
    await world.fire()
    await recalling.presses(ADMIN, "Обновить")
    assert "Пока рано" in world.texts(ADMIN)[-1]

    # Among those who get the change nobody renews, among the others every third.
    await _renewals(recalling)
    await world.later(days=31)
    await world.deliver()
    stopped = world.texts(ADMIN)[-1]
    assert "остановилась сама: явно выходит обратное" in stopped
    assert "Завершите её" in stopped
    await recalling.presses(ADMIN, "Открыть")
    await recalling.presses(ADMIN, "Завершить и записать, что узнали…")
    ended = (await recalling.says(ADMIN, "Короткую никто не дочитал."))[-1]
    assert "завершена: «Короткую никто не дочитал.»" in ended
    listed = (await recalling.says(ADMIN, "/hypotheses"))[-1]
    assert "h1 · Краткая инструкция вместо длинной: завершена" in listed
    await recalling.presses(ADMIN, "CSV")
    assert "Гипотез: 1, считая и неудачные." in json.dumps(
        world.to(ADMIN)[-1].params, ensure_ascii=False
    )


async def _many(recalling: Recalling) -> None:
    """Many more who bought a kettle, and one who renewed, and one who left."""

    async def action(work: Work) -> None:
        for number in range(PEOPLE):
            made = Customer(CustomerId(new_id()), f"M-{number}", NOW)
            work.unit.add(made)
            work.unit.add(bought(made.id, "purchase", NOW))
        for kind in ("renewed", "churned"):
            work.unit.add(bought(made.id, kind, NOW - timedelta(days=1)))

    await recalling.world.do(action)


async def _renewals(recalling: Recalling) -> None:
    async def action(work: Work) -> None:
        people = await work.unit.customers.by_refs([f"M-{number}" for number in range(PEOPLE)])
        ids = {ref: each.id for ref, each in people.items()}
        treated = await work.unit.hypotheses.treated(list(ids.values()), ["h1"])
        for number in range(0, PEOPLE, 3):
            whose = ids[f"M-{number}"]
            if whose not in treated:
                work.unit.add(bought(whose, "renewed", work.now + timedelta(days=2)))

    await recalling.world.do(action)


@on_both
async def test_what_was_written_down_counts_whatever_is_edited(
    recalling: Recalling,
) -> None:
    world = recalling.world
    plan = "{id: guide, change: A guide, segment: owners, event: purchase, expect: 3, look: %s}"

    async def configured(look: str, also: str = "") -> None:
        async def action(work: Work) -> None:
            written = changes.dump_config(
                work.services.config.model_copy(update={"hypotheses": ()})
            )
            entry = plan.replace("expect: 3", also or "expect: 3") % look
            new = load_config(written.replace("hypotheses: []", f"hypotheses: [{entry}]"))
            new = new.model_copy(update={"webhooks": load_config(RECEIVER).webhooks})
            await changes.change(work, new, "cli:sam")
            world.services.config = new

        await world.do(action)

    async def begin(work: Work) -> Any:
        return await running.begin(work, "guide", SAM)

    await configured("2026-05-01")
    assert await world.do(begin) == Refusal("over")
    await configured("2027-05-01", "expect: 3, stop_if: left")
    assert await world.do(begin) == Refusal("no_event")
    await configured("2027-05-01")
    await world.do(begin)
    assert await world.do(begin) == Refusal("begun")
    await world.fire()
    await configured("2026-12-01", "expect: -9")

    async def look(work: Work) -> None:
        found = await counted(work, "guide")
        assert found is not None
        assert found.begun is not None
        assert found.figures is not None
        assert found.rewritten
        assert found.plan.expect == 3
        assert found.figures.treated + found.figures.control == 3
        assert found.figures.over.people == 0
        refs = await work.unit.customers.by_refs(["C-501", "C-502", "C-503"])
        ids = [each.id for each in refs.values()]
        treated = await work.unit.hypotheses.treated(ids, ["guide", "other"])
        assert len(treated) == found.figures.treated
        assert set(treated.values()) <= {frozenset({"guide"})}
        told = await work.unit.webhooks.due("shop", work.now, 10)
        assert {each.type for each in told} == {"hypothesis.assigned"}

    await world.do(look)
    await world.do(lambda work: running.stop(work, "guide", SAM))
    stopped = await world.read(lambda unit: unit.hypotheses.by_name("guide"))
    assert (stopped.state, stopped.stopped_why) == ("stopped", "person")
    assert await world.do(lambda work: running.drop(work, "guide", ADMIN)) == Refusal("begun")
    assert await world.do(lambda work: running.stop(work, "guide", SAM)) == Refusal("is_stopped")
    await world.do(lambda work: running.end(work, "guide", "Nothing.", SAM))
    assert await world.do(lambda work: running.end(work, "guide", "Again.", SAM)) == Refusal(
        "is_ended"
    )
