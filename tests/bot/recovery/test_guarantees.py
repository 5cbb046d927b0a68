"""Guarantees: granted at once, above a limit by a person, each proof once, taken back."""

from datetime import timedelta
from typing import Any

import pytest

from bot.core.work import Work
from bot.desk import membership
from bot.insight import statistics
from bot.recovery import granting, pools
from flows.config import Grants, load_config
from flows.config.guarantees import GuaranteePlace
from flows.entities import Fund, LedgerLine, LedgerSum, LineKind, Outgoing, Remedy, Ticket
from flows.entities.kinds import Purpose
from tests.bot.entrances.test_strangers import card_of
from tests.bot.stage import EXAMPLE, STAFF_CHAT, Somebody, Stage, buttons, texts
from tests.databases import on_both

TITLED = "title: {en: The till, ru: Касса, zh: 收银台}, place: House"
MORE = f"""
  - {{id: receipt-till, {TITLED}, kind: guarantee, guarantee: no-receipt}}
  - {{id: cold-till, {TITLED}, kind: guarantee, guarantee: cold}}
  - {{id: word-till, {TITLED}, kind: guarantee, guarantee: rude}}
"""
GUARANTEES = """
remedies:
  - {id: free, title: {en: Your purchase, ru: Ваша покупка, zh: 你买的东西}, kind: refund,
     value: 6.00 EUR}
  - {id: tea, title: {en: A tea, ru: Чай, zh: 一杯茶}, kind: code, pool: teas}
grants: {per_grant: 20.00 EUR}
thanks:
  - {id: seen, when: proof, title: {en: A cup, ru: Чашка, zh: 一个杯子}, kind: other}
guarantees:
  - id: no-receipt
    title: {en: "Two charged: one is free", ru: "Дважды: одна даром", zh: 重复收费免一份}
    remedy: free
    proof: receipt
    per_place: 2
  - id: cold
    title: {en: "Cold tea: the next is free", ru: "Холодный чай: новый даром", zh: 茶凉再来一杯}
    remedy: tea
    proof: photo
    per_customer: 2
    hours: {from: "08:00", to: "20:00"}
  - id: rude
    title: {en: "No smile: tea is free", ru: "Без улыбки: чай даром", zh: 没有微笑免茶钱}
    remedy: free
    proof: none
"""


@pytest.fixture
async def stage(stage: Stage) -> Stage:
    source = EXAMPLE.read_text("utf-8").partition("\nremedies:")[0]
    assert "\nlimits:" in source
    source = source.replace("\nlimits:", f"{MORE}\nlimits:")
    stage.services.config = load_config(source + GUARANTEES)

    async def meet(work: Work) -> None:
        before = work.now - timedelta(days=30)
        for number in (900, 901):
            await membership.came(work, work.services.groups[STAFF_CHAT], number, before)

    await stage.use(meet)
    return stage


@pytest.fixture
def mira(stage: Stage) -> Somebody:
    found = Somebody(stage, 900, "Mira")
    found.chat = {"id": STAFF_CHAT, "type": "supergroup", "title": "Staff"}
    return found


def photo(unique: str) -> dict[str, Any]:
    return {"photo": [{"file_id": f"F{unique}", "file_unique_id": unique, "width": 1, "height": 1}]}


def staff(rows: list[Outgoing]) -> str:
    return "\n".join(row.params.get("text", "") for row in rows if row.chat_id == STAFF_CHAT)


def told(rows: list[Outgoing]) -> str:
    return "\n".join(row.params["text"] for row in texts(rows))


async def claims(person: Somebody, unique: str) -> list[Outgoing]:
    await person.says("/start at-cold-till")
    return await person.stage.take(person.message(**photo(unique)))


def button(stage: Stage, label: str) -> str:
    for row in reversed(stage.sent):
        for line in row.params.get("reply_markup", {}).get("inline_keyboard", []):
            for each in line:
                if row.chat_id == STAFF_CHAT and each["text"] == label:
                    return str(each["callback_data"])
    raise LookupError(label)


async def press(person: Somebody, label: str) -> str:
    known = set(person.stage.answers)
    await person.presses(button(person.stage, label))
    found = [value for key, value in person.stage.answers.items() if key not in known]
    return str(found[-1].get("text", ""))


async def replies(person: Somebody, words: str) -> list[Outgoing]:
    stage = person.stage
    asked = next(row for row in reversed(stage.sent) if row.purpose == Purpose.PROMPT)
    number = await stage.delivered(asked)
    bot = {"id": stage.services.bot_id, "is_bot": True, "first_name": "Verso"}
    replied = {**person.body(text=asked.params["text"]), "from": bot, "message_id": number}
    return await person.says(words, reply_to_message=replied)


async def thanked(stage: Stage) -> list[Remedy]:
    found: list[Remedy] = await stage.all(Remedy)
    return [each for each in found if each.fund is Fund.THANKS]


async def fill(stage: Stage, *codes: str) -> None:
    await stage.use(lambda work: pools.fill(work.unit, "teas", codes, work.now))


async def test_a_receipt_is_granted_at_once_and_once(
    stage: Stage, anna: Somebody, olga: Somebody, mira: Somebody
) -> None:
    [greeting] = texts(await anna.says("/start at-receipt-till"))
    assert greeting.params["text"].split("\n") == [
        "You are at: The till",
        "Our promise: Two charged: one is free",
        "",
        "Has it happened? Type the number of your receipt.",
    ]
    kept = told(await anna.says("I was charged two times"))
    assert "What it still takes is the number" in kept
    assert "I cannot read the number" in told(await stage.take(anna.message(**photo("P"))))
    assert await stage.all(Ticket) == []
    rows = await anna.says("It is 0042-17")
    first, end, _ = told(rows).partition("A person at Lumen Tea sees this, too.")
    assert first == "Two charged: one is free (#1)\nYour purchase (€6.00)\n"
    assert end
    assert "R1 was granted at once, Your purchase (€6.00)" in staff(rows)
    ticket = await stage.one(Ticket)
    assert ticket.words == "I was charged two times\nIt is 0042-17"
    card = await card_of(stage, ticket)
    assert "R1: Your purchase (€6.00), Lumen Tea, promised: Two charged: one is free" in card
    # The same number, written otherwise, by somebody else: a person decides, both read why.
    await olga.says("/start at-receipt-till")
    rows = await olga.says("№ 004217")
    assert "This proof was used before" in told(rows)
    assert "answers you here by Mon 4 May, 16:00" in told(rows)
    assert "the same proof was used before R1" in staff(rows)
    assert [each.kind for each in await stage.all(LedgerLine)] == [LineKind.GRANT]
    # Staff have looked, and allow it; it takes no senior, since it is within what one may grant.
    assert await press(mira, "Allow it") == "Granted. The customer knows."
    assert "already" in await press(mira, "Allow it")
    lines = await stage.all(LedgerLine)
    assert {(each.guarantee, each.place, each.fund.value) for each in lines} == {
        ("no-receipt", "House", "compensation")
    }
    # A third one at this place today is above its number of a day.
    late = Somebody(stage, 950, "Пётр", "ru")
    await late.says("/start at-receipt-till")
    assert "Нужен ещё номер чека" in told(await late.says("Списали два раза"))
    assert "Сегодня здесь это давали уже много раз" in told(await late.says("777-1"))
    assert await press(mira, "Do not") == "Not granted."
    assert "нельзя" in told(stage.sent[-3:]) or "не получится" in told(stage.sent)
    stage.clock.moment += timedelta(days=1)
    await Somebody(stage, 951, "Ян").says("/start at-receipt-till")
    [total] = [each for each in await stage.all(LedgerSum) if each.dimension.value == "place"]
    assert (total.who, total.grants) == ("no-receipt@House", 2)


@on_both
async def test_an_empty_pool_leaves_it_to_staff_and_a_code_is_void_until_redeemed(
    stage: Stage, anna: Somebody, olga: Somebody, mira: Somebody
) -> None:
    rows = await claims(anna, "A")
    assert "I have no code left for it" in told(rows)
    assert "no code is left in the pool" in staff(rows)
    assert await stage.all(LedgerLine) == []
    await fill(stage, "T-1", "T-2", "T-3", "T-4")
    assert (await press(mira, "Allow it")).startswith("Granted")
    assert "Your code: T-1" in told(stage.sent)
    # An album counts once; the rest of it is used as well.
    await olga.says("/start at-cold-till")
    album = [olga.message(**photo(name), media_group_id="7") for name in ("B", "C")]
    assert "Your code: T-2" in told(await stage.take(*album))
    assert len(await stage.all(Ticket)) == 2
    # A picture that comes later is for staff to see, and good for a claim of its own.
    stage.clock.moment += timedelta(minutes=1)
    assert "Added to #2" in told(await stage.take(olga.message(**photo("E"))))
    assert "used before" in told(await claims(anna, "C"))
    # Taken back with a word that the customer reads; the code is drawn no more.
    assert await press(mira, "Take back") == "Reply to the message below."
    rows = await replies(mira, "the cup is from another shop")
    assert "cannot be used any more" in told(rows)
    assert "the cup is from another shop" in told(rows)
    lines = await stage.all(LedgerLine)
    assert [each.kind for each in lines].count(LineKind.REVERSAL) == 1
    assert "T-3" in told(await claims(olga, "D"))
    back = button(stage, "Take back")
    assert await thanked(stage) == [], "what can still be taken back is not certain"
    assert await press(mira, "Redeemed") == "Done. The customer knows."
    assert [each.option for each in await thanked(stage)] == ["seen"]
    await mira.presses(back)
    assert "redeemed already" in str(list(stage.answers.values())[-1].get("text"))

    # Figures, in people.
    async def measure(work: Work) -> Any:
        return (await statistics.measure(work, 7)).guarantees

    [counts] = await stage.use(measure)
    assert (counts.opened, counts.granted, counts.voided, counts.above) == (2, 2, 1, 1)
    assert "T-4" in told(await claims(anna, "E"))


async def test_hours_words_and_what_is_under_way(
    stage: Stage, anna: Somebody, mira: Somebody
) -> None:
    # One's word is enough; twice in the time is for a person. Nobody is thanked for a word.
    for answer in ("No smile: tea is free (#1)", "You have had it not long ago"):
        [question] = texts(await anna.says("/start at-word-till"))
        assert answer in told(await anna.chooses(question, "It has happened"))
    assert await press(mira, "Redeemed") == "Done. The customer knows."
    assert await thanked(stage) == []
    await anna.says("/complain The lid broke")
    assert "What you began is still open" in told(await anna.says("/start at-word-till"))
    night = Somebody(stage, 952, "Night")
    stage.clock.moment += timedelta(hours=12)
    assert "does not hold at this hour" in told(await night.says("/start at-cold-till"))
    assert (await stage.conversation()).flow == "complaint"
    stage.clock.moment -= timedelta(hours=5)
    late = Somebody(stage, 953, "Late")
    await late.says("/start at-cold-till")
    stage.clock.moment += timedelta(hours=4)
    assert "at this hour" in told(await stage.take(late.message(**photo("L"))))
    # Without its proof nothing is claimed, and what is missing is said.
    wordy = Somebody(stage, 956, "小满", "zh")
    stage.clock.moment -= timedelta(hours=6)
    await wordy.says("/start at-cold-till")
    assert "还需要一张照片或一个文件" in told(await wordy.says("茶是凉的"))
    # A guarantee that holds at other places by now.
    config = stage.services.config
    only = config.guarantees[2].model_copy(update={"place": (GuaranteePlace(at="Kiosk"),)})
    kept = (*config.guarantees[:2], only)
    stage.services.config = config.model_copy(update={"guarantees": kept})
    other = Somebody(stage, 955, "Other")
    [question] = texts(await other.says("/start at-word-till"))
    assert "It holds at other places" in told(await other.chooses(question, "It has happened"))
    # A guarantee that is gone meanwhile: nothing is granted, and a person looks.
    gone = Somebody(stage, 954, "Gone")
    [question] = texts(await gone.says("/start at-word-till"))
    config = stage.services.config
    stage.services.config = config.model_copy(update={"guarantees": config.guarantees[:2]})
    rows = await gone.chooses(question, "It has happened")
    assert "not promised any more" in told(rows)
    assert "not in the configuration any more" in staff(rows)


async def test_money_above_the_limits_of_grants_takes_a_senior(
    stage: Stage, anna: Somebody, mira: Somebody
) -> None:
    stage.services.config = stage.services.config.model_copy(update={"grants": Grants()})
    [question] = texts(await anna.says("/start at-word-till"))
    rows = await anna.chooses(question, "It has happened")
    assert "This is more than I may grant by myself." in told(rows)
    assert "above what one may grant alone (€0.00) by €6.00" in staff(rows)
    assert "takes a greater role" in await press(mira, "Allow it")
    assert await stage.all(LedgerLine) == []
    remedy: Remedy = await stage.one(Remedy)
    assert (remedy.state, remedy.above) == ("awaiting", "grants")


async def test_two_presses_at_once_are_one_claim(stage: Stage, anna: Somebody) -> None:
    [question] = texts(await anna.says("/start at-word-till"))
    data = buttons(question)["It has happened"]
    await stage.take(anna.press_of(data), anna.press_of(data))
    assert len(await stage.all(Ticket)) == 1
    assert len(await stage.all(LedgerLine)) == 1
    remedy: Remedy = await stage.one(Remedy)
    assert remedy.state == "granted"

    async def open_again(work: Work) -> Any:
        ticket = await work.unit.get(Ticket, remedy.ticket_id)
        assert ticket is not None
        known = await work.unit.remedies.by_id(remedy.id)
        assert known is not None
        [option] = [each for each in work.services.config.remedies if each.id == "free"]
        return await granting.give(work, known, ticket, granting.Choice(option))

    assert (await stage.use(open_again)).reason == "is_granted"
