"""What had happened at Lumen Tea before the demo begins: played for real, at full speed.

People press buttons by what the buttons do, not by what they say, so that no language and no
wording matters here.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.demo import business
from bot.demo.playing import button, press, ship, write_also
from bot.demo.recalling import write_recall
from bot.demo.stage import Stage
from bot.sandbox import Seen
from flows.changes.telling import HELD_BACK

LINKED_BEFORE = ("peter", "olga", "ivan")
WORDS = {
    "peter": "The parcel stood in the rain for a day, and the tea inside was damp.",
    "olga": "Посылка пришла насквозь мокрая, чай отсырел.",
    "ivan": "Не нашёл на пачке, при какой температуре заваривать.",
}
ANSWERS = {
    "peter": "I am sorry, Peter. That should not happen to anybody's tea. "
    "A dry box leaves for you today.",
    "olga": "Ольга, простите нас. Мы уже собрали вам новую коробку, она уедет сегодня.",
    "ivan": "Иван, вы правы: на пачке этого нет. Зелёный чай заваривают при 75 °C три минуты.",
}
CHANGE = "Every parcel travels in a waterproof bag"
CHANGED = {
    "en": "No parcel gets wet any more, not even in a whole day of rain.",
    "ru": "Теперь посылка не промокнет, даже если дождь идёт целый день.",
    "zh": "现在就算下一整天雨，包裹里的茶也不会受潮。",
}
TRANSLATED = {
    "ru": ("Каждая посылка едет в непромокаемом пакете", CHANGED["ru"]),
    "zh": ("每个包裹都套了防水袋", CHANGED["zh"]),
}
"""The title and the text of the change for those who read another language."""
MENDED = "Температура заваривания теперь написана на каждой пачке, на боку."


async def play_history(stage: Stage) -> None:
    """Let customers register, complain, be answered and be told of a change; then come to now."""
    now = await stage.sandbox.now()
    await stage.pass_time(business.opening_moment(now) - now)
    stage.tell("Opening the shop")
    await stage.register()
    await stage.report(business.earlier_events(await stage.sandbox.now()))
    stage.tell("Last week: three complaints")
    complaints = await asyncio.gather(*(_complaint(stage, key) for key in LINKED_BEFORE))
    cards = dict(zip(LINKED_BEFORE, complaints, strict=True))
    stage.tell("Last week: what was changed because of them")
    await _change(stage, cards["peter"], cards["olga"])
    await _resolve(stage, cards["ivan"])
    await stage.pass_time(timedelta(days=3))
    await _it_helped(stage)
    await stage.pass_time(timedelta(days=4))
    await stage.report(business.present_events(await stage.sandbox.now()))
    stage.tell("A recall lies ready, told to nobody yet")
    await write_recall(stage)


async def _complaint(stage: Stage, key: str) -> Seen:
    """One customer from the first press to the staff's answer; the card in the staff's group."""
    await _arrive(stage, key)
    card = await _complain(stage, key)
    await _answer(stage, key, card)
    return card


async def _arrive(stage: Stage, key: str) -> None:
    """Open the personal link and agree to be asked."""
    person = stage.people[key]
    token = stage.links[business.actor(key).ref].rpartition("=")[2]
    opened = await person.start(stage.bot, token)
    await press(person, stage.bot, "u:agree", after=opened.seq)


async def _complain(stage: Stage, key: str) -> Seen:
    """Say what went wrong, skip what can be skipped, send it; the card that staff get."""
    person = stage.people[key]
    said = await person.say(stage.bot, WORDS[key])
    seen = said.seq
    while True:
        seen, data = await press(person, stage.bot, ":skip", ":send", after=seen)
        if data.endswith(":send"):
            break
    mia = stage.people["mia"]
    return await mia.wait_for(
        stage.group, WORDS[key], where=lambda m: m.from_bot and bool(button(m, "t:take:"))
    )


async def _answer(stage: Stage, key: str, card: Seen) -> None:
    """Take the ticket and reply to the card."""
    mia = stage.people["mia"]
    await press(mia, stage.group, "t:take:", only=card.id)
    await stage.recorded(card)
    said = await mia.say(stage.group, ANSWERS[key], reply_to=card, thread=card.topic)
    await stage.people[key].wait_for(stage.bot, ANSWERS[key])
    await mia.wait_for(stage.group, where=lambda m: m.id == said.id and bool(m.reactions))


async def _change(stage: Stage, *cards: Seen) -> None:
    """Make one change of several tickets, say what was done, and tell everybody."""
    tom, group, topic = stage.people["tom"], stage.group, cards[0].topic
    numbers = " ".join(card.text.split()[0] for card in cards)
    seen = (await tom.say(group, f"/change {numbers} {CHANGE}", thread=topic)).seq
    seen, _ = await press(tom, group, "g:text:", after=seen)
    prompt = await tom.wait_for(group, where=lambda m: bool(m.view["keyboard"]), after=seen)
    await stage.recorded(prompt)
    seen = (await tom.say(group, CHANGED["en"], reply_to=prompt, thread=topic)).seq
    await write_also(tom, group, topic, CHANGE, TRANSLATED)
    seen, _ = await press(tom, group, ":confirm:", after=seen, inside=True)
    await ship(tom, group, seen)
    await stage.pass_time(HELD_BACK)
    for key in ("peter", "olga"):
        await stage.people[key].wait_for(stage.bot, CHANGED[business.actor(key).language])


async def _resolve(stage: Stage, card: Seen) -> None:
    mia = stage.people["mia"]
    await mia.say(stage.group, f"/resolve {MENDED}", thread=card.topic)
    await stage.people["ivan"].wait_for(stage.bot, MENDED)


async def _it_helped(stage: Stage) -> None:
    """Two of the three say that it helped; Peter says nothing, and stays unverified."""
    for key in ("olga", "ivan"):
        pressed, _ = await press(stage.people[key], stage.bot, ":o:yes")
        await stage.people[key].wait_for(stage.bot, where=lambda m: m.from_bot, after=pressed)
