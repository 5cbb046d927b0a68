"""Praise reaches whom it is for, can be taken back, and is counted for nobody else to see."""

from typing import Any

from bot.core.callbacks import pack
from bot.core.events import Praised, PraiseWords
from bot.core.work import Work
from bot.identity import erasure
from bot.identity.accounts import Visitor
from bot.praise import reading, saying
from flows.entities import Customer, Praise, Remark, RemarkKind
from storage.ids import new_id
from storage.repositories.base import all_of
from tests.bot.desk.world import ANNA, BORIS, CLARA, FORUM, OTHER, World, card_of
from tests.databases import on_both

KARL, NEW = 502, 7005


async def praise(
    world: World, customer: Customer, chat: int, text: str, *, seen: bool = False
) -> Remark:
    """Have somebody praise, where nothing is asked."""
    remark = Remark(new_id(), customer.id, chat, world.now, RemarkKind.PRAISE, text)

    async def say(work: Work) -> None:
        work.unit.add(remark)
        await work.emit(Praised(remark, seen))

    await world.do(say)
    await world.deliver()
    return remark


def buttons(world: World, chat: int) -> dict[str, str]:
    rows = world.to(chat)[-1].params["reply_markup"]["inline_keyboard"]
    return {each["text"]: each["callback_data"] for row in rows for each in row}


async def press(world: World, chat: int, data: str) -> bool:
    """Press a button of one's own chat."""
    _, _, remark_id, *choice = data.split(":")

    async def do(work: Work) -> Any:
        return await saying.choose(work, Visitor(chat), int(remark_id, 36), choice, 5)

    done = await world.do(do)
    await world.deliver()
    return bool(done)


async def praises(world: World) -> list[Praise]:
    found: list[Praise] = await world.read(lambda unit: unit.find(Praise, all_of(Praise)))
    return sorted(found, key=lambda each: each.id)


async def answered(world: World, customer: Customer, chat: int) -> None:
    """Have Boris answer a complaint of somebody's."""
    ticket = await world.complain(customer, "Банка помята.", chat=chat)
    await world.write("A new one is on its way.", to=card_of(ticket))
    await world.deliver()


@on_both
async def test_from_the_first_kind_word_to_thank_you(world: World) -> None:
    await world.group()
    await world.group(OTHER, "tasting")
    karl = await world.customer("Карл", KARL, language="ru")
    anna = await world.customer()
    await world.customer("Boris", BORIS)
    await answered(world, karl, KARL)
    remark = await praise(world, karl, KARL, "Борис, вы меня спасли")
    assert world.texts(KARL)[-1].startswith("Спасибо, приятно это слышать.\n\nЭто кому-то лично?")
    offered = buttons(world, KARL)
    assert list(offered) == ["Boris", "Команде", "Всем вам"]
    assert await press(world, KARL, offered["Boris"])
    assert not await press(world, ANNA, offered["Boris"]), "it is none of hers"
    assert not await press(world, KARL, pack("u", "praise", remark.id, "to", CLARA))
    await world.do(lambda work: saying.more_words(work, PraiseWords(remark, "Правда.", 9)))
    await praise(world, anna, ANNA, "Lovely tea, lovely people")
    assert await press(world, ANNA, buttons(world, ANNA)["All of you"])
    await world.later(minutes=1)
    # The person reads it in their own chat, the team in one message, everybody in each group.
    assert world.texts(BORIS) == [
        "Карл says this about you:\nThis was written in Russian:\n"
        "Борис, вы меня спасли\nПравда.\n1 time in the last 30 days. Only you see this number."
    ]
    assert world.texts(FORUM)[-1] == (
        "2 customers are happy\n\nКарл, for Boris:\nThis was written in Russian:\n"
        "Борис, вы меня спасли\nПравда.\n\nAnna, for everybody:\nLovely tea, lovely people"
    )
    assert "Lovely tea" in world.texts(OTHER)[-1]
    thank = buttons(world, FORUM)
    # Thanked once, in the customer's language; who was meant does it in private, too.
    own = next(iter(buttons(world, BORIS).values()))
    assert (await world.press(own, by=CLARA, chat=CLARA))["text"].startswith("It was taken back")
    assert (await world.press(own, chat=BORIS))["text"] == "A thank you is on its way."
    assert (await world.press(thank["Thank Карл"], by=CLARA))["text"] == (
        "Boris has thanked them already."
    )
    await world.deliver()
    assert world.texts(KARL)[-1] == "Boris читает ваши добрые слова и говорит вам спасибо."
    # One's own figures are shown to whoever presses, everybody's to admins alone.
    mine = await world.press(pack("e", "pm", 0))
    assert mine["text"].startswith("Kind words for you: 1 in the last 30 days, 1 in all.")
    assert (await world.press(pack("e", "pm", 0), by=CLARA))["text"].startswith(
        "Kind words for you: 0"
    )
    figures = await world.read(
        lambda unit: reading.figures(Work(unit, world.now, world.services), "en")
    )
    assert figures.text == ("2 times of praise in 90 days\nBoris: 1\nFor teams and everybody: 1")
    # Whoever joins later reads the last ones, once, if they have a chat with the bot.
    await world.customer("Nina", NEW, language="zh")
    joined = [{"id": NEW, "is_bot": False, "first_name": "Nina"}]
    for _ in range(2):
        await world.write(new_chat_members=joined, by=NEW)
        await world.write(new_chat_members=[{**joined[0], "id": 7006}], by=7006)
        await world.deliver()
    (welcome,) = world.texts(NEW)
    assert welcome.startswith(f"欢迎来到Group {FORUM}。顾客最近说：")
    assert "Lovely tea" in welcome
    # Taken back: gone from everywhere, and the other one stays in the group.
    before = len(world.sent)
    assert await press(world, KARL, pack("u", "praise", remark.id, "back"))
    assert world.texts(KARL, before) == ["Забрали назад. Ваших слов больше ни у кого нет."]
    assert [sent.method for sent in world.to(BORIS, before)] == ["deleteMessages"]
    (changed,) = world.to(FORUM, before)
    assert (changed.method, "Lovely tea" in changed.text) == ("editMessageText", True)
    assert "Борис" not in changed.text
    # Erased: the rest, too.
    before = len(world.sent)
    await world.do(lambda work: erasure.forget(work.unit, work.services, anna, work.now))
    await world.deliver()
    assert "deleteMessages" in [sent.method for sent in world.to(FORUM, before)]
    assert [sent.method for sent in world.to(OTHER, before)] == ["deleteMessages"]
    assert await praises(world) == []


async def test_nobody_has_to_say_whom_it_is_for(world: World) -> None:
    await world.group()
    anna = await world.customer()
    await praise(world, anna, ANNA, "all good")
    assert world.texts(ANNA)[-1].startswith("Thank you, that is good to hear. If something")
    assert await praises(world) == [], "it says nothing to pass on"
    await praise(world, anna, ANNA, "<b>Best</b> tea in town /take @ada")
    await world.later(minutes=2)
    assert not any("Best" in text for text in world.texts(FORUM))
    await world.later(minutes=8)
    assert world.texts(FORUM)[-1] == (
        "A customer is happy\n\nAnna, for the team:\n<b>Best</b> tea in town /take @ada"
    )
    late = buttons(world, ANNA)["The team"]
    assert await press(world, ANNA, late), "late, and answered"
    assert world.texts(ANNA)[-1] == "The team will read it. Thank you."
    await world.write("/praise")
    await world.deliver()
    assert world.texts(FORUM)[-1].startswith("What customers said last\n\n")
    # Below a complaint that is done staff have read it: it waits for a tap.
    await praise(world, anna, ANNA, "you are really great", seen=True)
    await world.later(minutes=30)
    assert len(await praises(world)) == 1
    for data in ("u:praise:zz:team", pack("u", "praise", 1, "team")):
        assert not await press(world, ANNA, data)
